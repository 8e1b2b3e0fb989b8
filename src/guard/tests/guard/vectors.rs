//! The vectors of guards that older tests hold under other names as well, each by its id.

use std::time::Duration;

use watchdeck_domain::{AccountId, Clock as _};
use watchdeck_guard::journal::{Fate, Fault, Journal, Record};
use watchdeck_guard::{Ended, Event, Request, Risk, Why};

use crate::support::PHRASE;
use crate::support::bench::{Bench, ended, refusal};

#[test]
fn gd06_credentials_of_another_account_carry_nothing_out() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    bench.account.state().identity.account = AccountId::parse("999988887777").unwrap();
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Identity);
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

#[test]
fn gd10_a_plan_of_more_than_its_risk_allows_is_refused() {
    let cases = [
        (Risk::R2, 10, "may have 10"),
        (Risk::R3, 3, "may have 3"),
        (Risk::R4, 1, "draws its point of no return"),
        (Risk::R4, 12, "may have 12"),
    ];
    for (risk, more, told) in cases {
        let bench = Bench::new();
        let mut draft = bench.rollback();
        draft.risk = risk;
        draft.rest = vec![draft.first.clone(); more];
        let refusal = bench.session().propose(draft).unwrap_err().unwrap();
        assert_eq!(refusal.why, Why::Draft);
        assert!(refusal.what.contains(told), "{refusal:?}");
    }
}

#[test]
fn gd11_one_console_at_a_time_writes_and_a_clock_that_goes_back_voids_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::new();
    let path = folder.path().join("journal");
    let first = Journal::open(&path, bench.clock.now()).unwrap();
    let second = Journal::open(&path, bench.clock.now()).unwrap_err();
    assert_eq!(second.fault, Fault::Busy, "{second}");
    // The lock is that of a process: with its holder it is gone.
    drop(first);
    assert!(Journal::open(&path, bench.clock.now()).is_ok());

    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    bench.clock.set(bench.clock.now() - Duration::from_hours(1));
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Expired);
    assert_eq!(bench.account.state().served, 0);
}

#[test]
fn gd12_what_cannot_be_written_down_is_not_asked_not_sent_and_not_claimed() {
    let full = |bench: &Bench, full: bool| bench.disk.0.lock().unwrap().full = full;
    // Before the question.
    let bench = Bench::new();
    let mut session = bench.session();
    full(&bench, true);
    let refused = session.propose(bench.rollback()).unwrap_err().unwrap();
    assert_eq!(refused.why, Why::Journal);
    // At the intent.
    full(&bench, false);
    let question = session.propose(bench.rollback()).unwrap();
    full(&bench, true);
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Journal);
    assert_eq!(bench.account.state().served, 0);
    // At the outcome: it was sent, and what came of it is found out when there is room again.
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    bench.account.state().slow = Some(Duration::from_secs(2));
    let yes = Request::Answer { plan: question.plan.clone(), typed: PHRASE.into() };
    session.ask_until(yes, |_| bench.account.state().served == 1);
    full(&bench, true);
    session.go(Duration::from_secs(10), |events| {
        events.iter().any(|event| matches!(event, Event::Adrift { .. }))
    });
    full(&bench, false);
    session.go(Duration::from_mins(30), |_| false);
    if ended(&session.events).is_none() {
        session.resume(question.plan.run());
    }
    assert_eq!(ended(&session.events), Some(Ended::Succeeded));
    let landed = |r: &Record| matches!(r, Record::Outcome { fate: Fate::Landed { .. }, .. });
    assert_eq!((bench.account.state().served, bench.count(landed)), (1, 1));
}
