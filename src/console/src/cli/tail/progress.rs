//! What is said beside the lines: which groups cannot be read, what may be missing, and up to when all is known.

use std::collections::BTreeMap;
use std::time::Duration;

use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{LogGroupName, Printable, ReadError, Timestamp};
use watchdeck_signal::tail::{Pane, Tail};
use watchdeck_signal::{Gap, GapChange, GapId};

use super::super::failure::{Failure, FailureKind};
use super::super::output;
use super::partly;

/// How long a group may fail in a way that passes before it counts as lost, in real time.
const PATIENCE: Duration = Duration::from_mins(1);
/// How far the watermark moves before it is said again, in real time.
const STRIDE: Duration = Duration::from_mins(1);

/// What was said, and what is known.
#[derive(Debug)]
pub(super) struct Progress {
    quiet: bool,
    patience: Duration,
    stride: Duration,
    failing: BTreeMap<LogGroupName, Failing>,
    gaps: BTreeMap<GapId, Gap>,
    said: Option<Timestamp>,
}

/// A group that cannot be read at present.
#[derive(Clone, Copy, Debug)]
struct Failing {
    since: Timestamp,
    lost: bool,
}

impl Progress {
    /// Nothing is known yet. The account's time passes so many times as fast as ours.
    pub(super) fn new(quiet: bool, speed: f64) -> Self {
        let speed = if speed.is_finite() { speed.clamp(1.0, 10_000.0) } else { 1.0 };
        Self {
            quiet,
            patience: PATIENCE.mul_f64(speed),
            stride: STRIDE.mul_f64(speed),
            failing: BTreeMap::new(),
            gaps: BTreeMap::new(),
            said: None,
        }
    }

    /// Looks how the groups fare; a group that is lost is said, and that it is back.
    pub(super) fn look(&mut self, pane: &Pane, now: Timestamp) {
        for tail in pane.tails() {
            let group = tail.group();
            let Some(error) = tail.failure() else {
                if self.failing.remove(group).is_some_and(|failing| failing.lost) {
                    complain(&format!("{group} can be read again"));
                }
                continue;
            };
            let patience = self.patience;
            let fresh = Failing { since: now, lost: false };
            let failing = self.failing.entry(group.clone()).or_insert(fresh);
            if !failing.lost && (is_lasting(error) || now.since(failing.since) >= patience) {
                failing.lost = true;
                complain(&format!("{group} cannot be read: {error}\n  hint: {}", error.hint()));
            }
        }
    }

    /// Whether a group cannot be read, and is not waited for.
    pub(super) fn is_lost(&self, group: &LogGroupName) -> bool {
        self.failing.get(group).is_some_and(|failing| failing.lost)
    }

    /// Says which spans may lack lines, and which no longer do.
    pub(super) fn gaps(&mut self, changes: Vec<GapChange>) {
        for change in changes {
            match change {
                GapChange::Set(gap) => {
                    // That a group cannot be read was said with the reason.
                    let known = gap.cause.is_of_pages() && self.is_lost(&gap.group);
                    let before = self.gaps.insert(gap.id, gap.clone());
                    if before.is_none() && !known {
                        self.say(&format!("lines of {} may be missing, {gap}", gap.group));
                    }
                }
                GapChange::Closed(id) => {
                    if let Some(gap) = self.gaps.remove(&id) {
                        let from = gap.from.clock();
                        self.say(&format!("nothing of {} is missing since {from}Z", gap.group));
                    }
                }
            }
        }
    }

    /// Says up to when all is known, if that has changed much. What ends by itself says it at its end only.
    pub(super) fn watermark(&mut self, pane: &Pane, follows: bool) {
        let Some(to) = self.complete_to(pane).filter(|_| follows) else { return };
        if self.said.is_none_or(|said| to.since(said) >= self.stride) {
            self.said = Some(to);
            self.say(&format!("complete up to {}Z", to.clock()));
        }
    }

    /// Says it once more at the end, with what is still missing, and how much of the span may still grow.
    pub(super) fn last(&self, pane: &Pane, until: Option<Timestamp>) {
        for gap in self.gaps.values().filter(|gap| !self.is_lost(&gap.group)) {
            self.say(&format!("lines of {} are still missing, {gap}", gap.group));
        }
        match self.complete_to(pane) {
            Some(to) => {
                let open = until.map_or(0, |until| until.since(to).as_millis().div_ceil(1000));
                let open = match open {
                    0 => String::new(),
                    seconds => format!("; the last {seconds} s may still grow"),
                };
                self.say(&format!("complete up to {}Z{open}", to.clock()));
            }
            None => self.say("nothing is complete"),
        }
    }

    /// How it ended, if it has: everything up to an instant is known, or nobody is left to tell it.
    pub(super) fn ended(
        &self,
        pane: &Pane,
        until: Option<Timestamp>,
    ) -> Option<Result<(), Failure>> {
        let all = pane.tails().count();
        let lost = pane.tails().filter(|tail| self.is_lost(tail.group())).count();
        let never = |tail: &Tail| self.is_lost(tail.group()) && tail.complete_to().is_none();
        if all > 0 && pane.tails().all(never) {
            let what = if all == 1 { "the log group" } else { "none of the log groups" };
            let verb = if all == 1 { "cannot" } else { "can" };
            let what = format!("{what} {verb} be read");
            return Some(Err(Failure::new(FailureKind::Failed, what, "")));
        }
        let until = until?;
        let known = |tail: &Tail| tail.complete_to().is_some_and(|to| to >= until);
        let over = pane.tails().all(|tail| known(tail) || self.is_lost(tail.group()));
        over.then(|| if lost == 0 { Ok(()) } else { Err(partly(lost, all)) })
    }

    /// Up to when every line of every group is known that is not lost.
    fn complete_to(&self, pane: &Pane) -> Option<Timestamp> {
        let left = pane.tails().filter(|tail| !self.is_lost(tail.group()));
        left.map(Tail::complete_to).min().flatten()
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            complain(text);
        }
    }
}

/// Whether asking again will not help by itself.
fn is_lasting(error: &ReadError) -> bool {
    match error.failure {
        ReadFailure::Denied
        | ReadFailure::Expired
        | ReadFailure::NoCredentials
        | ReadFailure::Missing
        | ReadFailure::Refused
        | ReadFailure::Unsupported => true,
        ReadFailure::Throttled
        | ReadFailure::Unreachable
        | ReadFailure::TimedOut
        | ReadFailure::Malformed
        | ReadFailure::Fault => false,
    }
}

fn complain(text: &str) {
    let lines = text.lines().map(|line| Printable::new(line).as_str().to_owned() + "\n");
    output::complain(&format!("watchdeck: {}", lines.collect::<String>()));
}
