//! The vectors of Lambda that the guard answers for: locks, weights, and mappings that take their time.

use std::collections::BTreeMap;
use std::time::Duration;

use watchdeck_domain::{Change, Clock as _, Reversal};
use watchdeck_guard::{Draft, Ended, Event, Request, Why};

use crate::support::account::{Fault, Other};
use crate::support::bench::{Bench, ended, outcome, refusal};
use crate::support::{Absolute, PHRASE, setting};

/// The rollback, with these weights left on the alias, and its refusal if there is one.
fn weighted(weights: &[(&str, f64)]) -> Result<String, String> {
    let bench = Bench::new();
    let mut draft = bench.rollback();
    let Change::PointAlias(point) = &mut draft.first.change else { unreachable!() };
    point.weights = weights.iter().map(|(version, share)| ((*version).into(), *share)).collect();
    let question = bench.session().propose(draft).map_err(|no| no.unwrap().what)?;
    let shown = question.differences.iter().find(|one| one.field.ends_with("weights"));
    Ok(shown.map(|one| one.after.clone()).unwrap_or_default())
}

#[test]
fn lr03_a_lost_reply_is_found_to_be_ours_and_no_second_attempt_meets_the_lock() {
    let bench = Bench::new();
    bench.account.state().faults = [Fault::ReplyLost, Fault::Fine].into();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    let state = bench.account.state();
    assert_eq!((state.served, state.effects.len(), state.faults.len()), (1, 1, 1));
}

#[test]
fn lr04_a_lost_reply_and_then_somebody_else_is_left_to_the_operator() {
    let bench = Bench::new();
    {
        let mut state = bench.account.state();
        state.faults.push_back(Fault::ReplyLost);
        state.other = Other::AfterCall;
    }
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let events = session.answer(&question.plan, PHRASE).to_vec();
    assert_eq!(ended(&events), Some(Ended::Conflict), "{events:#?}");
    let why = &outcome(&events).unwrap().why;
    assert!(why.contains("points at 40") && why.contains("deployed by somebody"), "{why}");
    session.go(Duration::from_mins(30), |_| false);
    assert_eq!(bench.account.alias().version.as_str(), "40", "their change stands");
    assert_eq!(bench.account.state().served, 1, "nothing more is sent");
}

#[test]
fn lr06_a_version_that_is_deleted_after_the_question_stops_the_plan() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    bench.account.state().versions.remove("41");
    let refused = refusal(session.answer(&question.plan, PHRASE)).unwrap().clone();
    assert_eq!(refused.why, Why::Moved);
    assert!(refused.moved.iter().any(|moved| moved.what == "target/code_sha256"), "{refused:?}");
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

#[test]
fn lr19_weights_are_shares_and_are_shown_rounded() {
    for (share, shown) in [
        (0.0, "0 % 42"),
        (1.0, "100 % 42"),
        (1.0 / 3.0, "33.3 % 42"),
        (0.0005, "0.1 % 42"),
        (0.1 + 0.2, "30 % 42"),
    ] {
        assert_eq!(weighted(&[("42", share)]), Ok(shown.into()), "{share}");
    }
    for share in [-0.1, 1.000_1, f64::NAN, f64::INFINITY] {
        assert!(weighted(&[("42", share)]).unwrap_err().contains("not between 0 and 1"), "{share}");
    }
}

#[test]
fn lr20_latest_shares_an_alias_with_nobody() {
    let refused = weighted(&[("$LATEST", 0.5)]).unwrap_err();
    assert!(refused.contains("`$LATEST` cannot share"), "{refused}");
    let bench = Bench::new();
    let mut draft = bench.rollback();
    let Change::PointAlias(point) = &mut draft.first.change else { unreachable!() };
    point.version = crate::support::version("$LATEST");
    point.weights = BTreeMap::from([("42".into(), 0.5)]);
    let refused = bench.session().propose(draft).unwrap_err().unwrap();
    assert!(refused.what.contains("`$LATEST` cannot share"), "{refused:?}");
}

/// A reservation of 20 for the function.
fn cap(bench: &Bench) -> Draft {
    setting(Absolute::Reserved, &bench.account, bench.clock.now())
}

#[test]
fn lr21_what_was_not_reserved_is_taken_away_again_and_not_set() {
    let bench = Bench::new();
    let Reversal::By(back) = cap(&bench).first.reversal else { panic!("it can be undone") };
    assert_eq!(back.call().1, "DeleteFunctionConcurrency");
    bench.account.state().reserved = Some(0);
    let mut draft = setting(Absolute::Provisioned, &bench.account, bench.clock.now());
    assert_eq!(draft.first.change.call().1, "PutProvisionedConcurrencyConfig");
    let Reversal::By(back) = &mut draft.first.reversal else { panic!("it can be undone") };
    assert_eq!(back.call().1, "DeleteProvisionedConcurrencyConfig");
}

#[test]
fn lr22_a_reservation_that_leaves_too_little_is_refused_and_nothing_is_done() {
    let bench = Bench::new();
    bench.account.state().faults.push_back(Fault::Says("InvalidParameterValueException"));
    let mut session = bench.session();
    let question = session.propose(cap(&bench)).unwrap();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Rejected));
    let done = outcome(events).unwrap();
    assert!(done.why.contains("InvalidParameterValueException") && !done.undoable, "{done:?}");
    assert_eq!(bench.account.state().reserved, None);
}

#[test]
fn lr23_a_mapping_that_takes_three_minutes_is_waited_for_and_not_switched_meanwhile() {
    let bench = Bench::new();
    bench.account.state().drag = Some(Duration::from_mins(3));
    let began = bench.clock.now();
    let mut session = bench.session();
    let draft = setting(Absolute::Source, &bench.account, began);
    let question = session.propose(draft).unwrap();
    let plan = question.plan.clone();
    let yes = Request::Answer { plan: plan.clone(), typed: question.phrase.clone() };
    session.ask_until(yes, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    assert_eq!(bench.account.state().source.state, "Disabling");
    // Taking it back now would be refused by AWS: nothing is sent.
    let undo = Request::Undo { run: plan.run().clone() };
    let events = session.ask_until(undo, |events| refusal(events).is_some());
    let refused = refusal(events).unwrap();
    assert!(refused.what.contains("until it has come to rest"), "{refused:?}");
    session.go(Duration::from_mins(30), |events| ended(events).is_some());
    assert_eq!(ended(&session.events), Some(Ended::Succeeded));
    assert!(bench.clock.now().since(began) >= Duration::from_mins(3));
    let state = bench.account.state();
    assert_eq!((state.source.state.as_str(), state.served), ("Disabled", 1));
}
