//! How long the credentials are good for: read once a second, and renewed when somebody wants it.

use watchdeck_aws::{ConnectError, Connection, Validity};
use watchdeck_domain::{Clock as _, Printable, Secret, Timestamp};

use super::clock::MachineClock;
use super::events::Mailbox;
use crate::app::{Lease, Msg, Problem};

/// Asked for in time: a renewal takes a while.
const EARLY_S: u64 = 10;

/// The credentials of the account in front.
#[derive(Debug)]
pub struct LeaseGauge {
    connection: Connection,
    mailbox: Mailbox,
    shown: Lease,
    /// The end that was looked after already.
    kept: Option<Timestamp>,
}

impl LeaseGauge {
    /// Those of this connection.
    pub fn new(connection: Connection, mailbox: Mailbox) -> Self {
        Self { connection, mailbox, shown: Lease::default(), kept: None }
    }

    /// A second has passed: how long they are good for now, if that has changed. By the machine's clock, as their end is.
    pub fn tick(&mut self) -> Option<Msg> {
        let lease = match self.connection.validity() {
            Validity::Lasting => Lease::Lasting,
            Validity::Lapsed => Lease::Expired,
            Validity::Until(end) => {
                let left = end.since(MachineClock.now()).as_secs();
                if left <= EARLY_S && self.kept != Some(end) {
                    self.kept = Some(end);
                    self.keep();
                }
                Lease::Ends(left)
            }
        };
        let changed = lease != self.shown;
        self.shown = lease;
        changed.then_some(Msg::Leased(lease))
    }

    /// Sees to it that credentials which end are renewed, though nothing is asked of the account just now.
    fn keep(&self) {
        let connection = self.connection.clone();
        tokio::spawn(async move {
            if let Err(error) = connection.keep().await {
                tracing::warn!(%error, "the credentials were not renewed");
            }
        });
    }

    /// Forgets them and asks for new ones.
    pub fn renew(&self, code: Option<Secret>) {
        let (connection, mailbox) = (self.connection.clone(), self.mailbox.clone());
        tokio::spawn(async move {
            let told = match connection.renew(code).await {
                Ok(()) => Msg::Renewed(None),
                Err(error) => match wanted(&error) {
                    Some((device, refused)) => Msg::CodeWanted { ticket: None, device, refused },
                    None => Msg::Renewed(Some(unrenewed(&error))),
                },
            };
            mailbox.post(told).await;
        });
    }
}

/// The device whose code is wanted, and why the last one was refused, if that is what is missing.
pub(super) fn wanted(error: &ConnectError) -> Option<(Printable, Option<Printable>)> {
    match error {
        ConnectError::CodeWanted { device } => Some((Printable::new(device.as_str()), None)),
        ConnectError::CodeRefused { device, .. } => {
            Some((Printable::new(device.as_str()), Some(Printable::new(error.what()))))
        }
        ConnectError::UnknownProfile { .. }
        | ConnectError::BadConfiguration { .. }
        | ConnectError::NoRegion
        | ConnectError::BadEndpoint { .. }
        | ConnectError::SplitEndpoints { .. }
        | ConnectError::NoCredentials { .. }
        | ConnectError::NotLoggedIn { .. }
        | ConnectError::Expired { .. }
        | ConnectError::Denied { .. }
        | ConnectError::Unreachable { .. }
        | ConnectError::TimedOut { .. }
        | ConnectError::NotAws { .. } => None,
    }
}

fn unrenewed(error: &ConnectError) -> Problem {
    Problem::new("credentials.expired", error.what(), error.why(), error.next())
}
