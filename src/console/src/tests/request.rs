//! Stories of one request, followed through the groups that are watched and those that are not.

use watchdeck_domain::log::LogEvent;
use watchdeck_domain::reading::{LogPageAnswer, ReadFailure};
use watchdeck_domain::{Answer, Query, ReadError};

use super::console::Console;
use super::fixture;
use crate::app::{Effect, Msg};

const TRACE: &str = "1-6b025bac-0123456789abcdef01234567";
const CALL: &str = "5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b";
const API: &str = "6a1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b";

/// An order that failed: its lines, and one of another request.
fn failed() -> Console {
    let text = format!(
        r#"
    orders-writer START RequestId: {CALL} Version: 42
    orders-writer {{"level":"ERROR","message":"TypeError: no total","requestId":"{CALL}","traceId":"{TRACE}"}}
    orders-reader {{"level":"INFO","message":"order read","requestId":"7a1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b"}}
    orders-writer REPORT RequestId: {CALL}	Duration: 250.00 ms	Billed Duration: 250 ms	Memory Size: 512 MB	Max Memory Used: 90 MB
    orders-write {{"requestId":"{API}","httpMethod":"POST","resourcePath":"/orders","status":502,"responseLatency":311,"xrayTraceId":"{TRACE}","integration":{{"latency":300,"requestId":"{CALL}"}}}}
    "#
    );
    let before = Console::new().sized(120, 30).lines("orders-reader [INFO] hello").wait(11);
    Console::silent_after(before).lines(&text)
}

/// The questions for lines that left the console.
fn asked(console: &mut Console) -> Vec<Effect> {
    let left = console.take_left().into_iter();
    left.filter(|effect| matches!(effect, Effect::Read { query: Query::LogPage(_), .. })).collect()
}

fn answer(console: &mut Console, effect: &Effect, answer: Result<Vec<LogEvent>, ReadError>) {
    let Effect::Read { ticket, .. } = effect else { panic!("{effect:?}") };
    let page = answer.map(|events| Answer::LogPage(LogPageAnswer { events, next: None }));
    console.hear(Msg::Answered { ticket: *ticket, answer: Box::new(page) });
}

#[test]
fn a_key_on_a_line_shows_all_lines_of_its_request_in_order() {
    let console = failed().press("k k k r");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                     READ-ONLY  SIMULATED
    │ 1 2 Logs › Request  3 4 5 6 7 8 9 0 !                                                          ● 0.0 calls/s 03:04:17Z
    │ 1-6b025bac-0123456789abcdef01234567  looked for from 03:04:07 to 03:19:14
    │ POST /orders 502 in 311 ms  entered at API Gateway
    │ 311 ms in all · 11 ms at the entry · 50 ms between · 250 ms in the function · version 42
    │ TypeError: no total
    │  TIME             AFTER  STATION        GROUP                     LEVEL  WHAT
    │▌ 03:04:13.000            Lambda         orders-writer             INFO   START RequestId: 5f1c9c1e-7d5f-4b0e-a1fb-1f2f…
    │  03:04:14.000   +1.00 s  application    orders-writer             ERROR  TypeError: no total
    │  03:04:16.000   +2.00 s  Lambda         orders-writer             INFO   REPORT in 250.00 ms, 90 of 512 MB
    │  03:04:16.689   +689 ms  API Gateway    orders-write              ERROR  POST /orders 502 in 311 ms
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
    │─ /aws/lambda/orders-writer ────────────────────────────────────────────────────────────────────────────────────────────
    │ START RequestId: 5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b Version: 42
    │
    │
    │
    │
    │ 4 lines · asked 0 of 1 log group
    │ esc stop asking   Y copy all   enter open   / filter   space mark   ctrl-p go to   : command   ? help   q quit
    ");
    assert!(!console.screen().contains("order read"), "another request is none of it");
}

