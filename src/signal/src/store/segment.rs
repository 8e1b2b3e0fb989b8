//! A few thousand neighbouring lines, their levels in a column of their own and their text in blocks.

use std::ops::Range;
use std::sync::Arc;

use super::line::{Line, LineId, LineRef, Loudness};
use super::names::StreamName;
use super::text::{Opened, Text};

/// The most lines in one segment. Small under test, so that histories of a few hundred lines split and evict.
pub(super) const MAX_LINES: usize = if cfg!(test) { 16 } else { 4096 };
/// The text at which a segment takes no more lines.
pub(super) const MAX_TEXT: usize = if cfg!(test) { 4096 } else { 1 << 20 };
/// The most lines placed among others at once: their streams and blocks are numbered in 16 bits.
pub(super) const MAX_MERGE: usize = 8 * MAX_LINES;

/// Lines in order of their ids. Never empty once it stands in a store.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Names the segment within its store; views keep their progress under it.
    pub(super) id: u64,
    /// Whether its lines once stood in the segment before it.
    pub(super) split_off: bool,
    /// One more than the highest line number it ever held.
    pub(super) next_number: u64,
    /// Whether the texts stand in the order of the lines.
    pub(super) in_order: bool,
    lines: Vec<Line>,
    /// How loud each line is.
    loudness: Vec<Loudness>,
    streams: Vec<Arc<StreamName>>,
    text: Text,
    opened: Opened,
}

/// A line on its way into a segment.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) id: LineId,
    pub(super) loudness: Loudness,
    pub(super) stream: Arc<StreamName>,
}

impl Segment {
    pub(super) fn new(id: u64, opened: &Opened) -> Self {
        Self {
            id,
            split_off: false,
            next_number: 0,
            in_order: true,
            lines: Vec::new(),
            loudness: Vec::new(),
            streams: Vec::new(),
            text: Text::new(opened),
            opened: opened.clone(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.lines.len() >= MAX_LINES || self.text.len() >= MAX_TEXT
    }

    /// The bytes it takes, room to grow left aside: a copy takes as many as its original.
    pub(super) fn bytes(&self) -> usize {
        self.lines.len() * (size_of::<Line>() + size_of::<Loudness>())
            + size_of_val(self.streams.as_slice())
            + self.text.bytes()
    }

    pub(super) fn first(&self) -> Option<LineId> {
        self.lines.first().map(Line::id)
    }

    pub(super) fn last(&self) -> Option<LineId> {
        self.lines.last().map(Line::id)
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub(super) fn loudness(&self) -> &[Loudness] {
        &self.loudness
    }

    pub(super) fn text(&self) -> &Text {
        &self.text
    }

    pub(super) fn text_mut(&mut self) -> &mut Text {
        &mut self.text
    }

    /// How far down from the `from`th line the highest `most` lines with numbers of a range reach, and how many they are;
    /// or a little further, so that no packed block is asked twice.
    pub(super) fn reach(&self, from: usize, numbers: &Range<u64>, most: usize) -> (usize, usize) {
        if numbers.start == 0 && numbers.end >= self.next_number {
            let to = self.whole(from.saturating_sub(most));
            return (to, from - to);
        }
        // no number stands twice: when all of the range are found, there are no more below
        let most = most.min(usize::try_from(numbers.end - numbers.start).unwrap_or(usize::MAX));
        let (mut to, mut found) = (0, 0);
        for (index, line) in self.lines.iter().enumerate().take(from).rev() {
            if found == most {
                break;
            }
            if numbers.contains(&line.number()) {
                (to, found) = (index, found + 1);
            }
        }
        (to, found)
    }

    /// The line with which the packed block of a line begins: it is asked once for all its lines.
    fn whole(&self, at: usize) -> usize {
        let text = u16::try_from(at).ok().filter(|_| self.in_order);
        text.and_then(|text| self.text.packed_from(text)).map_or(at, usize::from)
    }

    /// How many lines stand before an id.
    pub(super) fn rank(&self, id: LineId) -> usize {
        self.lines.partition_point(|line| line.id() < id)
    }

    pub(super) fn nth(&self, index: usize) -> Option<LineRef<'_>> {
        let line = self.lines.get(index)?;
        self.told(index, self.text.get(line.text))
    }

    /// The line at an index, whose text is known.
    pub(super) fn told<'a>(&'a self, index: usize, message: &'a str) -> Option<LineRef<'a>> {
        let (line, loudness) = (self.lines.get(index)?, self.loudness.get(index)?);
        let stream = self.streams.get(usize::from(line.stream))?;
        let (level, late) = (loudness.level(), loudness.late());
        Some(LineRef { id: line.id(), stream, message, level, late })
    }

    /// The lines of a range.
    pub(super) fn range(&self, range: Range<usize>) -> impl Iterator<Item = LineRef<'_>> {
        range.map_while(|index| self.nth(index))
    }

    pub(super) fn find(&self, id: LineId) -> Option<LineRef<'_>> {
        self.nth(self.rank(id)).filter(|line| line.id == id)
    }

