//! The rows of a screen: lines and gaps, addressed by number.

use std::ops::{ControlFlow, Range};

use watchdeck_domain::Timestamp;

use super::held::Store;
use super::line::{LineId, LineRef};
use super::packed::Room;
use super::span::Span;
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

/// The rows of a view at one moment: all of them, or those of a span.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    view: &'a View,
    store: &'a Store,
    /// The gaps shown, each with its row among all rows.
    gaps: Vec<(usize, &'a Gap)>,
    /// Which of all rows these are.
    range: Range<usize>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(view: &'a View, store: &'a Store) -> Self {
        let mut rows = Self { view, store, gaps: Vec::new(), range: 0..0 };
        rows.gaps = store
            .gaps()
            .iter()
            .filter(|gap| view.filter().admits_gap(gap))
            .enumerate()
            .map(|(nth, gap)| (rows.rank(gap.line_id()) + nth, gap))
            .collect();
        rows.range = 0..rows.all_lines() + rows.gaps.len();
        rows
    }

    /// Those of a span. Lines stand in the order of their times, so that it costs two searches, whatever is held.
    #[must_use]
    pub fn within(mut self, span: Option<Span>) -> Self {
        if let Some(span) = span {
            let (from, to) = (LineId::before(span.from), LineId::before(span.to));
            self.range = self.place(from)..self.place(to).max(self.place(from));
        }
        self
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.range.len()
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
        self.place(id).clamp(self.range.start, self.range.end) - self.range.start
    }

    /// The place of an id among all rows.
    fn place(&self, id: LineId) -> usize {
        self.rank(id) + self.gaps_before(id)
    }

    fn gaps_before(&self, id: LineId) -> usize {
        self.gaps.partition_point(|(_, gap)| gap.line_id() < id)
    }

    /// The rows from a number on.
    pub fn iter_from(&self, number: usize) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let left = self.range.len().saturating_sub(number);
        let number = self.range.start.saturating_add(number).min(self.range.end);
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
        .take(left)
    }

    /// Goes through the rows in order, until `take` breaks it off. Other than a window it leaves no block unpacked, so that
    /// a whole store can be gone through.
    pub fn each(&self, mut take: impl FnMut(Row<'_>) -> ControlFlow<()>) {
        let passed = self.gaps.partition_point(|(row, _)| *row < self.range.start);
        let mut gaps = self.gaps.get(passed..).unwrap_or_default().iter().peekable();
        let mut lines = self.places_from(self.range.start - passed).peekable();
        let (mut at, mut room) = (self.range.start, Room::default());
        while at < self.range.end {
            if let Some((_, gap)) = gaps.next_if(|(row, _)| *row == at) {
                if take(Row::Gap(gap)).is_break() {
                    return;
                }
                at += 1;
                continue;
            }
            let until = gaps.peek().map_or(self.range.end, |(row, _)| *row).min(self.range.end);
            let Some((number, first)) = lines.peek().copied() else { return };
            let Some(segment) = self.store.segment(number) else { return };
            let number_of = |index: usize| segment.lines().get(index).map(|line| line.text);
            let Some(block) = number_of(first).and_then(|text| segment.text().block(text)) else {
                return;
            };
            let messages = block.messages(&mut room);
            let same = |(of, index): &(usize, usize)| {
                let within = |text: u16| block.numbers.contains(&usize::from(text));
                *of == number && number_of(*index).is_some_and(within)
            };
            while at < until
                && let Some((_, index)) = lines.next_if(same)
            {
                let nth = number_of(index)
                    .and_then(|text| usize::from(text).checked_sub(block.numbers.start));
                let extent = nth.and_then(|nth| messages.extent(nth));
                let bytes = extent.and_then(|extent| messages.text.get(extent)).unwrap_or_default();
                let message = std::str::from_utf8(bytes).unwrap_or_default();
                if let Some(line) = segment.told(index, message)
                    && take(Row::Line(line)).is_break()
                {
                    return;
                }
                at += 1;
            }
        }
    }

    /// The places of the lines of the view from the `index`th on.
    fn places_from(&self, index: usize) -> Box<dyn Iterator<Item = (usize, usize)> + 'a> {
        let (view, store) = (self.view, self.store);
        if view.is_all() {
            return Box::new(store.places_from(index));
        }
        Box::new(view.hits_from(index).filter_map(move |(number, id)| {
            let segment = store.segment(number)?;
            let at = segment.rank(id);
            segment.lines().get(at).filter(|line| line.id() == id)?;
            Some((number, at))
        }))
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
        let before = |end: usize| self.gaps.partition_point(|(row, _)| *row < end);
        self.range.len() - (before(self.range.end) - before(self.range.start))
    }

    /// How many lines of the view stand before an instant, whatever span the rows are of.
    pub fn lines_before(&self, at: Timestamp) -> usize {
        self.rank(LineId::before(at))
    }

    /// The gaps shown, in order of where they begin.
    pub fn gaps(&self) -> impl Iterator<Item = &'a Gap> + use<'a, '_> {
        self.gaps.iter().map(|(_, gap)| *gap)
    }

    fn all_lines(&self) -> usize {
        if self.view.is_all() { self.store.len() } else { self.view.hits() }
    }

    fn rank(&self, id: LineId) -> usize {
        if self.view.is_all() { self.store.rank(id) } else { self.view.rank(self.store, id) }
    }
}
