//! Each line once: what was told already, by content and count.
//!
//! Equal lines are legal, so content alone does not tell whether a line is new. Every source gives a lower bound for how
//! many equal lines there are: the ids that sweeps have seen, and the count within any one live session. The truth is at
//! least the largest of them, so as many are told. A bound never exceeds the truth, hence nothing is told twice; sweeps
//! reach the truth, hence nothing stays untold.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Bound;
use std::time::Duration;

use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogEvent;

/// Tells the passes of sweeps from live sessions among the sources without ids.
pub(crate) const PASS: u64 = 1 << 63;

/// Two witnesses are believed where no more than one line in so many is disputed.
const UNDISPUTED: u32 = 50;

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

/// What two witnesses told of a span: pages, and the live tail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How many lines both told of.
    pub(crate) agreed: u32,
    /// The times of the first and of the last line of which one told less often than the other, and how many those are.
    pub(crate) disputed: Option<(Timestamp, Timestamp)>,
    pub(crate) disputes: u32,
    /// Whether the live tail left out what it owed.
    pub(crate) withheld: bool,
}

impl Tally {
    /// Whether so little is disputed that a line is not likely to have been left out by both.
    pub(crate) fn is_sound(&self) -> bool {
        !self.withheld && self.disputes <= self.agreed / UNDISPUTED
    }
}

impl Entry {
    /// How many lines pages gave, and how many the live tail.
    fn witnesses(&self) -> (usize, usize) {
        let most = |of_pages: bool| {
            let counts = self.counts.iter().filter(|(source, _)| (source & PASS != 0) == of_pages);
            counts.map(|(_, count)| *count as usize).max().unwrap_or(0)
        };
        (self.ids.len().max(most(true)), most(false))
    }
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

    /// What the two witnesses told of the lines after `after` and up to `to`. The live tail owes what was ingested in a
    /// span.
    pub(crate) fn tally(
        &self,
        (after, to): (Timestamp, Timestamp),
        owed: Option<(Timestamp, Timestamp)>,
    ) -> Tally {
        let ingested = Timestamp::from_millis(i64::MAX);
        let begin = Key { timestamp: after, ingested, text: u64::MAX };
        let end = Key { timestamp: to, ingested, text: u64::MAX };
        let mut tally = Tally::default();
        if begin >= end {
            return tally;
        }
        for (key, entry) in self.entries.range((Bound::Excluded(begin), Bound::Included(end))) {
            let (pages, live) = entry.witnesses();
            if pages == live {
                tally.agreed = tally.agreed.saturating_add(u32::try_from(live).unwrap_or(u32::MAX));
                continue;
            }
            let first = tally.disputed.map_or(key.timestamp, |(first, _)| first);
            tally.disputed = Some((first, key.timestamp));
            tally.disputes = tally.disputes.saturating_add(1);
            let must_tell = |(since, until)| key.ingested >= since && key.ingested <= until;
            tally.withheld |= pages > live && owed.is_some_and(must_tell);
        }
        tally
    }

    /// Whether no more than so many lines are known from an instant on, equal ones counted once.
    pub(crate) fn is_few_since(&self, instant: Timestamp, most: usize) -> bool {
        let ingested = Timestamp::from_millis(i64::MIN);
        let begin = Key { timestamp: instant, ingested, text: 0 };
        self.entries.range(begin..).nth(most).is_none()
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
    fn two_witnesses_agree_on_lines_of_which_both_told_equally_often() {
        let mut ledger = Ledger::default();
        let at = Timestamp::from_millis;
        let line = |millis: i64, text: &str| {
            let (timestamp, ingested) = (at(millis), at(millis + 1));
            LogEvent { timestamp, ingested, ..event(text) }
        };
        let all = (at(0), at(100));
        for (id, millis) in [("a", 10), ("b", 10), ("c", 20)] {
            ledger.identified(id, &line(millis, "x"), at(99));
            ledger.counted(1, &line(millis, "x"), at(99));
        }
        assert_eq!(ledger.tally(all, None), Tally { agreed: 3, ..Tally::default() });
        ledger.counted(1, &line(30, "late"), at(99));
        ledger.counted(1, &line(40, "later"), at(99));
        let disputed = Some((at(30), at(40)));
        let told = ledger.tally(all, Some((at(0), at(100))));
        assert_eq!(told, Tally { agreed: 3, disputed, disputes: 2, withheld: false });
        assert!(!told.is_sound());
        ledger.identified("d", &line(50, "x"), at(99));
        assert!(ledger.tally(all, Some((at(0), at(51)))).withheld);
        assert!(!ledger.tally(all, Some((at(0), at(50)))).withheld, "it has time left");
        assert_eq!(ledger.tally((at(10), at(20)), None).agreed, 1);
        assert_eq!(ledger.tally((at(100), at(10)), None), Tally::default());
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
