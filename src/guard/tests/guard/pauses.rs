//! Runs that wait for a person before a step: nothing but their word lets them go on.

use std::time::Duration;

use watchdeck_guard::{Draft, Ended, Request, Risk, Sim};

use crate::steps::both;
use crate::support::PHRASE;
use crate::support::account::Fault;
use crate::support::bench::{Bench, Session, ended, paused, refusal, waits};
use crate::support::memory::Death;

/// Two steps, with a person asked between them.
fn asking(bench: &Bench) -> Draft {
    let mut draft = both(bench);
    draft.rest[0].pause = Some("is the first one well?".into());
    draft
}

fn waiting(session: &mut Session, draft: Draft) -> watchdeck_guard::run::Pause {
    let question = session.propose(draft).unwrap();
    waits(session.answer(&question.plan, PHRASE)).expect("it waits").clone()
}

#[test]
fn a_run_waits_where_it_is_asked_to_and_goes_on_by_its_word() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, asking(&bench));
    assert_eq!((bench.intents(), pause.step.as_str()), (1, "point-second"));
    assert_eq!(pause.phrase, "live@orders-reader to 7");
    assert_eq!(session.unfinished().len(), 1);
    let events = session.go_on(&pause.run, &pause.phrase).to_vec();
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
    assert_eq!(bench.intents(), 2);
}

#[test]
fn a_process_that_ends_while_it_waits_leaves_the_rest_to_an_approval_of_its_own() {
    for fault in [Fault::Fine, Fault::ReplyLost, Fault::Late] {
        let bench = Bench::new();
        bench.account.state().faults = [fault].into();
        let mut session = bench.session_of::<Sim>(Death::Never).unwrap();
        let pause = waiting(&mut session, asking(&bench));
        drop(session);
        let mut session = bench.session();
        let events = session.go_on(&pause.run, &pause.phrase).to_vec();
        assert!(refusal(&events).unwrap().what.contains("waits for anybody here"), "{fault:?}");
        let open = session.unfinished().remove(0).paused.unwrap();
        assert_eq!((open.number, open.of, open.undoable), (2, 2, true), "{fault:?}");
        assert_eq!(open.why, "it waited for a person: is the first one well?", "{fault:?}");
        let question = session.take_up(&pause.run).unwrap();
        assert_eq!(question.calls.len(), 1, "{fault:?} what landed is not in it");
        assert_eq!(bench.intents(), 1, "{fault:?}");
        // The plan is approved, and the step still has its word.
        let events = session.answer(&question.plan, &question.phrase).to_vec();
        let pause = waits(&events).expect("it waits").clone();
        let events = session.go_on(&pause.run, &pause.phrase).to_vec();
        assert_eq!(ended(&events), Some(Ended::Succeeded), "{fault:?} {events:#?}");
        assert_eq!((bench.intents(), bench.account.state().served), (2, 2), "{fault:?}");
    }
}

#[test]
fn a_word_that_comes_too_late_leaves_the_rest_to_an_approval_of_its_own() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, asking(&bench));
    bench.clock.set(pause.until + Duration::from_millis(1));
    let events = session.go_on(&pause.run, &pause.phrase).to_vec();
    assert!(paused(&events).unwrap().contains("waited for somebody until"), "{events:#?}");
    assert_eq!(bench.intents(), 1);
    assert_eq!(ended(&session.see_through(&pause.run)), Some(Ended::Succeeded));
    assert_eq!(bench.intents(), 2);
}

#[test]
fn the_kill_switch_stops_what_waits() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, asking(&bench));
    session.ask(Request::Stop);
    let events = session.go_on(&pause.run, &pause.phrase).to_vec();
    assert_eq!(ended(&events), Some(Ended::Halted), "{events:#?}");
    assert_eq!(bench.intents(), 1);
}

#[test]
fn several_steps_of_r4_are_planned_only_where_their_point_of_no_return_is_drawn() {
    let never = || watchdeck_domain::Reversal::Never("gone is gone".into());
    let check = |wanted: &str, change: &dyn Fn(&mut Draft)| {
        let bench = Bench::new();
        let mut draft = asking(&bench);
        draft.risk = Risk::R4;
        draft.rest[0].reversal = never();
        draft.rest[0].no_return = true;
        change(&mut draft);
        let why = bench.session().propose(draft).err().flatten().map(|no| no.what);
        assert_eq!(why.as_deref().unwrap_or_default(), wanted);
    };
    check("", &|_| {});
    check("a plan of R4 with several steps draws its point of no return", &|draft| {
        draft.rest[0].no_return = false;
    });
    check(
        "step `point-alias` cannot be taken back, and stands before the point of no return",
        &|it| {
            it.first.reversal = never();
        },
    );
    check("step `point-second` can be taken back: one can return from there", &|draft| {
        draft.rest[0].reversal = draft.first.reversal.clone();
    });
    check("step `point-second` cannot be taken back, and nobody is asked before it", &|draft| {
        draft.rest[0].pause = None;
    });
    check("there is one point of no return, not `point-alias` and `point-second`", &|draft| {
        draft.first.no_return = true;
    });
    check("nothing comes before step `point-alias`, where a pause is", &|draft| {
        draft.first.pause = Some("now?".into());
    });
}
