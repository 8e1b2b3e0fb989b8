//! Stories of CloudTrail: swept, followed, narrowed, told.

use watchdeck_domain::reading::{Trail, TrailAnswer};
use watchdeck_domain::trail::TrailFilter;
use watchdeck_domain::{Answer, Query, ReadError, reading::ReadFailure};

use super::console::Console;
use super::fixture;
use crate::app::{Effect, Msg, Ticket};

/// The questions to CloudTrail that left the console since the last time.
fn asked(console: &mut Console) -> Vec<(Ticket, Trail)> {
    let left = console.take_left().into_iter();
    left.filter_map(|effect| {
        let Effect::Read { ticket, query: Query::Trail(asked) } = effect else { return None };
        Some((ticket, asked))
    })
    .collect()
}

fn answer(console: &mut Console, ticket: Ticket, versions: &[(u64, &str)], next: Option<&str>) {
    let now = console.now;
    let events = versions.iter().map(|(ago, version)| fixture::deploy(now, *ago, version));
    let page = TrailAnswer { events: events.collect(), next: next.map(str::to_owned) };
    console.hear(Msg::Answered { ticket, answer: Box::new(Ok(Answer::Trail(page))) });
}

#[test]
fn the_trail_tells_who_changed_what_and_what_was_refused() {
    let console = Console::new().press("3").sized(80, 24);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/oper…  READ-ONLY  SIMULATED
    │ 1 2 3 Trail  4 5 6 7 8 9 0 !                           ● 0.0 calls/s 03:04:00Z
    │  TIME       WHO           EVENT                 ON               ERROR
    │▌ 03:01:10   ci-deploy     UpdateAlias20150331   orders-writer
    │  02:57:20   jo            DeleteDBCluster       shop-db          AccessDenied
    │  10:24:00   ci-deploy     UpdateAlias20150331   orders-writer
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
    │ asked up to 03:04:00 · CloudTrail delivers minutes later
    │ w reads   e errors   l logs   t changes   / filter   esc back   ? help   q quit
    ");
    let console = console.sized(200, 16);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                                                                                                     READ-ONLY  SIMULATED
    │ 1 Overview  2 Logs  3 Trail  4 Findings  5 Alarms  6 Functions  7 Databases  8 Runbooks  9 Journal  0 Run  ! Problems                                                          ● 0.0 calls/s 03:04:00Z
    │  TIME       WHO                               EVENT                             ON                                        FROM              ERROR
    │▌ 03:01:10   deploy/ci-deploy                  UpdateAlias20150331               orders-writer                             198.51.100.7
    │  02:57:20   jo                                DeleteDBCluster                   shop-db                                   203.0.113.9       AccessDenied
    │  10:24:00   deploy/ci-deploy                  UpdateAlias20150331               orders-writer                             198.51.100.7
    │
    │
    │
    │
    │
    │
    │
    │
    │ asked up to 03:04:00 · CloudTrail delivers minutes later
    │ w reads   e errors   l logs   t changes   enter open   / filter   space mark   esc back   ctrl-p go to   : command   ? help   q quit
    ");
}

