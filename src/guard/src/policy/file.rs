//! Reading `policy.toml`: a file with a mistake gives no rules at all, and then nothing may be changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::json;
use watchdeck_domain::Environment;

use super::{Policy, Role, Rule, Rules};
use crate::incident::{IncidentRules, LONGEST_HOURS};
use crate::judge::Judge;

/// The format that this build reads.
const SCHEMA: &str = "policy/1";

/// The rules of the house: the policy, the calendars, the second person, and further files that stop everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct House {
    /// Who may what.
    pub policy: Policy,
    /// iCalendar files; while one of their events is on, nothing is changed. Relative to the file.
    pub calendars: Vec<PathBuf>,
    /// The file with the keys of those who may approve. Relative to the file.
    pub approvers: Option<PathBuf>,
    /// How many must approve where a second person is asked for.
    pub approvals: usize,
    /// Whether those who approve must be of different teams, and of another than the one who asks.
    pub distinct_teams: bool,
    /// Files that stop all changes while they are there, besides the one in the state folder.
    pub stop_files: Vec<PathBuf>,
    /// Whether an incident may be declared, and for how long.
    pub incident: IncidentRules,
}

/// Why a policy file gives no rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    schema: String,
    #[serde(default)]
    role: BTreeMap<String, Role>,
    #[serde(default)]
    permit: Vec<Rule>,
    #[serde(default)]
    forbid: Vec<Rule>,
    #[serde(default)]
    calendars: Vec<PathBuf>,
    #[serde(default)]
    stop_files: Vec<PathBuf>,
    second_person: Option<RawSecond>,
    #[serde(default)]
    incident: IncidentRules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSecond {
    approvers: PathBuf,
    #[serde(default = "one")]
    approvals: usize,
    #[serde(default)]
    distinct_teams: bool,
}

fn one() -> usize {
    1
}

impl House {
    /// Where there is no file: what was so before there were policies.
    pub fn bare() -> Self {
        Self { approvals: 1, ..Self::default() }
    }

    /// Where there is a file that cannot be understood: nothing may be changed.
    pub fn shut(why: impl Into<String>) -> Self {
        Self { policy: Policy::Unreadable(why.into()), ..Self::bare() }
    }

    /// Reads the text of a file. The conditions are tried, so that one that is no expression is found here.
    ///
    /// # Errors
    /// Says what is wrong, with its line where it has one.
    pub fn read(text: &str, judge: &dyn Judge) -> Result<Self, PolicyError> {
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| {
                let before = text.get(..span.start).unwrap_or_default();
                before.bytes().filter(|byte| *byte == b'\n').count() + 1
            });
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            PolicyError(format!("{line}{}", error.message()))
        })?;
        if raw.schema != SCHEMA {
            return Err(PolicyError(format!(
                "its schema is `{}`; this build reads `{SCHEMA}`",
                raw.schema
            )));
        }
        let mut ids = BTreeSet::new();
        for rule in raw.permit.iter().chain(&raw.forbid) {
            if rule.id.trim().is_empty() || !ids.insert(rule.id.as_str()) {
                return Err(PolicyError(format!(
                    "a rule needs a name of its own; `{}` is none",
                    rule.id
                )));
            }
            examine(rule, &raw.role, judge)?;
        }
        let second = raw.second_person;
        if second.as_ref().is_some_and(|second| second.approvals == 0) {
            return Err(PolicyError("`approvals` is at least 1".into()));
        }
        if !(1..=LONGEST_HOURS).contains(&raw.incident.hours) {
            return Err(PolicyError(format!("an incident lasts 1 to {LONGEST_HOURS} hours")));
        }
        let roles = raw.role.into_iter().map(|(name, role)| Role { name, ..role }).collect();
        Ok(Self {
            policy: Policy::Given(Box::new(Rules {
                roles,
                permit: raw.permit,
                forbid: raw.forbid,
            })),
            calendars: raw.calendars,
            stop_files: raw.stop_files,
            incident: raw.incident,
            approvals: second.as_ref().map_or(1, |second| second.approvals),
            distinct_teams: second.as_ref().is_some_and(|second| second.distinct_teams),
            approvers: second.map(|second| second.approvers),
        })
    }
}

/// What is wrong with a rule by itself.
fn examine(
    rule: &Rule,
    roles: &BTreeMap<String, Role>,
    judge: &dyn Judge,
) -> Result<(), PolicyError> {
    if let Some(role) = rule.roles.iter().find(|role| !roles.contains_key(*role)) {
        return Err(PolicyError(format!(
            "rule `{}` names the role `{role}`, which the file does not have",
            rule.id
        )));
    }
    let unknown = |name: &&String| Environment::parse(name).is_none();
    if let Some(name) = rule.environments.iter().find(unknown) {
        let all = Environment::ALL.map(Environment::name).join(", ");
        return Err(PolicyError(format!(
            "rule `{}` names the environment `{name}`; there are {all}",
            rule.id
        )));
    }
    let condition = rule.when.as_deref().map(|when| judge.judge(when, &json!({})));
    match condition {
        Some(Err(error)) => Err(PolicyError(format!("rule `{}`: {error}", rule.id))),
        Some(Ok(_)) | None => Ok(()),
    }
}
