//! One group: sweeps over its past, gaps, and the watermark.

use std::time::Duration;

use watchdeck_domain::log::LogEvent;
use watchdeck_domain::reading::{LogPageAnswer, ReadError, ReadFailure};
use watchdeck_domain::{LogGroupName, Timestamp};

use super::accord::Accord;
use super::action::{SessionId, SweepId, TailAction};
use super::gaps::Gaps;
use super::lag::Lag;
use super::ledger::{Ledger, PASS};
use super::pass::{Depth, Means, Pass};
use super::policy::Policy;
use super::state::Meter;
use crate::gap::{Gap, GapCause, GapId};
use crate::placed::{News, Placed};

mod plan; // when, and over which span

/// The most lines remembered of one group. Beyond it the oldest part of a gap is given up: its row stays.
const MOST_REMEMBERED: usize = 1_000_000;

/// A tip does not reach back further, however long ago the one before was.
const TIP_SPAN: Duration = Duration::from_secs(10);

/// Where both have pages to ask for, a tip asks for so many before it is a sweep's turn.
const TIPS_A_SWEEP: u32 = 2;

/// A watermark further behind than that is more urgent than the newest lines: where calls are too few for both, all that is
/// vouched for comes by sweeps.
const FAR_BEHIND: Duration = Duration::from_mins(1);

