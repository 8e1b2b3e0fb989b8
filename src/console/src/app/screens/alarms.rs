//! CloudWatch alarms: what rings comes first, under headings that fold.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::alarm::{Alarm, AlarmChange, AlarmState};
use watchdeck_domain::reading::AlarmHistory;
use watchdeck_domain::{Printable, Timestamp};

use super::list::{List, Record};
use crate::app::cursor::Cursor;
use crate::app::details::Subject;
use crate::app::filter;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;
use crate::app::sections::{Row, Sections};

/// How far back the history of an alarm goes.
const HISTORY: Duration = Duration::from_hours(24);

/// The alarms.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Alarms {
    /// All of them.
    pub list: Loaded<Vec<Alarm>>,
    /// How alarms changed, of those that were looked at.
    pub history: BTreeMap<String, Loaded<Vec<AlarmChange>>>,
    /// The rows.
    pub sections: Sections,
    /// The chosen row.
    pub cursor: Cursor,
    /// The filter, as typed.
    filter: String,
}

impl Alarms {
    /// Takes an answer in: what rings comes first, and of that what began last.
    pub fn take(&mut self, answer: Result<Vec<Alarm>, Problem>, now: Timestamp) {
        let chosen = self.chosen().map(|alarm| alarm.name.clone());
        let sorted = answer.map(|mut list| {
            list.sort_by(|one, other| {
                (&one.state, std::cmp::Reverse(one.since), &one.name).cmp(&(
                    &other.state,
                    std::cmp::Reverse(other.since),
                    &other.name,
                ))
            });
            list
        });
        self.list.take(sorted, now);
        self.arrange();
        let at = chosen.and_then(|name| self.list.rows().iter().position(|a| a.name == name));
        if let Some(row) = at.and_then(|at| self.sections.place(at)) {
            self.cursor.slide(row);
        }
    }

    fn arrange(&mut self) {
        let passes = |alarm: &Alarm| {
            self.filter.is_empty()
                || filter::passes(
                    &self.filter,
                    &format!("{} {} {}", alarm.name, alarm.state, alarm.description),
                )
        };
        let all = self.list.rows().iter().enumerate().filter(|(_, alarm)| passes(alarm));
        let kept: Vec<_> = all.map(|(at, alarm)| (alarm.state.to_string(), at)).collect();
        self.sections.arrange(kept);
    }

    /// How many ring.
    pub fn ringing(&self) -> usize {
        self.list.rows().iter().filter(|alarm| alarm.state == AlarmState::Alarm).count()
    }

    /// The one at a row; nothing for a heading.
    pub fn at(&self, row: usize) -> Option<&Alarm> {
        self.list.rows().get(self.sections.item(row)?)
    }

    /// The one under the cursor.
    pub fn chosen(&self) -> Option<&Alarm> {
        self.at(self.cursor.at(self.sections.len()))
    }

    /// The alarm of that name.
    pub fn get(&self, name: &str) -> Option<&Alarm> {
        self.list.rows().iter().find(|alarm| alarm.name == name)
    }

    /// The question for the history of an alarm.
    pub fn question(name: &str, now: Timestamp) -> AlarmHistory {
        AlarmHistory { alarm: name.to_owned(), start: now - HISTORY, end: now }
    }

    /// The alarms that a composite one is made of, as far as they are known here.
    pub fn parts(&self, alarm: &Alarm) -> Vec<&Alarm> {
        let named = |name: &str| filter::mentions(&alarm.condition, name);
        let all = self.list.rows().iter();
        all.filter(|other| alarm.composite && other.name != alarm.name && named(&other.name))
            .collect()
    }
}

impl List for Alarms {
    fn len(&self) -> usize {
        self.sections.len()
    }

    fn cursor(&mut self) -> &mut Cursor {
        &mut self.cursor
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter);
        self.arrange();
    }

    fn copied(&self) -> Option<Printable> {
        self.chosen().map(|alarm| Printable::new(alarm.name.clone()))
    }

    fn record(&self) -> Option<Record> {
        let alarm = self.chosen()?;
        Record::of(alarm.name.clone(), alarm)
    }

    fn opens(&self) -> Option<Subject> {
        self.chosen().map(|alarm| Subject::Alarm(alarm.name.clone()))
    }

    fn head(&self) -> bool {
        let at = self.cursor.at(self.sections.len());
        matches!(self.sections.row(at), Some(Row::Head { .. }))
    }

    fn fold(&mut self) {
        let at = self.cursor.at(self.sections.len());
        let Some(section) = self.sections.section(at).map(str::to_owned) else { return };
        self.sections.toggle(&section);
        self.arrange();
        if let Some(head) = self.sections.head(&section) {
            self.cursor.slide(head);
        }
    }
}
