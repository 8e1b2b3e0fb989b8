//! The kill switch: whenever it is pulled, nothing leaves after it, and what had left is still seen to.

use std::time::Duration;

use watchdeck_domain::{Change, Reversal};
use watchdeck_guard::journal::{Fate, Record};
use watchdeck_guard::{Draft, Ended, Event, Request, Why};

use crate::support::bench::{Bench, ended, outcome, refusal};
use crate::support::{PHRASE, version};

fn both(bench: &Bench) -> Draft {
    let mut draft = bench.rollback();
    let there = bench.account.state().second.clone();
    let mut step = draft.first.clone();
    step.id = "point-second".into();
    if let Change::PointAlias(change) = &mut step.change {
        change.function = there.function.clone();
        change.version = version("7");
        change.revision = there.revision.clone();
    }
    step.reversal = Reversal::Never("a test".into());
    draft.rest.push(step);
    draft
}

fn stopped(record: &Record) -> bool {
    matches!(record, Record::Stopped { .. })
}

#[test]
fn gd09_a_plan_is_not_answered_while_the_switch_is_pulled() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    session.ask(Request::Stop);
    assert_eq!(bench.count(stopped), 1);
    let events = session.answer(&question.plan, PHRASE);
    assert!(
        events.iter().any(|e| matches!(e, Event::Held { why, .. } if why.contains("kill switch"))),
        "{events:?}"
    );
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
    // It takes a request of its own to release it; then the same plan goes on.
    let events = session.ask(Request::Release);
    assert!(events.iter().any(|e| matches!(e, Event::Released {})), "{events:?}");
    assert_eq!(bench.count(|record| matches!(record, Record::Released { .. })), 1);
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
}

/// GD09, during the fsync of whichever row: pulled while a row is on its way to the disk, no call leaves after it.
#[test]
fn gd09_no_call_leaves_after_the_row_during_which_it_was_pulled() {
    let mut halted = 0;
    for row in 1..30 {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = session.propose(both(&bench)).unwrap();
        let appends = {
            let mut disk = bench.disk.0.lock().unwrap();
            disk.pull = Some((disk.appends + row, bench.ceremony.switch.clone()));
            disk.appends
        };
        let events = session.answer(&question.plan, PHRASE).to_vec();
        let rows = bench.disk.0.lock().unwrap().appends - appends;
        let served = bench.account.state().served;
        // Rows of a run of two steps: begin and intent, outcome, intent, outcome, and so on.
        let wanted = match row {
            1 => 0,
            2 | 3 => 1,
            _ => 2,
        };
        assert_eq!(served, wanted, "row {row} of {rows}: {events:#?}");
        let intents = bench.intents();
        let outcomes = bench.count(|record| matches!(record, Record::Outcome { .. }));
        assert_eq!(intents, outcomes, "row {row}: every intent has its outcome");
        let halts =
            bench.count(|record| matches!(record, Record::Outcome { fate: Fate::Halted, .. }));
        assert_eq!(halts, intents - served as usize, "row {row}");
        if served < 2 {
            assert_eq!(ended(&events), Some(Ended::Halted), "row {row}: {events:#?}");
            halted += 1;
        }
        if row > rows {
            break;
        }
    }
    assert_eq!(halted, 3);
}

#[test]
fn gd09_a_call_that_has_left_is_seen_to_and_no_other_follows() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(both(&bench)).unwrap();
    bench.account.state().slow = Some(Duration::from_secs(2));
    let yes = Request::Answer { plan: question.plan.clone(), typed: PHRASE.into() };
    session.ask_until(yes, |_| bench.account.state().served == 1);
    // Between send and reply. Nobody asks the desk: the switch is a handle, heeded at once.
    bench.ceremony.switch.pull("operator").unwrap();
    session.go(Duration::from_mins(30), |_| false);
    assert_eq!((bench.account.state().served, bench.landed().len()), (1, 1));
    let outcome = outcome(&session.events).unwrap();
    assert_eq!((outcome.ended, outcome.undoable), (Ended::Halted, true));
}

#[test]
fn gd09_while_the_account_is_read_and_in_an_undo_it_stops_as_well() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
    let undo = Request::Undo { run: question.plan.run().clone() };
    let events =
        session.ask_until(undo, |events| events.iter().any(|e| matches!(e, Event::Asked { .. })));
    let back = events.iter().find_map(|event| match event {
        Event::Asked { question, .. } => Some(question.clone()),
        _ => None,
    });
    let back = back.unwrap();
    bench.account.state().slow = Some(Duration::from_secs(2));
    let yes = Request::Answer { plan: back.plan.clone(), typed: back.phrase.clone() };
    session.ask_until(yes, |_| true);
    bench.ceremony.switch.pull("operator").unwrap();
    session.go(Duration::from_mins(30), |_| false);
    assert_eq!(refusal(&session.events).unwrap().why, Why::Stopped);
    assert_eq!((bench.account.state().served, bench.intents()), (1, 1));
}

#[test]
fn gd09_a_wait_goes_on_looking_and_sends_nothing() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let yes = Request::Answer { plan: question.plan.clone(), typed: PHRASE.into() };
    session.ask_until(yes, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    bench.ceremony.switch.pull("somebody else").unwrap();
    let events = session.ask(Request::Heed);
    assert_eq!(bench.count(stopped), 1, "what somebody else did is written down");
    assert_eq!(ended(events), Some(Ended::Succeeded), "looking is not stopped");
    assert_eq!(bench.account.state().served, 1);
}

/// T9: a look at the switch is far below the hundred milliseconds that it has, with its file on a disk.
#[test]
fn a_look_at_the_switch_costs_next_to_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let switch = watchdeck_guard::KillSwitch::over(Some(folder.path().join("STOP")), vec![]);
    #[expect(clippy::disallowed_methods, reason = "the machine's time is what is measured")]
    let begun = std::time::Instant::now();
    for _ in 0..1_000 {
        assert!(!switch.is_pulled());
    }
    let each = begun.elapsed() / 1_000;
    println!("a look at the kill switch: {each:?}");
    assert!(each < Duration::from_millis(10), "{each:?}");
}
