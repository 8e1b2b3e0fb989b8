//! One group: sweeps over its past, gaps, and the watermark.

use std::time::Duration;

use watchdeck_domain::log::LogEvent;
use watchdeck_domain::reading::{LogPageAnswer, ReadError, ReadFailure};
use watchdeck_domain::{LogGroupName, Timestamp};

use super::action::{SessionId, SweepId, TailAction};
use super::lag::Lag;
use super::ledger::Ledger;
use super::pass::{Depth, Means, Pass};
use super::policy::Policy;
use super::state::Meter;
use crate::gap::{Gap, GapCause, GapChange, GapId};
use crate::placed::{News, Placed};

/// The most lines remembered of one group. Beyond it the oldest part of a gap is given up: its row stays.
const MOST_REMEMBERED: usize = 1_000_000;

/// The most lines that a deep sweep may be expected to read again.
const MOST_AGAIN: f64 = 100_000.0;

/// A tip does not reach back further, however long ago the one before was.
const TIP_SPAN: Duration = Duration::from_secs(10);

/// For how long after lines were left out by the live tail tips are asked for.
const SAMPLED: Duration = Duration::from_secs(5);

/// Tells the passes of sweeps from live sessions among the ledger's sources.
const PASS: u64 = 1 << 63;

/// The tail of one log group.
#[derive(Clone, Debug)]
pub struct Tail {
    group: LogGroupName,
    policy: Policy,
    ledger: Ledger,
    gaps: Vec<Gap>,
    news: News,
    /// No sweep looks before it.
    floor: Timestamp,
    /// Up to here a sweep has told everything, gaps aside.
    covered: Option<Timestamp>,
    /// The sweep under way.
    sweep: Option<Pass>,
    /// The tip under way.
    tip: Option<Pass>,
    /// Up to where the last tip or sweep read.
    tip_to: Option<Timestamp>,
    /// Whether the live tail brought lines since the last tip.
    rang: bool,
    sampled_at: Option<Timestamp>,
    lag: Lag,
    last_asked: Option<Timestamp>,
    /// How many pages the last sweep took.
    last_pages: u32,
    deep_due: Timestamp,
    deep_every: Duration,
    /// How far back the next deep sweep begins.
    deep_from: Timestamp,
    /// Lines a second, as the last sweep found them.
    density: f64,
    wait_until: Timestamp,
    failures: u32,
    failure: Option<ReadError>,
    next_number: u64,
    meter: Meter,
}

impl Tail {
    /// The tail of `group`, from [`Policy::since`] before now on. Its gaps and sweeps get numbers from `first` on.
    pub fn new(group: LogGroupName, policy: Policy, first: u64, now: Timestamp) -> Self {
        Self {
            group,
            ledger: Ledger::default(),
            gaps: Vec::new(),
            news: News::default(),
            floor: now - policy.since,
            covered: None,
            sweep: None,
            tip: None,
            tip_to: None,
            rang: false,
            sampled_at: None,
            lag: Lag::default(),
            last_asked: None,
            last_pages: 0,
            deep_due: now + policy.deep_every,
            deep_every: policy.deep_every,
            deep_from: now - policy.since,
            density: 0.0,
            wait_until: now,
            failures: 0,
            failure: None,
            next_number: first,
            meter: Meter::default(),
            policy,
        }
    }

    /// The group.
    pub fn group(&self) -> &LogGroupName {
        &self.group
    }

    /// Up to when every line is known; nothing until the first sweep has ended.
    pub fn complete_to(&self) -> Option<Timestamp> {
        let covered = self.covered?;
        Some(self.gaps.iter().map(|gap| gap.from).fold(covered, Ord::min))
    }

    /// The spans of which lines may be missing.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Why the group cannot be read at present.
    pub fn failure(&self) -> Option<&ReadError> {
        self.failure.as_ref()
    }

    /// Whether pages wait to be asked for that follow others.
    pub(super) fn is_behind(&self) -> bool {
        let passes = [&self.tip, &self.sweep].into_iter().flatten();
        passes.into_iter().any(|pass| pass.in_flight.is_none() && pass.has_token())
    }

