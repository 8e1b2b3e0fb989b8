//! The reporting copies of databases: what is overdue comes first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use watchdeck_domain::Timestamp;
use watchdeck_domain::report::{InstanceStanding, TYPICAL};

use super::dotted;
use crate::app::Model;
use crate::app::screens::list::Listed as _;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

const STATE: usize = 26;
const OWNER: usize = 14;
const AGE: usize = 8;
const COST: usize = 10;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let reports = &model.reports;
    if reports.listing().is_empty() {
        let none = "There are no reporting copies in this region. E makes one.";
        let filter = reports.listing().filter();
        let line = table::nothing(model, &reports.list, "copies", none, filter, theme);
        return table::say(frame, area, &line);
    }
    let width = usize::from(area.width);
    let used = STATE + OWNER + AGE + COST + 18 + 12;
    let name = width.saturating_sub(used).clamp(20, 40);
    let titles = format!(
        "  {}  {}  {}  {}  {}  UNTIL",
        text::left("COPY", name),
        text::left("STATE", STATE),
        text::left("OWNER", OWNER),
        text::left("AGE", AGE),
        text::left("COST", COST),
    );
    let head =
        |heading: &str| if matches!(heading, "OVERDUE" | "FAILED") { theme.bad } else { theme.dim };
    table::draw(frame, area, theme, &titles, reports, head, |copy| row(model, copy, name, theme));
}

fn row(model: &Model, copy: &InstanceStanding, name: usize, theme: &Theme) -> Vec<Span<'static>> {
    let now = model.now;
    let cell = |value: &str, cells: usize| format!("  {}", text::left(&text::safe(value), cells));
    let age = copy.created.map_or_else(|| "–".to_owned(), |at| text::age(now.since(at)));
    let style = match (copy.is_up(), copy.has_failed()) {
        (true, _) => theme.good,
        (_, true) => theme.bad,
        (false, false) => theme.warn,
    };
    let until = copy.expires.map_or_else(|| "not told".to_owned(), |at| model.whole(at));
    let late = if copy.is_overdue(now) { theme.bad } else { theme.text };
    vec![
        span(cell(&copy.id, name), theme.strong),
        span(cell(&state(copy, now), STATE), style),
        span(cell(copy.owner(), OWNER), theme.text),
        span(cell(&age, AGE), theme.dim),
        span(cell(&copy.cost().to_string(), COST), theme.text),
        span(format!("  {until}"), late),
    ]
}

/// How it stands; on its way, how long it has taken and what is usual.
fn state(copy: &InstanceStanding, now: Timestamp) -> String {
    match copy.created.filter(|_| !copy.is_up() && !copy.has_failed()) {
        Some(created) => {
            let minutes = |span: std::time::Duration| span.as_secs() / 60;
            let (least, most) = TYPICAL;
            let taken = minutes(now.since(created));
            format!("{} {taken} of {}–{} min", copy.status, minutes(least), minutes(most))
        }
        None => copy.status.clone(),
    }
}

/// How many there are, and how many are overdue.
pub(super) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let reports = &model.reports;
    let mut parts = Vec::new();
    if reports.list.value.is_some() {
        let late = reports.late(model.now);
        let style = if late > 0 { theme.bad } else { theme.dim };
        parts.push((format!("{late} of {} overdue", reports.list.rows().len()), style));
        let hourly: f64 = reports.list.rows().iter().filter_map(|copy| copy.cost().hourly).sum();
        parts.push((format!("about {hourly:.2} USD an hour"), theme.dim));
        parts.push((format!("asked {}", model.at(reports.list.at)), theme.dim));
    }
    if !reports.listing().filter().is_empty() {
        parts.push((format!("matching {}", text::safe(reports.listing().filter())), theme.text));
    }
    dotted(parts, model.size.0, theme)
}
