//! The clocks: the machine's, the same put right by what AWS answers, the simulated account's, and that of a simulated
//! account in another process.
//!
//! Nothing else in the console asks what time it is.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use watchdeck_aws::ServerTime;
use watchdeck_domain::{Clock, Task, Timestamp};

/// The machine's clock: real time.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the console's time comes from")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn sleep(&self, span: Duration) -> Task<'_, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

/// The machine's clock, put right by what an account's answers tell of the time there. What AWS keeps, restores and expires
/// goes by AWS's time, not by that of a laptop.
#[derive(Clone, Debug)]
pub struct RightedClock(ServerTime);

impl RightedClock {
    /// Put right by this.
    pub fn by(time: ServerTime) -> Self {
        Self(time)
    }
}

impl Clock for RightedClock {
    fn now(&self) -> Timestamp {
        self.0.at(MachineClock.now())
    }

    fn sleep(&self, span: Duration) -> Task<'_, ()> {
        MachineClock.sleep(span)
    }
}

/// The clock of a simulated account, which may run faster than the machine's.
pub struct AccountClock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    speed: f64,
}

impl AccountClock {
    /// The clock that `now` reads, running `speed` times as fast as the machine's.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static, speed: f64) -> Self {
        Self { now: Arc::new(now), speed }
    }

    /// The clock of an account in another process, that showed `shown` just now: reckoned onwards from there.
    #[expect(clippy::disallowed_methods, reason = "this is where the console's time comes from")]
    pub fn reckoned(shown: Timestamp, speed: f64) -> Self {
        let seen = Instant::now();
        Self::new(move || shown + seen.elapsed().mul_f64(speed), speed)
    }
}

impl Clock for AccountClock {
    fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Waits in portions of real time until the account's clock has come there: its pace is not exact.
    fn sleep(&self, span: Duration) -> Task<'_, ()> {
        Box::pin(async move {
            let until = self.now() + span;
            loop {
                let left = until.since(self.now());
                if left.is_zero() {
                    return;
                }
                let portion = left.div_f64(self.speed);
                tokio::time::sleep(portion.clamp(Duration::from_millis(1), Duration::from_mins(1)))
                    .await;
            }
        })
    }
}

impl fmt::Debug for AccountClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountClock").field("speed", &self.speed).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_sleep_lasts_until_the_account_is_there() {
        let shown = Arc::new(AtomicI64::new(0));
        let reading = Arc::clone(&shown);
        let clock = AccountClock::new(
            move || Timestamp::from_millis(reading.fetch_add(400, Ordering::SeqCst)),
            1000.0,
        );
        clock.sleep(Duration::from_secs(1)).await;
        assert!(shown.load(Ordering::SeqCst) >= 1400, "{shown:?}");
    }

    #[tokio::test]
    async fn a_reckoned_clock_runs_at_the_speed_of_the_account() {
        let start = Timestamp::from_millis(1_000_000);
        let clock = AccountClock::reckoned(start, 600.0);
        clock.sleep(Duration::from_secs(6)).await;
        assert!(clock.now().since(start) >= Duration::from_secs(6));
    }
}
