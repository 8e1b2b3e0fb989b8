//! Stories of sequences: what goes on from the keys pressed so far.

use std::fmt::Write as _;
use std::sync::Arc;

use super::console::Console;
use crate::keymap::{Keymap, Preset};

fn console(preset: Preset) -> Console {
    let mut console = Console::new();
    console.model.keymap = Arc::new(Keymap::preset(preset).0);
    console
}

/// The box and the row below it.
fn foot(console: &Console) -> String {
    let picture = console.picture();
    let rows: Vec<&str> = picture.lines().collect();
    let top = rows.iter().position(|row| row.contains('╭')).unwrap();
    rows[top..rows.len() - 1].join("\n")
}

#[test]
fn the_first_key_of_a_sequence_shows_what_goes_on_from_it() {
    let console = console(Preset::Emacs).press("ctrl-x");
    insta::assert_snapshot!(foot(&console), @r"
    │╭ ctrl-x ──────────────────────────────────────────────────────────────────────────────────────────╮
    ││ b       show-last-view  Goes to the view before this one, and back.                              │
    ││ ctrl-c  quit            Leaves the program.                                                      │
    ││ k       go-back         Closes what is open, or goes one level up.                               │
    ││ left    go-earlier      Goes back through the views.                                             │
    ││ right   go-later        Goes forward through the views.                                          │
    │╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
    │ ctrl-x   esc cancels
    ");
    let console = console.sized(60, 15);
    insta::assert_snapshot!(foot(&console), @r"
    │╭ ctrl-x ──────────────────────────────────────────────────╮
    ││ b       show-last-view  Goes to the view before this on… │
    ││ ctrl-c  quit            Leaves the program.              │
    ││ k       go-back         Closes what is open, or goes on… │
    ││ left    go-earlier      Goes back through the views.     │
    ││ right   go-later        Goes forward through the views.  │
    │╰──────────────────────────────────────────────────────────╯
    │ ctrl-x   esc cancels
    ");
}

#[test]
fn many_continuations_stand_in_columns_as_far_as_they_fit() {
    let mut keymap = Keymap::built_in().unwrap();
    let mut text = String::from("[anywhere]\n");
    for letter in 'a'..='v' {
        writeln!(text, "\"z {letter}\" = \"go-bottom\"").unwrap();
    }
    text.push_str("\"z R\" = \"propose-rollback\"\n\"z z space\" = \"show-logs\"\n");
    assert_eq!(keymap.lay_over("mine.toml", &text), []);
    let mut console = Console::new().sized(160, 24);
    console.model.keymap = Arc::new(keymap);
    let console = console.press("z");
    insta::assert_snapshot!(foot(&console), @r"
    │╭ z ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╮
    ││ R        propose-rollback  Proposes to point an alias back at an older versi…  l        go-bottom         Goes to the last row.                              │
    ││ a        go-bottom         Goes to the last row.                               m        go-bottom         Goes to the last row.                              │
    ││ b        go-bottom         Goes to the last row.                               n        go-bottom         Goes to the last row.                              │
    ││ c        go-bottom         Goes to the last row.                               o        go-bottom         Goes to the last row.                              │
    ││ d        go-bottom         Goes to the last row.                               p        go-bottom         Goes to the last row.                              │
    ││ e        go-bottom         Goes to the last row.                               q        go-bottom         Goes to the last row.                              │
    ││ f        go-bottom         Goes to the last row.                               r        go-bottom         Goes to the last row.                              │
    ││ g        go-bottom         Goes to the last row.                               s        go-bottom         Goes to the last row.                              │
    ││ h        go-bottom         Goes to the last row.                               t        go-bottom         Goes to the last row.                              │
    ││ i        go-bottom         Goes to the last row.                               u        go-bottom         Goes to the last row.                              │
    ││ j        go-bottom         Goes to the last row.                               v        go-bottom         Goes to the last row.                              │
    ││ k        go-bottom         Goes to the last row.                               z space  show-logs         Goes to the logs.                                  │
    │╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
    │ z   esc cancels
    ");
    let console = console.sized(80, 15);
    insta::assert_snapshot!(foot(&console), @r"
    │╭ z ───────────────────────────────────────────────────────────────────────────╮
    ││ R        propose-rollback  Proposes to point an alias back at an older vers… │
    ││ a        go-bottom         Goes to the last row.                             │
    ││ b        go-bottom         Goes to the last row.                             │
    ││ c        go-bottom         Goes to the last row.                             │
    ││ d        go-bottom         Goes to the last row.                             │
    ││ e        go-bottom         Goes to the last row.                             │
    ││ f        go-bottom         Goes to the last row.                             │
    ││ g        go-bottom         Goes to the last row.                             │
    ││ … and 16 more                                                                │
    │╰──────────────────────────────────────────────────────────────────────────────╯
    │ z   esc cancels
    ");
    let console = console.press("z");
    console.row("show-logs");
}

#[test]
fn a_sequence_is_given_up_without_a_word() {
    for (preset, keys) in [
        (Preset::Default, "g esc"),
        (Preset::Emacs, "ctrl-x esc"),
        (Preset::Emacs, "ctrl-x ctrl-g"),
    ] {
        let console = console(preset).press(keys);
        let screen = console.screen();
        assert!(!screen.contains('╭') && !screen.contains("does nothing here"), "{screen}");
        assert!(console.model.shell.pressed.is_empty());
    }
    console(Preset::Default).press("g x").row("g x does nothing here");
}

#[test]
fn the_keys_of_a_preset_run_its_commands() {
    console(Preset::Vim).press("6 ctrl-o").row("2 Logs");
    let console = console(Preset::Emacs).press("2 alt-x");
    assert!(console.model.shell.typing.is_some());
    let console = console.press("ctrl-g");
    assert!(console.model.shell.typing.is_none());
}
