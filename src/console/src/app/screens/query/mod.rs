//! A query, over the lines held or in the account: its rows as a table, or as lines.

mod answer; // one row
pub mod inquiry; // on its way through the account

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use watchdeck_domain::Timestamp;
use watchdeck_domain::insights::InsightsAnswer;
use watchdeck_query::{Cell, Outcome, Query, QueryError, Run, Value};
use watchdeck_signal::store::{LineId, Row, Store, View};

use super::list::{Listed, Rows};
use crate::app::listing::Listing;
pub use answer::Answer;
use inquiry::Inquiry;

/// Lines looked at in one step: few enough that no key waits.
const LINES: usize = 4_000;
/// Rows that are kept to be shown.
pub const ROWS: usize = 10_000;

/// The query that is run, or was last.
#[derive(Clone, Default, Serialize)]
pub struct History {
    /// The query, as typed; empty before the first.
    pub text: String,
    /// Lines looked at, and lines held when it began.
    pub looked: (usize, usize),
    /// The column that orders the rows, and whether the largest comes first; nothing for the order of the query.
    pub sorted: Option<(usize, bool)>,
    /// Where it is in the account; nothing where it runs over the lines held.
    pub inquiry: Option<Inquiry>,
    /// Whether rows that are lines are shown as lines.
    pub as_lines: bool,
    /// Rows that there was no room for.
    pub left_out: usize,
    listing: Listing,
    #[serde(skip)]
    run: Option<Run>,
    /// The last line looked at.
    #[serde(skip)]
    behind: Option<LineId>,
    #[serde(skip)]
    outcome: Option<Outcome>,
    #[serde(skip)]
    columns: Arc<[String]>,
    #[serde(skip)]
    answers: Vec<Answer>,
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History").field("text", &self.text).finish_non_exhaustive()
    }
}

impl History {
    /// Begins to run a query over the lines held.
    ///
    /// # Errors
    /// Says what is wrong with the text, and at which character.
    pub fn begin(&mut self, text: &str, store: &Store, now: Timestamp) -> Result<(), QueryError> {
        let query = Query::parse(text)?;
        let run = Some(query.begin(now.as_millis()));
        let (text, as_lines) = (text.to_owned(), self.as_lines);
        *self = Self { text, as_lines, looked: (0, store.len()), run, ..Self::default() };
        self.arrange();
        Ok(())
    }

    /// Begins to wait for what the account finds.
    pub fn inquire(&mut self, text: &str, inquiry: Inquiry) {
        let (text, as_lines) = (text.to_owned(), self.as_lines);
        *self = Self { text, as_lines, inquiry: Some(inquiry), ..Self::default() };
        self.arrange();
    }

