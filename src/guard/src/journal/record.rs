//! What the journal writes down, and a row of it.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Identity, MutationClass, RequestId, RevisionId, RunId, Timestamp};

use crate::approval::Approval;
use crate::desk::Ended;
use crate::draft::{Draft, PlanId};
use crate::evidence::{Evidence, Fingerprint, Why};
use crate::gate::{Gate, Passage};
use crate::incident::Incident;
use crate::judge::Verdict;
use crate::lease::{Lease, Tenure};
use crate::probe::Sighting;
use crate::run::Doubt;

/// One row of the journal, as its body says. The body's bytes are what the chain is made over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its place: 0, 1, 2 without gaps. It rules over time, which may run backwards.
    pub seq: u64,
    /// Which opening of the journal wrote it.
    pub epoch: u64,
    /// When, by the clock of the realm.
    pub at: Timestamp,
    /// The run that it is about.
    pub run: Option<RunId>,
    /// What happened.
    #[serde(flatten)]
    pub record: Record,
}

/// What happened. An unknown kind makes the journal one of a newer build, which this one does not resume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Record {
    /// The first row: which journal this is, and what came before it.
    Genesis {
        /// The journal's name, also in its checkpoints.
        origin: String,
        /// The last hash of the journal before this one.
        previous: Option<String>,
        /// Why there is none, if there is none.
        reason: String,
    },
    /// The journal was opened for writing.
    Opened {
        /// By which build.
        build: String,
    },
    /// A plan was checked and its question put.
    Gate {
        /// The plan.
        plan: PlanId,
        /// One line for people.
        title: String,
        /// The plan's hash.
        hash: String,
        /// The checks' results.
        evidence: Vec<Evidence>,
        /// The gates, as they stood.
        #[serde(default)]
        passages: Vec<Passage>,
    },
    /// The guard said no.
    Refused {
        /// The plan.
        plan: PlanId,
        /// The kind.
        why: Why,
        /// In words.
        what: String,
    },
    /// A phrase was not the one.
    Mistyped {
        /// The plan.
        plan: PlanId,
    },
    /// The operator let the plan go.
    Withdrawn {
        /// The plan.
        plan: PlanId,
    },
    /// A second person approved it.
    Countersigned {
        /// The plan.
        plan: PlanId,
        /// Who.
        approval: Approval,
    },
    /// One person answers alone for gates that ask for more. It is reviewed afterwards.
    BrokeGlass {
        /// The plan.
        plan: PlanId,
        /// One line for people.
        title: String,
        /// Which gates.
        gates: Vec<Gate>,
        /// Why.
        reason: String,
        /// Who.
        by: String,
    },
    /// The review of broken glass was closed.
    Reviewed {
        /// The plan.
        plan: PlanId,
        /// What came of it.
        note: String,
        /// Who closed it.
        by: String,
    },
    /// An incident was declared.
    Declared {
        /// It.
        incident: Incident,
    },
    /// The incident that was declared is over.
    Over {
        /// Its id.
        id: String,
        /// Who ended it.
        by: String,
    },
    /// A plan goes on without a second person, since an incident is declared. It is reviewed afterwards.
    ByIncident {
        /// The plan.
        plan: PlanId,
        /// One line for people.
        title: String,
        /// The incident.
        incident: String,
        /// Who carries it out.
        by: String,
    },
    /// The kill switch was pulled.
    Stopped {
        /// By whom.
        by: String,
    },
    /// The kill switch was released.
    Released {
        /// By whom.
        by: String,
    },
    /// A run began: everything needed to finish it, or to find out how it stands.
    RunBegin(Box<Begun>),
    /// Somebody answered the question.
    Approval {
        /// Their name on this machine.
        by: String,
        /// What they typed.
        phrase: String,
        /// The hash of the plan that they approved.
        hash: String,
        /// Why it is done, in their words.
        #[serde(default)]
        reason: Option<String>,
        /// Who else has approved it.
        #[serde(default)]
        approvals: Vec<Approval>,
        /// Why the glass was broken, if it was.
        #[serde(default)]
        glass: Option<String>,
    },
    /// A call is about to be sent. Durable before its first byte leaves.
    Intent {
        /// The step.
        step: String,
        /// The first is 1.
        attempt: u32,
        /// What makes a repeat safe.
        class: MutationClass,
        /// The service.
        service: String,
        /// The operation.
        operation: String,
        /// The parameters.
        request: serde_json::Value,
        /// How long an unanswered call may still take effect, in milliseconds.
        settle_ms: u64,
    },
    /// No usable answer came.
    Unanswered {
        /// The step.
        step: String,
        /// Why.
        doubt: Doubt,
    },
    /// It was looked for.
    Probe {
        /// The step.
        step: String,
        /// What was found.
        sighting: Sighting,
    },
    /// What came of an intent.
    Outcome {
        /// The step.
        step: String,
        /// What.
        fate: Fate,
    },
    /// A wait or a verification ended.
    Verify {
        /// Its name.
        id: String,
        /// How.
        verdict: Verdict,
        /// The facts it was judged by.
        facts: serde_json::Value,
    },
    /// A run stopped without ending.
    Pause {
        /// Why.
        why: String,
    },
    /// A run waits for a person before a step.
    Waits {
        /// The step.
        step: String,
        /// What they are asked.
        question: String,
    },
    /// Somebody has let it go on.
    WentOn {
        /// The step.
        step: String,
        /// Who, by their name on this machine.
        by: String,
        /// What they typed.
        typed: String,
    },
    /// A run was taken up again.
    Resume {},
    /// What is left of a run that paused goes on, by an approval of its own.
    TakenUp(Box<TakenUp>),
    /// An effect that was told to be absent came after all: the run goes on where it had ended.
    Late {
        /// The step.
        step: String,
        /// The lock afterwards.
        revision: Option<RevisionId>,
    },
    /// A run ended.
    RunEnd {
        /// How.
        ended: Ended,
        /// In words.
        why: String,
    },
    /// A lease on a target of the run was taken, lost or given back.
    Lease {
        /// What became of it.
        tenure: Tenure,
        /// The lease, as it was taken.
        lease: Lease,
    },
    /// Nothing happened for an hour, and the journal is still here.
    Heartbeat {},
}

