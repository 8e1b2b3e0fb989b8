//! What looking for a change finds: why it may not be made, and whether it was made.

use serde::{Deserialize, Serialize};
use watchdeck_domain::RevisionId;

/// What a probe found of a change whose outcome was unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "sighting", rename_all = "kebab-case")]
pub enum Sighting {
    /// It was made. By this run where the mark of the run is there; a change that leaves no mark counts as made where what
    /// it wanted is so.
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

/// Why a change may not be made.
pub(crate) enum Hindrance {
    /// It is no longer what the draft was made for.
    Moved(String),
    /// There is nothing to do.
    Idle(String),
    /// The reversal would not restore what is there.
    Reversal(String),
}

impl Hindrance {
    /// A reversal that changes something else altogether.
    pub(crate) fn of_another_kind() -> Self {
        Self::Reversal("the reversal is a change of another kind".into())
    }
}
