//! Lines on their way in: each is placed where it belongs, at the end or among those held.

use std::iter::Peekable;
use std::sync::Arc;

use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogLevel;

use super::held::{Held, Store};
use super::keeping::MAX_PACK;
use super::line::{LineId, Loudness};
use super::names::StreamName;
use super::segment::{Incoming, MAX_LINES, MAX_MERGE, Segment};
use super::text::BLOCK;
use crate::placed::Placed;

/// A run of at least so many lines before all others gets segments of its own.
const LONG_RUN: usize = if cfg!(test) { 8 } else { 256 };

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

/// A line of a text that is loaded, such as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'t> {
    /// When the writer says it happened.
    pub timestamp: Timestamp,
    /// When it was received; of a file the same.
    pub ingested: Timestamp,
    /// The text as it was written.
    pub message: &'t str,
}

/// A line with its number and its names, ready to be placed.
#[derive(Debug)]
struct Arrival<'m> {
    incoming: Incoming,
    message: &'m str,
}

type Run<'r, 'm> = Peekable<std::vec::IntoIter<Arrival<'m>>>;

impl Store {
    /// Takes lines in, each placed where it belongs.
    pub fn append(&mut self, mut batch: Vec<Placed>) -> Appended {
        let bytes: usize = batch.iter().map(|placed| placed.event.message.len()).sum();
        self.tidy((1 + 2 * bytes / BLOCK).min(MAX_PACK));
        batch.sort_by_key(|placed| (placed.event.timestamp, placed.event.ingested));
        let mut run = Vec::with_capacity(batch.len());
        let mut last: Option<Arc<StreamName>> = None;
        for placed in &batch {
            let event = &placed.event;
            let same = last.take_if(|name| name.is(&event.group, &event.stream));
            let stream = same.unwrap_or_else(|| self.name(&event.group, &event.stream));
            last = Some(Arc::clone(&stream));
            let id = self.next_id(event.timestamp, event.ingested);
            run.push(Arrival::new(id, stream, &event.message, placed.late));
        }
        self.take(run)
    }

    /// Takes in lines of one stream, without a copy of each on the way. What it costs grows with the lines: a caller with
    /// a screen gives a few thousand at a time.
    pub fn load(&mut self, stream: &StreamName, lines: &[Written<'_>]) -> Appended {
        let bytes: usize = lines.iter().map(|line| line.message.len()).sum();
        self.tidy(1 + 2 * bytes / BLOCK);
        let when = |line: &Written<'_>| (line.timestamp, line.ingested);
        let mut sorted = Vec::new();
        let mut lines = lines;
        if !lines.is_sorted_by_key(when) {
            sorted.extend_from_slice(lines);
            sorted.sort_by_key(when);
            lines = &sorted;
        }
        let name = self.name(&stream.group, &stream.stream);
        let mut run = Vec::with_capacity(lines.len());
        for line in lines {
            let id = self.next_id(line.timestamp, line.ingested);
            run.push(Arrival::new(id, Arc::clone(&name), line.message, false));
        }
        self.take(run)
    }

    /// Places lines, given in order.
    fn take(&mut self, run: Vec<Arrival<'_>>) -> Appended {
        let mut appended = Appended { lines: run.len(), ..Appended::default() };
        if run.is_empty() {
            return appended;
        }
        self.lines += run.len();
        let mut run: Run<'_, '_> = run.into_iter().peekable();
        while let Some(id) = run.peek().map(Arrival::id) {
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

    fn next_id(&mut self, timestamp: Timestamp, ingested: Timestamp) -> LineId {
        let id = LineId::of(timestamp, ingested, self.next_number);
        self.next_number += 1;
        id
    }

    /// Puts the head of a run, as far as it lies before `bound`, into or beside the segment at `at`.
    /// Returns how many lines had to be placed before others.
    fn place(&mut self, at: usize, run: &mut Run<'_, '_>, bound: Option<LineId>) -> usize {
        let within = |line: &Arrival<'_>| bound.is_none_or(|bound| line.id() < bound);
        let Some(held) = self.segments.get_mut(at) else {
            return self.found(0, run, bound);
        };
        let Some(id) = run.peek().map(Arrival::id) else { return 0 };
        if held.segment.last().is_none_or(|last| last < id) {
            if held.segment.is_full() {
                return self.found(at + 1, run, bound);
            }
            let before = held.segment.bytes();
            let segment = Arc::make_mut(&mut held.segment);
            while !segment.is_full()
                && let Some(line) = run.next_if(within)
            {
                segment.push(&line.incoming, line.message);
            }
            self.bytes = (self.bytes + segment.bytes()).saturating_sub(before);
            held.loose = true;
            self.recount(at);
            return 0;
        }
        let mut taken = Vec::new();
        while taken.len() < MAX_MERGE
            && let Some(line) = run.next_if(within)
        {
            taken.push(line);
        }
        let count = taken.len();
        let older =
            taken.last().is_some_and(|line| held.segment.first().is_some_and(|f| line.id() < f));
        if older && count >= LONG_RUN {
            let mut taken: Run<'_, '_> = taken.into_iter().peekable();
            while taken.peek().is_some() {
                let index = self.held_for_run(&mut taken, at);
                self.found(index, &mut taken, None);
            }
            return count;
        }
        let before = held.segment.bytes();
        let segment = Arc::make_mut(&mut held.segment);
        segment.merge(taken.iter().map(|line| (&line.incoming, line.message)));
        self.bytes = (self.bytes + segment.bytes()).saturating_sub(before);
        held.loose = true;
        self.split(at);
        count
    }

    /// Where in front of the segment at `at` the head of a run of older lines belongs: behind what was founded there.
    fn held_for_run(&self, run: &mut Run<'_, '_>, at: usize) -> usize {
        let Some(line) = run.peek() else { return at };
        self.held_for(line.id()).map_or(at, |index| index + 1)
    }

    /// Makes one new segment at `at` of the head of a run. Lines of the run come behind all others of the segment.
    fn found(&mut self, at: usize, run: &mut Run<'_, '_>, bound: Option<LineId>) -> usize {
        let mut segment = Segment::new(self.next_segment, &self.opened);
        self.next_segment += 1;
        while !segment.is_full()
            && let Some(line) = run.next_if(|line| bound.is_none_or(|bound| line.id() < bound))
        {
            segment.push(&line.incoming, line.message);
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
    pub(super) fn recount(&mut self, at: usize) {
        let mut before = match at.checked_sub(1).and_then(|at| self.segments.get(at)) {
            Some(held) => held.before + held.segment.len(),
            None => 0,
        };
        for held in self.segments.iter_mut().skip(at) {
            held.before = before;
            before += held.segment.len();
        }
    }
}

impl<'m> Arrival<'m> {
    fn new(id: LineId, stream: Arc<StreamName>, message: &'m str, late: bool) -> Self {
        let loudness = Loudness::new(LogLevel::detect(message), late);
        Self { incoming: Incoming { id, loudness, stream }, message }
    }

    fn id(&self) -> LineId {
        self.incoming.id
    }
}
