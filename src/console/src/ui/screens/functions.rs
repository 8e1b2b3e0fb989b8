//! The Lambda functions, one a row.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::Model;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let functions = &model.functions;
    let shown = functions.shown();
    let longest = shown.iter().map(|function| function.name.as_str().len()).max().unwrap_or(8);
    let name = longest.clamp(8, usize::from(area.width).saturating_sub(46).max(12));
    let title = format!(
        "  {}  {}  {}  {}  CHANGED",
        text::left("FUNCTION", name),
        text::left("RUNTIME", 12),
        text::right("MEMORY", 8),
        text::right("LIMIT", 6),
    );
    paint::row(frame, area, &text::line(title, theme.faint));
    let body = paint::below(area, 1);
    if shown.is_empty() {
        let said = match (&functions.list.failed, &functions.list.value) {
            (Some(problem), _) => text::line(
                format!("  {}: {}. {}", problem.what, problem.why, problem.hint),
                theme.bad,
            ),
            (None, None) => text::line("  Asking for the functions …", theme.dim),
            (None, Some(list)) if list.is_empty() => {
                text::line("  There are no functions in this region.", theme.dim)
            }
            (None, Some(list)) => {
                let filter = text::safe(functions.filter.clone());
                text::line(
                    format!("  None of {} functions matches {filter}.", list.len()),
                    theme.dim,
                )
            }
        };
        return paint::row(frame, body, &said);
    }
    let window = functions.cursor.window(shown.len(), usize::from(body.height));
    let chosen = functions.cursor.at(shown.len());
    for (offset, at) in window.enumerate() {
        let Some(function) = shown.get(at) else { break };
        let row = paint::nth(body, offset);
        let line = Line::from(vec![
            span(if at == chosen { "▌ " } else { "  " }, theme.accent),
            span(text::left(function.name.as_str(), name), theme.strong),
            span(format!("  {}", text::left(&text::safe(function.runtime.clone()), 12)), theme.dim),
            span(format!("  {}", text::right(&format!("{} MB", function.memory_mb), 8)), theme.dim),
            span(format!("  {}", text::right(&format!("{} s", function.timeout_s), 6)), theme.dim),
            span(format!("  {}", text::minute(&function.last_modified)), theme.dim),
        ]);
        if at == chosen {
            paint::choose(frame, row, theme);
        }
        paint::row(frame, row, &line);
    }
}
