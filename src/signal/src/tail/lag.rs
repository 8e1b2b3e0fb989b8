//! How late lines come: from their time to their ingestion, and from there to us by a live tail.

use std::time::Duration;

use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogEvent;

use super::policy::Policy;

/// A line later than all others is remembered at least so long.
const REMEMBERED: Duration = Duration::from_mins(10);
/// So many lines tell how late lines come.
const ENOUGH: u32 = 200;
/// So many sweeps without a live tail look as far back as they may before any looks less far, and then one of so many.
const WHOLE_FIRST: u32 = 2;
const WHOLE_EVERY: u32 = 6;
/// How far a tip reaches back beside a live tail, at most.
const TIP_OVERLAP_LIVE: Duration = Duration::from_millis(300);
/// How far it does without one, at least, until it is known how late lines are.
const TIP_OVERLAP_FIRST: Duration = Duration::from_secs(1);
/// What one more line of a live tail counts against those before it.
const SHARE: f64 = 0.02;

/// What was seen of one group.
#[derive(Clone, Debug, Default)]
pub(super) struct Lag {
    /// The greatest time between a line and its ingestion, in this span and in the one before.
    greatest: [Duration; 2],
    span_began: Timestamp,
    lines: u32,
    /// How long lines of a live tail were under way from their ingestion, on average.
    live_ms: Option<f64>,
    /// How many sweeps looked as far back as the policy says, and when the last of them was asked for.
    whole: u32,
    whole_at: Timestamp,
}

impl Lag {
    /// Takes note of a line, however it came.
    pub(super) fn saw(&mut self, event: &LogEvent, now: Timestamp) {
        if now.since(self.span_began) >= REMEMBERED {
            let [current, _] = self.greatest;
            (self.greatest, self.span_began) = ([Duration::ZERO, current], now);
        }
        self.lines = self.lines.saturating_add(1);
        let [current, _] = &mut self.greatest;
        *current = event.ingested.since(event.timestamp).max(*current);
    }

    /// Takes note of a line that a live tail brought now.
    pub(super) fn live(&mut self, event: &LogEvent, now: Timestamp) {
        let under_way = now.since(event.ingested).as_secs_f64() * 1000.0;
        let before = self.live_ms.unwrap_or(under_way);
        self.live_ms = Some(before + (under_way - before) * SHARE);
    }

    /// A sweep has ended that looked for late lines as far back as the policy says.
    pub(super) fn looked(&mut self, asked: Timestamp) {
        (self.whole, self.whole_at) = (self.whole.saturating_add(1), asked);
    }

    /// Whether enough lines came to tell how late they are.
    pub(super) fn is_known(&self) -> bool {
        self.lines >= ENOUGH
    }

    /// How far before the watermark a sweep should look for lines that came late: as far as lines were late, once that is
    /// known. A live tail brings late lines too; where sweeps are all there is, one in a while looks as far as the policy
    /// says, or nobody would know.
    pub(super) fn overlap(&self, policy: &Policy, live: bool, now: Timestamp) -> Duration {
        let looked = || {
            let lately = policy.sweep_poll * WHOLE_EVERY;
            self.whole >= WHOLE_FIRST && now.since(self.whole_at) < lately
        };
        if !self.is_known() || !(live || looked()) {
            return policy.overlap;
        }
        (self.greatest() * 3 / 2 + Duration::from_secs(2)).min(policy.overlap)
    }

    /// How far before the last page's end the next one should begin when only the newest lines are looked for. What comes
    /// later than that the live tail brings, if there is one.
    pub(super) fn tip_overlap(&self, policy: &Policy, live: bool) -> Duration {
        let most = if live { TIP_OVERLAP_LIVE } else { policy.tip_overlap_most };
        let least = if self.is_known() { Duration::ZERO } else { TIP_OVERLAP_FIRST };
        self.greatest().max(least).clamp(policy.tip_overlap, most.max(policy.tip_overlap))
    }

    /// How long lines of a live tail are under way, on average.
    pub(super) fn under_way(&self) -> Duration {
        Duration::from_secs_f64(self.live_ms.unwrap_or_default().max(0.0) / 1000.0)
    }

    /// Whether asking for pages brings lines sooner than the live tail does.
    pub(super) fn live_is_slow(&self, policy: &Policy) -> bool {
        let limit = policy.tip_every.as_secs_f64() * 1000.0 * 0.8;
        self.live_ms.is_some_and(|average| average > limit)
    }

    fn greatest(&self) -> Duration {
        let [current, before] = self.greatest;
        current.max(before)
    }
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::LogGroupName;

    use super::*;

    fn line(at: i64, late: i64) -> LogEvent {
        LogEvent {
            group: LogGroupName::parse("/a").unwrap(),
            stream: "s".into(),
            timestamp: Timestamp::from_millis(at),
            ingested: Timestamp::from_millis(at + late),
            message: "x".into(),
            event_id: None,
        }
    }

    #[test]
    fn beside_a_live_tail_the_overlap_is_learnt_and_without_one_it_is_the_whole() {
        let (mut lag, policy) = (Lag::default(), Policy::default());
        let now = Timestamp::from_millis(1_000_000);
        assert_eq!(lag.overlap(&policy, true, now), policy.overlap, "nothing is known yet");
        for _ in 0..ENOUGH {
            lag.saw(&line(999_000, 10), now);
        }
        assert!(lag.overlap(&policy, true, now) < Duration::from_secs(3));
        assert_eq!(lag.overlap(&policy, false, now), policy.overlap);
        lag.saw(&line(990_000, 8_000), now);
        assert_eq!(lag.overlap(&policy, true, now), Duration::from_secs(14));
        lag.saw(&line(990_000, 600_000), now);
        assert_eq!(lag.overlap(&policy, true, now), policy.overlap);
        for later in 1..4 {
            lag.saw(&line(999_000, 10), now + REMEMBERED * later);
        }
        assert!(
            lag.overlap(&policy, true, now) < Duration::from_secs(3),
            "what was late long ago is forgotten"
        );
    }

    #[test]
    fn without_a_live_tail_one_sweep_in_a_while_looks_as_far_back_as_it_may() {
        let (mut lag, policy) = (Lag::default(), Policy::default());
        let now = Timestamp::from_millis(1_000_000);
        for _ in 0..ENOUGH {
            lag.saw(&line(999_000, 10), now);
        }
        lag.looked(now);
        assert_eq!(lag.overlap(&policy, false, now), policy.overlap, "once is not enough");
        lag.looked(now);
        assert!(lag.overlap(&policy, false, now) < Duration::from_secs(3));
        let later = now + policy.sweep_poll * WHOLE_EVERY;
        assert_eq!(lag.overlap(&policy, false, later), policy.overlap);
        lag.looked(later);
        lag.saw(&line(990_000, 8_000), later);
        assert_eq!(lag.overlap(&policy, false, later), Duration::from_secs(14));
    }

    #[test]
    fn a_live_tail_is_slow_when_its_lines_are_longer_under_way_than_a_page() {
        let (mut lag, policy) = (Lag::default(), Policy::default());
        assert!(!lag.live_is_slow(&policy));
        for nth in 0..200 {
            lag.live(&line(1_000, 0), Timestamp::from_millis(1_000 + nth % 10 * 100));
        }
        assert!(!lag.live_is_slow(&policy), "half a second on average");
        for _ in 0..200 {
            lag.live(&line(1_000, 0), Timestamp::from_millis(2_300));
        }
        assert!(lag.live_is_slow(&policy));
    }
}
