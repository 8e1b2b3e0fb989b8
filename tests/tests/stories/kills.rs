//! Killed at random instants, over and over, with one journal: it stays whole, and every change is made once.
//!
//! Twenty kills in an ordinary run; `WATCHDECK_KILLS=1000` asks for as many as that. They are shared out among journals, each
//! with an account of its own: a process that is waited for costs nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use watchdeck_domain::RunId;
use watchdeck_guard::journal::{Fate, Line, Record, Row, Sqlite, Storage as _, verify};
use watchdeck_tests::home::Home;

use super::account::Shop;
use super::runs::{PHRASE, ROLLBACK};

/// The kills of an ordinary run.
const KILLS: usize = 20;

/// Among so many journals they are shared out.
const JOURNALS: usize = 4;

/// What the account and the journal say between two processes.
struct Watch {
    shop: Shop,
    home: Home,
    /// The rows that were seen before: nothing may happen to them.
    seen: Vec<Line>,
    /// The calls that were served, by their numbers: the account forgets the oldest.
    calls: BTreeMap<u64, RunId>,
}

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
enum Aim {
    /// So long after its start.
    Start(Duration),
    /// So long after its call was served.
    Call(Duration),
}

impl Watch {
    fn new() -> Self {
        let shop = Shop::after_the_bad_deploy();
        let home = shop.home();
        Self { shop, home, seen: Vec::new(), calls: BTreeMap::new() }
    }

