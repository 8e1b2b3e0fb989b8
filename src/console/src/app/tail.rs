//! How the tail of the watched groups stands: how complete, by which way, and what it could not keep up with.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{LogGroupName, Printable, Timestamp};

use super::files::Intake;

/// How a tail stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TailStanding {
    /// Everything up to here is known, in every watched group; nothing while that is not known.
    pub complete_to: Option<Timestamp>,
    /// By which way the lines come.
    pub flow: Flow,
    /// What cannot be read of the watched groups at present.
    #[serde(default)]
    pub unread: Option<Unread>,
    /// Whether the account throttles, and is asked more slowly for that.
    #[serde(default)]
    pub slowed: bool,
    /// Begun minutes of live sessions, added up over sessions: AWS bills them.
    #[serde(default)]
    pub live_minutes: u64,
    /// Events that this program could not take in fast enough and let go.
    pub dropped: u64,
}

/// Watched groups that cannot be read at present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Which.
    pub groups: Vec<LogGroupName>,
    /// Why the first of them cannot.
    pub why: Printable,
}

/// By which way the lines come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flow {
    /// No group is watched.
    #[default]
    Idle,
    /// The live tail is being opened.
    Opening,
    /// The live tail pushes, and sweeps fill in what it left out.
    Pushed,
    /// There is no live tail at present; sweeps alone bring the lines, and somewhat later.
    Swept(Printable),
    /// They come out of files.
    Read(Box<Intake>),
}
