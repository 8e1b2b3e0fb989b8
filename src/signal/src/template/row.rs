//! A template as a screen shows it.

use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{Printable, Timestamp};

pub use super::standing::Windows;
use super::standing::{Counted, Standing};
use super::tally::{Tally, TemplateId};
use crate::store::LineId;

/// One template, with what is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its lasting id; [`TemplateId::REST`] for what is no longer told apart.
    pub id: TemplateId,
    /// Its words, `<*>` for a variable.
    pub wording: Printable,
    /// The sorted keys of its lines, if they are JSON.
    pub keys: Vec<Printable>,
    /// How loud its loudest line is.
    pub level: Option<LogLevel>,
    /// How it stands.
    pub standing: Standing,
    /// Its lines in the recent window.
    pub recent: u64,
    /// Its lines in the baseline.
    pub baseline: u64,
    /// All its lines, those of earlier sessions included.
    pub lines: u64,
    /// When the first of them was written.
    pub first: Timestamp,
    /// When the last of them was written.
    pub last: Timestamp,
    /// The newest line of this session, as an example: it may be let go by the store.
    pub newest: Option<LineId>,
}

impl Row {
    pub(super) fn new(
        id: TemplateId,
        wording: Printable,
        keys: Vec<Printable>,
        tally: &Tally,
        counted: Counted,
        standing: Standing,
    ) -> Self {
        let Counted { recent, baseline } = counted;
        let Tally { lines, first, last, level, newest, .. } = *tally;
        Self { id, wording, keys, level, standing, recent, baseline, lines, first, last, newest }
    }
}
