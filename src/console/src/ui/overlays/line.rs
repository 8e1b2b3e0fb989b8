//! One log line, whole: where it comes from, and all it says.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::text::Line;
use serde_json::Value;
use watchdeck_signal::reading::{Durations, Reading};
use watchdeck_signal::store::{LineRef, Row};

use crate::app::Model;
use crate::ui::page::{self, Page};
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Characters of a line that are shown: CloudWatch Logs takes events of up to 1 MB.
const MOST: usize = 100_000;

/// The overlay: beside the lines where there is room, else over the lower half of them.
pub(in crate::ui) fn page(model: &Model, theme: &Theme, area: Rect) -> Page {
    Page::framed(page::beside(area, (2, 3)), "Line", |width| match model.logs.chosen() {
        Some(Row::Line(line)) => whole(model, &line, width, theme),
        Some(Row::Gap(gap)) => vec![
            text::line(format!(" {}", gap.group), theme.strong),
            text::line(format!(" {gap}"), theme.warn),
            text::line(
                " What was written here may be missing; it is read again until it is known.",
                theme.dim,
            ),
        ],
        None if !model.logs.filter.is_empty() => {
            vec![text::line(" There is no line here: none passes the filter.", theme.dim)]
        }
        None => vec![text::line(" There is no line here any more.", theme.dim)],
    })
}

fn whole(model: &Model, line: &LineRef<'_>, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut field = |name: &str, value: String| {
        lines.push(Line::from(vec![
            span(format!(" {} ", text::left(name, 10)), theme.faint),
            span(text::cut(&value, width.saturating_sub(12)), theme.text),
        ]));
    };
    field("time", model.whole(line.timestamp()));
    let delay = line.id.ingested.since(line.timestamp());
    if line.id.ingested.as_millis() > 0 {
        let late = if line.late { ", into a past held complete" } else { "" };
        field(
            "ingested",
            format!("{} ({} ms later{late})", model.whole(line.id.ingested), delay.as_millis()),
        );
    }
    field("group", line.group().as_str().to_owned());
    if let Some(place) = line.group().place() {
        let name = model.logs.labels().group(line.group());
        field("place", text::safe(format!("{name}: {}, account {}", place.region, place.account)));
    }
    field("stream", text::safe(line.stream.stream.clone()));
    if let Some(note) = model.logs.note(line.id) {
        let said = if note.as_str().is_empty() { "yes" } else { note.as_str() };
        field("bookmark", said.to_owned());
    }
    for (name, value) in meant(line) {
        field(name, value);
    }
    lines.push(Line::default());
    let json = line
        .message
        .trim_start()
        .starts_with('{')
        .then(|| serde_json::from_str::<Value>(line.message));
    if let Some(Ok(value)) = json {
        for text_line in serde_json::to_string_pretty(&value).unwrap_or_default().lines() {
            let indent = text_line.len() - text_line.trim_start().len();
            let pieces =
                text::wrap(&text::safe(text_line.trim_start()), width.saturating_sub(indent + 2));
            for piece in pieces {
                lines.push(member(&" ".repeat(indent + 1), &piece, theme));
            }
        }
        return lines;
    }
    // Written line breaks are breaks here: a stack trace reads as it was written.
    for written in line.message.lines() {
        let safe = text::safe(written.chars().take(MOST).collect::<String>().replace('\t', "    "));
        lines.extend(
            text::wrap(&safe, width.saturating_sub(1))
                .into_iter()
                .map(|piece| text::line(format!(" {piece}"), theme.text)),
        );
    }
    lines
}

/// What a line means, told in fields.
fn meant(line: &LineRef<'_>) -> Vec<(&'static str, String)> {
    let reading = Reading::of(line.message, &line.stream.stream);
    let mut told = Vec::new();
    if let Some(level) = line.level.or(reading.level) {
        told.push(("level", format!("{level:?}").to_uppercase()));
    }
    told.push(("kind", reading.kind.title().to_owned()));
    told.extend(
        reading.verdicts.iter().map(|verdict| ("verdict", text::safe(verdict.to_string()))),
    );
    let texts = |name: &'static str, ids: &[Cow<'_, str>]| {
        ids.iter().map(|id| (name, text::safe(id.as_ref()))).collect::<Vec<_>>()
    };
    told.extend(texts("request", &reading.requests));
    told.extend(texts("trace", &reading.traces));
    let Durations { total, billed, init, behind } = reading.durations;
    let parts = [("", total), ("billed ", billed), ("start ", init), ("behind it ", behind)];
    let parts: Vec<String> =
        parts.iter().filter_map(|(of, ms)| Some(format!("{of}{} ms", (*ms)?))).collect();
    if !parts.is_empty() {
        told.push(("duration", parts.join(", ")));
    }
    told.extend(reading.status.map(|status| ("status", status.to_string())));
    told.extend(reading.version.map(|version| ("version", text::safe(version))));
    told.extend(reading.error.map(|error| ("error", text::safe(error))));
    told
}

/// A line of pretty JSON: its name set off from its value.
pub(super) fn member(indent: &str, piece: &str, theme: &Theme) -> Line<'static> {
    match piece.split_once("\": ") {
        Some((name, value)) if name.starts_with('"') => Line::from(vec![
            span(format!("{indent}{name}\": "), theme.key),
            span(value, theme.text),
        ]),
        Some(_) | None => text::line(format!("{indent}{piece}"), theme.text),
    }
}
