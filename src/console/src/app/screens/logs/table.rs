//! The lines as a table of chosen fields, remembered for each set of groups.

use std::sync::Arc;

use serde::Serialize;
use watchdeck_domain::{LogGroupName, Printable};
use watchdeck_signal::reading::{Reading, columns, fields};
use watchdeck_signal::store::LineRef;

use super::Logs;
use crate::app::notes::Columns;

/// Columns that are proposed.
const PROPOSED: usize = 6;
/// The most columns.
const MOST: usize = 24;
/// The longest value shown, in characters.
const LONGEST: usize = 200;
/// What stands before every row anyway.
const TOLD: [&str; 6] = ["level", "timestamp", "time", "@timestamp", "ts", "severity"];
/// What a line is read for where it has no field of that name.
pub const MEANINGS: [&str; 10] = [
    "level",
    "kind",
    "message",
    "request",
    "trace",
    "duration_ms",
    "status",
    "version",
    "error",
    "verdict",
];

/// How the table stands.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Table {
    /// Whether the lines are shown as one.
    pub on: bool,
    /// Columns that are moved out to the left.
    pub first: usize,
    /// The columns of each set of groups.
    kept: Vec<(Vec<LogGroupName>, Vec<String>)>,
}

impl Logs {
    /// The columns of the groups that are watched.
    pub fn columns(&self) -> &[String] {
        let groups = self.group_names();
        let kept = self.table.kept.iter().find(|(of, _)| *of == groups);
        kept.map_or(&[], |(_, columns)| columns.as_slice())
    }

    fn group_names(&self) -> Vec<LogGroupName> {
        let mut names: Vec<_> = self.watched.iter().map(|group| group.name.clone()).collect();
        names.sort();
        names
    }

    /// Shows the lines as a table: of these columns, parted by commas or blanks; else of those it had before; else of
    /// those that most lines of the page have. Without names a table that is shown is left. Gives what was chosen anew.
    ///
    /// # Errors
    /// Says why there is no table.
    pub fn tabulate(&mut self, names: &str, page: usize) -> Result<Option<Columns>, &'static str> {
        let names: Vec<String> = names
            .split([',', ' '])
            .filter(|name| !name.is_empty())
            .take(MOST)
            .map(|name| Printable::new(name).into())
            .collect();
        if names.is_empty() && self.table.on {
            self.table.on = false;
            return Ok(None);
        }
        let chosen = !names.is_empty();
        let wanted = if chosen {
            names
        } else if self.columns().is_empty() {
            self.proposed(page)
        } else {
            self.columns().to_vec()
        };
        if wanted.is_empty() {
            return Err("no line here has fields: `:columns NAME,NAME` names some");
        }
        let groups = self.group_names();
        self.table.kept.retain(|(of, _)| *of != groups);
        self.table.kept.push((groups.clone(), wanted.clone()));
        (self.table.on, self.table.first) = (true, 0);
        self.memory.forget_cells();
        Ok(chosen.then_some(Columns { groups, names: wanted }))
    }

    /// Takes in the columns of earlier sessions; those chosen since are newer.
    pub fn recall_columns(&mut self, columns: Vec<Columns>) {
        for Columns { groups, names } in columns {
            if self.table.kept.iter().all(|(of, _)| *of != groups) {
                self.table.kept.push((groups, names.into_iter().take(MOST).collect()));
            }
        }
    }

    /// The fields that most lines of the page have.
    fn proposed(&self, page: usize) -> Vec<String> {
        let shown = self.shown(page);
        let rows = shown.rows.window(shown.window.clone());
        let lines: Vec<&str> = rows.iter().filter_map(|row| Some(row.line()?.message)).collect();
        let new = |name: &String| !TOLD.contains(&name.as_str());
        columns(lines).into_iter().filter(new).take(PROPOSED).collect()
    }

    /// Moves the columns to the left, or back.
    pub fn shift_columns(&mut self, right: bool) {
        let last = self.columns().len().saturating_sub(1);
        let first = self.table.first;
        self.table.first = if right { (first + 1).min(last) } else { first.saturating_sub(1) };
    }

    /// What a line has in each column; empty where it has nothing.
    pub fn cells(&self, line: &LineRef<'_>) -> Arc<Vec<Printable>> {
        self.memory.cells(line, || cells(line, self.columns()))
    }
}

/// The values of a line: of its own fields, else by what it means.
fn cells(line: &LineRef<'_>, names: &[String]) -> Vec<Printable> {
    let mut found: Vec<Option<Printable>> = vec![None; names.len()];
    let mut left = names.len();
    for (name, value) in fields(line.message) {
        for (cell, _) in found.iter_mut().zip(names).filter(|(_, wanted)| **wanted == name) {
            if cell.is_none() {
                *cell = Some(short(value.text()));
                left -= 1;
            }
        }
        if left == 0 {
            break;
        }
    }
    let meant = |name: &String| MEANINGS.contains(&name.as_str());
    let reading = (found.iter().zip(names).any(|(cell, name)| cell.is_none() && meant(name)))
        .then(|| Reading::of(line.message, &line.stream.stream));
    let cells = found.into_iter().zip(names).map(|(cell, name)| {
        cell.or_else(|| meaning(line, reading.as_ref()?, name)).unwrap_or_default()
    });
    cells.collect()
}

/// What a line means under a name.
fn meaning(line: &LineRef<'_>, reading: &Reading<'_>, name: &str) -> Option<Printable> {
    let text = |text: Option<&std::borrow::Cow<'_, str>>| text.map(|text| short(text));
    match name {
        "level" => {
            let level = line.level.or(reading.level)?;
            Some(Printable::new(format!("{level:?}").to_uppercase()))
        }
        "kind" => Some(reading.kind.title().into()),
        // A record that names no message says nothing, rather than all again.
        "message" => (!line.message.trim_start().starts_with('{')).then(|| short(&reading.message)),
        "request" => text(reading.requests.first()),
        "trace" => text(reading.traces.first()),
        "duration_ms" => reading.durations.total.map(|ms| Printable::new(ms.to_string())),
        "status" => reading.status.map(|status| Printable::new(status.to_string())),
        "version" => text(reading.version.as_ref()),
        "error" => text(reading.error.as_ref()),
        "verdict" => reading.verdicts.first().map(|verdict| Printable::new(verdict.to_string())),
        _ => None,
    }
}

/// The beginning of a value.
fn short(text: &str) -> Printable {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    Printable::new(text.get(..end).unwrap_or(text))
}
