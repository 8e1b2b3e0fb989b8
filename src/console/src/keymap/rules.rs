//! What no keymap may do, whoever wrote it.

use super::key::Chord;
use super::written;
use crate::app::command::{Command, Context, Weight};

/// Keys that tmux and screen take for themselves: who sits in one presses them twice, and who does not, once too often.
const PREFIXES: [&str; 2] = ["ctrl-a", "ctrl-b"];

/// Keys that mean something else in every other program.
const TAKEN: [&str; 4] = ["ctrl-a", "ctrl-b", "ctrl-d", "ctrl-k"];

/// Why a sequence may not be bound in a context at all.
pub(super) fn reserved(context: Context, sequence: &[Chord]) -> Option<(String, String)> {
    let prefix = sequence.iter().find(|chord| is_one_of(**chord, &PREFIXES))?;
    (context != Context::Input).then(|| {
        (
            format!("`{prefix}` may be bound in `input` only"),
            "tmux and screen take it for themselves: use another key".to_owned(),
        )
    })
}

/// Why a command may not be on a sequence.
pub(super) fn slip(command: Command, sequence: &[Chord]) -> Option<(String, String)> {
    let entry = command.entry();
    (entry.weight == Weight::LeadsToChange && is_slip(sequence)).then(|| {
        (
            format!("`{}` leads to a change and may not be on `{}`", entry.id, written(sequence)),
            "a slip must not reach it: use a capital letter or a sequence, and not ctrl-a, -b, -d or -k"
                .to_owned(),
        )
    })
}

/// Why a command would do nothing in a context.
pub(super) fn idle(command: Command, context: Context) -> Option<(String, String)> {
    let entry = command.entry();
    let works = context == Context::Anywhere
        || entry.scope.contains(&context)
        || entry.scope.contains(&Context::Anywhere);
    (!works).then(|| {
        let scope: Vec<&str> = entry.scope.iter().map(|scope| scope.name()).collect();
        (
            format!("`{}` does nothing in `{}`", entry.id, context.name()),
            format!("bind it in {}", scope.join(", ")),
        )
    })
}

/// Whether the keys of two contexts are in force at the same time: those of a view, and those of `anywhere`.
pub(super) fn meet(one: Context, other: Context) -> bool {
    let typing = one == Context::Input || other == Context::Input;
    one == other || (!typing && (one == Context::Anywhere || other == Context::Anywhere))
}

/// Whether a sequence is pressed by accident: a bare small letter, or what means something else in every other program.
fn is_slip(sequence: &[Chord]) -> bool {
    let bare = |chord: &Chord| {
        chord.typed().is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || c == ' ')
    };
    let alone = matches!(sequence, [only] if bare(only));
    alone || sequence.iter().any(|chord| is_one_of(*chord, &TAKEN))
}

fn is_one_of(chord: Chord, names: &[&str]) -> bool {
    names.contains(&chord.to_string().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chords(text: &str) -> Vec<Chord> {
        text.split(' ').map(|chord| Chord::parse(chord).unwrap()).collect()
    }

    #[test]
    fn what_leads_to_a_change_is_out_of_reach_of_a_slip() {
        for keys in ["r", "5", "space", "ctrl-a", "ctrl-B", "ctrl-d", "ctrl-k", "g ctrl-d"] {
            assert!(slip(Command::ProposeRollback, &chords(keys)).is_some(), "{keys}");
            assert!(slip(Command::GoTop, &chords(keys)).is_none(), "{keys}");
        }
        for keys in ["R", "ctrl-l", "alt-r", "f8", "g r"] {
            assert!(slip(Command::ProposeRollback, &chords(keys)).is_none(), "{keys}");
        }
    }

    #[test]
    fn the_keys_of_multiplexers_are_left_to_them_except_while_typing() {
        assert!(reserved(Context::Logs, &chords("ctrl-b")).is_some());
        assert!(reserved(Context::Anywhere, &chords("g ctrl-a")).is_some());
        assert!(reserved(Context::Input, &chords("ctrl-a")).is_none());
        assert!(reserved(Context::Logs, &chords("ctrl-f")).is_none());
    }

    #[test]
    fn a_view_and_anywhere_meet_and_two_views_do_not() {
        assert!(meet(Context::Logs, Context::Anywhere) && meet(Context::Run, Context::Run));
        assert!(!meet(Context::Logs, Context::Run) && !meet(Context::Input, Context::Anywhere));
    }
}
