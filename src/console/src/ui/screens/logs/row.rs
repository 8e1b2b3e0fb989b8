//! One log line as a row: when, of whom, how loud, and what it says.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use watchdeck_domain::log::LogLevel;
use watchdeck_signal::store::LineRef;

use crate::app::Model;
use crate::app::screens::logs::Logs;
use crate::app::shell::Tone;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Cells before the time, and between the other parts: the mark, the late sign, a blank, the level, a blank.
const MARKS: usize = 9;

/// Where the parts of a line stand.
pub(super) struct Lead {
    pub(super) width: usize,
    millis: bool,
    group: usize,
}

impl Lead {
    pub(super) fn new(logs: &Logs, width: usize) -> Self {
        let names = logs.watched.iter().map(|group| logs.name_of(&group.name).len());
        let longest = names.max().unwrap_or(8);
        let most = if width < 100 { 16 } else { 26 };
        Self { width, millis: width >= 100, group: longest.clamp(6, most) }
    }

    /// What stands before the message: the same cells in every row.
    pub(super) fn spans(
        &self,
        model: &Model,
        line: &LineRef<'_>,
        theme: &Theme,
    ) -> Vec<Span<'static>> {
        let (logs, at, times) = (&model.logs, line.timestamp(), &model.look.times);
        let millis = self.millis.then(|| times.cell_millis(at, model.now));
        let time = millis.unwrap_or_else(|| times.cell(at, model.now));
        let name = text::left(&logs.name_of(line.group()), self.group);
        let mark = if logs.is_marked(line.id) { MARK } else { " " };
        let late = if line.late { "↶" } else { " " };
        vec![
            span(mark, theme.accent),
            span(time, theme.dim),
            span(late, theme.warn),
            span(name, theme.name(logs.hue(line))),
            span(" ", theme.text),
            span(level_word(line.level), theme.level(line.level)),
            span(" ", theme.text),
        ]
    }

    /// About how many cells are left for what the line says.
    pub(super) fn room(&self) -> usize {
        self.width.saturating_sub(self.group + MARKS + if self.millis { 12 } else { 8 })
    }

    /// A line in as many rows as it takes; one that is only context is pale.
    pub(super) fn line(
        &self,
        model: &Model,
        line: &LineRef<'_>,
        context: bool,
        theme: &Theme,
    ) -> Vec<Line<'static>> {
        let logs = &model.logs;
        let mut lead = self.spans(model, line, theme);
        let said = logs.said(line);
        if let Some((word, tone)) = said.verdict {
            let style =
                if tone == Tone::Bad { theme.level(Some(LogLevel::Error)) } else { theme.warn };
            lead.push(span(word, style));
            lead.push(span("  ", theme.text));
        }
        let used: usize = lead.iter().map(|part| text::width(&part.content)).sum();
        let room = self.width.saturating_sub(used);
        let words = logs.words();
        let style = style(line, said.tone, theme);
        if logs.wrap && !context {
            let (main, rest) = (&said.main, &said.rest);
            let whole = if rest.is_empty() { main.clone() } else { format!("{main}  {rest}") };
            return wrapped(lead, &text::wrap(&whole, room), used, style, &words, theme);
        }
        let main = text::skip(&said.main, logs.shift);
        let main = text::cut(&main, room);
        let left = room.saturating_sub(text::width(&main) + 2);
        let mut spans = lead;
        spans.extend(highlighted(&main, &words, style, theme));
        if !said.rest.is_empty() && left > 4 {
            spans.push(span("  ", theme.text));
            spans.extend(highlighted(&text::cut(&said.rest, left), &words, theme.faint, theme));
        }
        if context {
            pale(&mut spans, theme);
        }
        vec![Line::from(spans)]
    }
}

/// The mark of a bookmark.
const MARK: &str = "■";

/// The first cell of the chosen row: a bookmark's mark stays.
pub(super) fn cursor(line: &Line<'_>, theme: &Theme) -> Line<'static> {
    let marked = line.spans.first().is_some_and(|first| first.content == MARK);
    text::line(if marked { MARK } else { "▌" }, theme.accent)
}

/// What is only context stands back: all but the mark.
pub(super) fn pale(spans: &mut [Span<'static>], theme: &Theme) {
    for span in spans.iter_mut().skip(1) {
        span.style = theme.faint;
    }
}

/// The style of what a line says.
pub(super) fn style(line: &LineRef<'_>, tone: Option<Tone>, theme: &Theme) -> Style {
    match line.level {
        None if tone == Some(Tone::Bad) => theme.bad,
        None if tone == Some(Tone::Plain) => theme.dim,
        Some(LogLevel::Error | LogLevel::Fatal) => theme.bad,
        Some(LogLevel::Warn) => theme.warn,
        Some(LogLevel::Info) | None => theme.text,
        Some(LogLevel::Debug | LogLevel::Trace) => theme.dim,
    }
}

fn wrapped(
    lead: Vec<Span<'static>>,
    pieces: &[String],
    used: usize,
    style: Style,
    words: &[&str],
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = Vec::new();
    let mut lead = Some(lead);
    for piece in pieces {
        let mut spans = lead.take().unwrap_or_else(|| vec![span(" ".repeat(used), theme.text)]);
        spans.extend(highlighted(piece, words, style, theme));
        lines.push(Line::from(spans));
    }
    lines
}

pub(in crate::ui) fn level_word(level: Option<LogLevel>) -> &'static str {
    match level {
        Some(LogLevel::Fatal) => "FATAL",
        Some(LogLevel::Error) => "ERROR",
        Some(LogLevel::Warn) => "WARN ",
        Some(LogLevel::Info) => "INFO ",
        Some(LogLevel::Debug) => "DEBUG",
        Some(LogLevel::Trace) => "TRACE",
        None => "  ·  ",
    }
}

/// The text with the words that were searched for set off.
pub(super) fn highlighted(
    text: &str,
    words: &[&str],
    style: Style,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let next = words.iter().filter_map(|word| Some((rest.find(word)?, word.len()))).min();
        let Some((at, long)) = next else { break };
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (found, after) = from.split_at_checked(long).unwrap_or((from, ""));
        spans.push(span(before, style));
        spans.push(span(found, theme.found));
        rest = after;
    }
    spans.push(span(rest, style));
    spans
}
