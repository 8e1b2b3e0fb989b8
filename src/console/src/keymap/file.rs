//! Reading keymap files: every mistake is told, with its line.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::key::Chord;
use super::{Binding, Bound, Keymap, written};
use crate::app::command::{Command, Context, Weight};

/// One mistake in a keymap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeymapError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for KeymapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.what, self.hint)
    }
}

impl std::error::Error for KeymapError {}

/// Lays the text of a file over `keymap`.
pub(super) fn lay_over(
    keymap: &mut Keymap,
    name: &str,
    text: &str,
) -> Result<(), Vec<KeymapError>> {
    let mut reading = Reading { name, text, errors: Vec::new() };
    match DeTable::parse(text) {
        Ok(table) => {
            for (context, value) in table.get_ref() {
                reading.context(keymap, context, value);
            }
        }
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let hint = "a keymap is TOML: a `[context]`, then lines such as `\"g g\" = \"go-top\"`";
            reading.wrong(&span, error.message(), hint);
        }
    }
    if reading.errors.is_empty() { Ok(()) } else { Err(reading.errors) }
}

struct Reading<'a> {
    name: &'a str,
    text: &'a str,
    errors: Vec<KeymapError>,
}

impl Reading<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    fn wrong(&mut self, span: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        let (file, line) = (self.name.to_owned(), self.line(span));
        self.errors.push(KeymapError { file, line, what: what.into(), hint: hint.into() });
    }

    fn context(
        &mut self,
        keymap: &mut Keymap,
        name: &Spanned<DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let Some(context) = Context::parse(name.get_ref()) else {
            let known = Context::ALL.map(Context::name).join(", ");
            return self.wrong(
                &name.span(),
                format!("there is no context `{}`", name.get_ref()),
                format!("write one of {known}"),
            );
        };
        let Some(bindings) = value.get_ref().as_table() else {
            return self.wrong(
                &value.span(),
                format!("`{}` is a context", context.name()),
                format!("write `[{}]` and bindings below it", context.name()),
            );
        };
        let mut fresh = super::Trie::<Binding>::default();
        for (keys, value) in bindings {
            let Some(sequence) = self.sequence(keys) else { continue };
            let Some(tries) = self.tries(value, context, &sequence) else { continue };
            let binding = Binding { tries, line: self.line(&keys.span()) };
            if let Err(clash) = fresh.insert(&sequence, binding) {
                self.wrong(
                    &keys.span(),
                    format!(
                        "`{}` and `{}` (line {}) cannot both be bound",
                        written(&sequence),
                        written(&clash.sequence),
                        clash.bound.line
                    ),
                    "one begins with the other or they are the same; drop one",
                );
            }
        }
        let trie = keymap.contexts.entry(context).or_default();
        for (sequence, binding) in fresh.sequences() {
            trie.clear(&sequence);
            if !binding.tries.is_empty() {
                // It was just cleared, so nothing stands in the way.
                drop(trie.insert(&sequence, binding.clone()));
            }
        }
    }

    fn sequence(&mut self, keys: &Spanned<DeString<'_>>) -> Option<Vec<Chord>> {
        let chords: Result<Vec<_>, _> =
            keys.get_ref().split_whitespace().map(Chord::parse).collect();
        match chords {
            Ok(chords) if !chords.is_empty() => Some(chords),
            Ok(_) => {
                self.wrong(&keys.span(), "a binding needs a key", "write for example `\"g g\"`");
                None
            }
            Err(error) => {
                self.wrong(
                    &keys.span(),
                    error.to_string(),
                    "separate the keys of a sequence by spaces",
                );
                None
            }
        }
    }

    fn tries(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        context: Context,
        sequence: &[Chord],
    ) -> Option<Vec<Bound>> {
        let texts: Vec<(&str, Range<usize>)> = if let Some(text) = value.get_ref().as_str() {
            vec![(text, value.span())]
        } else if let Some(array) = value.get_ref().as_array() {
            array.iter().filter_map(|item| Some((item.get_ref().as_str()?, item.span()))).collect()
        } else {
            Vec::new()
        };
        if texts.is_empty() {
            let hint =
                "write a command in quotes, or several in brackets: the first available one runs";
            self.wrong(&value.span(), "this is no command", hint);
            return None;
        }
        let mut tries = Vec::new();
        for (text, span) in texts {
            let (id, argument) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
            if id.is_empty() {
                continue;
            }
            let Some(command) = Command::parse(id) else {
                let hint = Command::nearest(id).map_or_else(
                    || "`watchdeck` lists the commands under `?`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.wrong(&span, format!("there is no command `{id}`"), hint);
                return None;
            };
            let entry = command.entry();
            if !entry.scope.contains(&Context::Anywhere)
                && !entry.scope.contains(&context)
                && context != Context::Anywhere
            {
                let where_ =
                    entry.scope.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(", ");
                self.wrong(
                    &span,
                    format!("`{id}` does nothing in `{}`", context.name()),
                    format!("bind it in {where_}"),
                );
                return None;
            }
            if entry.weight == Weight::LeadsToChange
                && sequence.first().is_some_and(|first| is_slip(sequence.len(), *first))
            {
                self.wrong(
                    &span,
                    format!("`{id}` leads to a change and may not be on `{}`", written(sequence)),
                    "a slip must not reach it: use a capital letter or a sequence, and not ctrl-a, -b, -d or -k",
                );
                return None;
            }
            tries.push(Bound { command, argument: argument.trim().to_owned() });
        }
        Some(tries)
    }
}

