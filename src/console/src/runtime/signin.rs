//! Signing in: the portal is asked for a code, what to show is told, and whoever waits goes on once it is approved.

use std::sync::Arc;

use watchdeck_aws::{Shown, SignIn as Way, SignInError};
use watchdeck_domain::Clock as _;

use super::clock::MachineClock;
use crate::app::signin::SignIn;
use crate::app::{Problem, Ticket};

/// Asks for a code, hands what to show to `tell`, and waits until somebody has approved it. Dropped half-way, nobody is
/// signed in.
///
/// # Errors
/// It came to nothing, for this reason.
pub(super) async fn sign_in(
    way: Way,
    ticket: Option<Ticket>,
    tell: impl AsyncFnOnce(SignIn),
) -> Result<(), Problem> {
    let begun = way.begin(Arc::new(MachineClock)).await.map_err(|error| failed(&error))?;
    tell(asked(begun.shown(), ticket)).await;
    begun.settle().await.map_err(|error| failed(&error))
}

fn asked(shown: &Shown, ticket: Option<Ticket>) -> SignIn {
    SignIn {
        ticket,
        name: shown.name.clone(),
        address: shown.address.clone(),
        direct: shown.direct.clone(),
        code: shown.code.clone(),
        ends: shown.ends,
        left_s: shown.ends.since(MachineClock.now()).as_secs(),
    }
}

fn failed(error: &SignInError) -> Problem {
    Problem::new("signin.failed", error.what(), error.why(), error.next())
}
