//! The store: segments in order, a bound in bytes, gaps, and counters of what was let go.

use std::collections::VecDeque;
use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use watchdeck_domain::log::LogLevel;

use super::line::{LineId, LineRef, Loudness};
use super::names::{Names, StreamName};
use super::segment::{Incoming, MAX_LINES, MAX_MERGE, Segment};
use super::text::{BLOCK, Opened};
use crate::gap::{Gap, GapChange};
use crate::placed::{News, Placed};

/// Names are swept when this many more than at the last sweep are known.
const NAMES_SLACK: usize = 1024;
/// A run of at least so many lines before all others gets segments of its own.
const LONG_RUN: usize = if cfg!(test) { 8 } else { 256 };

/// The newest segments, which are not packed: they are looked at most.
const UNPACKED: usize = if cfg!(test) { 1 } else { 4 };
/// The most blocks packed by one append: about four milliseconds.
const MAX_PACK: usize = 16;
/// The most packed blocks that stay unpacked from one append to the next: 4 MiB.
const MAX_OPENED: usize = if cfg!(test) { 2 } else { 64 };

/// Lines in order of (event time, ingestion, arrival), at most so many bytes of them.
///
/// Cloning shares all segments; the copy and the original then change independently.
#[derive(Clone, Debug)]
pub struct Store {
    segments: VecDeque<Held>,
    gaps: Vec<Gap>,
    names: Arc<Names>,
    names_kept: usize,
    limit: usize,
    bytes: usize,
    lines: usize,
    evicted: u64,
    next_number: u64,
    next_segment: u64,
    version: u64,
    opened: Opened,
}

#[derive(Clone, Debug)]
struct Held {
    segment: Arc<Segment>,
    /// Whether some of its text may not be packed.
    loose: bool,
    /// How many lines stand in the segments before this one.
    before: usize,
}

/// What an append did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Lines taken in.
    pub lines: usize,
    /// Of them, lines that were placed before a line already held.
    pub inserted: usize,
    /// Oldest lines let go to stay within the bound.
    pub evicted: usize,
}

