//! A list on the screen: titles, the visible rows, the chosen one marked, and what to say when there are none.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::paint;
use super::text::{self, span};
use super::theme::Theme;
use crate::app::cursor::Cursor;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;

/// Draws `len` rows under their titles; `row` gives the spans of one. Only visible rows are asked for.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: &Theme,
    titles: &str,
    (cursor, len): (&Cursor, usize),
    row: impl Fn(usize) -> Vec<Span<'static>>,
) {
    paint::row(frame, area, &text::line(format!("  {titles}"), theme.faint));
    let body = paint::below(area, 1);
    let chosen = cursor.at(len);
    for (offset, at) in cursor.window(len, usize::from(body.height)).enumerate() {
        let place = paint::nth(body, offset);
        if at == chosen {
            paint::choose(frame, place, theme);
        }
        let mark = span(if at == chosen { "▌ " } else { "  " }, theme.accent);
        let spans = std::iter::once(mark).chain(row(at)).collect::<Vec<_>>();
        paint::row(frame, place, &Line::from(spans));
    }
}

/// Says why there are no rows, below where the titles would be.
pub(super) fn say(frame: &mut Frame<'_>, area: Rect, line: &Line<'_>) {
    paint::row(frame, paint::below(area, 1), line);
}

/// Why a list shows no rows: not answered, not yet, none there, or none that passes the filter.
pub(super) fn nothing<T>(
    list: &Loaded<Vec<T>>,
    what: &str,
    none: &str,
    filter: &str,
    theme: &Theme,
) -> Line<'static> {
    match (&list.failed, &list.value) {
        (Some(problem), None) => failed(problem, theme),
        (None, None) => text::line(format!("  Asking for the {what} …"), theme.dim),
        (_, Some(rows)) if rows.is_empty() => text::line(format!("  {none}"), theme.dim),
        (_, Some(rows)) => {
            let said = format!("  None of {} {what} matches {}.", rows.len(), text::safe(filter));
            text::line(said, theme.dim)
        }
    }
}

/// The head of a section: how it stands, how many are in it, and whether it is folded.
pub(super) fn head(
    name: &str,
    count: usize,
    folded: bool,
    style: Style,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let mark = if folded { "▸ " } else { "▾ " };
    vec![
        span(mark, theme.faint),
        span(text::safe(name), style.patch(theme.strong)),
        span(format!("  {}", text::count(count as u64)), theme.dim),
    ]
}

/// A problem in one line.
pub(super) fn failed(problem: &Problem, theme: &Theme) -> Line<'static> {
    let said = format!("  {}: {}. {}", problem.what, problem.why, problem.hint);
    text::line(said, theme.bad)
}
