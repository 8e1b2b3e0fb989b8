//! One function: its aliases, its versions, how their calls went, and when the aliases moved.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use watchdeck_domain::FunctionName;
use watchdeck_domain::function::{Alias, CallCount, VersionConfig, VersionState};

use crate::app::Model;
use crate::app::problem::Problem;
use crate::app::screens::functions::{Details, total};
use crate::ui::paint;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// An error rate from which on a number is red.
const BAD: f64 = 0.05;

/// Draws the screen.
pub(in crate::ui) fn draw(
    model: &Model,
    name: &FunctionName,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let fresh = Details::default();
    let details = model.functions.details.get(name).unwrap_or(&fresh);
    let width = usize::from(area.width);
    let mut lines = vec![title(model, name, theme), Line::default()];
    let chosen = details.cursor.at(details.rows().len());
    let mut chosen_line = 0;
    let mut row = 0;
    lines.push(heading("ALIAS", "POINTS AT", width, theme));
    for alias in details.aliases.rows() {
        if row == chosen {
            chosen_line = lines.len();
        }
        lines.push(alias_row(details, alias, row == chosen, width, theme));
        row += 1;
    }
    lines.extend(state(
        details.aliases.failed.as_ref(),
        details.aliases.value.is_some(),
        "aliases",
        theme,
    ));
    if details.aliases.value.as_ref().is_some_and(Vec::is_empty) {
        lines.push(text::line(
            "  This function has no aliases; nothing can be rolled back.",
            theme.dim,
        ));
    }
    lines.push(Line::default());
    lines.push(heading("VERSION", "PUBLISHED", width, theme));
    for config in details.versions.rows() {
        if row == chosen {
            chosen_line = lines.len();
        }
        lines.push(version_row(model, details, config, row == chosen, width, theme));
        row += 1;
    }
    lines.extend(state(
        details.versions.failed.as_ref(),
        details.versions.value.is_some(),
        "versions",
        theme,
    ));
    lines.extend(state(details.calls.failed.as_ref(), true, "calls", theme));
    lines.push(Line::default());
    lines.push(text::line("  ALIAS MOVES, LAST 24 HOURS", theme.faint));
    lines.extend(moves(model, details, theme));
    lines.extend(state(
        details.moves.failed.as_ref(),
        details.moves.value.is_some(),
        "alias moves",
        theme,
    ));
    let height = usize::from(area.height);
    let top = (chosen_line + 3).saturating_sub(height);
    paint::lines(frame, area, &lines, top);
    if row > 0 && chosen_line >= top && chosen_line - top < height {
        paint::choose(frame, paint::nth(area, chosen_line - top), theme);
    }
}

fn title(model: &Model, name: &FunctionName, theme: &Theme) -> Line<'static> {
    let mut spans = vec![span(format!("  {name}"), theme.strong)];
    let mut all = model.functions.list.rows().iter();
    if let Some(function) = all.find(|function| function.name == *name) {
        let runtime = text::safe(function.runtime.clone());
        let (memory, limit) = (function.memory_mb, function.timeout_s);
        spans.push(span(format!("   {runtime} · {memory} MB · limit {limit} s"), theme.dim));
    }
    Line::from(spans)
}

/// Cells before the numbers.
const LEAD: usize = 40;

fn heading(one: &str, two: &str, width: usize, theme: &Theme) -> Line<'static> {
    let bars = if bars_room(width) > 0 { "RATE BY MINUTE" } else { "" };
    let lead = format!("  {} {}", text::left(one, 14), text::left(two, LEAD - 17));
    let [calls, errors, rate, now] = [("CALLS", 9), ("ERRORS", 8), ("60 MIN", 8), ("5 MIN", 8)]
        .map(|(title, cells)| text::right(title, cells));
    text::line(format!("{lead}{calls} {errors} {rate} {now}  {bars}"), theme.faint)
}

/// Cells for the bars: an hour of them at most, and none where they would be a few minutes.
fn bars_room(width: usize) -> usize {
    match width.saturating_sub(LEAD + 39).min(60) {
        0..=10 => 0,
        room => room,
    }
}

/// Calls, errors, the error rate of the hour and of the last five minutes, and the rate minute by minute.
fn numbers(
    minutes: &[CallCount],
    asked: bool,
    width: usize,
    theme: &Theme,
) -> Vec<ratatui::text::Span<'static>> {
    if !asked {
        return vec![span(text::right("…", 9), theme.dim)];
    }
    let sum = total(minutes);
    let rate = sum.error_rate();
    let newest = minutes.get(minutes.len().saturating_sub(5)..).unwrap_or_default();
    let now = total(newest).error_rate();
    let rates: Vec<Option<f64>> = minutes.iter().map(|minute| minute.error_rate()).collect();
    let peak = rates.iter().flatten().copied().fold(BAD * 2.0, f64::max);
    let room = bars_room(width);
    let style = rate_style(rate, theme);
    vec![
        span(text::right(&text::amount(sum.invocations), 9), theme.text),
        span(format!(" {}", text::right(&text::amount(sum.errors), 8)), style),
        span(format!(" {}", text::right(&text::percent(rate), 8)), style),
        span(format!(" {}", text::right(&text::percent(now), 8)), rate_style(now, theme)),
        span(format!("  {}", text::bars(&rates, peak, room)), rate_style(now.or(rate), theme)),
    ]
}

