//! The databases: global databases, clusters with their instances, and what stands alone.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

use crate::app::screens::databases::Row;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let databases = &model.databases;
    let shown = databases.shown();
    if shown.is_empty() {
        let none = "There are no databases in this region.";
        let line =
            table::nothing(&databases.instances, "databases", none, &databases.filter, theme);
        return table::say(frame, area, &line);
    }
    let titles = format!(
        "{}  {}  {}  WHERE",
        text::left("DATABASE", 34),
        text::left("STATUS", 14),
        text::left("ENGINE", 24)
    );
    table::draw(frame, area, theme, &titles, (&databases.cursor, shown.len()), |at| {
        let Some(row) = shown.get(at) else { return Vec::new() };
        let (indent, status, engine, place) = match row {
            Row::Global(global) => ("", &global.status, &global.engine, "global".to_owned()),
            Row::Cluster(cluster) => ("", &cluster.status, &cluster.engine, "cluster".to_owned()),
            Row::Instance(instance) => {
                ("  ", &instance.status, &instance.engine, instance.zone.clone())
            }
        };
        let style = if status == "available" { theme.good } else { theme.warn };
        vec![
            span(text::left(&text::safe(format!("{indent}{}", row.id())), 34), theme.strong),
            span(format!("  {}", text::left(&text::safe(status.clone()), 14)), style),
            span(format!("  {}", text::left(&text::safe(engine.clone()), 24)), theme.dim),
            span(format!("  {}", text::safe(place)), theme.dim),
        ]
    });
}
