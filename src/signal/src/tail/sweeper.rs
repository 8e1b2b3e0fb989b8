//! One group: sweeps over its past, gaps, and the watermark.

use std::time::Duration;

use watchdeck_domain::log::LogEvent;
use watchdeck_domain::reading::{LogPage, LogPageAnswer, ReadError, ReadFailure};
use watchdeck_domain::{LogGroupName, Timestamp};

use super::action::{SessionId, SweepId, TailAction};
use super::ledger::Ledger;
use super::policy::Policy;
use super::state::Meter;
use crate::gap::{Gap, GapCause, GapChange, GapId};
use crate::placed::{News, Placed};

/// The most lines remembered of one group. Beyond it the oldest part of a gap is given up: its row stays.
const MOST_REMEMBERED: usize = 1_000_000;

/// So many times in a row a server may give back the token it was given; then it has no more to say.
const MOST_STUCK: u32 = 3;

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
    sweep: Option<Sweep>,
    last_asked: Option<Timestamp>,
    deep_due: Timestamp,
    wait_until: Timestamp,
    failures: u32,
    failure: Option<ReadError>,
    next_number: u64,
    meter: Meter,
}

/// A sweep under way: pages of one span.
#[derive(Clone, Debug)]
struct Sweep {
    /// Names this pass; a pass that is begun anew has another name.
    pass: u64,
    start: Timestamp,
    end: Timestamp,
    asked: Timestamp,
    next: Option<String>,
    in_flight: Option<SweepId>,
    deep: bool,
    /// How many times in a row the server gave back the token it was given.
    stuck: u32,
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
            last_asked: None,
            deep_due: now + policy.deep_every,
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
        let new = self.ledger.counted(session.0, &event, now);
        self.tell(event, new);
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
        self.open_gap(GapCause::Sampled, from, Some(to));
    }

    /// The page to ask for now, if one is due. `live` tells whether a live tail runs.
    pub fn ask(&mut self, now: Timestamp, live: bool) -> Option<TailAction> {
        if self.due(live)? > now {
            return None;
        }
        if self.sweep.is_none() {
            let deep = now >= self.deep_due;
            let (pass, start) = (self.number(), self.start(now, deep));
            let (end, asked) = (now, now);
            self.sweep = Some(Sweep {
                pass,
                start,
                end,
                asked,
                next: None,
                in_flight: None,
                deep,
                stuck: 0,
            });
            self.last_asked = Some(now);
        }
        let sweep = SweepId(self.number());
        let running = self.sweep.as_mut()?;
        running.in_flight = Some(sweep);
        self.meter.calls += 1;
        let page = LogPage {
            group: self.group.clone(),
            start: running.start,
            end: running.end,
            pattern: self.policy.pattern.clone(),
            next: running.next.clone(),
        };
        Some(TailAction::Sweep { sweep, page })
    }

    /// When the next page should be asked for; nothing while one is under way.
    pub fn due(&self, live: bool) -> Option<Timestamp> {
        let own = match &self.sweep {
            Some(sweep) if sweep.in_flight.is_some() => return None,
            Some(_) => self.wait_until,
            None => {
                let quick = !live || !self.gaps.is_empty();
                let every = if quick { self.policy.sweep_poll } else { self.policy.sweep_live };
                self.last_asked.map_or(self.wait_until, |asked| asked + every)
            }
        };
        Some(own.max(self.wait_until))
    }

    /// Takes the answer to a page. `live` tells whether a live tail runs.
    pub fn page(
        &mut self,
        now: Timestamp,
        sweep: SweepId,
        answer: Result<LogPageAnswer, ReadError>,
        live: bool,
    ) {
        let Some(running) = self.sweep.as_mut().filter(|s| s.in_flight == Some(sweep)) else {
            return;
        };
        running.in_flight = None;
        match answer {
            Ok(page) => self.read(now, page),
            Err(error) => self.failed(now, error, live),
        }
    }

    fn read(&mut self, now: Timestamp, page: LogPageAnswer) {
        (self.failures, self.failure, self.wait_until) = (0, None, now);
        self.end_gaps(now, |cause| matches!(cause, GapCause::Throttled | GapCause::Unreadable));
        let Some(pass) = self.sweep.as_ref().map(|sweep| sweep.pass) else { return };
        for event in page.events {
            self.meter.swept_lines += 1;
            let new = match &event.event_id {
                Some(id) => self.ledger.identified(id, &event, now),
                None => self.ledger.counted(pass | PASS, &event, now),
            };
            self.tell(event, new);
        }
        let Some(running) = &mut self.sweep else { return };
        running.stuck = if page.next == running.next { running.stuck + 1 } else { 0 };
        if page.next.is_some() && running.stuck < MOST_STUCK {
            running.next = page.next;
            return;
        }
        if let Some(swept) = self.sweep.take() {
            self.covered_by(&swept);
            self.forget(now);
        }
    }

    /// A sweep has ended: what it must have seen is known.
    fn covered_by(&mut self, swept: &Sweep) {
        let to = swept.asked - self.policy.settle;
        if swept.deep {
            self.deep_due = swept.asked + self.policy.deep_every;
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

    fn failed(&mut self, now: Timestamp, error: ReadError, live: bool) {
        self.failures = self.failures.saturating_add(1);
        let mut wait = self.policy.wait(self.failures);
        let cause = match error.failure {
            ReadFailure::Throttled => {
                self.meter.throttled += 1;
                (!live).then_some(GapCause::Throttled)
            }
            ReadFailure::Refused | ReadFailure::Malformed => {
                // a token that is not accepted any more: the pass begins anew
                let number = self.number();
                if let Some(running) = self.sweep.as_mut().filter(|sweep| sweep.next.is_some()) {
                    (running.next, running.pass) = (None, number);
                    (!live).then_some(GapCause::Unreadable)
                } else {
                    Some(GapCause::Unreadable)
                }
            }
            ReadFailure::TimedOut | ReadFailure::Unreachable | ReadFailure::Fault => {
                (!live).then_some(GapCause::Unreadable)
            }
            ReadFailure::Denied
            | ReadFailure::Missing
            | ReadFailure::Expired
            | ReadFailure::NoCredentials
            | ReadFailure::Unsupported => {
                wait = self.policy.backoff_most;
                Some(GapCause::Unreadable)
            }
        };
        self.wait_until = now + wait;
        if let Some(cause) = cause {
            let from = self.covered.unwrap_or(self.floor);
            self.open_gap(cause, from, None);
        }
        self.failure = Some(error);
    }

    /// Where a sweep begins: before all that is not known, and an overlap earlier.
    fn start(&self, now: Timestamp, deep: bool) -> Timestamp {
        let unknown = self.complete_to().unwrap_or(self.floor);
        let near = unknown - self.policy.overlap;
        let start = if deep { near.min(now - self.policy.deep) } else { near };
        start.max(self.floor)
    }

    fn tell(&mut self, event: LogEvent, new: bool) {
        if !new {
            self.meter.repeats += 1;
            return;
        }
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
    fn forget(&mut self, now: Timestamp) {
        let deep = now - self.policy.deep - self.policy.deep_every;
        let near = self.start(now, false) - self.policy.overlap;
        self.ledger.forget_before(deep.min(near), now);
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