fn rate_style(rate: Option<f64>, theme: &Theme) -> Style {
    match rate {
        Some(rate) if rate >= BAD => theme.bad,
        Some(rate) if rate >= BAD / 5.0 => theme.warn,
        Some(_) => theme.good,
        None => theme.dim,
    }
}

fn alias_row(
    details: &Details,
    alias: &Alias,
    chosen: bool,
    width: usize,
    theme: &Theme,
) -> Line<'static> {
    let share: f64 = alias.weights.values().sum();
    let mut points = format!("{}", alias.version);
    if !alias.weights.is_empty() {
        points = format!("{points} {:.0} %", (1.0 - share) * 100.0);
        for (version, weight) in &alias.weights {
            points = format!("{points} + {version} {:.0} %", weight * 100.0);
        }
    }
    let weighted = if alias.weights.is_empty() { theme.strong } else { theme.warn };
    let minutes = details.minutes(|traffic| traffic.alias == alias.name);
    let mut spans = vec![
        span(if chosen { "▌ " } else { "  " }, theme.accent),
        span(text::left(alias.name.as_str(), 14), theme.strong),
        span(format!(" {}", text::left(&text::safe(points), LEAD - 17)), weighted),
    ];
    spans.extend(numbers(&minutes, details.calls.value.is_some(), width, theme));
    Line::from(spans)
}

fn version_row(
    model: &Model,
    details: &Details,
    config: &VersionConfig,
    chosen: bool,
    width: usize,
    theme: &Theme,
) -> Line<'static> {
    let pointing = details.aliases.rows().iter().filter(|alias| {
        alias.version == config.version || alias.weights.contains_key(config.version.as_str())
    });
    let names: Vec<&str> = pointing.map(|alias| alias.name.as_str()).collect();
    let published = text::safe(model.minute(&config.last_modified));
    let (state, style) = match &config.state {
        VersionState::Active | VersionState::Unsaid => (String::new(), theme.dim),
        VersionState::Pending => (" pending".into(), theme.warn),
        VersionState::Inactive => (" inactive".into(), theme.warn),
        VersionState::Failed => (" failed".into(), theme.bad),
        VersionState::Other(said) => (format!(" {}", text::safe(said.clone())), theme.warn),
    };
    let version = if names.is_empty() {
        config.version.to_string()
    } else {
        format!("{} ← {}", config.version, names.join(" "))
    };
    let minutes = details.minutes(|traffic| traffic.version == config.version);
    let mut spans = vec![
        span(if chosen { "▌ " } else { "  " }, theme.accent),
        span(text::left(&version, 14), if names.is_empty() { theme.text } else { theme.strong }),
        span(format!(" {}", text::left(&format!("{published}{state}"), LEAD - 17)), style),
    ];
    spans.extend(numbers(&minutes, details.calls.value.is_some(), width, theme));
    Line::from(spans)
}

fn moves(model: &Model, details: &Details, theme: &Theme) -> Vec<Line<'static>> {
    let moves = details.moves.rows();
    if moves.is_empty() && details.moves.value.is_some() {
        let said = "  None recorded. CloudTrail delivers within about 15 minutes.";
        return vec![text::line(said, theme.dim)];
    }
    let line = |one: &crate::app::screens::moves::Move| {
        let to = match &one.version {
            Some(version) => format!("→ {version}"),
            None => "changed".to_owned(),
        };
        let failed = if one.error.as_str().is_empty() {
            String::new()
        } else {
            format!("  refused: {}", one.error)
        };
        Line::from(vec![
            span(format!("  {}  ", model.cell(one.at)), theme.dim),
            span(format!("{} {}", one.alias, text::left(&to, 10)), theme.text),
            span(format!("  by {}", one.by), theme.dim),
            span(failed, theme.bad),
        ])
    };
    moves.iter().take(20).map(line).collect()
}

/// What is to be said about an answer that is missing.
fn state(
    failed: Option<&Problem>,
    known: bool,
    what: &str,
    theme: &Theme,
) -> Option<Line<'static>> {
    match (failed, known) {
        (Some(problem), _) => Some(text::line(
            format!("  {}: {}. {}", problem.what, problem.why, problem.hint),
            theme.bad,
        )),
        (None, false) => Some(text::line(format!("  Asking for the {what} …"), theme.dim)),
        (None, true) => None,
    }
}
