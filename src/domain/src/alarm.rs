//! CloudWatch alarms: what they watch, how they stand, and how they stood.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::metric::MetricName;

/// One alarm, as DescribeAlarms answers it. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its name, unique in account and region.
    pub name: String,
    /// Its ARN; empty where a server gives none.
    pub arn: String,
    /// What its author wrote about it.
    pub description: String,
    /// How it stands.
    pub state: AlarmState,
    /// Why, in CloudWatch's words.
    pub reason: String,
    /// Since when it stands so; 1970 where a server does not tell.
    pub since: Timestamp,
    /// The metric it watches; nothing for a composite alarm, or one over an expression.
    pub metric: Option<MetricName>,
    /// What it compares with, in words: `Sum > 5 in 3 of 5 periods of 60 s`; the rule of a composite alarm.
    pub condition: String,
    /// Whether it tells anybody.
    pub actions_enabled: bool,
    /// Whether it is made of other alarms.
    pub composite: bool,
}

/// Alarms that tell nobody for a while: there is none without an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// The alarms, by name and in order.
    pub alarms: Vec<String>,
    /// From when, a whole minute.
    pub from: Timestamp,
    /// Until when, a whole minute.
    pub until: Timestamp,
}

impl Mute {
    /// When it begins, as AWS writes it: `at(2026-11-22T03:00)`, in UTC.
    pub fn expression(&self) -> String {
        format!("at({})", minute(self.from))
    }

    /// How long it lasts, as AWS writes it: `PT60M`.
    pub fn duration(&self) -> String {
        format!("PT{}M", self.until.since(self.from).as_secs().div_ceil(60))
    }

    /// When it ends, to the minute: `2026-11-22T04:00Z`.
    pub fn end(&self) -> String {
        format!("{}Z", minute(self.until))
    }
}

/// An instant to its minute, without its zone.
fn minute(at: Timestamp) -> String {
    at.to_string().chars().take(16).collect()
}

/// A rule that mutes alarms, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MuteStanding {
    /// What it mutes, and until when.
    pub mute: Mute,
    /// `SCHEDULED`, `ACTIVE` or `EXPIRED`.
    pub status: String,
}

/// How an alarm stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AlarmState {
    /// The condition is met.
    Alarm,
    /// There is not enough data to tell.
    InsufficientData,
    /// The condition is not met.
    Ok,
    /// A word that this build does not know.
    Other(String),
}

impl AlarmState {
    /// The state of that name in the API.
    pub fn parse(text: &str) -> Self {
        match text {
            "ALARM" => Self::Alarm,
            "INSUFFICIENT_DATA" => Self::InsufficientData,
            "OK" => Self::Ok,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for AlarmState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
            Self::Ok => "OK",
            Self::Other(text) => text,
        })
    }
}

/// One entry of an alarm's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmChange {
    /// When.
    pub at: Timestamp,
    /// The kind, such as `StateUpdate`, `ConfigurationUpdate` or `Action`.
    pub kind: String,
    /// One line in CloudWatch's words; hostile.
    pub summary: String,
    /// The state it left and the state it entered, for a change of state.
    pub states: Option<(AlarmState, AlarmState)>,
}
