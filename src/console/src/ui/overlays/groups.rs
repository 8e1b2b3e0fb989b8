//! The choice of log groups.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use watchdeck_domain::log::LogGroup;

use crate::app::Model;
use crate::app::screens::groups::{MOST, Picker};
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the overlay.
pub(in crate::ui) fn draw(
    model: &Model,
    picker: &Picker,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let groups = model.log_groups();
    let shown = picker.shown(&groups);
    let height = u16::try_from(shown.len().max(1) + 3).unwrap_or(u16::MAX);
    let each = if model.neighbours.open.is_empty() { "" } else { " a place" };
    let title = format!("Log groups: {} of at most {MOST}{each} marked", picker.marked.len());
    let inner = paint::boxed(frame, area, (76, height.max(6)), &title, theme);
    let width = usize::from(inner.width);
    let filter = if picker.filter.is_empty() {
        text::line(" / filters", theme.dim)
    } else {
        text::line(format!(" / {}", text::safe(picker.filter.clone())), theme.accent)
    };
    paint::row(frame, inner, &filter);
    let body = paint::below(inner, 1);
    if shown.is_empty() {
        let said = match (&model.logs.groups.failed, groups.len()) {
            (Some(problem), _) => format!(" {}: {}", problem.what, problem.why),
            (None, 0) => " Asking for the log groups …".to_owned(),
            (None, all) => format!(" None of {all} log groups matches."),
        };
        return paint::row(frame, body, &text::line(said, theme.dim));
    }
    let chosen = picker.cursor.at(shown.len());
    for (offset, at) in picker.cursor.window(shown.len(), usize::from(body.height)).enumerate() {
        let Some(group) = shown.get(at) else { break };
        let marked = picker.marked.contains(&group.name);
        let row = paint::nth(body, offset);
        if at == chosen {
            paint::choose(frame, row, theme);
        }
        let line = Line::from(vec![
            span(if at == chosen { "▌" } else { " " }, theme.accent),
            span(if marked { "✔ " } else { "  " }, theme.good),
            span(
                text::left(&named(model, group), width.saturating_sub(16)),
                if marked { theme.strong } else { theme.text },
            ),
            span(text::right(&size(group.stored_bytes), 12), theme.dim),
        ]);
        paint::row(frame, row, &line);
    }
}

/// A group's name; of another place after how that was asked for.
fn named(model: &Model, group: &LogGroup) -> String {
    let Some(place) = group.name.place() else { return group.name.as_str().to_owned() };
    let known = model.neighbours.open.iter().find(|known| known.scope == **place);
    let place = known.map_or_else(|| place.to_string(), |known| known.asked.to_string());
    text::safe(format!("{place}  {}", group.name.as_str()))
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", bytes / 1_024),
        1_048_576..1_073_741_824 => format!("{} MB", bytes / 1_048_576),
        _ => format!("{} GB", text::count(bytes / 1_073_741_824)),
    }
}
