//! The spans and limits of a tail.

use std::time::Duration;

/// How a pane listens. The defaults suit an account with default quotas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How much history is read at the start.
    pub since: Duration,
    /// A filter pattern for the server; then the pane knows only of what matches.
    pub pattern: Option<String>,
    /// How far before the watermark a sweep begins: lines late by less are found by the next sweep.
    pub overlap: Duration,
    /// How far back a deep sweep begins: lines late by less are found in the end.
    pub deep: Duration,
    /// How often a sweep is a deep one.
    pub deep_every: Duration,
    /// How long after its ingestion a line may be missing from a page.
    pub settle: Duration,
    /// The time between sweeps beside a live tail that runs.
    pub sweep_live: Duration,
    /// The time between sweeps while there is none, or while a gap is to be filled.
    pub sweep_poll: Duration,
    /// The most calls for pages in a second, over all groups. `FilterLogEvents` allows 5 in the strictest regions.
    pub calls_per_second: u32,
    /// How long a live tail may be silent; a healthy one speaks every second.
    pub frame_limit: Duration,
    /// How long opening a live tail may take.
    pub open_limit: Duration,
    /// The age at which a session is replaced; the service ends it after three hours.
    pub session_limit: Duration,
    /// A line that was under way so long is late.
    pub late_after: Duration,
    /// The first wait after a failure; each further one doubles it.
    pub backoff: Duration,
    /// The longest wait after a failure.
    pub backoff_most: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            since: Duration::from_mins(15),
            pattern: None,
            overlap: Duration::from_secs(30),
            deep: Duration::from_mins(15),
            deep_every: Duration::from_mins(5),
            settle: Duration::from_secs(5),
            sweep_live: Duration::from_secs(15),
            sweep_poll: Duration::from_secs(2),
            calls_per_second: 2,
            frame_limit: Duration::from_secs(5),
            open_limit: Duration::from_secs(10),
            session_limit: Duration::from_mins(175),
            late_after: Duration::from_secs(30),
            backoff: Duration::from_secs(1),
            backoff_most: Duration::from_secs(30),
        }
    }
}

impl Policy {
    /// The wait after so many failures in a row.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let doubled = self.backoff.saturating_mul(1 << failures.saturating_sub(1).min(16));
        doubled.min(self.backoff_most)
    }
}
