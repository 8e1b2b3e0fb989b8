//! How long the credentials are good for: read once a second, and renewed when somebody wants it.

use tokio::task::AbortHandle;
use watchdeck_aws::{ConnectError, Connection, Validity};
use watchdeck_domain::{Clock as _, Printable, Secret, Timestamp};

use super::clock::MachineClock;
use super::events::Mailbox;
use super::signin::sign_in;
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
    /// The renewal that is under way.
    renewing: Option<AbortHandle>,
}

impl LeaseGauge {
    /// Those of this connection.
    pub fn new(connection: Connection, mailbox: Mailbox) -> Self {
        Self { connection, mailbox, shown: Lease::default(), kept: None, renewing: None }
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

    /// Forgets them and asks for new ones. A renewal that is under way is given up.
    pub fn renew(&mut self, code: Option<Secret>) {
        self.stop();
        let (connection, mailbox) = (self.connection.clone(), self.mailbox.clone());
        let renewing = tokio::spawn(async move {
            let told = renewed(&connection, code, &mailbox).await;
            mailbox.post(told).await;
        });
        self.renewing = Some(renewing.abort_handle());
    }

    /// Gives the renewal up that is under way.
    pub fn stop(&mut self) {
        if let Some(renewing) = self.renewing.take() {
            renewing.abort();
        }
    }
}

impl Drop for LeaseGauge {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What becomes of a renewal. Where nobody is signed in any more, a person is asked to.
async fn renewed(connection: &Connection, code: Option<Secret>, mailbox: &Mailbox) -> Msg {
    let Err(error) = connection.renew(code).await else { return Msg::Renewed(None) };
    let Some(way) = connection.sign_in(&error).await else { return refused(&error) };
    let tell = async |asked| mailbox.post(Msg::SignInWanted(Box::new(asked))).await;
    if let Err(problem) = sign_in(way, None, tell).await {
        return Msg::Renewed(Some(problem));
    }
    match connection.renew(None).await {
        Ok(()) => Msg::Renewed(None),
        Err(error) => refused(&error),
    }
}

fn refused(error: &ConnectError) -> Msg {
    match wanted(error) {
        Some((device, refused)) => Msg::CodeWanted { ticket: None, device, refused },
        None => Msg::Renewed(Some(unrenewed(error))),
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
        | ConnectError::ClockOff { .. }
        | ConnectError::NotAws { .. } => None,
    }
}

fn unrenewed(error: &ConnectError) -> Problem {
    Problem::new("credentials.expired", error.what(), error.why(), error.next())
}
