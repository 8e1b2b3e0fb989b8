//! Stories of the findings: page by page, put together, folded, told.

use watchdeck_domain::reading::{Findings, FindingsAnswer, ReadFailure};
use watchdeck_domain::{Answer, Query, ReadError};

use super::console::Console;
use super::fixture;
use crate::app::{Effect, Msg, Ticket};

fn asked(console: &mut Console) -> Vec<(Ticket, Findings)> {
    let left = console.take_left().into_iter();
    left.filter_map(|effect| {
        let Effect::Read { ticket, query: Query::Findings(asked) } = effect else { return None };
        Some((ticket, asked))
    })
    .collect()
}

fn page(console: &mut Console, ticket: Ticket, ids: std::ops::Range<usize>, next: Option<&str>) {
    let Ok(Answer::Findings(found)) = fixture::answer(&Query::Findings(first()), console.now)
    else {
        panic!("the fixture answers findings");
    };
    let like = found.findings.first().unwrap().clone();
    let finding =
        |id: usize| watchdeck_domain::finding::Finding { id: format!("f-{id}"), ..like.clone() };
    let findings = ids.map(finding).collect();
    let answer = FindingsAnswer { findings, next: next.map(str::to_owned) };
    console.hear(Msg::Answered { ticket, answer: Box::new(Ok(Answer::Findings(answer))) });
}

fn first() -> Findings {
    Findings { workflow: Vec::new(), next: None }
}

#[test]
fn findings_stand_under_headings_the_worst_first_and_the_settled_are_hidden() {
    let console = Console::new().press("4").sized(80, 24);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/oper…  READ-ONLY  SIMULATED
    │ 1 2 3 4 Findings  5 6 7 8 9 0 !                           ● 0.0 calls/s 03:04Z
    │    SEVERITY  WORKFLOW  RESOURCE            FINDING
    │▌ ▾ critical  1
    │    critical  NEW       ci-deploy           A key was used from abroad
    │  ▾ high  1
    │    high      NEW       orders-writer       The function runs on a runtime that…
    │  ▾ low  1
    │    low       NEW       shop-pages          A bucket keeps no versions
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
    │ by severity · 4 findings · 1 resolved or suppressed hidden
    │ s group   w settled   tab fold   enter open   esc back   ? help   q quit
    ");
    let console = console.sized(200, 16).press("w");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                                                                                                     READ-ONLY  SIMULATED
    │ 1 Overview  2 Logs  3 Trail  4 Findings  5 Alarms  6 Functions  7 Databases  8 Runbooks  9 Journal  0 Run  ! Problems                                                             ● 0.0 calls/s 03:04Z
    │    SEVERITY  WORKFLOW  PRODUCT         CONTROL       RESOURCE                              FINDING
    │▌ ▾ critical  1
    │    critical  NEW       Security Hub    X.1           ci-deploy                             A key was used from abroad
    │  ▾ high  1
    │    high      NEW       Security Hub    X.2           orders-writer                         The function runs on a runtime that is no longer supported
    │  ▾ medium  1
    │    medium    SUPPRES…  Inspector       X.4           orders                                A package is old
    │  ▾ low  1
    │    low       NEW       Security Hub    X.3           shop-pages                            A bucket keeps no versions
    │
    │
    │
    │ by severity · 4 findings
    │ s group   w settled   tab fold   enter open   / filter   esc back   ctrl-p go to   : command   ? help   q quit
    ");
}

#[test]
fn headings_fold_and_are_made_of_something_else() {
    let console = Console::new().press("4 space");
    console.row("▸ critical  1");
    assert!(!console.screen().contains("A key was used"), "{}", console.screen());
    let console = console.press("enter s");
    console.row("▾ Security Hub  3");
    console.row("by product");
    let console = console.press(": group-by␣resource enter");
    console.row("▾ orders-writer  1");
    let console = console.press(": group-by␣colour enter");
    console.row("findings are grouped by severity, product, control, resource, workflow");
}

