//! A clock for stories against servers: it starts at the machine's time, and every wait is over at once.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use watchdeck_domain::{Clock, Task, Timestamp};

/// Waits of so long are waits for nothing in particular, such as a heartbeat's; they do not end.
const FOR_EVER: Duration = Duration::from_hours(1);

/// Time that moves on only by being waited for.
#[derive(Debug)]
pub struct Hurried(AtomicI64);

impl Hurried {
    /// Starts at the machine's time: the servers of these stories live in it.
    #[expect(clippy::disallowed_methods, reason = "moto and ministack know no other time")]
    pub fn start() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(AtomicI64::new(i64::try_from(since.as_millis()).unwrap_or_default()))
    }
}

impl Clock for Hurried {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, span: Duration) -> Task<'_, ()> {
        if span >= FOR_EVER {
            return Box::pin(std::future::pending());
        }
        Box::pin(async move {
            self.0.fetch_add(i64::try_from(span.as_millis()).unwrap_or_default(), Ordering::SeqCst);
            // Lets others run: a loop of hurried waits must not keep the thread for itself.
            tokio::task::yield_now().await;
        })
    }
}
