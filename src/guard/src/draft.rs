//! A draft: what somebody would like done, as plain data. It permits nothing.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Change, IdError, Query, Reversal, RunId, Scope, Timestamp};

/// A wish, compiled by a runbook or made by hand: steps, what to look at before, and what to look at after.
///
/// Anyone may hold, store and read one; past it nothing can be read from a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The id of the plan it will become. Never used twice: the journal refuses it.
    pub id: PlanId,
    /// One line for people: `roll orders-writer:live back to 41`.
    pub title: String,
    /// Where it comes from.
    pub runbook: Origin,
    /// The parameters it was compiled with.
    pub params: BTreeMap<String, serde_json::Value>,
    /// The account and region it is about.
    pub scope: Scope,
    /// The first step. A draft has at least one.
    pub first: Step,
    /// The steps after it.
    pub rest: Vec<Step>,
    /// What is read before the operator is asked; the names are the variables of the checks.
    pub facts: Vec<Fact>,
    /// Which parts of the facts must still be the same just before each change.
    pub pins: Vec<Pin>,
    /// What must hold of the facts.
    pub checks: Vec<Check>,
    /// What must come to rest after the changes, besides the changes themselves.
    pub waits: Vec<Wait>,
    /// What must be seen afterwards for the run to count as a success.
    pub verifications: Vec<Verification>,
    /// How dangerous it is.
    pub risk: Risk,
    /// How long the plan may be answered and begun, in seconds from the check.
    pub ttl_s: u64,
    /// The phrase to type. `{target}`, `{to}` and `{account}` are filled in from the first change: it cannot lie.
    pub phrase: String,
    /// Who else must say yes, beyond what the risk asks for by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<Others>,
    /// What the operator should read before answering.
    pub notes: Vec<Note>,
    /// The run that this takes back, if it does.
    pub undoes: Option<RunId>,
}

impl Draft {
    /// All steps in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

/// How many others must say yes, and whether they must be of different teams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Others {
    /// How many; at least one.
    pub count: usize,
    /// Whether no two of them may be of one team, nor of the asker's.
    pub distinct_teams: bool,
}

/// Where a draft comes from. The whole text travels along: a resumed run never reads the file again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The runbook's id, such as `lambda.rollback`.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 of its text, in hex.
    pub sha256: String,
    /// Its text.
    pub text: String,
}

/// One change, with what is needed to take it back and to find out whether it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name within the run.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// The change.
    pub change: Change,
    /// How it is taken back.
    pub reversal: Reversal,
    /// How long an unanswered call may still take effect, in milliseconds: nothing is decided before.
    pub settle_ms: u64,
    /// How long it may take to come to rest, in seconds; a quarter of an hour unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_s: Option<u32>,
    /// What follows when it does not come to what it should.
    #[serde(default)]
    pub on_error: OnError,
    /// How the runbook tells whether it was made, beside what the target itself tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<Probe>,
    /// What a person is asked before it is sent, once the steps before it have come to what they should.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<String>,
    /// Whether nothing before it is taken back any more once it has landed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_return: bool,
}

/// How a runbook tells whether a step was made, where its answer was lost: a question, and two expressions about what is read.
/// Where neither holds, it cannot tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// What is read.
    pub facts: Vec<Fact>,
    /// What holds where it was made.
    pub made: String,
    /// What holds where it was not made, and will not be.
    pub absent: String,
}

/// What follows when a step is refused, or what must be seen of it is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnError {
    /// The run stops. What landed stays, and can be taken back.
    #[default]
    Stop,
    /// The run stops, and the way back is proposed at once, with a question of its own.
    Undo,
    /// A refused step is passed over, and the next one is done. What cannot be told, or is somebody else's, stops the run
    /// all the same.
    Continue,
}

/// Something to read. The answer becomes the variable `name` of the expressions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// The variable.
    pub name: String,
    /// The question.
    pub query: Query,
    /// Where its time span lies; nothing keeps the one that the query has.
    pub window: Option<Window>,
}

