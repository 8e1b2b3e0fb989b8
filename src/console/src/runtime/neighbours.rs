//! Places beside the account in front, opened to look at their logs: no desk is made for them, and so nothing can change
//! them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use watchdeck_aws::{ConnectError, Connection};
use watchdeck_domain::reading::LogGroups;
use watchdeck_domain::{Clock, Scope, ask};

use super::accounts;
use super::contexts::Contexts;
use super::events::Mailbox;
use super::meter::{Counts, MeteredSource};
use super::places::Places;
use crate::app::neighbours::{Answering, Whereabouts};
use crate::app::{Msg, Problem, Ticket};

/// The most log groups listed of a place.
const GROUPS: u32 = 1_000;
/// By so much the clocks of two places may differ: their lines stand in one order of time.
const APART: Duration = Duration::from_secs(30);

/// The account in front, from which others are reached.
#[derive(Clone)]
pub struct Base {
    /// The connection to it.
    pub connection: Connection,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// How fast that passes, as a multiple of real time.
    pub speed: f64,
}

impl Base {
    /// Opens a place, without anything that could change it.
    ///
    /// # Errors
    /// There is no such context, it does not answer, it is the account in front, or its time is another.
    pub async fn reach(
        &self,
        asked: &Whereabouts,
        contexts: &Contexts,
    ) -> Result<Connection, Problem> {
        let connection = match (&asked.context, &asked.region) {
            (None, Some(region)) => {
                let there = self.connection.in_region(region.clone()).await;
                there.map_err(|error| unreached(asked, &error))?
            }
            (None, None) => return Err(itself(asked)),
            (Some(context), region) => {
                let route = contexts.route(context, false);
                let mut route = route.map_err(|failure| {
                    let (what, hint) = (failure.what.as_str(), failure.hint.as_str());
                    Problem::new("place.unknown", what, "", hint)
                })?;
                route.place.region = region.clone().or(route.place.region);
                let opened = Box::pin(accounts::travel(route, None)).await;
                let opened = opened.map_err(|error| unreached(asked, &error))?;
                self.same_time(asked, opened.clock.as_ref(), opened.speed)?;
                opened.connection
            }
        };
        if connection.scope() == self.connection.scope() {
            return Err(itself(asked));
        }
        Ok(connection)
    }

    /// Lines of two places stand in one order only where their clocks agree.
    fn same_time(&self, asked: &Whereabouts, clock: &dyn Clock, speed: f64) -> Result<(), Problem> {
        let (here, there) = (self.clock.now(), clock.now());
        let apart = if here > there { here.since(there) } else { there.since(here) };
        if apart < APART && (speed - self.speed).abs() < f64::EPSILON {
            return Ok(());
        }
        Err(Problem::new(
            "place.time",
            format!("the time of {asked} is another"),
            format!("it shows {there} where it is {here} here, at {speed} times real time"),
            "its lines would not stand in order among those here: go there with :context",
        ))
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base").field("speed", &self.speed).finish_non_exhaustive()
    }
}

fn unreached(asked: &Whereabouts, error: &ConnectError) -> Problem {
    let hint = match (error, &asked.context) {
        (
            ConnectError::NotLoggedIn { .. }
            | ConnectError::CodeWanted { .. }
            | ConnectError::CodeRefused { .. },
            Some(context),
        ) => {
            format!("somebody has to sign in first: `:context {context}` does that; then come back")
        }
        _ => error.next(),
    };
    Problem::new("place.unreached", error.what(), error.why(), hint)
}

fn itself(asked: &Whereabouts) -> Problem {
    let what = format!("{asked} is the place in front");
    Problem::new("place.itself", what, "its log groups are those here", "")
}

/// Opens places, one at a time. Dropping it gives the opening up that is under way.
#[derive(Debug)]
pub struct Opener {
    base: Arc<Base>,
    places: Places,
    counts: Arc<Counts>,
    mailbox: Mailbox,
    under_way: Option<AbortHandle>,
}

impl Opener {
    /// One that opens beside this account, for this source.
    pub fn new(base: Base, places: Places, counts: Arc<Counts>, mailbox: Mailbox) -> Self {
        Self { base: Arc::new(base), places, counts, mailbox, under_way: None }
    }

    /// Begins to open a place. An earlier one is given up.
    pub fn begin(&mut self, ticket: Ticket, asked: Whereabouts) {
        self.stop();
        let (base, places) = (Arc::clone(&self.base), self.places.clone());
        let (counts, mailbox) = (Arc::clone(&self.counts), self.mailbox.clone());
        let opening = tokio::spawn(async move {
            // What the files say now, not what they said when the program began.
            let contexts = Contexts::load().await;
            open(&base, &places, counts, &asked, &contexts).await
        });
        self.under_way = Some(opening.abort_handle());
        tokio::spawn(async move {
            let answer = match opening.await {
                Ok(answer) => Box::new(answer),
                Err(error) if error.is_panic() => Box::new(Err(super::effects::defect("place"))),
                // It was given up.
                Err(_) => return,
            };
            mailbox.post(Msg::PlaceOpened { ticket, answer }).await;
        });
    }

    /// Gives up what is under way.
    pub fn stop(&mut self) {
        if let Some(under_way) = self.under_way.take() {
            under_way.abort();
        }
    }

    /// Lets a place go.
    pub fn close(&self, place: &Scope) {
        self.places.close(place);
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn open(
    base: &Base,
    places: &Places,
    counts: Arc<Counts>,
    asked: &Whereabouts,
    contexts: &Contexts,
) -> Result<Answering, Problem> {
    let connection = base.reach(asked, contexts).await?;
    let source = Arc::new(MeteredSource::new(connection.source(), counts));
    let wanted = LogGroups { prefix: String::new(), limit: GROUPS };
    let groups = ask(source.as_ref(), wanted).await.map_err(|error| Problem::from(&error))?;
    let scope = connection.scope();
    places.open(scope.clone(), source);
    Ok(Answering { scope, groups })
}
