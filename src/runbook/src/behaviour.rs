//! What a runbook may ask for beyond reading, checking and changing: scope, failing, undoing, calling, waiting by a status.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use watchdeck_domain::MutationClass;
use watchdeck_guard::OnFail;

use crate::format::Reading;
use crate::schema::{ClassWord, FailingWord};

/// Where a runbook may be used, and how much it may touch: checked before there is a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The services that its steps may call, such as `lambda`; any unless said.
    #[serde(default)]
    pub services: Vec<String>,
    /// The regions; any unless said.
    #[serde(default)]
    pub regions: Vec<String>,
    /// The most resources that one plan may change.
    #[serde(default)]
    pub max_resources: Option<usize>,
    /// The IAM actions that its steps may need; any unless said.
    #[serde(default)]
    pub iam: Vec<String>,
}

/// Who else must say yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approvals {
    /// How many others.
    pub count: u32,
    /// Over the parameters: when they are needed; always unless said.
    #[serde(default)]
    pub when: Option<String>,
    /// Whether they must be of different teams.
    #[serde(default)]
    pub distinct_teams: bool,
}

/// What a check that does not hold does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "FailingWord")]
pub enum Failing {
    /// The plan is refused.
    Stop,
    /// The operator is told, and may go on.
    Warn,
    /// The plan is refused, and this runbook is named as what may help.
    Offer(String),
}

impl Failing {
    /// What it does to the plan.
    pub fn effect(&self) -> OnFail {
        match self {
            Self::Stop | Self::Offer(_) => OnFail::Stop,
            Self::Warn => OnFail::Warn,
        }
    }
}

impl TryFrom<String> for Failing {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match (text.as_str(), text.strip_prefix("offer:")) {
            ("stop", _) => Ok(Self::Stop),
            ("warn", _) => Ok(Self::Warn),
            (_, Some(runbook)) if !runbook.is_empty() => Ok(Self::Offer(runbook.to_owned())),
            _ => Err(format!(
                "unknown variant `{}`, expected `stop`, `warn` or `offer:RUNBOOK`",
                text.escape_debug()
            )),
        }
    }
}

impl From<Failing> for String {
    fn from(failing: Failing) -> Self {
        match failing {
            Failing::Stop => "stop".into(),
            Failing::Warn => "warn".into(),
            Failing::Offer(runbook) => format!("offer:{runbook}"),
        }
    }
}

/// How a step is undone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Undo {
    /// `restore`: what was there is put back.
    Restore(Restore),
    /// By a call of its own.
    Call(Box<UndoCall>),
}

/// The word `restore`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Restore {
    /// What was there is put back.
    Restore,
}

/// How one tells whether a step was made. Where neither expression holds, it cannot be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeText {
    /// What is read.
    #[serde(rename = "fact")]
    pub facts: Vec<Reading>,
    /// The expression that holds where it was made.
    pub made: String,
    /// The expression that holds where it was not made, and will not be.
    pub absent: String,
}

/// A call that undoes a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoCall {
    /// What is done.
    pub action: String,
    /// What makes a repeat safe.
    #[schemars(with = "ClassWord")]
    pub class: MutationClass,
    /// The action's members, with places. `{before.NAME}` is a part of what was there before the change.
    pub with: Map<String, Value>,
    /// Why it cannot be taken back in turn; what has such a reason undoes nothing.
    #[serde(default)]
    pub irreversible: Option<String>,
}

/// What happens when a step is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnError {
    /// What is done then.
    #[serde(rename = "do")]
    pub then: Then,
}

/// What is done when a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// The run stops; what landed stays, and can be undone.
    Stop,
    /// What landed is taken back.
    Undo,
    /// The next step is done.
    Continue,
}

/// Another runbook, called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its name within the run.
    pub id: String,
    /// The runbook's id.
    pub runbook: String,
    /// The step after which it is called.
    #[serde(default)]
    pub after: Option<String>,
    /// Its parameters, with places.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// What a person is asked before it begins: nothing but their word lets the run go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<String>,
    /// The region where it works, with places; that of whoever calls it unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Over the parameters: a runbook for which it does not hold is left out of the plan, with all that it reads and asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Said of a runbook whose last step is the one after which nothing before it can be undone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub point_of_no_return: bool,
    /// What happens when one of its steps is refused; as it says itself unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_error: Option<OnError>,
}

/// The words that a status may say, and what each means. A word that is in no list goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitStatus {
    /// The expression that gives the word.
    pub of: String,
    /// The words that end the wait.
    pub good: Vec<String>,
    /// The words that end it badly.
    #[serde(default)]
    pub bad: Vec<String>,
    /// The words that are known to pass.
    #[serde(default)]
    pub going_on: Vec<String>,
}

impl WaitStatus {
    /// The expression that ends the wait.
    pub fn until(&self) -> String {
        self.says(&self.good)
    }

    /// The expression that ends it badly, where there are words for that.
    pub fn fail(&self) -> Option<String> {
        (!self.bad.is_empty()).then(|| self.says(&self.bad))
    }

    fn says(&self, words: &[String]) -> String {
        let words = serde_json::to_string(words).unwrap_or_default();
        format!("({}) in {words}", self.of)
    }
}
