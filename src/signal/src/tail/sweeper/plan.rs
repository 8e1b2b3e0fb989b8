//! When a group is swept next, and over which span.

use std::time::Duration;

use watchdeck_domain::Timestamp;

use super::super::pass::{Depth, Means, Pass};
use super::Tail;

/// The most lines that a deep sweep may be expected to read again.
const MOST_AGAIN: f64 = 100_000.0;

/// A live tail that lags tells of nothing at first: for so long tips go on without its bell.
const YOUNG: Duration = Duration::from_secs(3);

/// A sweep takes the place of a tip where that reads no more lines than so many again: a call is worth more, and where there is
/// no live tail each is one of those that bring the newest lines.
const WORTH_A_CALL: usize = 20;
const WORTH_A_CALL_ALONE: usize = 200;

/// An audit reads one in so many of the lines since the one before.
const AUDITED: u32 = 5;

/// For how long after lines were left out by the live tail tips are asked for.
const SAMPLED: Duration = Duration::from_secs(5);

impl Tail {
    /// When the next page should be asked for; nothing while all that is wanted is under way.
    pub(in super::super) fn due(&self, means: Means) -> Option<Timestamp> {
        self.tip_due(means).into_iter().chain(self.sweep_due(means)).min()
    }

    pub(super) fn sweep_due(&self, means: Means) -> Option<Timestamp> {
        let own = match &self.sweep {
            Some(sweep) if sweep.in_flight.is_some() => return None,
            Some(_) => self.wait_until,
            None => self.last_asked.map_or(self.wait_until, |asked| {
                (asked + self.every(asked, means)).min(self.deep_due.max(asked))
            }),
        };
        let own = own.max(self.wait_until);
        // a tip would be asked for soon: both in one
        let tip = self.tip_to.filter(|_| self.sweep.is_none() && self.takes_tips(means));
        Some(tip.map_or(own, |last| own.max(last + self.policy.tip_every)))
    }

    /// Whether sweeps wait for the instant of a tip and take its place, as there is nothing else to bring the newest lines.
    fn takes_tips(&self, means: Means) -> bool {
        let few = |last: Timestamp| {
            self.ledger.is_few_since(last - self.policy.settle, WORTH_A_CALL_ALONE)
        };
        !means.live
            && self.has_tips(means)
            && self.covered.is_some()
            && self.tip_to.is_some_and(few)
    }

    /// The time between sweeps. A gap is filled soon, but not before pages show all of it, nor by reading without end where
    /// there is much to read; while a live tail is down, tips bring the newest lines.
    fn every(&self, asked: Timestamp, means: Means) -> Duration {
        let policy = &self.policy;
        let usual = if means.live { policy.sweep_live } else { policy.sweep_poll };
        if self.gaps.is_empty() || (self.gaps.are_down() && self.has_tips(means)) {
            return usual;
        }
        let settled = self.gaps.ended().map(|ended| (ended + policy.settle).since(asked));
        let soon = policy.sweep_gap.saturating_mul(self.last_pages.max(1));
        soon.max(settled.unwrap_or_default()).min(usual)
    }

    /// Whether tips may be asked for; a slowed account's calls are for sweeps.
    fn has_tips(&self, means: Means) -> bool {
        !means.slowed && self.policy.tip_every <= self.policy.sweep_poll
    }

    pub(super) fn tip_due(&self, means: Means) -> Option<Timestamp> {
        if let Some(tip) = &self.tip {
            return tip.in_flight.is_none().then_some(self.wait_until);
        }
        // before the first sweep has ended there is nothing to be ahead of
        let last = self.tip_to.filter(|_| self.covered.is_some() && !means.slowed)?;
        let is_since = |at: Option<Timestamp>, span| at.is_some_and(|at| last.since(at) < span);
        let rings = self.rang || is_since(self.accord.unbroken(), YOUNG);
        let wanted = !means.live
            || is_since(self.sampled_at, SAMPLED)
            || (rings && self.lag.live_is_slow(&self.policy));
        wanted.then(|| (last + self.policy.tip_every).max(self.wait_until))
    }

