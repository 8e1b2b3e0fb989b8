//! Each line once: what was told already, by content and count.
//!
//! Equal lines are legal, so content alone does not tell whether a line is new. Every source gives a lower bound for how
//! many equal lines there are: the ids that sweeps have seen, and the count within any one live session. The truth is at
//! least the largest of them, so as many are told. A bound never exceeds the truth, hence nothing is told twice; sweeps
//! reach the truth, hence nothing stays untold.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogEvent;

/// How long after it was last seen a line of long ago is still remembered: two sessions may overlap so long.
const OVERLAPPING_SESSIONS: Duration = Duration::from_mins(2);

/// What one group's lines were told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    entries: BTreeMap<Key, Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    timestamp: Timestamp,
    ingested: Timestamp,
    /// Stream and message.
    text: u64,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    /// The ids that sweeps gave, hashed.
    ids: Vec<u64>,
    /// How many lines each source without ids gave.
    counts: Vec<(u64, u32)>,
    told: usize,
    seen: Timestamp,
}

impl Ledger {
    /// Takes note of a line without an id. `source` is a session, or one pass of a sweep. Says whether it is new.
    pub(crate) fn counted(&mut self, source: u64, event: &LogEvent, now: Timestamp) -> bool {
        self.note(event, now, |entry| {
            match entry.counts.iter_mut().find(|(known, _)| *known == source) {
                Some((_, count)) => *count += 1,
                None => entry.counts.push((source, 1)),
            }
        })
    }

    /// Takes note of a line that a sweep found under an id. Says whether it is new.
    pub(crate) fn identified(&mut self, id: &str, event: &LogEvent, now: Timestamp) -> bool {
        let id = hash(id);
        self.note(event, now, |entry| {
            if !entry.ids.contains(&id) {
                entry.ids.push(id);
            }
        })
    }

    fn note(&mut self, event: &LogEvent, now: Timestamp, count: impl FnOnce(&mut Entry)) -> bool {
        let key = Key {
            timestamp: event.timestamp,
            ingested: event.ingested,
            text: hash(&(&event.stream, &event.message)),
        };
        let entry = self.entries.entry(key).or_default();
        entry.seen = now;
        count(entry);
        let most = entry.counts.iter().map(|(_, count)| *count as usize).max().unwrap_or(0);
        let known = entry.ids.len().max(most);
        let new = known > entry.told;
        entry.told = known;
        new
    }

    /// Forgets lines from before `horizon`, where no sweep will look again.
    pub(crate) fn forget_before(&mut self, horizon: Timestamp, now: Timestamp) {
        let ingested = Timestamp::from_millis(i64::MIN);
        let kept = self.entries.split_off(&Key { timestamp: horizon, ingested, text: 0 });
        let mut old = std::mem::replace(&mut self.entries, kept);
        old.retain(|_, entry| now.since(entry.seen) < OVERLAPPING_SESSIONS);
        self.entries.append(&mut old);
    }

    /// Forgets the oldest lines down to `most`; returns the time before which no sweep may look any more.
    pub(crate) fn forget_beyond(&mut self, most: usize) -> Option<Timestamp> {
        let surplus = self.entries.len().checked_sub(most).filter(|surplus| *surplus > 0)?;
        let first = *self.entries.keys().nth(surplus)?;
        self.entries = self.entries.split_off(&first);
        Some(first.timestamp + Duration::from_millis(1))
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.entries.len()
    }
}

fn hash<T: Hash + ?Sized>(what: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::LogGroupName;

    use super::*;

    fn event(text: &str) -> LogEvent {
        LogEvent {
            group: LogGroupName::parse("/a").unwrap(),
            stream: "s".into(),
            timestamp: Timestamp::from_millis(1),
            ingested: Timestamp::from_millis(2),
            message: text.into(),
            event_id: None,
        }
    }

    #[test]
    fn equal_lines_are_told_as_often_as_the_best_source_counts_them() {
        let mut ledger = Ledger::default();
        let now = Timestamp::from_millis(9);
        let line = event("x");
        assert!(ledger.counted(1, &line, now));
        assert!(ledger.counted(1, &line, now), "two equal lines in one session are two lines");
        assert!(!ledger.counted(2, &line, now), "another session tells of the same lines");
        assert!(!ledger.identified("a", &line, now));
        assert!(!ledger.identified("b", &line, now));
        assert!(!ledger.identified("b", &line, now), "the next sweep sees the same ids");
        assert!(ledger.identified("c", &line, now), "a third id is a line that no session told");
        assert!(!ledger.counted(2, &line, now));
        assert!(!ledger.counted(2, &line, now));
        assert!(ledger.counted(2, &line, now), "the fourth in one session");
        assert!(ledger.counted(1, &event("y"), now));
    }

    #[test]
    fn what_is_forgotten_is_old_and_not_seen_lately() {
        let mut ledger = Ledger::default();
        let at = Timestamp::from_millis;
        ledger.counted(1, &event("x"), at(0));
        ledger.forget_before(at(100), at(1_000));
        assert_eq!(ledger.len(), 1);
        ledger.forget_before(at(100), at(200_000));
        assert_eq!(ledger.len(), 0);
    }
}
