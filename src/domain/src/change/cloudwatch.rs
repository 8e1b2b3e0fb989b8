//! Changes to alarms: they tell nobody for a while.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, Permission};
use crate::alarm::Mute;
use crate::{RunId, Scope};

/// Has alarms tell nobody until an instant, or lets them tell again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MuteAlarms {
    /// The name of the rule, which is of the run.
    pub rule: String,
    /// Which alarms, and until when: there is none without an end. Nothing takes the rule away.
    pub mute: Option<Mute>,
    /// The rule of that name, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: Option<Mute>,
}

impl MuteAlarms {
    /// The most alarms that AWS takes in one rule.
    pub const MOST: usize = 100;

    /// The name of the rule of a run.
    pub fn rule_of(run: &RunId) -> String {
        format!("watchdeck-{run}")
    }

    /// The rule by its ARN.
    pub fn rule_arn(&self, scope: &Scope) -> String {
        let Scope { account, region } = scope;
        let partition = region.partition();
        format!("arn:{partition}:cloudwatch:{region}:{account}:alarm-mute-rule:{}", self.rule)
    }
}

impl Mutation for MuteAlarms {
    fn call(&self) -> (&'static str, &'static str) {
        match self.mute {
            Some(_) => ("CloudWatch", "PutAlarmMuteRule"),
            None => ("CloudWatch", "DeleteAlarmMuteRule"),
        }
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let (_, operation) = self.call();
        let Scope { account, region } = scope;
        let alarms = self.mute.iter().flat_map(|mute| &mute.alarms);
        let alarms = alarms.map(|alarm| {
            format!("arn:{}:cloudwatch:{region}:{account}:alarm:{alarm}", region.partition())
        });
        // IAM asks for the rule, and for each alarm that it mutes.
        Permission {
            actions: vec![format!("cloudwatch:{operation}")],
            resources: std::iter::once(self.rule_arn(scope)).chain(alarms).collect(),
        }
    }
}

impl fmt::Display for MuteAlarms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.mute {
            Some(mute) => write!(f, "mute {} until {}", mute.alarms.join(", "), mute.until),
            None => write!(f, "let the alarms of rule {} tell again", self.rule),
        }
    }
}
