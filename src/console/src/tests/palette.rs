//! Stories of the palette: a few letters lead anywhere.

use super::console::Console;
use crate::app::shell::Screen;

#[test]
fn a_few_letters_find_a_function_and_enter_goes_there() {
    let console = Console::new().press("6 ctrl-p owrit");
    console.row("▌ orders-writer");
    let console = console.press("enter");
    assert!(console.model.shell.typing.is_none() && console.model.shell.overlay.is_none());
    console.row("Functions › orders-writer");
}

#[test]
fn commands_components_groups_alarms_and_findings_are_found() {
    let console = Console::new().press("1 4 7 1");
    for (letters, wanted) in [
        ("showtrail", "show-trail"),
        ("dlq", "orders-dlq"),
        ("/aws/lam", "/aws/lambda/orders-writer"),
        ("readererr", "orders-reader-errors"),
        ("keyabroad", "A key was used from abroad"),
        ("lambda.rollback", "lambda.rollback"),
    ] {
        let mut one = Console::new().press("1 4 7 1 ctrl-p");
        one = one.press(letters);
        one.row(wanted);
    }
    let console = console.press("ctrl-p readererr enter");
    assert_eq!(console.model.shell.screen, Screen::Alarms);
    console.row("orders-reader-errors");
    assert!(!console.screen().contains("checkout-notify-errors"), "the list is filtered");
}

#[test]
fn the_choice_moves_and_esc_leaves_everything_as_it_was() {
    let console = Console::new().press("1 ctrl-p show down");
    let first = console.screen();
    let chosen = first.lines().find(|row| row.contains("▌ ")).unwrap().to_owned();
    let console = console.press("up");
    assert!(!console.screen().contains(&chosen), "the choice moved");
    let console = console.press("esc");
    assert!(console.model.shell.typing.is_none() && console.model.shell.overlay.is_none());
    assert_eq!(console.model.shell.screen, Screen::Overview);
    console.press("ctrl-p zzzz").row("Nothing matches.");
}