type Run<'r> = Peekable<std::vec::IntoIter<(LineId, Placed)>>;

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

    /// Takes lines in, each placed where it belongs.
    pub fn append(&mut self, mut batch: Vec<Placed>) -> Appended {
        let mut appended = Appended { lines: batch.len(), ..Appended::default() };
        let bytes: usize = batch.iter().map(|placed| placed.event.message.len()).sum();
        self.tidy(1 + 2 * bytes / BLOCK);
        if batch.is_empty() {
            return appended;
        }
        batch.sort_by_key(|placed| (placed.event.timestamp, placed.event.ingested));
        let run: Vec<(LineId, Placed)> = batch
            .into_iter()
            .zip(self.next_number..)
            .map(|(placed, number)| {
                (LineId::of(placed.event.timestamp, placed.event.ingested, number), placed)
            })
            .collect();
        self.next_number += run.len() as u64;
        self.lines += run.len();
        let mut run: Run<'_> = run.into_iter().peekable();
        while let Some(&(id, _)) = run.peek() {
            let at = self.held_for(id).unwrap_or(0);
            let bound = self.segments.get(at + 1).and_then(|next| next.segment.first());
            appended.inserted += self.place(at, &mut run, bound);
        }
        if self.bytes > self.limit {
            self.tidy(MAX_PACK);
        }
        appended.evicted = self.evict();
        self.version += 1;
        appended
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

    /// Puts the head of a run, as far as it lies before `bound`, into or beside the segment at `at`.
    /// Returns how many lines had to be placed before others.
    fn place(&mut self, at: usize, run: &mut Run<'_>, bound: Option<LineId>) -> usize {
        let next = |run: &mut Run<'_>| run.next_if(|(id, _)| bound.is_none_or(|bound| *id < bound));
        let Some(held) = self.segments.get_mut(at) else {
            return self.found(0, run, bound);
        };
        let Some(&(id, _)) = run.peek() else { return 0 };
        if held.segment.last().is_none_or(|last| last < id) {
            if held.segment.is_full() {
                return self.found(at + 1, run, bound);
            }
            let before = held.segment.bytes();
            let segment = Arc::make_mut(&mut held.segment);
            while !segment.is_full()
                && let Some((id, placed)) = next(run)
            {
                segment.push(&incoming(id, &placed, &mut self.names), &placed.event.message);
            }
            self.bytes = (self.bytes + segment.bytes()).saturating_sub(before);
            held.loose = true;
            self.recount(at);
            return 0;
        }
        let mut taken = Vec::new();
        while taken.len() < MAX_MERGE
            && let Some((id, placed)) = next(run)
        {
            taken.push((id, placed));
        }
        let count = taken.len();
        let older =
            taken.last().is_some_and(|(id, _)| held.segment.first().is_some_and(|f| *id < f));
        if older && count >= LONG_RUN {
            let mut taken: Run<'_> = taken.into_iter().peekable();
            while taken.peek().is_some() {
                let index = self.held_for_run(&mut taken, at);
                self.found(index, &mut taken, None);
            }
            return count;
        }
        let before = held.segment.bytes();
        let segment = Arc::make_mut(&mut held.segment);
        let names = &mut self.names;
        segment.merge(
            taken
                .into_iter()
                .map(|(id, placed)| (incoming(id, &placed, names), placed.event.message)),
        );
        self.bytes = (self.bytes + segment.bytes()).saturating_sub(before);
        held.loose = true;
        self.split(at);
        count
    }

    /// Where in front of the segment at `at` the head of a run of older lines belongs: behind what was founded there.
    fn held_for_run(&self, run: &mut Run<'_>, at: usize) -> usize {
        let Some((id, _)) = run.peek() else { return at };
        self.held_for(*id).map_or(at, |index| index + 1)
    }

    /// Makes one new segment at `at` of the head of a run. Lines of the run come behind all others of the segment.
    fn found(&mut self, at: usize, run: &mut Run<'_>, bound: Option<LineId>) -> usize {
        let mut segment = Segment::new(self.next_segment, &self.opened);
        self.next_segment += 1;
        while !segment.is_full()
            && let Some((id, placed)) = run.next_if(|(id, _)| bound.is_none_or(|bound| *id < bound))
        {
            segment.push(&incoming(id, &placed, &mut self.names), &placed.event.message);
        }
        self.bytes += segment.bytes();
        self.segments.insert(at, Held::new(segment));
        self.recount(at);
        0
    }

    /// Cuts the segment at `at` into pieces of the right size.
    fn split(&mut self, at: usize) {
        let Some(held) = self.segments.get_mut(at) else { return };
        let pieces = held.segment.pieces();
        if pieces > 1 {
            let before = held.segment.bytes();
            let segment = Arc::make_mut(&mut held.segment);
            let size = segment.len().div_ceil(pieces).clamp(1, MAX_LINES);
            let uppers = segment.split(size, &mut self.next_segment);
            let after = segment.bytes() + uppers.iter().map(Segment::bytes).sum::<usize>();
            self.bytes = (self.bytes + after).saturating_sub(before);
            for upper in uppers.into_iter().rev() {
                self.segments.insert(at + 1, Held::new(upper));
            }
        }
        self.recount(at);
    }

    /// Counts the lines before each segment anew, from `at` on.
    fn recount(&mut self, at: usize) {
        let mut before = match at.checked_sub(1).and_then(|at| self.segments.get(at)) {
            Some(held) => held.before + held.segment.len(),
            None => 0,
        };
        for held in self.segments.iter_mut().skip(at) {
            held.before = before;
            before += held.segment.len();
        }
    }

    /// Goes on with what [`Store::apply`] does beside: lets go what was unpacked to be looked at, and packs a little. For a while
    /// in which nothing arrives.
    pub fn tend(&mut self) {
        self.tidy(1);
    }

    /// Packs at most so many blocks, and lets go what was unpacked to be looked at: what a clone shares stays unpacked
    /// until the clone is gone.
    fn tidy(&mut self, blocks: usize) {
        if self.opened.count() > MAX_OPENED {
            for held in &mut self.segments {
                if let Some(segment) = Arc::get_mut(&mut held.segment) {
                    segment.text_mut().close();
                }
            }
            self.opened.reset();
        }
        let mut left = blocks.min(MAX_PACK);
        let old = self.segments.len().saturating_sub(UNPACKED);
        for held in self.segments.iter_mut().take(old).filter(|held| held.loose) {
            if left == 0 {
                break;
            }
            // INVARIANT: what is packed, and so what is let go, does not depend on whether there is a clone
            let segment = Arc::make_mut(&mut held.segment);
            let before = segment.bytes();
            left -= segment.pack(left);
            held.loose = !segment.text().is_packed();
            self.bytes = (self.bytes + segment.bytes()).saturating_sub(before);
        }
    }

    fn evict(&mut self) -> usize {
        let mut gone = 0;
        while self.bytes > self.limit && self.segments.len() > 1 {
            let Some(held) = self.segments.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(held.segment.bytes());
            gone += held.segment.len();
        }
        if gone == 0 {
            return 0;
        }
        self.lines -= gone;
        self.evicted += gone as u64;
        self.recount(0);
        if let Some(oldest) = self.oldest().map(|line| line.timestamp()) {
            self.gaps.retain(|gap| gap.to.is_none_or(|to| to >= oldest));
        }
        if self.names.len() > self.names_kept + NAMES_SLACK {
            let names = Arc::make_mut(&mut self.names);
            names.forget_unused();
            self.names_kept = names.len();
        }
        gone
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
    fn new(segment: Segment) -> Self {
        Self { segment: Arc::new(segment), loose: true, before: 0 }
    }
}

fn incoming(id: LineId, placed: &Placed, names: &mut Arc<Names>) -> Incoming {
    let (group, stream) = (&placed.event.group, placed.event.stream.as_str());
    let stream: Arc<StreamName> = match names.known(group, stream) {
        Some(name) => name,
        None => Arc::make_mut(names).learn(group, stream),
    };
    let loudness = Loudness::new(LogLevel::detect(&placed.event.message), placed.late);
    Incoming { id, loudness, stream }
}

impl Default for Store {
    /// A store of 256 MiB.
    fn default() -> Self {
        Self::new(256 << 20)
    }
}
