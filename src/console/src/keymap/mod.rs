//! Keys as files: chords, sequences, contexts.
//!
//! A keymap says, context by context, which sequence of keys runs which command. The one of the program is
//! `keymaps/default.toml`; a file of the user's is laid over it.

mod file;
pub mod key; // one press
pub mod trie; // sequences // reading and merging files

use std::collections::BTreeMap;

pub use file::KeymapError;
use key::Chord;
use trie::{Found, Trie};

use crate::app::command::{Command, Context};

/// The keymap that the program brings along.
const DEFAULT: &str = include_str!("../../../../keymaps/default.toml");

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
    /// The line of the file.
    pub line: usize,
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
        let mut keymap = Self::default();
        keymap.lay_over("keymaps/default.toml", DEFAULT)?;
        Ok(keymap)
    }

    /// Lays a file over this keymap. Its bindings win; an empty one unbinds.
    ///
    /// # Errors
    /// Every mistake of the file, with its line. The keymap is as before then.
    pub fn lay_over(&mut self, name: &str, text: &str) -> Result<(), Vec<KeymapError>> {
        let mut merged = self.clone();
        file::lay_over(&mut merged, name, text)?;
        let list = |trie: &Trie<Binding>| {
            let bound = trie.sequences().into_iter();
            bound.map(|(sequence, binding)| (sequence, binding.clone())).collect()
        };
        merged.listed =
            merged.contexts.iter().map(|(context, trie)| (*context, list(trie))).collect();
        *self = merged;
        Ok(())
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

/// A sequence as files write it: `g g`.
pub fn written(sequence: &[Chord]) -> String {
    sequence.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
