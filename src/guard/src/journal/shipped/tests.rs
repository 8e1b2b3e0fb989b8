//! A journal that was cut, and one that was rewritten with its own key: its own checkpoints agree, those elsewhere do not.

use std::path::PathBuf;

use rusqlite::{Connection, params};

use super::*;
use crate::draft::PlanId;
use crate::evidence::Why;
use crate::journal::{Journal, verify};

const STORE: &str = "logs:/watchdeck/checkpoints";

/// A journal in a folder of its own, and what was shipped of it.
struct Shop {
    _folder: tempfile::TempDir,
    path: PathBuf,
    store: Vec<Found>,
    minute: i64,
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        Self { _folder: folder, path, store: Vec::new(), minute: 0 }
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000 + self.minute * 60_000)
    }

    fn open(&self) -> Journal {
        Journal::open(&self.path, self.at()).unwrap()
    }

    /// Writes a row, which is signed, and ships what is to be shipped.
    fn go_on(&mut self, rows: usize) {
        let mut journal = self.open();
        for _ in 0..rows {
            self.minute += 2;
            let plan = PlanId::draw(self.at());
            let record = Record::Refused { plan, why: Why::Check, what: "drifted".into() };
            journal.append(self.at(), None, vec![record]).unwrap();
            self.ship(&mut journal);
        }
    }

    fn ship(&mut self, journal: &mut Journal) {
        let shipped = journal.shipped(STORE).unwrap();
        let Some(parcel) = journal.parcel(shipped).unwrap() else { return };
        let one = |text: &str| Found { at: "stream".into(), text: text.into() };
        self.store.extend(parcel.pieces().iter().map(|piece| one(piece.text())));
        journal.mark_shipped(STORE, parcel.size()).unwrap();
    }

    fn told(&self) -> Witness {
        assert!(verify(&self.path).unwrap().is_sound(), "its own checkpoints show it");
        witness(&self.path, STORE, &self.store).unwrap()
    }

    /// The file as somebody sees it who may do anything with it.
    fn forge(&self) -> Connection {
        let file = Connection::open(&self.path).unwrap();
        let triggers = ["lines_stay", "lines_remain", "checkpoints_stay", "checkpoints_remain"];
        for name in triggers {
            drop(file.execute(&format!("DROP TRIGGER {name}"), []));
        }
        file
    }

    fn cut_to(&self, size: u64) {
        let file = self.forge();
        let size = size.cast_signed();
        file.execute("DELETE FROM lines WHERE seq >= ?1", [size]).unwrap();
        file.execute("DELETE FROM checkpoints WHERE size > ?1", [size]).unwrap();
    }

    /// Replaces a text in all rows, chains them anew, and signs every checkpoint again with the key that lies there.
    fn rewrite(&self, from: &str, to: &str) {
        let signer = Signer::beside(&self.path, false).unwrap();
        let storage = Sqlite::view(&self.path).unwrap();
        let (lines, checkpoints) = (storage.lines().unwrap(), storage.checkpoints().unwrap());
        drop(storage);
        let file = self.forge();
        let (mut tip, mut tree) = (BEGINNING, Frontier::default());
        for line in lines {
            let body = line.body.replace(from, to);
            tip = link(&tip, body.as_bytes());
            tree.push(body.as_bytes());
            let seq = line.seq.cast_signed();
            file.execute(
                "UPDATE lines SET body = ?1, hash = ?2 WHERE seq = ?3",
                params![body, tip, seq],
            )
            .unwrap();
            for old in checkpoints.iter().filter(|old| old.size == tree.size()) {
                let new = signer.sign(&old.origin, old.size, &tree.root(), &tip, old.at);
                let new = serde_json::to_string(&new).unwrap();
                let size = old.size.cast_signed();
                file.execute(
                    "UPDATE checkpoints SET body = ?1 WHERE size = ?2",
                    params![new, size],
                )
                .unwrap();
            }
        }
    }
}

fn flaw(told: &Witness) -> &str {
    assert_eq!(told.flaws.len(), 1, "{told}");
    told.flaws[0].as_str()
}

