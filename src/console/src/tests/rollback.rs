//! Stories of the road from a bad version to a proven rollback, and back.

use std::time::Duration;

use serde_json::json;
use watchdeck_guard::desk::{Ended, Outcome, ProgressEvent, StepEvent, StepState};
use watchdeck_guard::{Doubt, Event, Refusal, Request, Verdict, Why};

use super::console::Console;
use super::fixture;
use crate::app::{Effect, Msg};

/// A console on which the question of the rollback stands.
pub(super) fn asked() -> Console {
    let mut console = Console::armed().press(": rollback␣orders-writer␣live␣41 enter");
    console.take_left();
    let question = Box::new(fixture::question(console.now));
    console.tell(Event::Asked { plan: fixture::plan(), question })
}

/// A console on which the run is under way: the call has landed.
pub(super) fn landed() -> Console {
    let mut console =
        asked().press("enter").press("rollback␣orders-writer:live␣to␣41␣in␣..4021 enter");
    console.take_left();
    let at = console.now;
    let step = |state| {
        Event::Step(StepEvent {
            run: fixture::run(),
            step: "point-alias".into(),
            title: "point live of orders-writer at 41".into(),
            state,
            at,
        })
    };
    console
        .tell(step(StepState::Verified))
        .tell(step(StepState::Recorded))
        .tell(step(StepState::Landed { request_id: Some("0b1c-77".into()), left: vec![] }))
}

fn look(console: Console, calls: f64, errors: f64, verdict: Verdict) -> Console {
    let at = console.now;
    console.tell(Event::Progress(ProgressEvent {
        run: fixture::run(),
        id: "errors".into(),
        title: "version 41 answers, and few of its calls fail".into(),
        verdict,
        facts: json!({"calls": {"invocations": {"sum": calls}, "errors": {"sum": errors}}}),
        at,
        until: at + Duration::from_mins(7),
    }))
}

pub(super) fn done(console: Console, ended: Ended, undoable: bool) -> Console {
    let at = console.now;
    console.tell(Event::Done(Outcome {
        run: fixture::run(),
        title: "roll live@orders-writer back from 42 to 41".into(),
        ended,
        why: "version 41 took 240 calls and 1 of them failed".into(),
        undoable,
        undoes: None,
        at,
    }))
}

#[test]
fn a_read_only_console_says_how_to_arm_and_proposes_nothing() {
    let mut console = Console::new().press("6 j j j enter R");
    console.row("read-only: start watchdeck with --write to propose changes");
    assert!(!console.screen().contains("roll back"), "the footer does not offer it");
    assert!(console.take_left().iter().all(|effect| matches!(effect, Effect::WatchLogs { .. })));
    let mut console = console.press(": rollback␣orders-writer␣live␣41 enter");
    console.row("read-only");
    assert!(console.take_left().is_empty());
}

#[test]
fn a_rollback_is_proposed_from_the_alias_under_the_cursor() {
    let console = Console::armed().press("6 j j j enter R");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy     ARMED  SIMULATED
    │ 1 2 3 4 5 6 Functions › orders-writer  7 8 9 0 !                              ● 0.0 calls/s 03:04Z
    │  orders-writer   nodejs22.x · 512 MB · limit 10 s
    │
    │  ALIAS          POINTS AT                  CALLS   ERRORS   60 MIN    5 MIN  RATE BY MINUTE
    │▌ live           42                         7,200      129    1.8 %   21.0 %  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁███
    │
    │  VERSION        PUBLISHED                  CALLS   ERRORS   60 MIN    5 MIN  RATE BY MINUTE
    │  $LATEST  ╭ Roll orders-writer:live back from 42 to ───────────────────────────────────╮
    │  42 ← live│ Nothing is sent: the choice becomes a plan with a question.                │       ███
    │  41       │▌ last known good  the newest one that the history proves to have worked    │▁▁▁▁▁▁▁
    │  40       │  version 41       2026-11-12 14:05  6,840 calls, 0.0 % failed              │
    │           │  version 40       2026-10-02 09:30  no calls in the last 60 minutes        │
    │  ALIAS MOV│                                                                            │
    │  03:01:10 ╰────────────────────────────────────────────────────────────────────────────╯
    │  10:24:00  live → 41        by ci-deploy
    │
    │
    │
    │
    │
    │
    │
    │ enter propose   q back   ctrl-p go to   : command   ? help   ctrl-c quit
    ");
    let mut console = console.press("j enter");
    let left = console.take_left();
    let Some(Effect::Propose { runbook, parameters }) = left.last() else { panic!("{left:?}") };
    assert_eq!(runbook, "lambda.rollback");
    let said: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(said, ["alias=live", "function=orders-writer", "version=41"]);
    console.row("Gathering the evidence");
}

