//! When to look for a request.

use std::time::Duration;

use watchdeck_domain::Timestamp;

use super::Id;

/// How long before its time a request is looked for: clocks differ.
pub const BEFORE: Duration = Duration::from_secs(5);
/// How long a request is looked for: no function runs longer than fifteen minutes.
pub const AFTER: Duration = Duration::from_mins(15);

/// A span of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first instant.
    pub from: Timestamp,
    /// Its last instant.
    pub until: Timestamp,
}

impl Window {
    /// When to look for an id that was seen in a line of that time. A trace says itself when it began; anything else
    /// is looked for on both sides of the line, as long as a function may run.
    pub fn of(id: &Id, seen: Option<Timestamp>) -> Option<Self> {
        if let Some(began) = id.time() {
            let until = began + AFTER;
            // What waited in a queue is seen long after the trace began.
            let until = seen.map_or(until, |seen| until.max(seen + AFTER));
            return Some(Self { from: began - BEFORE, until });
        }
        let seen = seen?;
        Some(Self { from: seen - AFTER, until: seen + AFTER })
    }

    /// Whether an instant lies in it.
    pub fn contains(&self, at: Timestamp) -> bool {
        (self.from..=self.until).contains(&at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_knows_when_and_others_are_looked_for_around_their_line() {
        let seen = Timestamp::parse("2026-11-22T03:04:05Z").unwrap();
        let hex = format!("{:08x}", seen.as_millis() / 1000);
        let trace = Id::parse(&format!("1-{hex}-0123456789abcdef01234567")).unwrap();
        let window = Window::of(&trace, None).unwrap();
        assert_eq!((window.from, window.until), (seen - BEFORE, seen + AFTER));
        let late = Window::of(&trace, Some(seen + AFTER + AFTER)).unwrap();
        assert!(late.contains(seen + AFTER + AFTER));
        let request = Id::parse("5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b").unwrap();
        assert_eq!(Window::of(&request, None), None);
        assert_eq!(Window::of(&request, Some(seen)).unwrap().from, seen - AFTER);
    }
}
