//! One request: in a few words, then its lines in order with the time between them, then the chosen line, whole.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use watchdeck_signal::trace::Hop;

use super::{dotted, logs};
use crate::app::Model;
use crate::app::screens::groups::short_name;
use crate::app::screens::list::{Listed as _, Rows as _};
use crate::app::screens::request::{HEAD, Request, Stage, Step, foot};
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;
use crate::ui::{paint, table};

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let request = &model.request;
    let width = usize::from(area.width);
    let head = Rect { height: area.height.min(HEAD), ..area };
    let foot = foot(area.height);
    let middle = Rect { height: area.height.saturating_sub(foot), ..area };
    let middle = paint::below(middle, HEAD);
    paint::lines(frame, head, &summary(model, width, theme), 0);
    if request.listing().is_empty() {
        let said = match (request.id(), request.listing().filter()) {
            (None, _) => "  No request was followed yet.".to_owned(),
            (Some(_), "") if request.is_passing() => {
                "  Looking through the lines held …".to_owned()
            }
            (Some(_), "") if request.is_asking() => {
                "  No line held carries it; asking the account …".to_owned()
            }
            (Some(_), "") => "  No line was found that carries it.".to_owned(),
            (Some(_), filter) => format!("  None of its lines matches {}.", text::safe(filter)),
        };
        return table::say(frame, middle, &text::line(said, theme.dim));
    }
    let time = if width >= 100 { 12 } else { 8 };
    let group = if width >= 120 { 24 } else { 14 };
    let titles = format!(
        "{}  {}  {}  {}  LEVEL  WHAT",
        text::left(model.look.times.title(), time),
        text::right("AFTER", 8),
        text::left("STATION", 13),
        text::left("GROUP", group),
    );
    table::draw(frame, middle, theme, &titles, request, table::plain, |step| {
        row(model, step, (time, group, width), theme)
    });
    if foot > 0 {
        let below = Rect { y: area.bottom() - foot, height: foot, ..area };
        whole(model, below, theme, frame);
    }
}

/// The request in a few words.
fn summary(model: &Model, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let request = &model.request;
    let Some((id, window)) = request.id().zip(request.window()) else { return Vec::new() };
    let told = request.summary();
    let bad = told.error.is_some() || told.status.is_some_and(|status| status >= 500);
    let asked = told.asked.clone().unwrap_or_else(|| "no access record of it is known".to_owned());
    let entry =
        told.entry.map_or_else(String::new, |entry| format!("entered at {}", entry.title()));
    let first = Line::from(vec![
        span(format!(" {id}"), theme.strong),
        span(
            format!(
                "  looked for from {} to {}",
                model.time(window.from),
                model.time(window.until)
            ),
            theme.dim,
        ),
    ]);
    let second = Line::from(vec![
        span(
            format!(" {}", text::cut(&text::safe(asked), width / 2)),
            if bad { theme.bad } else { theme.text },
        ),
        span(format!("  {entry}"), theme.dim),
    ]);
    let shares = told.spent.iter().map(|(share, ms)| format!("{} {}", millis(*ms), share.title()));
    let mut parts = vec![format!("{} in all", millis(told.total_ms))];
    parts.extend(shares);
    if !told.versions.is_empty() {
        parts.push(format!("version {}", told.versions.join(", ")));
    }
    if told.afterwards > 0 {
        parts.push(format!("{} afterwards", text::things(told.afterwards as u64, "invocation")));
    }
    let third = text::line(format!(" {}", text::safe(parts.join(" · "))), theme.dim);
    let fourth = match &told.error {
        Some(error) => text::line(format!(" {}", text::safe(error.as_str())), theme.bad),
        None => text::line("", theme.dim),
    };
    vec![first, second, third, fourth]
}

