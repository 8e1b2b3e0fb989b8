//! A query over the lines held: run in portions, its rows as a table.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value as Json};
use watchdeck_domain::{Printable, Timestamp};
use watchdeck_query::{Cell, Outcome, Query, QueryError, Run, Value};
use watchdeck_signal::store::{LineId, Row, Store, View};

use super::list::{Item, Listed, Record, Rows};
use crate::app::listing::Listing;

/// Lines looked at in one step: few enough that no key waits.
const LINES: usize = 4_000;
/// Rows that are kept to be shown.
const ROWS: usize = 2_000;

/// The query that is run, or was last.
#[derive(Clone, Default, Serialize)]
pub struct History {
    /// The query, as typed; empty before the first.
    pub text: String,
    /// Lines looked at, and lines held when it began.
    pub looked: (usize, usize),
    /// The column that orders the rows, and whether the largest comes first; nothing for the order of the query.
    pub sorted: Option<(usize, bool)>,
    listing: Listing,
    #[serde(skip)]
    run: Option<Run>,
    /// The last line looked at.
    #[serde(skip)]
    behind: Option<LineId>,
    #[serde(skip)]
    outcome: Option<Outcome>,
    #[serde(skip)]
    answers: Vec<Answer>,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
    columns: Vec<String>,
    key: String,
    /// Its place in the order of the query.
    nth: usize,
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
        *self = Self { text: text.to_owned(), looked: (0, store.len()), run, ..Self::default() };
        self.arrange();
        Ok(())
    }

    /// Whether it is being run.
    pub fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// What came of it, once it was run.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// What the columns are called.
    pub fn columns(&self) -> &[String] {
        self.outcome.as_ref().map(|outcome| outcome.columns.as_slice()).unwrap_or_default()
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
        let cell = |name: &str| {
            let at = answer.columns.iter().position(|column| column == name)?;
            answer.cells.get(at)
        };
        let (Value::Time(at), Value::Text(message)) = (cell("@timestamp")?, cell("@message")?)
        else {
            return None;
        };
        let at = Timestamp::from_millis(*at);
        let all = View::default();
        let rows = all.rows(store);
        let first = LineId { timestamp: at, ingested: Timestamp::from_millis(i64::MIN), number: 0 };
        let lines = rows.iter_from(rows.position(first)).filter_map(|row| row.line());
        let mut lines = lines.take_while(|line| line.timestamp() == at);
        lines.find(|line| line.message == message.as_ref()).map(|line| line.id)
    }

    fn finish(&mut self) {
        let Some(run) = self.run.take() else { return };
        let mut outcome = run.finish();
        let rows = std::mem::take(&mut outcome.rows);
        let columns = outcome.columns.clone();
        let answers = rows.into_iter().take(ROWS).enumerate().map(|(nth, cells)| Answer {
            cells,
            columns: columns.clone(),
            key: nth.to_string(),
            nth,
        });
        let answers = answers.collect();
        self.outcome = Some(outcome);
        self.renew(|history| history.answers = answers);
    }

    fn order(&mut self) {
        let Some((column, down)) = self.sorted else {
            return self.answers.sort_by_key(|answer| answer.nth);
        };
        self.answers.sort_by(|one, other| {
            let order = compare(one.cells.get(column), other.cells.get(column));
            if down { order.reverse() } else { order }
        });
    }
}

/// Numbers by their size, before texts.
fn compare(one: Option<&Cell>, other: Option<&Cell>) -> Ordering {
    let (Some(one), Some(other)) = (one, other) else { return Ordering::Equal };
    match (one.number(), other.number()) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => one.text().cmp(&other.text()),
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

impl Item for &Answer {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.key)
    }

    fn text(&self) -> String {
        let cells: Vec<Cow<'_, str>> = self.cells.iter().map(Value::text).collect();
        cells.join(" ")
    }

    fn copied(&self) -> String {
        let cells: Vec<Cow<'_, str>> = self.cells.iter().map(Value::text).collect();
        cells.join("\t")
    }

    fn record(&self) -> Option<Record> {
        let cells = self.columns.iter().zip(&self.cells).map(|(name, cell)| {
            let value = match cell {
                Value::Null => Json::Null,
                Value::Number(number) => Json::from(*number),
                Value::Text(_) | Value::Time(_) => Json::from(cell.text().into_owned()),
            };
            (name.clone(), value)
        });
        let value = Json::Object(cells.collect::<Map<_, _>>());
        Some(Record { title: Printable::new(format!("row {}", self.nth + 1)), value })
    }
}
