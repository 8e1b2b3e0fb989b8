//! Two witnesses: what pages and an unbroken live tail have told alike need not be read again.
//!
//! A tip reads each instant once, soon; a live tail tells of each ingestion. Where both have told of the same lines, equally
//! often, a sweep would find nothing else, and the watermark moves without one. What only one of them told of is *disputed*,
//! and read again; where much is, both may have missed a line, and all is read again. A live tail that leaves out a line which pages show, and says nothing of it, is doubted for a while: then
//! sweeps alone are believed. An *audit* reads a part of what was believed again, so that a live tail is not trusted for
//! ever where pages cannot contradict it.

use std::time::Duration;

use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogEvent;

use super::ledger::Tally;
use super::policy::Policy;

/// So many lines must both have told of before they are believed.
const ENOUGH: u32 = 100;
/// For how long a live tail is doubted that left lines out without a word.
const DOUBTED: Duration = Duration::from_mins(10);
/// What comes in while a session begins may not be of it yet.
const BEGINNING: Duration = Duration::from_secs(1);

/// What the live tail and the pages of one group are worth.
#[derive(Clone, Debug, Default)]
pub(super) struct Accord {
    /// Since when the live tail leaves nothing out, as far as it says.
    unbroken: Option<Timestamp>,
    /// When it last spoke.
    heard: Timestamp,
    /// The span that was read by pages without a hole.
    paged: Option<(Timestamp, Timestamp)>,
    /// Lines of which both told.
    agreed: u32,
    doubted_until: Timestamp,
    /// When the last sweep was asked for that looked for late lines, and the last deep one.
    near: Option<Timestamp>,
    deep: Option<Timestamp>,
}

impl Accord {
    /// The live tail speaks, for the first time or again.
    pub(super) fn begins(&mut self, now: Timestamp) {
        (self.unbroken, self.heard) = (Some(now), now);
    }

    /// Since when the live tail leaves nothing out, as far as it says.
    pub(super) fn unbroken(&self) -> Option<Timestamp> {
        self.unbroken
    }

    /// The live tail is down.
    pub(super) fn breaks(&mut self) {
        self.unbroken = None;
    }

    /// A frame came that says of nothing that it was left out.
    pub(super) fn heard(&mut self, now: Timestamp, policy: &Policy) {
        if now.since(self.heard) >= policy.frame_limit {
            self.unbroken = Some(now);
        }
        self.heard = now;
    }

    /// Pages told of a span.
    pub(super) fn read(&mut self, start: Timestamp, end: Timestamp) {
        self.paged = match self.paged {
            Some((from, to)) if start <= to && end >= from => Some((from.min(start), to.max(end))),
            // the newer one
            Some((from, to)) if end < from => Some((from, to)),
            Some(_) | None => Some((start, end)),
        };
    }

    /// A sweep that was asked for at `asked` has ended.
    pub(super) fn swept(&mut self, asked: Timestamp, is_deep: bool) {
        self.near = Some(asked);
        if is_deep {
            self.deep = Some(asked);
        }
    }

    /// Whether the live tail may be believed.
    pub(super) fn trusts(&self, now: Timestamp, policy: &Policy) -> bool {
        self.unbroken.is_some()
            && self.agreed >= ENOUGH
            && now >= self.doubted_until
            && now.since(self.heard) < policy.frame_limit
    }

    /// Whether a live tail that is believed has told of all late lines, since a sweep looked for those of before.
    pub(super) fn has_late_lines(&self, policy: &Policy) -> bool {
        self.is_since(self.near, policy)
    }

    /// The same of those that were very late.
    pub(super) fn has_very_late_lines(&self, policy: &Policy) -> bool {
        self.is_since(self.deep, policy)
    }

    /// Whether a first deep sweep is worth its pages: from then on a live tail brings what is very late.
    pub(super) fn wants_deep(&self, now: Timestamp, policy: &Policy) -> bool {
        self.deep.is_none() && self.is_since(Some(now), policy)
    }

    /// When the last deep sweep was asked for.
    pub(super) fn deep(&self) -> Option<Timestamp> {
        self.deep
    }

    fn is_since(&self, asked: Option<Timestamp>, policy: &Policy) -> bool {
        let whole = self.unbroken.map(|since| since + policy.settle);
        whole.zip(asked).is_some_and(|(whole, asked)| asked >= whole)
    }

    /// Whether both may speak for a span.
    pub(super) fn speaks_for(
        &self,
        now: Timestamp,
        span: (Timestamp, Timestamp),
        policy: &Policy,
    ) -> bool {
        let (from, to) = span;
        self.trusts(now, policy)
            && self.has_late_lines(policy)
            && self.unbroken.is_some_and(|since| since <= from)
            && self.paged.is_some_and(|(start, end)| start <= from && to <= end)
    }

    /// The ingestions of which the live tail must have told, where it must have told of all up to `horizon`.
    pub(super) fn owed(&self, horizon: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let since = self.unbroken? + BEGINNING;
        Some((since, horizon.min(self.heard)))
    }

    /// Takes note of what both told of a span.
    pub(super) fn weigh(&mut self, tally: &Tally, now: Timestamp) {
        self.agreed = self.agreed.saturating_add(tally.agreed);
        if tally.withheld {
            self.doubt(now);
        }
    }

    /// Takes note of a line that a sweep found.
    pub(super) fn found(&mut self, event: &LogEvent, horizon: Timestamp, now: Timestamp) {
        let withheld = |(since, until)| event.ingested >= since && event.ingested <= until;
        if self.owed(horizon).is_some_and(withheld) {
            self.doubt(now);
        }
    }

    fn doubt(&mut self, now: Timestamp) {
        (self.agreed, self.doubted_until) = (0, now + DOUBTED);
    }
}
