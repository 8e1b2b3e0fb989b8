//! Changes to findings: what people made of them in Security Hub, and whether `GuardDuty` keeps them among its current ones.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, Permission};
use crate::finding::Workflow;
use crate::{FindingId, Scope, ThreatId};

/// Sets what people made of some findings, with a note that says why. AWS sets it on each that it can, and names the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetWorkflow {
    /// The findings.
    pub findings: Vec<FindingName>,
    /// What they are set to.
    pub workflow: Workflow,
    /// What all of them were, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: Workflow,
    /// Why. It takes the place of an older note.
    pub note: String,
}

/// What Security Hub names a finding by: its id is only its product's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingName {
    /// Its id.
    pub id: FindingId,
    /// The product that found it, as an ARN.
    pub product_arn: String,
}

impl SetWorkflow {
    /// AWS takes no more findings in one call.
    pub const MOST: usize = 100;

    /// AWS takes no more characters of a note.
    pub const NOTE: usize = 512;
}

impl Mutation for SetWorkflow {
    fn call(&self) -> (&'static str, &'static str) {
        ("SecurityHub", "BatchUpdateFindings")
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let Scope { account, region } = scope;
        let hub = format!("arn:{}:securityhub:{region}:{account}:hub/default", region.partition());
        Permission::one("securityhub:BatchUpdateFindings", hub)
    }
}

impl fmt::Display for SetWorkflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "set {} to {}", counted(self.findings.len()), self.workflow)
    }
}

/// Archives findings of `GuardDuty`, or takes them out of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveThreats {
    /// The detector whose findings they are.
    pub detector: String,
    /// The findings.
    pub threats: Vec<ThreatId>,
    /// Whether they are archived from then on.
    pub archived: bool,
    /// Whether all of them were, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: bool,
}

impl ArchiveThreats {
    /// AWS takes no more findings in one call.
    pub const MOST: usize = 50;
}

impl Mutation for ArchiveThreats {
    fn call(&self) -> (&'static str, &'static str) {
        ("GuardDuty", if self.archived { "ArchiveFindings" } else { "UnarchiveFindings" })
    }

    /// IAM knows no resource of these two.
    fn permission(&self, _: &Scope) -> Permission {
        Permission::one(format!("guardduty:{}", self.call().1), "*")
    }
}

impl fmt::Display for ArchiveThreats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = counted(self.threats.len());
        if self.archived {
            write!(f, "archive {of} of GuardDuty")
        } else {
            write!(f, "take {of} of GuardDuty out of the archive")
        }
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "1 finding".into() } else { format!("{count} findings") }
}
