//! The SDK's clock, where the account has one of its own.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;
use watchdeck_domain::Clock;

/// Signs by the account's clock: a simulated account lives in its own time.
#[derive(Clone)]
pub(crate) struct AccountTime(pub(crate) Arc<dyn Clock>);

impl fmt::Debug for AccountTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountTime")
    }
}

impl TimeSource for AccountTime {
    fn now(&self) -> SystemTime {
        let millis = u64::try_from(self.0.now().as_millis()).unwrap_or(0);
        SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
    }
}

/// Waits by the account's clock if it has one, else by the machine's.
pub(crate) async fn sleep(clock: Option<&Arc<dyn Clock>>, span: Duration) {
    match clock {
        Some(clock) => clock.sleep(span).await,
        None => tokio::time::sleep(span).await,
    }
}
