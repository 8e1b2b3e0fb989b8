//! What lines have in common: fixed pieces, and a column for each place between them.

use super::column::{Column, Part};

/// Lines that are alike but for some places.
#[derive(Clone, Debug)]
pub(super) struct Mould {
    form: Form,
    columns: Box<[Column]>,
    /// How many lines are of it.
    rows: usize,
}

/// What is the same in all lines of a mould: other blocks have moulds of the same form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// All pieces, one behind the other; one more than there are columns.
    pieces: Box<[u8]>,
    ends: Box<[u32]>,
    /// Whether the values of each column are numbers as JSON writes them.
    numbers: Box<[bool]>,
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
    /// A mould of so many lines, of the pieces and what stands between them: for each column, whether it holds numbers.
    pub(super) fn new(
        pieces: Vec<u8>,
        ends: Vec<u32>,
        columns: Vec<(Column, bool)>,
        rows: usize,
    ) -> Self {
        let (columns, numbers): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let form = Form { pieces: pieces.into(), ends: ends.into(), numbers: numbers.into() };
        Self { form, columns: columns.into(), rows }
    }

    pub(super) fn bytes(&self) -> usize {
        let columns = self.columns.iter().map(|column| column.bytes() + size_of::<Column>() + 1);
        size_of::<Self>()
            + self.form.pieces.len()
            + 4 * self.form.ends.len()
            + columns.sum::<usize>()
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn form(&self) -> &Form {
        &self.form
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The pieces, one before each column and one behind the last.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.form.ends.len()).map(|nth| self.piece(nth))
    }

    /// Whether the values of a column are numbers as JSON writes them.
    pub(super) fn is_number(&self, nth: usize) -> bool {
        self.form.numbers.get(nth).is_some_and(|is| *is)
    }

    /// All lines, of which nothing is known.
    pub(super) fn open(&self) -> Holders {
        Holders::Marked { marks: vec![true; self.rows], sure: false }
    }

    /// The piece before a column, or behind the last.
    pub(super) fn piece(&self, nth: usize) -> &[u8] {
        let start = nth.checked_sub(1).and_then(|before| self.form.ends.get(before)).copied();
        let end = self.form.ends.get(nth).copied().unwrap_or_default();
        self.form.pieces.get(start.unwrap_or_default() as usize..end as usize).unwrap_or_default()
    }

    /// Adds the text of a line.
    pub(super) fn write(&self, row: usize, out: &mut Vec<u8>) {
        let mut start = 0;
        let mut columns = self.columns.iter();
        for end in &self.form.ends {
            out.extend_from_slice(self.form.pieces.get(start..*end as usize).unwrap_or_default());
            start = *end as usize;
            if let Some(column) = columns.next() {
                column.write(row, out);
            }
        }
    }

    /// Which lines hold a text.
    pub(super) fn holders(&self, needle: &[u8]) -> Holders {
        let finder = memchr::memmem::Finder::new(needle);
        if self.pieces().any(|piece| finder.find(piece).is_some()) {
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
        if marks.contains(&true) { Holders::Marked { marks, sure } } else { Holders::None }
    }
}
