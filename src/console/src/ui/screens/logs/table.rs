//! The lines as a table: a column for each field, as wide as what is in sight needs.

use ratatui::text::Line;
use watchdeck_signal::store::{LineRef, Row};

use super::row::{self, Lead, highlighted};
use crate::app::Model;
use crate::app::screens::logs::Logs;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// The widest a column gets while others follow it.
const WIDEST: usize = 40;

/// The columns that are in sight.
pub(super) struct Table<'a> {
    names: &'a [String],
    widths: Vec<usize>,
    first: usize,
}

impl<'a> Table<'a> {
    /// The table of these rows, in so many cells.
    pub(super) fn new(logs: &'a Logs, rows: &[Row<'_>], room: usize) -> Self {
        let (names, first) = (logs.columns(), logs.table.first);
        let mut widths: Vec<usize> = names.iter().map(|name| text::width(name)).collect();
        for line in rows.iter().filter_map(Row::line) {
            for (width, cell) in widths.iter_mut().zip(logs.cells(&line).iter()) {
                *width = text::width(cell.as_str()).max(*width);
            }
        }
        let last = widths.len().saturating_sub(1);
        let mut left = room;
        for (at, width) in widths.iter_mut().enumerate().skip(first) {
            *width = if at == last { left.max(1) } else { (*width).min(WIDEST) };
            left = left.saturating_sub(*width + 2);
        }
        Self { names, widths, first }
    }

    /// The names of the columns, over their values.
    pub(super) fn heading(&self, lead: &Lead, theme: &Theme) -> Line<'static> {
        let before = lead.width.saturating_sub(lead.room());
        let moved =
            if self.first > 0 { format!("{} columns ← ", self.first) } else { String::new() };
        let names = self.names.iter().zip(&self.widths).skip(self.first);
        let names: Vec<String> = names.map(|(name, width)| text::left(name, *width)).collect();
        Line::from(vec![
            span(text::right(&moved, before), theme.dim),
            span(names.join("  "), theme.strong),
        ])
    }

    /// A line of it.
    pub(super) fn row(
        &self,
        model: &Model,
        lead: &Lead,
        line: &LineRef<'_>,
        context: bool,
        theme: &Theme,
    ) -> Line<'static> {
        let logs = &model.logs;
        let mut spans = lead.spans(model, line, theme);
        let words = logs.words();
        let style = row::style(line, None, theme);
        for (cell, width) in logs.cells(line).iter().zip(&self.widths).skip(self.first) {
            spans.extend(highlighted(&text::left(cell.as_str(), *width), &words, style, theme));
            spans.push(span("  ", theme.text));
        }
        if context {
            row::pale(&mut spans, theme);
        }
        Line::from(spans)
    }
}
