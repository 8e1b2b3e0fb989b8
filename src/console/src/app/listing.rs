//! How a list is looked at: what passes its filter, in which order and under which headings, what is chosen and marked.

use std::collections::BTreeSet;

use serde::Serialize;

use super::cursor::Cursor;
use super::sections::Sections;

/// The view of a list: all that the shell changes about it. What its things are, the screen says.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Listing {
    /// The chosen row.
    pub cursor: Cursor,
    /// The rows, in their order and under their headings.
    pub sections: Sections,
    /// The filter, as typed.
    pub(super) filter: String,
    /// The filter that was in force last, as typed: what is sought when it is gone.
    pub(super) sought: String,
    /// The keys of what is marked, whether it is shown or not.
    pub(super) marks: BTreeSet<String>,
    /// How many of them no row shows.
    pub(super) hidden: usize,
}

impl Listing {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.sections.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The row under the cursor.
    pub fn at(&self) -> usize {
        self.cursor.at(self.len())
    }

    /// The place in the list of the thing under the cursor; nothing on a head.
    pub fn item(&self) -> Option<usize> {
        self.sections.item(self.at())
    }

    /// The filter, as typed.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// What was filtered by last, as typed.
    pub fn sought(&self) -> &str {
        &self.sought
    }

    /// Remembers what was filtered by, to be sought when the filter is gone.
    pub fn remember(&mut self, text: &str) {
        if !text.is_empty() {
            text.clone_into(&mut self.sought);
        }
    }

    /// How many things are marked, and how many of them no row shows.
    pub fn marked(&self) -> (usize, usize) {
        (self.marks.len(), self.hidden)
    }

    /// Whether the thing of that key is marked.
    pub fn is_marked(&self, key: &str) -> bool {
        self.marks.contains(key)
    }

    /// Takes all marks off.
    pub fn unmark(&mut self) {
        self.marks.clear();
        self.hidden = 0;
    }

    /// Marks what is shown under that key, or takes its mark off.
    pub(super) fn mark(&mut self, key: String) {
        if !self.marks.remove(&key) {
            self.marks.insert(key);
        }
    }
}