#[test]
fn the_plan_shows_exactly_what_would_be_done() {
    let console = asked().sized(100, 50);
    insta::assert_snapshot!(console.picture(), @r#"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy     ARMED  SIMULATED
    │ 1 2 3 4 5 6 7 8 9 0 Plan•  !                                               ● 0.0 calls/s 03:04:00Z
    │ roll live@orders-writer back from 42 to 41
    │ in 123456784021 eu-central-1 (sim)   as oncall-write/operator   risk R2
    │ by lambda.rollback v1 (sha256 1f2e..)
    │
    │ WHAT WILL BE SENT, AND NOTHING ELSE
    │   Lambda UpdateAlias   refused by AWS if anyone else was faster
    │     FunctionName       arn:aws:lambda:eu-central-1:123456784021:function:orders-writer
    │     FunctionVersion    41
    │     Name               live
    │     RevisionId         8f1e0e0c
    │     RoutingConfig      {"AdditionalVersionWeights":{}}
    │
    │ WHAT CHANGES
    │   orders-writer:live version      42  →  41
    │
    │ WHAT WAS CHECKED
    │   ✔ version 41 can be invoked
    │   ! no deployment is in flight
    │       cannot be told: codedeploy:ListDeployments: access denied
    │       CodeDeploy owns an alias while it deploys
    │
    │ WHAT ELSE IT TOUCHES
    │   · all calls of orders-writer that come through live
    │
    │ HOW IT IS TAKEN BACK
    │   · point alias live of orders-writer at version 42
    │
    │ WHAT IS WATCHED AFTERWARDS
    │   · version 41 answers, and few of its calls fail
    │
    │ BEFORE YOU ANSWER
    │   · Freeze the pipeline that deployed 42.
    │
    │ WHAT IAM MUST ALLOW
    │   · lambda:UpdateAlias on arn:aws:lambda:eu-central-1:123456784021:function:orders-writer
    │
    │ PLAN
    │   p-01990199019901990199019901990199  checked 03:04:00
    │   sha256 9999999999999999999999999999999999999999999999999999999999999999
    │
    │
    │
    │
    │ ──────────────────────────────────────────────────────────────────────────────────────────────────
    │ type  rollback orders-writer:live to 41 in ..4021
    │ enter begins   expires in 10:00
    │
    │ enter type the phrase   W withdraw   esc back   ctrl-p go to   : command   ? help   q quit
    "#);
    let console = console.sized(80, 24);
    insta::assert_snapshot!(console.picture(), @r#"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator   ARMED  SIMULATED
    │ 1 2 3 4 5 6 7 8 9 0 Plan•  !                           ● 0.0 calls/s 03:04:00Z
    │ roll live@orders-writer back from 42 to 41
    │ in 123456784021 eu-central-1 (sim)   as oncall-write/operator   risk R2
    │ by lambda.rollback v1 (sha256 1f2e..)
    │
    │ WHAT WILL BE SENT, AND NOTHING ELSE
    │   Lambda UpdateAlias   refused by AWS if anyone else was faster
    │     FunctionName       arn:aws:lambda:eu-central-1:123456784021:function:orde
    │                        rs-writer
    │     FunctionVersion    41
    │     Name               live
    │     RevisionId         8f1e0e0c
    │     RoutingConfig      {"AdditionalVersionWeights":{}}
    │
    │ WHAT CHANGES
    │   orders-writer:live version      42  →  41
    │
    │ WHAT WAS CHECKED
    │ ── 24 more lines below ───────────────────────────────────────────────────────
    │ type  rollback orders-writer:live to 41 in ..4021
    │ enter begins   expires in 10:00
    │
    │ enter type the phrase   W withdraw   esc back   ctrl-p go to   ? help   q quit
    "#);
}

#[test]
fn only_a_typed_phrase_leaves_the_console_and_exactly_as_typed() {
    let mut console = asked().press("enter");
    console.hear(Msg::Paste("rollback orders-writer:live to 41 in ..4021".into()));
    console.row("a paste is refused");
    assert!(console.take_left().is_empty());
    let mut console = console.press("wrong enter");
    assert_eq!(
        console.take_left(),
        [Effect::Desk(Request::Answer { plan: fixture::plan(), typed: "wrong".into() })]
    );
    let console =
        console.tell(Event::Mistyped { plan: fixture::plan(), why: "it begins otherwise".into() });
    console.row("not the phrase: it begins otherwise");
    console.row("the question stands");
    assert!(console.model.plan.question().is_some(), "the question was handed back");
}

#[test]
fn a_phrase_missed_is_typed_again_into_the_same_empty_prompt() {
    let mut console = asked().press("enter wrong enter");
    console.take_left();
    let missed = Event::Mistyped { plan: fixture::plan(), why: "it begins otherwise".into() };
    let mut console = console.tell(missed);
    assert!(console.screen().lines().any(|row| row == "phrase:"), "open and empty");
    console.row("not the phrase: it begins otherwise");
    // Had the prompt closed, W would withdraw the plan and q leave.
    console = console.press("Wq enter");
    let typed = "Wq".to_owned();
    assert_eq!(
        console.take_left(),
        [Effect::Desk(Request::Answer { plan: fixture::plan(), typed })]
    );
    console = console.press("enter again enter");
    assert!(console.take_left().is_empty(), "one answer at a time, and never an empty one");
    console.row("an answer is with the guard already");
    console = console.press("esc");
    assert!(!console.screen().contains("phrase: "), "esc closes it");
}

#[test]
fn a_phrase_never_answers_another_question() {
    let mut console = asked().press("enter rollback␣orders");
    console.take_left();
    let mut question = fixture::question(console.now);
    question.plan = watchdeck_guard::PlanId::parse("p-01990199019901990199019901990198").unwrap();
    let plan = question.plan.clone();
    let mut console = console.tell(Event::Asked { plan, question: Box::new(question) });
    console.row("another question stands here now");
    assert!(!console.screen().contains("phrase: "));
    assert!(console.take_left().is_empty());
}

#[test]
fn a_withdrawn_plan_sends_nothing() {
    let mut console = asked().press("W");
    assert_eq!(console.take_left(), [Effect::Desk(Request::Withdraw { plan: fixture::plan() })]);
    let console = console.tell(Event::Withdrawn { plan: fixture::plan() });
    console.row("Withdrawn. Nothing was sent.");
}

#[test]
fn a_refusal_says_why_and_what_to_do() {
    let refusal = Refusal::new(
        Why::Check,
        "version 40 is not active: calls would fail",
        "choose another version",
    );
    let console =
        asked().tell(Event::Refused { plan: Some(fixture::plan()), refusal: Box::new(refusal) });
    console.row("Refused. Nothing was sent.");
    console.row("version 40 is not active");
    console.row("choose another version");
}

#[test]
fn an_old_question_takes_no_answer() {
    let console = asked().wait(601);
    console.row("It is too late for an answer");
}

#[test]
fn the_run_is_watched_until_it_is_proven() {
    let console = look(landed(), 4.0, 0.0, Verdict::Unknown("too few calls".into())).wait(10);
    let console = look(console, 240.0, 1.0, Verdict::True);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy     ARMED  SIMULATED
    │ 1 2 3 4 5 6 7 8 9 0 Run•  !                                                ● 0.0 calls/s 03:04:10Z
    │ roll live@orders-writer back from 42 to 41
    │ r-01990199019901990199019901990199   began 03:04:00Z
    │ ● running   0:10
    │
    │ STEPS
    │   ✔ point live of orders-writer at 41
    │       03:04:00  the account is still as it was approved
    │       03:04:00  the intent is on disk
    │       03:04:00  done, AWS says: request 0b1c-77
    │
    │ WATCHED
    │   ✔ version 41 answers, and few of its calls fail
    │       seen
    │       240 calls, 1 failed, 0.4 %   ▁▁
    │       looked 2 times, last at 03:04:10
    │
    │   A  Stops waiting for this run. Sends nothing and takes nothing back.
    │
    │
    │
    │
    │ A give up   esc back   ctrl-p go to   : command   ? help   q quit
    ");
    let console = done(console, Ended::Succeeded, true);
    console.row("✔ done and verified   after 0:10");
    console.row("U  Proposes to take this run back");
    console.row(" U undo");
    assert!(!console.screen().contains("give up"), "only legal keys are offered");
}

#[test]
fn what_is_told_twice_of_a_step_is_shown_once() {
    let console = landed();
    let at = console.now;
    let again = |state, at| {
        Event::Step(StepEvent {
            run: fixture::run(),
            step: "point-alias".into(),
            title: "point live of orders-writer at 41".into(),
            state,
            at,
        })
    };
    let console = console
        .tell(again(StepState::Verified, at))
        .tell(again(StepState::Recorded, at + Duration::from_secs(1)))
        .tell(again(StepState::Landed { request_id: Some("0b1c-77".into()), left: vec![] }, at));
    let screen = console.screen();
    for said in ["still as it was approved", "the intent is on disk", "done, AWS says"] {
        assert_eq!(screen.matches(said).count(), 1, "{said}\n{screen}");
    }
}

#[test]
fn a_watch_without_calls_says_that_there_is_no_data_yet() {
    let console = look(landed(), -0.0, -0.0, Verdict::Unknown("too few calls".into()));
    console.row("      no data yet");
    assert!(!console.screen().contains("-0 calls"));
}

#[test]
fn help_over_the_choice_of_a_version_is_about_it() {
    let console = Console::armed().press("6 j j j enter R ?");
    console.row("Help: Functions › orders-writer › Roll back to");
    console.row("choose-target");
    let console = console.press("?");
    console.row("Roll orders-writer:live back from 42 to");
}

#[test]
fn a_run_is_taken_back_by_a_plan_of_its_own() {
    let mut console = done(landed(), Ended::Succeeded, true).press("U");
    assert_eq!(console.take_left(), [Effect::Desk(Request::Undo { run: fixture::run() })]);
    console.row("take back: roll live@orders-writer back from 42 to 41");
}

#[test]
fn an_unknown_outcome_is_said_and_never_retried() {
    let console = landed();
    let probe_at = console.now + Duration::from_secs(5);
    let mut console = console.tell(Event::Adrift {
        run: fixture::run(),
        step: "point-alias".into(),
        doubt: Doubt::TimedOut("10 s".into()),
        probe_at,
    });
    console.row("? sent, and nobody knows yet what came of it");
    console.row("it is not sent again");
    for key in ["U", "R", "enter"] {
        console = console.press(key);
    }
    assert!(console.take_left().is_empty(), "nothing is sent by any key");
}

#[test]
fn quitting_during_a_run_asks_once() {
    let mut console = landed().press("q");
    console.row("a run is under way");
    assert!(console.take_left().is_empty());
    let mut console = console.press("q");
    assert_eq!(console.take_left(), [Effect::Quit]);
}
