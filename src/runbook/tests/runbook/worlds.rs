//! Every world of every built-in runbook: each step, each point at which the process may die, each fault of the first and of
//! the second attempt, alone and with somebody else. Nothing twice, nothing claimed that is not so, nothing lost.
//!
//! They take minutes: an ordinary run draws one in eight by its seed, and `WATCHDECK_WORLDS=all` plays them all.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use watchdeck_domain::RunId;
use watchdeck_guard::journal::{Record, Row};
use watchdeck_guard::{Ended, Event, Request, Sim};

use crate::catalogue::{Case, answer, bench, cases};
use crate::support::account::{Fault, Other};
use crate::support::bench::{Bench, Session, ended, paused};
use crate::support::memory::{Death, Point};

const FAULTS: [Fault; 6] = [
    Fault::Fine,
    Fault::LostBefore,
    Fault::ReplyLost,
    Fault::Late,
    Fault::Throttled,
    Fault::Expired,
];

/// Of so many worlds an ordinary run plays one.
const DRAWN: usize = 8;

/// Where the process dies.
#[derive(Clone, Copy, Debug)]
enum Crash {
    Never,
    At(Point),
    AfterSend,
}

const CRASHES: [Crash; 6] = [
    Crash::Never,
    Crash::At(Point::BeforeIntent),
    Crash::At(Point::AfterIntent),
    Crash::AfterSend,
    Crash::At(Point::AfterReply),
    Crash::At(Point::AfterOutcome),
];

const OTHERS: [Other; 3] = [Other::Nobody, Other::BeforeCall, Other::AfterCall];

/// One world: a step of a runbook, and what goes wrong with it.
#[derive(Clone, Copy, Debug)]
struct World {
    case: usize,
    step: u32,
    crash: Crash,
    first: Fault,
    /// That of the next call, which is the second attempt where the first came to nothing.
    second: Fault,
    other: Other,
}

/// What is left in a world for people to see to.
#[derive(Clone, Copy, Debug, Default)]
struct Residue {
    /// Whether there was a second attempt: without one, its fault makes no other world.
    tried_twice: bool,
    /// The operator has to decide.
    asked: bool,
    /// Somebody else's setting is gone, since AWS compares nothing.
    overwritten: bool,
}

fn worlds(cases: &[Case]) -> Vec<World> {
    let mut worlds = Vec::new();
    for (case, of) in cases.iter().enumerate() {
        for step in 0..of.steps {
            for crash in CRASHES {
                for first in FAULTS {
                    let second = Fault::Fine;
                    let world = |other| World { case, step, crash, first, second, other };
                    worlds.extend(OTHERS.map(world));
                }
            }
        }
    }
    worlds
}

/// Proposes and answers. Says whether the operator, seeing how it ended, would propose again.
fn attempt(case: &Case, bench: &Bench, session: &mut Session) -> bool {
    let Ok(draft) = case.draft(bench) else { return false };
    let Ok(question) = session.propose(draft) else { return false };
    // Whatever somebody else has done by now, the operator has seen.
    bench.account.state().interfered = None;
    again(answer(session, &question))
}

fn again(events: &[Event]) -> bool {
    matches!(ended(events), Some(Ended::Absent | Ended::Rejected))
}

/// What is left to be proposed once the first step of a kill switch has landed: the second, by the runbook for it alone.
fn remainder(case: &Case, world: World) -> Option<Case> {
    let next = match (case.id, world.step) {
        ("own.quiet", 1..) | ("own.failover", 2..) => "lambda.rollback",
        ("own.failover", 1) => "sqs.purge",
        _ => "",
    };
    if let Some(next) = cases().into_iter().find(|case| case.id == next) {
        return Some(next);
    }
    let params = [("function".to_owned(), json!("orders-writer")), ("limit".into(), json!(0))];
    (world.step > 0 && case.id == "lambda.kill-switch").then(|| Case {
        id: "lambda.concurrency-cap",
        params: params.into(),
        steps: 1,
        back: 1,
        point: None,
    })
}

fn live(case: &Case, world: World) -> Residue {
    let name = format!("{} {world:?}", case.id);
    let bench = bench();
    {
        let mut state = bench.account.state();
        state.spared = world.step;
        state.faults = [world.first, world.second].into();
        state.other = world.other;
        state.dies_when_sent = matches!(world.crash, Crash::AfterSend);
    }
    let step = world.step + 1;
    let death = match world.crash {
        Crash::At(point) => Death::Around(point, step),
        Crash::Never | Crash::AfterSend => Death::Never,
    };
    let mut once_more = true;
    if let Some(mut session) = bench.session_of::<Sim>(death) {
        once_more = attempt(case, &bench, &mut session) || !session.lives();
    }
    let rest = remainder(case, world);
    let mut left = bench.rows();
    for _ in 0..4 {
        let mut session = bench.session();
        assert!(bench.rows().starts_with(&left), "{name}: rows are lost or in another order");
        let open = session.unfinished();
        for run in &open {
            assert!(run.ours, "{name}");
            let events = session.see_through(&run.run);
            once_more = again(&events);
            // What somebody else has moved is not gone on with: somebody decides.
            if ended(&events).is_none() && paused(&events).is_none() {
                assert!(world.other != Other::Nobody, "{name}: {events:#?}");
                session.ask(Request::Abort { run: run.run.clone() });
            }
        }
        if open.is_empty() && once_more {
            let off = {
                let state = bench.account.state();
                state.source.state == "Disabled" || matches!(state.reserved, Some(0 | 20))
            };
            let next = rest.as_ref().filter(|_| off).unwrap_or(case);
            once_more = attempt(next, &bench, &mut session);
        }
        left = bench.rows();
        if session.lives() && !once_more && session.unfinished().is_empty() {
            break;
        }
    }
    let mut session = bench.session();
    session.go(Duration::from_mins(30), |_| false);
    assert!(session.unfinished().is_empty(), "{name}: something is still open");
    judge(&name, &bench, world, case.steps)
}

