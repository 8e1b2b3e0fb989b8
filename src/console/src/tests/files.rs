//! Stories of files that are open in place of an account.

use watchdeck_domain::log::LogEvent;
use watchdeck_signal::News;
use watchdeck_signal::transcript::Transcript;

use super::console::{Console, edged};
use crate::app::files::{Intake, Stage};
use crate::app::{Effect, Flow, Msg, TailStanding};

const ORDERS: &str = "2026-11-22T03:00:00Z INFO order 1 written
2026-11-22T03:00:02Z ERROR no stock, request 0f1e2d3c-1111-4222-8333-444455556666
  at orders.js:12
2026-11-22T03:00:04Z INFO order 2 written
";
const CHECKOUT: &str = r#"{"time":"2026-11-22T03:00:01Z","level":"INFO","message":"checkout","requestId":"0f1e2d3c-1111-4222-8333-444455556666"}
{"time":"2026-11-22T03:00:03Z","level":"WARN","message":"late"}
"#;

/// The lines of a file, as they are read.
fn events(name: &str, text: &str) -> Vec<LogEvent> {
    let (mut transcript, mut events) = (Transcript::new(name), Vec::new());
    transcript.feed(text.as_bytes(), &mut events);
    transcript.end(&mut events);
    events
}

/// Lets lines be read, and tells how far that is.
fn read(console: &mut Console, events: Vec<LogEvent>, intake: Intake) {
    let ticket = console.model.logs.tail.unwrap();
    let lines = events.into_iter().map(Into::into).collect();
    console.hear(Msg::Tailed { ticket, news: Box::new(News { lines, gaps: Vec::new() }) });
    let flow = Flow::Read(Box::new(intake));
    let standing = TailStanding { flow, ..TailStanding::default() };
    console.hear(Msg::TailStood { ticket, standing });
}

/// Two files, read to their end.
fn both() -> Console {
    let mut console = Console::on_files(&["orders.log", "checkout.jsonl"], false);
    let half = Intake { bytes: 200, of: Some(400), lines: 4, stage: Stage::Reading };
    read(&mut console, events("orders.log", ORDERS), half.clone());
    console.row("reading 50 % of 400 B, 4 lines");
    let whole = Intake { bytes: 400, lines: 6, stage: Stage::Whole, ..half };
    read(&mut console, events("checkout.jsonl", CHECKOUT), whole);
    console
}

#[test]
fn two_files_are_one_screen_of_lines_in_order_of_time() {
    let console = both().sized(100, 15);
    insta::assert_snapshot!(edged(&console.screen()), @"
    │ orders.log, checkout.jsonl  6 lines                                                           FILE
    │ 2 Logs  ! Problems                                                                       03:04:00Z
    │▌03:00:00.000 orders.log     INFO  2026-11-22T03:00:00Z INFO order 1 written
    │ 03:00:01.000 checkout.jsonl INFO  checkout  requestId=0f1e2d3c-1111-4222-8333-444455556666
    │ 03:00:02.000 orders.log     ERROR 2026-11-22T03:00:02Z ERROR no stock, request 0f1e2d3c-1111-4222-…
    │ 03:00:02.000 orders.log       ·     at orders.js:12
    │ 03:00:03.000 checkout.jsonl WARN  late
    │ 03:00:04.000 orders.log     INFO  2026-11-22T03:00:04Z INFO order 2 written
    │
    │
    │
    │
    │
    │ read to the end · 6 lines · 1 error · not following
    │ space pause   s follow   e next error   enter open   / filter   t templates   ? help   q quit
    ");
}

#[test]
fn nothing_is_asked_of_anybody_and_nothing_is_wished_of_an_account() {
    let mut console = both();
    let left = console.take_left();
    let [Effect::WatchLogs { groups, pattern: None, .. }] = left.as_slice() else {
        panic!("{left:?}")
    };
    assert_eq!(groups.len(), 2);
    let console = console.press("1 3 4 5 6 7 8 9 0 g l ctrl-r").wait(120);
    let mut console =
        console.press(": profile enter : region␣eu-west-1 enter : arm enter : narrow␣x enter");
    assert_eq!(console.take_left(), []);
    console.row("files are open, and no account");
}

#[test]
fn filters_levels_queries_and_requests_work_on_the_lines_of_files() {
    let console = both().press("/ order enter");
    console.row("3 of 6 lines: order");
    let console = console.press("esc e");
    assert!(console.row("▌").contains("no stock"), "{}", console.screen());
    let console = console.press("r");
    console.row("checkout");
    let console = console.press("2 : query␣stats␣count(*)␣as␣lines enter");
    console.row("lines");
    assert!(console.screen().lines().any(|row| row.trim_start_matches('▌').trim() == "6"));
}

#[test]
fn the_first_page_stays_while_the_rest_is_read_and_both_ends_are_there_early() {
    let intake = |lines| Intake { bytes: 0, of: None, lines, stage: Stage::Reading };
    let line = |nth: usize| format!("2026-11-22T03:{:02}:{:02}Z line {nth}\n", nth / 60, nth % 60);
    let text = |from: usize| (from..from + 100).map(line).collect::<Vec<_>>().concat();
    let mut console = Console::on_files(&["a.log"], false);
    read(&mut console, events("a.log", &text(0)), intake(100));
    assert!(console.row("▌").ends_with("line 0"));
    read(&mut console, events("a.log", &text(100)), intake(200));
    assert!(console.row("▌").ends_with("line 0"));
    let mut console = console.press("G");
    assert!(console.row("▌").ends_with("line 199"));
    read(&mut console, events("a.log", &text(200)), intake(300));
    assert!(console.row("▌").ends_with("line 299"));
    let console = console.press("g g");
    assert!(console.row("▌").ends_with("line 0"));
    let mut console = Console::on_files(&["stdin"], true);
    read(&mut console, events("stdin", &text(0)), intake(100));
    assert!(console.row("▌").ends_with("line 99"), "{}", console.screen());
}

#[test]
fn what_did_not_fit_is_told_with_the_time_that_is_held() {
    let mut console = Console::on_files(&["a.log"], false);
    console.model.logs = crate::app::screens::logs::Logs::new(1);
    let effects = crate::app::start(&mut console.model);
    assert_eq!(effects.len(), 2);
    let line = |nth: usize| format!("2026-11-22T03:{:02}:{:02}Z {nth}\n", nth / 60 % 60, nth % 60);
    let text: String = (0..9_000).map(line).collect();
    for portion in events("a.log", &text).chunks(1_000) {
        let intake = Intake { bytes: 1, of: Some(2), lines: 1, stage: Stage::Reading };
        read(&mut console, portion.to_vec(), intake);
    }
    let whole = Intake { bytes: 2, of: Some(2), lines: 9_000, stage: Stage::Whole };
    read(&mut console, Vec::new(), whole);
    console.row("older lines were let go to stay within 0 MiB: `--set store_mb=");
    let console = console.wait(60);
    console.row("is held");
}

#[test]
fn the_help_leaves_out_what_belongs_to_an_account() {
    let console = both().sized(120, 300).press("?");
    for command in ["show-trail", "propose-rollback", "switch-region", "pick-groups"] {
        assert!(!console.screen().contains(command), "{command}");
    }
    console.row("run-query");
}

#[test]
fn files_without_a_line_say_so() {
    let mut console = Console::on_files(&["empty.log"], false);
    console.row("Reading; no line yet.");
    let whole = Intake { bytes: 0, of: Some(0), lines: 0, stage: Stage::Whole };
    read(&mut console, Vec::new(), whole);
    console.row("There is no line in what was opened.");
}