/// The first row of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    /// The plan that became the run.
    pub plan: PlanId,
    /// `sim` or `live`.
    pub realm: String,
    /// The plan's hash.
    pub hash: String,
    /// The principal.
    pub identity: Identity,
    /// The draft, with the whole text of its runbook.
    pub draft: Draft,
    /// What was pinned.
    pub fingerprints: Vec<Fingerprint>,
    /// When the approval ends.
    pub expires: Timestamp,
}

/// How a run goes on after a pause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakenUp {
    /// The step that comes next.
    pub step: String,
    /// The steps that had landed: they are not in the plan.
    pub landed: Vec<String>,
    /// The hash of the plan of what is left.
    pub hash: String,
    /// The principal.
    pub identity: Identity,
    /// What was pinned.
    pub fingerprints: Vec<Fingerprint>,
    /// When the approval ends.
    pub expires: Timestamp,
}

/// What came of an intent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "kebab-case")]
pub enum Fate {
    /// It was done.
    Landed {
        /// AWS's request id; none when a probe found it.
        request_id: Option<RequestId>,
        /// The lock afterwards.
        revision: Option<RevisionId>,
        /// What AWS has left as it was, of a change of many things: each with its reason.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        left: Vec<String>,
    },
    /// AWS refused it. Nothing was done.
    Rejected {
        /// AWS's code.
        code: String,
        /// AWS's message.
        message: String,
    },
    /// The kill switch was pulled before it was sent. Nothing was done.
    Halted,
    /// It had no effect.
    Absent,
    /// Somebody else has been there.
    Conflict {
        /// What is there.
        seen: String,
    },
}
