//! The lines around those that pass the filter, as `grep -C` shows them.

use serde::Serialize;
use watchdeck_signal::store::{LineRef, Row, Rows};

use super::Logs;

/// The most lines shown on each side.
pub const MOST: usize = 50;

/// Whether lines around each match are shown, and how many.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Context {
    /// Whether they are.
    pub on: bool,
    /// How many on each side.
    pub lines: usize,
}

impl Default for Context {
    fn default() -> Self {
        Self { on: false, lines: 3 }
    }
}

/// What stands around a row that passes the filter.
#[derive(Debug, Default)]
pub struct Around<'a> {
    /// Whether lines that are not shown stand between it and the row before.
    pub apart: bool,
    /// The lines in front of it that no other row shows.
    pub front: Vec<LineRef<'a>>,
    /// The lines behind it, as far as the next row.
    pub behind: Vec<LineRef<'a>>,
}

impl Logs {
    /// How many lines are shown on each side of a match; none without a filter.
    pub fn context_lines(&self) -> usize {
        if self.context.on && !self.filter.is_empty() { self.context.lines } else { 0 }
    }

    /// What stands around the row of that number. The rows beside it say how far it reaches, so that every line is shown
    /// once, and it costs what is seen.
    pub fn around<'a>(&'a self, rows: &Rows<'a>, number: usize, page: usize) -> Around<'a> {
        // The match itself stays in sight.
        let lines = self.context_lines().min(page.saturating_sub(1) / 2);
        let place =
            |row: Row<'_>| (self.store.number_of(row.id()), usize::from(row.line().is_some()));
        let Some((at, 1)) = rows.row(number).map(place) else { return Around::default() };
        if lines == 0 {
            return Around::default();
        }
        let before = number.checked_sub(1).and_then(|before| rows.row(before)).map(place);
        // Where the row before ends, with what it shows behind itself.
        let ended = before.map_or(
            0,
            |(before, one)| {
                if one == 0 { before } else { (before + 1 + lines).min(at) }
            },
        );
        let held = self.paused.map_or(usize::MAX, |last| self.store.number_of(last.after()));
        let next = rows.row(number + 1).map_or(held, |row| place(row).0);
        let begin = at.saturating_sub(lines).max(ended);
        Around {
            apart: before.is_some_and(|(_, one)| one == 1) && begin > ended,
            front: self.store.numbered(begin..at),
            behind: self.store.numbered(at + 1..(at + 1 + lines).min(next).max(at + 1)),
        }
    }
}
