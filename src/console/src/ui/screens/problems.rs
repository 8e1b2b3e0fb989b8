//! Every problem of the console itself: what happened, why, and what to do.

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::Model;
use crate::ui::page::Page;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// The screen.
pub(in crate::ui) fn page(model: &Model, theme: &Theme, area: Rect) -> Page {
    let area = paint::inset(area);
    let width = usize::from(area.width);
    let problems = model.problems.newest_first();
    if problems.len() == 0 {
        let said = text::line("No problems since the start.", theme.good);
        return Page::plain(area, vec![said]);
    }
    let mut lines = Vec::new();
    for met in problems {
        let problem = &met.problem;
        let often = if met.times > 1 {
            format!("   {} times since {}", text::count(met.times), model.time(met.first))
        } else {
            String::new()
        };
        lines.push(Line::from(vec![
            span(format!("{}  ", model.cell(met.last)), theme.dim),
            span(text::left(&text::safe(problem.code.clone()), 20), theme.bad),
            span(often, theme.dim),
        ]));
        for (part, style) in
            [(&problem.what, theme.text), (&problem.why, theme.dim), (&problem.hint, theme.key)]
        {
            if part.as_str().is_empty() {
                continue;
            }
            let pieces = text::wrap(part.as_str(), width.saturating_sub(10));
            lines.extend(
                pieces.into_iter().map(|piece| text::line(format!("          {piece}"), style)),
            );
        }
        lines.push(Line::default());
    }
    if model.problems.forgotten > 0 {
        let said = format!("{} older ones were let go.", text::count(model.problems.forgotten));
        lines.push(text::line(said, theme.dim));
    }
    if model.questions.stale > 0 {
        let said = format!(
            "{} answers came too late and were dropped.",
            text::count(model.questions.stale)
        );
        lines.push(text::line(said, theme.faint));
    }
    Page::plain(area, lines)
}
