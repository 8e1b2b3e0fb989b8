//! The bookmarks: when, of whom, what was noted, and what the line says, also when it is held no longer.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::Model;
use crate::app::cursor::Cursor;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the overlay.
pub(in crate::ui) fn draw(
    model: &Model,
    cursor: &Cursor,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let (logs, marks) = (&model.logs, model.logs.bookmarks());
    let height = u16::try_from(marks.len().max(1) + 2).unwrap_or(u16::MAX);
    let size = (area.width.saturating_sub(8), height.min(area.height.saturating_sub(2)));
    let title = format!("Bookmarks: {}", marks.len());
    let inner = paint::boxed(frame, area, size, &title, theme);
    let width = usize::from(inner.width);
    let chosen = cursor.at(marks.len());
    for (offset, at) in cursor.window(marks.len(), usize::from(inner.height)).enumerate() {
        let Some(mark) = marks.get(at) else { break };
        let row = paint::nth(inner, offset);
        if at == chosen {
            paint::choose(frame, row, theme);
        }
        let held = logs.store().find(mark.id).is_some();
        let name = logs.name_of(&mark.group);
        let mut spans = vec![
            span(if at == chosen { "▌" } else { " " }, theme.accent),
            span(model.look.times.cell(mark.at(), model.now), theme.dim),
            span(" ", theme.text),
            span(text::left(&name, 16), theme.name(logs.hue_of(&mark.group))),
            span(" ", theme.text),
        ];
        if !held {
            spans.push(span("not held  ", theme.warn));
        }
        if !mark.note.as_str().is_empty() {
            spans.push(span(format!("{}  ", mark.note), theme.strong));
        }
        let used: usize = spans.iter().map(|part| text::width(&part.content)).sum();
        let said = text::cut(mark.text.as_str(), width.saturating_sub(used));
        spans.push(span(said, theme.text));
        paint::row(frame, row, &Line::from(spans));
    }
}
