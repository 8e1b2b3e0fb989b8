//! What lines have in common: fixed pieces, and a column for each place between them.

use super::column::{Column, Part};

/// Lines that are alike but for some places.
#[derive(Clone, Debug)]
pub(super) struct Mould {
    /// All pieces, one behind the other; one more than there are columns.
    pieces: Box<[u8]>,
    ends: Box<[u32]>,
    columns: Box<[Column]>,
    /// How many lines are of it.
    rows: usize,
}

/// Which lines of a mould hold a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holders {
    /// None does.
    None,
    /// All do.
    All,
    /// Those marked may, and no other; or do for sure.
    Marked { marks: Vec<bool>, sure: bool },
}

impl Mould {
    pub(super) fn new(pieces: Vec<u8>, ends: Vec<u32>, columns: Vec<Column>, rows: usize) -> Self {
        Self { pieces: pieces.into(), ends: ends.into(), columns: columns.into(), rows }
    }

    pub(super) fn bytes(&self) -> usize {
        let columns = self.columns.iter().map(|column| column.bytes() + size_of::<Column>());
        size_of::<Self>() + self.pieces.len() + 4 * self.ends.len() + columns.sum::<usize>()
    }

    fn piece(&self, nth: usize) -> &[u8] {
        let start = nth.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(nth).copied().unwrap_or_default();
        self.pieces.get(start.unwrap_or_default() as usize..end as usize).unwrap_or_default()
    }

    /// Adds the text of a line.
    pub(super) fn write(&self, row: usize, out: &mut Vec<u8>) {
        let mut start = 0;
        let mut columns = self.columns.iter();
        for end in &self.ends {
            out.extend_from_slice(self.pieces.get(start..*end as usize).unwrap_or_default());
            start = *end as usize;
            if let Some(column) = columns.next() {
                column.write(row, out);
            }
        }
    }

    /// Which lines hold a text.
    pub(super) fn holders(&self, needle: &[u8]) -> Holders {
        let finder = memchr::memmem::Finder::new(needle);
        if (0..self.ends.len()).any(|nth| finder.find(self.piece(nth)).is_some()) {
            return Holders::All;
        }
        let mut marks = Vec::new();
        let mut sure = true;
        for (nth, column) in self.columns.iter().enumerate() {
            let (before, behind) = (self.piece(nth), self.piece(nth + 1));
            let last = nth + 1 == self.columns.len();
            let mut seek = |part: Part<'_>, alone: bool| {
                marks.resize(self.rows, false);
                sure &= column.mark(&part, &mut marks) && alone;
            };
            // what of the text stands before the value; the value begins behind it
            for head in 0..needle.len() {
                let (head, rest) = needle.split_at(head);
                if !before.ends_with(head) {
                    continue;
                }
                let start = !head.is_empty();
                seek(Part { text: rest, start, end: false }, true);
                for tail in 1..rest.len() {
                    let (text, tail) = rest.split_at(tail);
                    if behind.starts_with(tail) {
                        seek(Part { text, start, end: true }, true);
                    } else if !last && tail.starts_with(behind) {
                        // it goes on in the next column, which is not asked
                        seek(Part { text, start, end: true }, false);
                    }
                }
            }
        }
        if marks.iter().any(|mark| *mark) { Holders::Marked { marks, sure } } else { Holders::None }
    }
}
