//! Stories of what the operator set in advance.

use std::time::Duration;

use super::console::Console;
use crate::app::Wishes;
use crate::app::shell::Screen;

#[test]
fn a_start_line_is_carried_out_first() {
    let start = "function orders-writer".to_owned();
    let console = Console::wishing(Wishes { start, ..Wishes::default() });
    assert!(
        matches!(&console.model.shell.screen, Screen::Function(name) if name.as_str() == "orders-writer")
    );
    console.row("42 ← live");
}

#[test]
fn a_list_becomes_as_old_as_one_wished() {
    for (seconds, asked) in [(5, true), (3600, false)] {
        let list_age = Duration::from_secs(seconds);
        let console =
            Console::wishing(Wishes { list_age, ..Wishes::default() }).press(": functions enter");
        let before = console.model.functions.list.at;
        let console = console.wait(120);
        assert_eq!(console.model.functions.list.at > before, asked, "{seconds}");
    }
}
