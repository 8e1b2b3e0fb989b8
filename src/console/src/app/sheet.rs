//! A record as lines of text, in JSON or YAML, for reading and copying.

use serde::Serialize;
use watchdeck_domain::Printable;

use super::screens::list::Record;

/// A record as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// What it is.
    pub title: Printable,
    /// Its lines.
    pub lines: Vec<Printable>,
}

impl Sheet {
    /// The record as JSON, a member a line.
    pub fn json(record: &Record) -> Self {
        let text = serde_json::to_string_pretty(&record.value).unwrap_or_default();
        let lines = text.lines().map(Printable::new).collect();
        Self { title: record.title.clone(), lines }
    }
}
