//! The format `runbook/1`, as serde reads it. Data only: no scripts, no shell, no field that nobody knows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchdeck_domain::MutationClass;
use watchdeck_guard::{Note, Risk};

use crate::behaviour::{Approvals, Call, Failing, OnError, ProbeText, Scope, Undo, WaitStatus};
use crate::composed::Called;
use crate::param::Param;
use crate::scenario::Scenario;
use crate::schema::{ClassWord, NoteText, RiskWord};

/// The schema that this build reads.
pub(crate) const SCHEMA: &str = "runbook/1";

/// A runbook. [`parse`](crate::parse()) makes one out of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    #[schemars(with = "RiskWord")]
    pub risk: Risk,
    /// Where it may be used, and how much it may touch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Its parameters.
    #[serde(default)]
    pub params: BTreeMap<String, Param>,
    /// Names that are derived from the run, each a place of its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, Named>,
    /// What it must pass.
    pub gates: Gates,
    /// What is read before the operator is asked.
    #[serde(default, rename = "fact")]
    pub facts: Vec<Reading>,
    /// What must hold of it.
    #[serde(default, rename = "check")]
    pub checks: Vec<CheckText>,
    /// What only a person can tell.
    #[serde(default, rename = "human", skip_serializing_if = "Vec::is_empty")]
    pub humans: Vec<Human>,
    /// What is done.
    #[serde(default, rename = "step")]
    pub steps: Vec<StepText>,
    /// Other runbooks that it calls.
    #[serde(default, rename = "call", skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// What must come to rest afterwards, besides what was changed.
    #[serde(default, rename = "wait")]
    pub waits: Vec<WaitText>,
    /// What must be seen afterwards.
    #[serde(default, rename = "verify")]
    pub verifications: Vec<VerifyText>,
    /// What the operator should read.
    #[serde(default, rename = "note")]
    #[schemars(with = "Vec<NoteText>")]
    pub notes: Vec<Note>,
    /// What it must come to on the simulated account.
    #[serde(default, rename = "scenario", skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<Scenario>,
    /// Those that it calls, where the catalogue has put them in.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) called: Vec<Called>,
    /// Its text, whole.
    #[serde(skip)]
    #[schemars(skip)]
    pub text: String,
}

/// A name that is derived from the run: `rpt-orders-db-20261121-f00d42`. The same run always derives the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What it begins with.
    pub prefix: String,
    /// The parameter that it is a name for.
    pub of: String,
    /// The instant whose day stands in it, as it reads where it was meant; that of the plan unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
}

/// What a plan of this runbook must pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// How the operator says yes.
    pub confirm: Confirm,
    /// The phrase, with the places `{target}`, `{to}` and `{account}`.
    pub phrase: String,
    /// How long the plan stands, in seconds.
    pub plan_ttl_s: u64,
    /// Who else must say yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvals: Option<Approvals>,
}

/// How the operator says yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    /// By typing a phrase that names the target.
    Typed,
}

/// A question, by its name in the domain, with its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// The region that is asked, with places; where the runbook works unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckText {
    /// Its name.
    pub id: String,
    /// One line for people, with places.
    pub title: String,
    /// The expression that must hold.
    pub holds: String,
    /// What happens when it does not: `stop`, `warn`, or `offer:RUNBOOK`, which stops and names another runbook.
    pub on_fail: Failing,
    /// What happens when it cannot be told; as when it does not hold, unless said.
    #[serde(default)]
    pub on_unknown: Option<Failing>,
    /// What that means, and what to do; with places.
    pub message: String,
}

/// Something that only a person can tell. Its answer is a parameter of its own name: yes, or there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Human {
    /// Its name, and that of the parameter that answers it.
    pub id: String,
    /// What is asked, with places.
    pub question: String,
    /// What a no means, and what to do; with places.
    pub message: String,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepText {
    /// Its name.
    pub id: String,
    /// One line for people, with places.
    pub title: String,
    /// What is done: the name of a change, such as `point-alias`.
    pub action: String,
    /// What makes a repeat safe. Said, not guessed: it must be that of the action.
    #[schemars(with = "ClassWord")]
    pub class: MutationClass,
    /// The action's members, with places.
    pub with: serde_json::Map<String, serde_json::Value>,
    /// The members that a secret may stand in. Whoever reads the target at AWS can read it there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<String>,
    /// How long an unanswered call may still take effect, in seconds; by its class unless said.
    #[serde(default)]
    pub settle_s: Option<u32>,
    /// Over the parameters: a step for which it does not hold is left out of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The region where it is done, with places; where the runbook works unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// How long it may take to come to rest, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u32>,
    /// How one tells whether it was made, where its answer is lost and its target does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeText>,
    /// How it is undone: `restore` puts back what was there; or a call of its own.
    #[serde(default)]
    pub undo: Option<Undo>,
    /// Why it is not.
    #[serde(default)]
    pub irreversible: Option<String>,
    /// Said of a step after which nothing before it can be undone, and undoable steps follow.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub point_of_no_return: bool,
    /// What a person is asked before it is sent, with places: nothing but their word lets the run go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<String>,
    /// What happens when it is refused; the run stops unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_error: Option<OnError>,
}

impl StepText {
    /// How long an unanswered call may still take effect, in seconds.
    pub fn settle_s(&self) -> u32 {
        self.settle_s.unwrap_or(settles(self.class))
    }
}

/// How long an unanswered call of a class may still take effect, in seconds, unless a step says otherwise.
pub(crate) fn settles(class: MutationClass) -> u32 {
    match class {
        MutationClass::Token => 5,
        MutationClass::Cas | MutationClass::Absolute => 30,
        MutationClass::Named => 60,
        MutationClass::Trigger => 120,
    }
}

/// One wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    #[serde(default)]
    pub until: Option<String>,
    /// Or the words that a status may say, and what each means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<WaitStatus>,
    /// Seconds between readings.
    pub every_s: u32,
    /// Seconds after which it has failed.
    pub timeout_s: u32,
}

impl WaitText {
    /// The expression that ends it.
    pub fn ends(&self) -> String {
        let by_status = || self.status.as_ref().map(WaitStatus::until);
        self.until.clone().or_else(by_status).unwrap_or_default()
    }
}

/// One verification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyText {
    /// Its name.
    pub id: String,
    /// One line for people, with places.
    pub title: String,
    /// The step after which it is made, before the next one is done; after all of them unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
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
