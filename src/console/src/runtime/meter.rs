//! How much the console asks of the account: every question passes here and is counted.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{LiveTail, ReadFailure};
use watchdeck_domain::{Answer, Query, ReadError, Source, Task};

use crate::app::Meter;

/// Counts of a session, shared by everyone who asks.
#[derive(Debug, Default)]
pub struct Counts {
    calls: AtomicU64,
    throttled: AtomicU64,
}

impl Counts {
    fn of<T>(&self, answer: &Result<T, ReadError>) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if answer.as_ref().is_err_and(|error| error.failure == ReadFailure::Throttled) {
            self.throttled.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A source whose questions are counted.
pub struct MeteredSource {
    source: Arc<dyn Source>,
    counts: Arc<Counts>,
}

impl MeteredSource {
    /// The same source, counted.
    pub fn new(source: Arc<dyn Source>, counts: Arc<Counts>) -> Self {
        Self { source, counts }
    }
}

impl Source for MeteredSource {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        Box::pin(async move {
            let answer = self.source.read(query).await;
            self.counts.of(&answer);
            answer
        })
    }

    fn live_tail(
        &self,
        groups: Vec<LogGroup>,
        pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>> {
        Box::pin(async move {
            let answer = self.source.live_tail(groups, pattern).await;
            self.counts.of(&answer);
            answer
        })
    }
}

impl std::fmt::Debug for MeteredSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MeteredSource").field("counts", &self.counts).finish_non_exhaustive()
    }
}

/// Seconds that the rate of calls is the mean of: shorter ones jump, longer ones hide a storm.
const SECONDS: usize = 10;

/// Reads the counts once a second and tells what the header shows.
#[derive(Debug, Default)]
pub struct Gauge {
    counts: Arc<Counts>,
    /// The number of calls at each of the last ticks.
    seconds: VecDeque<u64>,
    shown: Meter,
}

impl Gauge {
    /// A gauge of these counts.
    pub fn new(counts: Arc<Counts>) -> Self {
        Self { counts, ..Self::default() }
    }

    /// A second has passed: the new reading, if it differs from the one shown.
    pub fn tick(&mut self) -> Option<Meter> {
        let calls = self.counts.calls.load(Ordering::Relaxed);
        // Before the first ten seconds are over everything is of the last ten.
        let before =
            if self.seconds.len() < SECONDS { 0 } else { self.seconds.pop_front().unwrap_or(0) };
        self.seconds.push_back(calls);
        let reading = Meter {
            calls: u32::try_from(calls.saturating_sub(before)).unwrap_or(u32::MAX),
            throttled: self.counts.throttled.load(Ordering::Relaxed),
        };
        let changed = reading != self.shown;
        self.shown = reading;
        changed.then_some(reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gauge_tells_the_calls_of_the_last_ten_seconds() {
        let counts = Arc::new(Counts::default());
        let mut gauge = Gauge::new(Arc::clone(&counts));
        counts.of::<()>(&Ok(()));
        counts.of::<()>(&Err(ReadError::new(ReadFailure::Throttled, "logs:FilterLogEvents", "")));
        assert_eq!(gauge.tick(), Some(Meter { calls: 2, throttled: 1 }));
        for _ in 1..SECONDS {
            assert_eq!(gauge.tick(), None);
        }
        assert_eq!(gauge.tick(), Some(Meter { calls: 0, throttled: 1 }));
    }
}
