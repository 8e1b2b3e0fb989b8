//! Queries of Logs Insights that the account runs: how far one is, and what came of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Names a query that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InsightsId(pub String);

/// A query at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InsightsAnswer {
    /// How far it is.
    pub status: InsightsStatus,
    /// The rows, each with the fields it has, in the order of the query; hostile until they are made `Printable`.
    pub rows: Vec<Vec<(String, String)>>,
    /// What was scanned so far.
    pub scanned: Scanned,
}

/// What a query has looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// Lines that passed its filters.
    pub matched: u64,
    /// Lines that were looked at.
    pub records: u64,
    /// Bytes that were looked at, which is what AWS bills.
    pub bytes: u64,
}

/// How far a query is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InsightsStatus {
    /// It waits for its turn.
    Scheduled,
    /// It runs.
    Running,
    /// All rows are there.
    Complete,
    /// AWS gave up.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// It ran for an hour, which is the longest.
    Timeout,
    /// Another word of AWS, made printable.
    Other(String),
}

impl InsightsStatus {
    /// Reads AWS's word.
    pub fn of(word: &str) -> Self {
        match word {
            "Scheduled" => Self::Scheduled,
            "Running" => Self::Running,
            "Complete" => Self::Complete,
            "Failed" => Self::Failed,
            "Cancelled" => Self::Cancelled,
            "Timeout" => Self::Timeout,
            other => Self::Other(crate::Printable::new(other).into()),
        }
    }

    /// Whether nothing more will come.
    pub const fn is_over(&self) -> bool {
        match self {
            Self::Complete | Self::Failed | Self::Cancelled | Self::Timeout => true,
            Self::Scheduled | Self::Running | Self::Other(_) => false,
        }
    }
}

impl fmt::Display for InsightsStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Timeout => "timed out",
            Self::Other(word) => word,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_over_when_nothing_more_will_come() {
        for word in ["Complete", "Failed", "Cancelled", "Timeout"] {
            assert!(InsightsStatus::of(word).is_over(), "{word}");
        }
        for word in ["Scheduled", "Running", "Unknown", "\u{1b}[2J"] {
            assert!(!InsightsStatus::of(word).is_over(), "{word}");
        }
        assert_eq!(InsightsStatus::of("\u{1b}x").to_string(), "\\u{1b}x");
    }
}
