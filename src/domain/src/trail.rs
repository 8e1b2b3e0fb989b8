//! CloudTrail events: who called what.

use serde::{Deserialize, Serialize};

use crate::{Arn, Timestamp, TrailName};

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

/// A trail, and how it writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailStanding {
    /// Its name.
    pub name: TrailName,
    /// Its ARN.
    pub arn: Arn,
    /// The account that owns it: for a trail of the organization its management account.
    pub account: String,
    /// The region in which it can be changed.
    pub home: String,
    /// Whether that is the region that was asked.
    pub at_home: bool,
    /// How it is set up.
    #[serde(flatten)]
    pub scope: TrailScope,
    /// The bucket it writes to.
    pub bucket: String,
    /// Whether it writes.
    pub logging: bool,
    /// When it was stopped last, where it ever was.
    pub stopped: Option<Timestamp>,
    /// When it delivered a file last.
    pub delivered: Option<Timestamp>,
    /// Why the newest file could not be delivered; empty when it could.
    pub delivery_error: String,
    /// When it delivered a digest last.
    pub digest: Option<Timestamp>,
}

/// What a trail writes down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailScope {
    /// Whether it writes down every region.
    pub every_region: bool,
    /// Whether it writes down management events, reads and writes alike.
    pub management: bool,
    /// Whether its files can be proven whole.
    pub validated: bool,
}

impl TrailStanding {
    /// Since when it does not write; nothing while it does. A trail that never did is still since the beginning of time.
    pub fn still_since(&self) -> Option<Timestamp> {
        (!self.logging).then(|| self.stopped.unwrap_or_default())
    }
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
    /// By the access key that signed.
    AccessKeyId(String),
    /// Only calls that change something.
    WritesOnly,
}
