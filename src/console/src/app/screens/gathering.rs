//! The lines of one request, as they are gathered: from those held, and from those that the account gives.

use std::collections::{BTreeMap, HashSet};

use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_signal::store::{LineId, Row, Store, View};
use watchdeck_signal::trace::{Following, Id, Line, Window};

/// Lines looked through in one step: few enough that no key waits.
const LINES: usize = 4_000;
/// The longest pattern that AWS takes.
const PATTERN: usize = 1_024;
/// Numbers of lines that are not held begin here.
const ASKED: u64 = 1 << 63;

/// What is known of the request, and how far the lines held are looked through.
#[derive(Clone)]
pub(super) struct Trace {
    pub(super) id: Id,
    pub(super) window: Window,
    pub(super) following: Following,
    /// Where lines that carry it stand: held ones by their id, others by their text.
    pub(super) held: BTreeMap<u64, LineId>,
    /// The groups of lines of other places than the one in front.
    pub(super) beside: BTreeMap<u64, LogGroupName>,
    fetched: Vec<LogEvent>,
    known: HashSet<(LogGroupName, Timestamp, String)>,
    /// The last line looked at in this pass.
    pub(super) behind: Option<LineId>,
    /// Whether a pass is under way.
    pub(super) passing: bool,
    /// The store when the last pass ended.
    pub(super) version: u64,
}

impl Trace {
    /// A request of which nothing is known but an id and when to look for it.
    pub(super) fn of(id: Id, window: Window) -> Self {
        Self {
            following: Following::of(id.clone()),
            id,
            window,
            held: BTreeMap::new(),
            beside: BTreeMap::new(),
            fetched: Vec::new(),
            known: HashSet::new(),
            behind: None,
            passing: true,
            version: 0,
        }
    }

    /// The line of that number, if the account gave it.
    pub(super) fn fetched(&self, number: u64) -> Option<&LogEvent> {
        let at = usize::try_from(number.checked_sub(ASKED)?).ok()?;
        self.fetched.get(at)
    }

    /// Looks through some more lines of this pass. Says whether there are more.
    pub(super) fn look(&mut self, store: &Store) -> bool {
        let all = View::default();
        let rows = all.rows(store);
        let from = match self.behind {
            Some(id) => rows.position(id) + usize::from(store.find(id).is_some()),
            None => rows.position(before(self.window.from)),
        };
        let mut looked = 0;
        for row in rows.iter_from(from) {
            let line = match row {
                Row::Line(line) => line,
                Row::Gap(_) => continue,
            };
            if line.timestamp() > self.window.until {
                return false;
            }
            if looked == LINES {
                return true;
            }
            looked += 1;
            self.behind = Some(line.id);
            let offered = Line {
                message: line.message,
                at: line.timestamp(),
                group: line.group().as_str(),
                stream: &line.stream.stream,
            };
            if self.following.offer(line.id.number, &offered) {
                self.held.insert(line.id.number, line.id);
                self.note_place(line.id.number, line.group());
            }
        }
        false
    }

    fn note_place(&mut self, number: u64, group: &LogGroupName) {
        if group.place().is_some() {
            self.beside.insert(number, group.clone());
        }
    }

    /// Offers a line that the account gave. Says whether it is one of the request, and not known yet.
    pub(super) fn offer(&mut self, event: LogEvent, store: &Store) -> bool {
        let all = View::default();
        let rows = all.rows(store);
        let held = rows
            .iter_from(rows.position(before(event.timestamp)))
            .filter_map(|row| row.line())
            .take_while(|line| line.timestamp() == event.timestamp)
            .any(|line| *line.group() == event.group && line.message == event.message);
        let known = (event.group.clone(), event.timestamp, event.message.clone());
        if held || self.known.contains(&known) {
            return false;
        }
        let number = ASKED + self.fetched.len() as u64;
        let line = Line {
            message: &event.message,
            at: event.timestamp,
            group: event.group.as_str(),
            stream: &event.stream,
        };
        let ours = self.following.offer(number, &line);
        if ours {
            self.known.insert(known);
            self.note_place(number, &event.group);
            self.fetched.push(event);
        }
        ours
    }
}

/// Before every line of an instant.
fn before(at: Timestamp) -> LineId {
    LineId { timestamp: at, ingested: Timestamp::from_millis(i64::MIN), number: 0 }
}

/// The pattern for lines that hold any of the ids, as many as fit.
pub(super) fn pattern(ids: &[Id]) -> String {
    let mut pattern = String::new();
    for form in ids.iter().flat_map(Id::forms) {
        let term = format!("?\"{form}\"");
        if pattern.len() + 1 + term.len() > PATTERN {
            break;
        }
        if !pattern.is_empty() {
            pattern.push(' ');
        }
        pattern.push_str(&term);
    }
    pattern
}
