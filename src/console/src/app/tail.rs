//! How the tail of the watched groups stands: how complete, by which way, and what it could not keep up with.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{LogGroupName, Printable, Scope, Timestamp};

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
    pub unread: Option<Box<Unread>>,
    /// Whether the account throttles, and is asked more slowly for that; of several places, whether any does.
    #[serde(default)]
    pub slowed: bool,
    /// How each place stands, where there are several.
    #[serde(default)]
    pub places: Vec<PlaceStanding>,
    /// Begun minutes of live sessions, added up over sessions: AWS bills them.
    #[serde(default)]
    pub live_minutes: u64,
    /// Events that this program could not take in fast enough and let go.
    pub dropped: u64,
}

/// How the groups of one place stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceStanding {
    /// Which; none is the one in front.
    pub place: Option<Scope>,
    /// Everything up to here is known of it.
    pub complete_to: Option<Timestamp>,
    /// By which way its lines come.
    pub flow: Flow,
    /// How many of its groups cannot be read at present.
    pub unread: usize,
    /// Whether it throttles, and is asked more slowly for that.
    pub slowed: bool,
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
