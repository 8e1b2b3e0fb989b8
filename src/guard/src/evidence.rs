//! What was seen: results of checks, fingerprints, and the reasons for a no.

use serde::{Deserialize, Serialize};
use watchdeck_domain::Timestamp;

use crate::judge::Verdict;

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The check's name.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// What was judged.
    pub expression: String,
    /// What came of it.
    pub verdict: Verdict,
    /// What it means for the plan.
    pub standing: Standing,
    /// What to make of it; empty when it holds.
    pub message: String,
    /// When the facts were read.
    pub at: Timestamp,
}

/// What a check's result means for the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As it should be.
    Passed,
    /// Not as it should be; the operator decides.
    Warned,
    /// The plan is refused.
    Stopped,
}

/// The value of one pinned part of a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The fact.
    pub fact: String,
    /// The part, as a JSON pointer.
    pub field: String,
    /// Its value.
    pub value: serde_json::Value,
}

/// One thing that is no longer as it was when the operator said yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// What: `alias/revision`.
    pub what: String,
    /// What it was.
    pub was: serde_json::Value,
    /// What it is.
    pub is: serde_json::Value,
}

/// A no from the guard. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    /// The kind.
    pub why: Why,
    /// What happened, and why.
    pub what: String,
    /// What to do.
    pub hint: String,
    /// The checks that were made, if it came to that.
    pub evidence: Vec<Evidence>,
    /// What has moved, if that is the reason.
    pub moved: Vec<Moved>,
}

impl Refusal {
    /// A refusal without evidence.
    pub fn new(why: Why, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { why, what: what.into(), hint: hint.into(), evidence: Vec::new(), moved: Vec::new() }
    }
}

/// Why the guard says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The draft is not one that can be planned.
    Draft,
    /// The credentials belong to another account, region or principal.
    Identity,
    /// Something that must be known could not be read.
    Read,
    /// A check stops the plan.
    Check,
    /// The account is no longer as it was when it was checked.
    Moved,
    /// The phrase was not typed exactly.
    Phrase,
    /// It is too late.
    Expired,
    /// The policy does not permit it.
    Policy,
    /// A gate is not passed.
    Gate,
    /// The kill switch is pulled.
    Stopped,
    /// The desk is armed no longer.
    Disarmed,
    /// The journal could not take it down; nothing is sent that is not written first.
    Journal,
    /// Another run on the same target is not settled.
    Busy,
    /// There is no such plan or run here, or not in a state for that.
    Absent,
}