    /// Whether the group cannot be read for a reason of its own, which time alone will not mend.
    pub(super) fn is_unreadable(&self) -> bool {
        self.failure.as_ref().is_some_and(|error| GapCause::of(error.failure).is_of_the_group())
    }

    pub(super) fn meter(&self) -> Meter {
        self.meter
    }

    /// What was found out since last asked.
    pub fn drain(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    /// Takes a line that came live.
    pub fn live_line(&mut self, session: SessionId, event: LogEvent, now: Timestamp) {
        self.meter.live_lines += 1;
        self.rang = true;
        self.lag.live(&event, now);
        let new = self.ledger.counted(session.0, &event, now);
        self.tell(event, new, now);
    }

    /// Lines are missing since an instant: the live tail broke off.
    pub fn lost(&mut self, since: Timestamp) {
        self.open_gap(GapCause::Disconnected, since, None);
    }

    /// Lines come again, live or by sweeps alone.
    pub fn restored(&mut self, now: Timestamp) {
        self.end_gaps(now, |cause| cause == GapCause::Disconnected);
    }

    /// Lines of a span were left out.
    pub fn sampled(&mut self, from: Timestamp, to: Timestamp) {
        self.sampled_at = Some(to);
        self.open_gap(GapCause::Sampled, from, Some(to));
    }

    /// The page to ask for now, if one is due.
    pub(super) fn ask(&mut self, now: Timestamp, means: Means) -> Option<TailAction> {
        let due = |due: Option<Timestamp>| due.filter(|due| *due <= now);
        let (tip, sweep) = (due(self.tip_due(means)), due(self.sweep_due(means)));
        // what has waited longer, so that neither keeps the other from its turn where calls are few
        let action = match (tip, sweep) {
            (None, None) => None,
            (Some(tip), Some(sweep)) if tip < sweep => self.ask_tip(now, means),
            (Some(_), None) => self.ask_tip(now, means),
            (None | Some(_), Some(_)) => self.ask_sweep(now, means),
        }?;
        self.meter.calls += 1;
        Some(action)
    }

    fn ask_tip(&mut self, now: Timestamp, means: Means) -> Option<TailAction> {
        if self.tip.is_none() {
            let overlap = self.lag.tip_overlap(&self.policy, means.live);
            let start = self.tip_to.map_or(now, |to| to - overlap).max(now - TIP_SPAN);
            self.tip = Some(Pass::new(Depth::Tip, self.number(), start.max(self.floor), now));
            (self.tip_to, self.rang) = (Some(now), false);
        }
        let name = SweepId(self.number());
        Some(self.tip.as_mut()?.ask(name, &self.group, self.policy.pattern.as_ref()))
    }

    fn ask_sweep(&mut self, now: Timestamp, means: Means) -> Option<TailAction> {
        if self.sweep.is_none() {
            let depth = if now >= self.deep_due { Depth::Deep } else { Depth::Near };
            let start = self.start(now, depth, means.live);
            self.sweep = Some(Pass::new(depth, self.number(), start, now));
            (self.last_asked, self.tip_to, self.rang) = (Some(now), Some(now), false);
        }
        let name = SweepId(self.number());
        Some(self.sweep.as_mut()?.ask(name, &self.group, self.policy.pattern.as_ref()))
    }

    /// When the next page should be asked for; nothing while all that is wanted is under way.
    pub(super) fn due(&self, means: Means) -> Option<Timestamp> {
        self.tip_due(means).into_iter().chain(self.sweep_due(means)).min()
    }

    fn sweep_due(&self, means: Means) -> Option<Timestamp> {
        let own = match &self.sweep {
            Some(sweep) if sweep.in_flight.is_some() => return None,
            Some(_) => self.wait_until,
            None => self.last_asked.map_or(self.wait_until, |asked| asked + self.every(means)),
        };
        Some(own.max(self.wait_until))
    }

    /// The time between sweeps. A gap is filled soon, but not by reading without end where there is much to read.
    fn every(&self, means: Means) -> Duration {
        let policy = &self.policy;
        let usual = if means.live { policy.sweep_live } else { policy.sweep_poll };
        if self.gaps.is_empty() {
            return usual;
        }
        policy.sweep_gap.saturating_mul(self.last_pages.max(1)).min(usual)
    }

    fn tip_due(&self, means: Means) -> Option<Timestamp> {
        if let Some(tip) = &self.tip {
            return tip.in_flight.is_none().then_some(self.wait_until);
        }
        // before the first sweep has ended there is nothing to be ahead of; a slowed account's calls are for sweeps
        let last = self.tip_to.filter(|_| self.covered.is_some() && !means.slowed)?;
        let wanted = !means.live
            || self.sampled_at.is_some_and(|at| last.since(at) < SAMPLED)
            || (self.rang && self.lag.live_is_slow(&self.policy));
        wanted.then(|| (last + self.policy.tip_every).max(self.wait_until))
    }

    /// Takes the answer to a page.
    pub(super) fn page(
        &mut self,
        now: Timestamp,
        sweep: SweepId,
        answer: Result<LogPageAnswer, ReadError>,
        means: Means,
    ) {
        let asked = |pass: &mut Pass| pass.in_flight == Some(sweep);
        let answered = self.tip.take_if(asked).or_else(|| self.sweep.take_if(asked));
        let Some(mut pass) = answered else { return };
        pass.in_flight = None;
        match answer {
            Ok(page) => self.read(now, pass, page, means),
            Err(error) => self.failed(now, pass, error, means.live),
        }
    }

    fn read(&mut self, now: Timestamp, mut pass: Pass, page: LogPageAnswer, means: Means) {
        (self.failures, self.failure, self.wait_until) = (0, None, now);
        self.end_gaps(now, GapCause::is_of_pages);
        pass.pages += 1;
        pass.lines += page.events.len() as u64;
        for event in page.events {
            self.meter.swept_lines += 1;
            let new = match &event.event_id {
                Some(id) => self.ledger.identified(id, &event, now),
                None => self.ledger.counted(pass.number | PASS, &event, now),
            };
            pass.found += u64::from(new);
            self.tell(event, new, now);
        }
        if pass.goes_on(page.next) {
            return self.put_back(pass);
        }
        if pass.depth != Depth::Tip {
            self.covered_by(&pass);
            self.forget(now, means);
        }
    }

    fn put_back(&mut self, pass: Pass) {
        match pass.depth {
            Depth::Tip => self.tip = Some(pass),
            Depth::Near | Depth::Deep => self.sweep = Some(pass),
        }
    }

    /// A sweep has ended: what it must have seen is known.
    fn covered_by(&mut self, swept: &Pass) {
        let to = swept.asked - self.policy.settle;
        self.last_pages = swept.pages;
        self.density = swept.density();
        if swept.depth == Depth::Deep {
            // who finds nothing looks less often, and as much further back
            let every = if swept.found == 0 { self.deep_every * 2 } else { self.policy.deep_every };
            self.deep_every = every.min(self.policy.deep_every_most);
            self.deep_due = swept.asked + self.deep_every;
            self.deep_from = swept.asked - self.policy.deep;
        }
        self.covered = Some(self.covered.map_or(to, |covered| covered.max(to)));
        let mut gaps = std::mem::take(&mut self.gaps);
        gaps.retain_mut(|gap| {
            if gap.from < swept.start || gap.from > to {
                return true;
            }
            if gap.to.is_some_and(|end| end <= to) {
                self.news.gaps.push(GapChange::Closed(gap.id));
                return false;
            }
            if gap.from < to {
                gap.from = to;
                self.news.gaps.push(GapChange::Set(gap.clone()));
            }
            true
        });
        self.gaps = gaps;
    }

    fn failed(&mut self, now: Timestamp, mut pass: Pass, error: ReadError, live: bool) {
        self.failures = self.failures.saturating_add(1);
        let mut wait = self.policy.wait(self.failures);
        let own = GapCause::of(error.failure);
        let cause = match error.failure {
            ReadFailure::Throttled => {
                self.meter.throttled += 1;
                (!live).then_some(own)
            }
            ReadFailure::Refused | ReadFailure::Malformed => {
                // a token that is not accepted any more: the pass begins anew
                if pass.has_token() {
                    pass.begin_again(self.number());
                    (!live).then_some(own)
                } else {
                    Some(own)
                }
            }
            ReadFailure::TimedOut | ReadFailure::Unreachable | ReadFailure::Fault => {
                (!live).then_some(own)
            }
            ReadFailure::Denied
            | ReadFailure::Missing
            | ReadFailure::Expired
            | ReadFailure::NoCredentials
            | ReadFailure::Unsupported => {
                wait = self.policy.backoff_most;
                Some(own)
            }
        };
        self.wait_until = now + wait;
        if let Some(cause) = cause {
            let from = self.covered.unwrap_or(self.floor);
            self.open_gap(cause, from, None);
        }
        // a sweep brings what a tip would have brought
        if pass.depth != Depth::Tip {
            self.put_back(pass);
        }
        self.failure = Some(error);
    }

    /// Where a sweep begins: before all that is not known, and an overlap earlier.
    fn start(&self, now: Timestamp, depth: Depth, live: bool) -> Timestamp {
        let unknown = self.complete_to().unwrap_or(self.floor);
        let near = unknown - self.lag.overlap(&self.policy, live);
        let start = match depth {
            Depth::Tip | Depth::Near => near,
            // what is too much to read again is not read again
            Depth::Deep => near.min(self.deep_from.max(now - self.affordable())),
        };
        start.max(self.floor)
    }

    /// The span that can be read again without asking for pages by the hundred.
    fn affordable(&self) -> Duration {
        let longest = self.policy.deep + self.policy.deep_every_most * 2;
        Duration::from_secs_f64((MOST_AGAIN / self.density.max(0.001)).min(longest.as_secs_f64()))
    }

    fn tell(&mut self, event: LogEvent, new: bool, now: Timestamp) {
        if !new {
            self.meter.repeats += 1;
            return;
        }
        self.lag.saw(&event, now);
        let slow = event.ingested.since(event.timestamp) >= self.policy.late_after;
        let late = slow || self.complete_to().is_some_and(|known| event.timestamp <= known);
        self.news.lines.push(Placed { event, late });
    }

    /// Opens a gap, or lengthens one of the same cause that it adjoins.
    fn open_gap(&mut self, cause: GapCause, from: Timestamp, to: Option<Timestamp>) {
        // what a sweep has told is known, whatever live tail missed of it
        let from = self.covered.map_or(from, |covered| covered.max(from));
        let to = to.map(|to| to.max(from));
        let adjoining = |gap: &&mut Gap| {
            gap.cause == cause
                && gap.to.is_none_or(|end| end + Duration::from_secs(1) >= from)
                && to.is_none_or(|to| gap.from <= to)
        };
        if let Some(gap) = self.gaps.iter_mut().find(adjoining) {
            let (old_from, old_to) = (gap.from, gap.to);
            gap.from = gap.from.min(from);
            gap.to = match (gap.to, to) {
                (Some(end), Some(to)) => Some(end.max(to)),
                (None, _) | (_, None) => None,
            };
            if (old_from, old_to) != (gap.from, gap.to) {
                self.news.gaps.push(GapChange::Set(gap.clone()));
            }
            return;
        }
        let gap = Gap { id: GapId(self.number()), group: self.group.clone(), from, to, cause };
        self.news.gaps.push(GapChange::Set(gap.clone()));
        self.gaps.push(gap);
    }

    fn end_gaps(&mut self, now: Timestamp, which: impl Fn(GapCause) -> bool) {
        for gap in self.gaps.iter_mut().filter(|gap| gap.to.is_none() && which(gap.cause)) {
            gap.to = Some(now.max(gap.from));
            self.news.gaps.push(GapChange::Set(gap.clone()));
        }
    }

    /// Lets go of what no sweep will see again.
    fn forget(&mut self, now: Timestamp, means: Means) {
        let near = self.start(now, Depth::Near, means.live) - self.policy.overlap;
        let tip = now - TIP_SPAN;
        self.ledger.forget_before(self.deep_from.min(near).min(tip), now);
        if let Some(floor) = self.ledger.forget_beyond(MOST_REMEMBERED) {
            self.floor = self.floor.max(floor);
            // what lies before is given up; its row stays on the screen
            let news = &mut self.news.gaps;
            self.gaps.retain_mut(|gap| {
                if gap.from >= floor {
                    return true;
                }
                let end = gap.to.unwrap_or(floor).min(floor);
                news.push(GapChange::Set(Gap { to: Some(end), ..gap.clone() }));
                false
            });
        }
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }
}
