//! How a change calendar stands at an instant.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What SSM says of a calendar at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarStanding {
    /// Whether changes may be made then.
    pub is_open: bool,
    /// When that changes next, if it is known.
    pub next: Option<Timestamp>,
}
