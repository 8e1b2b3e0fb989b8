//! A filter over a store, kept up to date in small steps.

use std::collections::VecDeque;
use std::sync::Arc;

use super::filter::Filter;
use super::held::Store;
use super::line::{Line, LineId};
use super::rows::Rows;
use super::segment::Segment;
use super::sieve::Sieve;

/// The lines of one store that a filter admits.
///
/// After any change of the store call [`View::advance`] with a budget, then read [`View::rows`]. Lines that arrived are
/// judged first, then older ones, newest first: the screen at the end of the log is right after one step, the rest
/// fills in. A view belongs to the one store it is advanced over.
#[derive(Clone, Debug, Default)]
pub struct View {
    filter: Filter,
    parts: VecDeque<Part>,
    hits: usize,
    judged: usize,
    seen: Option<u64>,
    done: bool,
    sieve: Sieve,
}

/// What is known about the lines of one segment.
#[derive(Clone, Debug)]
struct Part {
    segment: u64,
    /// All lines of the segment with a smaller number are judged.
    below: u64,
    /// A round under way.
    round: Option<Round>,
    /// The ids of the lines admitted, in order. Shared between clones of the view.
    hits: Arc<Vec<LineId>>,
    /// How many hits the parts before hold.
    before: usize,
    /// How many lines of the segment are judged.
    judged: usize,
}

/// A round judges the lines with numbers from `Part::below` to `target`, from the newest id down.
#[derive(Clone, Copy, Debug)]
struct Round {
    target: u64,
    /// Lines with this id or a higher one are judged.
    down_to: LineId,
}

/// How far a view has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Lines judged.
    pub scanned: usize,
    /// Lines held.
    pub total: usize,
    /// Whether all are judged.
    pub done: bool,
}

impl View {
    /// A view that shows what `filter` admits. It costs nothing until it is advanced.
    pub fn new(filter: Filter) -> Self {
        Self { filter, ..Self::default() }
    }

    /// The filter.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Takes up what changed in the store and judges at most about `budget` lines.
    pub fn advance(&mut self, store: &Store, budget: usize) -> Progress {
        if self.filter.is_all() {
            return Progress { scanned: store.len(), total: store.len(), done: true };
        }
        if self.seen != Some(store.version()) {
            self.align(store);
            self.seen = Some(store.version());
            self.done = false;
        }
        if !self.done {
            let mut left = budget.max(1);
            // a part that is caught up costs one comparison
            for (part, segment) in self.parts.iter_mut().zip(store.segments()).rev() {
                if left == 0 {
                    break;
                }
                left -= part.judge(segment, &self.filter, &mut self.sieve, left);
            }
            self.recount(store);
        }
        Progress { scanned: self.judged, total: store.len(), done: self.done }
    }

    /// The rows of the store as the view shows them now.
    pub fn rows<'a>(&'a self, store: &'a Store) -> Rows<'a> {
        Rows::new(self, store)
    }

    /// Whether all lines are shown, so that the store's own order serves.
    pub(super) fn is_all(&self) -> bool {
        self.filter.is_all()
    }

    pub(super) fn hits(&self) -> usize {
        self.hits
    }

    /// How many hits stand before an id.
    pub(super) fn rank(&self, store: &Store, id: LineId) -> usize {
        let part = store.held_for(id).and_then(|at| self.parts.get(at));
        part.map_or(0, |part| part.before + part.hits.partition_point(|hit| *hit < id))
    }

    /// The hits from the `index`th on, each with the number of its segment in the row of segments.
    pub(super) fn hits_from(&self, index: usize) -> impl Iterator<Item = (usize, LineId)> {
        let at = self.parts.partition_point(|part| part.before <= index).saturating_sub(1);
        let skip = self.parts.get(at).map_or(0, |part| index.saturating_sub(part.before));
        self.parts.range(at.min(self.parts.len())..).enumerate().flat_map(move |(nth, part)| {
            let skip = if nth == 0 { skip } else { 0 };
            part.hits.get(skip..).unwrap_or_default().iter().map(move |hit| (at + nth, *hit))
        })
    }

    /// Gives every segment of the store its part, in order.
    fn align(&mut self, store: &Store) {
        let mut old = std::mem::take(&mut self.parts);
        let mut parts: VecDeque<Part> = VecDeque::with_capacity(store.segments().len());
        for segment in store.segments() {
            // segments keep their order, so the old part of a known one is found ahead; what is passed over was evicted
            let known = old.iter().position(|part| part.segment == segment.id);
            let part = match known {
                Some(at) => {
                    old.drain(..at);
                    old.pop_front()
                }
                None if segment.split_off => {
                    parts.back_mut().and_then(|lower| lower.split_off(segment))
                }
                None => None,
            };
            parts.push_back(part.unwrap_or_else(|| Part::new(segment.id)));
        }
        self.parts = parts;
    }

    fn recount(&mut self, store: &Store) {
        (self.hits, self.judged, self.done) = (0, 0, true);
        for (part, segment) in self.parts.iter_mut().zip(store.segments()) {
            part.before = self.hits;
            self.hits += part.hits.len();
            let done = part.is_done(segment);
            self.judged += if done { segment.len() } else { part.judged.min(segment.len()) };
            self.done &= done;
        }
    }
}

impl Part {
    fn new(segment: u64) -> Self {
        Self { segment, below: 0, round: None, hits: Arc::default(), before: 0, judged: 0 }
    }

    fn is_done(&self, segment: &Segment) -> bool {
        self.round.is_none() && self.below >= segment.next_number
    }

    /// Hands the progress with the upper lines to the segment that was split off.
    fn split_off(&mut self, upper: &Segment) -> Option<Self> {
        let first = upper.first()?;
        let hits = Arc::make_mut(&mut self.hits);
        let hits = hits.split_off(hits.partition_point(|hit| *hit < first));
        let judged = self.judged.min(upper.len());
        self.judged -= judged;
        Some(Self { segment: upper.id, hits: Arc::new(hits), judged, ..self.clone() })
    }

    /// Judges at most about `budget` lines; returns how many.
    fn judge(
        &mut self,
        segment: &Segment,
        filter: &Filter,
        sieve: &mut Sieve,
        budget: usize,
    ) -> usize {
        let (mut left, mut count) = (budget, 0);
        while left > 0 && !self.is_done(segment) {
            let target = self.round.map_or(segment.next_number, |round| round.target);
            let from = self.round.map_or(segment.len(), |round| segment.rank(round.down_to));
            let numbers = self.below..target;
            let (to, judged) = segment.reach(from, &numbers, left);
            (left, count) = (left.saturating_sub(judged), count + judged);
            let down_to = segment.lines().get(to).map(Line::id);
            self.keep(sieve.admitted(segment, filter, to..from, &numbers));
            if left == 0
                && judged > 0
                && let Some(down_to) = down_to
            {
                self.round = Some(Round { target, down_to });
            } else {
                (self.round, self.below) = (None, target);
                self.judged = segment.len();
            }
        }
        if self.round.is_some() {
            self.judged = (self.judged + count).min(segment.len());
        }
        count.min(budget)
    }

    /// Takes up hits, in order.
    fn keep(&mut self, mut found: Vec<LineId>) {
        if found.is_empty() {
            return;
        }
        let hits = Arc::make_mut(&mut self.hits);
        let sorted = hits.last() < found.first();
        hits.append(&mut found);
        if !sorted {
            hits.sort();
        }
    }
}