    /// Finds a line from the `from`th on, in steps that double.
    pub(super) fn find_from(&self, from: usize, id: LineId) -> Option<(usize, LineRef<'_>)> {
        let lines = self.lines.get(from..)?;
        let mut reach = 1;
        while lines.get(reach).is_some_and(|line| line.id() < id) {
            reach *= 2;
        }
        let near = lines.get(..lines.len().min(reach + 1))?;
        let at = from + near.partition_point(|line| line.id() < id);
        self.lines.get(at).filter(|line| line.id() == id)?;
        self.nth(at).map(|line| (at, line))
    }

    /// Adds a line behind all others.
    pub(super) fn push(&mut self, line: &Incoming, message: &str) {
        let known = self.streams.iter().rposition(|known| Arc::ptr_eq(known, &line.stream));
        let stream = known.unwrap_or_else(|| {
            self.streams.push(Arc::clone(&line.stream));
            self.streams.len() - 1
        });
        let stream = u16::try_from(stream).unwrap_or(u16::MAX);
        let text = self.text.push(message);
        self.next_number = self.next_number.max(line.id.number + 1);
        self.lines.push(Line::new(line.id, stream, text));
        self.loudness.push(line.loudness);
    }

    /// Places lines, given in order, among those held.
    pub(super) fn merge<'m>(&mut self, run: impl Iterator<Item = (&'m Incoming, &'m str)>) {
        for (line, message) in run {
            self.push(line, message);
        }
        let loudness = self.loudness.iter().copied();
        let mut both: Vec<(Line, Loudness)> = self.lines.iter().copied().zip(loudness).collect();
        // two runs in order: the sort sees them and only merges
        both.sort_by_key(|(line, _)| line.id());
        (self.lines, self.loudness) = both.into_iter().unzip();
        self.in_order = false;
    }

    /// How many segments its lines should make.
    pub(super) fn pieces(&self) -> usize {
        if self.lines.len() <= MAX_LINES && self.text.len() <= 2 * MAX_TEXT {
            return 1;
        }
        let by_text = self.text.len().div_ceil(MAX_TEXT);
        self.lines.len().div_ceil(MAX_LINES).max(by_text).min(self.lines.len())
    }

    /// Cuts its lines into segments of `size` lines; it keeps the first. The others are named from `next` on.
    pub(super) fn split(&mut self, size: usize, next: &mut u64) -> Vec<Self> {
        let mut pieces = Vec::new();
        for start in (0..self.lines.len()).step_by(size.max(1)) {
            let mut piece = Self::new(self.id, &self.opened);
            piece.split_off = self.split_off;
            if start > 0 {
                (piece.id, piece.split_off) = (*next, true);
                *next += 1;
            }
            for index in start..self.lines.len().min(start + size) {
                if let (Some(line), Some(loudness)) =
                    (self.lines.get(index), self.loudness.get(index))
                    && let Some(stream) = self.streams.get(usize::from(line.stream))
                {
                    let (loudness, stream) = (*loudness, Arc::clone(stream));
                    let incoming = Incoming { id: line.id(), loudness, stream };
                    piece.push(&incoming, self.text.get(line.text));
                }
            }
            pieces.push(piece);
        }
        let uppers = pieces.split_off(1.min(pieces.len()));
        if let Some(lower) = pieces.pop() {
            self.text.close();
            *self = lower;
        }
        uppers
    }

    /// Packs at most so many blocks of its text; returns how many it packed.
    pub(super) fn pack(&mut self, most: usize) -> usize {
        let packed = self.text.pack(most);
        if self.text.is_packed() {
            self.lines.shrink_to_fit();
            self.loudness.shrink_to_fit();
            self.streams.shrink_to_fit();
        }
        packed
    }
}
