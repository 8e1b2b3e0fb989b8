//! Several steps on one target: each takes the lock that the one before leaves, is watched before the next, and all are taken
//! back as one.

use std::collections::BTreeMap;
use std::time::Duration;

use watchdeck_domain::change::PointAlias;
use watchdeck_domain::{Change, Reversal};
use watchdeck_guard::desk::StepState;
use watchdeck_guard::{
    Draft, Ended, Event, OnError, Question, Request, Sim, Step, Why, left_by, mark,
};

use crate::support::account::{Fault, Other};
use crate::support::bench::{Bench, Session, ended, outcome};
use crate::support::memory::Death;
use crate::support::version;

fn point(change: &mut Change) -> &mut PointAlias {
    let Change::PointAlias(point) = change else { unreachable!() };
    point
}

fn back(step: &mut Step) -> &mut PointAlias {
    let Reversal::By(back) = &mut step.reversal else { unreachable!() };
    point(back)
}

/// The alias shared back: a tenth of its calls, half of them, all. Each share is watched before the next.
fn shared(bench: &Bench) -> Draft {
    let mut draft = bench.rollback();
    let run = draft.id.run().clone();
    let shares = [("first", "42", Some(0.1)), ("second", "42", Some(0.5)), ("all", "41", None)];
    let mut steps: Vec<Step> = Vec::new();
    for (id, at, share) in shares {
        let mut step = draft.first.clone();
        step.id = id.into();
        let before = steps.last().map(|before| (before.id.clone(), before.change.clone()));
        let change = point(&mut step.change);
        change.version = version(at);
        change.weights = share.map(|share| ("41".to_owned(), share)).into_iter().collect();
        change.description = mark(id, &run, "production");
        if let Some((before, mut there)) = before {
            change.revision = left_by(&before).unwrap();
            let there = point(&mut there).clone();
            let back = back(&mut step);
            (back.version, back.weights) = (there.version, there.weights);
        }
        steps.push(step);
    }
    let mut steps = steps.into_iter();
    draft.first = steps.next().unwrap();
    draft.rest = steps.collect();
    for after in ["first", "second"] {
        let mut seen = draft.verifications[0].clone();
        (seen.id, seen.after) = (format!("{after}-well"), Some(after.into()));
        draft.verifications.push(seen);
    }
    draft
}

fn begin(session: &mut Session, draft: Draft) -> (Question, Vec<Event>) {
    let question = session.propose(draft).unwrap();
    let events = session.answer(&question.plan, &question.phrase).to_vec();
    (question, events)
}

/// Where the alias points, and which share goes elsewhere.
fn there(bench: &Bench) -> (String, BTreeMap<String, f64>) {
    let state = bench.account.state();
    (state.alias.version.to_string(), state.alias.weights.clone())
}

fn is_as_before(bench: &Bench) -> bool {
    there(bench) == ("42".into(), BTreeMap::new())
}

/// Takes the run back, which is one call.
fn take_back(session: &mut Session, events: &[Event]) -> Option<Ended> {
    let question = session.take_back(&outcome(events).unwrap().run).unwrap();
    assert_eq!(question.calls.len(), 1, "{:?}", question.calls);
    ended(session.answer(&question.plan, &question.phrase))
}

#[test]
fn stages_land_one_after_the_other_and_are_taken_back_as_one() {
    let bench = Bench::new();
    let mut session = bench.session();
    let (question, events) = begin(&mut session, shared(&bench));
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
    assert_eq!(there(&bench), ("41".into(), BTreeMap::new()));
    assert_eq!((bench.account.state().served, bench.intents()), (3, 3));
    // The phrase names what is there in the end, and the calls say which lock they wait for.
    assert!(question.phrase.contains(" to 41 in "), "{}", question.phrase);
    let locks: Vec<_> =
        question.calls.iter().map(|call| call.params["RevisionId"].as_str().unwrap()).collect();
    assert_eq!(locks, ["rev-1", "what step `first` leaves", "what step `second` leaves"]);
    let weights = question.differences.iter().filter(|it| it.field.ends_with("weights"));
    let weights: Vec<_> = weights.map(|it| (it.before.as_str(), it.after.as_str())).collect();
    assert_eq!(weights, [("none", "10 % 41"), ("10 % 41", "50 % 41"), ("50 % 41", "none")]);
    // Each was watched for a while before the next was sent.
    let landed: Vec<_> = events
        .iter()
        .filter_map(|e| match e {
            Event::Step(step) if matches!(step.state, StepState::Landed { .. }) => Some(step.at),
            _ => None,
        })
        .collect();
    assert!(landed.windows(2).all(|two| two[1].since(two[0]) >= Duration::from_mins(1)));
    assert_eq!(take_back(&mut session, &events), Some(Ended::Succeeded));
    assert!(is_as_before(&bench), "{:?}", there(&bench));
}

