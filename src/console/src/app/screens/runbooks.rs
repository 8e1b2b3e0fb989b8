//! Runbooks: what can be done from here, and how careful one has to be.

use std::borrow::Cow;

use serde::Serialize;
use watchdeck_guard::Risk;
use watchdeck_runbook::{Catalogue, Entry, Runbook, Unsound};

use super::list::{Item, Listed, Record, Rows};
use crate::app::details::Subject;
use crate::app::listing::Listing;

/// The catalogue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Runbooks {
    /// The runbooks by id, then the files that are none.
    pub all: Vec<Shown>,
    /// How they are looked at.
    listing: Listing,
}

/// One row of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// A runbook.
    Sound(Box<Entry>),
    /// A file that is none.
    Unsound(Unsound),
}

impl Shown {
    /// The runbook's id, or the file's name without its folder.
    pub fn name(&self) -> &str {
        match self {
            Self::Sound(entry) => &entry.runbook.id,
            Self::Unsound(unsound) => unsound.file.rsplit('/').next().unwrap_or(&unsound.file),
        }
    }

    /// What it is for, or what is wrong first.
    pub fn about(&self) -> String {
        match self {
            Self::Sound(entry) if entry.shadows => {
                format!("In place of the built-in one. {}", entry.runbook.summary)
            }
            Self::Sound(entry) => entry.runbook.summary.clone(),
            Self::Unsound(unsound) => {
                let first = unsound.complaints.first().map(ToString::to_string);
                format!("Left out: {}", first.unwrap_or_default())
            }
        }
    }
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
    /// The built-in runbooks.
    pub fn built_in() -> Self {
        let mut built_in = Self::default();
        built_in.take(Catalogue::new(Vec::new()));
        built_in
    }

    /// Those that can be proposed.
    pub fn sound(&self) -> impl Iterator<Item = &Runbook> {
        self.all.iter().filter_map(|shown| match shown {
            Shown::Sound(entry) => Some(&entry.runbook),
            Shown::Unsound(_) => None,
        })
    }

    /// Takes a catalogue in.
    pub fn take(&mut self, catalogue: Catalogue) {
        let Catalogue { sound, unsound } = catalogue;
        let sound = sound.into_iter().map(|entry| Shown::Sound(Box::new(entry)));
        self.renew(|runbooks| {
            runbooks.all = sound.chain(unsound.into_iter().map(Shown::Unsound)).collect();
        });
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
    type Item<'a> = &'a Shown;

    fn all(&self) -> impl Iterator<Item = &Shown> {
        self.all.iter()
    }
}

impl Item for &Shown {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Shown::Sound(entry) => &entry.runbook.id,
            Shown::Unsound(unsound) => &unsound.file,
        })
    }

    fn text(&self) -> String {
        let risk = match self {
            Shown::Sound(entry) => {
                format!("{} {}", entry.runbook.risk, words(entry.runbook.risk))
            }
            Shown::Unsound(_) => "not sound".to_owned(),
        };
        format!("{} {} {risk}", self.name(), self.about())
    }

    fn record(&self) -> Option<Record> {
        match self {
            Shown::Sound(entry) => Record::of(entry.runbook.id.clone(), &entry.runbook),
            Shown::Unsound(unsound) => Record::of(unsound.file.clone(), unsound),
        }
    }

    fn opens(&self) -> Option<Subject> {
        Some(Subject::Runbook(self.key().into_owned()))
    }
}
