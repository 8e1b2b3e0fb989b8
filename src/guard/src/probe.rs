//! Looking for a change: whether it may be made, whether it was made, and whether the account is at rest after it.

use serde::{Deserialize, Serialize};
use watchdeck_domain::RevisionId;

/// What a probe found of a change whose outcome was unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "sighting", rename_all = "kebab-case")]
pub enum Sighting {
    /// It was made, and by this run: the mark is there.
    Landed {
        /// The lock now, where there is one.
        revision: Option<RevisionId>,
    },
    /// It was not made: everything is as before.
    Absent,
    /// Neither: somebody else has been there.
    Conflict {
        /// What is there.
        seen: String,
    },
}
