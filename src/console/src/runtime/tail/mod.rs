//! The tail of the console: what [`signal::tail`](watchdeck_signal::tail) found is told to the model.

pub(crate) mod driver; // performs what it asks

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::{Clock, Printable, ReadError, Scope, Source};
use watchdeck_signal::GapCause;
use watchdeck_signal::tail::{Mode, Pane, Policy};

use self::driver::Driver;
use super::events::Mailbox;
use super::neighbours::Opener;
use crate::app::tail::{Flow, PlaceStanding, TailStanding, Unread};
use crate::app::{Msg, Ticket};

/// How often the standing is told while only its watermark moves, in real time.
const STANDING: Duration = Duration::from_secs(1);

/// What a tail needs of the account.
pub struct TailLine {
    /// Who answers.
    pub source: Arc<dyn Source>,
    /// The account's time.
    pub clock: Arc<dyn Clock>,
    /// How fast it passes, as a multiple of real time.
    pub speed: f64,
    /// The most calls for pages in a second, in the region in front.
    pub calls_per_second: u32,
    /// Where news go.
    pub mailbox: Mailbox,
    /// Who opens places beside it.
    pub neighbours: Opener,
}

/// A tail that runs. Dropping it ends it, with its sessions.
#[derive(Debug)]
pub struct TailWatch(JoinHandle<()>);

impl Drop for TailWatch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl TailLine {
    /// Begins to tail these groups, or what of them matches a pattern. All that is found carries the ticket.
    pub fn watch(
        &self,
        ticket: Ticket,
        groups: Vec<LogGroup>,
        pattern: Option<String>,
    ) -> TailWatch {
        let now = self.clock.now();
        let calls_per_second = self.calls_per_second;
        let policy = Policy { pattern, calls_per_second, ..Policy::default() };
        let pane = Pane::new(groups, policy.at_speed(self.speed), now);
        let driver = Driver::new(Arc::clone(&self.source), Arc::clone(&self.clock), pane);
        let told = TailStanding::default();
        let teller = Teller { driver, ticket, mailbox: self.mailbox.clone(), told };
        TailWatch(tokio::spawn(teller.run()))
    }
}

impl std::fmt::Debug for TailLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TailLine").field("speed", &self.speed).finish_non_exhaustive()
    }
}

/// Why a group cannot be read, in few words where the group itself is the reason.
fn cause(error: &ReadError) -> String {
    let cause = GapCause::of(error.failure);
    if cause.is_of_the_group() { cause.to_string() } else { error.to_string() }
}

/// Tells the model what the driver found.
struct Teller {
    driver: Driver,
    ticket: Ticket,
    mailbox: Mailbox,
    told: TailStanding,
}

impl Teller {
    async fn run(mut self) {
        let mut ticks = tokio::time::interval(STANDING);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.driver.act();
            self.tell_news().await;
            let standing = self.standing();
            if standing.flow != self.told.flow {
                self.tell_standing(standing).await;
            }
            tokio::select! {
                () = self.driver.wait() => {}
                _ = ticks.tick() => {
                    let standing = self.standing();
                    if standing != self.told {
                        self.tell_standing(standing).await;
                    }
                }
            }
        }
    }

    async fn tell_news(&mut self) {
        let news = self.driver.drain();
        if !news.is_empty() {
            let msg = Msg::Tailed { ticket: self.ticket, news: Box::new(news) };
            self.mailbox.post(msg).await;
        }
    }

    fn standing(&self) -> TailStanding {
        let state = self.driver.pane().state();
        let places = if state.places.len() > 1 { state.places } else { Vec::new() };
        let places = places.into_iter().map(|place| PlaceStanding {
            place: place.place.map(|scope| Scope::clone(&scope)),
            complete_to: place.complete_to,
            flow: flow(&place.mode),
            unread: place.failed,
            slowed: place.slowed,
        });
        let flow = flow(&state.mode);
        let why = state.failed.first().map(|(_, error)| Printable::new(cause(error)));
        let groups = state.failed.into_iter().map(|(group, _)| group).collect();
        let unread = why.map(|why| Box::new(Unread { groups, why }));
        TailStanding {
            complete_to: state.complete_to,
            flow,
            unread,
            slowed: state.slowed,
            places: places.collect(),
            live_minutes: state.meter.live_minutes(),
            dropped: self.driver.dropped(),
        }
    }

    async fn tell_standing(&mut self, standing: TailStanding) {
        self.told = standing.clone();
        self.mailbox.post(Msg::TailStood { ticket: self.ticket, standing }).await;
    }
}

fn flow(mode: &Mode) -> Flow {
    match mode {
        Mode::Opening => Flow::Opening,
        Mode::Live => Flow::Pushed,
        Mode::Reconnecting => Flow::Swept(Printable::new("the live tail is being reopened")),
        Mode::Polling { why } => Flow::Swept(Printable::new(why.to_string())),
    }
}
