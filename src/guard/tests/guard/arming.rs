//! A desk is armed for a while: what was left alone overnight cannot act in the morning.

use std::time::Duration;

use watchdeck_domain::Clock as _;
use watchdeck_guard::{Ended, Event, Request, Why};

use crate::support::PHRASE;
use crate::support::bench::{ARMED_FOR, Bench, ended, refusal};

#[test]
fn a_desk_left_alone_proposes_nothing_until_it_is_armed_again() {
    let bench = Bench::new();
    let mut session = bench.session();
    let draft = Box::new(bench.rollback());
    session.go(ARMED_FOR + Duration::from_mins(1), |_| false);
    let events = session.ask(Request::Propose { draft });
    assert_eq!(refusal(events).unwrap().why, Why::Disarmed);
    let until = bench.clock.now() + ARMED_FOR;
    let events = session.ask_until(Request::Arm, |events| !events.is_empty());
    assert!(matches!(events[0], Event::Armed { until: told } if told >= until), "{events:?}");
    let question = session.propose(bench.rollback()).unwrap();
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(ended(events), Some(Ended::Succeeded));
}

#[test]
fn a_question_asked_in_time_is_not_answered_out_of_time() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    session.go(ARMED_FOR + Duration::from_mins(1), |_| false);
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Disarmed);
    assert!(bench.account.state().effects.is_empty());
    session.ask(Request::Arm);
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Absent, "it was taken back with the refusal");
    assert_eq!(bench.intents(), 0);
}

#[test]
fn what_needs_no_arms_is_served_without() {
    let bench = Bench::new();
    let mut session = bench.session();
    session.go(ARMED_FOR + Duration::from_mins(1), |_| false);
    let events = session.ask(Request::List { rows: 5 });
    assert!(events.iter().any(|event| matches!(event, Event::Journal { .. })), "{events:?}");
    assert!(refusal(events).is_none());
}