    /// Takes in what the account has found so far, if it was asked under this number. Says whether it is over with that.
    pub fn take(&mut self, number: u64, answer: InsightsAnswer, now: Timestamp) -> bool {
        let Some(inquiry) = self.inquiry.as_mut().filter(|inquiry| inquiry.number == number) else {
            return false;
        };
        inquiry.take(&answer, now);
        let over = !inquiry.is_under_way();
        // Fields that the query does not name come last.
        let mut columns = Query::parse(&self.text).map(|query| query.columns()).unwrap_or_default();
        let mut rows = answer.rows;
        for row in &mut rows {
            row.retain(|(name, _)| name != answer::POINTER);
        }
        for (name, _) in rows.iter().flatten() {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let aligned = rows.into_iter().map(|row| {
            let mut cells = vec![Value::Null; columns.len()];
            for (name, value) in row {
                let at = columns.iter().position(|column| *column == name);
                if let Some(cell) = at.and_then(|at| cells.get_mut(at)) {
                    *cell = answer::cell(value);
                }
            }
            cells
        });
        let rows = aligned.collect();
        self.show(columns, rows);
        over
    }

    /// Whether it is being run here.
    pub fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// Whether it is being run, here or in the account.
    pub fn is_under_way(&self) -> bool {
        self.run.is_some() || self.inquiry.as_ref().is_some_and(Inquiry::is_under_way)
    }

    /// Runs it here no longer: what was found so far is what there is.
    pub fn stop_here(&mut self) {
        self.finish();
    }

    /// Whether its rows are lines.
    pub fn gives_lines(&self) -> bool {
        let has = |name: &str| self.columns.iter().any(|column| column == name);
        has("@timestamp") && has("@message")
    }

    /// Whether its rows are shown as lines.
    pub fn shows_lines(&self) -> bool {
        self.as_lines && self.gives_lines()
    }

    /// What came of it, once it was run.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// How many rows there are, whatever the filter.
    pub fn rows_found(&self) -> usize {
        self.answers.len()
    }

    /// What the columns are called.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Looks at some more lines. Says whether there are more.
    pub fn advance(&mut self, store: &Store) -> bool {
        let Some(run) = &mut self.run else { return false };
        let all = View::default();
        let rows = all.rows(store);
        let from = match self.behind {
            Some(id) => rows.position(id) + usize::from(store.find(id).is_some()),
            None => 0,
        };
        let left = self.looked.1.saturating_sub(self.looked.0).min(LINES);
        let lines = rows.iter_from(from).filter_map(|row: Row<'_>| row.line());
        let mut fed = 0;
        for line in lines.take(left) {
            run.feed(&watchdeck_query::Record {
                message: line.message,
                time: line.timestamp().as_millis(),
                ingested: line.id.ingested.as_millis(),
                stream: &line.stream.stream,
                group: line.group().as_str(),
                pointer: "",
            });
            self.behind = Some(line.id);
            fed += 1;
        }
        self.looked.0 += fed;
        if fed == left && self.looked.0 < self.looked.1 {
            return true;
        }
        self.finish();
        false
    }

    /// Orders by the next column, the largest first; after the last, by the query's own order again.
    pub fn sort(&mut self) {
        let columns = self.columns().len();
        self.sorted = match self.sorted {
            None if columns > 0 => Some((0, true)),
            Some((at, true)) => Some((at, false)),
            Some((at, false)) if at + 1 < columns => Some((at + 1, true)),
            None | Some((_, false)) => None,
        };
        self.renew(Self::order);
    }

    /// The line that the chosen row shows, if it shows one that is held: its time and its text tell it.
    pub fn line(&self, store: &Store) -> Option<LineId> {
        let answer = self.chosen()?;
        let (at, message) = (answer.at()?, answer.message()?);
        let all = View::default();
        let rows = all.rows(store);
        let first = LineId { timestamp: at, ingested: Timestamp::from_millis(i64::MIN), number: 0 };
        let lines = rows.iter_from(rows.position(first)).filter_map(|row| row.line());
        let mut lines = lines.take_while(|line| line.timestamp() == at);
        let said = message.trim_end();
        lines.find(|line| line.message.trim_end() == said).map(|line| line.id)
    }

    fn finish(&mut self) {
        let Some(run) = self.run.take() else { return };
        let mut outcome = run.finish();
        let rows = std::mem::take(&mut outcome.rows);
        let columns = outcome.columns.clone();
        self.outcome = Some(outcome);
        self.show(columns, rows);
    }

    fn show(&mut self, columns: Vec<String>, rows: Vec<Vec<Cell>>) {
        self.left_out = rows.len().saturating_sub(ROWS);
        self.columns = columns.into();
        let columns = Arc::clone(&self.columns);
        let rows = rows.into_iter().take(ROWS).enumerate();
        let answers = rows.map(|(nth, cells)| Answer::new(&columns, cells, nth)).collect();
        self.renew(|history| {
            history.answers = answers;
            history.order();
        });
    }

    fn order(&mut self) {
        let Some((column, down)) = self.sorted else {
            return self.answers.sort_by_key(|answer| answer.nth);
        };
        self.answers.sort_by(|one, other| {
            let order = answer::compare(one.cells.get(column), other.cells.get(column));
            if down { order.reverse() } else { order }
        });
    }
}

impl Listed for History {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for History {
    type Item<'a> = &'a Answer;

    fn all(&self) -> impl Iterator<Item = &Answer> {
        self.answers.iter()
    }
}
