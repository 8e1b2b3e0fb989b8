//! Stories of lists: rows that are marked, and rows that match what was filtered by last.

use watchdeck_domain::Printable;

use super::console::Console;
use super::fixture;
use crate::app::Effect;
use crate::app::shell::Overlay;

/// The texts that were copied last.
fn copied(console: &mut Console) -> Vec<String> {
    let left = console.take_left();
    let Some(Effect::Copy(lines)) = left.last() else { panic!("{left:?}") };
    lines.iter().map(ToString::to_string).collect()
}

#[test]
fn marks_show_in_their_rows_and_are_counted_above_them() {
    let console = Console::new().press("6 space space").sized(80, 16);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/oper…  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 6 Functions  7 8 9 0 !                          ● 0.0 calls/s 03:04Z
    │  FUNCTION         RUNTIME         MEMORY   LIMIT  CHANGED             2 marked
    │ ✔checkout-notify  nodejs22.x      512 MB    10 s  2026-11-22 03:01
    │ ✔orders-reader    nodejs22.x      512 MB    10 s  2026-11-22 03:01
    │▌ orders-worker    nodejs22.x      512 MB    10 s  2026-11-22 03:01
    │  orders-writer    nodejs22.x      512 MB    10 s  2026-11-22 03:01
    │
    │
    │
    │
    │
    │
    │
    │
    │ t changes   enter open   / filter   space mark   esc unmark   ? help   q quit
    ");
    let mut console = console.press("c");
    assert_eq!(copied(&mut console), ["checkout-notify", "orders-reader"]);
    console.row("copied 2 marked rows");
    let mut console = console.press("k space c");
    assert_eq!(copied(&mut console), ["checkout-notify"], "twice is not at all");
    let mut console = console.press("esc c");
    assert_eq!(copied(&mut console).len(), 1);
    console.row("copied");
    assert!(!console.screen().contains("marked"), "{}", console.screen());
}

#[test]
fn every_list_marks_its_rows() {
    for keys in ["3", "4 j", "5 j", "6", "7", "8"] {
        let console = Console::new().press(keys).press("space");
        console.row("✔");
        console.row("1 marked");
        console.row("esc unmark");
        assert!(!console.press("esc").screen().contains('✔'), "{keys}");
    }
}

#[test]
fn marks_survive_filters_folds_and_newer_answers_and_say_what_is_hidden() {
    let console = Console::new().press("6 space space / writer enter");
    console.row("2 marked, 2 of them hidden");
    let console = console.press("space");
    console.row("3 marked, 2 of them hidden");
    let console = console.press("ctrl-r").wait(90);
    console.row("3 marked, 2 of them hidden");
    let mut console = console.press("c");
    assert_eq!(copied(&mut console), ["checkout-notify", "orders-reader", "orders-writer"]);
    let console = console.press("esc");
    assert!(!console.screen().contains("marked,"), "marks go first");
    console.row("esc clear filter");
    let console = Console::new().press("4 j space");
    console.row("▌   high");
    let console = console.press("g g space");
    console.row("▸ critical  1");
    console.row("1 marked, 1 of them hidden");
}

#[test]
fn what_is_marked_and_gone_is_not_copied_in_silence() {
    let mut console = Console::new().press("6 space space");
    let rest = fixture::functions().split_off(1);
    console.model.functions.take(Ok(rest), console.now);
    let mut console = console.press("c");
    assert_eq!(copied(&mut console), ["orders-reader"]);
    console.row("copied 1 of 2 marked rows: 1 no longer there");
}

#[test]
fn marked_records_are_one_array_and_one_list_of_yaml() {
    let console = Console::new().press("6 space space y");
    console.row("JSON · 2 marked");
    let Some(Overlay::Record { sheet, .. }) = &console.model.shell.overlay else {
        panic!("closed")
    };
    let json: Vec<&str> = sheet.lines.iter().map(Printable::as_str).collect();
    assert_eq!((json.first(), json.last()), (Some(&"["), Some(&"]")));
    let console = console.press("y");
    let Some(Overlay::Record { sheet, .. }) = &console.model.shell.overlay else {
        panic!("closed")
    };
    let items = sheet.lines.iter().filter(|line| line.as_str().starts_with("- "));
    assert_eq!(items.count(), 2, "{:?}", sheet.lines);
}

#[test]
fn the_next_match_is_found_when_the_filter_is_gone_and_round_the_end() {
    let console = Console::new().press("6 n");
    console.row("search for something first");
    let console = console.press("/ orders-w enter esc g g");
    console.row("▌ checkout-notify");
    let console = console.press("n");
    console.row("▌ orders-worker");
    let console = console.press("n");
    console.row("▌ orders-writer");
    let console = console.press("n");
    console.row("▌ orders-worker");
    console.row("past the last match: on from the first one");
    let console = console.press("N");
    console.row("▌ orders-writer");
    console.row("past the first match: on from the last one");
    let console = console.press("/ checkout enter esc n n");
    console.row("no other row matches `checkout`");
}

#[test]
fn the_filter_is_put_back_by_the_key_that_took_it_away() {
    let console = Console::new().press("6 / writer enter f");
    console.row("checkout-notify");
    let console = console.press("f");
    assert!(!console.screen().contains("checkout-notify"), "{}", console.screen());
    let lines = "orders-writer first one\norders-writer second one";
    let console = Console::new().lines(lines).press("/ second enter f");
    console.row("first one");
    let console = console.press("f");
    assert!(!console.screen().contains("first one"), "{}", console.screen());
}

#[test]
fn the_cursor_stays_on_its_row_while_others_come_and_go() {
    let console = Console::new().press("6 j j j / order");
    console.row("▌ orders-writer");
    let console = console.press("esc");
    console.row("▌ orders-writer");
}