fn judge(name: &str, bench: &Bench, world: World, steps: u32) -> Residue {
    let rows = bench.rows();
    in_order(name, &rows);
    let state = bench.account.state();
    // What somebody else has taken back, a later plan may do again: on what is there then, and as another run.
    let made: Vec<_> = state.effects.iter().zip(&state.deeds).collect();
    for (run, deed) in &made {
        let same = |other: &&(&RunId, &String)| {
            other.1 == *deed && (other.0 == *run || world.other == Other::Nobody)
        };
        assert_eq!(made.iter().filter(same).count(), 1, "{name}: twice: {deed}");
    }
    if matches!(world.crash, Crash::Never)
        && (world.first, world.second, world.other) == (Fault::Fine, Fault::Fine, Other::Nobody)
    {
        assert_eq!(state.deeds.len(), steps as usize, "{name}: {:?}", state.deeds);
    }
    let landed = bench.landed();
    assert!(
        landed.iter().all(|run| state.effects.contains(run)),
        "{name}: claimed and not done: {landed:?} {:?}",
        state.effects
    );
    for run in &state.effects {
        let told = landed.contains(run);
        assert!(told || world.other != Other::Nobody, "{name}: done and not told");
    }
    assert!(
        usize::try_from(state.served).unwrap() <= bench.intents(),
        "{name}: sent, not recorded"
    );
    // What the class table allows: with a lock nobody is overwritten; without one, somebody who came before the call arrived.
    let overwritten = !state.overwritten.is_empty();
    let locked = |operation: &&str| {
        matches!(*operation, "UpdateAlias" | "UpdateIPSet" | "UpdateWebACL" | "UpdateHealthCheck")
    };
    assert!(!state.overwritten.iter().any(locked), "{name}: the lock did not hold");
    assert!(!overwritten || world.other != Other::Nobody, "{name}: overwrote nobody");
    let asked =
        |r: &Record| matches!(r, Record::RunEnd { ended: Ended::Conflict | Ended::Moved, .. });
    let tried_twice = state.faults.is_empty();
    Residue { tried_twice, asked: bench.count(asked) > 0, overwritten }
}

/// Rows are numbered without a gap, and each run's are in the order in which they have to be written.
fn in_order(name: &str, rows: &[Row]) {
    assert!(rows.iter().map(|row| row.seq).eq(0..rows.len() as u64), "{name}: a row is missing");
    let mut open: BTreeMap<String, (bool, usize)> = BTreeMap::new();
    for row in rows {
        let Some(run) = &row.run else { continue };
        let (sent, steps) = open.entry(run.to_string()).or_default();
        match &row.record {
            Record::RunBegin(_) => assert_eq!((*sent, *steps), (false, 0), "{name}: begun twice"),
            Record::Intent { .. } => {
                assert!(!*sent, "{name}: sent before the last one was settled");
                *sent = true;
                *steps += 1;
            }
            Record::Outcome { .. } => {
                assert!(*sent, "{name}: an outcome of nothing");
                *sent = false;
            }
            Record::RunEnd { .. } => assert!(!*sent, "{name}: ended with a call unsettled"),
            _ => {}
        }
    }
}

#[test]
fn t1_no_world_of_any_runbook_does_it_twice_loses_a_row_or_claims_what_is_not_so() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let cases = cases();
    let mut worlds = worlds(&cases);
    // In any order: what is remembered of one world must not matter to another.
    fastrand::Rng::with_seed(seed).shuffle(&mut worlds);
    if std::env::var_os("WATCHDECK_WORLDS").is_none_or(|which| which != "all") {
        worlds.truncate(worlds.len() / DRAWN);
    }
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut residue: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    std::thread::scope(|scope| {
        let work = || {
            let mut found = Vec::new();
            while let Some(world) = worlds.get(next.fetch_add(1, Ordering::Relaxed)) {
                let case = &cases[world.case];
                let first = live(case, *world);
                let others = FAULTS.iter().filter(|fault| **fault != world.second);
                let others = others.map(|second| {
                    let second = World { second: *second, ..*world };
                    if first.tried_twice { live(case, second) } else { first }
                });
                found.extend(others.chain([first]).map(|residue| (case.id, residue)));
            }
            found
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            for (id, found) in worker.join().unwrap_or_else(|_| panic!("seed {seed}")) {
                let (all, asked, overwritten) = residue.entry(id).or_default();
                *all += 1;
                *asked += usize::from(found.asked);
                *overwritten += usize::from(found.overwritten);
            }
        }
    });
    for (id, (all, asked, overwritten)) in residue {
        println!(
            "{id}: {all} worlds; in {asked} the operator decides, in {overwritten} a call came on top of what somebody else had just done"
        );
    }
}
