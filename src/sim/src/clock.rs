//! Real time, and virtual time paced by it. The only place here that looks at a clock.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::task::JoinHandle;

use crate::account::Account;

/// How often a paced account moves on.
const TICK: Duration = Duration::from_millis(100);

/// The real time that signatures are held against.
#[derive(Clone)]
pub struct WallClock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl WallClock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self(Arc::new(system_ms))
    }

    /// A clock that always shows this time, in milliseconds since 1970-01-01.
    pub fn fixed(ms: i64) -> Self {
        Self(Arc::new(move || ms))
    }

    /// A clock that asks a function.
    pub fn from_fn(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time it shows, in milliseconds since 1970-01-01.
    pub fn now_ms(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for WallClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WallClock").field(&self.now_ms()).finish()
    }
}

/// Moves an account on in real time, `speed` virtual seconds a second, until the account is gone or the task is aborted.
///
/// A machine that slept does not make the account catch up: a tick moves it on by one second of real time at most.
pub fn pace(account: &Account, speed: f64) -> JoinHandle<()> {
    let weak = account.downgrade();
    account.paced_at(speed);
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(TICK);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut last = now();
        let mut owed_ms = 0.0_f64;
        loop {
            interval.tick().await;
            let Some(account) = weak.upgrade() else { return };
            let elapsed = now().duration_since(last).min(Duration::from_secs(1));
            last = now();
            owed_ms += elapsed.as_secs_f64() * 1000.0 * speed.max(0.0);
            #[expect(clippy::cast_possible_truncation, reason = "a tick of virtual time fits")]
            let whole = owed_ms.floor() as i64;
            if whole > 0 {
                #[expect(clippy::cast_precision_loss, reason = "a tick of virtual time fits")]
                let paid = whole as f64;
                owed_ms -= paid;
                account.advance_to(account.now_ms() + whole);
            }
        }
    })
}

#[expect(clippy::disallowed_methods, reason = "the clock of this crate")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the clock of this crate")]
fn system_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
