//! The spans and limits of a tail.

use std::time::Duration;

/// How a pane listens. The defaults suit an account with default quotas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How much history is read at the start.
    pub since: Duration,
    /// Whether live tails are opened. Without, sweeps alone bring the lines, which is all that a span of the past needs.
    pub live: bool,
    /// A filter pattern for the server; then the pane knows only of what matches.
    pub pattern: Option<String>,
    /// How far before the watermark a sweep begins, at most: lines late by less are found by the next sweep. As far as lines of
    /// late were late will do, once that is known.
    pub overlap: Duration,
    /// How far back a deep sweep begins, beyond the time since the one before: lines late by less are found in the end.
    pub deep: Duration,
    /// How often a sweep is a deep one, at first; a deep sweep that finds nothing doubles it.
    pub deep_every: Duration,
    /// How often a sweep is a deep one, in the end.
    pub deep_every_most: Duration,
    /// How long after its ingestion a line may be missing from a page.
    pub settle: Duration,
    /// The time between sweeps beside a live tail that runs.
    pub sweep_live: Duration,
    /// The time between sweeps while there is none; tips bring the newest lines meanwhile.
    pub sweep_poll: Duration,
    /// The time between sweeps while a gap is to be filled, if they are short.
    pub sweep_gap: Duration,
    /// The time between tips: pages of the newest lines only, while there is no live tail, or one that leaves lines out or is
    /// slower than a page.
    pub tip_every: Duration,
    /// How far a tip reaches back behind the one before, at least: pages show a line a little after its ingestion.
    pub tip_overlap: Duration,
    /// How far a tip reaches back behind the one before, at most.
    pub tip_overlap_most: Duration,
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
            live: true,
            pattern: None,
            overlap: Duration::from_secs(30),
            deep: Duration::from_mins(10),
            deep_every: Duration::from_mins(5),
            deep_every_most: Duration::from_mins(20),
            settle: Duration::from_secs(5),
            sweep_live: Duration::from_secs(15),
            sweep_poll: Duration::from_secs(10),
            sweep_gap: Duration::from_secs(2),
            tip_every: Duration::from_secs(1),
            tip_overlap: Duration::from_millis(100),
            tip_overlap_most: Duration::from_secs(2),
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
    /// The policy for an account whose clock runs `speed` times as fast as ours, as the simulated one may: what waits for
    /// our own machine takes as long as before on our clock, what belongs to the account stays as it is.
    #[must_use]
    pub fn at_speed(mut self, speed: f64) -> Self {
        let speed = if speed.is_finite() { speed.clamp(1.0, 10_000.0) } else { 1.0 };
        for span in [
            &mut self.sweep_live,
            &mut self.sweep_poll,
            &mut self.sweep_gap,
            &mut self.tip_every,
            &mut self.frame_limit,
            &mut self.open_limit,
            &mut self.backoff,
            &mut self.backoff_most,
        ] {
            *span = span.mul_f64(speed);
        }
        self
    }

    /// The wait after so many failures in a row.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let doubled = self.backoff.saturating_mul(1 << failures.saturating_sub(1).min(16));
        doubled.min(self.backoff_most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_account_is_given_as_long_on_our_clock() {
        let policy = Policy::default().at_speed(60.0);
        assert_eq!(policy.frame_limit, Duration::from_mins(5));
        assert_eq!(policy.settle, Policy::default().settle);
        assert_eq!(Policy::default().at_speed(0.1), Policy::default());
        assert_eq!(Policy::default().at_speed(f64::NAN), Policy::default());
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = Policy::default();
        let waits: Vec<u64> = (1..8).map(|failures| policy.wait(failures).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(policy.wait(u32::MAX), policy.backoff_most);
    }
}
