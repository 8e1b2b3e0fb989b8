//! A span of which we do not know everything: shown as a row until it is known.

use std::fmt;

use serde::{Deserialize, Serialize};
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{LogGroupName, Timestamp};

use crate::store::LineId;

/// Names a gap within its pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GapId(pub u64);

/// A span of one group of which lines may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its name.
    pub id: GapId,
    /// The group.
    pub group: LogGroupName,
    /// Where it begins; moves forward as sweeps fill it.
    pub from: Timestamp,
    /// Where it ends; nothing while it lasts.
    pub to: Option<Timestamp>,
    /// Why it is there.
    pub cause: GapCause,
}

impl Gap {
    /// Where its row stands among the lines: before the first line of its span.
    pub fn line_id(&self) -> LineId {
        LineId {
            timestamp: self.from,
            ingested: Timestamp::from_millis(i64::MIN),
            number: self.id.0,
        }
    }

    /// How long it is, if it has ended.
    pub fn length(&self) -> Option<std::time::Duration> {
        self.to.map(|to| to.since(self.from))
    }
}

impl fmt::Display for Gap {
    /// `03:00:01 to 03:00:02: the live tail was sampled`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.clock();
        match self.to {
            Some(to) => write!(f, "{from} to {}: {}", to.clock(), self.cause),
            None => write!(f, "since {from}: {}", self.cause),
        }
    }
}

/// Why lines may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GapCause {
    /// The live tail left events out: more than 500 in a second.
    Sampled,
    /// The live tail was silent or broke off.
    Disconnected,
    /// The account's quota for reading is used up.
    Throttled,
    /// Reading the group fails.
    Unreadable,
    /// Reading the group is not allowed.
    Denied,
    /// The group is not there, or not any more.
    Missing,
    /// The group has no pages to read: it is of a log class that only queries can read, or its server has none.
    Unsupported,
}

impl GapCause {
    /// What a failure to read pages means.
    pub fn of(failure: ReadFailure) -> Self {
        match failure {
            ReadFailure::Throttled => Self::Throttled,
            ReadFailure::Denied => Self::Denied,
            ReadFailure::Missing => Self::Missing,
            ReadFailure::Unsupported => Self::Unsupported,
            ReadFailure::Refused
            | ReadFailure::Malformed
            | ReadFailure::TimedOut
            | ReadFailure::Unreachable
            | ReadFailure::Fault
            | ReadFailure::Expired
            | ReadFailure::NoCredentials => Self::Unreadable,
        }
    }

    /// Whether it ends when a page is read again.
    pub fn is_of_pages(self) -> bool {
        match self {
            Self::Throttled
            | Self::Unreadable
            | Self::Denied
            | Self::Missing
            | Self::Unsupported => true,
            Self::Sampled | Self::Disconnected => false,
        }
    }

    /// Whether something is the matter with the group itself, rather than with the way to it.
    pub fn is_of_the_group(self) -> bool {
        match self {
            Self::Denied | Self::Missing | Self::Unsupported => true,
            Self::Throttled | Self::Unreadable | Self::Sampled | Self::Disconnected => false,
        }
    }
}

impl fmt::Display for GapCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sampled => "the live tail was sampled",
            Self::Disconnected => "the live tail was interrupted",
            Self::Throttled => "reading is throttled",
            Self::Unreadable => "the group cannot be read",
            Self::Denied => "reading the group is denied",
            Self::Missing => "the log group does not exist any more",
            Self::Unsupported => {
                "the group has no live tail and no pages, only queries can read it"
            }
        })
    }
}

/// A change to the gaps on screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GapChange {
    /// A gap is there, or is now as told.
    Set(Gap),
    /// Everything in it is known.
    Closed(GapId),
}
