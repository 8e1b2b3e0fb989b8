//! Runs that cannot go on between two steps: they pause, say why, hold nothing, and are gone on with by an approval of its own.

use std::time::Duration;

use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Arn, RevisionId};
use watchdeck_guard::journal::{Fate, Record};
use watchdeck_guard::run::Pause;
use watchdeck_guard::{Draft, Ended, Event, Request, Sim, Why};

use crate::steps::both;
use crate::support::account::Fault;
use crate::support::bench::{Bench, Session, ended, paused, refusal, waits};
use crate::support::memory::Death;
use crate::support::{PHRASE, version};

/// Two steps, of which the first is watched before the second is sent.
fn watched(bench: &Bench) -> Draft {
    let mut draft = both(bench);
    let mut seen = draft.verifications[0].clone();
    (seen.id, seen.after) = ("first-well".into(), Some("point-alias".into()));
    draft.verifications.push(seen);
    draft
}

/// Begins it, and lets it go on until its first step is watched.
fn begin(session: &mut Session, draft: Draft) -> watchdeck_domain::RunId {
    let question = session.propose(draft).unwrap();
    let answer = Request::Answer { plan: question.plan.clone(), typed: PHRASE.into() };
    session.ask_until(answer, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    question.plan.run().clone()
}

fn served(bench: &Bench) -> (u32, usize) {
    (bench.account.state().served, bench.intents())
}

/// Two steps, with a person asked between them.
fn asking(bench: &Bench) -> Draft {
    let mut draft = both(bench);
    draft.rest[0].pause = Some("is the first one well?".into());
    draft
}

/// Begins it, and lets it go on until it waits before its second step.
fn waiting(session: &mut Session, bench: &Bench) -> Pause {
    let question = session.propose(asking(bench)).unwrap();
    waits(session.answer(&question.plan, PHRASE)).unwrap().clone()
}

#[test]
fn t11_cf09_a_token_that_ran_out_between_two_steps_pauses_the_run_until_there_is_a_fresh_one() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, &bench);
    bench.account.state().dark = Some(ReadFailure::Expired);
    let events = session.go_on(&pause.run, &pause.phrase).to_vec();
    assert!(paused(&events).unwrap().contains("credentials expired"));
    assert_eq!(served(&bench), (1, 1));
    // Still dark: it stays where it is.
    assert!(session.take_up(&pause.run).is_err());
    assert_eq!(session.unfinished().len(), 1);
    bench.account.state().dark = None;
    assert_eq!(ended(&session.see_through(&pause.run)), Some(Ended::Succeeded));
    assert_eq!(served(&bench), (2, 2));
}

#[test]
fn t11_cf09_a_token_that_runs_out_in_a_wait_pauses_the_run_and_the_wait_is_made_again() {
    let bench = Bench::new();
    let mut session = bench.session();
    let run = begin(&mut session, watched(&bench));
    bench.account.state().dark = Some(ReadFailure::Expired);
    session.go(Duration::from_mins(30), |events| paused(events).is_some());
    assert!(paused(&session.events).is_some(), "{:#?}", session.events);
    assert_eq!(served(&bench), (1, 1));
    bench.account.state().dark = None;
    let from = session.events.len();
    assert_eq!(ended(&session.see_through(&run)), Some(Ended::Succeeded));
    let again = session.events[from..].iter();
    let looks = again.filter(|e| matches!(e, Event::Progress(look) if look.id == "first-well"));
    assert!(looks.count() > 0, "it is looked at again before anything is asked");
    assert_eq!(served(&bench), (2, 2));
}

#[test]
fn t11_cf09_a_step_that_aws_refuses_for_an_old_token_is_no_end_and_is_sent_once_more_by_a_fresh_yes()
 {
    let bench = Bench::new();
    bench.account.state().faults = [Fault::Fine, Fault::Expired].into();
    let mut session = bench.session();
    let question = session.propose(both(&bench)).unwrap();
    let events = session.answer(&question.plan, PHRASE).to_vec();
    assert!(paused(&events).unwrap().contains("ExpiredTokenException"), "{events:#?}");
    // The next process knows as much.
    drop(session);
    let mut session = bench.session();
    let events = session.see_through(question.plan.run());
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
    let attempts: Vec<_> = bench
        .rows()
        .into_iter()
        .filter_map(|row| match row.record {
            Record::Intent { step, attempt, .. } => Some((step, attempt)),
            _ => None,
        })
        .collect();
    let wanted = [("point-alias", 1), ("point-second", 1), ("point-second", 2)];
    assert_eq!(attempts, wanted.map(|(step, attempt)| (step.to_owned(), attempt)));
    assert_eq!(bench.account.state().effects.len(), 2);
}

