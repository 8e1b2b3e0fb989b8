//! The choice of a version to roll back to.

use serde::Serialize;
use watchdeck_domain::{AliasName, FunctionName, Version};

use crate::app::cursor::Cursor;

/// Which version to roll an alias back to. Nothing is proposed before one is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Targets {
    /// The function.
    pub function: FunctionName,
    /// The alias.
    pub alias: AliasName,
    /// The version it points at now, if that is known.
    pub now: Option<Version>,
    /// Published versions to choose from, the newest first.
    pub versions: Vec<Version>,
    /// The chosen row: the first is "the last known good one", found by the runbook; then the versions.
    pub cursor: Cursor,
}

impl Targets {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.versions.len() + 1
    }

    /// Whether there is nothing to choose: never, the first row is always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The chosen version; nothing for "the last known good one".
    pub fn chosen(&self) -> Option<&Version> {
        self.versions.get(self.cursor.at(self.len()).checked_sub(1)?)
    }
}
