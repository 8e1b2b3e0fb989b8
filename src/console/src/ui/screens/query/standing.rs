//! How a query stands: where it runs, how far it is, what it has cost, and what had to be cut.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::Line;
use watchdeck_domain::insights::InsightsStatus;

use crate::app::Model;
use crate::app::bill;
use crate::app::screens::list::Listed as _;
use crate::app::screens::query::History;
use crate::app::screens::query::inquiry::{GIVEN, Inquiry, Stage};
use crate::ui::screens::dotted;
use crate::ui::text;
use crate::ui::theme::Theme;

/// What is further back is told with its day.
const DAY: Duration = Duration::from_hours(24);

type Parts = Vec<(String, Style)>;

/// How it stands, in one row.
pub(in crate::ui) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let history = &model.history;
    let mut parts = Vec::new();
    match &history.inquiry {
        Some(inquiry) => account(model, history, inquiry, &mut parts, theme),
        None => held(history, &mut parts, theme),
    }
    if history.left_out > 0 {
        let left = text::things(history.left_out as u64, "row");
        parts.push((format!("{left} more are not kept"), theme.warn));
    }
    if let Some(export) = &model.logs.export {
        let lines = text::things(export.written.lines, export.one);
        parts.push((format!("exporting to {}: {lines}", export.file), theme.warn));
    }
    if !history.text.is_empty() {
        parts.push((text::safe(history.text.as_str()), theme.dim));
    }
    dotted(parts, model.size.0, theme)
}

/// Over the lines held.
fn held(history: &History, parts: &mut Parts, theme: &Theme) {
    parts.push(("held lines".to_owned(), theme.accent));
    let (looked, all) = history.looked;
    if history.is_running() {
        parts.push((format!("looking at {} %", looked * 100 / all.max(1)), theme.warn));
    }
    let Some(outcome) = history.outcome() else { return };
    let told = outcome.statistics;
    parts.push((text::things(history.listing().len() as u64, "row"), theme.text));
    let of =
        format!("{} of {} matched", text::count(told.matched), text::things(told.scanned, "line"));
    parts.push((of, theme.dim));
    for (cut, said) in [
        (told.rows_cut, "rows are missing: too many"),
        (told.groups_cut, "groups are missing: too many"),
        (told.approximate, "nearly exact"),
        (told.too_deep > 0, "some lines are too deep to be read whole"),
    ] {
        if cut {
            parts.push((said.to_owned(), theme.warn));
        }
    }
}

/// In the account.
fn account(model: &Model, history: &History, inquiry: &Inquiry, parts: &mut Parts, theme: &Theme) {
    let region = inquiry.region(&model.place.region);
    parts.push((format!("Logs Insights, {region}"), theme.accent));
    let taken = text::clock(inquiry.taken(model.now));
    let (said, style) = match &inquiry.stage {
        Stage::Starting => ("starting".to_owned(), theme.warn),
        Stage::Under(_, status) => (status.to_string(), theme.warn),
        Stage::Over(InsightsStatus::Complete) => ("complete".to_owned(), theme.good),
        Stage::Over(InsightsStatus::Cancelled) => ("stopped".to_owned(), theme.warn),
        Stage::Over(status) => (status.to_string(), theme.bad),
        Stage::Failed(_) => ("failed".to_owned(), theme.bad),
    };
    parts.push((format!("{said} {taken}"), style));
    let (rows, found) = (history.listing().len() as u64, history.rows_found());
    if rows > 0 || matches!(inquiry.stage, Stage::Over(InsightsStatus::Complete)) {
        parts.push((text::things(rows, "row"), theme.text));
    }
    if found >= GIVEN {
        let most = text::count(GIVEN as u64);
        parts.push((format!("AWS gives {most} rows at most"), theme.warn));
    }
    let seen = inquiry.scanned;
    if seen.records > 0 || seen.bytes > 0 {
        let (matched, records) = (text::count(seen.matched), text::things(seen.records, "record"));
        parts.push((format!("{matched} of {records} matched"), theme.dim));
        let (bytes, price) = (bill::amount(seen.bytes), bill::price(seen.bytes));
        parts.push((format!("{bytes} scanned, {price}"), theme.dim));
    }
    parts.push((about(model, inquiry), theme.dim));
}

/// Which groups, and which time.
fn about(model: &Model, inquiry: &Inquiry) -> String {
    let (from, to) = inquiry.span;
    let groups = match inquiry.groups.as_slice() {
        [one] => text::safe(one.to_string()),
        more => format!("{} log groups", more.len()),
    };
    let (times, now) = (&model.look.times, model.now);
    let told = |at| {
        if now.since(from) < DAY { times.word(at, now) } else { times.day(at, now) }
    };
    format!("{groups}, {} to {}", told(from), told(to))
}

/// What is said where there are no rows.
pub(super) fn nothing(model: &Model, theme: &Theme) -> Line<'static> {
    let history = &model.history;
    let filter = history.listing().filter();
    if !filter.is_empty() && history.rows_found() > 0 {
        let said = format!("  None of the rows matches {}.", text::safe(filter));
        return text::line(said, theme.dim);
    }
    if history.text.is_empty() {
        return text::line(
            "  `:query fields @timestamp, @message | filter @message like /timeout/` asks the lines held, `:insights 3h …` the account.",
            theme.dim,
        );
    }
    let said = match &history.inquiry {
        None if history.is_running() => "  Looking at the lines held …".to_owned(),
        None => "  No line held gives a row.".to_owned(),
        Some(inquiry) => match &inquiry.stage {
            Stage::Failed(problem) => return crate::ui::table::failed(problem, theme),
            Stage::Starting | Stage::Under(..) => {
                let most = inquiry.stored;
                let (bytes, price) = (bill::amount(most), bill::price(most));
                let held = format!("they hold {bytes}, at most {price}");
                format!("  The account looks at {}; {held}.", about(model, inquiry))
            }
            Stage::Over(InsightsStatus::Complete) => {
                format!("  No line of {} gives a row.", about(model, inquiry))
            }
            Stage::Over(InsightsStatus::Cancelled) => {
                "  Stopped before there were rows.".to_owned()
            }
            Stage::Over(status) => format!("  It ended without its result: {status}."),
        },
    };
    text::line(said, theme.dim)
}
