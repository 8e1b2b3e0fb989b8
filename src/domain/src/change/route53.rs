//! Changes of what Route 53 answers: the weights of a name's records, and whether a health check is believed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::dns::{WeightedRecord, differing, weights};
use crate::{DnsName, HealthCheckId, HostedZoneId, Printable, RevisionId, Scope};

/// Gives the weighted records of a name other weights, in one batch that is applied whole or not at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShiftWeights {
    /// The zone.
    pub zone: HostedZoneId,
    /// The name, absolute.
    pub name: DnsName,
    /// The type of its records.
    pub kind: String,
    /// All its records, as they are to be. AWS wants each of them whole.
    pub records: Vec<WeightedRecord>,
    /// All its records as they were read. AWS compares nothing here: the guard does, before and after.
    pub before: Vec<WeightedRecord>,
}

impl Mutation for ShiftWeights {
    fn call(&self) -> (&'static str, &'static str) {
        ("Route 53", "ChangeResourceRecordSets")
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let zone = format!("arn:{}:route53:::hostedzone/{}", scope.region.partition(), self.zone);
        Permission::one("route53:ChangeResourceRecordSets", zone)
    }
}

impl ShiftWeights {
    /// The records that are sent: those whose weight becomes another.
    pub fn sent(&self) -> Vec<&WeightedRecord> {
        differing(&self.records, &self.before)
    }
}

impl fmt::Display for ShiftWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weights = Printable::new(weights(&self.records));
        write!(f, "weigh {} {} as {weights}", self.name, self.kind)
    }
}

/// Has a health check count the other way round, or as it says again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvertCheck {
    /// The check.
    pub check: HealthCheckId,
    /// What it looks at, for people.
    pub endpoint: String,
    /// Whether healthy is to count as not healthy.
    pub inverted: bool,
    /// The version that it was planned against.
    pub lock: RevisionId,
}

impl Mutation for InvertCheck {
    fn call(&self) -> (&'static str, &'static str) {
        ("Route 53", "UpdateHealthCheck")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Cas
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let check =
            format!("arn:{}:route53:::healthcheck/{}", scope.region.partition(), self.check);
        Permission::one("route53:UpdateHealthCheck", check)
    }
}

impl fmt::Display for InvertCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = Printable::new(self.endpoint.clone());
        let how = if self.inverted { "invert" } else { "believe" };
        write!(f, "{how} health check {} of {endpoint}", self.check)
    }
}
