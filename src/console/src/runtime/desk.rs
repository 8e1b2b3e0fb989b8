//! The desk's host: where a desk exists, its task and its two ends; where none does, the journal can still be read.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use watchdeck_domain::Scope;
use watchdeck_guard::desk::{Busy, Errand};
use watchdeck_guard::journal::{JournalError, View};
use watchdeck_guard::{Desk, Event, KillSwitch, Parts, Realm, Request};

use super::events::Mailbox;
use super::state::StateFolder;
use crate::app::{Msg, Problem};
use crate::cli::output;

/// How long the desk may take to come to rest before the operator is told what is waited for.
const PATIENCE: Duration = Duration::from_millis(300);

/// How long the desk of an account that is left may take to come to rest. It has no run: this is to write its last line.
const LEAVING: Duration = Duration::from_secs(2);

/// How long a call that was sent may keep the program from ending: a role to assume and the change itself, each for as
/// long as the SDK waits for an answer, and some.
pub(super) const GRACE: Duration = Duration::from_secs(70);

/// How often the kill switch is looked at for the screen. Rarely enough to cost nothing: a change looks for itself.
const LOOK: Duration = Duration::from_secs(1);

/// Where requests to the desk go.
#[derive(Debug)]
pub enum DeskHost {
    /// A desk that can act: the console was started with `--write`.
    Open {
        /// The end at which requests go in.
        requests: mpsc::UnboundedSender<Request>,
        /// What stops it, without asking it.
        switch: KillSwitch,
        /// What it is at.
        errand: Errand,
        /// The desk at work.
        task: JoinHandle<()>,
    },
    /// No desk, and so nothing that could act. What earlier sessions did can be read.
    Closed {
        /// What is read.
        shelf: Shelf,
        /// Where to tell what it says.
        mailbox: Mailbox,
    },
}

/// A journal that can only be read.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The file, which need not exist.
    pub journal: PathBuf,
    /// The folder with the file that stops all changes.
    pub state: StateFolder,
    /// `sim` or `live`: runs of the other are not ours.
    pub realm: &'static str,
    /// The account and region: runs elsewhere are not ours.
    pub scope: Scope,
}

impl DeskHost {
    /// Opens a desk in a task of its own. What it tells reaches the mailbox, in order.
    pub fn open<R: Realm>(parts: Parts<R>, mailbox: Mailbox) -> Self {
        let (events, mut told) = mpsc::unbounded_channel();
        let (requests, asked) = mpsc::unbounded_channel();
        let switch = parts.ceremony.switch.clone();
        tokio::spawn(watch(switch.clone(), requests.downgrade()));
        let desk = Desk::new(parts, events);
        let errand = desk.errand();
        let task = tokio::spawn(desk.run(asked));
        tokio::spawn(async move {
            while let Some(event) = told.recv().await {
                mailbox.post(Msg::Desk(Box::new(event))).await;
            }
            mailbox.post(Msg::Failed(gone())).await;
        });
        Self::Open { requests, switch, errand, task }
    }

    /// A way to hand requests in. It does not keep the desk from ending.
    pub fn line(&self) -> DeskLine {
        match self {
            Self::Open { requests, switch, .. } => {
                DeskLine::Open(requests.downgrade(), switch.clone())
            }
            Self::Closed { shelf, mailbox } => {
                DeskLine::Closed { shelf: shelf.clone(), mailbox: mailbox.clone() }
            }
        }
    }

    /// Takes no more requests, and waits a moment for the desk to come to rest. False when it has not: it goes on to the end
    /// of what it has begun and writes that down.
    pub async fn leave(self) -> bool {
        let Self::Open { requests, task, .. } = self else { return true };
        drop(requests);
        tokio::time::timeout(LEAVING, task).await.is_ok()
    }

    /// Takes no more requests and waits for the end of what has begun: a call that was sent is waited for, so that its
    /// outcome stands in the journal. False when `hurried` or the time ran out first: what was sent is then an unfinished
    /// run, offered at the next start.
    pub async fn end(self, hurried: impl Future<Output = ()>) -> bool {
        let Self::Open { requests, errand, mut task, .. } = self else { return true };
        drop(requests);
        if tokio::time::timeout(PATIENCE, &mut task).await.is_ok() {
            return true;
        }
        output::complain(&format!("watchdeck: {}\n", awaited(errand.now())));
        tokio::select! {
            _ = &mut task => true,
            () = hurried => false,
            () = tokio::time::sleep(GRACE) => false,
        }
    }
}

