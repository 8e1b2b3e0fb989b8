//! A journal as a reader sees it: its newest rows and its unfinished runs, also while another console writes.

use std::path::Path;

use watchdeck_domain::Scope;

use super::error::JournalError;
use super::ledger::Ledger;
use super::record::Row;
use super::sqlite::Sqlite;
use super::storage::Storage as _;
use crate::desk::{Review, Unfinished};
use crate::incident::Incident;

/// What a journal tells a reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The newest rows, oldest first.
    pub rows: Vec<Row>,
    /// The runs that have not ended, oldest first.
    pub unfinished: Vec<Unfinished>,
    /// The glass that was broken and not reviewed since, oldest first.
    pub reviews: Vec<Review>,
    /// The incident that was declared and not ended since; its time may be over.
    pub incident: Option<Incident>,
}

impl View {
    /// Reads at most `most` rows of the journal at `path`; nothing when there is no journal. A run counts as ours in
    /// `realm` (`sim` or `live`) and at `here`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of(path: &Path, most: usize, realm: &str, here: &Scope) -> Result<Self, JournalError> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let (mut rows, ledger) = read(path)?;
        let ours = |run: &Unfinished| run.realm == realm && run.scope == *here;
        let unfinished = ledger.unfinished().map(|(run, past)| {
            let told = past.tell(run, false);
            Unfinished { ours: ours(&told), ..told }
        });
        let unfinished = unfinished.collect();
        let reviews = ledger.reviews().cloned().collect();
        rows.drain(..rows.len().saturating_sub(most));
        let incident = ledger.incident().cloned();
        Ok(Self { rows, unfinished, reviews, incident })
    }

    /// The runs of the journal at `path` that have not ended, oldest first, wherever they belong.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn open_runs(path: &Path) -> Result<Vec<Unfinished>, JournalError> {
        let (_, ledger) = read(path)?;
        Ok(ledger.unfinished().map(|(run, past)| past.tell(run, false)).collect())
    }
}

pub(super) fn read(path: &Path) -> Result<(Vec<Row>, Ledger), JournalError> {
    let lines = Sqlite::view(path)?.lines()?;
    // Rows of a newer build are left out here; `watchdeck audit verify` counts them.
    let rows = lines.iter().filter_map(|line| serde_json::from_str::<Row>(&line.body).ok());
    let rows: Vec<Row> = rows.collect();
    let mut ledger = Ledger::default();
    for row in &rows {
        ledger.apply(row);
    }
    Ok((rows, ledger))
}
