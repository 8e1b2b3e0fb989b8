//! A code that waits for a person to approve it in a browser: for a switch that is under way, or for the place in front.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Printable, Timestamp};

use super::shell::Tone;
use super::ticket::Ticket;
use super::{Effect, Model, switching};

/// A sign-in that is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The ticket of the switch that waits for it; none: the place in front does.
    pub ticket: Option<Ticket>,
    /// The session of the configuration file, or the address of the portal.
    pub name: Printable,
    /// Where the code is typed.
    pub address: Printable,
    /// The same with the code in it, where there is such a one.
    pub direct: Option<Printable>,
    /// The code.
    pub code: Printable,
    /// Until when it can be approved, by the machine's clock.
    pub ends: Timestamp,
    /// How many seconds that are from now.
    pub left_s: u64,
}

impl SignIn {
    /// What is copied of it: the address that leads straight to the code, if there is one.
    pub fn copied(&self) -> Printable {
        self.direct.clone().unwrap_or_else(|| self.address.clone())
    }
}

/// Shows a code. That of a switch that was given up is not shown.
pub(super) fn ask(model: &mut Model, asked: SignIn) {
    let switching = model.switching.as_ref().map(|switching| switching.ticket);
    if asked.ticket.is_none() || asked.ticket == switching {
        model.signing = Some(asked);
    }
}

/// Takes in how long it can still be approved.
pub(super) fn left(model: &mut Model, seconds: u64) {
    if let Some(signing) = &mut model.signing {
        signing.left_s = seconds;
    }
}

/// Gives it up, and with it what waited for it.
pub(super) fn give_up(model: &mut Model, signing: &SignIn) -> Vec<Effect> {
    if signing.ticket.is_some() {
        return switching::give_up(model);
    }
    model.shell.say(Tone::Plain, "given up: nobody was signed in");
    vec![Effect::StopRenewal]
}
