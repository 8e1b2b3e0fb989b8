//! CloudWatch alarms: what rings comes first.

use serde::Serialize;
use watchdeck_domain::alarm::{Alarm, AlarmState};
use watchdeck_domain::component::Kind;
use watchdeck_domain::{Printable, Timestamp};

use super::list::{List, Record};
use crate::app::cursor::Cursor;
use crate::app::filter;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// The alarms.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Alarms {
    /// All of them.
    pub list: Loaded<Vec<Alarm>>,
    /// The chosen row among those that pass the filter.
    pub cursor: Cursor,
    /// The filter, as typed.
    pub filter: String,
}

impl Alarms {
    /// Takes an answer in: what rings comes first.
    pub fn take(&mut self, answer: Result<Vec<Alarm>, Problem>, now: Timestamp) {
        let sorted = answer.map(|mut list| {
            list.sort_by(|one, other| (&one.state, &one.name).cmp(&(&other.state, &other.name)));
            list
        });
        self.list.take(sorted, now);
    }

    /// How many ring.
    pub fn ringing(&self) -> usize {
        self.list.rows().iter().filter(|alarm| alarm.state == AlarmState::Alarm).count()
    }

    /// Those that pass the filter.
    pub fn shown(&self) -> Vec<&Alarm> {
        let rows = self.list.rows().iter();
        rows.filter(|alarm| {
            filter::passes(
                &self.filter,
                &format!("{} {} {}", alarm.name, alarm.state, alarm.description),
            )
        })
        .collect()
    }

    /// The one under the cursor.
    pub fn chosen(&self) -> Option<&Alarm> {
        let shown = self.shown();
        shown.get(self.cursor.at(shown.len())).copied()
    }
}

impl List for Alarms {
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
        self.chosen().map(|alarm| Printable::new(alarm.name.clone()))
    }

    fn subject(&self) -> Option<String> {
        let metric = self.chosen()?.metric.as_ref()?;
        Kind::of(metric).map(|id| id.short().to_owned())
    }

    fn record(&self) -> Option<Record> {
        let alarm = self.chosen()?;
        Record::of(alarm.name.clone(), alarm)
    }
}