#[test]
fn a_stage_that_is_worse_stops_the_run_and_the_way_back_is_proposed_at_once() {
    let bench = Bench::new();
    bench.account.state().traffic.insert("41".into(), (30.0, 0.9));
    let mut session = bench.session();
    let mut draft = shared(&bench);
    draft.first.on_error = OnError::Undo;
    let (_, events) = begin(&mut session, draft);
    let told = outcome(&events).unwrap();
    assert_eq!((told.ended, told.undoable), (Ended::Failed, true));
    assert!(told.why.starts_with("stopped before step 2"), "{}", told.why);
    assert_eq!(bench.account.state().served, 1);
    session.go(Duration::from_mins(1), |events| {
        events
            .iter()
            .any(|e| matches!(e, Event::Asked { question, .. } if question.undoes.is_some()))
    });
    let undo = session.events.iter().rev().find_map(|event| match event {
        Event::Asked { question, .. } if question.undoes.is_some() => Some((**question).clone()),
        _ => None,
    });
    // It is a question like any other: nothing has been sent for it.
    assert_eq!(bench.account.state().served, 1);
    let undo = undo.unwrap();
    assert_eq!(ended(session.answer(&undo.plan, &undo.phrase)), Some(Ended::Succeeded));
    assert!(is_as_before(&bench));
}

#[test]
fn a_stage_of_which_too_little_is_known_is_no_pass() {
    let bench = Bench::new();
    bench.account.state().traffic.clear();
    let mut session = bench.session();
    let (_, events) = begin(&mut session, shared(&bench));
    assert_eq!(ended(&events), Some(Ended::Unverified));
    assert_eq!(bench.account.state().served, 1);
    assert_eq!(take_back(&mut session, &events), Some(Ended::Succeeded));
    assert!(is_as_before(&bench));
}

#[test]
fn who_moves_the_alias_during_a_stage_is_not_overwritten() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(shared(&bench)).unwrap();
    let answer = Request::Answer { plan: question.plan, typed: question.phrase };
    session.ask_until(answer, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    bench.account.interfere();
    session.go(Duration::from_mins(30), |events| ended(events).is_some());
    let told = ended(&session.events);
    let halted = [Ended::Moved, Ended::Failed, Ended::Conflict, Ended::Unverified];
    assert!(told.is_some_and(|told| halted.contains(&told)), "{told:?}");
    assert_eq!(there(&bench).0, "40");
    assert_eq!(bench.account.state().served, 1);
}

/// The mark of the first step is no mark of the second.
#[test]
fn a_lost_second_step_is_told_from_the_first() {
    for (fault, wanted, served) in [
        (Fault::ReplyLost, Ended::Succeeded, 3),
        (Fault::Late, Ended::Succeeded, 3),
        (Fault::LostBefore, Ended::Absent, 2),
        (Fault::Throttled, Ended::Rejected, 2),
    ] {
        let bench = Bench::new();
        bench.account.state().faults = [Fault::Fine, fault].into();
        let mut session = bench.session();
        let (_, events) = begin(&mut session, shared(&bench));
        assert_eq!(ended(&events), Some(wanted), "{fault:?}");
        assert_eq!(bench.account.state().served, served, "{fault:?}");
        assert_eq!(take_back(&mut session, &events), Some(Ended::Succeeded), "{fault:?}");
        assert!(is_as_before(&bench), "{fault:?}");
    }
}

#[test]
fn a_plan_stands_for_the_time_that_its_stages_take_and_no_longer() {
    let bench = Bench::new();
    let mut session = bench.session();
    let mut draft = shared(&bench);
    draft.ttl_s = 30;
    let (_, events) = begin(&mut session, draft);
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
}

#[test]
fn a_switch_pulled_during_a_stage_stops_the_next() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(shared(&bench)).unwrap();
    let answer = Request::Answer { plan: question.plan, typed: question.phrase };
    session.ask_until(answer, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    session.post(Request::Stop);
    session.go(Duration::from_mins(30), |events| ended(events).is_some());
    assert_eq!(ended(&session.events), Some(Ended::Halted));
    assert_eq!(bench.account.state().served, 1);
}

#[test]
fn a_run_given_up_during_a_stage_sends_nothing_more() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(shared(&bench)).unwrap();
    let run = question.plan.run().clone();
    let answer = Request::Answer { plan: question.plan, typed: question.phrase };
    session.ask_until(answer, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    let events = session.ask(Request::Abort { run }).to_vec();
    assert_eq!(ended(&events), Some(Ended::Abandoned));
    assert_eq!(bench.account.state().served, 1);
    assert_eq!(take_back(&mut session, &events), Some(Ended::Succeeded));
    assert!(is_as_before(&bench));
}

