//! The names of a query, each with its slot, and which of them are there at a place.

use std::collections::{HashMap, HashSet};

use crate::grammar::Name;
use crate::record::Origin;

/// All names, in the order of their slots.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) list: Vec<Name>,
    by_name: HashMap<String, usize>,
    /// Columns named by how they are written: `count(*)` without blanks and cases.
    by_writing: HashMap<String, usize>,
    /// The only slots that are there, once a `stats` was passed.
    visible: Option<HashSet<usize>>,
}

impl Names {
    /// The slot of a name that is read; if nothing defined it, it is found in the lines.
    pub(super) fn read(&mut self, name: &str) -> usize {
        self.slot(name, Origin::discovered(name))
    }

    /// The slot of a name that is given a value.
    pub(super) fn define(&mut self, name: &str) -> usize {
        let slot = self.slot(name, Origin::Computed);
        if let Some(visible) = &mut self.visible {
            visible.insert(slot);
        }
        slot
    }

    /// The slot of a column without a name of its own.
    pub(super) fn define_written(&mut self, written: &str) -> usize {
        let key = plain(written);
        if let Some(slot) = self.by_writing.get(&key) {
            return *slot;
        }
        let slot = self.list.len();
        self.list.push(Name { title: written.to_owned(), origin: Origin::Computed });
        self.by_writing.insert(key, slot);
        if let Some(visible) = &mut self.visible {
            visible.insert(slot);
        }
        slot
    }

    /// The column that is titled as this is written.
    pub(super) fn written(&self, written: &str) -> Option<usize> {
        self.by_writing.get(&plain(written)).copied().filter(|slot| self.is_visible(*slot))
    }

    /// As many characters as the longest such title may be written in.
    pub(super) fn longest_title(&self) -> usize {
        let longest = self.list.iter().map(|name| name.title.chars().count()).max();
        longest.unwrap_or(0).min(200)
    }

    /// Leaves these slots only.
    pub(super) fn narrow(&mut self, to: impl IntoIterator<Item = usize>) {
        self.visible = Some(to.into_iter().collect());
    }

    pub(super) fn is_visible(&self, slot: usize) -> bool {
        self.visible.as_ref().is_none_or(|visible| visible.contains(&slot))
    }

    fn slot(&mut self, name: &str, origin: Origin) -> usize {
        if let Some(slot) = self.by_name.get(name) {
            return *slot;
        }
        let slot = self.list.len();
        self.list.push(Name { title: name.to_owned(), origin });
        self.by_name.insert(name.to_owned(), slot);
        slot
    }
}

fn plain(written: &str) -> String {
    written.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}
