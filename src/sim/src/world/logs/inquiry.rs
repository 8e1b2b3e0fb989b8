//! Queries of Logs Insights: what came of each, and how far it is at a moment.

use std::collections::VecDeque;

use watchdeck_query::{Outcome, Statistics};

use crate::world::measure::{float, whole};

/// Queries that are remembered; of more, the oldest that ended is forgotten.
const KEPT: usize = 200;
/// How long a query waits before it runs.
const SCHEDULED_MS: i64 = 250;
/// How long the shortest one runs.
const SHORTEST_MS: i64 = 750;
/// How many lines are scanned in a millisecond.
const LINES_A_MS: u64 = 100;

/// All queries of a region, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Inquiries(VecDeque<Inquiry>);

/// One query. It is run as soon as it is asked, and told as if it took its time.
#[derive(Debug)]
pub(crate) struct Inquiry {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) groups: Vec<String>,
    pub(crate) by: String,
    pub(crate) asked_ms: i64,
    pub(crate) stopped_ms: Option<i64>,
    pub(crate) outcome: Outcome,
}

/// How far a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Scheduled,
    Running,
    Complete,
    Cancelled,
}

impl Status {
    /// As AWS calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "Scheduled",
            Self::Running => "Running",
            Self::Complete => "Complete",
            Self::Cancelled => "Cancelled",
        }
    }

    /// Whether it will change.
    pub(crate) const fn is_under_way(self) -> bool {
        matches!(self, Self::Scheduled | Self::Running)
    }
}

impl Inquiries {
    /// Takes a query in.
    pub(crate) fn add(&mut self, inquiry: Inquiry, now_ms: i64) {
        if self.0.len() >= KEPT
            && let Some(at) = self.0.iter().position(|old| !old.status(now_ms).is_under_way())
        {
            self.0.remove(at);
        }
        self.0.push_back(inquiry);
    }

    /// How many have not ended.
    pub(crate) fn under_way(&self, now_ms: i64) -> usize {
        self.0.iter().filter(|inquiry| inquiry.status(now_ms).is_under_way()).count()
    }

    /// The query of an id.
    pub(crate) fn find(&mut self, id: &str) -> Option<&mut Inquiry> {
        self.0.iter_mut().find(|inquiry| inquiry.id == id)
    }

    /// The newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &Inquiry> {
        self.0.iter().rev()
    }
}

impl Inquiry {
    /// How far it is.
    pub(crate) fn status(&self, now_ms: i64) -> Status {
        if self.stopped_ms.is_some() {
            return Status::Cancelled;
        }
        match now_ms - self.asked_ms {
            waited if waited < SCHEDULED_MS => Status::Scheduled,
            waited if waited < SCHEDULED_MS + self.runs_ms() => Status::Running,
            _ => Status::Complete,
        }
    }

    /// How long it has run, in milliseconds.
    pub(crate) fn ran_ms(&self, now_ms: i64) -> i64 {
        let until = self.stopped_ms.unwrap_or(now_ms);
        (until - self.asked_ms - SCHEDULED_MS).clamp(0, self.runs_ms())
    }

    /// What it has scanned by now.
    pub(crate) fn statistics(&self, now_ms: i64) -> Statistics {
        let all = self.outcome.statistics;
        let share = float(self.ran_ms(now_ms)) / float(self.runs_ms().max(1));
        let part = |n: u64| {
            let n = float(i64::try_from(n).unwrap_or(i64::MAX));
            u64::try_from(whole(n * share)).unwrap_or(0)
        };
        Statistics {
            scanned: part(all.scanned),
            matched: part(all.matched),
            bytes: part(all.bytes),
            ..all
        }
    }

    fn runs_ms(&self) -> i64 {
        let scanning = self.outcome.statistics.scanned / LINES_A_MS;
        SHORTEST_MS.saturating_add(i64::try_from(scanning).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inquiry(id: usize, scanned: u64) -> Inquiry {
        Inquiry {
            id: id.to_string(),
            text: String::new(),
            groups: Vec::new(),
            by: String::new(),
            asked_ms: 1_000,
            stopped_ms: None,
            outcome: Outcome {
                statistics: Statistics { scanned, ..Statistics::default() },
                ..Outcome::default()
            },
        }
    }

    #[test]
    fn a_query_takes_its_time_and_tells_what_it_has_scanned() {
        let mut asked = inquiry(1, 25_000);
        let seen = |inquiry: &Inquiry, at| (inquiry.status(at), inquiry.statistics(at).scanned);
        assert_eq!(seen(&asked, 1_000), (Status::Scheduled, 0));
        assert_eq!(seen(&asked, 1_750), (Status::Running, 12_500));
        assert_eq!(seen(&asked, 2_250), (Status::Complete, 25_000));
        asked.stopped_ms = Some(1_750);
        assert_eq!(seen(&asked, 9_000), (Status::Cancelled, 12_500));
    }

    #[test]
    fn the_oldest_that_ended_is_forgotten_and_none_that_is_under_way() {
        let mut all = Inquiries::default();
        for id in 0..=KEPT {
            all.add(inquiry(id, 0), 9_000);
        }
        assert!(all.find("0").is_none() && all.find("1").is_some());
        for id in 0..=KEPT {
            all.add(inquiry(1_000 + id, 0), 1_000);
        }
        assert!(all.find("1000").is_some());
    }
}
