//! What a header says about a pane.

use std::sync::Arc;

use watchdeck_domain::reading::ReadError;
use watchdeck_domain::{LogGroupName, Scope, Timestamp};

/// How a pane gets its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A live tail is being opened for the first time; sweeps run meanwhile.
    Opening,
    /// The live tail runs.
    Live,
    /// The live tail broke off and is being opened again; sweeps run meanwhile.
    Reconnecting,
    /// There is no live tail; sweeps alone bring the lines.
    Polling {
        /// Why not.
        why: ReadError,
    },
}

/// A pane at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaneState {
    /// How it gets its lines; of several sessions, the one that fares worst.
    pub mode: Mode,
    /// Up to when every line is known; nothing until the first sweep of every group has ended.
    pub complete_to: Option<Timestamp>,
    /// Spans of which lines may be missing.
    pub open_gaps: usize,
    /// The groups that cannot be read at present, and why.
    pub failed: Vec<(LogGroupName, ReadError)>,
    /// Whether the account throttles, and is asked more slowly for that; of several places, whether any does.
    pub slowed: bool,
    /// The same of each place that groups are of.
    pub places: Vec<PlaceState>,
    /// What it has cost so far.
    pub meter: Meter,
}

/// The groups of one place at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceState {
    /// The place; none is the one in front.
    pub place: Option<Arc<Scope>>,
    /// How it gets its lines; of several sessions, the one that fares worst.
    pub mode: Mode,
    /// Up to when every line of it is known.
    pub complete_to: Option<Timestamp>,
    /// How many of its groups cannot be read at present.
    pub failed: usize,
    /// Whether it throttles, and is asked more slowly for that.
    pub slowed: bool,
}

/// What a pane has cost, and what for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// Milliseconds of live sessions, added up over sessions; AWS bills them by the minute.
    pub live_ms: u64,
    /// Live sessions asked for.
    pub sessions: u64,
    /// Calls of `FilterLogEvents`.
    pub calls: u64,
    /// Of them, those that were throttled.
    pub throttled: u64,
    /// Lines that a live tail brought, repeated ones included.
    pub live_lines: u64,
    /// Lines that sweeps brought, repeated ones included.
    pub swept_lines: u64,
    /// Lines that came again and were not told again.
    pub repeats: u64,
}

impl Meter {
    /// Begun minutes of live sessions.
    pub fn live_minutes(&self) -> u64 {
        self.live_ms.div_ceil(60_000)
    }
}
