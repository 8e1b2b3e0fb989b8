//! Plans of two steps: one after the other, each recorded for itself, and taken back in reverse.

use std::time::Duration;

use watchdeck_domain::{Change, Reversal};
use watchdeck_guard::desk::StepState;
use watchdeck_guard::{Draft, Ended, Event, OnError, Request, Sim};

use crate::support::account::Fault;
use crate::support::bench::{Bench, Session, ended, outcome, paused};
use crate::support::memory::Death;
use crate::support::{PHRASE, version};

/// A rollback of the writer's alias and then of the reader's.
pub(crate) fn both(bench: &Bench) -> Draft {
    let mut draft = bench.rollback();
    let there = bench.account.state().second.clone();
    let mut step = draft.first.clone();
    step.id = "point-second".into();
    let Change::PointAlias(change) = &mut step.change else { unreachable!() };
    change.function = there.function.clone();
    change.version = version("7");
    change.revision = there.revision.clone();
    let Reversal::By(back) = &mut step.reversal else { unreachable!() };
    let Change::PointAlias(back) = back.as_mut() else { unreachable!() };
    back.function = there.function;
    back.version = there.version;
    back.revision = there.revision;
    draft.rest.push(step);
    draft
}

fn begin(bench: &Bench, session: &mut Session) -> Vec<Event> {
    let question = session.propose(both(bench)).unwrap();
    assert_eq!(question.calls.len(), 2);
    session.answer(&question.plan, PHRASE).to_vec()
}

fn versions(bench: &Bench) -> (String, String) {
    let state = bench.account.state();
    (state.alias.version.to_string(), state.second.version.to_string())
}

#[test]
fn two_steps_land_in_order_and_are_taken_back_in_reverse() {
    let bench = Bench::new();
    let mut session = bench.session();
    let events = begin(&bench, &mut session);
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
    assert_eq!(versions(&bench), ("41".into(), "7".into()));
    assert_eq!((bench.intents(), bench.landed().len()), (2, 2));
    let landed: Vec<_> = events
        .iter()
        .filter_map(|e| match e {
            Event::Step(step) if matches!(step.state, StepState::Landed { .. }) => {
                Some(step.step.as_str())
            }
            _ => None,
        })
        .collect();
    assert_eq!(landed, ["point-alias", "point-second"]);
    let undo = session.take_back(&outcome(&events).unwrap().run).unwrap();
    let first = undo.calls[0].params["FunctionName"].as_str().unwrap();
    assert!(
        first.ends_with(":123456784021:function:orders-reader"),
        "the last step first: {first}"
    );
    assert_eq!(ended(session.answer(&undo.plan, &undo.phrase)), Some(Ended::Succeeded));
    assert_eq!(versions(&bench), ("42".into(), "8".into()));
}

#[test]
fn a_second_step_that_is_refused_leaves_the_first_to_be_taken_back() {
    let bench = Bench::new();
    bench.account.state().faults = [Fault::Fine, Fault::Throttled].into();
    let mut session = bench.session();
    let events = begin(&bench, &mut session);
    assert_eq!(ended(&events), Some(Ended::Rejected));
    assert!(outcome(&events).unwrap().undoable);
    assert_eq!(versions(&bench), ("41".into(), "8".into()));
}

#[test]
fn a_refused_step_that_the_rest_can_do_without_is_passed_over() {
    for (faults, needed, wanted, landed) in [
        ([Fault::Throttled, Fault::Fine], "point-second", Ended::Succeeded, ("42", "7")),
        ([Fault::Fine, Fault::Throttled], "point-alias", Ended::Succeeded, ("41", "8")),
        // Where nothing at all was done, nothing has succeeded.
        ([Fault::Throttled, Fault::Throttled], "", Ended::Rejected, ("42", "8")),
        // What cannot be told is no refusal.
        ([Fault::LostBefore, Fault::Fine], "point-second", Ended::Absent, ("42", "8")),
    ] {
        let bench = Bench::new();
        bench.account.state().faults = faults.into();
        let mut session = bench.session();
        let mut draft = both(&bench);
        draft.waits.clear();
        draft.verifications.clear();
        for step in std::iter::once(&mut draft.first).chain(&mut draft.rest) {
            if step.id != needed {
                step.on_error = OnError::Continue;
            }
        }
        let question = session.propose(draft).unwrap();
        let answer = Request::Answer { plan: question.plan.clone(), typed: PHRASE.into() };
        let is_done = |events: &[Event]| events.iter().any(|it| matches!(it, Event::Done(_)));
        let events = session.ask_until(answer, is_done);
        let done = outcome(events)
            .unwrap_or_else(|| panic!("{faults:?} {:?}", crate::support::bench::refusal(events)))
            .clone();
        assert_eq!(done.ended, wanted, "{faults:?} {done:?}");
        let (alias, second) = versions(&bench);
        assert_eq!((alias.as_str(), second.as_str()), landed, "{faults:?}");
        let passed = wanted == Ended::Succeeded;
        assert_eq!(done.why.contains("gone on without: point-"), passed || needed.is_empty());
        assert_eq!(done.undoable, passed, "{faults:?}");
    }
}

#[test]
fn a_first_step_that_was_adrift_and_landed_goes_on_to_the_second() {
    let bench = Bench::new();
    bench.account.state().faults = [Fault::ReplyLost].into();
    let mut session = bench.session();
    let events = begin(&bench, &mut session);
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
    assert_eq!(versions(&bench), ("41".into(), "7".into()));
    assert_eq!(bench.account.state().served, 2);
}

#[test]
fn after_a_death_between_the_steps_the_second_needs_an_approval_of_its_own() {
    for fault in [Fault::DiesAfter, Fault::DiesLate] {
        let bench = Bench::new();
        bench.account.state().faults = [fault].into();
        let mut session = bench.session_of::<Sim>(Death::Never).unwrap();
        begin(&bench, &mut session);
        assert!(!session.lives());
        let mut session = bench.session();
        session.go(Duration::from_secs(1), |_| true);
        let open = session.unfinished();
        let question = session.take_up(&open[0].run).unwrap();
        assert_eq!((question.calls.len(), question.plan.run()), (1, &open[0].run), "{fault:?}");
        assert_eq!(versions(&bench), ("41".into(), "8".into()), "{fault:?}");
        assert_eq!(bench.account.state().served, 1, "{fault:?}");
        let events = session.answer(&question.plan, &question.phrase).to_vec();
        assert_eq!(ended(&events), Some(Ended::Succeeded), "{fault:?} {events:#?}");
        assert_eq!(versions(&bench), ("41".into(), "7".into()), "{fault:?}");
        assert_eq!(bench.account.state().served, 2, "{fault:?}");
    }
}

#[test]
fn a_second_step_whose_approval_has_run_out_is_not_sent() {
    let bench = Bench::new();
    bench.account.state().faults = [Fault::ReplyLost].into();
    let mut session = bench.session();
    let mut draft = both(&bench);
    draft.ttl_s = 4;
    let question = session.propose(draft).unwrap();
    let events = session.answer(&question.plan, PHRASE).to_vec();
    assert!(paused(&events).unwrap().contains("stood until"), "{events:#?}");
    assert!(!events.iter().any(|e| matches!(e, Event::Refused { .. })), "one step was sent");
    assert_eq!((versions(&bench), bench.intents()), (("41".into(), "8".into()), 1));
}
