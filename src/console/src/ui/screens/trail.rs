//! CloudTrail, live: who changed what, the newest first.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let trail = &model.trail;
    let shown = trail.shown();
    if shown.is_empty() {
        let line = match (&trail.failed, trail.at) {
            (Some(problem), _) => table::failed(problem, theme),
            (None, None) => text::line("  Asking CloudTrail …", theme.dim),
            (None, Some(_)) => text::line("  No changes in the last three hours.", theme.dim),
        };
        return table::say(frame, area, &line);
    }
    let titles = format!(
        "{}  {}  {}  BY",
        text::left("TIME", 8),
        text::left("EVENT", 30),
        text::left("SERVICE", 14)
    );
    table::draw(frame, area, theme, &titles, (&trail.cursor, shown.len()), |at| {
        let Some(event) = shown.get(at) else { return Vec::new() };
        let service = event.source.split('.').next().unwrap_or_default();
        let (what, style) = if event.error.is_empty() {
            (String::new(), theme.strong)
        } else {
            (format!("  refused: {}", text::safe(event.error.clone())), theme.bad)
        };
        vec![
            span(event.at.clock(), theme.dim),
            span(format!("  {}", text::left(&text::safe(event.name.clone()), 30)), style),
            span(format!("  {}", text::left(&text::safe(service), 14)), theme.dim),
            span(format!("  {}", text::safe(event.user.clone())), theme.text),
            span(what, theme.bad),
        ]
    });
}
