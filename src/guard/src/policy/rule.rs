//! One rule of a policy: what it is about, and whether it applies.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wish, matches};
use crate::draft::Risk;
use crate::judge::{Judge, Verdict};

/// A rule. A list that is empty is about everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, told with every refusal.
    pub id: String,
    /// The roles it is about.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Patterns of the ids of runbooks.
    #[serde(default)]
    pub runbooks: Vec<String>,
    /// Risks.
    #[serde(default)]
    pub risks: Vec<Risk>,
    /// Environments, by their names.
    #[serde(default)]
    pub environments: Vec<String>,
    /// Patterns of accounts.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Patterns of regions.
    #[serde(default)]
    pub regions: Vec<String>,
    /// A condition: an expression that must hold as well.
    #[serde(default)]
    pub when: Option<String>,
}

/// Whether a rule applies to a wish.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Applies {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// All but its condition does, and that cannot be told.
    Unknown(String),
}

impl Rule {
    pub(super) fn applies(
        &self,
        wish: &Wish<'_>,
        held: &[&str],
        judge: &dyn Judge,
        facts: &Value,
    ) -> Applies {
        let any = |patterns: &[String], text: &str| {
            patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, text))
        };
        let about = (self.roles.is_empty()
            || self.roles.iter().any(|role| held.contains(&role.as_str())))
            && any(&self.runbooks, wish.runbook)
            && (self.risks.is_empty() || self.risks.contains(&wish.risk))
            && any(&self.environments, wish.environment.name())
            && any(&self.accounts, wish.scope.account.as_str())
            && any(&self.regions, wish.scope.region.as_str());
        let Some(condition) = self.when.as_deref().filter(|_| about) else {
            return if about { Applies::Yes } else { Applies::No };
        };
        match judge.judge(condition, facts) {
            Ok(Verdict::True) => Applies::Yes,
            Ok(Verdict::False) => Applies::No,
            Ok(Verdict::Unknown(why)) => Applies::Unknown(why),
            Err(error) => Applies::Unknown(error.to_string()),
        }
    }
}

/// The variables of a condition.
pub(super) fn facts(wish: &Wish<'_>, held: &[&str]) -> Value {
    let identity = wish.identity;
    let (role, session) = identity.role().split_once('/').unwrap_or((identity.role(), ""));
    // 1970-01-01 was a Thursday, the fourth day of the week.
    let minutes = wish.at.as_millis().div_euclid(60_000);
    let weekday = (minutes.div_euclid(24 * 60) + 3).rem_euclid(7) + 1;
    json!({
        "principal": {
            "arn": identity.arn.as_str(),
            "account": identity.account.as_str(),
            "user_id": identity.user_id,
            "role": role,
            "session": session,
        },
        "roles": held,
        "runbook": wish.runbook,
        "risk": wish.risk.to_string(),
        "environment": wish.environment.name(),
        "account": wish.scope.account.as_str(),
        "region": wish.scope.region.as_str(),
        "utc": {
            "hour": minutes.div_euclid(60).rem_euclid(24),
            "minute": minutes.rem_euclid(60),
            "weekday": weekday,
        },
    })
}
