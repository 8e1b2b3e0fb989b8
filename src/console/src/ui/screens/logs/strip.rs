//! The histogram above the lines: how many were written when, and in a row of their own how many of them are errors.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use watchdeck_signal::store::{Bar, Histogram, Span as Time};

use crate::app::Model;
use crate::app::screens::logs::zoom::MARGINS;
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws it into the first rows of an area.
pub(super) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let Some(histogram) = model.logs.histogram(area.width) else { return };
    let here = model.logs.here().and_then(|id| histogram.bar_of(id.timestamp));
    paint::row(frame, area, &words(model, &histogram, here, theme));
    let most = histogram.most();
    let lines = |bar: &Bar| {
        let style = match bar {
            Bar { errors: 1.., .. } => theme.bad,
            Bar { warnings: 1.., .. } => theme.warn,
            Bar { .. } => theme.good,
        };
        (bar.lines, style)
    };
    let all = bars(&histogram, most, here, "lines", lines, theme);
    paint::row(frame, paint::nth(area, 1), &all);
    let errors = histogram.bars.iter().map(|bar| bar.errors).max().unwrap_or(0);
    let bad = bars(&histogram, errors, here, "errors", |bar| (bar.errors, theme.bad), theme);
    paint::row(frame, paint::nth(area, 2), &bad);
}

/// What the bars are: from when to when, how wide, how high, and what the one under the cursor holds.
fn words(
    model: &Model,
    histogram: &Histogram,
    here: Option<usize>,
    theme: &Theme,
) -> Line<'static> {
    let last = histogram.bars.len().saturating_sub(1);
    let (from, to) = (histogram.from, histogram.span_of(last).to);
    let width = wide(histogram.width);
    let most = text::things(histogram.most() as u64, "line");
    let mut spans = vec![
        span(format!(" {} to {}", model.time(from), model.time(to)), theme.dim),
        span(format!(" · {width} a bar · at most {most}"), theme.dim),
    ];
    if let Some((at, bar)) = here.and_then(|at| Some((at, histogram.bars.get(at)?))) {
        let Time { from, .. } = histogram.span_of(at);
        let count = |count: usize, what: &str| text::things(count as u64, what);
        let mut said = format!(" · here, from {}: {}", model.time(from), count(bar.lines, "line"));
        for (number, what) in [(bar.warnings, "warning"), (bar.errors, "error")] {
            if number > 0 {
                said.extend([", ", &count(number, what)]);
            }
        }
        spans.push(span(said, theme.text));
    }
    let undrawn = model.logs.undrawn() as u64;
    if undrawn > 0 {
        let lines = text::things(undrawn, "line");
        spans.push(span(format!(" · {lines} of far other times not drawn"), theme.warn));
    }
    if histogram.bars.iter().any(|bar| bar.gap) {
        spans.push(span(" · ┄ lines may be missing", theme.warn));
    }
    Line::from(spans)
}

/// A row of bars, those under the cursor set off. Where lines may be missing and none are, a rule says so.
fn bars(
    histogram: &Histogram,
    most: usize,
    here: Option<usize>,
    name: &str,
    what: impl Fn(&Bar) -> (usize, Style),
    theme: &Theme,
) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = vec![
        span(" ", theme.text),
        span(text::left(name, usize::from(MARGINS.0).saturating_sub(1)), theme.dim),
    ];
    for (at, bar) in histogram.bars.iter().enumerate() {
        let (count, style) = what(bar);
        let (glyph, style) = match count {
            0 if bar.gap => ("┄", theme.warn),
            0 => (" ", theme.text),
            1.. => (text::bar(count, most), style),
        };
        let style = if here == Some(at) { style.patch(theme.chosen) } else { style };
        match spans.last_mut() {
            Some(last) if at > 0 && last.style == style => last.content.to_mut().push_str(glyph),
            Some(_) | None => spans.push(span(glyph, style)),
        }
    }
    Line::from(spans)
}

/// A width in words.
fn wide(width: Duration) -> String {
    let millis = width.as_millis();
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..60_000 => format!("{} s", millis / 1_000),
        60_000..3_600_000 => format!("{} min", millis / 60_000),
        3_600_000..86_400_000 => format!("{} h", millis / 3_600_000),
        _ => format!("{} d", millis / 86_400_000),
    }
}
