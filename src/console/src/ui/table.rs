//! A list on the screen: titles, the visible rows, the chosen one marked, and what to say when there are none.

use std::collections::BTreeMap;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::paint;
use super::text::{self, span};
use super::theme::Theme;
use crate::app::Model;
use crate::app::listing::Listing;
use crate::app::loaded::Loaded;
use crate::app::problem::Problem;
use crate::app::screens::list::{Item as _, Rows};
use crate::app::sections::Row;

/// Draws the rows of a list under their titles: `row` gives the spans of one, `head` the style of a heading. Only visible
/// rows are asked for.
pub(super) fn draw<'a, L: Rows>(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: &Theme,
    titles: &str,
    list: &'a L,
    head: impl Fn(&str) -> Style,
    row: impl Fn(&L::Item<'a>) -> Vec<Span<'static>>,
) {
    paint::row(frame, area, &text::line(format!("  {titles}"), theme.faint));
    let listing = list.listing();
    marked(listing, theme, frame, area);
    let body = paint::below(area, 1);
    let chosen = listing.at();
    let window = listing.cursor.window(listing.len(), usize::from(body.height));
    let items: BTreeMap<usize, L::Item<'a>> = list.window(window.clone()).into_iter().collect();
    for (offset, at) in window.enumerate() {
        let place = paint::nth(body, offset);
        if at == chosen {
            paint::choose(frame, place, theme);
        }
        let item = items.get(&at);
        let mark = item.is_some_and(|item| listing.is_marked(&item.key()));
        let mut spans = vec![
            span(if at == chosen { "▌" } else { " " }, theme.accent),
            span(if mark { "✔" } else { " " }, theme.good),
        ];
        match (listing.sections.row(at), item) {
            (Some(Row::Head { name, count, folded }), _) => {
                spans.extend(headed(name, *count, *folded, head(name), theme));
            }
            (_, Some(item)) => spans.extend(row(item)),
            (_, None) => {}
        }
        paint::row(frame, place, &Line::from(spans));
    }
}

/// How many things are marked, at the end of the titles: also those that no row shows.
fn marked(listing: &Listing, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let (all, hidden) = listing.marked();
    if all == 0 {
        return;
    }
    let hidden = if hidden > 0 { format!(", {hidden} of them hidden") } else { String::new() };
    let said = text::line(format!("  {all} marked{hidden} "), theme.good);
    let width = u16::try_from(said.width()).unwrap_or(area.width).min(area.width);
    paint::row(frame, Rect { x: area.right() - width, width, ..area }, &said);
}

/// A list without headings gives no style to one.
pub(super) fn plain(_: &str) -> Style {
    Style::new()
}

/// Says why there are no rows, below where the titles would be.
pub(super) fn say(frame: &mut Frame<'_>, area: Rect, line: &Line<'_>) {
    paint::row(frame, paint::below(area, 1), line);
}

/// Why a list shows no rows: not answered, not yet, none there, or none that passes the filter.
pub(super) fn nothing<T>(
    model: &Model,
    list: &Loaded<Vec<T>>,
    what: &str,
    none: &str,
    filter: &str,
    theme: &Theme,
) -> Line<'static> {
    match (&list.failed, &list.value) {
        (Some(problem), None) => failed(problem, theme),
        (None, None) => {
            text::line(format!("  Asking for the {what} …{}", waited(model)), theme.dim)
        }
        (_, Some(rows)) if rows.is_empty() => text::line(format!("  {none}"), theme.dim),
        (_, Some(rows)) => {
            let said = format!("  None of {} {what} matches {}.", rows.len(), text::safe(filter));
            text::line(said, theme.dim)
        }
    }
}

/// How long the view in front has waited, with a blank before it, where that is long.
pub(super) fn waited(model: &Model) -> String {
    let since = model.waits().map(|(_, since)| text::clock(model.now.since(since)));
    since.map_or_else(String::new, |waited| format!(" {waited}"))
}

/// The head of a section: how it stands, how many are in it, and whether it is folded.
fn headed(
    name: &str,
    count: usize,
    folded: bool,
    style: Style,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let mark = if folded { "▸ " } else { "▾ " };
    vec![
        span(mark, theme.faint),
        span(text::safe(name), style.patch(theme.strong)),
        span(format!("  {}", text::count(count as u64)), theme.dim),
    ]
}

/// A problem in one line.
pub(super) fn failed(problem: &Problem, theme: &Theme) -> Line<'static> {
    let said = format!("  {}: {}. {}", problem.what, problem.why, problem.hint);
    text::line(said, theme.bad)
}
