//! Reading keymap files: line by line, and every mistake is told with its line and column.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::key::Chord;
use super::preset::Preset;
use super::{Bound, Origin, rules};
use crate::app::command::{Command, Context, nearest};

/// The word at the top of a file that names the preset it is laid over.
const PRESET: &str = "preset";

/// One mistake in a keymap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeymapError {
    /// Where it is.
    pub at: Origin,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for KeymapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.at, self.what, self.hint)
    }
}

impl std::error::Error for KeymapError {}

/// One line of a file that says something: keys and what they are bound to.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The context it stands in.
    pub(super) context: Context,
    /// The keys.
    pub(super) sequence: Vec<Chord>,
    /// The commands, in the order in which they are tried; none unbinds the keys.
    pub(super) tries: Vec<Bound>,
    /// Where it stands.
    pub(super) at: Origin,
}

/// Reads a file: its lines in their order, and its mistakes.
pub(super) fn read(name: &str, text: &str) -> (Vec<Line>, Vec<KeymapError>) {
    let (table, broken) = DeTable::parse_recoverable(text);
    let mut reading = Reading {
        name: name.into(),
        text,
        broken: broken_lines(text, &broken),
        lines: Vec::new(),
        errors: Vec::new(),
    };
    for error in broken {
        let span = error.span().unwrap_or_default();
        let hint = "a keymap is TOML: a `[context]`, then lines such as `\"g g\" = \"go-top\"`";
        reading.wrong(&span, error.message(), hint);
    }
    for (key, value) in table.get_ref() {
        if key.get_ref() == PRESET {
            reading.preset(value);
        } else {
            reading.context(key, value);
        }
    }
    let Reading { mut lines, errors, .. } = reading;
    // The table is sorted by name.
    lines.sort_by_key(|line| (line.at.line, line.at.column));
    (lines, errors)
}

/// The preset that a file wants to be laid over, where it names one that exists.
pub fn preset_of(text: &str) -> Option<Preset> {
    let (table, broken) = DeTable::parse_recoverable(text);
    let value = table.get_ref().get(PRESET)?;
    let whole = !broken_lines(text, &broken).contains(&line_and_column(text, value.span().start).0);
    Preset::parse(value.get_ref().as_str()?).ok().filter(|_| whole)
}

/// The lines that are no TOML. What the parser makes of them is a guess, such as an empty text, which would unbind.
fn broken_lines(text: &str, errors: &[toml::de::Error]) -> BTreeSet<usize> {
    let starts = errors.iter().map(|error| error.span().unwrap_or_default().start);
    starts.map(|start| line_and_column(text, start).0).collect()
}

/// The line and the character of a byte, from 1.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let last = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, last.chars().count() + 1)
}

struct Reading<'a> {
    name: Arc<str>,
    text: &'a str,
    broken: BTreeSet<usize>,
    lines: Vec<Line>,
    errors: Vec<KeymapError>,
}

impl Reading<'_> {
    fn at(&self, span: &Range<usize>) -> Origin {
        let (line, column) = line_and_column(self.text, span.start);
        Origin { file: Arc::clone(&self.name), line, column }
    }

    fn is_broken(&self, span: &Range<usize>) -> bool {
        self.broken.contains(&line_and_column(self.text, span.start).0)
    }

    fn wrong(&mut self, span: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        let at = self.at(span);
        self.errors.push(KeymapError { at, what: what.into(), hint: hint.into() });
    }

    fn preset(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref().as_str().map(Preset::parse) {
            _ if self.is_broken(&value.span()) => {}
            Some(Ok(_)) => {}
            Some(Err(error)) => self.wrong(&value.span(), error.to_string(), error.hint()),
            None => {
                let all = Preset::ALL.map(Preset::name).join(", ");
                self.wrong(&value.span(), "`preset` takes a name", format!("there are {all}"));
            }
        }
    }

    fn context(&mut self, name: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        let Some(context) = Context::parse(name.get_ref()) else {
            let all = Context::ALL.map(Context::name);
            let hint = nearest(name.get_ref(), all).map_or_else(
                || format!("write one of {}", all.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let what = format!("there is no context `{}`", name.get_ref());
            return self.wrong(&name.span(), what, hint);
        };
        let Some(bindings) = value.get_ref().as_table() else {
            let what = format!("`{}` is a context", context.name());
            let hint = format!("write `[{}]` and bindings below it", context.name());
            return self.wrong(&value.span(), what, hint);
        };
        for (keys, value) in bindings {
            if self.is_broken(&keys.span()) || self.is_broken(&value.span()) {
                continue;
            }
            let Some(sequence) = self.sequence(keys) else { continue };
            if let Some((what, hint)) = rules::reserved(context, &sequence) {
                self.wrong(&keys.span(), what, hint);
                continue;
            }
            let Some(tries) = self.tries(value, context, &sequence) else { continue };
            let at = self.at(&keys.span());
            self.lines.push(Line { context, sequence, tries, at });
        }
    }

    fn sequence(&mut self, keys: &Spanned<DeString<'_>>) -> Option<Vec<Chord>> {
        let chords: Result<Vec<_>, _> =
            keys.get_ref().split_ascii_whitespace().map(Chord::parse).collect();
        match chords {
            Ok(chords) if !chords.is_empty() => return Some(chords),
            Ok(_) => {
                self.wrong(&keys.span(), "a binding needs a key", "write for example `\"g g\"`");
            }
            Err(error) => self.wrong(&keys.span(), error.to_string(), error.hint()),
        }
        None
    }

    fn tries(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        context: Context,
        sequence: &[Chord],
    ) -> Option<Vec<Bound>> {
        let one = std::slice::from_ref(value);
        let values = value.get_ref().as_array().map_or(one, |array| array);
        let texts = values.iter().map(|value| Some((value.get_ref().as_str()?, value.span())));
        let Some(texts) = texts.collect::<Option<Vec<_>>>().filter(|texts| !texts.is_empty())
        else {
            let hint =
                "write a command in quotes, or several in brackets: the first available one runs";
            self.wrong(&value.span(), "this is no command", hint);
            return None;
        };
        let mut tries = Vec::new();
        for (text, span) in texts {
            let (id, argument) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
            if id.is_empty() {
                continue;
            }
            let Some(command) = Command::parse(id) else {
                let hint = Command::nearest(id).map_or_else(
                    || "`watchdeck keys` lists the commands".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.wrong(&span, format!("there is no command `{id}`"), hint);
                return None;
            };
            let refused = rules::idle(command, context).or_else(|| rules::slip(command, sequence));
            if let Some((what, hint)) = refused {
                self.wrong(&span, what, hint);
                return None;
            }
            tries.push(Bound { command, argument: argument.trim().to_owned() });
        }
        Some(tries)
    }
}
