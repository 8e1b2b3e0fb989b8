//! Keymaps: the presets are in order, mistakes are told with their place, and what is right beside them is in force.

use super::*;
use crate::app::command::{COMMANDS, Weight};

fn told(text: &str) -> Vec<String> {
    let mut keymap = Keymap::built_in().unwrap();
    keymap.lay_over("mine.toml", text).iter().map(ToString::to_string).collect()
}

fn chords(text: &str) -> Vec<Chord> {
    text.split(' ').map(|chord| Chord::parse(chord).unwrap()).collect()
}

/// The ids that the keys run in the logs.
fn runs(keymap: &Keymap, keys: &str) -> Vec<&'static str> {
    match keymap.reach(&[Context::Logs, Context::Anywhere], &chords(keys)) {
        Reached::Bound(binding) => {
            binding.tries.iter().map(|bound| bound.command.entry().id).collect()
        }
        Reached::More(_) | Reached::Nothing => Vec::new(),
    }
}

#[test]
fn the_built_in_keymap_is_in_order() {
    let keymap = Keymap::built_in().unwrap_or_else(|errors| panic!("{errors:#?}"));
    let stack = [Context::Logs, Context::Anywhere];
    assert!(matches!(keymap.reach(&stack, &chords("g")), Reached::More(_)));
    assert_eq!(runs(&keymap, "g g"), ["go-top"]);
}

#[test]
fn every_preset_is_in_order_and_each_of_its_bindings_can_be_reached() {
    for preset in Preset::ALL {
        let (keymap, errors) = Keymap::preset(preset);
        let name = preset.name();
        assert_eq!(errors, [], "{name}");
        for context in Context::ALL {
            let meets = |inner: &Context| {
                *inner == context || (context == Context::Anywhere && rules::meet(*inner, context))
            };
            for inner in Context::ALL.into_iter().filter(meets) {
                let stack = [inner, Context::Anywhere];
                let stack = if inner == Context::Input { &stack[..1] } else { &stack[..] };
                for (sequence, binding) in keymap.bindings(context) {
                    let keys = written(sequence);
                    let Reached::Bound(found) = keymap.reach(stack, sequence) else {
                        panic!("{name}: `{keys}` of `{}` is hidden in {stack:?}", context.name())
                    };
                    let own = keymap.bindings(inner).iter().any(|(other, _)| other == sequence);
                    assert!(found == binding || own, "{name}: `{keys}` in {stack:?}");
                }
            }
        }
    }
}

#[test]
fn every_preset_keeps_what_leads_to_a_change_and_the_prefixes_of_multiplexers_apart() {
    for preset in Preset::ALL {
        let (keymap, _) = Keymap::preset(preset);
        for context in Context::ALL {
            for (sequence, binding) in keymap.bindings(context) {
                let keys: Vec<String> = sequence.iter().map(ToString::to_string).collect();
                let has = |taken: &[&str]| keys.iter().any(|key| taken.contains(&key.as_str()));
                let place = format!("{}: {keys:?} of `{}`", preset.name(), context.name());
                assert!(context == Context::Input || !has(&["ctrl-a", "ctrl-b"]), "{place}");
                let heavy = |bound: &Bound| bound.command.entry().weight == Weight::LeadsToChange;
                if binding.tries.iter().any(heavy) {
                    assert!(!has(&["ctrl-a", "ctrl-b", "ctrl-d", "ctrl-k"]), "{place}");
                    let bare = |key: &String| key.len() == 1 && key.to_uppercase() != *key;
                    assert!(keys.len() > 1 || !bare(&keys[0]), "{place}");
                }
            }
        }
    }
}

#[test]
fn every_command_is_reached_by_a_key_or_by_its_name_in_every_preset() {
    for preset in Preset::ALL {
        let (keymap, _) = Keymap::preset(preset);
        let table = keymap.table();
        let rows = || table.iter().flat_map(|(_, rows)| rows);
        for entry in COMMANDS {
            let bound = rows().any(|row| row.entry.id == entry.id && !row.keys.is_empty());
            // The command line runs what means something in the view below, and nothing of its own text.
            let named = entry.scope.iter().any(|context| *context != Context::Input);
            assert!(bound || named, "{}: nothing runs `{}`", preset.name(), entry.id);
        }
        // Who has no command line has no names either; and everybody finds help and the way out.
        for command in [Command::OpenCommandLine, Command::OpenHelp, Command::Quit, Command::GoBack]
        {
            assert!(!keymap.keys_of(&[Context::Anywhere], command).is_empty(), "{command:?}");
        }
    }
}

