//! The journal: what was done here, and what is unfinished.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use watchdeck_domain::{Printable, RunId, Timestamp};
use watchdeck_guard::desk::{Review, Unfinished};
use watchdeck_guard::journal::{Fate, Record, Row};
use watchdeck_guard::{Event, Sighting, Tenure};

use super::list::{self, Item, Listed, Rows};
use super::run::{ending, verdict_word};
use crate::app::listing::Listing;
use crate::app::shell::Tone;

/// The most rows kept; the journal itself keeps all.
const MOST: usize = 2_000;

/// The journal, as far as the desk told it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Journal {
    /// Rows by their place.
    pub rows: BTreeMap<u64, Row>,
    /// Runs that have not ended, oldest first.
    pub unfinished: Vec<Unfinished>,
    /// The glass that was broken and not reviewed since, oldest first.
    pub reviews: Vec<Review>,
    /// How it is looked at.
    listing: Listing,
    /// When the desk last told.
    pub told: Option<Timestamp>,
}

/// A line of the screen: the unfinished runs on top, then the rows, newest first.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// A run that has not ended.
    Unfinished(&'a Unfinished),
    /// Broken glass that waits for its review.
    Review(&'a Review),
    /// A row.
    Row(&'a Row),
}

impl Entry<'_> {
    /// The run that it is about.
    pub fn run(&self) -> Option<&RunId> {
        match self {
            Self::Unfinished(unfinished) => Some(&unfinished.run),
            Self::Review(review) => Some(review.plan.run()),
            Self::Row(row) => row.run.as_ref(),
        }
    }
}

impl Journal {
    /// Takes in what the desk tells of the journal.
    pub fn hear(&mut self, event: &Event, now: Timestamp) {
        self.renew(|journal| journal.take(event, now));
    }

    fn take(&mut self, event: &Event, now: Timestamp) {
        match event {
            Event::Unfinished { runs } => {
                self.unfinished.clone_from(runs);
                self.told = Some(now);
            }
            Event::Journal { rows } => {
                self.rows.extend(rows.iter().map(|row| (row.seq, row.clone())));
                while self.rows.len() > MOST {
                    self.rows.pop_first();
                }
                self.told = Some(now);
            }
            Event::Reviews { reviews } => self.reviews.clone_from(reviews),
            Event::Done(outcome) => self.unfinished.retain(|run| run.run != outcome.run),
            Event::Armed { .. }
            | Event::Proposed { .. }
            | Event::Asked { .. }
            | Event::Refused { .. }
            | Event::Held { .. }
            | Event::Gated { .. }
            | Event::Stopped { .. }
            | Event::Incident { .. }
            | Event::Released { .. }
            | Event::Mistyped { .. }
            | Event::Withdrawn { .. }
            | Event::Step(_)
            | Event::Progress(_)
            | Event::Adrift { .. }
            | Event::Late { .. }
            | Event::Unshipped(_)
            | Event::Shipped { .. }
            | Event::Waits { .. }
            | Event::Paused { .. } => {}
        }
    }
}

impl Listed for Journal {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Journal {
    type Item<'a> = Entry<'a>;

    fn all(&self) -> impl Iterator<Item = Entry<'_>> {
        let unfinished = self.unfinished.iter().map(Entry::Unfinished);
        let reviews = self.reviews.iter().map(Entry::Review);
        unfinished.chain(reviews).chain(self.rows.values().rev().map(Entry::Row))
    }

    /// A run that has not ended and a review that is open are told of whatever the filter says.
    fn kept(&self) -> Vec<(Option<String>, usize)> {
        let open = self.unfinished.len() + self.reviews.len();
        let rows = self.passing().into_iter().filter(|(_, at)| *at >= open);
        (0..open).map(|at| (None, at)).chain(rows).collect()
    }
}

impl Item for Entry<'_> {
    fn key(&self) -> Cow<'_, str> {
        match self {
            Self::Unfinished(run) => format!("run {}", run.run),
            Self::Review(review) => format!("review {}", review.plan),
            Self::Row(row) => format!("row {}", row.seq),
        }
        .into()
    }

    fn text(&self) -> String {
        match self {
            Self::Unfinished(run) => run.title.clone(),
            Self::Review(review) => format!("{}: {}", review.title, review.reason),
            Self::Row(row) => {
                let (what, detail, _) = words(row);
                format!("{what} {detail}")
            }
        }
    }

    fn copied(&self) -> String {
        match self {
            Self::Unfinished(run) => format!("{} {}", run.run, run.title),
            Self::Review(review) => format!("{} {}", review.plan, self.text()),
            Self::Row(row) => format!("{} {}", row.at, self.text()),
        }
    }

    fn record(&self) -> Option<list::Record> {
        match self {
            Self::Unfinished(run) => list::Record::of(run.title.clone(), run),
            Self::Review(review) => list::Record::of(review.title.clone(), review),
            Self::Row(row) => list::Record::of(words(row).0, row),
        }
    }
}

