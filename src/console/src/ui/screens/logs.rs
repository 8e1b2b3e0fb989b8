//! The log lines: aligned, coloured by level, honest about what is missing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use serde_json::Value;
use watchdeck_domain::log::LogLevel;
use watchdeck_signal::Gap;
use watchdeck_signal::store::{LineRef, Row};

use crate::app::Model;
use crate::app::command::Command;
use crate::app::screens::groups::short_name;
use crate::app::screens::logs::Logs;
use crate::app::shell::Tone;
use crate::app::tail::Flow;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;
use crate::ui::{chrome, paint};

/// Characters of a line that are looked at: more never fit.
const LONGEST: usize = 4_000;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let logs = &model.logs;
    if logs.is_empty() && logs.store().gaps().is_empty() {
        return empty(model, theme, frame, area);
    }
    let columns = Columns::new(logs, usize::from(area.width));
    let page = usize::from(area.height);
    let shown = logs.shown(page);
    let mut drawn: Vec<(Vec<Line<'static>>, bool)> = Vec::new();
    for (row, number) in shown.rows.window(shown.window.clone()).iter().zip(shown.window.clone()) {
        let lines = match row {
            Row::Line(line) => columns.line(model, line, theme, number == shown.at),
            Row::Gap(gap) => vec![gap_row(gap, logs, theme, columns.width)],
        };
        drawn.push((lines, number == shown.at));
    }
    let mut rows = 0;
    // Wrapped lines may not all fit: the chosen one must.
    let chosen = drawn.iter().position(|(_, chosen)| *chosen).unwrap_or(0);
    let mut first = chosen;
    for (at, (lines, _)) in drawn.iter().enumerate().take(chosen + 1).rev() {
        rows += lines.len();
        if rows > page && at != chosen {
            break;
        }
        first = at;
    }
    let mut offset = 0;
    for (lines, chosen) in drawn.iter().skip(first) {
        for line in lines {
            let row = paint::nth(area, offset);
            if *chosen {
                paint::choose(frame, row, theme);
            }
            paint::row(frame, row, line);
            offset += 1;
        }
    }
}

/// Where the parts of a line stand.
struct Columns {
    width: usize,
    millis: bool,
    group: usize,
}

impl Columns {
    fn new(logs: &Logs, width: usize) -> Self {
        let names = logs.watched.iter().map(|group| short_name(group.name.as_str(), &logs.watched));
        let longest = names.map(str::len).max().unwrap_or(8);
        let most = if width < 100 { 16 } else { 26 };
        Self { width, millis: width >= 100, group: longest.clamp(6, most) }
    }

