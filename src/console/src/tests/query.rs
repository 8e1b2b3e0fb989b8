//! Stories of queries over the lines held.

use super::console::Console;
use crate::app::Effect;

const LINES: &str = r#"
    orders-writer {"level":"INFO","message":"order taken","ms":12}
    orders-writer {"level":"ERROR","message":"no stock","ms":90}
    orders-reader {"level":"INFO","message":"order read","ms":5}
"#;

fn told() -> Console {
    Console::new().sized(120, 24).lines(LINES)
}

#[test]
fn a_query_over_the_lines_held_gives_a_table() {
    let console = told().press(": query␣stats␣count(*)␣as␣n,␣max(ms)␣as␣most␣by␣level enter");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                     READ-ONLY  SIMULATED
    │ 1 2 Logs › Query  3 4 5 6 7 8 9 0 !                                                               ● 0.0 calls/s 03:04Z
    │  level    n    most
    │▌ ERROR    1    90
    │  INFO     2    12
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
    │ held lines · 2 rows · 3 of 3 lines matched · stats count(*) as n, max(ms) as most by level
    │ s sort   a elsewhere   enter open   / filter   space mark   esc back   ctrl-p go to   : command   ? help   q quit
    ");
}

#[test]
fn rows_are_sorted_filtered_shown_as_data_and_copied() {
    let console = told().press(": query␣fields␣message,␣ms enter");
    console.row("3 rows · 3 of 3 lines matched");
    let console = console.press("s s s");
    assert!(console.row("▌").contains("no stock"), "the largest first");
    let console = console.press("s");
    assert!(console.row("▌").contains("order read"));
    let console = console.press("y");
    console.row("\"ms\": 5.0");
    let mut console = console.press("esc c");
    let left = console.take_left();
    let copied = left.iter().any(
        |effect| matches!(effect, Effect::Copy(lines) if lines.iter().any(|line| line.as_str().contains("order read"))),
    );
    assert!(copied, "{left:?}");
    let console = console.press("/ stock enter");
    assert!(!console.screen().contains("order read"));
}

#[test]
fn enter_on_a_row_with_a_line_opens_it_among_the_others() {
    let console = told().press(": query␣filter␣level␣=␣'ERROR' enter enter");
    assert!(console.row("▌").contains("no stock"));
    console.row("order read");
    let console = console.press("esc");
    console.row("Logs › Query");
}

#[test]
fn what_is_wrong_with_a_query_is_told_with_its_place() {
    let console = told().press(": query␣filtr␣x enter");
    console.row("at character 1");
    console.row(":query filtr x");
    let console = console.press("esc : query enter");
    console.row("asks the lines held");
}
