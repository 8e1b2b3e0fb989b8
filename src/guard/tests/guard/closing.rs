//! When the console is closed, and when an approval runs out on the way: what was not sent is not sent any more.

use std::time::Duration;

use watchdeck_guard::desk::StepState;
use watchdeck_guard::journal::{Fate, Record};
use watchdeck_guard::{Event, Question, Request, Why};

use crate::support::PHRASE;
use crate::support::bench::{Bench, Session, paused, refusal};

fn asked(bench: &Bench) -> (Session, Question) {
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    (session, question)
}

fn yes(question: &Question) -> Request {
    Request::Answer { plan: question.plan.clone(), typed: PHRASE.into() }
}

#[test]
fn what_was_only_verified_is_not_sent_by_a_console_that_was_closed() {
    let bench = Bench::new();
    let (mut session, question) = asked(&bench);
    bench.account.state().slow = Some(Duration::from_secs(10));
    session.ask_until(yes(&question), |_| true);
    session.close();
    session.go(Duration::from_mins(30), |_| false);
    assert!(!session.lives(), "the desk ends");
    let refusal = refusal(&session.events).unwrap();
    assert!(refusal.what.contains("closed; nothing was sent"), "{refusal:?}");
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

#[test]
fn what_is_still_in_the_box_when_the_console_is_closed_leads_to_nothing() {
    let bench = Bench::new();
    let (mut session, question) = asked(&bench);
    session.post(yes(&question));
    session.close();
    session.go(Duration::from_mins(30), |_| false);
    assert!(!session.lives());
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));

    let (mut session, question) = asked(&bench);
    session.answer(&question.plan, PHRASE);
    let rows = bench.rows().len();
    let run = question.plan.run().clone();
    session.post(Request::Undo { run: run.clone() });
    session.post(Request::Resume { run });
    session.close();
    session.go(Duration::from_mins(30), |_| false);
    assert_eq!(bench.rows().len(), rows, "nothing was even written");
}

#[test]
fn an_act_under_way_when_the_console_is_closed_is_finished_and_written_down() {
    let bench = Bench::new();
    let (mut session, question) = asked(&bench);
    bench.account.state().slow = Some(Duration::from_secs(10));
    session.ask_until(yes(&question), |events| {
        events.iter().any(|e| matches!(e, Event::Step(s) if s.state == StepState::Recorded))
    });
    session.close();
    session.go(Duration::from_mins(30), |_| false);
    assert!(!session.lives());
    let landed = |r: &Record| matches!(r, Record::Outcome { fate: Fate::Landed { .. }, .. });
    assert_eq!((bench.account.state().served, bench.count(landed)), (1, 1));
}

#[test]
fn an_approval_that_runs_out_while_it_is_verified_sends_nothing() {
    let bench = Bench::new();
    let (mut session, question) = asked(&bench);
    bench.account.state().slow = Some(Duration::from_secs(400));
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Expired);
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

#[test]
fn an_answer_to_no_question_is_told_with_the_plan_asked_about() {
    let bench = Bench::new();
    let (mut session, question) = asked(&bench);
    session.ask(Request::Withdraw { plan: question.plan.clone() });
    let events = session.answer(&question.plan, PHRASE);
    assert!(
        events.iter().any(
            |e| matches!(e, Event::Refused { plan: Some(plan), .. } if *plan == question.plan)
        ),
        "{events:#?}"
    );
}

#[test]
fn a_run_that_sent_something_and_cannot_be_written_down_waits_and_is_not_refused() {
    let bench = Bench::new();
    let (mut session, question) = asked(&bench);
    session
        .ask_until(yes(&question), |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    bench.disk.0.lock().unwrap().full = true;
    session.go(Duration::from_mins(30), |_| false);
    assert!(paused(&session.events).unwrap().contains("full"));
    assert!(refusal(&session.events).is_none());
    bench.disk.0.lock().unwrap().full = false;
    assert_eq!(session.unfinished().len(), 1, "it can be resumed");
}
