//! Stories of filters: those that filter nothing, those that have a name, and those that the account applies itself.

use std::collections::BTreeMap;

use super::console::Console;
use crate::app::{Effect, Msg};

const LINES: &str = "
    orders-writer [INFO] order taken
    orders-writer [ERROR] no stock
    orders-reader [INFO] order read
";

fn told() -> Console {
    Console::new().sized(120, 24).lines(LINES)
}

fn kept() -> Console {
    let mut console = told();
    let filters = [("failed", "ERROR"), ("taken", "order taken")];
    let filters = filters.map(|(name, text)| (name.to_owned(), text.to_owned()));
    console.hear(Msg::FiltersKept(BTreeMap::from(filters)));
    console
}

#[test]
fn a_filter_that_passes_everything_or_nothing_is_told() {
    let console = told().press("/ o enter");
    console.row("it matches every one of 3 lines");
    let console = console.press("/ timeout enter");
    console.row("it matches none of 3 lines");
    let console = console.press("/ ERROR enter");
    assert!(!console.screen().contains("it matches"));
    let console = console.press("esc").lines("orders-writer one more");
    assert!(!console.screen().contains("it matches"), "no filter is no filter");
}

#[test]
fn a_filter_is_saved_under_a_name_and_put_in_force_by_it() {
    let mut console = told().press("/ ERROR enter : filter␣save␣failed enter");
    console.row("saved as failed");
    let saved = Effect::KeepFilter { name: "failed".into(), text: Some("ERROR".into()) };
    assert!(console.take_left().contains(&saved));
    let console = console.press("esc : filter␣fa tab");
    assert_eq!(console.row(":filter"), ":filter failed");
    let console = console.press("enter").wait(9);
    console.row("1 of 3 lines: ERROR");
    let mut console = console.press(": filter␣delete␣failed enter");
    console.row("deleted failed");
    let gone = Effect::KeepFilter { name: "failed".into(), text: None };
    assert!(console.take_left().contains(&gone));
}

#[test]
fn what_cannot_be_saved_says_why() {
    let console = told().press(": filter␣save␣x enter");
    console.row("no filter is in force here");
    let console = console.press("/ ERROR enter : filter␣save␣two␣words enter");
    console.row("`two words` names no filter: a name is one word");
    let console = console.press(": filter␣delete␣x enter");
    console.row("no filter is saved as `x`");
    let console = console.press("p");
    console.row("no filter is saved");
}

#[test]
fn a_saved_filter_is_picked_from_a_list() {
    let console = kept().press("p");
    console.row("Filters: 2 of 2");
    console.row("order taken");
    let console = console.press("down enter");
    console.row("1 of 3 lines: order taken");
    let console = console.press("p fail enter");
    console.row("1 of 3 lines: ERROR");
    let console = console.press("p esc");
    console.row("1 of 3 lines: ERROR");
}

#[test]
fn a_narrowed_tail_fetches_nothing_else_and_says_so() {
    let mut console = told();
    console.take_left();
    let mut console = console.press(": narrow␣ERROR␣stock enter");
    let left = console.take_left();
    let [Effect::WatchLogs { groups, pattern, .. }] = left.as_slice() else { panic!("{left:?}") };
    assert_eq!((groups.len(), pattern.as_deref()), (3, Some("ERROR stock")));
    let console = console.wait(9).lines("orders-writer [ERROR] no stock of 7");
    console.row("only ERROR stock is fetched, no other line");
    console.row("Logs narrowed");
    let mut console = console.press(": narrow enter");
    let left = console.take_left();
    assert!(matches!(left.as_slice(), [Effect::WatchLogs { pattern: None, .. }]), "{left:?}");
    assert!(!console.screen().contains("narrowed"));
    let console = console.press(": narrow enter");
    console.row("all lines are fetched already");
}

#[test]
fn what_the_account_cannot_apply_is_refused_with_the_reason() {
    let mut console = told();
    console.take_left();
    let mut console = console.press(": narrow␣!ERROR enter");
    console.row("not narrowed: AWS's pattern language cannot turn a pattern round");
    assert!(console.take_left().is_empty(), "the lines stay");
    console.row("order read");
}

#[test]
fn the_help_tells_how_a_filter_is_written() {
    let console = told().sized(140, 80).press("? G");
    console.row("A FILTER OF THE LOGS");
    console.row("{ $.level = \"ERROR\" }");
    console.row("/timed? ?out/");
    let console = console.press("esc 6 ? G");
    assert!(!console.screen().contains("A FILTER OF THE LOGS"));
}
