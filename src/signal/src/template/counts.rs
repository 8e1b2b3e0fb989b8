//! How many lines came in which minute.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use watchdeck_domain::Timestamp;

/// The width of a bucket.
pub const BUCKET: Duration = Duration::from_mins(1);
/// The most buckets that are told apart: the newest six hours.
const MOST: i64 = 360;

/// Lines counted by the minute of their event time. A late line counts in the minute it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// The minutes in which there were any, in order, each with how many.
    minutes: VecDeque<(i64, u32)>,
    /// Lines of minutes before all of these.
    before: u64,
}

impl Counts {
    /// Counts one line.
    pub(super) fn add(&mut self, at: Timestamp) {
        self.add_many(minute(at), 1);
    }

    fn add_many(&mut self, minute: i64, count: u32) {
        let newest = self.minutes.back().map_or(minute, |(newest, _)| (*newest).max(minute));
        if minute <= newest.saturating_sub(MOST) {
            self.before += u64::from(count);
            return;
        }
        // nearly every line belongs to the newest minute or begins one
        let at = match self.minutes.back() {
            Some((last, _)) if *last == minute => self.minutes.len() - 1,
            Some((last, _)) if *last < minute => self.minutes.len(),
            Some(_) | None => self.minutes.partition_point(|(held, _)| *held < minute),
        };
        match self.minutes.get_mut(at) {
            Some((held, lines)) if *held == minute => *lines = lines.saturating_add(count),
            Some(_) | None => self.minutes.insert(at, (minute, count)),
        }
        while let Some((oldest, lines)) = self.minutes.front().copied()
            && oldest <= newest.saturating_sub(MOST)
        {
            self.before += u64::from(lines);
            self.minutes.pop_front();
        }
    }

    /// Counts what another has counted.
    pub(super) fn join(&mut self, other: &Self) {
        self.before += other.before;
        for (minute, count) in &other.minutes {
            self.add_many(*minute, *count);
        }
    }

    /// How many lines were counted in minutes of a range.
    pub(super) fn within(&self, minutes: &Range<i64>) -> u64 {
        let from = self.minutes.partition_point(|(minute, _)| *minute < minutes.start);
        let to = self.minutes.partition_point(|(minute, _)| *minute < minutes.end);
        self.minutes.range(from..to.max(from)).map(|(_, count)| u64::from(*count)).sum()
    }

    /// The minutes with their lines, in order, and the lines before them.
    pub(super) fn parts(&self) -> (Vec<(i64, u32)>, u64) {
        (self.minutes.iter().copied().collect(), self.before)
    }

    /// Puts together what [`Counts::parts`] took apart.
    pub(super) fn of(minutes: &[(i64, u32)], before: u64) -> Self {
        let mut counts = Self { before, ..Self::default() };
        for (minute, count) in minutes {
            counts.add_many(*minute, *count);
        }
        counts
    }
}

/// The minute of an instant.
pub(super) fn minute(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_line_counts_in_its_own_minute() {
        let mut counts = Counts::default();
        for minute in [10, 10, 12, 11, 10, 12] {
            counts.add(Timestamp::from_millis(minute * 60_000 + 59_999));
        }
        assert_eq!(counts.parts(), (vec![(10, 3), (11, 1), (12, 2)], 0));
        assert_eq!(counts.within(&(11..13)), 3);
        assert_eq!(counts.within(&(13..13)), 0);
    }

    #[test]
    fn what_lies_far_back_is_counted_but_no_longer_told_apart() {
        let mut counts = Counts::default();
        for minute in [0, 1, MOST, 0, -5] {
            counts.add(Timestamp::from_millis(minute * 60_000));
        }
        assert_eq!(counts.parts(), (vec![(1, 1), (MOST, 1)], 3));
    }
}
