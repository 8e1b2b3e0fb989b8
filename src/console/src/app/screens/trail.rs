//! CloudTrail, live: who changed what, the newest first, and up to when it was asked.
//!
//! A sweep pages through a span of time to its end, one call at a time. The first one is long; those after it go back
//! over what was asked already, since CloudTrail delivers late and not in order.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::Timestamp;
use watchdeck_domain::reading::{self, TrailAnswer};
use watchdeck_domain::trail::{TrailEvent, TrailFilter};

use super::list::{Item, Listed, Record, Rows};
use crate::app::cursor::Cursor;
use crate::app::details::Subject;
use crate::app::filter;
use crate::app::listing::Listing;
use crate::app::problem::Problem;
use crate::app::statement::{Statement, name_of};

/// The most events held; older ones give way.
const MOST: usize = 5_000;
/// How far back the first sweep goes.
pub const SPAN: Duration = Duration::from_hours(3);
/// How far the later ones go back over what was asked: most events are delivered within five minutes, few within fifteen.
const OVERLAP: Duration = Duration::from_mins(15);
/// How long a sweep rests after the one before.
const EVERY: Duration = Duration::from_secs(10);
/// The shortest time between two calls: the account allows two a second, and others ask as well.
const PACE: Duration = Duration::from_millis(900);
/// The most pages of one sweep, of fifty events each.
const PAGES: usize = 40;
/// How long what arrived counts as new.
const NEW: Duration = Duration::from_mins(1);

/// The events that were read so far.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Trail {
    /// The events, the newest first.
    entries: Vec<Entry>,
    /// Their ids, by which repeats are recognised.
    ids: BTreeSet<String>,
    /// The sweep under way.
    pub sweep: Option<Sweep>,
    /// From when and up to when everything was asked for; nothing before the first sweep ended.
    pub asked: Option<(Timestamp, Timestamp)>,
    /// When a call was last made.
    called: Option<Timestamp>,
    /// When an answer last came.
    pub at: Option<Timestamp>,
    /// Why the newest question was not answered, if it was not.
    pub failed: Option<Problem>,
    /// Whether calls that only read are told of as well.
    pub reads: bool,
    /// Whether only calls that failed are shown.
    pub errors: bool,
    /// The name of the one thing whose changes are shown, if it is one.
    pub about: Option<String>,
    /// How they are looked at.
    listing: Listing,
}

/// An event, with what a row shows of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// The event.
    pub event: TrailEvent,
    /// Who it was: `role/session`, a user, a service.
    pub who: String,
    /// What it was about, by its name; empty where that is not told.
    pub resource: String,
    /// Where the call came from.
    pub from: String,
    /// When it arrived here; nothing for what the first sweep found.
    pub arrived: Option<Timestamp>,
}

/// A span of time that is paged through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sweep {
    start: Timestamp,
    end: Timestamp,
    filter: Option<TrailFilter>,
    next: Option<String>,
    pages: usize,
    /// Events it has found.
    pub found: usize,
    /// How far back it has come.
    pub reached: Timestamp,
}

impl Entry {
    fn new(event: TrailEvent, arrived: Option<Timestamp>) -> Self {
        let stated = Statement::parse(&event.record);
        let short = stated.who.short();
        Self {
            who: if short.is_empty() { event.user.clone() } else { short },
            resource: stated.resources.first().map_or("", |found| name_of(found)).to_owned(),
            from: stated.from,
            event,
            arrived,
        }
    }

    /// Whether it arrived a short while ago.
    pub fn is_new(&self, now: Timestamp) -> bool {
        self.arrived.is_some_and(|arrived| now.since(arrived) < NEW)
    }
}

impl Trail {
    /// The question that is due, if one is: the next page of the sweep under way, or the first of a new one.
    pub fn question(&mut self, now: Timestamp, forced: bool) -> Option<reading::Trail> {
        let rested = self.at.is_none_or(|at| now.since(at) >= EVERY);
        let paced = self.called.is_none_or(|called| now.since(called) >= PACE);
        if !paced || !(forced || rested || self.sweep.is_some()) {
            return None;
        }
        let back = self.asked.map_or(now - SPAN, |(_, to)| (to - OVERLAP).max(now - SPAN).min(now));
        let filter = (!self.reads).then_some(TrailFilter::WritesOnly);
        let sweep = self.sweep.get_or_insert(Sweep {
            start: back,
            end: now,
            filter,
            next: None,
            pages: 0,
            found: 0,
            reached: now,
        });
        self.called = Some(now);
        Some(reading::Trail {
            filter: sweep.filter.clone(),
            start: sweep.start,
            end: sweep.end,
            next: sweep.next.clone(),
        })
    }

