//! CloudTrail events: who called what.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One management event, as LookupEvents answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailEvent {
    /// Its id; the key by which repeats are recognised.
    pub id: String,
    /// When the call was made.
    pub at: Timestamp,
    /// The event name, such as `UpdateAlias20150331`: some carry the API date.
    pub name: String,
    /// The service, such as `lambda.amazonaws.com`.
    pub source: String,
    /// The user or session name.
    pub user: String,
    /// The error code; empty when the call went through.
    pub error: String,
    /// Whether it only read.
    pub read_only: bool,
    /// The request id, by which a journal record finds its witness.
    pub request_id: String,
    /// The whole record as JSON text; hostile.
    pub record: String,
}

/// The one attribute that LookupEvents can narrow by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TrailFilter {
    /// By event name.
    EventName(String),
    /// By resource name.
    ResourceName(String),
    /// By event id.
    EventId(String),
    /// By user name.
    Username(String),
    /// Only calls that change something.
    WritesOnly,
}
