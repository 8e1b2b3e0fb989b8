//! Scenarios: what a runbook must come to on the simulated account. `watchdeck runbook test` plays them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name.
    pub id: String,
    /// What it is about, in a line.
    pub title: String,
    /// What there is.
    pub given: Given,
    /// The parameters.
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
    /// What must come of it.
    pub expect: Expect,
}

/// The account that a scenario is played on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The story.
    pub story: String,
    /// Its seed.
    #[serde(default = "one")]
    pub seed: u64,
    /// The region that one stands in; the account's own unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// How many seconds of it have passed.
    #[serde(default)]
    pub after_s: u32,
    /// Calls that are spoilt, as `--fault` of `watchdeck demo` takes them.
    #[serde(default)]
    pub faults: Vec<String>,
    /// Somebody else changes the first target between the plan and the run.
    #[serde(default)]
    pub meddling: bool,
    /// How many seconds pass after that: what they did may take its time to show.
    #[serde(default)]
    pub meddling_s: u32,
    /// The run is taken back after it.
    #[serde(default)]
    pub undo: bool,
}

fn one() -> u64 {
    1
}

/// What must come of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// How it ends.
    pub ended: Ending,
    /// How many changes reached the account, the undo's among them.
    pub changes: u32,
}

/// How a scenario ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// No plan was made: a check, a parameter or the account said no.
    Refused,
    /// The changes landed, and what was promised was seen.
    Succeeded,
    /// The changes landed, and nothing can be said of what was promised.
    Unverified,
    /// The changes landed, and they did not help.
    Failed,
    /// AWS refused a call.
    Rejected,
    /// A call had no effect.
    Absent,
    /// Somebody else changed the same thing.
    Conflict,
    /// The account had moved before anything could be sent.
    Moved,
    /// The changes landed, and were taken back.
    Undone,
}

impl Ending {
    /// Its word in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Succeeded => "succeeded",
            Self::Unverified => "unverified",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Absent => "absent",
            Self::Conflict => "conflict",
            Self::Moved => "moved",
            Self::Undone => "undone",
        }
    }
}
