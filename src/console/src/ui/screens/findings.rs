//! The security findings, the worst first.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::ui::meaning;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let findings = &model.findings;
    let shown = findings.shown();
    if shown.is_empty() {
        let none = "No finding stands. Security Hub may not be enabled in this region.";
        let line = table::nothing(&findings.list, "findings", none, &findings.filter, theme);
        return table::say(frame, area, &line);
    }
    let titles = format!(
        "{}  {}  {}  FINDING",
        text::left("SEVERITY", 13),
        text::left("WORKFLOW", 10),
        text::left("PRODUCT", 14)
    );
    let width = usize::from(area.width).saturating_sub(46);
    table::draw(frame, area, theme, &titles, (&findings.cursor, shown.len()), |at| {
        let Some(finding) = shown.get(at) else { return Vec::new() };
        vec![
            span(
                text::left(&finding.severity.to_string(), 13),
                meaning::severity(finding.severity, theme),
            ),
            span(
                format!("  {}", text::left(&text::safe(finding.workflow.to_string()), 10)),
                theme.dim,
            ),
            span(format!("  {}", text::left(&text::safe(finding.product.clone()), 14)), theme.dim),
            span(format!("  {}", text::cut(&text::safe(finding.title.clone()), width)), theme.text),
        ]
    });
}
