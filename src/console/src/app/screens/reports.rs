//! Reporting copies of databases: what is overdue comes first, under headings that fold.

use std::borrow::Cow;

use serde::Serialize;
use watchdeck_domain::report::InstanceStanding;
use watchdeck_domain::{Printable, Timestamp};

use super::list::{Item, Listed, Record, Rows};
use crate::app::details::Subject;
use crate::app::listing::Listing;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// The copies.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Reports {
    /// All of them.
    pub list: Loaded<Vec<InstanceStanding>>,
    /// When they were sorted: what is overdue is so from then on.
    sorted: Timestamp,
    /// How they are looked at.
    listing: Listing,
}

/// The headings, in their order.
const OVERDUE: &str = "OVERDUE";
const FAILED: &str = "FAILED";
const COMING: &str = "ON THEIR WAY";
const WANTED: &str = "WANTED";

impl Reports {
    /// Takes an answer in: what is overdue comes first, and of that what has been so for longest.
    pub fn take(&mut self, answer: Result<Vec<InstanceStanding>, Problem>, now: Timestamp) {
        let sorted = answer.map(|mut list| {
            list.sort_by_key(|copy| (rank(heading(copy, now)), copy.expires, copy.id.clone()));
            list
        });
        self.sorted = now;
        self.renew(|reports| reports.list.take(sorted, now));
    }

    /// What is told of those that are overdue, in a line; nothing where none is.
    pub fn overdue(&self, now: Timestamp) -> Option<String> {
        let late: Vec<_> = self.list.rows().iter().filter(|copy| copy.is_overdue(now)).collect();
        let first = late.first()?;
        let name = Printable::new(first.id.clone());
        Some(match late.len() {
            1 => format!("the reporting copy {name} is overdue and still billed: :reports"),
            count => format!("{count} reporting copies are overdue and still billed: :reports"),
        })
    }

    /// How many are overdue.
    pub fn late(&self, now: Timestamp) -> usize {
        self.list.rows().iter().filter(|copy| copy.is_overdue(now)).count()
    }
}

fn heading(copy: &InstanceStanding, now: Timestamp) -> &'static str {
    if copy.has_failed() {
        FAILED
    } else if copy.is_overdue(now) {
        OVERDUE
    } else if copy.is_up() {
        WANTED
    } else {
        COMING
    }
}

fn rank(heading: &str) -> usize {
    [OVERDUE, FAILED, COMING, WANTED].iter().position(|known| *known == heading).unwrap_or_default()
}

impl Listed for Reports {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Reports {
    type Item<'a> = &'a InstanceStanding;

    fn all(&self) -> impl Iterator<Item = &InstanceStanding> {
        self.list.rows().iter()
    }

    fn heading(&self, copy: &&InstanceStanding) -> Option<String> {
        Some(heading(copy, self.sorted).to_owned())
    }
}

impl Item for &InstanceStanding {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.id)
    }

    fn text(&self) -> String {
        format!("{} {} {} {}", self.id, self.status, self.owner(), self.source())
    }

    fn record(&self) -> Option<Record> {
        Record::of(self.id.clone(), self)
    }

    fn opens(&self) -> Option<Subject> {
        Some(Subject::Report(self.id.clone()))
    }
}
