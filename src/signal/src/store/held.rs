//! The store: segments in order, a bound in bytes, gaps, and counters of what was let go.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::line::{LineId, LineRef};
use super::names::Names;
use super::segment::Segment;
use super::taking::Appended;
use super::text::Opened;
use crate::gap::{Gap, GapChange};
use crate::placed::News;

/// Lines in order of (event time, ingestion, arrival), at most so many bytes of them.
///
/// Cloning shares all segments; the copy and the original then change independently.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) segments: VecDeque<Held>,
    pub(super) gaps: Vec<Gap>,
    pub(super) names: Arc<Names>,
    pub(super) names_kept: usize,
    pub(super) limit: usize,
    pub(super) bytes: usize,
    pub(super) lines: usize,
    pub(super) evicted: u64,
    pub(super) next_number: u64,
    pub(super) next_segment: u64,
    pub(super) version: u64,
    pub(super) opened: Opened,
}

#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) segment: Arc<Segment>,
    /// Whether some of its text may not be packed.
    pub(super) loose: bool,
    /// How many lines stand in the segments before this one.
    pub(super) before: usize,
}

impl Store {
    /// An empty store that holds about `limit` bytes at most. It lets whole segments go, never the newest, so it
    /// may pass the bound by one segment.
    pub fn new(limit: usize) -> Self {
        Self {
            segments: VecDeque::new(),
            gaps: Vec::new(),
            names: Arc::default(),
            names_kept: 0,
            limit,
            bytes: 0,
            lines: 0,
            evicted: 0,
            next_number: 0,
            next_segment: 0,
            version: 0,
            opened: Opened::default(),
        }
    }

    /// How many lines are held, gaps not counted.
    pub fn len(&self) -> usize {
        self.lines
    }