#[test]
fn groups_that_are_not_watched_are_asked_for_every_id_that_is_known() {
    let mut console = failed().press("r").wait(1);
    let asked = asked(&mut console);
    let [effect] = asked.as_slice() else { panic!("{asked:?}") };
    let Effect::Read { query: Query::LogPage(page), .. } = effect else { panic!("{effect:?}") };
    assert_eq!(page.group.as_str(), "aws-waf-logs-shop-edge");
    let pattern = page.pattern.as_deref().unwrap();
    for id in [TRACE, CALL, API] {
        assert!(pattern.contains(&format!("?\"{id}\"")), "{pattern}");
    }
    let stopped = format!(
        r#"{{"timestamp":1,"webaclId":"w","terminatingRuleId":"Default_Action","action":"ALLOW","httpRequest":{{"uri":"/orders","httpMethod":"POST","requestId":"{API}"}}}}"#
    );
    let event = fixture::event("shop-edge", &stopped, console.now);
    answer(&mut console, effect, Ok(vec![event]));
    console.row("firewall");
    console.row("1 log group asked");
}

#[test]
fn a_group_that_does_not_answer_is_told_and_the_rest_stays() {
    let mut console = failed().press("r").wait(1);
    let effect = asked(&mut console).remove(0);
    let denied = ReadError::new(ReadFailure::Denied, "logs:FilterLogEvents", "not allowed");
    answer(&mut console, &effect, Err(denied));
    console.row("aws-waf-logs-shop-edge: access-denied: not allowed");
    console.row("POST /orders 502");
}

#[test]
fn esc_gives_up_the_asking_and_then_leads_back() {
    let mut console = failed().press("r").wait(1);
    let effect = asked(&mut console).remove(0);
    let mut console = console.press("esc");
    console.row("Logs › Request");
    console.row("no longer waiting");
    answer(&mut console, &effect, Ok(Vec::new()));
    let console = console.wait(9);
    console.row("aws-waf-logs-shop-edge: you stopped waiting");
    let console = console.press("esc");
    console.row("order read");
}

#[test]
fn enter_on_a_hop_opens_its_line_among_the_others_even_if_a_filter_hid_it() {
    let console = failed().press("/ TypeError enter r g g enter");
    let chosen = console.row("▌");
    assert!(chosen.contains("START RequestId"), "{chosen}");
    console.row("the filter was taken away");
    console.row("order read");
}

#[test]
fn a_line_that_is_not_held_opens_as_data() {
    let mut console = failed().press("r").wait(1);
    let effect = asked(&mut console).remove(0);
    let line = format!(
        r#"{{"webaclId":"w","terminatingRuleId":"flood","action":"BLOCK","httpRequest":{{"requestId":"{API}"}}}}"#
    );
    let event = fixture::event("shop-edge", &line, console.now);
    answer(&mut console, &effect, Ok(vec![event]));
    let console = console.press("G enter");
    console.row("\"action\": \"BLOCK\"");
}

#[test]
fn an_id_can_be_typed_and_what_is_none_is_refused() {
    let console = failed().press(&format!(": follow␣{TRACE} enter"));
    console.row("POST /orders 502");
    let console = console.press(": follow␣me enter");
    console.row("`me` is no id");
    let console = Console::new().press(": follow enter");
    console.row("no request was followed yet");
    let console = Console::new().lines("orders-writer plain words").press("r");
    console.row("this line carries no id of a request");
}

#[test]
fn the_whole_request_is_copied() {
    let mut console = failed().press("r Y");
    let left = console.take_left();
    let copied = left
        .iter()
        .find_map(|effect| if let Effect::Copy(lines) = effect { Some(lines) } else { None });
    let copied: Vec<String> = copied.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(copied.first().unwrap(), &format!("request {TRACE}"));
    assert!(copied.iter().any(|line| line.contains("TypeError: no total")), "{copied:?}");
    assert!(copied.iter().any(|line| line.contains("REPORT RequestId")), "{copied:?}");
}

#[test]
fn what_arrives_while_a_request_is_looked_at_is_found() {
    let late = format!("orders-reader [INFO] settled {TRACE}");
    let console = failed().press("r").lines(&late).wait(1);
    console.row(&format!("settled {TRACE}"));
}
