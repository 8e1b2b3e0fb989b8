//! A row that a query gave: its cells, and the line that it shows.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use watchdeck_domain::{Printable, Timestamp};
use watchdeck_query::{Cell, Value};

use crate::app::screens::list::{Item, Record};

/// The column that names a line for AWS, which is nothing for eyes.
pub(super) const POINTER: &str = "@ptr";

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
    columns: Arc<[String]>,
    key: String,
    /// Its place in the order of the query.
    pub(super) nth: usize,
}

impl Answer {
    /// The row of that place.
    pub(super) fn new(columns: &Arc<[String]>, cells: Vec<Cell>, nth: usize) -> Self {
        Self { cells, columns: Arc::clone(columns), key: nth.to_string(), nth }
    }

    /// What stands in the column of that name.
    pub fn cell(&self, name: &str) -> Option<&Cell> {
        let at = self.columns.iter().position(|column| column == name)?;
        self.cells.get(at)
    }

    /// When its line was written, if it shows one.
    pub fn at(&self) -> Option<Timestamp> {
        match self.cell("@timestamp")? {
            Value::Time(at) => Some(Timestamp::from_millis(*at)),
            Value::Null | Value::Number(_) | Value::Text(_) => None,
        }
    }

    /// What its line says, if it shows one.
    pub fn message(&self) -> Option<Cow<'_, str>> {
        self.cell("@message").filter(|cell| !cell.is_null()).map(Value::text)
    }

    /// Its cells with their columns, those of a line aside.
    pub fn others(&self) -> impl Iterator<Item = (&str, &Cell)> {
        let named = self.columns.iter().map(String::as_str).zip(&self.cells);
        named.filter(|(name, cell)| !OF_A_LINE.contains(name) && !cell.is_null())
    }

    /// The row as JSON, under the names of its columns.
    pub fn json(&self) -> Json {
        let cells = self.columns.iter().zip(&self.cells).map(|(name, cell)| {
            let value = match cell {
                Value::Null => Json::Null,
                Value::Number(number) => Json::from(*number),
                Value::Text(_) | Value::Time(_) => Json::from(cell.text().into_owned()),
            };
            (name.clone(), value)
        });
        Json::Object(cells.collect::<Map<_, _>>())
    }
}

/// Columns that a line shows by itself.
const OF_A_LINE: [&str; 3] = ["@timestamp", "@message", POINTER];

/// What AWS gave, which is always text: an instant or a number where it reads as one, and is written the same again.
pub(super) fn cell(text: String) -> Cell {
    if let Some(at) = instant(&text) {
        return Value::Time(at.as_millis());
    }
    let number = text.parse().map(Value::Number).ok();
    let number = number.filter(|number| number.text() == text.as_str());
    number.unwrap_or(Value::Text(Cow::Owned(text)))
}

/// An instant as Logs Insights writes it: `2026-11-22 03:00:00.000`.
fn instant(text: &str) -> Option<Timestamp> {
    let (day, time) =
        text.split_once(' ').filter(|(day, time)| (day.len(), time.len()) == (10, 12))?;
    Timestamp::parse(&format!("{day}T{time}Z"))
}

/// Numbers by their size, behind texts.
pub(super) fn compare(one: Option<&Cell>, other: Option<&Cell>) -> Ordering {
    let (Some(one), Some(other)) = (one, other) else { return Ordering::Equal };
    match (one.number(), other.number()) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (None, None) => one.text().cmp(&other.text()),
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
        Some(Record { title: Printable::new(format!("row {}", self.nth + 1)), value: self.json() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_gives_is_read_and_written_the_same() {
        let check = |text: &str, wanted: Cell| {
            let read = cell(text.to_owned());
            assert_eq!(read.text(), text);
            assert_eq!(read, wanted);
        };
        let text = |text: &str| Value::Text(Cow::Owned(text.to_owned()));
        check("2026-11-22 03:00:00.000", Value::Time(1_795_316_400_000));
        check("12", Value::Number(12.0));
        check("0.25", Value::Number(0.25));
        for odd in ["1.50", "007", "1e3", "inf", "", "2026-11-22 03:00", "12345678901234567890"] {
            check(odd, text(odd));
        }
    }
}