    fn line(
        &self,
        model: &Model,
        line: &LineRef<'_>,
        theme: &Theme,
        chosen: bool,
    ) -> Vec<Line<'static>> {
        let (logs, at, times) = (&model.logs, line.timestamp(), &model.look.times);
        let millis = self.millis.then(|| times.cell_millis(at, model.now));
        let time = millis.unwrap_or_else(|| times.cell(at, model.now));
        let group = line.group().as_str();
        let index = logs.watched.iter().position(|watched| watched.name.as_str() == group);
        let name = text::left(short_name(group, &logs.watched), self.group);
        let mark = if chosen { "▌" } else { " " };
        let late = if line.late { "↶" } else { " " };
        let lead = vec![
            span(mark, theme.accent),
            span(time, theme.dim),
            span(late, theme.warn),
            span(name, theme.name(index.unwrap_or(0))),
            span(" ", theme.text),
            span(level_word(line.level), theme.level(line.level)),
            span(" ", theme.text),
        ];
        let used: usize = lead.iter().map(|part| text::width(&part.content)).sum();
        let room = self.width.saturating_sub(used);
        let message = line.printable(LONGEST);
        let (main, rest, tone) = readable(message.as_str());
        let style = match line.level {
            None if tone == Some(Tone::Bad) => theme.bad,
            None if tone == Some(Tone::Plain) => theme.dim,
            Some(LogLevel::Error | LogLevel::Fatal) => theme.bad,
            Some(LogLevel::Warn) => theme.warn,
            Some(LogLevel::Info) | None => theme.text,
            Some(LogLevel::Debug | LogLevel::Trace) => theme.dim,
        };
        let words = logs.words();
        if logs.wrap {
            let whole = if rest.is_empty() { main } else { format!("{main}  {rest}") };
            return wrapped(lead, &text::wrap(&whole, room), used, style, &words, theme);
        }
        let main = text::skip(&main, logs.shift);
        let main = text::cut(&main, room);
        let left = room.saturating_sub(text::width(&main) + 2);
        let mut spans = lead;
        spans.extend(highlighted(&main, &words, style, theme));
        if !rest.is_empty() && left > 4 {
            spans.push(span("  ", theme.text));
            spans.extend(highlighted(&text::cut(&rest, left), &words, theme.faint, theme));
        }
        vec![Line::from(spans)]
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

fn level_word(level: Option<LogLevel>) -> &'static str {
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

/// Members of an access record that say most, and so come first.
const FIRST: [&str; 7] =
    ["status", "httpMethod", "method", "resourcePath", "path", "action", "elb_status_code"];

/// A line for people: a JSON record's message first, its other members after it. Other lines are as they are.
/// The tone of a line without a level: bad for a failed request, plain for what the platform itself writes.
fn readable(message: &str) -> (String, String, Option<Tone>) {
    let Some(Value::Object(members)) =
        message.starts_with('{').then(|| serde_json::from_str(message).ok()).flatten()
    else {
        let platform = ["START RequestId", "END RequestId", "REPORT RequestId", "INIT_START"];
        let tone = platform.iter().any(|lead| message.starts_with(lead)).then_some(Tone::Plain);
        return (message.to_owned(), String::new(), tone);
    };
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let spoken = ["message", "msg", "errorMessage"].into_iter().find(|name| text(name).is_some());
    let said = |name: &str| {
        Some(name) == spoken || (spoken.is_some() && ["level", "timestamp", "time"].contains(&name))
    };
    let mut rest: Vec<_> = members.iter().filter(|(name, _)| !said(name)).collect();
    rest.sort_by_key(|(name, _)| {
        FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len())
    });
    let rest = rest.into_iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            format!("{name}={value}")
        }
    });
    // Unescaping JSON brings hostile characters back.
    let rest = text::safe(rest.collect::<Vec<_>>().join(" "));
    let status = members.get("status");
    let status =
        status.and_then(|status| status.as_u64().or_else(|| status.as_str()?.parse().ok()));
    let tone = status.is_some_and(|status| (500..600).contains(&status)).then_some(Tone::Bad);
    match spoken.and_then(text) {
        Some(main) => (text::safe(main), rest, tone),
        None => (rest, String::new(), tone),
    }
}

/// The text with the words that were searched for set off.
fn highlighted(text: &str, words: &[&str], style: Style, theme: &Theme) -> Vec<Span<'static>> {
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

fn gap_row(gap: &Gap, logs: &Logs, theme: &Theme, width: usize) -> Line<'static> {
    let name = short_name(gap.group.as_str(), &logs.watched);
    let said = format!(" {name} {gap}; lines may be missing ");
    let said = text::cut(&said, width.saturating_sub(6));
    let rule = "┄".repeat(width.saturating_sub(text::width(&said) + 4));
    Line::from(vec![span(" ┄┄", theme.faint), span(said, theme.warn), span(rule, theme.faint)])
}