    /// Whether no line is held.
    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// How many bytes may be held.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// About how many bytes are held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many lines were let go since the start: the screen says so.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Changes whenever anything held changes.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The gaps, in order of where they begin.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The line with an id, if it is still held.
    pub fn find(&self, id: LineId) -> Option<LineRef<'_>> {
        self.held_for(id)
            .and_then(|at| self.segments.get(at))
            .and_then(|held| held.segment.find(id))
    }

    /// The newest line.
    pub fn newest(&self) -> Option<LineRef<'_>> {
        let segment = &self.segments.back()?.segment;
        segment.nth(segment.len().checked_sub(1)?)
    }

    /// The oldest line.
    pub fn oldest(&self) -> Option<LineRef<'_>> {
        self.segments.front()?.segment.nth(0)
    }

    /// The ids of the oldest and the newest line, without a look at their texts.
    pub fn ends(&self) -> Option<(LineId, LineId)> {
        Some((self.segments.front()?.segment.first()?, self.segments.back()?.segment.last()?))
    }

    /// How many lines stand before an id.
    pub fn number_of(&self, id: LineId) -> usize {
        self.rank(id)
    }

    /// The lines with the numbers of a range, as far as they exist.
    pub fn numbered(&self, range: Range<usize>) -> Vec<LineRef<'_>> {
        self.lines_from(range.start).take(range.len()).collect()
    }

    /// Takes in what a tail has found out.
    pub fn apply(&mut self, news: News) -> Appended {
        for change in news.gaps {
            self.change_gap(change);
        }
        self.append(news.lines)
    }

    /// Opens, moves or closes a gap.
    pub fn change_gap(&mut self, change: GapChange) {
        let id = match &change {
            GapChange::Set(gap) => gap.id,
            GapChange::Closed(id) => *id,
        };
        self.gaps.retain(|gap| gap.id != id);
        if let GapChange::Set(gap) = change {
            let at = self.gaps.partition_point(|held| held.line_id() < gap.line_id());
            self.gaps.insert(at, gap);
        }
        self.version += 1;
    }

    /// Forgets all lines and gaps; counters go on.
    pub fn clear(&mut self) {
        self.segments.clear();
        self.gaps.clear();
        (self.bytes, self.lines) = (0, 0);
        self.names = Arc::default();
        self.version += 1;
    }

    /// The segment whose span holds an id, or in which it would be placed; nothing before all lines.
    pub(super) fn held_for(&self, id: LineId) -> Option<usize> {
        self.segments
            .partition_point(|held| held.segment.first().is_some_and(|first| first <= id))
            .checked_sub(1)
    }

    /// How many lines stand before an id.
    pub(super) fn rank(&self, id: LineId) -> usize {
        self.held_for(id)
            .and_then(|at| self.segments.get(at))
            .map_or(0, |held| held.before + held.segment.rank(id))
    }

    /// The line with an id, looked for first in the `at`th segment from its `from`th line on; with the number of the
    /// line in that segment. Neighbours in a window are near each other, so this mostly takes a few steps.
    pub(super) fn find_from(
        &self,
        at: usize,
        from: usize,
        id: LineId,
    ) -> Option<(usize, LineRef<'_>)> {
        let near = self.segments.get(at).and_then(|held| held.segment.find_from(from, id));
        near.or_else(|| self.find(id).map(|line| (0, line)))
    }

    /// The lines from the `index`th on.
    pub(super) fn lines_from(&self, index: usize) -> impl Iterator<Item = LineRef<'_>> {
        let at = self.segments.partition_point(|held| held.before <= index).saturating_sub(1);
        let skip = self.segments.get(at).map_or(0, |held| index.saturating_sub(held.before));
        self.segments.range(at.min(self.segments.len())..).enumerate().flat_map(
            move |(nth, held)| {
                let skip = if nth == 0 { skip } else { 0 };
                held.segment.range(skip..held.segment.len())
            },
        )
    }

    /// The lines behind an id whose numbers lie in a range, in order.
    pub(crate) fn lines_numbered(
        &self,
        numbers: Range<u64>,
        behind: Option<LineId>,
    ) -> impl Iterator<Item = LineRef<'_>> {
        let at = behind.and_then(|id| self.held_for(id)).unwrap_or(0);
        self.segments
            .range(at.min(self.segments.len())..)
            .filter({
                let least = numbers.start;
                move |held| held.segment.next_number > least
            })
            .flat_map(move |held| {
                let numbers = numbers.clone();
                let lines = held.segment.lines().iter().enumerate();
                let wanted = lines.filter(move |(_, line)| {
                    numbers.contains(&line.number()) && behind.is_none_or(|id| line.id() > id)
                });
                wanted.filter_map(|(index, _)| held.segment.nth(index))
            })
    }

    /// How many packed blocks are unpacked at present.
    #[cfg(test)]
    pub(super) fn unpacked(&self) -> usize {
        self.opened.count()
    }

    /// The number the next line will bear.
    pub(crate) fn next_number(&self) -> u64 {
        self.next_number
    }

    pub(super) fn segment(&self, at: usize) -> Option<&Segment> {
        self.segments.get(at).map(|held| &*held.segment)
    }

    /// The places of the lines from the `index`th on: the number of the segment, and that of the line in it.
    pub(super) fn places_from(&self, index: usize) -> impl Iterator<Item = (usize, usize)> {
        let at = self.segments.partition_point(|held| held.before <= index).saturating_sub(1);
        let skip = self.segments.get(at).map_or(0, |held| index.saturating_sub(held.before));
        self.segments.range(at.min(self.segments.len())..).enumerate().flat_map(
            move |(nth, held)| {
                let skip = if nth == 0 { skip } else { 0 };
                (skip..held.segment.len()).map(move |line| (at + nth, line))
            },
        )
    }

    pub(super) fn segments(&self) -> impl DoubleEndedIterator<Item = &Segment> + ExactSizeIterator {
        self.segments.iter().map(|held| &*held.segment)
    }
}

impl Held {
    pub(super) fn new(segment: Segment) -> Self {
        Self { segment: Arc::new(segment), loose: true, before: 0 }
    }
}

impl Default for Store {
    /// A store of 256 MiB.
    fn default() -> Self {
        Self::new(256 << 20)
    }
}
