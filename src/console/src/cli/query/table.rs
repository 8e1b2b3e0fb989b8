//! The rows of a query, printed as a table, as JSON or as comma-separated values.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, stdout};

use unicode_width::UnicodeWidthStr as _;
use watchdeck_domain::Printable;

use super::super::failure::Failure;
use super::super::output;
use super::super::reading::RowFormat;
use crate::app::export::csv;

/// The column that names a line for AWS, which is nothing for eyes.
const POINTER: &str = "@ptr";

/// Rows with their columns; what a row lacks is nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rows {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

impl Rows {
    /// Rows that name their fields. Fields that the query does not name come last.
    pub(super) fn of(mut columns: Vec<String>, named: Vec<Vec<(String, String)>>) -> Self {
        for (name, _) in named.iter().flatten() {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let row = |cells: Vec<(String, String)>| {
            let mut row = vec![None; columns.len()];
            for (name, value) in cells {
                let at = columns.iter().position(|column| *column == name);
                if let Some(cell) = at.and_then(|at| row.get_mut(at)) {
                    *cell = Some(value);
                }
            }
            row
        };
        let rows = named.into_iter().map(row).collect();
        Self { columns, rows }
    }

    /// Rows with a cell a column.
    pub(super) fn aligned(columns: Vec<String>, rows: Vec<Vec<Option<String>>>) -> Self {
        Self { columns, rows }
    }

    /// How many there are, in words.
    pub(super) fn counted(&self) -> String {
        match self.rows.len() {
            1 => "1 row".to_owned(),
            count => format!("{count} rows"),
        }
    }

    /// Prints them.
    pub(super) fn print(&self, format: RowFormat) -> Result<(), Failure> {
        let text = match format {
            RowFormat::Table => self.table(),
            RowFormat::Json => self.json(),
            RowFormat::Csv => self.csv(stdout().is_terminal()),
        };
        if text.is_empty() { Ok(()) } else { output::pour(text.as_bytes()) }
    }

    /// The columns that are shown, with their place.
    fn shown(&self) -> Vec<(usize, &str)> {
        let named = self.columns.iter().map(String::as_str).enumerate();
        named.filter(|(_, name)| *name != POINTER).collect()
    }

    fn cell(row: &[Option<String>], at: usize) -> &str {
        row.get(at).and_then(Option::as_deref).unwrap_or_default()
    }

    /// Columns as wide as what stands in them; numbers stand on the right.
    fn table(&self) -> String {
        let shown = self.shown();
        let safe = |text: &str| Printable::new(text.trim_end());
        let heads = shown.iter().map(|(_, name)| safe(name)).collect();
        let lines = self
            .rows
            .iter()
            .map(|row| shown.iter().map(|(at, _)| safe(Self::cell(row, *at))).collect::<Vec<_>>());
        let lines: Vec<Vec<Printable>> = std::iter::once(heads).chain(lines).collect();
        let mut widths = vec![0; shown.len()];
        let mut numbers = vec![true; shown.len()];
        for (nth, line) in lines.iter().enumerate() {
            for ((cell, width), number) in line.iter().zip(&mut widths).zip(&mut numbers) {
                *width = cell.as_str().width().max(*width);
                let text = cell.as_str();
                *number &= nth == 0 || text.is_empty() || text.parse::<f64>().is_ok();
            }
        }
        let mut out = String::new();
        for line in &lines {
            let mut text = String::new();
            for ((cell, width), number) in line.iter().zip(&widths).zip(&numbers) {
                let blank = " ".repeat(width.saturating_sub(cell.as_str().width()));
                if *number {
                    write!(text, "{blank}{cell}  ").unwrap_or_default();
                } else {
                    write!(text, "{cell}{blank}  ").unwrap_or_default();
                }
            }
            writeln!(out, "{}", text.trim_end()).unwrap_or_default();
        }
        out
    }

    fn json(&self) -> String {
        let mut out = String::new();
        for row in &self.rows {
            let cells: Vec<String> = self
                .columns
                .iter()
                .zip(row)
                .filter_map(|(name, cell)| {
                    let cell = cell.as_ref()?;
                    Some(format!("{}:{}", output::json(name), output::json(cell)))
                })
                .collect();
            writeln!(out, "{{{}}}", cells.join(",")).unwrap_or_default();
        }
        out
    }

    fn csv(&self, terminal: bool) -> String {
        let shown = self.shown();
        let safe = |text: &str| {
            if terminal { Printable::new(text).into() } else { text.to_owned() }
        };
        let mut out = csv(shown.iter().map(|(_, name)| safe(name))) + "\n";
        for row in &self.rows {
            let cells = shown.iter().map(|(at, _)| safe(Self::cell(row, *at)));
            writeln!(out, "{}", csv(cells)).unwrap_or_default();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let cell = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Rows::of(
            vec!["level".to_owned(), "n".to_owned()],
            vec![
                vec![cell("n", "12"), cell("level", "ERROR"), cell("@ptr", "x")],
                vec![cell("n", "3"), cell("more", "a,\"b\"\u{1b}[2J")],
            ],
        )
    }

    #[test]
    fn a_table_is_for_eyes() {
        let wanted = "level   n  more\nERROR  12\n        3  a,\"b\"\\u{1b}[2J\n";
        assert_eq!(rows().table(), wanted);
        assert_eq!(Rows::of(vec!["a".into()], vec![]).table(), "a\n");
    }

    #[test]
    fn json_has_what_each_row_has() {
        let wanted = "{\"level\":\"ERROR\",\"n\":\"12\",\"@ptr\":\"x\"}\n{\"n\":\"3\",\"more\":\"a,\\\"b\\\"\\u001b[2J\"}\n";
        assert_eq!(rows().json(), wanted);
    }

    #[test]
    fn commas_and_quotes_are_quoted() {
        let wanted = "level,n,more\nERROR,12,\n,3,\"a,\"\"b\"\"\u{1b}[2J\"\n";
        assert_eq!(rows().csv(false), wanted);
        assert!(!rows().csv(true).contains('\u{1b}'));
    }
}
