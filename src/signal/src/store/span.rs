//! A stretch of time, and the round widths it is cut into.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchdeck_domain::Timestamp;

/// From an instant up to another, which is no longer of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

/// Widths that people can count with, in milliseconds.
const WIDTHS: [u64; 24] = [
    1,
    10,
    100,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    2 * 60_000,
    5 * 60_000,
    10 * 60_000,
    15 * 60_000,
    30 * 60_000,
    3_600_000,
    2 * 3_600_000,
    3 * 3_600_000,
    6 * 3_600_000,
    12 * 3_600_000,
    24 * 3_600_000,
    7 * 24 * 3_600_000,
    28 * 24 * 3_600_000,
];

impl Span {
    /// How long it is.
    pub fn length(self) -> Duration {
        self.to.since(self.from)
    }

    /// Whether an instant is of it.
    pub fn holds(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }

    /// The smallest round width of which `most` cover it.
    pub fn width(self, most: usize) -> Duration {
        let fits = |width: &&u64| {
            let width = Duration::from_millis(**width);
            let from = self.from.floor(width);
            self.to.since(from).as_millis().div_ceil(width.as_millis()) <= most as u128
        };
        let last = WIDTHS.last().copied().unwrap_or(1);
        let width = WIDTHS.iter().find(fits).copied().unwrap_or_else(|| {
            let needed = self.length().as_millis().div_ceil(most.max(1) as u128);
            u64::try_from(needed).unwrap_or(u64::MAX).max(last)
        });
        Duration::from_millis(width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_round_and_few_enough() {
        let span = |from: i64, to: i64| Span {
            from: Timestamp::from_millis(from),
            to: Timestamp::from_millis(to),
        };
        let check = |from, to, most, wanted| {
            assert_eq!(span(from, to).width(most), Duration::from_millis(wanted), "{from} {to}");
        };
        check(0, 100, 100, 1);
        check(0, 10_000, 10, 1_000);
        check(500, 10_500, 10, 2_000); // eleven whole seconds are touched
        check(0, 3_600_000, 100, 60_000);
        check(0, 12 * 3_600_000, 100, 10 * 60_000);
        check(5, 5, 3, 1);
        let ages = span(i64::MIN, i64::MAX);
        assert!(ages.width(10) > Duration::from_hours(24 * 28));
        assert!(span(0, 2).holds(Timestamp::from_millis(1)));
        assert!(!span(0, 2).holds(Timestamp::from_millis(2)));
    }
}
