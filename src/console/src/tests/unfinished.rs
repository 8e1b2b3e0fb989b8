//! Runs that did not simply end: left unfinished, never sent, waiting, refused.

use watchdeck_domain::RunId;
use watchdeck_guard::desk::{Ended, StepEvent, StepState, Unfinished};
use watchdeck_guard::{Event, Refusal, Request, Why, sha256};
use watchdeck_runbook::lambda_rollback;

use super::console::Console;
use super::fixture;
use super::rollback::{asked, done, landed};
use crate::app::Effect;

fn unfinished(run: RunId, ours: bool, console: &Console) -> Event {
    Event::Unfinished {
        runs: vec![Unfinished {
            run,
            title: "roll live@orders-writer back from 42 to 41".into(),
            realm: "sim".into(),
            scope: fixture::question(console.now).scope,
            began: console.now,
            adrift: Some("point-alias".into()),
            paused: None,
            runbook: "lambda.rollback".into(),
            sha256: sha256(lambda_rollback().unwrap().text.as_bytes()),
            ours,
        }],
    }
}

#[test]
fn an_unfinished_run_is_offered_on_top_of_the_journal() {
    let console = Console::armed();
    let event = unfinished(fixture::run(), true, &console);
    let console = console.tell(event.clone());
    console.row("1 unfinished: 9 shows what can be done");
    let mut console = console.press("9").tell(event).wait(8);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy     ARMED  SIMULATED
    │ 1 2 3 4 5 6 7 8 9 Journal 1  0 !                                              ● 0.0 calls/s 03:04Z
    │     ROW  TIME                 WHAT           DETAIL
    │▌      !  2026-11-22 03:04:00  unfinished     roll live@orders-writer back from 42 to 41: nobody kn…
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │ R resume   A give up   enter open   / filter   space mark   esc back   : command   ? help   q quit
    ");
    console.take_left();
    console = console.press("R");
    assert_eq!(console.take_left(), [Effect::Desk(Request::Resume { run: fixture::run() })]);
    console.row("● running");
}

#[test]
fn a_run_of_another_account_is_not_resumed_here() {
    let console = Console::armed().press("9");
    let event = unfinished(fixture::run(), false, &console);
    let mut console = console.tell(event);
    console.take_left();
    console = console.press("R");
    console.row("this run belongs to another account, region or realm");
    assert!(console.take_left().is_empty());
}

fn no(why: Why, what: &str) -> Event {
    let refusal = Box::new(Refusal::new(why, what, "make room on the disk"));
    Event::Refused { plan: Some(fixture::plan()), refusal }
}

#[test]
fn a_run_that_the_journal_could_not_take_is_shown_as_not_sent_with_the_reason() {
    let console = asked().press("enter").press("rollback␣orders-writer:live␣to␣41␣in␣..4021 enter");
    let at = console.now;
    let console = console
        .tell(Event::Step(StepEvent {
            run: fixture::run(),
            step: "point-alias".into(),
            title: "point live of orders-writer at 41".into(),
            state: StepState::Verified,
            at,
        }))
        .tell(no(Why::Journal, "the disk is full"));
    console.row("✘ not sent");
    console.row("the disk is full");
    console.row("make room on the disk");
    assert!(!console.screen().contains("running"));
    assert!(!console.screen().contains("give up"), "there is nothing to give up");
    assert!(!console.model.runs.any_live());
}

#[test]
fn a_run_that_waits_says_why_and_can_be_resumed() {
    let console = landed();
    let paused = Event::Paused {
        run: fixture::run(),
        why: "the credentials have expired".into(),
        hint: "sign in again, then resume the run".into(),
    };
    let open = unfinished(fixture::run(), true, &console);
    let mut console = console.tell(paused).tell(open);
    console.row("nobody is at work on it");
    console.row("the credentials have expired");
    console.row("sign in again");
    assert!(!console.screen().contains("not sent"), "something was sent");
    console.take_left();
    console = console.press("R");
    assert_eq!(console.take_left(), [Effect::Desk(Request::Resume { run: fixture::run() })]);
    console.row("● running");
    assert!(!console.screen().contains("the credentials have expired"));
    let console = console.tell(no(Why::Identity, "this run belongs to another account"));
    console.row("nobody is at work on it");
    console.row("this run belongs to another account");
}

#[test]
fn an_answer_is_given_once() {
    let mut console =
        asked().press("enter").press("rollback␣orders-writer:live␣to␣41␣in␣..4021 enter");
    assert_eq!(console.take_left().len(), 1);
    let mut console = console.press("enter").press("rollback enter");
    assert!(console.take_left().iter().all(|effect| !matches!(effect, Effect::Desk(_))));
}

#[test]
fn a_no_to_something_else_is_a_problem_and_not_the_fate_of_the_plan() {
    let refusal = Box::new(Refusal::new(Why::Absent, "there is no open plan p-1", "look again"));
    let console = asked().tell(Event::Refused { plan: None, refusal });
    assert!(console.model.plan.question().is_some(), "the question stands");
    let console = console.press("!");
    console.row("there is no open plan p-1");
}

#[test]
fn an_undo_that_is_refused_is_not_waited_for() {
    let console = done(landed(), Ended::Succeeded, true).press("U");
    console.row("Gathering the evidence");
    let console = console.tell(no(Why::Busy, "its outcome is unknown"));
    console.row("Refused. Nothing was sent.");
    console.row("its outcome is unknown");
}

#[test]
fn an_effect_that_comes_late_corrects_the_run_and_says_so() {
    let console = done(landed(), Ended::Absent, false).press("2");
    let run = fixture::run();
    let event = Event::Late {
        run: run.clone(),
        step: "point-alias".into(),
        title: "point live of orders-writer at 41".into(),
        at: console.now,
    };
    let console = console.tell(event);
    console.row("took effect after all, late: 0 shows it");
    assert!(console.model.runs.any_live(), "it is watched as any that landed");
    let console = done(console.press("0"), Ended::Succeeded, true);
    console.row("done and verified");
    console.row("U undo");
}

#[test]
fn jr06_a_run_whose_runbook_was_edited_since_says_that_it_goes_by_the_old_text() {
    let console = Console::armed();
    let Event::Unfinished { mut runs } = unfinished(fixture::run(), true, &console) else {
        unreachable!()
    };
    runs[0].sha256 = "of another text".into();
    let console = console.sized(200, 24).press("9").tell(Event::Unfinished { runs: runs.clone() });
    console.row("lambda.rollback was edited since: it goes by the text of its plan");
    runs[0].runbook = "mine".into();
    let console = console.tell(Event::Unfinished { runs });
    console.row("mine is gone since: it goes by the text of its plan");
}