#[test]
fn an_event_is_told_in_lines() {
    let console = Console::new().sized(100, 60).press("3 enter");
    insta::assert_snapshot!(console.picture(), @r#"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 3 Trail  4 5 6 7 8 9 0 !                                               ● 0.0 calls/s 03:04:00Z
    │  TIME       WHO           EVENT                 ON               ERROR
    │▌ 03:01:10   ci-deploy     UpdateAlias20150331   orders-writer
    │  02:57:20   jo            DeleteDBCluster       shop-db          AccessDenied
    │  10:24:00   ci-deploy     UpdateAlias20150331   orders-writer
    │
    │
    │
    │
    │
    │╭ UpdateAlias20150331 ─────────────────────────────────────────────────────────────────────────────╮
    ││ WHAT                                                                                             │
    ││   event            UpdateAlias20150331                                                           │
    ││   service          lambda.amazonaws.com                                                          │
    ││   time             2026-11-22T03:01:10.000Z                                                      │
    ││   kind             a change                                                                      │
    ││   on               orders-writer                                                                 │
    ││   on               live                                                                          │
    ││                                                                                                  │
    ││ WHO                                                                                              │
    ││   who              deploy/ci-deploy                                                              │
    ││   identity         AssumedRole                                                                   │
    ││   principal        arn:aws:sts::123456784021:assumed-role/deploy/ci-deploy                       │
    ││   account          123456784021                                                                  │
    ││   key              ASIAEXAMPLE                                                                   │
    ││   MFA              no                                                                            │
    ││                                                                                                  │
    ││ FROM                                                                                             │
    ││   address          198.51.100.7                                                                  │
    ││   agent            aws-cli/2                                                                     │
    ││                                                                                                  │
    ││ REQUEST                                                                                          │
    ││   {                                                                                              │
    ││     "functionName": "orders-writer",                                                             │
    ││     "functionVersion": "42",                                                                     │
    ││     "name": "live"                                                                               │
    ││   }                                                                                              │
    ││                                                                                                  │
    ││ RESPONSE                                                                                         │
    ││   {                                                                                              │
    ││     "functionVersion": "42"                                                                      │
    ││   }                                                                                              │
    ││                                                                                                  │
    ││ NAMED                                                                                            │
    ││   event id         e-42                                                                          │
    ││   request id       q-42                                                                          │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    │╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
    │ asked up to 03:04:00 · CloudTrail delivers minutes later
    │ l logs   t changes   q back   ctrl-p go to   : command   ? help   ctrl-c quit
    "#);
    let console = console.press("esc j enter");
    assert!(console.row("jo is not authorized").contains("rds:DeleteDBCluster"));
    let mut console = console.press("c");
    let copied = console.take_left();
    assert!(matches!(copied.last(), Some(Effect::Copy(lines)) if lines.len() > 10), "{copied:?}");
}

#[test]
fn a_sweep_pages_to_its_end_one_call_at_a_time_and_says_how_far_it_is() {
    let mut console = Console::silent().press("3");
    let [(ticket, first)] = asked(&mut console).try_into().unwrap();
    assert_eq!((first.filter, first.next), (Some(TrailFilter::WritesOnly), None));
    assert_eq!(first.end.since(first.start).as_secs(), 3 * 3600);
    let mut console = console.wait(3);
    assert!(asked(&mut console).is_empty(), "one call at a time");
    answer(&mut console, ticket, &[(100, "7"), (200, "6")], Some("page 2"));
    assert!(console.row("2 events so far").contains("back to"));
    let mut console = console.wait(1);
    let [(ticket, second)] = asked(&mut console).try_into().unwrap();
    assert_eq!(second.next.as_deref(), Some("page 2"));
    assert_eq!((second.start, second.end), (first.start, first.end), "the token belongs to them");
    answer(&mut console, ticket, &[(300, "5")], None);
    assert!(console.row("asked up to 03:04:00").contains("CloudTrail delivers minutes later"));
    let mut console = console.wait(9);
    assert!(asked(&mut console).is_empty(), "a sweep rests");
    let mut console = console.wait(1);
    let [(ticket, third)] = asked(&mut console).try_into().unwrap();
    assert_eq!(first.end.since(third.start).as_secs(), 15 * 60, "it goes back over what was asked");
    answer(&mut console, ticket, &[(250, "late"), (314, "5")], None);
    let screen = console.screen();
    let times: Vec<&str> = screen.lines().filter(|row| row.contains("UpdateAlias")).collect();
    assert_eq!(times.len(), 4, "{screen}");
    let marked: Vec<&&str> = times.iter().filter(|row| row.contains('+')).collect();
    assert_eq!(marked.len(), 1, "what came late is marked new, in its place: {screen}");
    assert!(times.get(2).unwrap().contains('+'), "{screen}");
}

#[test]
fn a_call_that_fails_is_told_where_one_looks_and_the_next_sweep_begins_anew() {
    let mut console = Console::silent().press("3");
    let [(ticket, _)] = asked(&mut console).try_into().unwrap();
    let error = ReadError::new(ReadFailure::Throttled, "cloudtrail:LookupEvents", "Rate exceeded");
    console.hear(Msg::Answered { ticket, answer: Box::new(Err(error)) });
    assert!(console.screen().contains("Rate exceeded"), "{}", console.screen());
    let mut console = console.wait(11);
    let [(ticket, again)] = asked(&mut console).try_into().unwrap();
    assert_eq!(again.next, None);
    answer(&mut console, ticket, &[], None);
    console.row("Nothing in the last three hours.");
    console.row("asked up to");
}

#[test]
fn reads_are_asked_for_on_demand_and_errors_stand_alone() {
    let console = Console::new().press("3");
    assert!(!console.screen().contains("GetFunction"), "{}", console.screen());
    let console = console.wait(1).press("w");
    console.row("GetFunction");
    console.row("reads too");
    let console = console.press("w e");
    console.row("DeleteDBCluster");
    console.row("errors only");
    assert!(!console.screen().contains("UpdateAlias"), "{}", console.screen());
}

#[test]
fn the_changes_of_one_thing_are_named_until_esc() {
    let console = Console::new().press("6 / writer enter t");
    console.row("changes of orders-writer (esc clears)");
    assert!(!console.screen().contains("DeleteDBCluster"), "{}", console.screen());
    let console = console.press("esc");
    console.row("DeleteDBCluster");
    assert!(!console.screen().contains("changes of"), "{}", console.screen());
    // From an event to the other changes of what it was about.
    let console = console.press("j enter t");
    console.row("changes of shop-db (esc clears)");
}

#[test]
fn the_chosen_event_stays_chosen_while_others_arrive() {
    let mut console = Console::silent().press("3");
    let [(ticket, _)] = asked(&mut console).try_into().unwrap();
    answer(&mut console, ticket, &[(100, "7"), (200, "6")], None);
    let mut console = console.press("j").wait(10);
    let [(ticket, _)] = asked(&mut console).try_into().unwrap();
    answer(&mut console, ticket, &[(50, "8")], None);
    let mut console = console.press("c");
    let copied = console.take_left();
    assert!(
        copied.iter().any(|effect| matches!(effect, Effect::Copy(lines) if lines.iter().any(|line| line.as_str() == "e-6"))),
        "{copied:?}"
    );
}
