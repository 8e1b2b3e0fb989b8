//! How the lines stand: how many, how complete, what was let go, and what they are narrowed to.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::app::screens::logs::Logs;
use crate::app::tail::Flow;
use crate::ui::files;
use crate::ui::screens::logs::places;
use crate::ui::screens::templates::outstanding;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// What the live tail has cost: minutes are billed by the session, a cent each beyond those that are free.
fn live_cost(minutes: u64) -> String {
    format!("{} live min, ${}.{:02} at most", text::count(minutes), minutes / 100, minutes % 100)
}

/// A filter that passes all that is held or nothing of it: whoever set it may have meant something else.
fn useless(logs: &Logs) -> Option<String> {
    let held = logs.store().len();
    if logs.filter.is_empty() || logs.template.is_some() || logs.filtering().is_some() || held == 0
    {
        return None;
    }
    let of = text::things(held as u64, "line");
    match logs.passing() {
        0 => Some(format!("it matches none of {of}")),
        all if all == held && held > 1 => Some(format!("it matches every one of {of}")),
        _ => None,
    }
}

/// What one knows about the lines: how many, how complete, what was let go.
pub(in crate::ui) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let mut parts = Parts { spans: Vec::new(), between: theme.faint };
    coming(model, theme, &mut parts);
    shown(model, theme, &mut parts);
    limits(model, theme, &mut parts);
    Line::from(parts.spans)
}

/// What is said, part by part.
struct Parts {
    spans: Vec<Span<'static>>,
    between: Style,
}

impl Parts {
    fn add(&mut self, text: String, style: Style) {
        if !self.spans.is_empty() {
            self.spans.push(span(" · ", self.between));
        }
        self.spans.push(span(text, style));
    }
}

/// How lines come, and up to when all are here.
fn coming(model: &Model, theme: &Theme, parts: &mut Parts) {
    let logs = &model.logs;
    if logs.paused() {
        parts.add(format!(" PAUSED, {} new", text::count(logs.arrived)), theme.warn);
    } else {
        match &logs.standing.flow {
            Flow::Idle => parts.add(" idle".into(), theme.dim),
            Flow::Opening => parts.add(" opening".into(), theme.warn),
            Flow::Pushed => parts.add(" live".into(), theme.good),
            Flow::Swept(why) => {
                parts.add(format!(" polled: {}", text::cut(why.as_str(), 72)), theme.warn);
            }
            Flow::Read(intake) => parts.add(format!(" {}", files::flow(intake)), theme.dim),
        }
    }
    if let Some(pattern) = &logs.narrowed {
        let pattern = text::cut(&text::safe(pattern.as_str()), 40);
        parts.add(format!("only {pattern} is fetched, no other line"), theme.warn);
    }
    if let Some(unread) = &logs.standing.unread {
        let all = text::things(logs.watched.len() as u64, "log group");
        let name = unread.groups.first().map(|name| logs.name_of(name));
        let (count, name) = (unread.groups.len(), name.unwrap_or_default());
        let why = text::cut(unread.why.as_str(), 64);
        parts.add(format!("{count} of {all} cannot be read: {name}: {why}"), theme.bad);
    }
    for (said, style) in places::told(model, theme) {
        parts.add(said, style);
    }
}

/// How many lines are shown, of which.
fn shown(model: &Model, theme: &Theme, parts: &mut Parts) {
    let logs = &model.logs;
    if let Some(novel) = outstanding(model) {
        parts.add(novel, theme.warn);
    }
    let shown = logs.shown(1).len as u64;
    if logs.filter.is_empty() && logs.template.is_some() {
        let of = text::count(logs.store().len() as u64);
        parts.add(format!("{} of {of} lines", text::count(shown)), theme.text);
    } else if logs.filter.is_empty() {
        parts.add(text::things(logs.store().len() as u64, "line"), theme.dim);
    } else {
        let of = text::count(logs.store().len() as u64);
        parts.add(
            format!("{} of {of} lines: {}", text::count(shown), text::safe(logs.filter.clone())),
            theme.text,
        );
    }
    if let Some(said) = useless(logs) {
        parts.add(said, theme.warn);
    }
    if let Some(template) = &logs.template {
        parts.add(format!("only: {}", text::cut(template.as_str(), 40)), theme.text);
    }
}

/// What the lines are narrowed to, what lacks, and what it costs.
fn limits(model: &Model, theme: &Theme, parts: &mut Parts) {
    let logs = &model.logs;
    if let Some((judged, total)) = logs.filtering() {
        let share = judged * 100 / total.max(1);
        parts.add(format!("filtering {share} %"), theme.warn);
    }
    if let Some(export) = &logs.export {
        let lines = text::count(export.written.lines);
        parts.add(format!("exporting to {}: {lines} lines", export.file), theme.warn);
    }
    if let Some(span) = logs.span() {
        let (from, to) = (model.time(span.from), model.time(span.to));
        parts.add(format!("only {from} to {to}"), theme.text);
    }
    if logs.context_lines() > 0 {
        parts.add(format!("{} around each", logs.context_lines()), theme.dim);
    }
    let errors = logs.error_count() as u64;
    if errors > 0 {
        parts.add(text::things(errors, "error"), theme.bad);
    }
    let gaps = logs.store().gaps().len() as u64;
    if gaps > 0 {
        parts.add(text::things(gaps, "gap"), theme.warn);
    }
    if logs.store().evicted() > 0 {
        parts.add(format!("{} older let go", text::count(logs.store().evicted())), theme.dim);
        if crate::app::files::open(model)
            && let Some((oldest, newest)) = logs.store().ends()
        {
            let (from, to) = (model.time(oldest.timestamp), model.time(newest.timestamp));
            parts.add(format!("{from} to {to} is held"), theme.dim);
        }
    }
    if logs.standing.dropped > 0 {
        parts.add(format!("{} dropped", text::count(logs.standing.dropped)), theme.bad);
    }
    if !logs.follows() && !logs.paused() {
        parts.add("not following".into(), theme.dim);
    }
    // What it costs comes last: it is the first to give way on a small screen.
    if logs.standing.live_minutes > 0 {
        parts.add(live_cost(logs.standing.live_minutes), theme.dim);
    }
}