    fn journal(&self) -> Option<PathBuf> {
        let folder = self.home.path().join("state/watchdeck/accounts");
        let folders = std::fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path());
        let journals =
            folders.map(|path| path.join("journal.sqlite3")).filter(|path| path.exists());
        let mut journals: Vec<_> = journals.collect();
        assert!(journals.len() <= 1, "one account has one journal: {journals:?}");
        journals.pop()
    }

    /// The number of the newest call, and the version that it asked for.
    fn newest(&self) -> (u64, String) {
        let calls = self.shop.account.served_of("UpdateAlias");
        let newest = calls.last().map(|call| {
            (call.number, call.input.text("FunctionVersion").unwrap_or_default().to_owned())
        });
        newest.unwrap_or_default()
    }

    /// Starts the program with these words and kills it there. Says whether it was still alive by then.
    fn killed(&self, words: &[&str], aim: Aim) -> bool {
        let before = self.newest().0;
        let mut child = self.start(words);
        #[expect(clippy::disallowed_methods, reason = "a process is killed by the machine's time")]
        let (begun, mut called) = (std::time::Instant::now(), None);
        loop {
            if child.try_wait().unwrap().is_some() {
                return false;
            }
            if called.is_none() && self.newest().0 > before {
                called = Some(begun.elapsed());
            }
            let due = match (aim, called) {
                (Aim::Start(span), _) => begun.elapsed() >= span,
                (Aim::Call(span), Some(called)) => begun.elapsed() >= called + span,
                (Aim::Call(_), None) => false,
            };
            if due {
                child.kill().unwrap();
                child.wait().unwrap();
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn start(&self, words: &[&str]) -> Child {
        let mut command = self.home.command(words).unwrap();
        command.args(["--endpoint-url", &self.shop.url()]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Reads the journal as the last process left it, and holds it against what was there and what the account served.
    fn look(&mut self, name: &str) -> Vec<Row> {
        let Some(path) = self.journal() else {
            assert_eq!(self.newest().0, 0, "{name}: sent without a journal");
            return Vec::new();
        };
        // A process that died while it made the file has left nothing that could be read yet.
        let Ok(lines) = Sqlite::view(&path).and_then(|file| file.lines()) else {
            assert!(
                self.seen.is_empty() && self.newest().0 == 0,
                "{name}: the journal does not parse"
            );
            return Vec::new();
        };
        assert!(lines.starts_with(&self.seen), "{name}: rows that were there are gone");
        if !lines.is_empty() {
            let report = verify(&path).unwrap();
            assert!(report.is_sound(), "{name}: {report}");
        }
        let rows = lines.iter().map(|line| serde_json::from_str(&line.body).unwrap());
        let rows: Vec<Row> = rows.collect();
        self.seen = lines;
        // Whatever reached the account stands in the journal as an intent of its run: it was on disk before.
        for call in self.shop.account.served_of("UpdateAlias") {
            let description = call.input.text("Description").unwrap_or_default();
            let run = rows.iter().find_map(|row| {
                let ours = matches!(row.record, Record::Intent { .. });
                row.run.clone().filter(|run| ours && description.contains(run.as_str()))
            });
            let run =
                run.unwrap_or_else(|| panic!("{name}: sent and not written down: {description}"));
            self.calls.insert(call.number, run);
        }
        let runs: BTreeSet<&RunId> = self.calls.values().collect();
        assert_eq!(runs.len(), self.calls.len(), "{name}: sent twice: {:?}", self.calls);
        rows
    }
}

/// The run that has begun and not ended.
fn unfinished(rows: &[Row]) -> Option<RunId> {
    let begun = rows.iter().rev().find(|row| matches!(row.record, Record::RunBegin(_)))?;
    let ended = |row: &Row| row.run == begun.run && matches!(row.record, Record::RunEnd { .. });
    if rows.iter().any(ended) { None } else { begun.run.clone() }
}

fn wanted() -> usize {
    let asked = std::env::var("WATCHDECK_KILLS").ok();
    asked.and_then(|kills| kills.parse().ok()).unwrap_or(KILLS)
}

/// What became of one journal.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    kills: usize,
    /// Kills that left a run open.
    in_a_run: usize,
    intents: usize,
    landed: usize,
}

/// Kills so often, with one journal, and has what is still open seen to its end.
fn kill_and_look(seed: u64, wanted: usize) -> Told {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut watch = Watch::new();
    let (mut kills, mut in_a_run, mut starts) = (0, 0, 0);
    let mut rows = Vec::new();
    while kills < wanted {
        starts += 1;
        let name = format!("seed {seed}, start {starts}");
        let open = unfinished(&rows);
        let version = if watch.newest().1 == "41" { "40" } else { "41" };
        let phrase = format!("rollback live@orders-writer to {version} in ..4021");
        let version = format!("version={version}");
        let words = match &open {
            Some(run) => vec!["run", "--resume", run.as_str()],
            None => [&ROLLBACK[..7], &[&version, "--phrase", &phrase]].concat(),
        };
        // The instants at which something can be lost lie around the call.
        let aim = if open.is_none() && chance.u8(..3) > 0 {
            Aim::Call(Duration::from_micros(chance.u64(..60_000)))
        } else {
            Aim::Start(Duration::from_micros(chance.u64(..4_000_000)))
        };
        let killed = watch.killed(&words, aim);
        rows = watch.look(&name);
        kills += usize::from(killed);
        in_a_run += usize::from(killed && unfinished(&rows).is_some());
    }
    // What is still open is seen to its end by one that is left alone.
    while let Some(run) = unfinished(&rows) {
        let name = format!("seed {seed}, the last resume");
        let ended = watch.start(&["run", "--resume", run.as_str()]).wait().unwrap();
        rows = watch.look(&name);
        assert!(unfinished(&rows).is_none(), "{name}: {ended}");
    }
    let told = |wanted: fn(&Record) -> bool| rows.iter().filter(|row| wanted(&row.record)).count();
    let landed = told(|r| matches!(r, Record::Outcome { fate: Fate::Landed { .. }, .. }));
    let intents = told(|r| matches!(r, Record::Intent { .. }));
    let outcomes = told(|r| matches!(r, Record::Outcome { .. }));
    assert_eq!(intents, outcomes, "seed {seed}: every intent has its outcome");
    assert_eq!(landed, watch.calls.len(), "seed {seed}: one effect a run that landed");
    Told { kills, in_a_run, intents, landed }
}

#[test]
fn t2_killed_at_any_instant_the_journal_is_whole_and_every_change_is_made_once() {
    let seed = std::env::var("WATCHDECK_SEED").ok().and_then(|text| text.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("WATCHDECK_SEED={seed}");
    let share = wanted().div_ceil(JOURNALS);
    let told = std::thread::scope(|scope| {
        let each = |journal| scope.spawn(move || kill_and_look(seed.wrapping_add(journal), share));
        let all: Vec<_> = (0..JOURNALS as u64).map(each).collect();
        let told = all.into_iter().map(|one| one.join().unwrap_or_else(|_| panic!("seed {seed}")));
        told.fold(Told::default(), |sum, one| Told {
            kills: sum.kills + one.kills,
            in_a_run: sum.in_a_run + one.in_a_run,
            intents: sum.intents + one.intents,
            landed: sum.landed + one.landed,
        })
    });
    println!("{told:?}");
}

/// Every file under a folder, with its bytes.
fn files(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path, bytes));
        }
    }
}

#[test]
fn t16_no_secret_is_in_what_a_run_says_or_in_any_file_that_it_leaves() {
    const CANARY: &str = "canary-7f3e5b1c9d";
    let shop = Shop::after_the_bad_deploy();
    let (_, secret) = shop.account.operator_credentials();
    let home = shop.home().with("DATABASE_PASSWORD", CANARY);
    let words = [&ROLLBACK[..], &["--json", "--phrase", PHRASE]].concat();
    let mut command = home.command(&words).unwrap();
    let output = command.args(["--endpoint-url", &shop.url()]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut found = vec![("stdout".into(), output.stdout), ("stderr".into(), output.stderr)];
    files(home.path(), &mut found);
    assert!(found.len() > 3, "the run left a journal");
    for (path, bytes) in found {
        for word in [CANARY, &secret] {
            let there = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!there, "{} holds a secret", path.display());
        }
    }
}
