//! Who carries the effects out: one task a question, one tail, one desk. What comes of it returns through the mailbox.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use watchdeck_domain::{Query, Secret};

use super::desk::DeskHost;
use super::events::Mailbox;
use super::export::Exporter;
use super::lease::LeaseGauge;
use super::meter::Gauge;
use super::proposal::Proposer;
use super::tail::{TailLine, TailWatch};
use crate::app::{Effect, Msg, Problem, Ticket};

/// Carries effects out on the account that was opened.
pub struct Effects {
    line: TailLine,
    watch: Option<TailWatch>,
    exporter: Option<Exporter>,
    desk: DeskHost,
    proposer: Arc<Proposer>,
    gauge: Gauge,
    lease: LeaseGauge,
}

impl Effects {
    /// Carries effects out by these ways.
    pub fn new(
        line: TailLine,
        desk: DeskHost,
        proposer: Proposer,
        gauge: Gauge,
        lease: LeaseGauge,
    ) -> Self {
        Self { line, watch: None, exporter: None, desk, proposer: Arc::new(proposer), gauge, lease }
    }

    /// Carries one effect out.
    pub fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Read { ticket, query } => self.read(ticket, query),
            Effect::WatchLogs { ticket, groups } => {
                // The old one goes first, so that two sessions never stand at once.
                self.watch = None;
                self.watch = (!groups.is_empty()).then(|| self.line.watch(ticket, groups));
            }
            Effect::Desk(request) => self.desk.line().ask(request),
            Effect::Propose { runbook, parameters } => {
                let (desk, proposer) = (self.desk.line(), Arc::clone(&self.proposer));
                let mailbox = self.mailbox();
                self.begin("propose", async move {
                    match proposer.draft(&runbook, parameters).await {
                        Ok(request) => desk.ask(request),
                        Err(problem) => mailbox.post(Msg::Unproposed(problem)).await,
                    }
                });
            }
            Effect::Export { ticket, export } => {
                self.exporter = None;
                self.exporter = Some(Exporter::begin(ticket, export, self.mailbox()));
            }
            Effect::StopExport => self.exporter = None,
            Effect::Renew => self.renew(None),
            Effect::StopRenewal => self.lease.stop(),
            // Those of the screen and the loop; the session keeps them to itself.
            Effect::Copy(_)
            | Effect::SetMouse(_)
            | Effect::Continue
            | Effect::Switch { .. }
            | Effect::StopSwitch
            | Effect::FindDestinations
            | Effect::GiveCode { .. }
            | Effect::Quit => {}
        }
    }

    /// From here on there is a desk.
    pub fn arm(&mut self, desk: DeskHost) {
        self.desk = desk;
    }

    /// Leaves the account: its tail ends at once, and its desk is closed. False when that is still at work.
    pub async fn leave(self) -> bool {
        drop(self.watch);
        self.desk.leave().await
    }

    /// A second has passed.
    pub fn tick(&mut self) -> impl Iterator<Item = Msg> + use<> {
        self.gauge.tick().map(Msg::Metered).into_iter().chain(self.lease.tick())
    }

    /// Asks for new credentials.
    pub fn renew(&mut self, code: Option<Secret>) {
        self.lease.renew(code);
    }

    /// Ends the tail at once, and the desk when what it has begun is over; false when `hurried` came first.
    pub async fn end(self, hurried: impl Future<Output = ()>) -> bool {
        drop(self.watch);
        self.desk.end(hurried).await
    }

    fn read(&self, ticket: Ticket, query: Query) {
        let (source, mailbox) = (Arc::clone(&self.line.source), self.mailbox());
        self.begin(query.name(), async move {
            let answer = Box::new(source.read(query).await);
            mailbox.post(Msg::Answered { ticket, answer }).await;
        });
    }

    fn mailbox(&self) -> Mailbox {
        self.line.mailbox.clone()
    }

    /// Begins a task. If it dies of a defect, that is a problem on the screen, not a silence.
    fn begin(&self, what: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let mailbox = self.mailbox();
        let task = tokio::spawn(task);
        tokio::spawn(async move {
            if let Err(error) = task.await
                && error.is_panic()
            {
                mailbox.post(Msg::Failed(defect(what))).await;
            }
        });
    }
}

impl fmt::Debug for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Effects").field("line", &self.line).finish_non_exhaustive()
    }
}

/// The problem of a task that died.
fn defect(what: &str) -> Problem {
    Problem::new(
        "console.defect",
        format!("a task of the console died: {what}"),
        "this is a defect of watchdeck, not of the account",
        "start with --log-file to keep the details, and report them",
    )
}
