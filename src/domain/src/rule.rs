//! Rules of EventBridge: what they match, and whom they call.

use serde::{Deserialize, Serialize};

use crate::{BusName, RuleName};

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name.
    pub name: RuleName,
    /// The event bus that it is of.
    pub bus: BusName,
    /// Its ARN.
    pub arn: String,
    /// `ENABLED`, `DISABLED`, or `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub state: String,
    /// When it fires by itself: `rate(5 minutes)`. Empty for a rule that waits for events.
    pub schedule: String,
    /// The pattern of events that it waits for. Empty for one that has none.
    pub pattern: String,
    /// The service of AWS that keeps it for its own use; empty for none.
    pub managed_by: String,
    /// What people say of it.
    pub about: String,
}

/// A rule, and whom it calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleStanding {
    /// The rule.
    pub rule: Rule,
    /// The ARNs of whom it calls.
    pub targets: Vec<String>,
}