#[test]
fn t11_cf11_nobody_else_goes_on_with_a_run_and_another_session_of_the_same_role_does() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, &bench);
    drop(session);
    let mut session = bench.session();
    let who = |arn: &str| bench.account.state().identity.arn = Arn::parse(arn).unwrap();
    who("arn:aws:sts::123456784021:assumed-role/admin/operator");
    let why = session.take_up(&pause.run).unwrap_err();
    assert!(why.contains("began the run, but"), "{why}");
    assert_eq!(session.unfinished().len(), 1);
    who("arn:aws:sts::123456784021:assumed-role/oncall-write/another-session");
    assert_eq!(ended(&session.see_through(&pause.run)), Some(Ended::Succeeded));
    assert_eq!(served(&bench), (2, 2));
}

#[test]
fn gd13_a_console_that_is_closed_where_a_run_waits_or_is_watched_pauses_it() {
    for waits in [true, false] {
        let bench = Bench::new();
        let mut session = bench.session();
        let run = if waits {
            waiting(&mut session, &bench).run
        } else {
            begin(&mut session, watched(&bench))
        };
        session.close();
        session.go(Duration::from_mins(1), |_| false);
        assert!(!session.lives());
        let why = |record: &Record| matches!(record, Record::Pause { why } if why == "stopped before step 2: the console was closed");
        assert_eq!(bench.count(why), 1);
        assert_eq!(bench.count(|record| matches!(record, Record::RunEnd { .. })), 0);
        let mut session = bench.session();
        let told = session.unfinished().remove(0).paused.unwrap();
        assert_eq!((told.number, told.of, told.undoable), (2, 2, true));
        assert_eq!(ended(&session.see_through(&run)), Some(Ended::Succeeded));
        assert_eq!(served(&bench), (2, 2));
    }
}

#[test]
fn gd13_a_console_that_is_closed_between_verify_and_record_pauses_what_has_begun() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, &bench);
    bench.account.state().slow = Some(Duration::from_secs(10));
    session.post(Request::GoOn { run: pause.run.clone(), typed: pause.phrase.clone() });
    session.go(Duration::from_secs(5), |_| false);
    session.close();
    session.go(Duration::from_mins(5), |_| false);
    assert!(!session.lives());
    assert_eq!(served(&bench), (1, 1));
    bench.account.state().slow = None;
    let mut session = bench.session();
    assert_eq!(ended(&session.see_through(&pause.run)), Some(Ended::Succeeded));
    assert_eq!(served(&bench), (2, 2));
}

#[test]
fn what_has_moved_since_a_run_began_is_told_and_not_gone_on_over() {
    // What is left depends on the alias of the reader, which somebody has moved; or what landed was moved.
    for second in [true, false] {
        let bench = Bench::new();
        let mut session = bench.session();
        let pause = waiting(&mut session, &bench);
        if second {
            let mut state = bench.account.state();
            state.second.version = version("6");
            state.second.revision = RevisionId::parse("rev-of-somebody").unwrap();
        } else {
            bench.account.interfere();
        }
        drop(session);
        let mut session = bench.session();
        let why = session.take_up(&pause.run).unwrap_err();
        assert!(why.contains("live@orders-"), "{why}");
        assert_eq!(refusal(&session.events).unwrap().why, Why::Moved, "{why}");
        assert_eq!((served(&bench), session.unfinished().len()), ((1, 1), 1));
        let events = session.ask(Request::Abort { run: pause.run.clone() }).to_vec();
        assert_eq!(ended(&events), Some(Ended::Abandoned));
    }
}

#[test]
fn a_pin_that_no_landed_step_touches_is_compared_with_how_the_run_began() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, &bench);
    drop(session);
    let mut state = bench.account.state();
    state.versions.get_mut("41").unwrap().code_sha256 = "another".into();
    drop(state);
    let mut session = bench.session();
    assert!(session.take_up(&pause.run).is_err());
    let refusal = refusal(&session.events).unwrap();
    let moved: Vec<_> = refusal.moved.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(moved, ["target/code_sha256"]);
    assert!(refusal.what.contains("\"another\""), "{}", refusal.what);
    assert_eq!(served(&bench), (1, 1));
}

