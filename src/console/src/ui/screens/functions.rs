//! The Lambda functions, one a row.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::reason;
use crate::app::Model;
use crate::app::loaded::Loaded;
use crate::app::screens::list::{Listed as _, Rows as _};
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Why the functions that are shown are not the newest.
pub(super) fn standing(model: &Model, theme: &Theme) -> Option<Line<'static>> {
    let Loaded { value, failed, .. } = &model.functions.list;
    let problem = failed.as_ref().filter(|_| value.is_some())?;
    Some(text::line(format!(" not answered: {}", reason(problem)), theme.bad))
}

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let functions = &model.functions;
    let listing = functions.listing();
    if listing.is_empty() {
        let none = "There are no functions in this region.";
        let line =
            table::nothing(model, &functions.list, "functions", none, listing.filter(), theme);
        return table::say(frame, area, &line);
    }
    let all = functions.all();
    let longest = all.map(|function| function.name.as_str().len()).max().unwrap_or(8);
    let name = longest.clamp(8, usize::from(area.width).saturating_sub(46).max(12));
    let titles = format!(
        "{}  {}  {}  {}  CHANGED",
        text::left("FUNCTION", name),
        text::left("RUNTIME", 12),
        text::right("MEMORY", 8),
        text::right("LIMIT", 6),
    );
    table::draw(frame, area, theme, &titles, functions, table::plain, |function| {
        let runtime = text::safe(function.runtime.clone());
        vec![
            span(text::left(function.name.as_str(), name), theme.strong),
            span(format!("  {}", text::left(&runtime, 12)), theme.dim),
            span(format!("  {}", text::right(&format!("{} MB", function.memory_mb), 8)), theme.dim),
            span(format!("  {}", text::right(&format!("{} s", function.timeout_s), 6)), theme.dim),
            span(format!("  {}", text::safe(model.minute(&function.last_modified))), theme.dim),
        ]
    });
}
