//! A rule: what it looks for, how bad that is, and how often it must be seen.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::finding::Severity;
use watchdeck_pattern::Pattern;

use crate::sigma::Tree;

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name for people and scripts; of two rules with one id the later stands.
    pub id: String,
    /// What was done when it fires.
    pub title: String,
    /// What to make of it; may be empty.
    pub about: String,
    /// How bad that is.
    pub severity: Severity,
    /// The technique of MITRE ATT&CK, such as `T1562.008`; may be empty.
    pub technique: String,
    /// What it looks for in a record.
    pub looks_for: LooksFor,
    /// How many such records make an alert, where one does not.
    pub window: Option<Window>,
    /// Where it is from.
    pub origin: Origin,
}

/// What a rule looks for.
#[derive(Clone, Debug)]
pub enum LooksFor {
    /// What a filter pattern of CloudWatch matches.
    Pattern(Pattern),
    /// What the detection of a rule of Sigma matches.
    Sigma(Tree),
}

/// So many records within a span, of one and the same origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many at least.
    pub count: usize,
    /// Within what span.
    pub within: Duration,
    /// The member whose value they share, such as `userIdentity.arn`.
    pub by: String,
}

/// Where a rule is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Who wrote it down.
    pub kind: OriginKind,
    /// The file that it stands in.
    pub file: String,
    /// The line that it begins at.
    pub line: usize,
    /// Who is to be named for it; may be empty.
    pub author: String,
    /// What it follows, such as `CIS 4.3`; may be empty.
    pub follows: String,
}

/// Who wrote a rule down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// It is built in.
    BuiltIn,
    /// It stands in a file of the operator.
    Own,
    /// It is a rule of Sigma.
    Sigma,
}

impl fmt::Display for OriginKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::BuiltIn => "built in",
            Self::Own => "own",
            Self::Sigma => "Sigma",
        })
    }
}

impl fmt::Display for Window {
    /// `5 in 10m by userIdentity.arn`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.within.as_secs();
        let (number, unit) = match (seconds % 3600, seconds % 60) {
            (0, _) => (seconds / 3600, "h"),
            (_, 0) => (seconds / 60, "m"),
            _ => (seconds, "s"),
        };
        write!(f, "{} in {number}{unit} by {}", self.count, self.by)
    }
}

/// The severity of this name.
pub(crate) fn severity(name: &str) -> Option<Severity> {
    Severity::ALL.into_iter().find(|severity| severity.to_string() == name)
}
