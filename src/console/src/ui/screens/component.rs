//! One component: its numbers over the hour, its alarms, its findings, and what changed about it.

use ratatui::layout::Rect;
use ratatui::text::Line;
use watchdeck_domain::component::ComponentId;

use super::overview::number;
use crate::app::Model;
use crate::app::filter::mentions;
use crate::app::screens::overview::{about, concerns};
use crate::ui::meaning;
use crate::ui::page::Page;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// The most findings and changes told of; their own screens tell all.
const MOST: usize = 12;

/// The screen.
pub(in crate::ui) fn page(model: &Model, id: &ComponentId, theme: &Theme, area: Rect) -> Page {
    let standing = model.overview.standing(id);
    let (mark, style) = meaning::health(standing.health, theme);
    let mut lines = vec![
        Line::from(vec![
            span(format!("  {mark} "), style),
            span(text::safe(id.short()), theme.strong),
            span(format!("   {}", id.kind), theme.dim),
        ]),
        Line::default(),
    ];
    numbers(model, id, usize::from(area.width), theme, &mut lines);
    alarms(model, id, theme, &mut lines);
    findings(model, id, theme, &mut lines);
    changes(model, id, theme, &mut lines);
    Page::plain(area, lines)
}

fn heading(title: &str, theme: &Theme) -> Line<'static> {
    text::line(format!("  {title}"), theme.faint)
}

fn numbers(
    model: &Model,
    id: &ComponentId,
    width: usize,
    theme: &Theme,
    lines: &mut Vec<Line<'static>>,
) {
    lines.push(heading("LAST HOUR, BY MINUTE", theme));
    let cells = width.saturating_sub(48).clamp(10, 60);
    for (golden, track) in model.overview.tracks(id) {
        let (mark, style) = meaning::health(track.health(golden), theme);
        let known = track.minutes.iter().flatten().copied();
        let most = known.clone().fold(0.0, f64::max);
        let peak = known.clone().next().map(|_| most);
        lines.push(Line::from(vec![
            span(format!("  {mark} "), style),
            span(text::left(golden.label, 16), theme.text),
            span(text::right(&number(golden, track.newest()), 12), style),
            span(
                format!(
                    "  {}  ",
                    text::left(&text::bars(&track.minutes, track.scale(golden), cells), cells)
                ),
                style,
            ),
            span(format!("peak {}", number(golden, peak)), theme.dim),
        ]));
    }
    lines.push(Line::default());
}

fn alarms(model: &Model, id: &ComponentId, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    lines.push(heading("ALARMS", theme));
    let watching = about(id, model.alarms.list.rows());
    if watching.is_empty() {
        lines.push(text::line("  No alarm watches a metric of it.", theme.dim));
    }
    for alarm in watching {
        lines.push(Line::from(vec![
            span(
                format!("  {}", text::left(&text::safe(alarm.state.to_string()), 18)),
                meaning::alarm(&alarm.state, theme),
            ),
            span(text::safe(alarm.name.clone()), theme.text),
            span(format!("  since {}", model.time(alarm.since)), theme.dim),
            span(format!("  {}", text::safe(alarm.condition.clone())), theme.dim),
        ]));
    }
    lines.push(Line::default());
}

fn findings(model: &Model, id: &ComponentId, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    lines.push(heading("FINDINGS", theme));
    let all = model.findings.list.rows().iter();
    let mut about = all.filter(|finding| concerns(finding, id)).take(MOST).peekable();
    if about.peek().is_none() {
        lines.push(text::line("  None that Security Hub knows.", theme.dim));
    }
    for finding in about {
        lines.push(Line::from(vec![
            span(
                format!("  {}", text::left(&finding.severity.to_string(), 18)),
                meaning::severity(finding.severity, theme),
            ),
            span(text::safe(finding.title.clone()), theme.text),
        ]));
    }
    lines.push(Line::default());
}

fn changes(model: &Model, id: &ComponentId, theme: &Theme, lines: &mut Vec<Line<'static>>) {
    lines.push(heading("CHANGES, LAST THREE HOURS", theme));
    let named = |record: &str| mentions(record, id.short());
    let events = model.trail.changes();
    let mut about = events.filter(|event| named(&event.record)).take(MOST).peekable();
    if about.peek().is_none() {
        let said = "  None that CloudTrail has delivered; it takes minutes.";
        lines.push(text::line(said, theme.dim));
    }
    for event in about {
        let refused = if event.error.is_empty() { "" } else { "  refused" };
        lines.push(Line::from(vec![
            span(format!("  {}  ", model.cell(event.at)), theme.dim),
            span(text::left(&text::safe(event.name.clone()), 30), theme.text),
            span(format!("  by {}", text::safe(event.user.clone())), theme.dim),
            span(refused, theme.bad),
        ]));
    }
}
