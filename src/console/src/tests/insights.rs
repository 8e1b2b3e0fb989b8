//! Stories of queries that the account runs.

use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::insights::{InsightsAnswer, InsightsId, InsightsStatus, Scanned};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{InsightsStart, ReadFailure};
use watchdeck_domain::{AccountId, Answer, LogGroupName, Query, ReadError, Region, Scope};

use super::console::Console;
use crate::app::{Effect, Msg, Ticket, farewell};

const LINES: &str = r#"
    orders-writer {"level":"INFO","message":"order taken","ms":12}
    orders-writer {"level":"ERROR","message":"no stock","ms":90}
"#;

/// A console with two lines, whose questions wait.
fn told() -> Console {
    Console::silent_after(Console::new().sized(140, 24).lines(LINES))
}

/// The console after a line was typed behind `:`.
fn typed(console: Console, line: &str) -> Console {
    console.press(&format!(": {} enter", line.replace(' ', "␣")))
}

/// The questions that left it since.
fn asked(console: &mut Console) -> Vec<(Ticket, Query)> {
    let mut reads = Vec::new();
    for effect in console.take_left() {
        if let Effect::Read { ticket, query } = effect {
            reads.push((ticket, query));
        }
    }
    reads
}

fn answer(console: &mut Console, ticket: Ticket, answer: Result<Answer, ReadError>) {
    console.hear(Msg::Answered { ticket, answer: Box::new(answer) });
}

/// Begins a query, gives it an id, and gives the ticket of the question how far it is.
fn begun(line: &str) -> (Console, Ticket, InsightsStart) {
    let mut console = typed(told(), line);
    let mut left = asked(&mut console);
    let (ticket, Query::InsightsStart(start)) = left.remove(0) else { panic!("{left:?}") };
    answer(&mut console, ticket, Ok(Answer::InsightsStart(InsightsId("q-1".into()))));
    let mut left = asked(&mut console);
    let (ticket, Query::InsightsResults(_)) = left.remove(0) else { panic!("{left:?}") };
    (console, ticket, start)
}

