//! From one account to another while the console runs: the new one is connected to in a task, then the session goes over.
//!
//! The old account's desk is closed before the new one's opens, and the queue of the old one is thrown away with all that
//! waits in it: nothing it says after the switch reaches the model.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use watchdeck_aws::ConnectError;
use watchdeck_domain::{Printable, Secret};

use super::accounts::{self, Opened, Route};
use super::contexts::Contexts;
use super::effects::Effects;
use super::events::Mailbox;
use super::state::StateFolder;
use super::{lease, start};
use crate::app::switching::Target;
use crate::app::{Arms, Place, Problem, Ticket};
use crate::cli::failure::Failure;

/// Arrivals that may wait: one switch is under way at a time, and one may have been given up.
const ARRIVALS: usize = 4;

/// What a switch came to: an account that has answered, or why there is none.
#[derive(Debug)]
pub struct Arrival {
    /// The ticket of the switch.
    pub ticket: Ticket,
    /// The account.
    pub opened: Result<Box<Opened>, Unreached>,
}

/// Why an account was not reached.
#[derive(Debug)]
pub enum Unreached {
    /// For this.
    Problem(Problem),
    /// It wants a one-time code first.
    Code {
        /// The device that shows it.
        device: Printable,
        /// Why the one before was refused.
        refused: Option<Printable>,
    },
}

/// Where arrivals are waited for.
pub type Arrivals = mpsc::Receiver<Arrival>;

/// Connects to other accounts, and knows how one came to this.
#[derive(Debug)]
pub struct Switcher {
    contexts: Contexts,
    /// How one came here.
    route: Route,
    /// Whether the program was started with `--write`.
    write: bool,
    /// How long that arms for.
    armed_for: Duration,
    state: StateFolder,
    arrivals: mpsc::Sender<Arrival>,
    under_way: Option<AbortHandle>,
    /// Where it leads.
    target: Option<Target>,
}

/// The new account's place, and what the operator should know first.
#[derive(Debug)]
pub struct Entered {
    /// Where the console stands.
    pub place: Place,
    /// What the operator should know.
    pub notice: Option<Problem>,
}

impl Switcher {
    /// One that knows these contexts, with the end at which arrivals come.
    pub fn new(
        contexts: Contexts,
        route: Route,
        write: bool,
        state: StateFolder,
        armed_for: Duration,
    ) -> (Self, Arrivals) {
        let (arrivals, arriving) = mpsc::channel(ARRIVALS);
        let (under_way, target) = (None, None);
        let switcher =
            Self { contexts, route, write, armed_for, state, arrivals, under_way, target };
        (switcher, arriving)
    }

    /// Begins to connect to a target. An earlier switch is given up.
    pub fn begin(&mut self, ticket: Ticket, target: &Target) {
        self.stop();
        self.target = Some(target.clone());
        self.connect(ticket, target, None);
    }

    /// Goes on with the code that was wanted.
    pub fn go_on(&mut self, ticket: Ticket, code: Option<Secret>) {
        if let Some(target) = self.target.clone() {
            self.connect(ticket, &target, code);
        }
    }

    fn connect(&mut self, ticket: Ticket, target: &Target, code: Option<Secret>) {
        let route = self.contexts.way(&self.route, target, self.write);
        let opening = tokio::spawn(async move {
            match route {
                Ok(route) => {
                    let opened = accounts::travel(route, code).await;
                    opened.map(Box::new).map_err(|error| unreached(&error))
                }
                Err(failure) => Err(Unreached::Problem(untold(&failure))),
            }
        });
        self.under_way = Some(opening.abort_handle());
        let arrivals = self.arrivals.clone();
        tokio::spawn(async move {
            let opened = match opening.await {
                Ok(opened) => opened,
                Err(error) if error.is_panic() => Err(Unreached::Problem(defect())),
                // It was given up.
                Err(_) => return,
            };
            // Once the loop has ended nobody goes anywhere.
            drop(arrivals.send(Arrival { ticket, opened }).await);
        });
    }

    /// Gives up what is under way.
    pub fn stop(&mut self) {
        if let Some(under_way) = self.under_way.take() {
            under_way.abort();
        }
    }

    /// Goes over: `effects` is of the old account before, and of the new one after. A journal that cannot be kept leaves the
    /// new place read-only, and is told.
    pub async fn enter(
        &mut self,
        opened: Opened,
        effects: &mut Effects,
        mailbox: Mailbox,
    ) -> Entered {
        self.under_way = None;
        let mut place = opened.place(self.write);
        let fresh = start::looking(&opened, &self.state, mailbox.clone());
        let old = std::mem::replace(effects, fresh);
        let at_rest = old.leave().await;
        let mut notice = opened.notice.clone();
        if place.arms != Arms::ReadOnly {
            let armed = if at_rest {
                start::arm(&opened, &self.state, self.armed_for, mailbox)
                    .map_err(|failure| unarmed(&failure))
            } else {
                Err(restless())
            };
            match armed {
                Ok(desk) => effects.arm(desk),
                Err(problem) => {
                    place.arms = Arms::ReadOnly;
                    notice = Some(problem);
                }
            }
        }
        self.route = opened.route;
        Entered { place, notice }
    }
}

impl Drop for Switcher {
    fn drop(&mut self) {
        self.stop();
    }
}

fn unreached(error: &ConnectError) -> Unreached {
    if let Some((device, refused)) = lease::wanted(error) {
        return Unreached::Code { device, refused };
    }
    Unreached::Problem(Problem::new("switch.failed", error.what(), error.why(), error.next()))
}

fn untold(failure: &Failure) -> Problem {
    Problem::new("switch.failed", failure.what.as_str(), "", failure.hint.as_str())
}

fn unarmed(failure: &Failure) -> Problem {
    let why = "it is entered read-only";
    Problem::new("switch.unarmed", failure.what.as_str(), why, failure.hint.as_str())
}

fn restless() -> Problem {
    Problem::new(
        "switch.unarmed",
        "the desk of the old account is still at work",
        "the new one is entered read-only",
        "switch again when it has come to rest; what it does stands in the journal",
    )
}

fn defect() -> Problem {
    Problem::new(
        "console.defect",
        "a task of the console died: switch",
        "this is a defect of watchdeck, not of the account",
        "start with --log-file to keep the details, and report them",
    )
}
