//! Time as an argument: timestamps in milliseconds, and the clock port.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::reading::Task;

/// An instant in UTC, in milliseconds since 1970-01-01, as CloudWatch Logs counts.
///
/// Made by a [`Clock`] or read from an answer; nothing else asks the machine for the time.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Parses RFC 3339, such as `2026-11-22T03:00:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }

    /// The time from `earlier` to this, or zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// This instant rounded down to a whole multiple of `step`.
    #[must_use]
    pub fn floor(self, step: Duration) -> Self {
        let step = i64::try_from(step.as_millis()).unwrap_or(i64::MAX).max(1);
        Self(self.0.div_euclid(step).saturating_mul(step))
    }

    /// `HH:MM:SS` in UTC.
    pub fn clock(self) -> String {
        self.strftime("%H:%M:%S")
    }

    /// `HH:MM:SS.mmm` in UTC.
    pub fn clock_millis(self) -> String {
        format!("{}.{:03}", self.clock(), self.0.rem_euclid(1000))
    }

    /// `YYYY-MM-DD` in UTC.
    pub fn date(self) -> String {
        self.strftime("%Y-%m-%d")
    }

    fn strftime(self, format: &str) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .map_or_else(|_| self.0.to_string(), |t| t.strftime(format).to_string())
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    /// `2026-11-22T03:00:00.000Z`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}Z", self.strftime("%Y-%m-%dT%H:%M:%S"), self.0.rem_euclid(1000))
    }
}

/// Where time comes from. The real one is `console::runtime::clock`; on the simulated account it is
/// the account's virtual clock, so that a wait of a minute passes as fast as the account lives.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Timestamp;
    /// Completes once `span` of this clock has passed.
    fn sleep(&self, span: Duration) -> Task<'_, ()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_reads_back_as_written() {
        let at = Timestamp::parse("2026-11-22T03:04:05.006Z").unwrap();
        assert_eq!(at.to_string(), "2026-11-22T03:04:05.006Z");
        assert_eq!(at.clock_millis(), "03:04:05.006");
        assert_eq!(at.floor(Duration::from_mins(1)).clock(), "03:04:00");
    }

    #[test]
    fn time_does_not_run_backwards() {
        let at = Timestamp::from_millis(5);
        assert_eq!(at.since(Timestamp::from_millis(9)), Duration::ZERO);
        assert_eq!(
            Timestamp::from_millis(i64::MAX) + Duration::from_secs(1),
            Timestamp::from_millis(i64::MAX)
        );
    }
}
