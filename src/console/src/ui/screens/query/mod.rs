//! What came of a query, as a table or as lines.

mod lines; // rows that are lines
mod standing; // how it stands

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Span;
use watchdeck_query::{Cell, Value};

use crate::app::Model;
use crate::app::screens::list::{Listed as _, Rows as _};
use crate::app::screens::query::{Answer, History};
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;
pub(super) use standing::standing;

/// Rows that are looked at to find how wide the columns are.
const LOOKED: usize = 200;
/// The most cells of a column that does not take what the others leave.
const WIDEST: usize = 40;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let history = &model.history;
    if history.listing().is_empty() {
        return table::say(frame, area, &standing::nothing(model, theme));
    }
    if history.shows_lines() {
        let width = usize::from(area.width);
        return table::draw(
            frame,
            area,
            theme,
            &lines::titles(model),
            history,
            table::plain,
            |answer| lines::row(model, answer, width, theme),
        );
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

/// How wide the columns are; what lines say takes what the others leave, else the last column does.
fn widths(history: &History, width: usize) -> Vec<usize> {
    let columns = history.columns();
    let last = columns.len().saturating_sub(1);
    let greedy = columns.iter().position(|name| name == "@message").unwrap_or(last);
    let mut left = width.saturating_sub(2 + 2 * last);
    let mut widths = Vec::new();
    for (at, name) in columns.iter().enumerate() {
        let cells = history.all().take(LOOKED).filter_map(|answer| answer.cells.get(at));
        let widest = cells.map(|cell| text::width(&shown(cell))).max().unwrap_or(0);
        let wide = widest.max(text::width(name) + 2).min(WIDEST).min(left);
        let wide = if at == greedy { 0 } else { wide };
        widths.push(wide);
        left = left.saturating_sub(wide);
    }
    if let Some(wide) = widths.get_mut(greedy) {
        *wide = left;
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
