//! Waiting by the account's clock, where it has one of its own.

use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::Clock;

/// Waits by the account's clock if it has one, else by the machine's.
pub(crate) async fn sleep(clock: Option<&Arc<dyn Clock>>, span: Duration) {
    match clock {
        Some(clock) => clock.sleep(span).await,
        None => tokio::time::sleep(span).await,
    }
}