#[test]
fn steps_on_one_target_without_the_lock_or_a_mark_of_their_own_are_refused() {
    let bench = Bench::new();
    let mut session = bench.session();
    let mut as_read = shared(&bench);
    let lock = point(&mut as_read.first.change).revision.clone();
    point(&mut as_read.rest[0].change).revision = lock;
    let mut same_mark = shared(&bench);
    let description = point(&mut same_mark.first.change).description.clone();
    point(&mut same_mark.rest[0].change).description = description;
    let mut elsewhere = shared(&bench);
    back(&mut elsewhere.rest[0]).version = version("40");
    let mut after_all = shared(&bench);
    after_all.verifications[1].after = Some("all".into());
    for (draft, wanted) in [
        (as_read, "changes live@orders-writer twice"),
        (same_mark, "the same description"),
        (elsewhere, "the reversal leads to"),
        (after_all, "no step comes after `all`"),
    ] {
        let refusal = session.propose(draft).unwrap_err().unwrap();
        assert_eq!(refusal.why, Why::Draft);
        assert!(refusal.what.contains(wanted), "{}", refusal.what);
    }
    assert_eq!(bench.account.state().served, 0);
}

/// Wherever the process dies and whatever becomes of a call: no stage twice, none claimed that was not, the rest not sent.
#[test]
fn no_world_does_a_stage_twice_or_goes_on_without_the_one_before() {
    let faults = [
        Fault::Fine,
        Fault::LostBefore,
        Fault::ReplyLost,
        Fault::Late,
        Fault::Throttled,
        Fault::DiesBefore,
        Fault::DiesAfter,
        Fault::DiesLate,
    ];
    let deaths = (1..=14).flat_map(|n| [Death::Before(n), Death::After(n)]).chain([Death::Never]);
    for death in deaths {
        for first in faults {
            for second in faults {
                for other in [Other::Nobody, Other::AfterCall] {
                    if death == Death::Never || first == Fault::Fine {
                        world(death, [first, second], other);
                    }
                }
            }
        }
    }
}

fn world(death: Death, faults: [Fault; 2], other: Other) {
    let name = format!("{death:?} {faults:?} {other:?}");
    let bench = Bench::new();
    {
        let mut state = bench.account.state();
        state.faults = faults.into();
        state.other = other;
    }
    if let Some(mut session) = bench.session_of::<Sim>(death)
        && let Ok(question) = session.propose(shared(&bench))
    {
        session.answer(&question.plan, &question.phrase);
    }
    for _ in 0..4 {
        let mut session = bench.session();
        let open = session.unfinished();
        for run in &open {
            let events = session.see_through(&run.run);
            // What somebody else has moved is not gone on with: somebody decides.
            if ended(&events).is_none() && session.lives() {
                assert!(other != Other::Nobody, "{name}: {events:#?}");
                let events = session.ask(Request::Abort { run: run.run.clone() });
                assert_eq!(ended(events), Some(Ended::Abandoned), "{name}");
            }
        }
        if open.is_empty() {
            break;
        }
    }
    let mut session = bench.session();
    session.go(Duration::from_mins(30), |_| false);
    assert!(session.unfinished().is_empty(), "{name}: something is still open");
    let state = bench.account.state();
    let (done, told) = (state.effects.len(), bench.landed().len());
    let served = usize::try_from(state.served).unwrap();
    assert!(done <= 3 && served <= 3, "{name}: {served} sent, {done} done");
    assert!(told <= done, "{name}: {told} claimed, {done} done");
    assert!(told == done || other != Other::Nobody, "{name}: {told} claimed, {done} done");
    assert!(served <= bench.intents(), "{name}: what is sent was recorded");
    if other == Other::Nobody {
        let wanted = ["42", "42", "42", "41"][done];
        assert_eq!(state.alias.version.as_str(), wanted, "{name}: the stages are in order");
    }
}

#[test]
fn a_refused_step_that_asks_for_it_has_the_way_back_proposed_at_once() {
    let bench = Bench::new();
    bench.account.state().faults = [Fault::Fine, Fault::Throttled].into();
    let mut session = bench.session();
    let mut draft = shared(&bench);
    draft.rest[0].on_error = OnError::Undo;
    let (_, events) = begin(&mut session, draft);
    assert_eq!(ended(&events), Some(Ended::Rejected));
    let is_way_back =
        |event: &Event| matches!(event, Event::Asked { question, .. } if question.undoes.is_some());
    session.go(Duration::from_mins(1), |events| events.iter().any(is_way_back));
    assert!(session.events.iter().any(is_way_back), "{:#?}", session.events);
    assert_eq!(bench.account.state().served, 2, "a question sends nothing");
}

#[test]
fn a_step_that_does_not_come_to_rest_in_its_own_time_ends_badly_then() {
    let rested = |rest_s: Option<u32>| {
        let bench = Bench::new();
        bench.account.state().phantom = Some(Duration::from_mins(5));
        let mut session = bench.session();
        let mut draft = bench.rollback();
        draft.first.rest_s = rest_s;
        ended(&begin(&mut session, draft).1)
    };
    assert_eq!(rested(Some(60)), Some(Ended::Failed));
    assert_eq!(rested(None), Some(Ended::Succeeded));
}
