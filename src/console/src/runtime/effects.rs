//! Who carries the effects out: one task a question, one tail, one desk. What comes of it returns through the mailbox.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use watchdeck_domain::{LogGroupName, Query, Secret};
use watchdeck_signal::template::Saved;

use super::desk::DeskHost;
use super::events::Mailbox;
use super::export::Exporter;
use super::filters::FilterFile;
use super::lease::LeaseGauge;
use super::memory::Memory;
use super::meter::Gauge;
use super::notes::NoteFile;
use super::proposal::Proposer;
use super::tail::{TailLine, TailWatch};
use crate::app::notes::Note;
use crate::app::{Effect, Msg, Problem, Ticket};

/// How long leaving waits for what is being kept.
const PATIENCE: Duration = Duration::from_secs(2);

/// What outlives the session.
#[derive(Debug)]
pub struct Kept {
    /// What is known of templates.
    pub memory: Memory,
    /// What is noted about lines.
    pub notes: NoteFile,
    /// Filters with a name.
    pub filters: FilterFile,
}

/// Carries effects out on the account that was opened.
pub struct Effects {
    line: TailLine,
    watch: Option<TailWatch>,
    exporter: Option<Exporter>,
    desk: DeskHost,
    proposer: Arc<Proposer>,
    gauge: Gauge,
    lease: LeaseGauge,
    kept: Kept,
    /// The last thing that is being kept.
    keeping: Option<JoinHandle<()>>,
}

impl Effects {
    /// Carries effects out by these ways.
    pub fn new(
        line: TailLine,
        desk: DeskHost,
        proposer: Proposer,
        gauge: Gauge,
        lease: LeaseGauge,
        kept: Kept,
    ) -> Self {
        let (proposer, watch, exporter, keeping) = (Arc::new(proposer), None, None, None);
        Self { line, watch, exporter, desk, proposer, gauge, lease, kept, keeping }
    }

