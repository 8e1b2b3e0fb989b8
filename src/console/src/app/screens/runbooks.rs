//! Runbooks: what can be done from here, and how careful one has to be.

use serde::Serialize;
use watchdeck_domain::Printable;
use watchdeck_guard::Risk;

use super::list::List;
use crate::app::cursor::Cursor;
use crate::app::filter;

/// The catalogue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Runbooks {
    /// The runbooks, by id.
    pub all: Vec<Summary>,
    /// The chosen row among those that pass the filter.
    pub cursor: Cursor,
    /// The filter, as typed.
    pub filter: String,
}

/// One runbook, in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Its id, such as `lambda.rollback`.
    pub id: String,
    /// What it does: one sentence.
    pub summary: Printable,
    /// How much can go wrong.
    pub risk: Risk,
    /// The whole file.
    pub text: String,
}

impl Runbooks {
    /// The built-in runbooks. One that does not parse is left out; a test keeps them all in order.
    pub fn built_in() -> Self {
        let all = watchdeck_runbook::lambda_rollback().map(|runbook| Summary {
            id: runbook.id.clone(),
            summary: Printable::new(runbook.summary.clone()),
            risk: runbook.risk,
            text: watchdeck_runbook::LAMBDA_ROLLBACK.to_owned(),
        });
        Self { all: all.into_iter().collect(), ..Self::default() }
    }

    /// Those that pass the filter.
    pub fn shown(&self) -> Vec<&Summary> {
        let rows = self.all.iter();
        rows.filter(|row| filter::passes(&self.filter, &format!("{} {}", row.id, row.summary)))
            .collect()
    }

    /// The one under the cursor.
    pub fn chosen(&self) -> Option<&Summary> {
        let shown = self.shown();
        shown.get(self.cursor.at(shown.len())).copied()
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

    fn filter_mut(&mut self) -> &mut String {
        &mut self.filter
    }

    fn copied(&self) -> Option<Printable> {
        self.chosen().map(|row| Printable::new(row.id.clone()))
    }
}
