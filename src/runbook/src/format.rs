//! The format `runbook/1`, as serde reads it. Data only: no scripts, no shell, no field that nobody knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use watchdeck_domain::MutationClass;
use watchdeck_guard::{Note, OnFail, Risk};

use crate::param::ParamType;

/// The schema that this build reads.
pub(crate) const SCHEMA: &str = "runbook/1";

/// A runbook. [`parse`](crate::parse()) makes one out of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runbook {
    /// `runbook/1`.
    pub schema: String,
    /// Its id, such as `lambda.rollback`.
    pub id: String,
    /// Its version; counted up with every change.
    pub version: u32,
    /// One line for people, with places.
    pub title: String,
    /// What it is for, in a sentence or two.
    pub summary: String,
    /// How dangerous it is.
    pub risk: Risk,
    /// Its parameters.
    pub params: BTreeMap<String, Param>,
    /// What it must pass.
    pub gates: Gates,
    /// What is read before the operator is asked.
    #[serde(default, rename = "fact")]
    pub facts: Vec<Reading>,
    /// What must hold of it.
    #[serde(default, rename = "check")]
    pub checks: Vec<CheckText>,
    /// What is done.
    #[serde(rename = "step")]
    pub steps: Vec<StepText>,
    /// What must come to rest afterwards, besides what was changed.
    #[serde(default, rename = "wait")]
    pub waits: Vec<WaitText>,
    /// What must be seen afterwards.
    #[serde(default, rename = "verify")]
    pub verifications: Vec<VerifyText>,
    /// What the operator should read.
    #[serde(default, rename = "note")]
    pub notes: Vec<Note>,
    /// Its text, whole.
    #[serde(skip)]
    pub text: String,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// What it may be.
    #[serde(rename = "type")]
    pub kind: ParamType,
    /// What it means.
    pub help: String,
    /// What it is when nobody says.
    #[serde(default)]
    pub default: Option<serde_json::Value>,
}

/// What a plan of this runbook must pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// How the operator says yes.
    pub confirm: Confirm,
    /// The phrase, with the places `{target}`, `{to}` and `{account}`.
    pub phrase: String,
    /// How long the plan stands, in seconds.
    pub plan_ttl_s: u64,
}

/// How the operator says yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    /// By typing a phrase that names the target.
    Typed,
}

/// A question, by its name in the domain, with its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The variable that the answer becomes.
    pub name: String,
    /// The question's name: `alias-of`, `metrics`, ...
    pub read: String,
    /// Its members, with places. A time span is put in by the window.
    #[serde(default)]
    pub with: serde_json::Map<String, serde_json::Value>,
    /// The last so many seconds.
    #[serde(default)]
    pub last_s: Option<u32>,
    /// From the change on.
    #[serde(default)]
    pub since_change: bool,
    /// The parts that must not change before the change: JSON pointers, empty for all.
    #[serde(default)]
    pub pin: Vec<String>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckText {
    /// Its name.
    pub id: String,
    /// One line for people, with places.
    pub title: String,
    /// The expression that must hold.
    pub holds: String,
    /// What happens when it does not.
    pub on_fail: OnFail,
    /// What happens when it cannot be told; as when it does not hold, unless said.
    #[serde(default)]
    pub on_unknown: Option<OnFail>,
    /// What that means, and what to do; with places.
    pub message: String,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepText {
    /// Its name.
    pub id: String,
    /// One line for people, with places.
    pub title: String,
    /// What is done: the name of a change, such as `point-alias`.
    pub action: String,
    /// What makes a repeat safe. Said, not guessed: it must be that of the action.
    pub class: MutationClass,
    /// The action's members, with places.
    pub with: serde_json::Map<String, serde_json::Value>,
    /// How long an unanswered call may still take effect, in seconds.
    pub settle_s: u32,
    /// How it is undone: `restore` puts back what was there.
    #[serde(default)]
    pub undo: Option<Undo>,
    /// Why it is not.
    #[serde(default)]
    pub irreversible: Option<String>,
}

/// How a step is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undo {
    /// What was there is put back.
    Restore,
}

/// One wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitText {
    /// Its name.
    pub id: String,
    /// One line for people, with places.
    pub title: String,
    /// What is read each time.
    #[serde(rename = "fact")]
    pub facts: Vec<Reading>,
    /// The expression that ends it.
    pub until: String,
    /// Seconds between readings.
    pub every_s: u32,
    /// Seconds after which it has failed.
    pub timeout_s: u32,
}

/// One verification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyText {
    /// Its name.
    pub id: String,
    /// One line for people, with places.
    pub title: String,
    /// What is read each time.
    #[serde(rename = "fact")]
    pub facts: Vec<Reading>,
    /// The expression that ends it well.
    pub pass: String,
    /// The expression that ends it badly at once.
    #[serde(default)]
    pub fail: Option<String>,
    /// The expression that says at the end that nothing can be said.
    pub unknown: String,
    /// Seconds between readings.
    pub every_s: u32,
    /// Seconds after which it is judged by `unknown`.
    pub timeout_s: u32,
}
