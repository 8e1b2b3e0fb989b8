//! The vectors of throttles, failures, credentials and networks, for a change that AWS compares and those that it does not.

use std::time::Duration;

use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Arn, Change, Clock as _, Reversal};
use watchdeck_guard::journal::{Fate, Record};
use watchdeck_guard::{Doubt, Draft, Ended, Event, Question, Request, Why};

use crate::support::account::Fault;
use crate::support::bench::{Bench, Session, ended, outcome, paused, refusal};
use crate::support::{Absolute, PHRASE, setting, version};

/// What is changed.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Rollback,
    Setting(Absolute),
}

const DEEDS: [Deed; 8] = [
    Deed::Rollback,
    Deed::Setting(Absolute::Source),
    Deed::Setting(Absolute::Reserved),
    Deed::Setting(Absolute::Provisioned),
    Deed::Setting(Absolute::Throttle),
    Deed::Setting(Absolute::Deployment),
    Deed::Setting(Absolute::Rule),
    Deed::Setting(Absolute::Roll),
];

fn draft(deed: Deed, bench: &Bench) -> Draft {
    match deed {
        Deed::Rollback => bench.rollback(),
        Deed::Setting(kind) => setting(kind, &bench.account, bench.clock.now()),
    }
}

fn begin(deed: Deed, bench: &Bench, session: &mut Session) -> (Question, Option<Ended>) {
    let question = session.propose(draft(deed, bench)).unwrap();
    let ended = ended(session.answer(&question.plan, &question.phrase));
    (question, ended)
}

/// How one attempt with this fault ends, how often something was sent, and how often it took effect.
fn once(deed: Deed, fault: Fault) -> (Option<Ended>, u32, usize) {
    let bench = Bench::new();
    bench.account.state().faults.push_back(fault);
    let mut session = bench.session();
    let (_, ended) = begin(deed, &bench, &mut session);
    session.go(Duration::from_mins(30), |_| false);
    assert!(session.unfinished().is_empty(), "{deed:?} {fault:?}");
    let state = bench.account.state();
    (ended, state.served, state.effects.len())
}

#[test]
fn cf01_cf02_a_throttled_change_is_sent_again_by_nobody_but_the_operator() {
    for (deed, throttled) in DEEDS.into_iter().flat_map(|deed| [(deed, 2), (deed, 6)]) {
        let bench = Bench::new();
        bench.account.state().faults = vec![Fault::Throttled; throttled].into();
        let mut session = bench.session();
        // Every ten seconds a fresh plan: for a minute all are refused.
        for attempt in 0..throttled {
            let (_, end) = begin(deed, &bench, &mut session);
            assert_eq!(end, Some(Ended::Rejected), "{deed:?}");
            assert_eq!(bench.account.state().served as usize, attempt + 1, "one call a plan");
            session.go(Duration::from_secs(10), |_| false);
        }
        assert!(bench.account.state().effects.is_empty());
        assert_eq!(begin(deed, &bench, &mut session).1, Some(Ended::Succeeded), "{deed:?}");
        assert_eq!(bench.account.state().effects.len(), 1);
    }
}

#[test]
fn cf03_cf04_a_service_that_fails_may_have_acted_and_is_looked_at() {
    for deed in DEEDS {
        assert_eq!(once(deed, Fault::FailsAfter), (Some(Ended::Succeeded), 1, 1), "{deed:?}");
        assert_eq!(once(deed, Fault::FailsBefore), (Some(Ended::Absent), 1, 0), "{deed:?}");
    }
}

#[test]
fn cf05_cf06_cf07_a_broken_connection_is_settled_by_looking() {
    for deed in DEEDS {
        assert_eq!(once(deed, Fault::LostBefore), (Some(Ended::Absent), 1, 0), "{deed:?}");
        assert_eq!(once(deed, Fault::ReplyLost), (Some(Ended::Succeeded), 1, 1), "{deed:?}");
        assert_eq!(once(deed, Fault::Late), (Some(Ended::Succeeded), 1, 1), "{deed:?}");
    }
}