/// What is said while there are no lines.
fn empty(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let logs = &model.logs;
    let key = chrome::key(model, Command::PickGroups);
    let said = match (&logs.groups.failed, logs.groups.value.as_deref()) {
        (Some(problem), None) => vec![
            text::line(format!("The log groups could not be listed: {}", problem.why), theme.bad),
            text::line(problem.hint.to_string(), theme.dim),
        ],
        (_, None) => vec![text::line("Asking for the log groups …", theme.dim)],
        (_, Some([])) => vec![text::line("This account has no log groups here.", theme.dim)],
        (_, Some(_)) if logs.watched.is_empty() => vec![
            text::line("No log group is watched.", theme.text),
            text::line(
                format!(
                    "{key} chooses some. A live tail of a real account costs money by the minute."
                ),
                theme.dim,
            ),
        ],
        (_, Some(_)) => {
            let names: Vec<&str> = logs.watched.iter().map(|group| group.name.as_str()).collect();
            vec![
                text::line(
                    format!(
                        "Watching {}; no line yet.",
                        text::things(names.len() as u64, "log group")
                    ),
                    theme.text,
                ),
                text::line(names.join("  "), theme.dim),
            ]
        }
    };
    paint::lines(frame, paint::inset(paint::below(area, 1)), &said, 0);
}

/// What the live tail has cost: minutes are billed by the session, a cent each beyond those that are free.
fn live_cost(minutes: u64) -> String {
    format!("{} live min, ${}.{:02} at most", text::count(minutes), minutes / 100, minutes % 100)
}

/// What one knows about the lines: how many, how complete, what was let go.
pub(in crate::ui) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let logs = &model.logs;
    let mut spans = Vec::new();
    let mut part = |text: String, style: Style| {
        if !spans.is_empty() {
            spans.push(span(" · ", theme.faint));
        }
        spans.push(span(text, style));
    };
    if logs.paused() {
        part(format!(" PAUSED, {} new", text::count(logs.arrived)), theme.warn);
    } else {
        match &logs.standing.flow {
            Flow::Idle => part(" idle".into(), theme.dim),
            Flow::Opening => part(" opening".into(), theme.warn),
            Flow::Pushed => part(" live".into(), theme.good),
            Flow::Swept(why) => part(format!(" polled: {why}"), theme.warn),
        }
    }
    if let Some(unread) = &logs.standing.unread {
        let all = text::things(logs.watched.len() as u64, "log group");
        let name = unread.groups.first().map(|name| short_name(name.as_str(), &logs.watched));
        let (count, name) = (unread.groups.len(), name.unwrap_or_default());
        let why = text::cut(unread.why.as_str(), 64);
        part(format!("{count} of {all} cannot be read: {name}: {why}"), theme.bad);
    }
    if logs.standing.slowed {
        part("throttled: asked more slowly".into(), theme.warn);
    }
    if let Some(complete) = logs.standing.complete_to {
        part(format!("complete up to {}", model.time(complete)), theme.dim);
    }
    let shown = logs.shown(1).len as u64;
    if logs.filter.is_empty() {
        part(text::things(logs.store().len() as u64, "line"), theme.dim);
    } else {
        let of = text::count(logs.store().len() as u64);
        part(
            format!("{} of {of} lines: {}", text::count(shown), text::safe(logs.filter.clone())),
            theme.text,
        );
    }
    if let Some((judged, total)) = logs.filtering() {
        let share = judged * 100 / total.max(1);
        part(format!("filtering {share} %"), theme.warn);
    }
    let errors = logs.error_count() as u64;
    if errors > 0 {
        part(text::things(errors, "error"), theme.bad);
    }
    let gaps = logs.store().gaps().len() as u64;
    if gaps > 0 {
        part(text::things(gaps, "gap"), theme.warn);
    }
    if logs.store().evicted() > 0 {
        part(format!("{} older let go", text::count(logs.store().evicted())), theme.dim);
    }
    if logs.standing.dropped > 0 {
        part(format!("{} dropped", text::count(logs.standing.dropped)), theme.bad);
    }
    if !logs.follows() && !logs.paused() {
        part("not following".into(), theme.dim);
    }
    // What it costs comes last: it is the first to give way on a small screen.
    if logs.standing.live_minutes > 0 {
        part(live_cost(logs.standing.live_minutes), theme.dim);
    }
    Line::from(spans)
}
