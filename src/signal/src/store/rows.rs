//! The rows of a screen: lines and gaps, addressed by number.

use std::ops::Range;

use super::held::Store;
use super::line::{LineId, LineRef};
use super::view::View;
use crate::gap::Gap;

/// One row.
#[derive(Clone, Copy, Debug)]
pub enum Row<'a> {
    /// A line.
    Line(LineRef<'a>),
    /// A span of which lines may be missing.
    Gap(&'a Gap),
}

impl<'a> Row<'a> {
    /// What the row keeps while others come and go.
    pub fn id(&self) -> LineId {
        match self {
            Self::Line(line) => line.id,
            Self::Gap(gap) => gap.line_id(),
        }
    }

    /// The line, if it is one.
    pub fn line(&self) -> Option<LineRef<'a>> {
        match self {
            Self::Line(line) => Some(*line),
            Self::Gap(_) => None,
        }
    }
}

/// The rows of a view at one moment.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    view: &'a View,
    store: &'a Store,
    /// The gaps shown, each with its row.
    gaps: Vec<(usize, &'a Gap)>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(view: &'a View, store: &'a Store) -> Self {
        let mut rows = Self { view, store, gaps: Vec::new() };
        rows.gaps = store
            .gaps()
            .iter()
            .filter(|gap| view.filter().admits_gap(gap))
            .enumerate()
            .map(|(nth, gap)| (rows.rank(gap.line_id()) + nth, gap))
            .collect();
        rows
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lines() + self.gaps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row with a number, counted from the oldest.
    pub fn row(&self, number: usize) -> Option<Row<'a>> {
        self.iter_from(number).next()
    }

    /// The rows with the numbers of a range, as far as they exist.
    pub fn window(&self, range: Range<usize>) -> Vec<Row<'a>> {
        self.iter_from(range.start).take(range.end.saturating_sub(range.start)).collect()
    }

    /// How many rows stand before an id: the number of its row if it is there, else of the row that took its place.
    pub fn position(&self, id: LineId) -> usize {
        self.rank(id) + self.gaps.partition_point(|(_, gap)| gap.line_id() < id)
    }

    /// The rows from a number on.
    pub fn iter_from(&self, number: usize) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let passed = self.gaps.partition_point(|(row, _)| *row < number);
        let gaps: Vec<(usize, &'a Gap)> = self.gaps.get(passed..).unwrap_or_default().to_vec();
        let mut gaps = gaps.into_iter().peekable();
        let mut lines = self.lines_from(number - passed);
        let mut at = number;
        std::iter::from_fn(move || {
            let row = match gaps.next_if(|(row, _)| *row == at) {
                Some((_, gap)) => Row::Gap(gap),
                None => Row::Line(lines.next()?),
            };
            at += 1;
            Some(row)
        })
    }

    fn lines_from(&self, index: usize) -> Box<dyn Iterator<Item = LineRef<'a>> + 'a> {
        let (view, store) = (self.view, self.store);
        if view.is_all() {
            Box::new(store.lines_from(index))
        } else {
            // a hit may be gone when the view was not advanced since
            let mut behind = (0, 0);
            Box::new(view.hits_from(index).filter_map(move |(segment, id)| {
                let from = if behind.0 == segment { behind.1 } else { 0 };
                let (at, line) = store.find_from(segment, from, id)?;
                behind = (segment, at + 1);
                Some(line)
            }))
        }
    }

    /// How many of them are lines: what a search has found.
    pub fn lines(&self) -> usize {
        if self.view.is_all() { self.store.len() } else { self.view.hits() }
    }

    fn rank(&self, id: LineId) -> usize {
        if self.view.is_all() { self.store.rank(id) } else { self.view.rank(self.store, id) }
    }
}
