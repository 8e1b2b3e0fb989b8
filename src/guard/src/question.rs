//! The question put to the operator: everything the answer commits to, as data.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Identity, MutationClass, Permission, Region, RunId, Scope, Timestamp};

use crate::draft::{Note, PlanId, Risk};
use crate::evidence::{Evidence, Fingerprint};
use crate::gate::Passage;

/// What the operator is asked, and what the screen shows while they think.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The plan.
    pub plan: PlanId,
    /// One line for people.
    pub title: String,
    /// Exactly this must be typed.
    pub phrase: String,
    /// `sim` or `live`.
    pub realm: String,
    /// The account and region.
    pub scope: Scope,
    /// The principal that will act; pinned.
    pub identity: Identity,
    /// How dangerous it is.
    pub risk: Risk,
    /// The calls that will be made, in order; none other.
    pub calls: Vec<Call>,
    /// What will differ.
    pub differences: Vec<Difference>,
    /// What else is touched: one line a thing.
    pub blast_radius: Vec<String>,
    /// What IAM must allow.
    pub permissions: Vec<Permission>,
    /// How it is taken back: one line a step.
    pub reversals: Vec<String>,
    /// The gates, as they stand.
    pub passages: Vec<Passage>,
    /// The line to hand over to a second person, where one is asked for.
    pub handover: Option<String>,
    /// The checks and their results.
    pub evidence: Vec<Evidence>,
    /// What must still be the same when it is done.
    pub fingerprints: Vec<Fingerprint>,
    /// What the operator should read.
    pub notes: Vec<Note>,
    /// What will be watched afterwards: one line a thing.
    pub afterwards: Vec<String>,
    /// The runbook: `lambda.rollback v1 (sha256 1f2e..)`.
    pub runbook: String,
    /// The run that this takes back, if it does.
    pub undoes: Option<RunId>,
    /// When it was checked.
    pub checked: Timestamp,
    /// After this it is too late to answer.
    pub expires: Timestamp,
    /// SHA-256 over the canonical JSON of the plan, in hex.
    pub hash: String,
    /// SHA-256 over what would be done and what that depends on, in hex: the same when the plan is made again and nothing
    /// of it has changed. A recording of an older build has none.
    #[serde(default)]
    pub content: String,
}

/// One API call, exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The step.
    pub step: String,
    /// The service, such as `Lambda`.
    pub service: String,
    /// The operation, such as `UpdateAlias`.
    pub operation: String,
    /// Its parameters as the API names them.
    pub params: serde_json::Value,
    /// What makes a repeat safe.
    pub class: MutationClass,
    /// Where it is made, where that is another region than the plan's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

/// One field that will differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The field: `orders-writer:live version`.
    pub field: String,
    /// What it is.
    pub before: String,
    /// What it will be.
    pub after: String,
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The name on this machine, for the journal; the principal is the plan's.
    pub name: String,
}