fn row(
    model: &Model,
    step: &Step,
    (time, group, width): (usize, usize, usize),
    theme: &Theme,
) -> Vec<Span<'static>> {
    let hop = &step.hop;
    let times = &model.look.times;
    let began = if time > 8 {
        times.cell_millis(hop.began, model.now)
    } else {
        times.cell(hop.began, model.now)
    };
    let gap = hop.gap.map_or_else(String::new, |gap| format!("+{}", between(gap)));
    let long = hop.gap.is_some_and(|gap| gap >= Duration::from_secs(1));
    let name = match &step.beside {
        Some(group) => model.logs.name_of(group),
        None => short_name(&hop.group, &model.logs.watched).to_owned(),
    };
    let used = 2 + time + 2 + 8 + 2 + 13 + 2 + group + 2 + 5 + 2;
    vec![
        span(text::left(&began, time), theme.dim),
        span(format!("  {}", text::right(&gap, 8)), if long { theme.warn } else { theme.dim }),
        span(format!("  {}", text::left(hop.station.title(), 13)), theme.strong),
        span(format!("  {}", text::left(&text::safe(name), group)), theme.dim),
        span(format!("  {}", logs::level_word(hop.level)), theme.level(hop.level)),
        span(format!("  {}", text::cut(&said(hop), width.saturating_sub(used))), theme.text),
    ]
}

/// What a hop says, what it means first.
fn said(hop: &Hop) -> String {
    let verdicts: Vec<String> = hop.verdicts.iter().map(ToString::to_string).collect();
    if verdicts.is_empty() {
        return text::safe(hop.said.as_str());
    }
    text::safe(format!("[{}] {}", verdicts.join(", "), hop.said))
}

/// The chosen line, whole, as far as there is room.
fn whole(model: &Model, area: Rect, theme: &Theme, frame: &mut Frame<'_>) {
    let Some(step) = model.request.chosen() else { return };
    let from = if step.held.is_some() { "" } else { ", not watched" };
    let title = format!("─ {}{from} ", step.group());
    let rule = "─".repeat(usize::from(area.width).saturating_sub(text::width(&title)));
    paint::row(frame, area, &text::line(format!("{}{rule}", text::safe(title)), theme.faint));
    let message = step.message(model.logs.store());
    let room = usize::from(area.width).saturating_sub(2);
    let most = room * usize::from(area.height);
    let shown: String = message.chars().take(most).collect();
    let lines = text::wrap(&text::safe(shown), room).into_iter();
    let lines: Vec<Line<'_>> =
        lines.map(|line| text::line(format!(" {line}"), theme.text)).collect();
    paint::lines(frame, paint::below(area, 1), &lines, 0);
}

/// How far the search has come, and what was not answered.
pub(super) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let request = &model.request;
    let mut parts = Vec::new();
    if request.id().is_none() {
        return Line::default();
    }
    parts.push((text::things(request.all().count() as u64, "line"), theme.dim));
    if request.is_passing() {
        parts.push(("looking through the lines held".to_owned(), theme.warn));
    }
    let groups = request.asked.len();
    let open = request.asked.values();
    let open = open.filter(|asked| matches!(asked.stage, Stage::Waiting | Stage::Asking)).count();
    if open > 0 {
        parts.push((
            format!("asked {} of {}", groups - open, text::things(groups as u64, "log group")),
            theme.warn,
        ));
    } else if groups > 0 {
        parts.push((format!("{} asked", text::things(groups as u64, "log group")), theme.dim));
    }
    parts.extend(lacks(request).map(|said| (said, theme.bad)));
    if request.left_out > 0 {
        parts.push((
            format!("{} not asked: too many", text::things(request.left_out as u64, "log group")),
            theme.warn,
        ));
    }
    if request.is_cut() {
        parts.push(("there is more than is shown".to_owned(), theme.warn));
    }
    dotted(parts, model.size.0, theme)
}

/// The groups that were not read to the end, and why.
fn lacks(request: &Request) -> impl Iterator<Item = String> {
    request.asked.iter().filter_map(|(group, asked)| {
        Some(text::cut(&text::safe(format!("{group}: {}", asked.stage.lack()?)), 64))
    })
}

/// A span between two lines.
fn between(gap: Duration) -> String {
    millis(gap.as_secs_f64() * 1_000.0)
}

/// Milliseconds, or seconds where they are many.
fn millis(ms: f64) -> String {
    if ms < 1_000.0 {
        format!("{ms:.0} ms")
    } else if ms < 60_000.0 {
        format!("{:.2} s", ms / 1_000.0)
    } else {
        format!("{:.1} min", ms / 60_000.0)
    }
}
