//! Rows under headings that fold.

use std::collections::BTreeSet;

use serde::Serialize;

/// Which rows a list of sections shows.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sections {
    /// The names of those that are folded.
    folded: BTreeSet<String>,
    rows: Vec<Row>,
}

/// One row of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Row {
    /// The head of a section.
    Head {
        /// Its name; hostile where it comes from a record.
        name: String,
        /// How many things are in it.
        count: usize,
        /// Whether they are hidden.
        folded: bool,
    },
    /// A thing, by its place in the list.
    Item(usize),
}

impl Sections {
    /// Arranges things anew: each with its section, if it is in one, and its place. Things of one section stand beside each
    /// other already.
    pub fn arrange(&mut self, things: impl IntoIterator<Item = (Option<String>, usize)>) {
        let mut rows: Vec<Row> = Vec::new();
        let mut head: Option<usize> = None;
        for (section, at) in things {
            let Some(section) = section else {
                rows.push(Row::Item(at));
                continue;
            };
            let same = head.and_then(|head| rows.get_mut(head)).is_some_and(|row| match row {
                Row::Head { name, count, .. } if *name == section => {
                    *count += 1;
                    true
                }
                Row::Head { .. } | Row::Item(_) => false,
            });
            if !same {
                head = Some(rows.len());
                let folded = self.folded.contains(&section);
                rows.push(Row::Head { name: section.clone(), count: 1, folded });
            }
            if !self.folded.contains(&section) {
                rows.push(Row::Item(at));
            }
        }
        self.rows = rows;
    }

    /// Folds a section, or unfolds it. Arrange anew afterwards.
    pub fn toggle(&mut self, name: &str) {
        if !self.folded.remove(name) {
            self.folded.insert(name.to_owned());
        }
    }

    /// Whether a section is folded.
    pub fn folds(&self, name: Option<&str>) -> bool {
        name.is_some_and(|name| self.folded.contains(name))
    }

    /// Unfolds everything. Arrange anew afterwards.
    pub fn unfold(&mut self) {
        self.folded.clear();
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row at a place.
    pub fn row(&self, at: usize) -> Option<&Row> {
        self.rows.get(at)
    }

    /// The thing that a row shows; nothing for a head.
    pub fn item(&self, at: usize) -> Option<usize> {
        match self.rows.get(at)? {
            Row::Item(item) => Some(*item),
            Row::Head { .. } => None,
        }
    }

    /// The section that a row is in, or the head of.
    pub fn section(&self, at: usize) -> Option<&str> {
        self.rows.get(..=at)?.iter().rev().find_map(|row| match row {
            Row::Head { name, .. } => Some(name.as_str()),
            Row::Item(_) => None,
        })
    }

    /// The row of a section's head.
    pub fn head(&self, section: &str) -> Option<usize> {
        let is = |row: &Row| matches!(row, Row::Head { name, .. } if name == section);
        self.rows.iter().position(is)
    }

    /// The row that shows a thing.
    pub fn place(&self, item: usize) -> Option<usize> {
        self.rows.iter().position(|row| *row == Row::Item(item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_count_what_they_hide() {
        let mut sections = Sections::default();
        let high = || Some("high".to_owned());
        let things = || [(high(), 4), (high(), 7), (Some("low".to_owned()), 1)];
        sections.arrange(things());
        assert_eq!(sections.len(), 5);
        assert_eq!((sections.item(1), sections.section(2)), (Some(4), Some("high")));
        sections.toggle("high");
        sections.arrange(things());
        let head = Row::Head { name: "high".into(), count: 2, folded: true };
        assert_eq!(sections.row(0), Some(&head));
        assert_eq!(
            (sections.len(), sections.head("low"), sections.place(1)),
            (3, Some(1), Some(2))
        );
        sections.toggle("high");
        sections.arrange(things());
        assert_eq!(sections.len(), 5);
        sections.arrange([(None, 4), (None, 7)]);
        assert_eq!((sections.len(), sections.item(1), sections.section(1)), (2, Some(7), None));
    }
}
