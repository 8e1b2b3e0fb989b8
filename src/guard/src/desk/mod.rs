//! The desk: hosts the road behind plain data. One actor, one order, one writer of the journal.
//!
//! Tokens of the road never leave it: it keeps them in maps, takes one out to make a transition, and puts back what
//! comes of it. Reading (checks, watching, looking for what is adrift) goes on beside; acting does not: between verify
//! and outcome nothing else happens here, and nothing can cancel it.

mod again;
mod arming;
mod ceremony;
mod drive;
mod errand;
mod incident;
mod leasing;
mod message;
mod pausing;
mod serve;
mod shipping;
mod takeup;
mod waiting;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::AbortHandle;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use watchdeck_domain::{Clock, RunId, Task};

pub use errand::{Busy, Errand};
pub use message::{
    Ended, Event, Outcome, Paused, ProgressEvent, Request, Review, StepEvent, StepState, Unfinished,
};

use crate::ceremony::Ceremony;
use crate::challenge::Challenge;
use crate::draft::PlanId;
use crate::journal::{HEARTBEAT, Journal, Record};
use crate::judge::Judge;
use crate::ports::{Maker, Reader, Writer};
use crate::question::Operator;
use crate::realm::Realm;
use crate::run::{Ready, Run};
use arming::Arming;
use leasing::Returned;
use shipping::{Arrival, Shipping};
use work::Work;

/// What a desk is made of. A read-only session has no writer, and so no desk.
pub struct Parts<R: Realm> {
    /// Reads the account.
    pub reader: Arc<dyn Reader<R>>,
    /// Changes it, for a warrant.
    pub writer: Arc<dyn Writer<R>>,
    /// Takes everything down first.
    pub journal: Journal,
    /// Judges the expressions.
    pub judge: Arc<dyn Judge>,
    /// Makes changes of the calls that a runbook names to take a step back.
    pub maker: Arc<dyn Maker>,
    /// What is asked of changes here.
    pub ceremony: Arc<Ceremony>,
    /// The time of the realm.
    pub clock: Arc<dyn Clock>,
    /// Who sits here.
    pub operator: Operator,
    /// How long it stays armed before it must be armed again, in time of the realm.
    pub armed_for: Duration,
}

/// The desk for realm `R`.
pub struct Desk<R: Realm> {
    reader: Arc<dyn Reader<R>>,
    writer: Arc<dyn Writer<R>>,
    journal: Journal,
    judge: Arc<dyn Judge>,
    maker: Arc<dyn Maker>,
    ceremony: Arc<Ceremony>,
    clock: Arc<dyn Clock>,
    operator: Operator,
    arming: Arming,
    /// Whether it is written down that the kill switch is pulled.
    stopped: bool,
    /// Plans being checked. One that is withdrawn meanwhile is taken out.
    checking: BTreeSet<PlanId>,
    /// Questions waiting for their phrase.
    asking: BTreeMap<PlanId, Challenge<R>>,
    /// Runs that wait for a person before their next step.
    waiting: BTreeMap<RunId, Run<Ready, R>>,
    /// Runs being watched or looked for, and how to stop that.
    busy: BTreeMap<RunId, AbortHandle>,
    /// Runs told to have had no effect, and looked for a while longer.
    vigils: BTreeSet<RunId>,
    /// Reading that goes on beside.
    works: FuturesUnordered<Task<'static, Work<R>>>,
    /// Leases on their way back. They are waited for also when the desk closes.
    returns: FuturesUnordered<Task<'static, Returned>>,
    /// Checkpoints on their way to where others keep them.
    shipping: Option<Shipping>,
    events: mpsc::UnboundedSender<Event>,
    /// Where requests come from, once the desk runs.
    mail: Option<mpsc::UnboundedReceiver<Request>>,
    /// What it is at, for who closes it.
    errand: Errand,
    /// The first row not yet told.
    told: u64,
}

impl<R: Realm> std::fmt::Debug for Parts<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Parts<{}>", R::NAME)
    }
}

impl<R: Realm> std::fmt::Debug for Desk<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Desk<{}>({:?})", R::NAME, self.journal)
    }
}

impl<R: Realm> Desk<R> {
    /// Opens a desk that tells what happens to `events`.
    pub fn new(parts: Parts<R>, events: mpsc::UnboundedSender<Event>) -> Self {
        let Parts { reader, writer, mut journal, judge, maker, ceremony, .. } = parts;
        let Parts { clock, operator, armed_for, .. } = parts;
        let arming = Arming::from(clock.now(), armed_for);
        journal.held_by(&operator.name, clock.now());
        let told = journal.size();
        Self {
            reader,
            writer,
            journal,
            judge,
            maker,
            ceremony,
            clock,
            operator,
            arming,
            stopped: false,
            checking: BTreeSet::new(),
            asking: BTreeMap::new(),
            waiting: BTreeMap::new(),
            busy: BTreeMap::new(),
            vigils: BTreeSet::new(),
            works: FuturesUnordered::new(),
            returns: FuturesUnordered::new(),
            shipping: None,
            events,
            mail: None,
            errand: Errand::default(),
            told,
        }
    }

    /// What it is at, to be looked at while it runs.
    pub fn errand(&self) -> Errand {
        self.errand.clone()
    }

