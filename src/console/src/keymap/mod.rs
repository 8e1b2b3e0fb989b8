//! Keys as files: chords, sequences, contexts.
//!
//! A keymap says, context by context, which sequence of keys runs which command. The program brings presets along
//! (`keymaps/*.toml`), each laid over the one that it names; a file of the user's is laid over a preset.

pub mod key; // one press
pub mod preset; // the keymaps of the program
pub mod table; // what there is, listed
pub mod trie; // sequences

mod file; // reading files
mod layer; // one file over another
mod rules; // what no file may do

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

pub use file::{KeymapError, line_and_column, preset_of};
use key::Chord;
pub use preset::{Choice, Preset};
use trie::{Found, Trie};

use crate::app::command::{Command, Context};

/// Which keys do what, context by context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    contexts: BTreeMap<Context, Trie<Binding>>,
    /// The same, listed: every frame asks for the keys of many commands.
    listed: BTreeMap<Context, Vec<(Vec<Chord>, Binding)>>,
}

/// What a sequence is bound to: the first of the commands that is available when it is pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The commands, in the order in which they are tried.
    pub tries: Vec<Bound>,
    /// Where it is written.
    pub at: Origin,
}

/// A place in a keymap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A command with its argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The command.
    pub command: Command,
    /// What follows it, as one would type it after `:`; usually empty.
    pub argument: String,
}

/// What the keys pressed so far lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached<'a> {
    /// A binding.
    Bound(&'a Binding),
    /// Longer sequences: the rest of each, with what it is bound to.
    More(Vec<(Vec<Chord>, &'a Binding)>),
    /// Nothing.
    Nothing,
}

impl Keymap {
    /// The keymap of the program.
    ///
    /// # Errors
    /// None: a test holds that the embedded file is in order. They are passed on rather than hidden.
    pub fn built_in() -> Result<Self, Vec<KeymapError>> {
        let (keymap, errors) = Self::preset(Preset::Default);
        if errors.is_empty() { Ok(keymap) } else { Err(errors) }
    }

    /// A preset, laid over the one that its file names; and its mistakes, of which a test holds that there are none.
    pub fn preset(preset: Preset) -> (Self, Vec<KeymapError>) {
        let mut layers = vec![preset];
        let mut last = preset;
        while let Some(below) = preset_of(last.text()).filter(|below| !layers.contains(below)) {
            layers.push(below);
            last = below;
        }
        let (mut keymap, mut errors) = (Self::default(), Vec::new());
        for layer in layers.into_iter().rev() {
            errors.extend(keymap.lay_over(layer.file(), layer.text()));
        }
        (keymap, errors)
    }

    /// Lays a file over this keymap. Its bindings win; an empty one unbinds. Returns its mistakes, in the order of the
    /// file: a line with a mistake is left out, the others are in force.
    #[must_use = "what is left out must be told"]
    pub fn lay_over(&mut self, name: &str, text: &str) -> Vec<KeymapError> {
        let (lines, mut errors) = file::read(name, text);
        errors.extend(layer::lay(self, lines));
        errors.sort_by_key(|error| (error.at.line, error.at.column));
        let list = |trie: &Trie<Binding>| {
            let bound = trie.sequences().into_iter();
            bound.map(|(sequence, binding)| (sequence, binding.clone())).collect()
        };
        self.listed = self.contexts.iter().map(|(context, trie)| (*context, list(trie))).collect();
        errors
    }

    /// The bindings of one context.
    pub fn bindings(&self, context: Context) -> &[(Vec<Chord>, Binding)] {
        self.listed.get(&context).map_or(&[], Vec::as_slice)
    }

    /// The keymap as the text of a file: laid over an empty one it is this one again.
    pub fn as_file(&self) -> String {
        let mut text = String::new();
        for (context, bindings) in &self.listed {
            writeln!(text, "[{}]", context.name()).unwrap_or_default();
            for (sequence, binding) in bindings {
                let tries = binding.tries.iter().map(|bound| {
                    quoted(format!("{} {}", bound.command.entry().id, bound.argument).trim_end())
                });
                let tries = tries.collect::<Vec<_>>().join(", ");
                let sequence = quoted(&written(sequence));
                writeln!(text, "{sequence} = [{tries}]").unwrap_or_default();
            }
        }
        text
    }

    /// What `sequence` leads to in these contexts, the innermost first.
    pub fn reach(&self, contexts: &[Context], sequence: &[Chord]) -> Reached<'_> {
        let mut more = Vec::new();
        for context in contexts {
            let Some(trie) = self.contexts.get(context) else { continue };
            match trie.find(sequence) {
                Found::Leaf(binding) if more.is_empty() => return Reached::Bound(binding),
                Found::Branch(below) => more.extend(below.sequences()),
                Found::Leaf(_) | Found::Nothing => {}
            }
        }
        if more.is_empty() { Reached::Nothing } else { Reached::More(more) }
    }

    /// The sequences that run `command` in these contexts, the innermost and
    /// the shortest first, as people write them.
    pub fn keys_of(&self, contexts: &[Context], command: Command) -> Vec<String> {
        let mut keys: Vec<(usize, usize, String)> = Vec::new();
        for (depth, context) in contexts.iter().enumerate() {
            for (sequence, binding) in self.listed.get(context).into_iter().flatten() {
                let runs = binding.tries.iter().any(|bound| bound.command == command);
                let reached = || self.reach(contexts, sequence);
                if runs && matches!(reached(), Reached::Bound(found) if found == binding) {
                    let written = written(sequence);
                    keys.push((depth, written.len(), written));
                }
            }
        }
        keys.sort();
        keys.into_iter().map(|(_, _, written)| written).collect()
    }
}

/// A text as TOML quotes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A sequence as files write it: `g g`.
pub fn written(sequence: &[Chord]) -> String {
    sequence.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