fn results(status: &str, rows: &[&[(&str, &str)]]) -> Answer {
    let row = |row: &&[(&str, &str)]| {
        row.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    Answer::InsightsResults(InsightsAnswer {
        status: InsightsStatus::of(status),
        rows: rows.iter().map(row).collect(),
        scanned: Scanned { matched: 40, records: 5_200, bytes: 1_250_000 },
    })
}

#[test]
fn the_account_runs_a_query_and_its_progress_is_told() {
    let (mut console, ticket, start) = begun("insights 3h stats count(*) as n by level");
    assert_eq!(start.query, "stats count(*) as n by level");
    assert_eq!((start.end, start.start), (console.now, console.now - Duration::from_hours(3)));
    assert_eq!(start.groups.len(), 3, "those that are watched: {:?}", start.groups);
    console.row("Logs Insights, eu-central-1 · scheduled 0:00");
    console.row("The account looks at 3 log groups, 00:04:02 to 03:04:02; they hold 144.9 MB, at most $0.0007");
    answer(&mut console, ticket, Ok(results("Running", &[])));
    let mut console = console.wait(2);
    console.row("running 0:02 · 40 of 5,200 records matched · 1.2 MB scanned, less than $0.0001");
    let mut left = asked(&mut console);
    assert_eq!(left.len(), 1, "one question at once: {left:?}");
    let (ticket, _) = left.remove(0);
    let rows: [&[_]; 2] = [&[("level", "ERROR"), ("n", "12")], &[("level", "INFO"), ("n", "28")]];
    answer(&mut console, ticket, Ok(results("Complete", &rows)));
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                                         READ-ONLY  SIMULATED
    │ 1 2 Logs › Query  3 4 5 6 7 8 9 0 !                                                                                   ● 0.0 calls/s 03:04Z
    │  level    n
    │▌ ERROR    12
    │  INFO     28
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
    │ Logs Insights, eu-central-1 · complete 0:02 · 2 rows · 40 of 5,200 records matched · 1.2 MB scanned, less than $0.0001
    │ s sort   a elsewhere   enter open   / filter   space mark   esc back   ctrl-p go to   : command   ? help   q quit
    ");
    let mut console = console.wait(5);
    assert_eq!(asked(&mut console), [], "nothing more is asked");
}

#[test]
fn a_query_is_stopped_in_the_account_too() {
    let (console, _, _) = begun("insights 3h stats count(*) by level");
    let mut console = console.press("esc");
    console.row("stopped; what was scanned until then is billed");
    let left = asked(&mut console);
    assert!(matches!(left.as_slice(), [(_, Query::InsightsStop(stop))] if stop.id.0 == "q-1"));
    let (ticket, _) = left[0].clone();
    let error = ReadError::new(ReadFailure::Unreachable, "logs:StopQuery", "no route");
    answer(&mut console, ticket, Err(error));
    console.row("the query may still run: no route");
    let console = console.press("esc");
    console.row("order taken");
}

#[test]
fn a_query_that_is_stopped_before_it_has_an_id_is_stopped_once_it_has_one() {
    let mut console = typed(told(), "insights fields @message");
    let left = asked(&mut console);
    let mut console = console.press("x");
    assert_eq!(asked(&mut console), []);
    answer(&mut console, left[0].0, Ok(Answer::InsightsStart(InsightsId("q-7".into()))));
    let left = asked(&mut console);
    assert!(matches!(left.as_slice(), [(_, Query::InsightsStop(stop))] if stop.id.0 == "q-7"));
}

#[test]
fn a_query_goes_on_when_one_looks_elsewhere_and_says_when_it_is_done() {
    let (console, ticket, _) = begun("insights 3h fields @message");
    let mut console = console.press("3");
    let row: [&[_]; 1] = [&[("@message", "hello"), ("@ptr", "CmEK")]];
    answer(&mut console, ticket, Ok(results("Complete", &row)));
    console.row("the query is done: 1 row, 1.2 MB scanned; `:query` shows them");
    let console = typed(console, "query");
    console.row("hello");
    assert!(!console.screen().contains("@ptr"), "what names a line for AWS is nothing for eyes");
}

#[test]
fn what_is_wrong_is_shown_at_its_character_and_nothing_is_sent() {
    let mut console = typed(told(), "insights 3h fields @message | filtr x");
    assert_eq!(asked(&mut console), []);
    console.row(":insights 3h fields @message | filtr x");
    console.row("at character 19");
    let mut console = typed(told(), "insights since noon fields @message");
    console.row("`noon` after `since` is no time");
    assert_eq!(asked(&mut console), []);
    // What only AWS can run is sent as it is.
    let (_, _, start) = begun("insights 15m pattern @message");
    assert_eq!(start.query, "pattern @message");
}

#[test]
fn why_the_account_does_not_run_it_is_told() {
    let mut console = typed(told(), "insights fields @message");
    let (ticket, _) = asked(&mut console).remove(0);
    let error = ReadError::new(ReadFailure::Denied, "logs:StartQuery", "not you");
    answer(&mut console, ticket, Err(error));
    console.row("failed 0:00");
    console.row("logs:StartQuery was not answered (access denied): not you. the role lacks");
    // What passes is asked again; what does not is the end.
    let (mut console, mut ticket, _) = begun("insights fields @message");
    for _ in 0..3 {
        let error = ReadError::new(ReadFailure::Throttled, "logs:GetQueryResults", "slower");
        answer(&mut console, ticket, Err(error));
        console = console.wait(1);
        ticket = asked(&mut console).remove(0).0;
    }
    answer(&mut console, ticket, Ok(results("Failed", &[])));
    console.row("It ended without its result: failed.");
}

#[test]
fn rows_that_are_lines_are_shown_as_lines_and_lead_to_the_held_one() {
    let (mut console, ticket, _) = begun("insights fields @timestamp, @message, ms");
    let no_stock = r#"{"level":"ERROR","message":"no stock","ms":90}"#;
    let rows: [&[_]; 2] = [
        &[("@timestamp", "2026-11-22 03:04:02.000"), ("@message", no_stock), ("ms", "90")],
        &[("@timestamp", "2026-11-22 02:00:00.000"), ("@message", "ERROR long ago")],
    ];
    answer(&mut console, ticket, Ok(results("Complete", &rows)));
    console.row("@timestamp");
    let console = console.press("v");
    console.row("03:04:02.000 ERROR no stock  ms=90");
    console.row("02:00:00.000 ERROR long ago");
    let there = console.press("enter");
    assert!(there.row("▌").contains("no stock"));
    there.row("order taken");
    let there = there.press("esc j enter");
    there.row("\"@message\": \"ERROR long ago\"");
}

#[test]
fn nothing_hostile_in_a_row_reaches_the_terminal() {
    let (mut console, ticket, _) = begun("insights fields @timestamp, @message");
    let row: [&[_]; 1] = [&[
        ("@timestamp", "2026-11-22 03:04:02.000"),
        ("@message", "\u{1b}[2J \u{202e}{"),
        ("a\u{1b}]52;c;aGk=\u{7}", "\u{200b}\u{1b}c"),
    ]];
    answer(&mut console, ticket, Ok(results("Complete", &row)));
    for keys in ["s", "v", "enter", "esc"] {
        console = console.press(keys);
        let screen = console.screen();
        assert!(!screen.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}']), "{screen}");
    }
}

#[test]
fn the_same_query_runs_on_the_other_side() {
    let mut console = typed(told(), "query stats count(*) as n by level");
    console.row("held lines · 2 rows");
    assert_eq!(asked(&mut console), []);
    let mut console = console.press("a");
    console.row("Logs Insights, eu-central-1 · starting");
    let left = asked(&mut console);
    let [(_, Query::InsightsStart(start))] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!(start.start, console.now - Duration::from_secs(1), "the time of the lines held");
    let console = console.press("a");
    console.row("held lines · 2 rows");
    // What was asked of a narrower time stays there.
    let console = typed(console, "insights since 03:00 until 03:02");
    console.row("03:00:00 to 03:02:00");
}

#[test]
fn a_query_runs_in_one_place_and_what_is_left_out_is_said() {
    let mut console = told();
    let scope = Scope {
        account: AccountId::parse("123456784021").unwrap(),
        region: Region::parse("us-east-1").unwrap(),
    };
    let east = Arc::new(scope);
    let mut watched = console.model.logs.watched.clone();
    let far = watched[0].name.clone().at(Some(&east));
    watched.push(LogGroup { name: far.clone(), ..watched[0].clone() });
    console.model.logs.watched = watched;
    let mut console = typed(console, "insights 1h fields @message");
    console.row("1 log group of other places is not asked: a query runs in one");
    let left = asked(&mut console);
    let [(_, Query::InsightsStart(start))] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!(start.groups.len(), 3);
    assert!(start.groups.iter().all(|group| group.place().is_none()));
    // All of one place beside: there it runs.
    console.model.logs.watched.retain(|group| group.name == far);
    let mut console = typed(console, "insights 1h fields @message");
    console.row("Logs Insights, us-east-1");
    let left = asked(&mut console);
    let [(_, Query::InsightsStart(start))] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!(start.groups, [far]);
}

#[test]
fn a_query_that_gives_way_to_another_is_stopped_in_the_account() {
    let (console, _, _) = begun("insights 3h fields @message");
    let mut console = console.press("a");
    console.row("the query that ran in the account was stopped");
    let left = asked(&mut console);
    assert!(matches!(left.as_slice(), [(_, Query::InsightsStop(_))]), "{left:?}");
    console.wait(9).row("held lines · 2 rows");
}

#[test]
fn the_query_is_copied_as_a_command_and_its_rows_are_exported() {
    let (mut console, ticket, _) = begun("insights since 03:00 until 03:02 stats count(*) as n");
    answer(&mut console, ticket, Ok(results("Complete", &[&[("n", "1,5")]])));
    let mut console = console.press("Y");
    let left = console.take_left();
    let [Effect::Copy(lines)] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!(
        lines[0].as_str(),
        "aws logs start-query --log-group-names /aws/apigateway/orders-write /aws/lambda/orders-reader /aws/lambda/orders-writer --start-time 1795316400 --end-time 1795316520 --query-string 'stats count(*) as n' --region eu-central-1"
    );
    let check = |console: Console, line: &str, wanted: &str| {
        let mut console = typed(console, line);
        let Some(Effect::Export { export, .. }) = console.take_left().pop() else { panic!("none") };
        let mut written = Vec::new();
        export.lines.each(
            export.form,
            || false,
            |text, _| {
                written.push(text);
                std::ops::ControlFlow::Continue(())
            },
        );
        assert!(written.join("\n").ends_with(wanted), "{written:#?}");
        console.press("esc")
    };
    let console = check(console, "export rows.csv", "n\n\"1,5\"");
    let console = check(console, "export rows.txt", "\nn\n1,5");
    let console =
        check(console, "export x jsonl", "{\"record\":\"row\",\"values\":{\"n\":\"1,5\"}}");
    typed(console, "export x --bookmarks").row("rows are written as text, jsonl or csv");
}

#[test]
fn nothing_billed_is_left_running_when_the_account_is_left() {
    let (mut console, _, _) = begun("insights 3h fields @message");
    let left = farewell(&mut console.model);
    let stops = |effect: &Effect| matches!(effect, Effect::Read { query: Query::InsightsStop(stop), .. } if stop.id.0 == "q-1");
    assert!(left.iter().any(stops), "{left:?}");
}

#[test]
fn the_group_under_the_cursor_is_asked_where_there_is_one() {
    let console = typed(told(), "functions").answer().press("/ orders-writer enter");
    let mut console = typed(Console::silent_after(console), "insights 1h fields @message");
    let left = asked(&mut console);
    let [(_, Query::InsightsStart(start))] = left.as_slice() else { panic!("{left:?}") };
    let names: Vec<&str> = start.groups.iter().map(LogGroupName::as_str).collect();
    assert_eq!(names, ["/aws/lambda/orders-writer"]);
}
