//! The runbooks: what can be done from here, and how careful one has to be.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::available::armed;
use crate::app::screens::list::Listed as _;
use crate::app::screens::runbooks::{Shown, words};
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let runbooks = &model.runbooks;
    if runbooks.listing().is_empty() {
        return table::say(frame, area, &text::line("  No runbook matches.", theme.dim));
    }
    let (may, style) = match armed(model) {
        Ok(()) => ("you may", theme.good),
        Err(_) => ("read-only", theme.warn),
    };
    let titles = format!(
        "{}  {}  {}  WHAT IT DOES",
        text::left("RUNBOOK", 22),
        text::left("MAY", 9),
        text::left("RISK", 40)
    );
    let width = usize::from(area.width).saturating_sub(79);
    table::draw(frame, area, theme, &titles, runbooks, table::plain, |shown| {
        let does = text::cut(&text::safe(shown.about()), width);
        let name = text::left(&text::safe(shown.name().to_owned()), 22);
        match shown {
            Shown::Sound(entry) => {
                let risk = entry.runbook.risk;
                let risk = format!("{risk} {}", words(risk));
                vec![
                    span(name, theme.strong),
                    span(format!("  {}", text::left(may, 9)), style),
                    span(format!("  {}", text::left(&risk, 40)), theme.warn),
                    span(format!("  {does}"), theme.text),
                ]
            }
            Shown::Unsound(_) => vec![
                span(name, theme.dim),
                span(format!("  {}", text::left("not sound", 9)), theme.bad),
                span(format!("  {}", text::left("", 40)), theme.dim),
                span(format!("  {does}"), theme.text),
            ],
        }
    });
}