#[test]
fn what_is_left_of_a_run_is_taken_back_from_its_pause_also_by_the_next_process() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, &bench);
    drop(session);
    let mut session = bench.session();
    let rest = session.take_up(&pause.run).unwrap();
    let undo = session.take_back(&pause.run).unwrap();
    let events = session.answer(&undo.plan, &undo.phrase).to_vec();
    let over = |it: &Event| matches!(it, Event::Done(done) if done.run == pause.run && done.ended == Ended::Abandoned);
    assert!(events.iter().any(over), "it was taken back: {events:#?}");
    session.go(Duration::from_mins(10), |_| false);
    assert_eq!(session.unfinished(), []);
    // The question about what is left of it is void.
    let events = session.answer(&rest.plan, &rest.phrase).to_vec();
    assert!(refusal(&events).unwrap().what.contains("no question"), "{events:#?}");
    assert_eq!(bench.account.alias().version, version("42"));
    assert_eq!(bench.account.state().second.version, version("8"));
}

#[test]
fn a_rest_is_approved_once_and_its_run_stands_in_the_journal_as_one() {
    let bench = Bench::new();
    let mut session = bench.session();
    let pause = waiting(&mut session, &bench);
    drop(session);
    let mut session = bench.session();
    let question = session.take_up(&pause.run).unwrap();
    assert!(question.notes[0].title.contains(pause.run.as_str()));
    // It is asked about already.
    assert!(session.take_up(&pause.run).is_err());
    let events = session.answer(&question.plan, "anything").to_vec();
    assert!(events.iter().any(|it| matches!(it, Event::Mistyped { .. })));
    session.answer(&question.plan, &question.phrase);
    session.go_on(&pause.run, &pause.phrase);
    let count = |wanted: fn(&Record) -> bool| bench.count(wanted);
    assert_eq!(count(|it| matches!(it, Record::RunBegin(_))), 1);
    assert_eq!(count(|it| matches!(it, Record::TakenUp(_))), 1);
    assert_eq!(count(|it| matches!(it, Record::Approval { .. })), 2);
    assert_eq!(count(|it| matches!(it, Record::RunEnd { .. })), 1);
    let taken = bench.rows().into_iter().find_map(|row| match row.record {
        Record::TakenUp(taken) => Some((row.run, *taken)),
        _ => None,
    });
    let (run, taken) = taken.unwrap();
    assert_eq!((run, taken.step.as_str()), (Some(pause.run), "point-second"));
    assert_eq!((taken.landed, taken.hash), (vec!["point-alias".to_owned()], question.hash));
}

/// Dying at any row of a run with a pause, before and after it was taken up, and being closed there: no step twice.
#[test]
fn no_death_at_a_pause_or_in_going_on_does_a_step_twice() {
    for first in (1..=16).flat_map(|n| [Death::Before(n), Death::After(n)]) {
        for second in (1..=9).flat_map(|n| [Death::Before(n), Death::After(n)]) {
            for faults in
                [[Fault::Fine; 2], [Fault::ReplyLost, Fault::Late], [Fault::Late, Fault::ReplyLost]]
            {
                world(first, second, faults);
            }
        }
    }
}

fn world(first: Death, second: Death, faults: [Fault; 2]) {
    let name = format!("{first:?} {second:?} {faults:?}");
    let bench = Bench::new();
    bench.account.state().faults = faults.into();
    if let Some(mut session) = bench.session_of::<Sim>(first)
        && let Ok(question) = session.propose(asking(&bench))
        && let Some(pause) = waits(session.answer(&question.plan, PHRASE)).cloned()
    {
        session.go_on(&pause.run, &pause.phrase);
    }
    for death in [second, Death::Never] {
        let Some(mut session) = bench.session_of::<Sim>(death) else { continue };
        for run in session.unfinished() {
            session.see_through(&run.run);
        }
    }
    let mut session = bench.session();
    session.go(Duration::from_mins(30), |_| false);
    assert!(session.unfinished().is_empty(), "{name}: something is still open");
    let state = bench.account.state();
    let (done, told) = (state.deeds.clone(), bench.landed().len());
    let mut once = done.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), done.len(), "{name}: twice: {done:?}");
    assert_eq!(told, done.len(), "{name}: what is told is what was done");
    assert!(usize::try_from(state.served).unwrap() <= bench.intents(), "{name}");
    let landed = |it: &Record| matches!(it, Record::Outcome { fate: Fate::Landed { .. }, .. });
    assert!(bench.count(landed) <= 2, "{name}");
}