/// A row in words: what kind it is, what it says, and how it is meant.
pub fn words(row: &Row) -> (&'static str, Printable, Tone) {
    use Tone::{Bad, Good, Plain};
    let (what, detail, tone) = match &row.record {
        Record::Genesis { origin, .. } => ("journal begun", origin.clone(), Plain),
        Record::Opened { build } => ("opened", build.clone(), Plain),
        Record::Gate { title, .. } => ("asked", title.clone(), Plain),
        Record::Refused { what, .. } => ("refused", what.clone(), Bad),
        Record::Mistyped { plan } => ("mistyped", plan.to_string(), Plain),
        Record::Withdrawn { plan } => ("withdrawn", plan.to_string(), Plain),
        Record::RunBegin(begun) => ("run begun", begun.draft.title.clone(), Plain),
        Record::Approval { by, phrase, reason, .. } => {
            let reason = reason.as_ref().map_or_else(String::new, |why| format!("; {why}"));
            ("approved", format!("by {by}: {phrase}{reason}"), Plain)
        }
        Record::Countersigned { approval, .. } => {
            let sts = approval.principal.as_ref();
            let sts = sts.map_or_else(String::new, |who| format!(", by STS {}", who.arn));
            ("countersigned", format!("by {} ({}){sts}", approval.by, approval.team), Plain)
        }
        Record::BrokeGlass { gates, reason, by, .. } => {
            let gates: Vec<_> = gates.iter().map(ToString::to_string).collect();
            ("glass broken", format!("by {by} for {}: {reason}", gates.join(", ")), Bad)
        }
        Record::Declared { incident } => {
            let until = incident.until;
            ("incident", format!("{}, by {}, until {until}", incident.told(), incident.by), Bad)
        }
        Record::Over { id, by } => ("incident over", format!("{id}, by {by}"), Plain),
        Record::ByIncident { title, incident, by, .. } => {
            ("by incident", format!("by {by}, no second person: {title}; {incident}"), Bad)
        }
        Record::Reviewed { note, by, .. } => ("reviewed", format!("by {by}: {note}"), Plain),
        Record::Stopped { by } => ("stopped", format!("all changes, by {by}"), Bad),
        Record::Released { by } => ("released", format!("changes, by {by}"), Plain),
        Record::Intent { step, attempt, service, operation, .. } => {
            ("intent", format!("{service} {operation} ({step}, attempt {attempt})"), Plain)
        }
        Record::Unanswered { step, doubt } => ("unanswered", format!("{step}: {doubt}"), Bad),
        Record::Probe { step, sighting } => {
            ("looked for", format!("{step}: {}", sighted(sighting)), Plain)
        }
        Record::Outcome { step, fate } => match fate {
            Fate::Landed { left, .. } if !left.is_empty() => {
                ("landed", format!("{step}: but for {}: {}", left.len(), left.join("; ")), Bad)
            }
            Fate::Landed { request_id, .. } => {
                let by = request_id
                    .as_ref()
                    .map_or_else(|| "found by looking".to_owned(), |id| format!("request {id}"));
                ("landed", format!("{step}: {by}"), Good)
            }
            Fate::Rejected { code, message } => {
                ("rejected", format!("{step}: {code}: {message}"), Bad)
            }
            Fate::Absent => ("no effect", step.clone(), Plain),
            Fate::Halted => ("not sent", format!("{step}: the kill switch was pulled"), Bad),
            Fate::Conflict { seen } => ("conflict", format!("{step}: {seen}"), Bad),
        },
        Record::Late { step, .. } => {
            ("came late", format!("{step}: its effect came after it was told to be absent"), Bad)
        }
        Record::Verify { id, verdict, .. } => {
            let tone = if verdict.holds() { Good } else { Bad };
            ("verified", format!("{id}: {}", verdict_word(verdict)), tone)
        }
        Record::Pause { why } => ("paused", why.clone(), Bad),
        Record::Waits { step, question } => ("waits", format!("{step}: {question}"), Plain),
        Record::WentOn { step, by, typed } => {
            ("went on", format!("{step}: {by} typed `{typed}`"), Plain)
        }
        Record::Resume {} => ("resumed", String::new(), Plain),
        Record::TakenUp(taken) => (
            "taken up",
            format!("from {} on; done before: {}", taken.step, taken.landed.join(", ")),
            Plain,
        ),
        Record::RunEnd { ended, why } => {
            let tone = match super::run::is_good(*ended) {
                Some(true) => Good,
                Some(false) => Bad,
                None => Plain,
            };
            ("run ended", format!("{}: {why}", ending(*ended)), tone)
        }
        Record::Lease { tenure, lease } => match tenure {
            Tenure::Taken => ("lease taken", lease.told(), Plain),
            Tenure::Lost => ("lease lost", lease.told(), Bad),
            Tenure::Returned => ("given back", format!("the lease on {}", lease.target), Plain),
        },
        Record::Heartbeat {} => ("heartbeat", String::new(), Plain),
    };
    (what, Printable::new(detail), tone)
}

/// A sighting in words.
pub fn sighted(sighting: &Sighting) -> String {
    match sighting {
        Sighting::Landed { .. } => "it was made, by this run".into(),
        Sighting::Absent => "it was not made".into(),
        Sighting::Conflict { seen } => format!("somebody else has been there: {seen}"),
    }
}
