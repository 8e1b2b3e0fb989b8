//! The choice of where to switch to, filtered as it is typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::Model;
use crate::app::destinations::Wanted;
use crate::app::switching::Choosing;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Cells of a name.
const NAME: usize = 24;

/// Draws the choice over the view; the text stands in the row below.
pub(in crate::ui) fn draw(
    model: &Model,
    choosing: &Choosing,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let typed = model.shell.typing.as_ref().map_or("", |typing| typing.line.text());
    let all = model.destinations.names(choosing.wanted).len();
    let shown = model.destinations.matching(choosing.wanted, typed);
    let height = u16::try_from(shown.len().max(1) + 2).unwrap_or(u16::MAX);
    let what = match choosing.wanted {
        Wanted::Context => "Contexts",
        Wanted::Profile => "Profiles",
        Wanted::Role => "Roles",
        Wanted::Region => "Regions",
        Wanted::Place => "Places to tail beside this one",
    };
    let title = format!("{what}: {} of {all}", shown.len());
    let inner = paint::boxed(frame, area, (78, height), &title, theme);
    if shown.is_empty() {
        return paint::row(frame, inner, &text::line(" None matches.", theme.dim));
    }
    let chosen = choosing.cursor.at(shown.len());
    for (offset, at) in choosing.cursor.window(shown.len(), usize::from(inner.height)).enumerate() {
        let Some((name, more)) = shown.get(at) else { break };
        let row = paint::nth(inner, offset);
        if at == chosen {
            paint::choose(frame, row, theme);
        }
        let line = Line::from(vec![
            span(if at == chosen { "▌ " } else { "  " }, theme.accent),
            span(text::left(&text::safe(name.clone()), NAME), theme.strong),
            span(format!(" {}", text::cut(more.as_str(), 48)), theme.dim),
        ]);
        paint::row(frame, row, &line);
    }
}
