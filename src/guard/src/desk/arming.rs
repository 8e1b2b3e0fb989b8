//! How long a desk is armed: a console that was armed in the evening must not be able to act in the night.

use std::time::Duration;

use watchdeck_domain::Timestamp;

use super::Request;
use crate::evidence::{Refusal, Why};

/// Armed from a moment for a while, then not, until it is armed again. What has begun by then goes on to its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arming {
    span: Duration,
    until: Timestamp,
}

impl Arming {
    pub(super) fn from(now: Timestamp, span: Duration) -> Self {
        Self { span, until: now + span }
    }

    /// Armed for the same while again, from now on.
    pub(super) fn again(&mut self, now: Timestamp) -> Timestamp {
        self.until = now + self.span;
        self.until
    }

    pub(super) fn until(&self) -> Timestamp {
        self.until
    }

    /// Whether a request may be served now.
    pub(super) fn permits(&self, request: &Request, now: Timestamp) -> Result<(), Refusal> {
        if now < self.until || !request.leads_to_a_change() {
            return Ok(());
        }
        Err(Refusal::new(
            Why::Disarmed,
            format!("changes could be made until {}, and no longer", self.until),
            "arm it again, then ask again; nothing was sent",
        ))
    }
}