#[test]
fn a_finding_is_told_in_lines_and_leads_to_changes_and_component() {
    let console = Console::new().press("1 4 / runtime enter").sized(100, 50).press("j enter");
    insta::assert_snapshot!(console.picture(), @r#"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 3 4 Findings  5▲2 6 7 8 9 0 !                                             ● 0.0 calls/s 03:04Z
    │    SEVERITY  WORKFLOW  RESOURCE            FINDING
    │  ▾ high  1
    │▌   high      NEW       orders-writer       The function runs on a runtime that is no longer suppor…
    │
    │
    │
    │
    │╭ The function runs on a runtime that is no longer supported ──────────────────────────────────────╮
    ││ WHAT                                                                                             │
    ││   The function runs on a runtime that is no longer supported                                     │
    ││   severity         high                                                                          │
    ││   workflow         NEW                                                                           │
    ││   state            ACTIVE                                                                        │
    ││   compliance       FAILED                                                                        │
    ││   control          X.2                                                                           │
    ││   product          Security Hub                                                                  │
    ││   first seen       2026-11-20T21:04:00.000Z                                                      │
    ││   updated          2026-11-22T01:04:00.000Z                                                      │
    ││                                                                                                  │
    ││ DESCRIPTION                                                                                      │
    ││   The function runs on a runtime that is no longer supported.                                    │
    ││                                                                                                  │
    ││ RESOURCES                                                                                        │
    ││   account          123456784021                                                                  │
    ││   region           eu-central-1                                                                  │
    ││   on               arn:aws:lambda:eu-central-1:123456784021:function:orders-writer  AwsResource  │
    ││                                                                                                  │
    ││ REMEDY                                                                                           │
    ││   See the documentation.                                                                         │
    ││                                                                                                  │
    ││ RECORD                                                                                           │
    ││   {                                                                                              │
    ││     "Id": 2,                                                                                     │
    ││     "Title": "The function runs on a runtime that is no longer supported"                        │
    ││   }                                                                                              │
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
    │ by severity · 4 findings · matching runtime · 1 resolved or suppressed hidden
    │ o component   l logs   t changes   q back   ctrl-p go to   : command   ? help   ctrl-c quit
    "#);
    let changes = console.press("t");
    changes.row("changes of orders-writer (esc clears)");
    let component = Console::new().press("1 4 / runtime enter j o");
    component.row("Overview › orders-writer");
}

#[test]
fn findings_are_read_page_by_page_up_to_two_thousand() {
    let mut console = Console::silent().press("4");
    let [(ticket, question)] = asked(&mut console).try_into().unwrap();
    assert_eq!(question, first());
    page(&mut console, ticket, 0..100, Some("1"));
    console.row("reading, 100 so far");
    for number in 1..20 {
        let [(ticket, question)] = asked(&mut console).try_into().unwrap();
        assert_eq!(question.next, Some(number.to_string()));
        let next = (number + 1).to_string();
        page(&mut console, ticket, number * 100..number * 100 + 100, Some(&next));
    }
    assert!(asked(&mut console).is_empty());
    assert!(console.row("2,000 findings").contains("only the worst 2,000 were read"));
}

#[test]
fn a_page_that_does_not_come_leaves_what_is_there_says_so_and_is_asked_for_again() {
    let refused = |console: &mut Console, ticket: Ticket| {
        let error =
            ReadError::new(ReadFailure::Throttled, "securityhub:GetFindings", "Rate exceeded");
        console.hear(Msg::Answered { ticket, answer: Box::new(Err(error)) });
    };
    let mut console = Console::silent().press("4");
    let [(ticket, _)] = asked(&mut console).try_into().unwrap();
    page(&mut console, ticket, 0..100, Some("second"));
    let [(ticket, _)] = asked(&mut console).try_into().unwrap();
    refused(&mut console, ticket);
    let row = console.row("100 findings of more");
    assert!(row.contains("the rest could not be read: "), "{row}");
    assert!(asked(&mut console).is_empty(), "not at once");
    // Where it stopped, first ..
    let mut console = console.wait(15);
    let [(ticket, question)] = asked(&mut console).try_into().unwrap();
    assert_eq!(question.next.as_deref(), Some("second"));
    refused(&mut console, ticket);
    // .. then from the beginning: the token may be what was wrong.
    let mut console = console.wait(15);
    let [(ticket, question)] = asked(&mut console).try_into().unwrap();
    assert_eq!(question, first());
    page(&mut console, ticket, 0..100, Some("other"));
    let [(ticket, question)] = asked(&mut console).try_into().unwrap();
    assert_eq!(question.next.as_deref(), Some("other"));
    page(&mut console, ticket, 100..130, None);
    console.row("130 findings");
    assert!(!console.screen().contains("of more"), "{}", console.screen());
}
