//! The model: everything the console knows. The screen is a function of it.

use serde::Serialize;
use watchdeck_domain::Timestamp;

use super::place::Place;
use super::problem::Problems;
use super::ticket::Questions;

/// What the runtime knows before the first message.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where we stand.
    pub place: Place,
    /// Whether colours may be used (`NO_COLOR`, `TERM`).
    pub colours: bool,
    /// Log groups to watch from the start, by name; none: the simulated account shows its own, a real one asks.
    pub groups: Vec<String>,
    /// The most bytes of log lines to hold.
    pub store_bytes: usize,
}

/// Everything the console knows. No value in it could authorise a change.
#[derive(Clone, Debug, Serialize)]
pub struct Model {
    /// The instant of the newest message.
    pub now: Timestamp,
    /// Where we stand.
    pub place: Place,
    /// Questions under way.
    pub questions: Questions,
    /// What went wrong.
    pub problems: Problems,
    /// Whether colours may be used.
    pub colours: bool,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
}

impl Model {
    /// The model before the first message.
    pub fn new(setup: Setup, now: Timestamp) -> Self {
        Self {
            now,
            place: setup.place,
            questions: Questions::default(),
            problems: Problems::default(),
            colours: setup.colours,
            size: (80, 24),
        }
    }
}
