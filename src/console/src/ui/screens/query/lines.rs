//! The rows of a query that are lines, drawn as lines: when, how loud, what they say, and what else was asked of them.

use ratatui::text::Span;
use watchdeck_query::Value;
use watchdeck_signal::reading::Reading;

use crate::app::Model;
use crate::app::screens::query::Answer;
use crate::ui::screens::logs::level_word;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// The most characters of a line that are looked at.
const LONGEST: usize = 4_000;
/// Cells before what a line says.
const LEAD: usize = 2 + 12 + 1 + 5 + 1;

/// The titles above them.
pub(super) fn titles(model: &Model) -> String {
    format!("{}  LEVEL  MESSAGE", text::left(model.look.times.title(), 11))
}

/// One of them.
pub(super) fn row(
    model: &Model,
    answer: &Answer,
    width: usize,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let time = answer.at().map(|at| model.look.times.cell_millis(at, model.now));
    let message = answer.message().unwrap_or_default();
    let reading = Reading::of(&message, "");
    let said = text::safe(reading.message.chars().take(LONGEST).collect::<String>());
    let others = answer.others().map(|(name, cell)| format!("{}={}", name, shown(cell)));
    let others = text::safe(others.collect::<Vec<_>>().join(" "));
    let room = width.saturating_sub(LEAD);
    let said = text::cut(&said, room);
    let left = room.saturating_sub(text::width(&said) + 2);
    let style = theme.level(reading.level);
    let mut spans = vec![
        span(text::left(&time.unwrap_or_default(), 12), theme.dim),
        span(" ", theme.text),
        span(level_word(reading.level), style),
        span(" ", theme.text),
        span(said, theme.text),
    ];
    if !others.is_empty() && left > 4 {
        spans.push(span("  ", theme.text));
        spans.push(span(text::cut(&others, left), theme.faint));
    }
    spans
}

fn shown(cell: &Value<'_>) -> String {
    cell.text().chars().take(200).collect()
}
