//! The templates of the log lines: what is new comes first, then what surges, with the newest line of each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use watchdeck_domain::log::LogLevel;
use watchdeck_signal::template::Standing;

use super::{dotted, logs};
use crate::app::Model;
use crate::app::screens::list::{Listed as _, Rows as _};
use crate::app::screens::templates::{Told, word};
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let templates = &model.templates;
    if templates.listing().is_empty() {
        let said = match templates.count() {
            _ if model.logs.watched.is_empty() => "  No log group is watched.".to_owned(),
            None | Some(0) => "  No line was read yet.".to_owned(),
            Some(all) => {
                let filter = text::safe(templates.listing().filter());
                format!("  None of {} matches {filter}.", text::things(all as u64, "template"))
            }
        };
        return table::say(frame, area, &text::line(said, theme.dim));
    }
    let columns = Columns::of(usize::from(area.width));
    let newest = if columns.example > 0 { "NEWEST" } else { "" };
    let titles = format!(
        "{}  {}  {}  {}  {}  {newest}",
        text::left("STATE", columns.state),
        text::left("LEVEL", 5),
        text::right("LINES", 9),
        text::right("A MINUTE", 8),
        text::left("PATTERN", columns.pattern),
    );
    table::draw(frame, area, theme, &titles, templates, table::plain, |told| {
        row(model, told, &columns, theme)
    });
}

/// How wide what stands in the columns is.
struct Columns {
    state: usize,
    pattern: usize,
    /// Cells of the newest line; none where there is no room, and the foot tells that of the chosen row.
    example: usize,
}

impl Columns {
    fn of(width: usize) -> Self {
        let state = if width >= 110 { 18 } else { 12 };
        let room = width.saturating_sub(state + 34);
        let example = if width >= 150 { room / 2 } else { 0 };
        Self { state, pattern: room - example, example: example.saturating_sub(2) }
    }
}

fn row(model: &Model, told: &Told, columns: &Columns, theme: &Theme) -> Vec<Span<'static>> {
    let row = &told.row;
    let state = text::left(&state(model, told, columns.state), columns.state);
    let level = logs::level_word(row.level);
    let rate = rate(row.recent);
    let mut spans = vec![
        span(state, standing_style(&row.standing, theme)),
        span(format!("  {level}"), theme.level(row.level)),
        span(format!("  {}", text::right(&text::count(row.lines), 9)), theme.text),
        span(format!("  {}  ", text::right(&rate, 8)), theme.dim),
    ];
    spans.extend(pattern(told.pattern.as_str(), columns.pattern, row.level, theme));
    if let Some(example) = told.example.as_ref().filter(|_| columns.example > 0) {
        spans.push(span(
            format!("  {}", text::cut(example.text.as_str(), columns.example)),
            theme.dim,
        ));
    }
    spans
}

/// How it stands, and since when or how much.
fn state(model: &Model, told: &Told, room: usize) -> String {
    let standing = &told.row.standing;
    match standing {
        Standing::New => {
            let since = if room > 12 { "since " } else { "" };
            format!("new {since}{}", model.look.times.cell(told.row.first, model.now))
        }
        Standing::Surging(evidence) => format!("surging ×{:.0}", evidence.ratio.min(9_999.0)),
        Standing::Steady | Standing::Quiet(_) | Standing::Unjudged => word(standing).to_owned(),
    }
}

fn standing_style(standing: &Standing, theme: &Theme) -> Style {
    match standing {
        Standing::New => theme.bad,
        Standing::Surging(_) => theme.warn,
        Standing::Quiet(_) => theme.text,
        Standing::Steady | Standing::Unjudged => theme.dim,
    }
}

/// Lines in a minute, over the five recent ones.
fn rate(recent: u64) -> String {
    let tenths = recent * 2;
    if tenths >= 1_000 {
        text::count(tenths / 10)
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// The words of a template, its variables dimmed, in exactly so many cells.
fn pattern(
    wording: &str,
    room: usize,
    level: Option<LogLevel>,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let loud = level >= Some(LogLevel::Error);
    let plain = if loud { theme.bad } else { theme.text };
    let shown = text::left(wording, room);
    let mut spans = Vec::new();
    for (at, piece) in shown.split("<*>").enumerate() {
        if at > 0 {
            spans.push(span("<*>", theme.faint));
        }
        spans.push(span(piece, plain));
    }
    spans
}

/// What stands out, in words; nothing if nothing does.
pub(super) fn outstanding(model: &Model) -> Option<String> {
    let (new, surging) = (model.templates.new, model.templates.surging);
    match (new, surging) {
        (0, 0) => None,
        (new, 0) => Some(format!("{new} new")),
        (0, surging) => Some(format!("{surging} surging")),
        (new, surging) => Some(format!("{new} new, {surging} surging")),
    }
}

/// How many there are, what stands out, and the newest line of the chosen one.
pub(super) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let templates = &model.templates;
    let mut parts = Vec::new();
    if let Some(count) = templates.count() {
        parts.push((text::things(count as u64, "template"), theme.dim));
    }
    if let Some(said) = outstanding(model) {
        parts.push((said, theme.warn));
    }
    if !templates.listing().filter().is_empty() {
        parts.push((format!("matching {}", text::safe(templates.listing().filter())), theme.text));
    }
    if templates.missed() > 0 {
        parts.push((format!("{} lines not read", text::count(templates.missed())), theme.warn));
    }
    if let Some(example) = templates.chosen().and_then(|told| told.example.as_ref()) {
        let group = model.logs.name_of(&example.group);
        let at = model.time(example.at);
        parts.push((format!("newest {at} {group}: {}", example.text), theme.dim));
    }
    let room = usize::from(model.size.0);
    let mut used = 1;
    for (said, _) in &mut parts {
        // The last one is cut, and not left out.
        *said = text::cut(said, room.saturating_sub(used + 4));
        used += text::width(said) + 3;
    }
    dotted(parts, model.size.0, theme)
}
