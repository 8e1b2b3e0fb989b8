//! Freeze calendars: while one of their events is on, changes are not made.
//!
//! Suggested reading order:

mod change; // a calendar of SSM Change Calendar
mod event; // one event, and when it is on
mod file; // an iCalendar file
mod recurrence; // how an event repeats
mod text; // its lines

use watchdeck_domain::{Task, Timestamp};

pub use change::AskedCalendar;
pub use file::CalendarFile;

/// Somewhere that freezes are written down: an iCalendar file, or a service that keeps them.
pub trait Calendar: Send + Sync {
    /// Its name, for people.
    fn name(&self) -> String;

    /// The first freeze that touches the span from `from` to `to`, both included. A freeze is half-open: it is over at its end.
    ///
    /// # Errors
    /// Says why it cannot be told. That is no permission.
    fn freeze(&self, from: Timestamp, to: Timestamp) -> Task<'_, Result<Option<Freeze>, String>>;
}

/// A span in which nothing is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// What it is called.
    pub title: String,
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests;
