//! Changes to rules of EventBridge: they fire, or do not.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, Permission};
use crate::{BusName, RuleName, Scope};

/// Switches a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchRule {
    /// The rule.
    pub rule: RuleName,
    /// The event bus that it is of.
    pub bus: BusName,
    /// Whether it fires.
    pub enabled: bool,
    /// Its state as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: String,
}

impl Mutation for SwitchRule {
    fn call(&self) -> (&'static str, &'static str) {
        let operation = if self.enabled { "EnableRule" } else { "DisableRule" };
        ("EventBridge", operation)
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let action = if self.enabled { "events:EnableRule" } else { "events:DisableRule" };
        Permission::one(action, self.rule_arn(scope))
    }
}

impl SwitchRule {
    /// What AWS calls the state.
    pub fn state(enabled: bool) -> &'static str {
        if enabled { "ENABLED" } else { "DISABLED" }
    }

    /// The rule by its ARN; that of the bus `default` is not named in it.
    pub fn rule_arn(&self, scope: &Scope) -> String {
        let (partition, region, account) =
            (scope.region.partition(), &scope.region, &scope.account);
        let name = match self.bus.as_str() {
            "default" => self.rule.to_string(),
            bus => format!("{bus}/{}", self.rule),
        };
        format!("arn:{partition}:events:{region}:{account}:rule/{name}")
    }
}

impl fmt::Display for SwitchRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.enabled { "enable" } else { "disable" };
        write!(f, "{verb} rule {} of event bus {}", self.rule, self.bus)
    }
}
