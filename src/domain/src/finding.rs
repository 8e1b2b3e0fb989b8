//! Security findings, as Security Hub keeps them in its finding format (ASFF).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{FindingId, ThreatId, Timestamp};

/// One finding. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its id: with `product_arn` what BatchUpdateFindings names it by.
    pub id: String,
    /// The product that found it, as an ARN.
    pub product_arn: String,
    /// That product's name, such as `GuardDuty`; empty where none is given.
    pub product: String,
    /// One line.
    pub title: String,
    /// More than that.
    pub description: String,
    /// How bad it is.
    pub severity: Severity,
    /// The control it belongs to, such as `S3.8`; empty for what is not a check.
    pub control: String,
    /// The outcome of a check: `PASSED`, `FAILED`, `WARNING`, `NOT_AVAILABLE`; empty for what is not a check.
    pub compliance: String,
    /// What people made of it.
    pub workflow: Workflow,
    /// Whether it still stands: `ACTIVE` or `ARCHIVED`.
    pub record_state: String,
    /// The account it is about.
    pub account: String,
    /// The region it is about.
    pub region: String,
    /// What it is about, the first resource first.
    pub resources: Vec<FindingResource>,
    /// First seen, where it is told.
    pub first_seen: Option<Timestamp>,
    /// When it last changed; 1970 where a server does not tell.
    pub updated: Timestamp,
    /// Where its remedy is described: text and URL, either may be empty.
    pub remedy: (String, String),
    /// The whole finding as JSON text, on many lines; hostile.
    pub record: String,
}

/// One resource of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingResource {
    /// The type, such as `AwsS3Bucket`.
    pub kind: String,
    /// The id, most often an ARN.
    pub id: String,
}

/// How bad a finding is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// At once.
    Critical,
    /// Soon.
    High,
    /// Planned.
    Medium,
    /// When there is time.
    Low,
    /// For information.
    Informational,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Informational];

    /// The severity of a finding, by its label, else by its normalized number of 0 to 100.
    pub fn of(label: &str, normalized: Option<i32>) -> Self {
        match (label, normalized.unwrap_or(0)) {
            ("CRITICAL", _) => Self::Critical,
            ("HIGH", _) => Self::High,
            ("MEDIUM", _) => Self::Medium,
            ("LOW", _) => Self::Low,
            ("INFORMATIONAL", _) | (_, ..=0) => Self::Informational,
            (_, 1..=39) => Self::Low,
            (_, 40..=69) => Self::Medium,
            (_, 70..=89) => Self::High,
            (_, 90..) => Self::Critical,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Informational => "informational",
        })
    }
}

/// What people made of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Workflow {
    /// Nobody has looked yet.
    New,
    /// Its owner was told.
    Notified,
    /// It is accepted.
    Suppressed,
    /// It is mended.
    Resolved,
    /// A word that this build does not know.
    Other(String),
}

impl Workflow {
    /// The status of that name in the API.
    pub fn parse(text: &str) -> Self {
        match text {
            "NEW" => Self::New,
            "NOTIFIED" => Self::Notified,
            "SUPPRESSED" => Self::Suppressed,
            "RESOLVED" => Self::Resolved,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Workflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::New => "NEW",
            Self::Notified => "NOTIFIED",
            Self::Suppressed => "SUPPRESSED",
            Self::Resolved => "RESOLVED",
            Self::Other(text) => text,
        })
    }
}

/// Findings by their ids: what people made of each, and how it stands otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triaged {
    /// What people made of them.
    pub findings: Vec<Triage>,
    /// How each of them stands with the product that found it, which no operator changes.
    pub stands: Vec<Stand>,
}

/// What people made of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triage {
    /// Its id.
    pub id: FindingId,
    /// The product that found it, as an ARN.
    pub product_arn: String,
    /// One line.
    pub title: String,
    /// `NEW`, `NOTIFIED`, `SUPPRESSED` or `RESOLVED`.
    pub workflow: String,
    /// What they wrote of it last; empty for nothing.
    pub note: String,
    /// When they did.
    pub noted: Option<Timestamp>,
}

/// How a finding stands with the product that found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// Whether it still stands: `ACTIVE` or `ARCHIVED`.
    pub record_state: String,
    /// The outcome of a check; empty for what is not one.
    pub compliance: String,
}

/// Findings of `GuardDuty`, and the detector whose they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threats {
    /// The detector of the region.
    pub detector: String,
    /// The findings.
    pub threats: Vec<Threat>,
}

/// One finding of `GuardDuty`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threat {
    /// Its id.
    pub id: ThreatId,
    /// Its type, such as `Recon:EC2/PortProbeUnprotectedPort`.
    pub kind: String,
    /// One line.
    pub title: String,
    /// Whether it is archived.
    pub archived: bool,
    /// When it was seen last, where that is told.
    pub updated: Option<Timestamp>,
}

impl Finding {
    /// The id by which `GuardDuty` knows it: it tells Security Hub of its findings under their ARNs there.
    pub fn threat(&self) -> Option<ThreatId> {
        let mut parts = self.id.splitn(6, ':');
        let service = parts.nth(2)?;
        let (_, id) = parts.nth(2)?.split_once("/finding/")?;
        ThreatId::parse(id).ok().filter(|_| service == "guardduty")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_is_read_from_the_label_or_else_from_the_number() {
        assert_eq!(Severity::of("HIGH", Some(1)), Severity::High);
        let of = |number| Severity::of("", Some(number));
        assert_eq!([of(0), of(1), of(40), of(70), of(90)], {
            let [critical, high, medium, low, informational] = Severity::ALL;
            [informational, low, medium, high, critical]
        });
    }
}
