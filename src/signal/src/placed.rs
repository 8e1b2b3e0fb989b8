//! A log event with what is known about how it came.

use serde::{Deserialize, Serialize};
use watchdeck_domain::log::LogEvent;

use crate::gap::GapChange;

/// An event, ready to be placed among the others by its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The event.
    pub event: LogEvent,
    /// Whether it came into a past that was already held complete, or was long under way.
    pub late: bool,
}

impl From<LogEvent> for Placed {
    fn from(event: LogEvent) -> Self {
        Self { event, late: false }
    }
}

/// What a tail has found out since it was last asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// Events not told before, each exactly once.
    pub lines: Vec<Placed>,
    /// Gaps that opened, moved or closed.
    pub gaps: Vec<GapChange>,
}

impl News {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.gaps.is_empty()
    }
}