#[test]
fn hands_find_what_they_know() {
    let check = |preset, keys: &str, wanted: &str| {
        let (keymap, _) = Keymap::preset(preset);
        assert_eq!(runs(&keymap, keys).first(), Some(&wanted), "{}: {keys}", preset.name());
    };
    for (keys, wanted) in [
        ("g g", "go-top"),
        ("G", "go-bottom"),
        ("ctrl-d", "page-down"),
        ("ctrl-u", "page-up"),
        ("ctrl-f", "page-down"),
        ("n", "next-match"),
        ("N", "previous-match"),
        ("/", "open-filter"),
        ("?", "open-help"),
        ("ctrl-o", "go-earlier"),
        ("ctrl-i", "go-later"),
        ("y y", "copy-row"),
        ("K", "show-record"),
        ("Z Z", "quit"),
    ] {
        check(Preset::Vim, keys, wanted);
    }
    for (keys, wanted) in [
        (":", "open-command-line"),
        ("/", "open-filter"),
        ("?", "open-help"),
        ("[", "go-earlier"),
        ("]", "go-later"),
        ("-", "show-last-view"),
        ("ctrl-r", "refresh"),
        ("g", "go-top"),
        ("shift-g", "go-bottom"),
        ("q", "go-back"),
        ("d", "show-record"),
        ("y", "show-record"),
        ("s", "follow-logs"),
        ("w", "wrap-lines"),
    ] {
        check(Preset::K9s, keys, wanted);
    }
    for (keys, wanted) in [
        ("ctrl-n", "move-down"),
        ("ctrl-p", "move-up"),
        ("ctrl-v", "page-down"),
        ("alt-v", "page-up"),
        ("ctrl-s", "open-filter"),
        ("alt-x", "open-command-line"),
        ("ctrl-g", "unmark-rows"),
        ("ctrl-x ctrl-c", "quit"),
        ("alt-<", "go-top"),
        ("alt->", "go-bottom"),
    ] {
        check(Preset::Emacs, keys, wanted);
    }
}

#[test]
fn mistakes_are_told_with_their_line_and_column() {
    let check = |text: &str, wanted: &[&str]| assert_eq!(told(text), wanted, "{text}");
    check(
        "[logs]\n\"z\" = \"pause-log\"",
        &["mine.toml:2:7: there is no command `pause-log`: did you mean `pause-logs`?"],
    );
    check(
        "[logs]\nz = \"go-top\"\n\n  \"z z\" = \"go-bottom\"",
        &[
            "mine.toml:4:3: `z z` and `z` of `logs` (line 2) cannot both be bound: one begins with the other: use another key for one of them",
        ],
    );
    check(
        "[anywhere]\nr = \"propose-rollback\"\n\"ctrl-D\" = [\"quit\", \"rollback\"]",
        &[
            "mine.toml:2:5: `propose-rollback` leads to a change and may not be on `r`: a slip must not reach it: use a capital letter or a sequence, and not ctrl-a, -b, -d or -k",
            "mine.toml:3:21: `propose-rollback` leads to a change and may not be on `ctrl-d`: a slip must not reach it: use a capital letter or a sequence, and not ctrl-a, -b, -d or -k",
        ],
    );
    check(
        "[logs]\n\"ctrl-b\" = \"page-up\"",
        &[
            "mine.toml:2:1: `ctrl-b` may be bound in `input` only: tmux and screen take it for themselves: use another key",
        ],
    );
    check(
        "[run]\nz = \"pause-logs\"",
        &["mine.toml:2:5: `pause-logs` does nothing in `run`: bind it in logs"],
    );
    check(
        "[lgos]\nz = \"quit\"",
        &["mine.toml:1:2: there is no context `lgos`: did you mean `logs`?"],
    );
    check(
        "preset = \"vin\"",
        &[
            "mine.toml:1:10: there is no preset `vin`: did you mean `vim`? there are default, vim, k9s, emacs",
        ],
    );
    check(
        "[logs]\n\"<C-d>\" = \"quit\"",
        &["mine.toml:2:1: `<C-d>` is not a key: did you mean `ctrl-d`?"],
    );
    check(
        "[logs]\n\"pgup\" = \"quit\"\n\"pageup\" = \"go-top\"",
        &["mine.toml:3:1: `pageup` is bound already in line 2: drop one of the two lines"],
    );
    check("[logs]\nz = \"\"", &["mine.toml:2:1: nothing is bound to `z` in `logs`: drop the line"]);
    check(
        "[logs]\nq = \"\"",
        &[
            "mine.toml:2:1: nothing is bound to `q` in `logs`: it is bound in `anywhere`: unbind it there",
        ],
    );
    check(
        "logs = 3",
        &["mine.toml:1:8: `logs` is a context: write `[logs]` and bindings below it"],
    );
    for text in ["[logs]\nz = 5", "[logs]\nz = []", "[logs]\nz = [\"quit\", 5]"] {
        assert!(told(text)[0].starts_with("mine.toml:2:5: this is no command"), "{text}");
    }
}

