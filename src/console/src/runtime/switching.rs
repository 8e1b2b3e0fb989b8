//! From one account to another while the console runs: the new one is connected to in a task, then the session goes over.
//!
//! The old account's desk is closed before the new one's opens, and the queue of the old one is thrown away with all that
//! waits in it: nothing it says after the switch reaches the model.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use watchdeck_aws::{ConnectError, SignIn as Way};
use watchdeck_domain::{Printable, Secret};

use super::accounts::{self, Opened, Route};
use super::contexts::Contexts;
use super::effects::Effects;
use super::events::Mailbox;
use super::signin::sign_in;
use super::state::StateFolder;
use super::{arming, lease, start};
use crate::app::signin::SignIn;
use crate::app::switching::Target;
use crate::app::{Arms, Place, Problem, Ticket};
use crate::cli::arguments::StoryArguments;
use crate::cli::failure::Failure;

/// Arrivals that may wait: one switch is under way at a time, and one may have been given up.
const ARRIVALS: usize = 4;

/// What comes to the loop beside the queue.
#[derive(Debug)]
pub enum Arrival {
    /// What a switch came to: an account that has answered, or why there is none.
    Settled {
        /// The ticket of the switch.
        ticket: Ticket,
        /// The account.
        opened: Result<Box<Opened>, Unreached>,
    },
    /// Where one can go, as the files say now.
    Found(Box<Contexts>),
}

/// Why an account was not reached.
#[derive(Debug)]
pub enum Unreached {
    /// For this.
    Problem(Problem),
    /// A person has to approve a code first. The switch goes on by itself once that is done.
    SignIn(Box<SignIn>),
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
    here: Here,
    state: StateFolder,
    arrivals: mpsc::Sender<Arrival>,
    under_way: Option<AbortHandle>,
    /// Where it leads.
    target: Option<Target>,
}

/// Where one stands, for whoever wants to go elsewhere.
#[derive(Clone, Debug)]
pub struct Here {
    /// How one came here.
    pub route: Route,
    /// The story of the simulated account in this process.
    pub story: StoryArguments,
    /// Whether the program was started with `--write`.
    pub write: bool,
    /// How long that arms for.
    pub armed_for: Duration,
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
    /// One that was led here, with the end at which arrivals come.
    pub fn new(
        route: Route,
        write: bool,
        armed_for: Duration,
        state: StateFolder,
    ) -> (Self, Arrivals) {
        let (arrivals, arriving) = mpsc::channel(ARRIVALS);
        let story = route.story.clone().unwrap_or_default();
        let here = Here { route, story, write, armed_for };
        (Self { here, state, arrivals, under_way: None, target: None }, arriving)
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
        let (here, target, told) = (self.here.clone(), target.clone(), self.arrivals.clone());
        let opening = tokio::spawn(async move {
            // What the files say now, not what they said when the program began.
            let route = Contexts::load().await.way(&here, &target);
            let route = route.map_err(|failure| Unreached::Problem(untold(&failure)))?;
            Box::pin(travel(route, code, ticket, told)).await
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
            drop(arrivals.send(Arrival::Settled { ticket, opened }).await);
        });
    }

    /// Reads again where one can go.
    pub fn find(&self) {
        let arrivals = self.arrivals.clone();
        tokio::spawn(async move {
            let contexts = Box::new(Contexts::load().await);
            drop(arrivals.send(Arrival::Found(contexts)).await);
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
        effects: &mut Option<Effects>,
        mailbox: Mailbox,
    ) -> Entered {
        self.under_way = None;
        let mut place = opened.place(self.here.write);
        let mut fresh = start::looking(&opened, &self.state, mailbox.clone());
        let at_rest = match effects.take() {
            Some(old) => old.leave().await,
            None => true,
        };
        let mut notice = opened.notice.clone();
        if place.arms != Arms::ReadOnly {
            let armed = if at_rest {
                arming::arm(&opened, &self.state, self.here.armed_for, mailbox)
                    .map_err(|failure| unarmed(&failure))
            } else {
                Err(restless())
            };
            match armed {
                Ok(desk) => fresh.arm(desk),
                Err(problem) => {
                    place.arms = Arms::ReadOnly;
                    notice = Some(problem);
                }
            }
        }
        *effects = Some(fresh);
        self.here.route = opened.route;
        Entered { place, notice }
    }
}

impl Drop for Switcher {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Opens the account at the end of a route. Where nobody is signed in there, a person is asked to, once.
async fn travel(
    route: Route,
    code: Option<Secret>,
    ticket: Ticket,
    told: mpsc::Sender<Arrival>,
) -> Result<Box<Opened>, Unreached> {
    let error = match accounts::travel(route.clone(), code).await {
        Ok(opened) => return Ok(Box::new(opened)),
        Err(error) => error,
    };
    let Some(way) = Way::after(&error, route.place.profile.as_deref()).await else {
        return Err(unreached(&error));
    };
    let tell = async |asked| {
        let opened = Err(Unreached::SignIn(Box::new(asked)));
        drop(told.send(Arrival::Settled { ticket, opened }).await);
    };
    sign_in(way, Some(ticket), tell).await.map_err(Unreached::Problem)?;
    let opened = accounts::travel(route, None).await;
    opened.map(Box::new).map_err(|error| unreached(&error))
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
