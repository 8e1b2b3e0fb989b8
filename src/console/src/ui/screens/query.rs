//! What came of a query over the lines held, as a table.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use watchdeck_query::{Cell, Value};

use super::dotted;
use crate::app::Model;
use crate::app::screens::list::{Listed as _, Rows as _};
use crate::app::screens::query::{Answer, History};
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Rows that are looked at to find how wide the columns are.
const LOOKED: usize = 200;
/// The most cells of a column that is not the last.
const WIDEST: usize = 40;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let history = &model.history;
    if history.listing().is_empty() {
        let said = match (history.outcome(), history.listing().filter()) {
            _ if history.text.is_empty() => {
                "  `:query fields @timestamp, @message | filter @message like /timeout/` asks the lines held.".to_owned()
            }
            (None, _) => "  Looking at the lines held …".to_owned(),
            (Some(_), "") => "  No line held gives a row.".to_owned(),
            (Some(_), filter) => format!("  None of the rows matches {}.", text::safe(filter)),
        };
        return table::say(frame, area, &text::line(said, theme.dim));
    }
    let widths = widths(history, usize::from(area.width));
    let titles = history.columns().iter().zip(&widths).enumerate().map(|(at, (name, width))| {
        let mark = match history.sorted {
            Some((by, true)) if by == at => " ▾",
            Some((by, false)) if by == at => " ▲",
            Some(_) | None => "",
        };
        text::left(&format!("{}{mark}", text::safe(name.as_str())), *width)
    });
    let titles = titles.collect::<Vec<_>>().join("  ");
    table::draw(frame, area, theme, &titles, history, table::plain, |answer| {
        row(answer, &widths, theme)
    });
}

/// How wide the columns are; the last takes what is left.
fn widths(history: &History, width: usize) -> Vec<usize> {
    let columns = history.columns();
    let mut left = width.saturating_sub(2);
    let mut widths = Vec::new();
    for (at, name) in columns.iter().enumerate() {
        if at + 1 == columns.len() {
            widths.push(left);
            break;
        }
        let cells = history.all().take(LOOKED).filter_map(|answer| answer.cells.get(at));
        let widest = cells.map(|cell| text::width(&shown(cell))).max().unwrap_or(0);
        let wide = widest.max(text::width(name) + 2).min(WIDEST).min(left);
        widths.push(wide);
        left = left.saturating_sub(wide + 2);
    }
    widths
}

fn shown(cell: &Cell) -> String {
    text::safe(cell.text().chars().take(1_000).collect::<String>())
}

fn row(answer: &Answer, widths: &[usize], theme: &Theme) -> Vec<Span<'static>> {
    let cells = answer.cells.iter().zip(widths).enumerate();
    cells
        .map(|(at, (cell, width))| {
            let gap = if at > 0 { "  " } else { "" };
            let style = match cell {
                Value::Number(_) => theme.strong,
                Value::Time(_) | Value::Null => theme.dim,
                Value::Text(_) => theme.text,
            };
            span(format!("{gap}{}", text::left(&shown(cell), *width)), style)
        })
        .collect()
}

/// How far it has come, and what had to be cut.
pub(super) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let history = &model.history;
    let mut parts = Vec::new();
    let (looked, all) = history.looked;
    if history.is_running() {
        parts.push((
            format!("looking at the lines held {} %", looked * 100 / all.max(1)),
            theme.warn,
        ));
    }
    if let Some(outcome) = history.outcome() {
        let told = outcome.statistics;
        let rows = history.all().count() as u64;
        parts.push((text::things(rows, "row"), theme.text));
        let of = format!(
            "{} of {} matched",
            text::count(told.matched),
            text::things(told.scanned, "line")
        );
        parts.push((of, theme.dim));
        for (cut, said) in [
            (told.rows_cut, "rows are missing: too many"),
            (told.groups_cut, "groups are missing: too many"),
            (told.approximate, "nearly exact"),
            (told.too_deep > 0, "some lines are too deep to be read whole"),
        ] {
            if cut {
                parts.push((said.to_owned(), theme.warn));
            }
        }
    }
    if !history.text.is_empty() {
        parts.push((text::safe(history.text.as_str()), theme.dim));
    }
    dotted(parts, model.size.0, theme)
}