/// What keeps the program from ending, and what ctrl-c does about it.
fn awaited(busy: Busy) -> &'static str {
    match busy {
        Busy::Call => {
            "a change is under way, its answer is awaited; ctrl-c leaves it to the next start"
        }
        Busy::Leases => "leases are given back; ctrl-c leaves them to run out by themselves",
        Busy::Checkpoints => {
            "the last checkpoints of the journal are shipped; ctrl-c leaves them to the next start"
        }
        Busy::Nothing => "the desk is being closed; ctrl-c does not wait for it",
    }
}

/// Where tasks hand requests to the desk, for as long as it is open.
#[derive(Clone, Debug)]
pub enum DeskLine {
    /// To a desk that can act.
    Open(mpsc::WeakUnboundedSender<Request>, KillSwitch),
    /// To a journal that can only be read.
    Closed {
        /// What is read.
        shelf: Shelf,
        /// Where to tell what it says.
        mailbox: Mailbox,
    },
}

impl DeskLine {
    /// Hands a request in.
    pub fn ask(&self, request: Request) {
        match self {
            // A desk that is gone has said so, and one that is closing takes nothing new.
            Self::Open(requests, switch) => {
                if matches!(request, Request::Stop) {
                    pull(switch.clone());
                }
                if let Some(requests) = requests.upgrade() {
                    drop(requests.send(request));
                }
            }
            Self::Closed { shelf, mailbox } => {
                let Shelf { journal, state, realm, scope } = shelf.clone();
                let mailbox = mailbox.clone();
                tokio::spawn(async move {
                    if matches!(request, Request::Stop) {
                        return stop_others(state, mailbox).await;
                    }
                    let Request::List { rows } = request else {
                        return mailbox.post(Msg::Failed(read_only())).await;
                    };
                    let view = move || View::of(&journal, rows, realm, &scope);
                    match tokio::task::spawn_blocking(view).await {
                        Ok(Ok(View { rows, unfinished, reviews, incident })) => {
                            let told = [
                                Event::Unfinished { runs: unfinished },
                                Event::Reviews { reviews },
                                Event::Incident { incident },
                                Event::Journal { rows },
                            ];
                            for event in told {
                                mailbox.post(Msg::Desk(Box::new(event))).await;
                            }
                        }
                        Ok(Err(error)) => mailbox.post(Msg::Failed(unread(&error))).await,
                        Err(error) => tracing::error!(%error, "the journal was not read"),
                    }
                });
            }
        }
    }
}

/// Pulls the switch: here before this returns, and for the others as soon as its file is there.
fn pull(switch: KillSwitch) {
    switch.hold();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = switch.pull("this console") {
            tracing::warn!(%error, "the file that stops other consoles could not be made");
        }
    });
}

/// A console that cannot change anything can stop those that can.
async fn stop_others(state: StateFolder, mailbox: Mailbox) {
    let made = tokio::task::spawn_blocking(move || {
        state.prepare_itself()?;
        KillSwitch::over(Some(state.stop()), Vec::new()).pull("a read-only console")
    });
    match made.await {
        Ok(Ok(())) => {
            let by = "this console".to_owned();
            mailbox.post(Msg::Desk(Box::new(Event::Stopped { by }))).await;
        }
        Ok(Err(error)) => mailbox.post(Msg::Failed(unstopped(&error.to_string()))).await,
        Err(error) => mailbox.post(Msg::Failed(unstopped(&error.to_string()))).await,
    }
}

/// Tells the desk when the switch is pulled or released from outside. It only tells: where a change would leave, the switch
/// itself is looked at.
pub(super) async fn watch(switch: KillSwitch, requests: mpsc::WeakUnboundedSender<Request>) {
    let mut known = switch.is_pulled();
    loop {
        tokio::time::sleep(LOOK).await;
        let (now, Some(requests)) = (switch.is_pulled(), requests.upgrade()) else { return };
        if now != known {
            known = now;
            drop(requests.send(Request::Heed));
        }
    }
}

fn unstopped(why: &str) -> Problem {
    Problem::new(
        "stop.failed",
        "the other consoles are not stopped",
        why.to_owned(),
        "make the file STOP in the state folder by hand",
    )
}

fn read_only() -> Problem {
    Problem::new(
        "desk.absent",
        "nothing can be changed from here",
        "the console was started read-only",
        "start it with --write to propose changes",
    )
}

fn unread(error: &JournalError) -> Problem {
    Problem::new("journal.unread", "the journal cannot be read", error.to_string(), error.hint())
}

fn gone() -> Problem {
    Problem::new(
        "desk.gone",
        "the desk has stopped: nothing can be changed any more",
        "this is a defect of watchdeck",
        "quit and start again: an unfinished run is offered then",
    )
}