/// Whether a sequence is pressed by accident: a bare small letter, or what means something else in every other program.
fn is_slip(length: usize, first: Chord) -> bool {
    let bare = first.typed().is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || c == ' ');
    let taken = ["ctrl-a", "ctrl-b", "ctrl-d", "ctrl-k"].contains(&first.to_string().as_str());
    taken || (length == 1 && bare)
}

#[cfg(test)]
mod tests {
    use super::super::Reached;
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        let mut keymap = Keymap::built_in().unwrap();
        let before = keymap.clone();
        let errors = keymap.lay_over("mine.toml", text).unwrap_err();
        assert_eq!(keymap, before, "a file with mistakes changes nothing");
        errors.iter().map(ToString::to_string).collect()
    }

    fn chords(text: &str) -> Vec<Chord> {
        text.split(' ').map(|chord| Chord::parse(chord).unwrap()).collect()
    }

    #[test]
    fn the_built_in_keymap_is_in_order() {
        let keymap = Keymap::built_in().unwrap_or_else(|errors| panic!("{errors:#?}"));
        let stack = [Context::Logs, Context::Anywhere];
        assert!(matches!(keymap.reach(&stack, &chords("g")), Reached::More(_)));
        assert!(matches!(keymap.reach(&stack, &chords("g g")), Reached::Bound(_)));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let check = |text: &str, wanted: &[&str]| assert_eq!(errors(text), wanted, "{text}");
        check(
            "[logs]\n\"z\" = \"pause-log\"",
            &["mine.toml:2: there is no command `pause-log`: did you mean `pause-logs`?"],
        );
        check(
            "[logs]\nz = \"go-top\"\n\n\"z z\" = \"go-bottom\"",
            &[
                "mine.toml:4: `z z` and `z` (line 2) cannot both be bound: one begins with the other or they are the same; drop one",
            ],
        );
        check(
            "[anywhere]\nr = \"propose-rollback\"",
            &[
                "mine.toml:2: `propose-rollback` leads to a change and may not be on `r`: a slip must not reach it: use a capital letter or a sequence, and not ctrl-a, -b, -d or -k",
            ],
        );
        check(
            "[run]\nz = \"pause-logs\"",
            &["mine.toml:2: `pause-logs` does nothing in `run`: bind it in logs"],
        );
        assert!(
            errors("[nowhere]\nz = \"quit\"")[0]
                .starts_with("mine.toml:1: there is no context `nowhere`")
        );
        assert!(
            errors("[logs]\nenterr = \"quit\"")[0]
                .starts_with("mine.toml:2: `enterr` is not a key")
        );
        assert!(errors("[logs]\nz = 5")[0].starts_with("mine.toml:2: this is no command"));
        assert!(errors("[logs]\nz = \"quit\"\nz = \"quit\"")[0].starts_with("mine.toml:3: "));
        assert_eq!(errors("[logs]\nz = \"a\"\ny = \"b\"").len(), 2);
    }

    #[test]
    fn the_file_of_the_user_wins() {
        let mut keymap = Keymap::built_in().unwrap();
        keymap.lay_over("mine.toml", "[anywhere]\ng = \"go-bottom\"\nq = \"\"").unwrap();
        let stack = [Context::Logs, Context::Anywhere];
        let Reached::Bound(binding) = keymap.reach(&stack, &chords("g")) else {
            panic!("not bound")
        };
        assert_eq!(binding.tries[0].command, Command::GoBottom);
        assert_eq!(keymap.reach(&stack, &chords("q")), Reached::Nothing);
    }
}
