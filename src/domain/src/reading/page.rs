//! Answers that are one page of many.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::log::LogEvent;
use crate::trail::TrailEvent;

/// A page of log events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogPageAnswer {
    /// The events; may be none although more pages follow.
    pub events: Vec<LogEvent>,
    /// Where the next page begins; nothing at the end.
    pub next: Option<String>,
}

/// A page of findings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingsAnswer {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Where the next page begins; nothing at the end.
    pub next: Option<String>,
}

/// A page of CloudTrail events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrailAnswer {
    /// The events, newest first.
    pub events: Vec<TrailEvent>,
    /// Where the next page begins; nothing at the end.
    pub next: Option<String>,
}
