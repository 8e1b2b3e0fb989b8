//! The way from a line to its template: by its masked text, else by its length, its first words and likeness.

use std::collections::HashMap;

use super::tally::Template;
use super::words::mix;

/// The most masked texts remembered.
const KNOWN: usize = 1 << 16;
/// How many first words must be equal.
const PREFIX: usize = 2;

/// Where templates are found.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// The template that lines of a masked text belong to; among them the text each template was born of.
    known: HashMap<u64, usize>,
    /// The templates of one frame, one length and the same first words.
    leaves: HashMap<u64, Vec<usize>>,
}

impl Tree {
    /// The places of all templates, found anew.
    pub(super) fn of(templates: &[Template]) -> Self {
        let mut tree = Self::default();
        for (at, template) in templates.iter().enumerate() {
            tree.plant(at, template);
        }
        tree
    }

    /// Adds the template at a place.
    pub(super) fn plant(&mut self, at: usize, template: &Template) {
        self.known.insert(template.id.0, at);
        self.leaves.entry(leaf(template.frame, &template.hashes)).or_default().push(at);
    }

    /// The template that lines of a masked text were given to before: once given, always given.
    pub(super) fn known(&self, masked: u64) -> Option<usize> {
        self.known.get(&masked).copied()
    }

    /// The template that a line is most like, if it is like one.
    pub(super) fn similar(
        &self,
        templates: &[Template],
        frame: u64,
        hashes: &[u64],
    ) -> Option<usize> {
        let places = self.leaves.get(&leaf(frame, hashes))?;
        let mut best = None;
        for at in places {
            if let Some(shared) = templates.get(*at).and_then(|template| template.shared(hashes))
                && best.is_none_or(|(most, _)| shared > most)
            {
                best = Some((shared, *at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// Remembers where lines of a masked text belong.
    pub(super) fn learn(&mut self, masked: u64, at: usize, templates: &[Template]) {
        if self.known.len() >= KNOWN {
            self.known.clear();
            self.known.extend(templates.iter().enumerate().map(|(at, born)| (born.id.0, at)));
        }
        self.known.insert(masked, at);
    }
}

fn leaf(frame: u64, hashes: &[u64]) -> u64 {
    let length = mix(frame, hashes.len() as u64);
    hashes.iter().take(PREFIX).fold(length, |all, word| mix(all, *word))
}