    /// Carries one effect out.
    pub fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Read { ticket, query } => self.read(ticket, query),
            Effect::WatchLogs { ticket, groups, pattern } => {
                // The old one goes first, so that two sessions never stand at once.
                self.watch = None;
                self.watch = (!groups.is_empty()).then(|| self.line.watch(ticket, groups, pattern));
            }
            Effect::OpenPlace { ticket, asked } => self.line.neighbours.begin(ticket, asked),
            Effect::StopOpening => self.line.neighbours.stop(),
            Effect::ClosePlace { scope } => self.line.neighbours.close(&scope),
            Effect::RecallTemplates { ticket, groups } => self.recall(ticket, groups),
            Effect::KeepFilter { name, text } => {
                let (before, mailbox) = (self.keeping.take(), self.mailbox());
                self.keeping = Some(self.kept.filters.keep_after(before, name, text, mailbox));
            }
            Effect::RecallNotes => self.recall_notes(),
            Effect::KeepNote(note) => self.keep_note(*note),
            Effect::KeepTemplates { groups, saved } => self.keep(groups, *saved),
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
            Effect::StopExport => {
                if let Some(exporter) = self.exporter.take() {
                    exporter.give_up();
                }
            }
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
            | Effect::KeepSecret { .. }
            | Effect::Quit => {}
        }
    }

    /// From here on there is a desk.
    pub fn arm(&mut self, desk: DeskHost) {
        self.desk = desk;
    }

    /// Leaves the account: its tail ends at once, and its desk is closed. False when that is still at work.
    pub async fn leave(mut self) -> bool {
        drop(self.watch.take());
        self.kept().await;
        self.desk.leave().await
    }

    /// A second has passed.
    pub fn tick(&mut self) -> impl Iterator<Item = Msg> + use<> {
        self.gauge.tick().map(Msg::Metered).into_iter().chain(self.lease.tick())
    }

    /// Takes a secret into keeping, under the word of an earlier session or under one of its own.
    pub fn keep_secret(&self, name: String, word: Option<String>, secret: Secret) {
        let veil = &self.proposer.veil;
        let told = match word {
            Some(word) => {
                veil.keep_again(&word, secret);
                Ok(word)
            }
            None => veil.keep(&name, secret).map_err(str::to_owned),
        };
        let mailbox = self.mailbox();
        self.begin("keep a secret", async move {
            mailbox.post(Msg::SecretKept { name, told }).await;
        });
    }

    /// Asks for new credentials.
    pub fn renew(&mut self, code: Option<Secret>) {
        self.lease.renew(code);
    }

    /// Ends the tail at once, and the desk when what it has begun is over; false when `hurried` came first.
    pub async fn end(mut self, hurried: impl Future<Output = ()>) -> bool {
        drop(self.watch.take());
        self.kept().await;
        self.desk.end(hurried).await
    }

    fn read(&mut self, ticket: Ticket, query: Query) {
        let (source, mailbox) = (Arc::clone(&self.line.source), self.mailbox());
        if matches!(query, Query::InsightsStop(_)) {
            // What is billed until it stops is waited for, also by whoever leaves.
            let before = self.keeping.take();
            self.keeping = Some(tokio::spawn(async move {
                let answer = Box::new(source.read(query).await);
                mailbox.post(Msg::Answered { ticket, answer }).await;
                if let Some(before) = before {
                    drop(before.await);
                }
            }));
            return;
        }
        self.begin(query.name(), async move {
            let answer = Box::new(source.read(query).await);
            mailbox.post(Msg::Answered { ticket, answer }).await;
        });
    }

    fn recall(&self, ticket: Ticket, groups: Vec<LogGroupName>) {
        let (memory, mailbox) = (self.kept.memory.clone(), self.mailbox());
        self.begin("recall templates", async move {
            let reading = tokio::task::spawn_blocking(move || memory.recall(&groups));
            let saved = match reading.await {
                Ok(Ok(saved)) => saved.map(Box::new),
                Ok(Err(problem)) => {
                    mailbox.post(Msg::Failed(problem)).await;
                    None
                }
                Err(_) => None,
            };
            mailbox.post(Msg::TemplatesRecalled { ticket, saved }).await;
        });
    }

    /// Keeps it once what was to be kept before is.
    fn keep(&mut self, groups: Vec<LogGroupName>, saved: Saved) {
        let (memory, mailbox, before) =
            (self.kept.memory.clone(), self.mailbox(), self.keeping.take());
        self.keeping = Some(tokio::spawn(async move {
            if let Some(before) = before {
                drop(before.await);
            }
            let writing = tokio::task::spawn_blocking(move || memory.keep(groups, saved));
            if let Ok(Err(problem)) = writing.await {
                mailbox.post(Msg::Failed(problem)).await;
            }
        }));
    }

    fn recall_notes(&self) {
        let (memory, notes, mailbox) =
            (self.kept.memory.clone(), self.kept.notes.clone(), self.mailbox());
        self.begin("recall notes", async move {
            let reading = tokio::task::spawn_blocking(move || {
                memory.forget_old();
                notes.read()
            });
            match reading.await {
                Ok(Ok(notes)) => mailbox.post(Msg::NotesRecalled(Box::new(notes))).await,
                Ok(Err(problem)) => mailbox.post(Msg::Failed(problem)).await,
                Err(_) => {}
            }
        });
    }

    /// Keeps something noted once what was to be kept before is.
    fn keep_note(&mut self, note: Note) {
        let (notes, mailbox, before) =
            (self.kept.notes.clone(), self.mailbox(), self.keeping.take());
        self.keeping = Some(tokio::spawn(async move {
            if let Some(before) = before {
                drop(before.await);
            }
            let writing = tokio::task::spawn_blocking(move || notes.keep(note));
            if let Ok(Err(problem)) = writing.await {
                mailbox.post(Msg::Failed(problem)).await;
            }
        }));
    }

    /// Waits until what is to be kept is, for a moment at most: nobody waits for a disk that hangs.
    async fn kept(&mut self) {
        if let Some(keeping) = self.keeping.take() {
            drop(tokio::time::timeout(PATIENCE, keeping).await);
        }
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
pub(super) fn defect(what: &str) -> Problem {
    Problem::new(
        "console.defect",
        format!("a task of the console died: {what}"),
        "this is a defect of watchdeck, not of the account",
        "start with --log-file to keep the details, and report them",
    )
}
