//! A few thousand neighbouring lines with their text in one piece.

use super::line::{Line, LineId, LineRef};

/// The most lines in one segment. Small under test, so that histories of a few hundred lines split and evict.
pub(super) const MAX_LINES: usize = if cfg!(test) { 16 } else { 4096 };
/// The text at which a segment takes no more lines.
pub(super) const MAX_TEXT: usize = if cfg!(test) { 4096 } else { 1 << 20 };

/// Lines in order of their ids. Never empty once it stands in a store.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Names the segment within its store; views keep their progress under it.
    pub(super) id: u64,
    /// Whether its lines once stood in the segment before it.
    pub(super) split_off: bool,
    /// One more than the highest line number it ever held.
    pub(super) next_number: u64,
    lines: Vec<Line>,
    text: String,
}

impl Segment {
    pub(super) fn new(id: u64) -> Self {
        Self { id, split_off: false, next_number: 0, lines: Vec::new(), text: String::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.lines.len() >= MAX_LINES || self.text.len() >= MAX_TEXT
    }

    pub(super) fn bytes(&self) -> usize {
        self.lines.capacity() * size_of::<Line>() + self.text.capacity()
    }

    pub(super) fn first(&self) -> Option<LineId> {
        self.lines.first().map(|line| line.id)
    }

    pub(super) fn last(&self) -> Option<LineId> {
        self.lines.last().map(|line| line.id)
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// How many lines stand before an id.
    pub(super) fn rank(&self, id: LineId) -> usize {
        self.lines.partition_point(|line| line.id < id)
    }

    pub(super) fn nth(&self, index: usize) -> Option<LineRef<'_>> {
        self.lines.get(index).map(|line| self.look(line))
    }

    pub(super) fn find(&self, id: LineId) -> Option<LineRef<'_>> {
        self.nth(self.rank(id)).filter(|line| line.id == id)
    }

    /// Finds a line from the `from`th on, in steps that double.
    pub(super) fn find_from(&self, from: usize, id: LineId) -> Option<(usize, LineRef<'_>)> {
        let lines = self.lines.get(from..)?;
        let mut reach = 1;
        while lines.get(reach).is_some_and(|line| line.id < id) {
            reach *= 2;
        }
        let near = lines.get(..lines.len().min(reach + 1))?;
        let at = from + near.partition_point(|line| line.id < id);
        self.nth(at).filter(|line| line.id == id).map(|line| (at, line))
    }

    pub(super) fn look<'a>(&'a self, line: &'a Line) -> LineRef<'a> {
        let end = line.start + line.len as usize;
        LineRef {
            id: line.id,
            stream: &line.stream,
            message: self.text.get(line.start..end).unwrap_or_default(),
            level: line.level,
            late: line.late,
        }
    }

    /// Adds a line behind all others.
    pub(super) fn push(&mut self, mut line: Line, message: &str) {
        line.start = self.text.len();
        line.len = u32::try_from(message.len()).unwrap_or(u32::MAX);
        self.text.push_str(message);
        self.next_number = self.next_number.max(line.id.number + 1);
        self.lines.push(line);
    }

    /// Places lines, given in order, among those held.
    pub(super) fn merge(&mut self, run: impl Iterator<Item = (Line, String)>) {
        let old = std::mem::take(&mut self.lines);
        let mut old = old.into_iter().peekable();
        let mut merged = Vec::with_capacity(old.len() + run.size_hint().0);
        for (line, message) in run {
            while let Some(before) = old.next_if(|held| held.id < line.id) {
                merged.push(before);
            }
            std::mem::swap(&mut self.lines, &mut merged);
            self.push(line, &message);
            std::mem::swap(&mut self.lines, &mut merged);
        }
        merged.extend(old);
        self.lines = merged;
    }

    /// How many segments its lines should make.
    pub(super) fn pieces(&self) -> usize {
        if self.lines.len() <= MAX_LINES && self.text.len() <= 2 * MAX_TEXT {
            return 1;
        }
        let by_text = self.text.len().div_ceil(MAX_TEXT);
        self.lines.len().div_ceil(MAX_LINES).max(by_text).min(self.lines.len())
    }

    /// Cuts off the lines from `index` on, into a segment of their own.
    pub(super) fn split_off(&mut self, index: usize, id: u64) -> Self {
        let mut upper = Self::new(id);
        upper.split_off = true;
        for line in self.lines.get(index..).unwrap_or_default() {
            upper.push(line.clone(), self.look(line).message);
        }
        let mut lower = Self::new(self.id);
        lower.split_off = self.split_off;
        for line in self.lines.get(..index).unwrap_or_default() {
            lower.push(line.clone(), self.look(line).message);
        }
        *self = lower;
        upper
    }
}
