//! CloudTrail, live: who changed what, the newest first.

use std::collections::BTreeSet;

use serde::Serialize;
use watchdeck_domain::trail::TrailEvent;
use watchdeck_domain::{Printable, Timestamp};

use super::list::{List, Record};
use crate::app::cursor::Cursor;
use crate::app::filter;
use crate::app::problem::Problem;

/// The most events held; older ones give way.
const MOST: usize = 5_000;

/// The events that were read so far.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Trail {
    /// The events, the newest first.
    pub events: Vec<TrailEvent>,
    /// Their ids, by which repeats are recognised.
    ids: BTreeSet<String>,
    /// When an answer last came.
    pub at: Option<Timestamp>,
    /// Why the newest question was not answered, if it was not.
    pub failed: Option<Problem>,
    /// The chosen row among those that pass the filter.
    pub cursor: Cursor,
    /// The filter, as typed.
    pub filter: String,
}

impl Trail {
    /// Takes events in, or why there are none; what is known already is left out.
    pub fn take(&mut self, answer: Result<Vec<TrailEvent>, Problem>, now: Timestamp) {
        self.at = Some(now);
        let events = match answer {
            Ok(events) => events,
            Err(problem) => {
                self.failed = Some(problem);
                return;
            }
        };
        self.events.extend(events.into_iter().filter(|event| self.ids.insert(event.id.clone())));
        self.events.sort_by_key(|event| std::cmp::Reverse(event.at));
        for old in self.events.drain(MOST.min(self.events.len())..) {
            self.ids.remove(&old.id);
        }
        self.failed = None;
    }

    /// The events that pass the filter.
    pub fn shown(&self) -> Vec<&TrailEvent> {
        let text = |event: &TrailEvent| {
            format!(
                "{} {} {} {} {}",
                event.name, event.source, event.user, event.error, event.record
            )
        };
        self.events.iter().filter(|event| filter::passes(&self.filter, &text(event))).collect()
    }

    /// The event under the cursor.
    pub fn chosen(&self) -> Option<&TrailEvent> {
        let shown = self.shown();
        shown.get(self.cursor.at(shown.len())).copied()
    }
}

impl List for Trail {
    fn len(&self) -> usize {
        self.shown().len()
    }

    fn cursor(&mut self) -> &mut Cursor {
        &mut self.cursor
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn filter_mut(&mut self) -> &mut String {
        &mut self.filter
    }

    fn copied(&self) -> Option<Printable> {
        self.chosen().map(|event| Printable::new(event.id.clone()))
    }

    fn record(&self) -> Option<Record> {
        self.chosen().map(|event| Record::parse(event.name.clone(), &event.record))
    }
}