/// The tail of one log group.
#[derive(Clone, Debug)]
pub struct Tail {
    group: LogGroupName,
    policy: Policy,
    ledger: Ledger,
    accord: Accord,
    gaps: Gaps,
    news: News,
    /// No sweep looks before it.
    floor: Timestamp,
    /// Up to here everything is told, by a sweep or by two witnesses, gaps aside.
    covered: Option<Timestamp>,
    /// The sweep under way.
    sweep: Option<Pass>,
    /// The tip under way.
    tip: Option<Pass>,
    /// Up to where the last tip or sweep read.
    tip_to: Option<Timestamp>,
    /// How many pages of tips were asked for since one of a sweep.
    tips: u32,
    /// Whether the live tail brought lines since the last tip.
    rang: bool,
    sampled_at: Option<Timestamp>,
    lag: Lag,
    /// When the last sweep was asked for, or would have been of no use.
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
            accord: Accord::default(),
            gaps: Gaps::default(),
            news: News::default(),
            floor: now - policy.since,
            covered: None,
            sweep: None,
            tip: None,
            tip_to: None,
            tips: 0,
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
        Some(self.gaps.first().map_or(covered, |from| from.min(covered)))
    }

    /// The spans of which lines may be missing.
    pub fn gaps(&self) -> &[Gap] {
        self.gaps.all()
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
        self.news.gaps.extend(self.gaps.drain());
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

    /// A frame came that says of nothing that it was left out.
    pub(super) fn heard(&mut self, now: Timestamp) {
        self.accord.heard(now, &self.policy);
        self.agree(now);
    }

    /// Lines are missing since an instant: the live tail broke off.
    pub fn lost(&mut self, since: Timestamp) {
        self.accord.breaks();
        self.open_gap(GapCause::Disconnected, since, None);
    }

    /// Lines come again, live or by sweeps alone.
    pub fn restored(&mut self, now: Timestamp, live: bool) {
        if live {
            self.accord.begins(now);
        }
        self.gaps.end(now, |cause| cause == GapCause::Disconnected);
    }

    /// Lines of a span were left out.
    pub fn sampled(&mut self, from: Timestamp, to: Timestamp) {
        self.sampled_at = Some(to);
        self.accord.begins(to);
        self.open_gap(GapCause::Sampled, from, Some(to));
    }

    /// Moves the watermark as far as both witnesses tell the same.
    fn agree(&mut self, now: Timestamp) {
        let (Some(covered), to) = (self.covered, self.horizon(now)) else { return };
        let spoken = self.accord.speaks_for(now, (covered, to), &self.policy);
        if to <= covered || !self.gaps.is_empty() || !spoken {
            return;
        }
        let tally = self.ledger.tally((covered, to), self.accord.owed(to));
        if !tally.is_sound() {
            return;
        }
        let known =
            tally.disputed.map_or(to, |(first, _)| first - Duration::from_millis(1)).max(covered);
        self.knows(known, now);
        if tally.disputed.is_none() {
            self.last_asked = Some(now);
        }
    }

    /// Takes note that all up to an instant is told.
    fn knows(&mut self, to: Timestamp, now: Timestamp) {
        if let Some(covered) = self.covered {
            let owed = self.accord.owed(self.horizon(now));
            self.accord.weigh(&self.ledger.tally((covered, to), owed), now);
        }
        self.covered = Some(self.covered.map_or(to, |covered| covered.max(to)));
    }

    /// Up to when both witnesses must have told by now.
    fn horizon(&self, now: Timestamp) -> Timestamp {
        now - self.policy.settle - self.lag.under_way()
    }

    /// The page to ask for now, if one is due.
    pub(super) fn ask(&mut self, now: Timestamp, means: Means) -> Option<TailAction> {
        let due = |due: Option<Timestamp>| due.filter(|due| *due <= now);
        let (tip, sweep) = (due(self.tip_due(means)), due(self.sweep_due(means)));
        let action = match (tip, sweep) {
            (None, None) => None,
            // a sweep of many pages would keep the newest lines waiting until it has ended, and they come but once a second
            (Some(_), Some(_)) if self.sweep.is_some() && !self.is_far_behind(now) => {
                if self.tips < TIPS_A_SWEEP {
                    self.ask_tip(now, means)
                } else {
                    self.ask_sweep(now, means)
                }
            }
            // what has waited longer, so that neither keeps the other from its turn where calls are few
            (Some(tip), Some(sweep)) if tip < sweep => self.ask_tip(now, means),
            (Some(_), None) => self.ask_tip(now, means),
            (None | Some(_), Some(_)) => self.ask_sweep(now, means),
        }?;
        self.meter.calls += 1;
        Some(action)
    }

    /// Whether the watermark is so far behind that it comes first.
    fn is_far_behind(&self, now: Timestamp) -> bool {
        self.covered.is_none_or(|covered| now.since(covered) > FAR_BEHIND)
    }

    fn ask_tip(&mut self, now: Timestamp, means: Means) -> Option<TailAction> {
        self.tips += 1;
        if self.tip.is_none() {
            let overlap = self.lag.tip_overlap(&self.policy, means.live);
            let start = self.tip_to.map_or(now, |to| to - overlap).max(now - TIP_SPAN);
            let start = start.max(self.floor);
            self.tip = Some(Pass::new(Depth::Tip, self.number(), start, now));
            (self.tip_to, self.rang) = (Some(now), false);
        }
        let name = SweepId(self.number());
        Some(self.tip.as_mut()?.ask(name, &self.group, self.policy.pattern.as_ref()))
    }

    fn ask_sweep(&mut self, now: Timestamp, means: Means) -> Option<TailAction> {
        self.tips = 0;
        if self.sweep.is_none() {
            let pass = self.begin(now, means);
            if pass.depth != Depth::Audit {
                self.last_asked = Some(now);
            }
            if pass.end == now {
                (self.tip_to, self.rang) = (Some(now), false);
            }
            self.sweep = Some(pass);
        }
        let name = SweepId(self.number());
        Some(self.sweep.as_mut()?.ask(name, &self.group, self.policy.pattern.as_ref()))
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
        self.gaps.end(now, GapCause::is_of_pages);
        let horizon = self.horizon(now);
        pass.pages += 1;
        pass.lines += page.events.len() as u64;
        for event in page.events {
            self.meter.swept_lines += 1;
            let new = match &event.event_id {
                Some(id) => self.ledger.identified(id, &event, now),
                None => self.ledger.counted(pass.number | PASS, &event, now),
            };
            // what is as new as that was to be found
            pass.found += u64::from(new && event.timestamp <= pass.to);
            if new && pass.depth != Depth::Tip {
                self.accord.found(&event, horizon, now);
            }
            self.tell(event, new, now);
        }
        if pass.goes_on(page.next) {
            return self.put_back(pass);
        }
        match pass.depth {
            Depth::Tip => self.accord.read(pass.start, pass.end),
            Depth::Audit => self.dug(&pass),
            Depth::Near | Depth::Deep => {
                self.accord.read(pass.start, pass.end);
                self.covered_by(&pass, now);
                self.forget(now, means);
            }
        }
    }

    fn put_back(&mut self, pass: Pass) {
        match pass.depth {
            Depth::Tip => self.tip = Some(pass),
            Depth::Near | Depth::Deep | Depth::Audit => self.sweep = Some(pass),
        }
    }

    /// A sweep has ended: what it must have seen is known.
    fn covered_by(&mut self, swept: &Pass, now: Timestamp) {
        self.last_pages = swept.pages;
        self.density = swept.density().unwrap_or(self.density);
        if swept.depth == Depth::Deep {
            self.dug(swept);
        }
        if swept.whole {
            self.lag.looked(swept.asked);
        }
        self.accord.swept(swept.asked, swept.depth == Depth::Deep);
        self.knows(swept.to, now);
        self.gaps.fill(swept.start, swept.to.min(swept.end));
    }

    /// A deep sweep has ended, or what stands for one.
    fn dug(&mut self, pass: &Pass) {
        self.deep_from = pass.asked - self.policy.deep;
        if pass.depth == Depth::Audit && pass.found > 0 {
            // what was believed is to be read
            (self.deep_due, self.deep_from) = (pass.asked, pass.start);
        } else if pass.asked >= self.deep_due {
            // who finds nothing looks less often, and as much further back
            let every = if pass.found == 0 { self.deep_every * 2 } else { self.policy.deep_every };
            self.deep_every = every.min(self.policy.deep_every_most);
            self.deep_due = pass.asked + self.deep_every;
        }
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
        // what is told is known, whatever live tail missed of it
        let from = self.covered.map_or(from, |covered| covered.max(from));
        let to = to.map(|to| to.max(from));
        if !self.gaps.lengthen(cause, from, to) {
            let id = GapId(self.number());
            self.gaps.open(id, &self.group, cause, (from, to));
        }
    }

    /// Lets go of what no sweep will see again.
    fn forget(&mut self, now: Timestamp, means: Means) {
        let near = self.start(now, Depth::Near, means.live).0 - self.policy.overlap;
        let tip = now - TIP_SPAN;
        self.ledger.forget_before(self.deep_from.min(near).min(tip), now);
        if let Some(floor) = self.ledger.forget_beyond(MOST_REMEMBERED) {
            self.floor = self.floor.max(floor);
            self.gaps.give_up_before(floor);
        }
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }
}