#[test]
fn what_hides_a_key_of_the_other_context_is_refused() {
    let check = |text: &str, wanted: &str| {
        let told = told(text);
        assert!(told.len() == 1 && told[0].starts_with(wanted), "{text}: {told:#?}");
    };
    check("[logs]\ng = \"go-top\"", "mine.toml:2:1: `g` stands in the way of `g g` of `anywhere`");
    check(
        "[anywhere]\n\"n n\" = \"go-top\"",
        "mine.toml:2:1: `n n` stands in the way of `n` of `logs`",
    );
    check(
        "[anywhere]\n\"z z\" = \"go-top\"\n[logs]\nz = \"quit\"",
        "mine.toml:4:1: `z` and `z z` of `anywhere` (line 2) cannot both be bound",
    );
    let freed = "[logs]\ng = \"go-top\"\n[anywhere]\n\"g g\" = \"\"";
    assert_eq!(told(freed), [""; 0], "unbound there, it is free here");
    assert_eq!(
        told("[input]\n\"ctrl-x\" = \"input-end\"\n[anywhere]\n\"ctrl-x x\" = \"quit\""),
        [""; 0]
    );
}

#[test]
fn a_mistake_costs_its_own_line_and_no_other() {
    let mut keymap = Keymap::built_in().unwrap();
    let text = "preset = \"vin\"\n[anywhere]\nx = \"quitt\"\ny = \"go-bottom\"\n[nowhere]\nz = \"quit\"\n\
                [logs]\n\"g\" = \"go-top\"\nz = \"refresh\"\n";
    let errors = keymap.lay_over("mine.toml", text);
    let lines: Vec<usize> = errors.iter().map(|error| error.at.line).collect();
    assert_eq!(lines, [1, 3, 5, 8]);
    assert_eq!((runs(&keymap, "y"), runs(&keymap, "z")), (vec!["go-bottom"], vec!["refresh"]));
    assert_eq!(runs(&keymap, "g g"), ["go-top"], "what a refused line displaced is there again");
}

#[test]
fn a_file_that_is_no_toml_is_read_as_far_as_it_is() {
    let mut keymap = Keymap::built_in().unwrap();
    let text = "[anywhere]\nx = \ny = \"go-bottom\"\nz = \"refresh\"\nz = \"quit\"\n";
    let errors = keymap.lay_over("mine.toml", text);
    let lines: Vec<usize> = errors.iter().map(|error| error.at.line).collect();
    assert_eq!(lines, [2, 5], "{errors:#?}");
    assert_eq!((runs(&keymap, "y"), runs(&keymap, "z")), (vec!["go-bottom"], vec!["refresh"]));
    let broken = "preset = vim\n[anywhere]\nq =\n";
    let errors = keymap.lay_over("mine.toml", broken);
    assert_eq!(errors.len(), 2, "{errors:#?}");
    assert_eq!((preset_of(broken), runs(&keymap, "q")), (None, vec!["quit"]), "nothing is guessed");
}

#[test]
fn the_file_of_the_user_wins() {
    let mut keymap = Keymap::built_in().unwrap();
    let errors = keymap.lay_over("mine.toml", "[anywhere]\ng = \"go-bottom\"\nq = \"\"");
    assert_eq!(errors, []);
    assert_eq!(runs(&keymap, "g"), ["go-bottom"]);
    assert_eq!(runs(&keymap, "q"), [""; 0]);
}

#[test]
fn the_top_of_a_file_names_its_preset() {
    assert_eq!(preset_of("preset = \"k9s\"\n[logs]\n"), Some(Preset::K9s));
    for text in ["", "preset = 5", "preset = \"vin\"", "[logs]\npreset = \"vim\""] {
        assert_eq!(preset_of(text), None, "{text}");
    }
    for preset in Preset::ALL {
        let wanted = (preset != Preset::Default).then_some(Preset::Default);
        assert_eq!(preset_of(preset.text()), wanted, "{}", preset.name());
    }
}

#[test]
fn a_keymap_is_the_same_again_from_its_own_file() {
    let mine = "[logs]\n'\"' = \"open-filter a \\\" b\"\nq = \"\"\n\"z '\" = \"quit\"";
    for preset in Preset::ALL {
        let (mut keymap, _) = Keymap::preset(preset);
        drop(keymap.lay_over("mine.toml", mine));
        let mut again = Keymap::default();
        assert_eq!(again.lay_over("again.toml", &keymap.as_file()), []);
        assert_eq!(again.as_file(), keymap.as_file());
        let stack = [Context::Logs, Context::Anywhere];
        let Reached::Bound(binding) = again.reach(&stack, &[Chord::char('"')]) else {
            panic!("{} has lost it", preset.name())
        };
        assert_eq!(binding.tries[0].argument, "a \" b");
    }
}
