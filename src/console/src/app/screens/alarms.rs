//! CloudWatch alarms: what rings comes first, under headings that fold.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::Timestamp;
use watchdeck_domain::alarm::{Alarm, AlarmChange, AlarmState};
use watchdeck_domain::reading::AlarmHistory;

use super::list::{Item, Listed, Record, Rows};
use crate::app::details::Subject;
use crate::app::filter;
use crate::app::listing::Listing;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// How far back the history of an alarm goes.
const HISTORY: Duration = Duration::from_hours(24);

/// The alarms.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Alarms {
    /// All of them.
    pub list: Loaded<Vec<Alarm>>,
    /// How alarms changed, of those that were looked at.
    pub history: BTreeMap<String, Loaded<Vec<AlarmChange>>>,
    /// How they are looked at.
    listing: Listing,
}

impl Alarms {
    /// Takes an answer in: what rings comes first, and of that what began last.
    pub fn take(&mut self, answer: Result<Vec<Alarm>, Problem>, now: Timestamp) {
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
        self.renew(|alarms| alarms.list.take(sorted, now));
    }

    /// How many ring.
    pub fn ringing(&self) -> usize {
        self.list.rows().iter().filter(|alarm| alarm.state == AlarmState::Alarm).count()
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

impl Listed for Alarms {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Alarms {
    type Item<'a> = &'a Alarm;

    fn all(&self) -> impl Iterator<Item = &Alarm> {
        self.list.rows().iter()
    }

    fn heading(&self, alarm: &&Alarm) -> Option<String> {
        Some(alarm.state.to_string())
    }
}

impl Item for &Alarm {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }

    fn text(&self) -> String {
        format!("{} {} {}", self.name, self.state, self.description)
    }

    fn record(&self) -> Option<Record> {
        Record::of(self.name.clone(), self)
    }

    fn opens(&self) -> Option<Subject> {
        Some(Subject::Alarm(self.name.clone()))
    }
}