#[test]
fn cf08_what_takes_effect_after_it_was_told_absent_is_reported() {
    for deed in DEEDS {
        let bench = Bench::new();
        bench.account.state().faults.push_back(Fault::VeryLate);
        let mut session = bench.session();
        let (question, end) = begin(deed, &bench, &mut session);
        assert_eq!(end, Some(Ended::Absent), "{deed:?}");
        let why = &outcome(&session.events).unwrap().why;
        assert!(why.contains("should it come late after all"), "{why}");
        session.go(Duration::from_mins(30), |_| false);
        assert_eq!(bench.landed(), [question.plan.run().clone()], "{deed:?}");
        assert_eq!(bench.count(|r| matches!(r, Record::Late { .. })), 1, "{deed:?}");
        assert_eq!(ended(&session.events), Some(Ended::Succeeded), "{deed:?}");
    }
}

#[test]
fn cf09_credentials_that_end_before_the_call_in_a_wait_or_between_steps_cost_nothing() {
    for deed in DEEDS {
        assert_eq!(once(deed, Fault::Expired), (Some(Ended::Rejected), 1, 0), "{deed:?}");
    }
    // In a wait: looking goes on, and sees the end once the credentials are back.
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let yes = Request::Answer { plan: question.plan.clone(), typed: PHRASE.into() };
    session.ask_until(yes, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    bench.account.state().dark = Some(ReadFailure::Expired);
    session.go(Duration::from_mins(2), |_| false);
    assert_eq!(ended(&session.events), None);
    bench.account.state().dark = None;
    session.go(Duration::from_mins(30), |_| false);
    assert_eq!(ended(&session.events), Some(Ended::Succeeded));
    // Adrift: the run waits for the operator, and goes on after a renewal.
    let bench = Bench::new();
    bench.account.state().faults.push_back(Fault::ReplyLost);
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let yes = Request::Answer { plan: question.plan.clone(), typed: PHRASE.into() };
    session.ask_until(yes, |events| events.iter().any(|e| matches!(e, Event::Adrift { .. })));
    bench.account.state().dark = Some(ReadFailure::Expired);
    session.go(Duration::from_mins(2), |_| false);
    let why = paused(&session.events).unwrap();
    assert!(why.contains("credentials expired"), "{why}");
    bench.account.state().dark = None;
    assert_eq!(ended(session.resume(question.plan.run())), Some(Ended::Succeeded));
    assert_eq!(bench.account.state().served, 1);
}

/// Five steps: two aliases and three settings.
fn five(bench: &Bench) -> Draft {
    let mut draft = bench.rollback();
    let there = bench.account.state().second.clone();
    let mut step = draft.first.clone();
    step.id = "point-second".into();
    for change in [Some(&mut step.change), back(&mut step.reversal)].into_iter().flatten() {
        let Change::PointAlias(point) = change else { unreachable!() };
        point.function = there.function.clone();
        point.revision = there.revision.clone();
    }
    let Change::PointAlias(point) = &mut step.change else { unreachable!() };
    point.version = version("7");
    let Some(Change::PointAlias(point)) = back(&mut step.reversal) else { unreachable!() };
    point.version = there.version;
    draft.rest.push(step);
    for kind in [Absolute::Source, Absolute::Reserved, Absolute::Provisioned] {
        let mut step = setting(kind, &bench.account, bench.clock.now()).first;
        step.id = format!("{kind:?}").to_lowercase();
        draft.rest.push(step);
    }
    draft
}

fn back(reversal: &mut Reversal) -> Option<&mut Change> {
    if let Reversal::By(back) = reversal { Some(back) } else { None }
}

#[test]
fn cf10_a_policy_that_is_narrowed_at_step_three_of_five_leaves_two_to_be_taken_back() {
    let bench = Bench::new();
    bench.account.state().faults =
        [Fault::Fine, Fault::Fine, Fault::Says("AccessDeniedException")].into();
    let mut session = bench.session();
    let question = session.propose(five(&bench)).unwrap();
    let events = session.answer(&question.plan, PHRASE).to_vec();
    assert_eq!(ended(&events), Some(Ended::Rejected), "{events:#?}");
    let done = outcome(&events).unwrap();
    assert!(done.undoable && done.why.contains("AccessDeniedException"), "{done:?}");
    assert_eq!((bench.account.state().served, bench.landed().len()), (3, 2));
    let undo = Request::Undo { run: done.run.clone() };
    let asked = |events: &[Event]| events.iter().any(|e| matches!(e, Event::Asked { .. }));
    session.ask_until(undo, asked);
    let question = session.events.iter().rev().find_map(|event| match event {
        Event::Asked { question, .. } => Some((**question).clone()),
        _ => None,
    });
    let question = question.unwrap();
    assert_eq!(question.calls.len(), 2, "only what was seen to land is taken back");
    assert_eq!(ended(session.answer(&question.plan, &question.phrase)), Some(Ended::Succeeded));
    let state = bench.account.state();
    assert_eq!((state.alias.version.as_str(), state.second.version.as_str()), ("42", "8"));
    assert_eq!((state.source.state.as_str(), state.reserved), ("Enabled", None));
}

#[test]
fn cf11_a_renewal_that_gives_another_role_is_refused() {
    for deed in DEEDS {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = session.propose(draft(deed, &bench)).unwrap();
        let other = "arn:aws:sts::123456784021:assumed-role/admin/operator";
        bench.account.state().identity.arn = Arn::parse(other).unwrap();
        let refused = refusal(session.answer(&question.plan, &question.phrase)).unwrap().clone();
        assert_eq!(refused.why, Why::Identity, "{deed:?}");
        assert!(refused.what.contains("oncall-write") && refused.what.contains("admin"));
        assert_eq!((bench.account.state().served, bench.intents()), (0, 0), "{deed:?}");
    }
}

#[test]
fn cf12_an_endpoint_whose_name_is_not_found_stops_the_plan_and_never_the_doubt() {
    let bench = Bench::new();
    bench.account.state().dark = Some(ReadFailure::Unreachable);
    let refused = bench.session().propose(bench.rollback()).unwrap_err().unwrap();
    assert_eq!(refused.why, Why::Identity);
    assert!(refused.what.contains("unreachable") && !refused.hint.is_empty(), "{refused:?}");
    // Gone between question and call.
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    bench.account.state().dark = Some(ReadFailure::Unreachable);
    assert_eq!(refusal(session.answer(&question.plan, PHRASE)).unwrap().why, Why::Identity);
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
    // Gone with the call: nobody knows whether it arrived, and nobody pretends to.
    let bench = Bench::new();
    bench.account.state().faults.push_back(Fault::LostBefore);
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let events = session.answer(&question.plan, PHRASE);
    assert!(
        events.iter().any(|e| matches!(e, Event::Adrift { doubt: Doubt::Connection(_), .. })),
        "{events:#?}"
    );
}

#[test]
fn cf13_cf14_a_clock_that_is_wrong_and_a_quota_that_is_hard_are_told_once_in_the_words_of_aws() {
    for code in ["RequestTimeTooSkewed", "LimitExceededException"] {
        for deed in DEEDS {
            let bench = Bench::new();
            bench.account.state().faults.push_back(Fault::Says(code));
            let mut session = bench.session();
            let (_, end) = begin(deed, &bench, &mut session);
            assert_eq!(end, Some(Ended::Rejected), "{deed:?}");
            assert!(outcome(&session.events).unwrap().why.starts_with(code), "{deed:?}");
            let told = |r: &Record| matches!(r, Record::Outcome { fate: Fate::Rejected { code: said, .. }, .. } if said == code);
            assert_eq!((bench.account.state().served, bench.count(told)), (1, 1), "{deed:?}");
        }
    }
}
