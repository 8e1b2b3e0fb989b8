//! Templates as they are kept between sessions, so that "first seen" survives a restart.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{Printable, Timestamp};

use super::counts::Counts;
use super::miner::Miner;
use super::tally::{Tally, Template, TemplateId};

/// The form written now.
const VERSION: u32 = 1;

/// What a miner knows, to be kept. Words are printable, and those that held a digit are gone; the lines themselves are
/// not in it. Read it only by [`Miner::load`], which looks at the version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    version: u32,
    since: Option<Timestamp>,
    templates: Vec<SavedTemplate>,
    rest: Option<SavedTally>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SavedTemplate {
    id: TemplateId,
    frame: TemplateId,
    /// Each word with its number; nothing for a variable.
    words: Vec<Option<(TemplateId, Printable)>>,
    keys: Vec<Printable>,
    tally: SavedTally,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SavedTally {
    first: Timestamp,
    last: Timestamp,
    lines: u64,
    level: Option<LogLevel>,
    /// Lines by minute, counted from 1970.
    minutes: Vec<(i64, u32)>,
    before: u64,
}

/// Why saved templates are not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// They are written in a form that is not known here.
    #[error("templates of version {0} are not known here")]
    Version(u32),
}

impl Miner {
    /// What is to be kept.
    pub fn save(&self) -> Saved {
        Saved {
            version: VERSION,
            since: self.since,
            templates: self.templates.iter().map(SavedTemplate::of).collect(),
            rest: self.rest.as_ref().map(SavedTally::of),
        }
    }

    /// A miner that knows what was kept, and tells at most so many templates apart.
    ///
    /// # Errors
    /// Says so when a newer program has written it.
    pub fn load(saved: Saved, most: usize) -> Result<Self, LoadError> {
        if saved.version != VERSION {
            return Err(LoadError::Version(saved.version));
        }
        let templates = saved.templates.into_iter().map(SavedTemplate::template).collect();
        let mut miner = Self::of(most, templates);
        miner.rest = saved.rest.as_ref().map(SavedTally::tally);
        miner.since = saved.since;
        miner.counted_to = miner.templates.iter().map(|template| template.tally.last).max();
        Ok(miner)
    }
}

impl SavedTemplate {
    fn of(template: &Template) -> Self {
        let words = template.hashes.iter().zip(&template.texts);
        Self {
            id: template.id,
            frame: TemplateId(template.frame),
            words: words
                .map(|(hash, text)| text.clone().map(|text| (TemplateId(*hash), text)))
                .collect(),
            keys: template.keys.clone(),
            tally: SavedTally::of(&template.tally),
        }
    }

    fn template(self) -> Template {
        let tally = self.tally.tally();
        let (hashes, texts) = self
            .words
            .into_iter()
            .map(|word| word.map_or((0, None), |(hash, text)| (hash.0, Some(text))))
            .unzip();
        Template { id: self.id, frame: self.frame.0, hashes, texts, keys: self.keys, tally }
    }
}

impl SavedTally {
    fn of(tally: &Tally) -> Self {
        let (minutes, before) = tally.counts.parts();
        let Tally { first, last, lines, level, .. } = *tally;
        Self { first, last, lines, level, minutes, before }
    }

    fn tally(&self) -> Tally {
        let counts = Counts::of(&self.minutes, self.before);
        let Self { first, last, lines, level, .. } = *self;
        Tally { counts, lines, first, last, level, newest: None, earlier: true }
    }
}
