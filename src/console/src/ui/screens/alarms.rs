//! The CloudWatch alarms: what rings comes first, under headings that fold.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use watchdeck_domain::Timestamp;
use watchdeck_domain::alarm::{Alarm, AlarmState};

use super::{dotted, reason};
use crate::app::Model;
use crate::app::screens::list::Listed as _;
use crate::ui::meaning;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let alarms = &model.alarms;
    if alarms.listing().is_empty() {
        let none = "There are no alarms in this region.";
        let line =
            table::nothing(model, &alarms.list, "alarms", none, alarms.listing().filter(), theme);
        return table::say(frame, area, &line);
    }
    let width = usize::from(area.width);
    let name = if width >= 110 { 36 } else { 28 };
    let condition = if width >= 110 { 44 } else { 0 };
    let column = if condition > 0 { text::left("CONDITION", condition + 2) } else { String::new() };
    let titles =
        format!("  {}  {}  {column}WHY", text::left("SINCE", 9), text::left("ALARM", name));
    let head = |state: &str| meaning::alarm(&AlarmState::parse(state), theme);
    table::draw(frame, area, theme, &titles, alarms, head, |alarm| {
        row(model.now, alarm, (name, condition, width), theme)
    });
}

fn row(
    now: Timestamp,
    alarm: &Alarm,
    (name, condition, width): (usize, usize, usize),
    theme: &Theme,
) -> Vec<Span<'static>> {
    let known = alarm.since.as_millis() > 0;
    let age = if known { text::age(now.since(alarm.since)) } else { "–".to_owned() };
    let cell = |value: &str, cells: usize| format!("  {}", text::left(&text::safe(value), cells));
    let mut spans = vec![
        span(format!("  {}", text::left(&age, 9)), meaning::alarm(&alarm.state, theme)),
        span(cell(&alarm.name, name), theme.strong),
    ];
    if condition > 0 {
        spans.push(span(cell(&alarm.condition, condition), theme.dim));
    }
    let used = 2 + 11 + name + 2 + if condition > 0 { condition + 2 } else { 0 };
    let why = if alarm.composite && condition == 0 {
        format!("rule: {}", alarm.condition)
    } else if alarm.reason.is_empty() {
        alarm.condition.clone()
    } else {
        alarm.reason.clone()
    };
    let why = text::cut(&text::safe(why), width.saturating_sub(used + 2));
    spans.push(span(format!("  {why}"), theme.text));
    spans
}

/// How many ring, and how old that is.
pub(super) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let alarms = &model.alarms;
    let rows = alarms.list.rows();
    let mut parts = Vec::new();
    if alarms.list.value.is_some() {
        let ringing = alarms.ringing();
        let style = if ringing > 0 { theme.bad } else { theme.dim };
        parts.push((format!("{ringing} of {} ringing", rows.len()), style));
        parts.push((format!("asked {}", model.at(alarms.list.at)), theme.dim));
    }
    if !alarms.listing().filter().is_empty() {
        parts.push((format!("matching {}", text::safe(alarms.listing().filter())), theme.text));
    }
    match &alarms.list.failed {
        Some(problem) if !rows.is_empty() => {
            let said = format!("not answered: {}", reason(problem));
            parts.push((said, theme.bad));
        }
        Some(_) | None => {}
    }
    dotted(parts, model.size.0, theme)
}
