//! The CloudWatch alarms: what rings comes first.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::ui::meaning;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let alarms = &model.alarms;
    let shown = alarms.shown();
    if shown.is_empty() {
        let none = "There are no alarms in this region.";
        let line = table::nothing(&alarms.list, "alarms", none, &alarms.filter, theme);
        return table::say(frame, area, &line);
    }
    let titles = format!(
        "{}  {}  {}  CONDITION",
        text::left("STATE", 17),
        text::left("SINCE", 8),
        text::left("ALARM", 30)
    );
    table::draw(frame, area, theme, &titles, (&alarms.cursor, shown.len()), |at| {
        let Some(alarm) = shown.get(at) else { return Vec::new() };
        vec![
            span(
                text::left(&text::safe(alarm.state.to_string()), 17),
                meaning::alarm(&alarm.state, theme),
            ),
            span(format!("  {}", alarm.since.clock()), theme.dim),
            span(format!("  {}", text::left(&text::safe(alarm.name.clone()), 30)), theme.strong),
            span(format!("  {}", text::safe(alarm.condition.clone())), theme.dim),
        ]
    });
}