#[test]
fn a_journal_that_only_grew_agrees_and_how_far_it_is_witnessed_is_told() {
    let mut shop = Shop::new();
    assert!(shop.open().shipped(STORE).is_ok());
    assert_eq!(shop.told().notes, ["nothing was shipped yet"]);
    shop.go_on(5);
    let told = shop.told();
    assert!(told.is_sound() && told.notes.is_empty(), "{told}");
    assert_eq!((told.checkpoints, told.witnessed, told.rows), (5, told.rows, told.rows));
    // A start is a row that is signed, and not shipped yet.
    drop(shop.open());
    let told = shop.told();
    assert!(told.is_sound(), "{told}");
    assert_eq!(told.witnessed + 1, told.rows);
    let waits = verify(&shop.path).unwrap().shipments;
    assert_eq!((waits.len(), waits[0].waiting), (1, 1));
    assert_eq!((waits[0].shipped, waits[0].since), (told.witnessed, Some(shop.at())));
}

#[test]
fn what_was_shipped_twice_counts_once() {
    let mut shop = Shop::new();
    shop.go_on(3);
    let again = shop.store.clone();
    shop.store.extend(again);
    let told = shop.told();
    assert!(told.is_sound() && told.checkpoints == 3, "{told}");
}

#[test]
fn a_cut_behind_the_checkpoints_that_are_left_shows_elsewhere() {
    let mut shop = Shop::new();
    shop.go_on(6);
    shop.cut_to(4);
    let told = shop.told();
    assert!(flaw(&told).contains("8 rows were witnessed at"), "{told}");
    assert!(flaw(&told).contains("4 are here: the end was cut off"), "{told}");
    assert_eq!(told.witnessed, 4, "what is left is what was witnessed");
}

#[test]
fn a_journal_rewritten_with_its_own_key_shows_elsewhere() {
    let mut shop = Shop::new();
    shop.go_on(4);
    shop.rewrite("drifted", "nothing to see");
    let told = shop.told();
    assert!(!told.is_sound(), "{told}");
    assert!(told.flaws[0].contains("the journal was rewritten"), "{told}");
    assert_eq!((told.flaws.len(), told.witnessed), (4, 0));
}

#[test]
fn one_that_is_missing_between_others_or_at_the_end_is_told() {
    let mut shop = Shop::new();
    shop.go_on(5);
    let all = shop.store.clone();
    shop.store.remove(2);
    assert!(flaw(&shop.told()).contains("and is missing"), "{}", shop.told());
    shop.store.clone_from(&all);
    shop.store.pop();
    assert!(flaw(&shop.told()).contains("the newest that is there speaks of"), "{}", shop.told());
    shop.store.clear();
    assert!(flaw(&shop.told()).contains("the newest that is there speaks of 0"));
}

#[test]
fn what_another_key_has_signed_or_nobody_is_told() {
    let mut shop = Shop::new();
    shop.go_on(2);
    let all = shop.store.clone();
    let parse = |found: &Found| serde_json::from_str::<Shipped>(&found.text).unwrap();
    let with = |shipped: &Shipped| Found {
        at: "stream".into(),
        text: serde_json::to_string(shipped).unwrap(),
    };
    let stranger = Signer::from_seed(&[9; 32]);
    let whole = parse(&all[1]);
    let mut forged = whole.clone();
    forged.checkpoint.key = stranger.public();
    shop.store.push(with(&forged));
    assert!(flaw(&shop.told()).contains("is signed by another key"), "{}", shop.told());
    // Which one was before is signed as well: a gap cannot be talked away.
    shop.store.clone_from(&all);
    let talked = Shipped { after: 0, ..whole };
    shop.store.push(with(&talked));
    assert!(flaw(&shop.told()).contains("has a bad signature"), "{}", shop.told());
    shop.store.clone_from(&all);
    shop.store.push(Found { at: "stream".into(), text: "{}\u{1b}[2J".into() });
    assert!(flaw(&shop.told()).contains("is no checkpoint"), "{}", shop.told());
}

#[test]
fn a_journal_put_in_place_of_another_shows_unless_it_says_so_itself() {
    let mut shop = Shop::new();
    shop.go_on(2);
    std::fs::remove_file(&shop.path).unwrap();
    shop.go_on(1);
    let told = shop.told();
    assert!(told.is_sound(), "{told}");
    assert!(told.notes[0].contains("this key has signed the journal watchdeck-"), "{told}");
    // The same without the word about the gap.
    shop.rewrite(GAP, "no journal was there");
    shop.store.pop();
    let told = shop.told();
    assert!(told.flaws.iter().any(|flaw| flaw.contains("which is not here")), "{told}");
}