    /// Serves requests until their sender is gone; begins by telling the unfinished runs.
    ///
    /// From the moment the sender is gone nothing more is sent: an act under way is finished and written down, a step
    /// that was only verified is not recorded, and requests still in the box lead to no change.
    ///
    /// Give it a task of its own and let that task end by itself: dropped in the middle of an act, the outcome of the
    /// call is lost, and the run is unfinished until somebody resumes it.
    pub async fn run(mut self, requests: mpsc::UnboundedReceiver<Request>) {
        self.mail = Some(requests);
        self.tell(Event::Armed { until: self.arming.until() });
        if self.ceremony.switch.is_pulled() {
            self.stopped = true;
            let by = self.ceremony.switch.by().unwrap_or_else(|| "somebody".into());
            self.tell(Event::Stopped { by });
        }
        self.tell_unfinished();
        if self.journal.ledger().reviews().next().is_some() {
            self.tell_reviews();
        }
        self.take_up_incident();
        self.begin_vigils();
        self.open_shipping();
        let clock = Arc::clone(&self.clock);
        let mut beat = clock.sleep(HEARTBEAT);
        let (mut renewal, mut over) = (None, None);
        loop {
            if renewal.is_none() && self.holds() {
                renewal = Some(self.until_renewal());
            }
            if over.is_none() {
                over = self.until_over();
            }
            self.begin_shipping();
            let turn = tokio::select! {
                biased;
                work = self.works.next(), if !self.works.is_empty() => Turn::Work(work),
                returned = self.returns.next(), if !self.returns.is_empty() => Turn::Returned(returned),
                request = next_request(&mut self.mail) => Turn::Request(request),
                arrival = shipping::next(&mut self.shipping) => Turn::Arrival(arrival),
                () = due(&mut renewal) => Turn::Renewal,
                () = due(&mut over) => Turn::Over,
                () = &mut beat => Turn::Beat,
            };
            // Nothing below is inside the select: what acts is driven to its end.
            match turn {
                Turn::Work(Some(work)) => self.take(work).await,
                Turn::Work(None) | Turn::Returned(None) => {}
                Turn::Request(Some(request)) => self.serve(request).await,
                Turn::Request(None) => break,
                Turn::Returned(Some(returned)) => self.returned(returned),
                // Without one a pause is over: the next turn begins with another try.
                Turn::Arrival(arrival) => {
                    if let Some(arrival) = arrival {
                        self.arrived(arrival);
                    }
                }
                Turn::Renewal => {
                    renewal = None;
                    self.begin_renewals();
                }
                Turn::Over => {
                    over = None;
                    self.end_late_incident();
                }
                Turn::Beat => {
                    beat = clock.sleep(HEARTBEAT);
                    let now = self.clock.now();
                    if let Err(error) = self.journal.append(now, None, vec![Record::Heartbeat {}]) {
                        tracing::warn!(%error, "the journal's heartbeat failed");
                    }
                }
            }
            self.tell_rows();
        }
        self.pause_all();
        self.errand.set(Busy::Leases);
        while let Some(returned) = self.returns.next().await {
            self.returned(returned);
        }
        self.errand.set(Busy::Checkpoints);
        self.close_shipping().await;
    }

    /// Whether the operator has closed the console: nothing new is sent any more.
    fn is_closing(&self) -> bool {
        self.mail.as_ref().is_some_and(mpsc::UnboundedReceiver::is_closed)
    }

    /// Tells one event. Nobody listening is no reason to stop what has begun.
    fn tell(&self, event: Event) {
        if self.events.send(event).is_err() {
            tracing::debug!("nobody listens to the desk any more");
        }
    }

    fn tell_rows(&mut self) {
        let rows = self.journal.since(self.told).to_vec();
        if !rows.is_empty() {
            self.told = self.journal.size();
            self.tell(Event::Journal { rows });
        }
    }

    /// Whether somebody is at work on this run here, or it waits here for a word.
    fn is_here(&self, run: &RunId) -> bool {
        self.busy.contains_key(run) || self.waiting.contains_key(run)
    }

    fn tell_unfinished(&self) {
        let here = self.reader.scope();
        let runs = self
            .journal
            .ledger()
            .unfinished()
            .map(|(run, past)| {
                let ours = past.begun.realm == R::NAME && past.begun.draft.scope == here;
                let told = past.tell(run, ours);
                let paused = told.paused.clone().filter(|_| !self.is_here(run));
                Unfinished { paused, ..told }
            })
            .collect();
        self.tell(Event::Unfinished { runs });
    }
}

async fn next_request(mail: &mut Option<mpsc::UnboundedReceiver<Request>>) -> Option<Request> {
    mail.as_mut()?.recv().await
}

/// The end of a sleep, if somebody sleeps.
async fn due(sleep: &mut Option<Task<'static, ()>>) {
    match sleep {
        Some(sleep) => sleep.await,
        None => std::future::pending().await,
    }
}

/// What the desk turns to next.
enum Turn<R: Realm> {
    Work(Option<Work<R>>),
    Request(Option<Request>),
    Returned(Option<Returned>),
    Arrival(Option<Arrival>),
    Renewal,
    Over,
    Beat,
}
