//! Stages, rules and services: what is particular to each.

use std::time::Duration;

use watchdeck_domain::Clock as _;
use watchdeck_guard::{Ended, Event, Request, Why};

use crate::support::account::Fault;
use crate::support::bench::{Bench, ended, outcome, refusal};
use crate::support::{Absolute, setting};

#[test]
fn where_a_stage_set_no_throttle_the_way_back_takes_ours_away() {
    let bench = Bench::new();
    let mut session = bench.session();
    let draft = setting(Absolute::Throttle, &bench.account, bench.clock.now());
    let question = session.propose(draft).unwrap();
    assert_eq!(question.phrase, "set throttle:orders-write/prod to 20/s+40 in ..4021");
    let patches = question.calls[0].params["patchOperations"].as_array().unwrap().clone();
    assert_eq!(patches.len(), 2, "the rate and the burst: {patches:?}");
    session.answer(&question.plan, &question.phrase);
    let run = question.plan.run().clone();
    let events = session.ask_until(Request::Undo { run }, |events| {
        events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
    });
    let back = events.iter().find_map(|event| match event {
        Event::Asked { question, .. } => Some((**question).clone()),
        _ => None,
    });
    let back = back.unwrap();
    assert_eq!(back.calls[0].params["patchOperations"][0]["op"], "remove");
    session.answer(&back.plan, &back.phrase);
    assert_eq!(bench.account.state().edge.throttle, None);
}

#[test]
fn a_way_back_that_would_take_away_more_than_the_throttle_is_refused() {
    let bench = Bench::new();
    let mut session = bench.session();
    let draft = setting(Absolute::Throttle, &bench.account, bench.clock.now());
    let question = session.propose(draft).unwrap();
    session.answer(&question.plan, &question.phrase);
    // Somebody else switches metrics on, in the very settings that the way back would take away.
    bench.account.state().edge.throttle.as_mut().unwrap().more = true;
    let run = question.plan.run().clone();
    let events = session.ask_until(Request::Undo { run }, |events| {
        events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
    });
    assert!(matches!(refusal(events).unwrap().why, Why::Moved | Why::Check), "{events:#?}");
}

#[test]
fn a_rollout_that_ecs_gives_up_is_told_at_once_and_not_waited_for() {
    let bench = Bench::new();
    let mut session = bench.session();
    let draft = setting(Absolute::Roll, &bench.account, bench.clock.now());
    let question = session.propose(draft).unwrap();
    bench.account.state().edge.gives_up = true;
    let began = bench.clock.now();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Failed), "{events:#?}");
    let why = &outcome(events).unwrap().why;
    assert!(why.contains("given the rollout of shop-web:117 up"), "{why}");
    assert!(why.contains("goes back to shop-web:118") && why.contains("circuit breaker"), "{why}");
    assert!(bench.clock.now().since(began) < Duration::from_mins(2));
}

#[test]
fn a_rollout_whose_answer_was_lost_and_that_ecs_gave_up_was_made() {
    let bench = Bench::new();
    {
        let mut state = bench.account.state();
        state.edge.gives_up = true;
        state.faults.push_back(Fault::ReplyLost);
    }
    let mut session = bench.session();
    let draft = setting(Absolute::Roll, &bench.account, bench.clock.now());
    let question = session.propose(draft).unwrap();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Failed), "{events:#?}");
    assert_eq!(bench.landed(), [question.plan.run().clone()]);
}
