//! The runbooks: what can be done from here.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let runbooks = &model.runbooks;
    let shown = runbooks.shown();
    if shown.is_empty() {
        return table::say(frame, area, &text::line("  No runbook matches.", theme.dim));
    }
    let titles = format!("{}  {}  WHAT IT DOES", text::left("RUNBOOK", 22), text::left("RISK", 4));
    let width = usize::from(area.width).saturating_sub(34);
    table::draw(frame, area, theme, &titles, (&runbooks.cursor, shown.len()), |at| {
        let Some(runbook) = shown.get(at) else { return Vec::new() };
        vec![
            span(text::left(&runbook.id, 22), theme.strong),
            span(format!("  {}", text::left(&runbook.risk.to_string(), 4)), theme.warn),
            span(format!("  {}", text::cut(runbook.summary.as_str(), width)), theme.text),
        ]
    });
}