    /// Takes a page in, or why there is none; what is known already is left out.
    pub fn take(&mut self, answer: Result<TrailAnswer, Problem>, now: Timestamp) {
        self.at = Some(now);
        let page = match answer {
            Ok(page) => page,
            Err(problem) => {
                // The token may be what was wrong: the next sweep begins anew.
                self.sweep = None;
                self.failed = Some(problem);
                return;
            }
        };
        self.failed = None;
        let (found, last) = (page.events.len(), page.events.last().map(|event| event.at));
        self.renew(|trail| trail.insert(page.events, now));
        if let Some(mut sweep) = self.sweep.take() {
            sweep.pages += 1;
            sweep.found += found;
            sweep.reached = last.unwrap_or(sweep.reached);
            match page.next {
                Some(next) if sweep.pages < PAGES => {
                    sweep.next = Some(next);
                    self.sweep = Some(sweep);
                }
                rest => self.end(&sweep, rest.is_some()),
            }
        }
    }

    /// A sweep has come to its end, or to the most pages.
    fn end(&mut self, sweep: &Sweep, cut: bool) {
        let from = if cut { sweep.reached } else { sweep.start };
        let from = match self.asked {
            Some((before, to)) if from <= to => before.min(from),
            Some(_) | None => from,
        };
        self.asked = Some((from, sweep.end));
    }

    fn insert(&mut self, events: Vec<TrailEvent>, now: Timestamp) {
        let arrived = self.asked.map(|_| now);
        for event in events {
            if self.ids.insert(event.id.clone()) {
                self.entries.push(Entry::new(event, arrived));
            }
        }
        self.entries.sort_by_key(|entry| std::cmp::Reverse(entry.event.at));
        if self.entries.len() > MOST {
            for old in self.entries.drain(MOST..) {
                self.ids.remove(&old.event.id);
            }
            let oldest = self.entries.last().map(|entry| entry.event.at);
            if let (Some((from, _)), Some(oldest)) = (&mut self.asked, oldest) {
                *from = oldest.max(*from);
            }
        }
    }

    /// All events held, the newest first.
    pub fn events(&self) -> impl Iterator<Item = &TrailEvent> {
        self.entries.iter().map(|entry| &entry.event)
    }

    /// The events that change something, the newest first.
    pub fn changes(&self) -> impl Iterator<Item = &TrailEvent> {
        self.events().filter(|event| !event.read_only)
    }

    /// How many are held.
    pub fn held(&self) -> usize {
        self.entries.len()
    }

    /// Tells of calls that only read as well, or no longer. What was asked so far lacks them, so all is asked anew.
    pub fn toggle_reads(&mut self) {
        self.reads = !self.reads;
        self.sweep = None;
        self.at = None;
        if self.reads {
            self.asked = None;
        }
        self.arrange();
    }

    /// Shows only calls that failed, or all.
    pub fn toggle_errors(&mut self) {
        self.renew(|trail| trail.errors = !trail.errors);
    }

    /// Shows only what names this one thing; nothing for all.
    pub fn narrow(&mut self, about: Option<String>) {
        self.about = about;
        self.listing.cursor = Cursor::default();
        self.arrange();
    }
}

impl Listed for Trail {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Trail {
    type Item<'a> = &'a Entry;

    fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    fn shows(&self, entry: &&Entry) -> bool {
        let event = &entry.event;
        (self.reads || !event.read_only)
            && (!self.errors || !event.error.is_empty())
            && self.about.as_ref().is_none_or(|name| filter::mentions(&event.record, name))
    }
}

impl Item for &Entry {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.event.id)
    }

    fn text(&self) -> String {
        let TrailEvent { name, source, user, error, record, .. } = &self.event;
        format!("{name} {source} {user} {error} {record}")
    }

    fn record(&self) -> Option<Record> {
        Some(Record::parse(self.event.name.clone(), &self.event.record))
    }

    fn opens(&self) -> Option<Subject> {
        Some(Subject::Event(self.event.id.clone()))
    }
}
