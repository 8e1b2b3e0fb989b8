//! The form of a runbook: its parameters, what is known of each, and what the chosen one can be chosen from.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use watchdeck_runbook::ParamType;

use crate::app::Model;
use crate::app::choices::choices;
use crate::app::screens::form::Form;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// The most choices shown below the fields.
const CHOICES: usize = 5;

/// Draws the overlay.
pub(in crate::ui) fn draw(
    model: &Model,
    form: &Form,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let found = form.chosen().map(|field| choices(model, form, field.kind)).unwrap_or_default();
    let below = 2 + found.len().min(CHOICES + 1);
    let height = u16::try_from(form.len() + 3 + below).unwrap_or(u16::MAX);
    let inner = paint::boxed(frame, area, (92, height), &form.runbook, theme);
    let note = "Nothing is sent: what is filled in becomes a plan with a question.";
    paint::row(frame, inner, &text::line(format!(" {note}"), theme.dim));
    let body = paint::below(inner, 1);
    let width = form.fields.iter().map(|field| field.name.len()).max().unwrap_or(0) + 2;
    let chosen = form.cursor.at(form.len());
    let rows = usize::from(body.height).saturating_sub(below).max(1);
    let window = form.cursor.window(form.len(), rows);
    let drawn = window.len();
    for (offset, at) in window.enumerate() {
        let row = paint::nth(body, offset);
        if at == chosen {
            paint::choose(frame, row, theme);
        }
        let mark = span(if at == chosen { "▌ " } else { "  " }, theme.accent);
        let line = match form.fields.get(at) {
            Some(field) => {
                let value = match (field.value.as_str(), field.optional) {
                    ("", true) => span("left to the runbook", theme.dim),
                    ("", false) => span("lacking", theme.warn),
                    _ if field.kind == ParamType::Secret => span("given, and not shown", theme.dim),
                    (value, _) => span(text::safe(value.to_owned()), theme.strong),
                };
                Line::from(vec![mark, span(text::left(&field.name, width), theme.text), value])
            }
            None => Line::from(vec![mark, span("make the plan", theme.accent)]),
        };
        paint::row(frame, row, &line);
    }
    let foot = paint::below(body, u16::try_from(drawn).unwrap_or(u16::MAX));
    let said = form.chosen().map_or(form.summary.as_str(), |field| field.help.as_str());
    let help = text::cut(&text::safe(said.to_owned()), usize::from(foot.width).saturating_sub(2));
    paint::row(frame, paint::nth(foot, 1), &text::line(format!("  {help}"), theme.dim));
    for (offset, (value, known)) in found.iter().take(CHOICES).enumerate() {
        let line = Line::from(vec![
            span("    ", theme.dim),
            span(text::left(&text::safe(value.clone()), 38), theme.text),
            span(text::safe(known.clone()), theme.dim),
        ]);
        paint::row(frame, paint::nth(foot, offset + 2), &line);
    }
    if let Some(more) = found.len().checked_sub(CHOICES).filter(|more| *more > 0) {
        let line =
            text::line(format!("    and {more} more: left and right go through them"), theme.dim);
        paint::row(frame, paint::nth(foot, CHOICES + 2), &line);
    }
}
