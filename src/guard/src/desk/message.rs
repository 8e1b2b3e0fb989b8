//! What the desk is told and what it tells: plain data, so that a screen, a script and a test speak one protocol.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{RunId, Scope, Timestamp};

use crate::draft::{Draft, PlanId};
use crate::evidence::Refusal;
use crate::gate::{Gate, Passage};
use crate::incident::Incident;
use crate::journal::Row;
use crate::judge::Verdict;
use crate::probe::Sighting;
use crate::question::Question;
use crate::run::{Doubt, Pause};
use crate::shipping::Unshipped;

/// What may be asked of the desk. None of it is a permission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "kebab-case")]
pub enum Request {
    /// Check this and, if nothing stops it, ask me.
    Propose {
        /// The draft.
        draft: Box<Draft>,
    },
    /// The answer to a question: on the right phrase, the run begins.
    Answer {
        /// The plan.
        plan: PlanId,
        /// Exactly what was typed.
        typed: String,
    },
    /// Why it is to be done.
    GiveReason {
        /// The plan.
        plan: PlanId,
        /// Why.
        reason: String,
    },
    /// What a second person handed back.
    Countersign {
        /// The plan.
        plan: PlanId,
        /// The line.
        line: String,
    },
    /// One person answers alone for the gates that may be answered for so. It is reviewed afterwards.
    BreakGlass {
        /// The plan.
        plan: PlanId,
        /// Why.
        reason: String,
    },
    /// A break of the glass was reviewed.
    CloseReview {
        /// The plan.
        plan: PlanId,
        /// What came of it.
        note: String,
    },
    /// An incident is declared: while it lasts, R3 needs no second person.
    DeclareIncident {
        /// Its id.
        id: String,
        /// What happens.
        title: String,
    },
    /// The incident is over.
    EndIncident,
    /// Stop all changes, here and wherever the same file is heeded.
    Stop,
    /// Look whether somebody else has stopped all changes, or lets them be made again.
    Heed,
    /// Let changes be made again.
    Release,
    /// Never mind.
    Withdraw {
        /// The plan.
        plan: PlanId,
    },
    /// Stop waiting for this run, or give an unfinished one up. Sends nothing and takes nothing back.
    Abort {
        /// The run.
        run: RunId,
    },
    /// Find out how an unfinished run stands, and see it to its end. Sends nothing twice.
    Resume {
        /// The run.
        run: RunId,
    },
    /// Somebody's word that a run which waits before a step goes on.
    GoOn {
        /// The run.
        run: RunId,
        /// Exactly what was typed.
        typed: String,
    },
    /// Propose to take this run back. It becomes a plan with a question of its own.
    Undo {
        /// The run.
        run: RunId,
    },
    /// Be armed for the same while again.
    Arm,
    /// Tell the unfinished runs and the newest rows of the journal.
    List {
        /// The most rows to tell.
        rows: usize,
    },
}

impl Request {
    /// Whether serving it may lead to a change, now or later.
    pub(super) fn leads_to_a_change(&self) -> bool {
        match self {
            Self::Propose { .. }
            | Self::DeclareIncident { .. }
            | Self::Answer { .. }
            | Self::Resume { .. }
            | Self::GoOn { .. }
            | Self::Undo { .. } => true,
            Self::GiveReason { .. }
            | Self::Countersign { .. }
            | Self::BreakGlass { .. }
            | Self::CloseReview { .. }
            | Self::EndIncident
            | Self::Stop
            | Self::Heed
            | Self::Release
            | Self::Withdraw { .. }
            | Self::Abort { .. }
            | Self::Arm
            | Self::List { .. } => false,
        }
    }
}

