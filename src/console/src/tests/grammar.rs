//! Stories of the grammar: commands, help, views, sequences, hints.

use watchdeck_domain::Printable;

use super::console::Console;
use crate::app::{Effect, Problem};

#[test]
fn the_command_line_completes_and_remembers() {
    let console = Console::new().press(": fun");
    console.row("functions");
    console.row("Goes to the Lambda functions.");
    let console = console.press("tab enter");
    console.row("orders-writer");
    let console = console.press(": up");
    console.row(":functions");
    let console = console.press("esc : function␣writ tab enter");
    console.row("Functions › orders-writer");
}

#[test]
fn a_mistyped_command_is_answered_with_the_nearest() {
    let console = Console::new().press(": pause-log enter");
    console.row("there is no command `pause-log`: did you mean `pause-logs`?");
    let console = console.press("6 : pause-logs enter");
    console.row("`pause-logs` works in logs");
}

#[test]
fn help_shows_this_view_out_of_the_command_table() {
    let console = Console::new().sized(100, 40).press("?");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 Logs  3 4 5 6 7 8 9 0 !                                                ● 0.0 calls/s 03:04:00Z
    │╭ Help: Logs ──────────────────────────────────────────────────────────────────────────────────────╮
    ││ THIS VIEW                                                                                        │
    ││ space         pause-logs            Holds the lines still; what arrives is kept and counted.     │
    ││ space         resume-logs           Shows what arrived meanwhile and goes on. Not now: the lines │
    ││                                     flow already.                                                │
    ││ s             follow-logs           Goes to the newest line and stays there. Not now: the newest │
    ││                                     line is followed already.                                    │
    ││ l             pick-groups           Chooses the log groups to watch.                             │
    ││ e             next-error            Goes to the next line that is an error. Not now: there are   │
    ││                                     no lines yet.                                                │
    ││ E             previous-error        Goes to the previous line that is an error. Not now: there   │
    ││                                     are no lines yet.                                            │
    ││ r             follow-request        Follows the request of this line through all log groups: the │
    ││                                     watched ones, and those of APIs, firewall, balancers and     │
    ││                                     functions. Not now: this line carries no id of a request.    │
    ││ n             next-match            Goes to the next line or row that matches what was filtered  │
    ││                                     by last. Not now: search for something first, with /.        │
    ││ N             previous-match        Goes to the previous line or row that matches what was       │
    ││                                     filtered by last. Not now: search for something first, with  │
    ││                                     /.                                                           │
    ││ p             pick-filter           Shows the filters that are saved, to pick one from: `:filter │
    ││                                     save NAME` saves the one in force, `:filter delete NAME`     │
    ││                                     deletes one. Not now: no filter is saved: `:filter save      │
    ││                                     NAME` saves the one in force.                                │
    ││               narrow-logs           Fetches only lines that match: `:narrow PATTERN`; without a  │
    ││                                     pattern, all lines again.                                    │
    ││ f             toggle-filter         Takes the filter away, or puts the last one back. Not now:   │
    ││                                     search for something first, with /.                          │
    ││ w             wrap-lines            Wraps long lines, or cuts them.                              │
    ││ i             toggle-histogram      Shows how many lines were written when above the lines, or   │
    ││                                     hides it.                                                    │
    ││ >             next-bar              Goes to the next bar of the histogram that has lines: to its │
    ││                                     first line. Not now: there are no lines yet.                 │
    ││ <             previous-bar          Goes to the previous bar of the histogram that has lines: to │
    ││                                     its first line. Not now: there are no lines yet.             │
    │╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
    │ idle · 0 lines
    │ ? back   ctrl-p go to   : command   ctrl-c quit
    ");
    let console = console.press("esc");
    assert!(!console.screen().contains("THIS VIEW"));
}

