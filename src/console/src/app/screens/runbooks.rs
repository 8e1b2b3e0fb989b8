//! Runbooks: what can be done from here, and how careful one has to be.

use serde::Serialize;
use watchdeck_domain::Printable;
use watchdeck_guard::Risk;
use watchdeck_runbook::Runbook;

use super::list::{List, Record};
use crate::app::cursor::Cursor;
use crate::app::details::Subject;
use crate::app::filter;

/// The catalogue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Runbooks {
    /// The runbooks, by id.
    pub all: Vec<Runbook>,
    /// The chosen row among those that pass the filter.
    pub cursor: Cursor,
    /// The filter, as typed.
    filter: String,
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
        Self { all: watchdeck_runbook::lambda_rollback().into_iter().collect(), ..Self::default() }
    }

    /// Those that pass the filter.
    pub fn shown(&self) -> Vec<&Runbook> {
        let rows = self.all.iter();
        rows.filter(|row| {
            let text = format!("{} {} {} {}", row.id, row.summary, row.risk, words(row.risk));
            filter::passes(&self.filter, &text)
        })
        .collect()
    }

    /// The one under the cursor.
    pub fn chosen(&self) -> Option<&Runbook> {
        let shown = self.shown();
        shown.get(self.cursor.at(shown.len())).copied()
    }

    /// The runbook of that id.
    pub fn get(&self, id: &str) -> Option<&Runbook> {
        self.all.iter().find(|runbook| runbook.id == id)
    }
}

impl List for Runbooks {
    fn len(&self) -> usize {
        self.shown().len()
    }

    fn cursor(&mut self) -> &mut Cursor {
        &mut self.cursor
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn set_filter(&mut self, text: &str) {
        text.clone_into(&mut self.filter);
    }

    fn copied(&self) -> Option<Printable> {
        self.chosen().map(|row| Printable::new(row.id.clone()))
    }

    fn record(&self) -> Option<Record> {
        let runbook = self.chosen()?;
        Record::of(runbook.id.clone(), runbook)
    }

    fn opens(&self) -> Option<Subject> {
        self.chosen().map(|runbook| Subject::Runbook(runbook.id.clone()))
    }
}