/// What the desk tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// Changes can be made until then, and no longer unless it is armed again.
    Armed {
        /// The end of it.
        until: Timestamp,
    },
    /// A draft was taken in and is being checked.
    Proposed {
        /// The plan.
        plan: PlanId,
        /// One line for people.
        title: String,
    },
    /// The plan was checked; the question waits for its phrase.
    Asked {
        /// The plan.
        plan: PlanId,
        /// The question.
        question: Box<Question>,
    },
    /// No, and why. Nothing was sent.
    Refused {
        /// The plan, where there is one.
        plan: Option<PlanId>,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The phrase was not exactly it. The question still stands.
    Mistyped {
        /// The plan.
        plan: PlanId,
        /// What was wrong with it, as far as it helps.
        why: String,
    },
    /// A gate is not passed. The question still stands.
    Held {
        /// The plan.
        plan: PlanId,
        /// Which, and why.
        why: String,
    },
    /// The gates of a plan, as they stand now.
    Gated {
        /// The plan.
        plan: PlanId,
        /// The gates.
        passages: Vec<Passage>,
    },
    /// The kill switch was pulled: nothing is changed until it is released.
    Stopped {
        /// By whom.
        by: String,
    },
    /// The kill switch is not pulled any more.
    Released {},
    /// The incident that is declared now, if one is.
    Incident {
        /// It.
        incident: Option<Incident>,
    },
    /// The glass that was broken and not reviewed since.
    Reviews {
        /// Them, oldest first.
        reviews: Vec<Review>,
    },
    /// The plan was withdrawn.
    Withdrawn {
        /// The plan.
        plan: PlanId,
    },
    /// A run went one step on.
    Step(StepEvent),
    /// A wait or a verification looked again.
    Progress(ProgressEvent),
    /// A run ended.
    Done(Outcome),
    /// A call was sent and nobody knows what came of it. It is looked for; it is not repeated.
    Adrift {
        /// The run.
        run: RunId,
        /// The step.
        step: String,
        /// Why nobody knows.
        doubt: Doubt,
        /// When it will be looked for.
        probe_at: Timestamp,
    },
    /// An effect that was told to be absent came after all. The run has not ended: it is watched as any that landed.
    Late {
        /// The run.
        run: RunId,
        /// The step.
        step: String,
        /// One line for people.
        title: String,
        /// When it was seen.
        at: Timestamp,
    },
    /// A run that has sent something waits for the operator: it has not ended, and nobody is at work on it.
    Paused {
        /// The run.
        run: RunId,
        /// Why it does not go on.
        why: String,
        /// What to do.
        hint: String,
    },
    /// The journal's checkpoints cannot be shipped. It is tried again by itself; what is done goes on.
    Unshipped(Unshipped),
    /// They can be shipped again, and all were.
    Shipped {
        /// Where to.
        store: String,
        /// How many rows the newest speaks about.
        size: u64,
    },
    /// A run waits for a person before its next step. It goes on by their word, is taken back from here, or is ended.
    Waits {
        /// What it waits for.
        pause: Box<Pause>,
    },
    /// The runs that have not ended.
    Unfinished {
        /// Them, oldest first.
        runs: Vec<Unfinished>,
    },
    /// Rows of the journal, oldest first: those just written, or those asked for.
    Journal {
        /// The rows.
        rows: Vec<Row>,
    },
}

/// One step of one run, one phase further.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepEvent {
    /// The run.
    pub run: RunId,
    /// The step.
    pub step: String,
    /// One line for people.
    pub title: String,
    /// How far it is.
    pub state: StepState,
    /// When.
    pub at: Timestamp,
}

/// How far a step is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum StepState {
    /// The account is still as it was approved.
    Verified,
    /// The intent is on disk.
    Recorded,
    /// AWS said it is done.
    Landed {
        /// AWS's request id.
        request_id: Option<String>,
        /// What AWS has left as it was, of a change of many things: each with its reason.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left: Vec<String>,
    },
    /// AWS said no; nothing happened.
    Rejected {
        /// AWS's error code.
        code: String,
        /// AWS's message.
        message: String,
    },
    /// It was looked for.
    Probed {
        /// What was found.
        sighting: Sighting,
    },
}

/// One look of a wait or a verification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgressEvent {
    /// The run.
    pub run: RunId,
    /// The wait's or verification's name.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// What was judged this time.
    pub verdict: Verdict,
    /// The facts it was judged by.
    pub facts: serde_json::Value,
    /// When.
    pub at: Timestamp,
    /// When it gives up.
    pub until: Timestamp,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The run.
    pub run: RunId,
    /// One line for people.
    pub title: String,
    /// How.
    pub ended: Ended,
    /// In words.
    pub why: String,
    /// Whether something was changed that can be taken back by [`Request::Undo`].
    pub undoable: bool,
    /// The run that this one took back, if it did.
    pub undoes: Option<RunId>,
    /// When.
    pub at: Timestamp,
}

/// The ways a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Done, and what was promised was seen.
    Succeeded,
    /// Done, but whether it helped could not be told.
    Unverified,
    /// Done, and it did not help.
    Failed,
    /// AWS refused the call. Nothing happened in that step.
    Rejected,
    /// The call had no effect. Nothing happened in that step; a fresh plan may be proposed.
    Absent,
    /// Somebody else has changed the same thing. The operator decides.
    Conflict,
    /// The account had moved before a step could be sent.
    Moved,
    /// The kill switch was pulled before the next call was sent.
    Halted,
    /// Given up by the operator.
    Abandoned,
}

/// Glass that was broken: somebody answered alone for gates that ask for more, and it is to be reviewed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// The plan.
    pub plan: PlanId,
    /// One line for people.
    pub title: String,
    /// Which gates.
    pub gates: Vec<Gate>,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A run between two of its steps, that nobody is at work on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Why it does not go on.
    pub why: String,
    /// The step that comes next, in one line.
    pub next: String,
    /// Which step that is, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// Whether all that was done so far can be taken back.
    pub undoable: bool,
}

/// A run that began and has not ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unfinished {
    /// The run.
    pub run: RunId,
    /// One line for people.
    pub title: String,
    /// `sim` or `live`.
    pub realm: String,
    /// Where.
    pub scope: Scope,
    /// When it began.
    pub began: Timestamp,
    /// The step whose outcome nobody knows, if there is one.
    pub adrift: Option<String>,
    /// How it paused, if it did: what is left of it is gone on with by an approval of its own.
    #[serde(default)]
    pub paused: Option<Paused>,
    /// The runbook that it goes by.
    pub runbook: String,
    /// SHA-256 of that runbook's text, in hex: the file may have been edited since, and the run goes by this text.
    pub sha256: String,
    /// Whether this desk can resume it: same realm, account and region.
    pub ours: bool,
}