#[test]
fn views_are_walked_back_and_forth() {
    let console = Console::new().press("6 enter");
    console.row("Functions › checkout-notify");
    let console = console.press("esc");
    console.row("checkout-notify");
    assert!(!console.screen().contains("›"));
    let console = console.press("9 -");
    console.row("FUNCTION");
    let console = console.press("-");
    console.row("Nothing yet");
    let console = console.press("[");
    assert!(!console.screen().contains("Nothing yet"));
    let console = console.press("]");
    console.row("Nothing yet");
}

#[test]
fn a_sequence_shows_how_it_goes_on() {
    let console = Console::new().press("g");
    console.row("go-top");
    let console = console.press("esc");
    assert!(!console.screen().contains("go-top"));
    let console = console.press("g z");
    console.row("g z does nothing here");
}

#[test]
fn hints_are_true_in_this_very_state() {
    let hints = |console: &Console| console.screen().lines().last().unwrap().to_owned();
    let console = Console::new();
    assert!(hints(&console).contains("space pause"));
    assert!(!hints(&console).contains("open"), "there is no line to open");
    let console = console.press("space");
    assert!(hints(&console).contains("space resume"));
    assert!(!hints(&console).contains("pause"));
    let console = console.press("6 / writer enter");
    assert!(hints(&console).contains("clear filter"));
}

#[test]
fn the_mouse_chooses_rows_and_turns_them() {
    let mouse = |deed, row| crate::app::Msg::Mouse(crate::app::Mouse { deed, column: 9, row });
    let mut console = Console::new().press("6");
    console.hear(mouse(crate::app::MouseDeed::Pressed, 5));
    console.row("▌ orders-worker");
    console.hear(mouse(crate::app::MouseDeed::ScrolledUp, 5));
    console.row("▌ checkout-notify");
    console.hear(mouse(crate::app::MouseDeed::Pressed, 23));
    console.row("▌ checkout-notify");
}

#[test]
fn list_filters_work_as_they_are_typed() {
    let console = Console::new().press("6 / writ");
    assert!(!console.screen().contains("orders-reader"));
    let console = console.press("esc");
    console.row("orders-reader");
    let console = console.press("/ !orders enter");
    console.row("checkout-notify");
    assert!(!console.screen().contains("orders-writer"));
}

#[test]
fn quit_quits_and_copies_are_printable() {
    let mut console = Console::new().lines("orders-writer \u{1b}]52;c;aGk=\u{7}owned").press("c");
    let left = console.take_left();
    let Some(Effect::Copy(text)) = left.last() else { panic!("{left:?}") };
    assert_eq!(text, &[Printable::new("\u{1b}]52;c;aGk=\u{7}owned")]);
    for keys in ["q", "ctrl-c", ": q enter", ": quit enter"] {
        let mut console = Console::new().press(keys);
        assert_eq!(console.take_left().pop(), Some(Effect::Quit), "{keys}");
    }
}

#[test]
fn every_problem_of_the_console_reaches_the_screen() {
    let problem = Problem::new(
        "journal.full",
        "the journal cannot be written",
        "no space left on device",
        "make room; until then nothing is sent",
    );
    let console = Console::new().sized(160, 24).fail(problem.clone()).fail(problem);
    console.row("the journal cannot be written");
    console.row("Problems 2");
    let console = console.press("!");
    console.row("2 times since 03:04:00");
    console.row("make room; until then nothing is sent");
    assert!(!console.screen().contains("Problems 2"), "seen is seen");
}

#[test]
fn a_paste_goes_into_the_text_being_typed_and_nowhere_else() {
    let mut console = Console::new();
    console.hear(crate::app::Msg::Paste("q\nq".into()));
    assert!(!console.left.contains(&Effect::Quit), "a paste presses no keys");
    let mut console = console.press(":");
    console.hear(crate::app::Msg::Paste("log\u{1b}[31ms".into()));
    console.row(":log[31ms");
    assert_eq!(Printable::new("x").as_str(), "x");
}