/// A time span relative to the moment of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Window {
    /// The last so many seconds.
    LastSeconds(u32),
    /// From the first whole minute after the change to now.
    SinceChange,
}

/// A part of a fact that must not change between check and change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The fact.
    pub fact: String,
    /// The part, as a JSON pointer: `/revision`. Empty for all of it.
    pub field: String,
}

/// Something that must hold before the operator is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Its name.
    pub id: String,
    /// One line for people: `version 41 is active`.
    pub title: String,
    /// The expression that must hold.
    pub expression: String,
    /// What happens when it does not.
    pub on_fail: OnFail,
    /// What happens when it cannot be told.
    pub on_unknown: OnFail,
    /// What it means when it does not hold, and what to do.
    pub message: String,
}

/// What a failed check does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFail {
    /// The plan is refused.
    Stop,
    /// The operator is told, and may go on.
    Warn,
}

/// Something that must come to rest after the changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wait {
    /// Its name.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// What is read each time.
    pub facts: Vec<Fact>,
    /// The expression that ends the wait.
    pub until: String,
    /// The expression that ends it badly at once, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<String>,
    /// Seconds between readings.
    pub every_s: u32,
    /// Seconds after which the wait has failed.
    pub timeout_s: u32,
}

/// Something that must be seen after the changes. Neither passed nor failed in time is unknown, not passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// Its name.
    pub id: String,
    /// One line for people.
    pub title: String,
    /// The step after which it is made, before the next one is sent; after all of them unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What is read each time.
    pub facts: Vec<Fact>,
    /// The expression that ends it well.
    pub pass: String,
    /// The expression that ends it badly at once, if there is one.
    pub fail: Option<String>,
    /// The expression that tells, at the end of the time, that nothing can be said: no traffic.
    pub unknown: String,
    /// Seconds between readings.
    pub every_s: u32,
    /// Seconds after which it is judged by `unknown`: unknown if that holds or cannot be told, else failed.
    pub timeout_s: u32,
}

/// How dangerous a change is: which gates it must pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Risk {
    /// Reads.
    R0,
    /// Small and undone by a key.
    R1,
    /// Changes how production behaves; undone in seconds.
    R2,
    /// Changes data or many things at once.
    R3,
    /// Cannot be undone.
    R4,
}

impl Risk {
    /// The most steps that one plan of this risk may have: its blast radius. One of R4 may have more where its point of no
    /// return is drawn.
    pub fn most_steps(self) -> usize {
        match self {
            Self::R0 => 0,
            Self::R1 => 50,
            Self::R2 => 10,
            Self::R3 => 3,
            Self::R4 => 1,
        }
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// A paragraph for the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What it is about.
    pub title: String,
    /// The lines.
    pub lines: Vec<String>,
}

/// The id of a plan: `p-` and 32 hexadecimal digits. The run that a plan becomes has the same digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlanId(RunId);

impl PlanId {
    /// Draws a fresh id: in order of `now`, and random within it.
    pub fn draw(now: Timestamp) -> Self {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        let random: [u8; 10] = std::array::from_fn(|_| fastrand::u8(..));
        let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        Self(RunId::from_bits(uuid.as_u128()))
    }

    /// Parses `p-` and 32 hexadecimal digits.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let digits = text.strip_prefix("p-").unwrap_or("");
        RunId::parse(format!("r-{digits}")).map(Self).map_err(|error| IdError {
            wanted: "a plan id",
            text: text.chars().take(80).flat_map(char::escape_debug).collect(),
            why: error.why,
        })
    }

    /// The id of the run that this plan becomes.
    pub fn run(&self) -> &RunId {
        &self.0
    }

    /// The plan of a run.
    pub fn of(run: &RunId) -> Self {
        Self(run.clone())
    }
}

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p-{}", self.0.as_str().trim_start_matches("r-"))
    }
}

impl TryFrom<String> for PlanId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<PlanId> for String {
    fn from(id: PlanId) -> Self {
        id.to_string()
    }
}
