//! The choice of a version to roll back to, with what is known about each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::Model;
use crate::app::screens::functions::{Details, total};
use crate::app::screens::targets::Targets;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the overlay.
pub(in crate::ui) fn draw(
    model: &Model,
    targets: &Targets,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let height = u16::try_from(targets.len() + 4).unwrap_or(u16::MAX);
    let from = targets.now.as_ref().map(|now| format!(" from {now}")).unwrap_or_default();
    let title = format!("Roll {}:{} back{from} to", targets.function, targets.alias);
    let inner = paint::boxed(frame, area, (78, height), &title, theme);
    let note = "Nothing is sent: the choice becomes a plan with a question.";
    paint::row(frame, inner, &text::line(format!(" {note}"), theme.dim));
    let body = paint::below(inner, 1);
    let fresh = Details::default();
    let details = model.functions.details.get(&targets.function).unwrap_or(&fresh);
    let chosen = targets.cursor.at(targets.len());
    for (offset, at) in targets.cursor.window(targets.len(), usize::from(body.height)).enumerate() {
        let row = paint::nth(body, offset);
        if at == chosen {
            paint::choose(frame, row, theme);
        }
        let mark = span(if at == chosen { "▌ " } else { "  " }, theme.accent);
        let version = at.checked_sub(1).and_then(|at| targets.versions.get(at));
        let line = match version {
            None => Line::from(vec![
                mark,
                span(text::left("last known good", 17), theme.strong),
                span("the newest one that the history proves to have worked", theme.dim),
            ]),
            Some(version) => {
                let config =
                    details.versions.rows().iter().find(|config| config.version == *version);
                let published =
                    config.map(|config| text::safe(model.minute(&config.last_modified)));
                let sum = total(&details.minutes(|traffic| traffic.version == *version));
                let known = if sum.invocations > 0.0 {
                    format!(
                        "{} calls, {} failed",
                        text::amount(sum.invocations),
                        text::percent(sum.error_rate())
                    )
                } else {
                    "no calls in the last 60 minutes".to_owned()
                };
                Line::from(vec![
                    mark,
                    span(text::left(&format!("version {version}"), 17), theme.strong),
                    span(text::left(&published.unwrap_or_default(), 17), theme.dim),
                    span(format!(" {known}"), theme.text),
                ])
            }
        };
        paint::row(frame, row, &line);
    }
}
