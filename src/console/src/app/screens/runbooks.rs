//! Runbooks: what can be done from here, and how careful one has to be.

use std::borrow::Cow;

use serde::Serialize;
use watchdeck_guard::Risk;
use watchdeck_runbook::Runbook;

use super::list::{Item, Listed, Record, Rows};
use crate::app::details::Subject;
use crate::app::listing::Listing;

/// The catalogue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Runbooks {
    /// The runbooks, by id.
    pub all: Vec<Runbook>,
    /// How they are looked at.
    listing: Listing,
}

/// How much can go wrong, in words.
pub fn words(risk: Risk) -> &'static str {
    match risk {
        Risk::R0 => "reads only",
        Risk::R1 => "small, undone by a key",
        Risk::R2 => "changes production, undone in seconds",
        Risk::R3 => "changes data or many things",
        Risk::R4 => "cannot be undone",
    }
}

impl Runbooks {
    /// The built-in runbooks. One that does not parse is left out; a test keeps them all in order.
    pub fn built_in() -> Self {
        let mut built_in = Self::default();
        let sound = watchdeck_runbook::built_in().filter_map(Result::ok);
        built_in.renew(|runbooks| runbooks.all.extend(sound));
        built_in
    }
}

impl Listed for Runbooks {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Runbooks {
    type Item<'a> = &'a Runbook;

    fn all(&self) -> impl Iterator<Item = &Runbook> {
        self.all.iter()
    }
}

impl Item for &Runbook {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.id)
    }

    fn text(&self) -> String {
        format!("{} {} {} {}", self.id, self.summary, self.risk, words(self.risk))
    }

    fn record(&self) -> Option<Record> {
        Record::of(self.id.clone(), self)
    }

    fn opens(&self) -> Option<Subject> {
        Some(Subject::Runbook(self.id.clone()))
    }
}