    /// The sweep that should be made now.
    pub(super) fn begin(&mut self, now: Timestamp, means: Means) -> Pass {
        let (number, to) = (self.number(), now - self.policy.settle);
        let trusted = self.accord.trusts(now, &self.policy);
        let is_due = now >= self.deep_due;
        if let Some(dug) = self.accord.deep()
            && is_due
            && trusted
            && self.accord.has_very_late_lines(&self.policy)
        {
            let start = self.deep_from.max(now - self.affordable()).max(self.floor);
            let end = (start + now.since(dug) / AUDITED).min(to);
            return Pass::new(Depth::Audit, number, start, now).over(start, end);
        }
        let is_deep = is_due || self.accord.wants_deep(now, &self.policy);
        let depth = if is_deep { Depth::Deep } else { Depth::Near };
        let (start, whole) = self.start(now, depth, means.live);
        // what has not settled would be read again, and comes by other ways
        let end = if self.is_told_newest(now, means) { to.max(start) } else { now };
        let mut pass = Pass::new(depth, number, start, now).over(start, end).vouching(to);
        pass.whole = whole;
        match self.covered {
            Some(covered) if depth == Depth::Near => self.narrowed(pass, covered, now),
            Some(_) | None => pass,
        }
    }

    /// The same sweep over no more than what is disputed, where two witnesses agree on the rest.
    fn narrowed(&self, pass: Pass, covered: Timestamp, now: Timestamp) -> Pass {
        let to = self.horizon(now);
        if !self.gaps.is_empty() || !self.accord.speaks_for(now, (covered, to), &self.policy) {
            return pass;
        }
        let tally = self.ledger.tally((covered, to), self.accord.owed(to));
        match tally.disputed.filter(|_| tally.is_sound()) {
            Some((start, end)) => pass.over(start, end).vouching(to),
            None => pass,
        }
    }

    /// Whether the newest lines come without a sweep, and more cheaply.
    fn is_told_newest(&self, now: Timestamp, means: Means) -> bool {
        let has_tip = self.tip_due(means).is_some_and(|due| due <= now);
        let worth = if means.live { WORTH_A_CALL } else { WORTH_A_CALL_ALONE };
        if has_tip && self.ledger.is_few_since(now - self.policy.settle, worth) {
            return false;
        }
        let sampled = self.sampled_at.is_some_and(|at| now.since(at) < SAMPLED);
        self.covered.is_some()
            && ((means.live && !sampled) || (self.has_tips(means) && self.lag.is_known()))
    }

    /// Where a sweep begins: before all that is not known, and an overlap earlier, unless a live tail that is believed brings
    /// what is late. Says whether it looks for late lines as far back as it ever may.
    pub(super) fn start(&self, now: Timestamp, depth: Depth, live: bool) -> (Timestamp, bool) {
        let unknown = self.complete_to().unwrap_or(self.floor);
        let believed = self.accord.trusts(now, &self.policy)
            && self.accord.has_late_lines(&self.policy)
            && self.gaps.is_empty();
        let overlap = match self.lag.overlap(&self.policy, live, now) {
            _ if live && believed => Duration::ZERO,
            overlap => overlap,
        };
        let near = unknown - overlap;
        let start = match depth {
            Depth::Tip | Depth::Near | Depth::Audit => near,
            // what is too much to read again is not read again
            Depth::Deep => near.min(self.deep_from.max(now - self.affordable())),
        };
        let whole = overlap >= self.policy.overlap || depth == Depth::Deep;
        (start.max(self.floor), whole)
    }

    /// The span that can be read again without asking for pages by the hundred.
    fn affordable(&self) -> Duration {
        let longest = self.policy.deep + self.policy.deep_every_most * 2;
        Duration::from_secs_f64((MOST_AGAIN / self.density.max(0.001)).min(longest.as_secs_f64()))
    }
}
