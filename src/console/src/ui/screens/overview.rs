//! The architecture as a map: tiers from the edge to the data, a state and a sparkline for each part.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use watchdeck_domain::component::{ComponentId, Golden, Measure, Tier};

use super::{dotted, reason};
use crate::app::screens::overview::{Health, Track};
use crate::app::{Model, Problem};
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;
use crate::ui::{meaning, paint, table};

/// Cells between two columns of the map: the arrow that leads from one tier to the next.
const GAP: u16 = 3;
/// Rows below the map: what is chosen, and the newest changes.
const FOOT: u16 = 6;

/// What is missing of the map, and why the first of it is; nothing where all of it was told.
pub(super) fn standing(model: &Model, theme: &Theme) -> Option<Line<'static>> {
    let mut missing: Vec<(String, &Problem)> = Vec::new();
    if let Some((kinds, problem)) = model.overview.unlisted() {
        let all = model.overview.names.len();
        let first = kinds.first().map(ToString::to_string).unwrap_or_default();
        let more = if kinds.len() > 1 { ", .." } else { "" };
        missing.push((format!("{} of {all} kinds ({first}{more})", kinds.len()), problem));
    }
    let asked = [
        ("numbers", &model.overview.golden.failed),
        ("alarms", &model.alarms.list.failed),
        ("findings", &model.findings.list.failed),
        ("other regions", &model.databases.globals.failed),
    ];
    let failed = asked.into_iter().filter_map(|(what, failed)| Some((what, failed.as_ref()?)));
    missing.extend(failed.map(|(what, problem)| (what.to_owned(), problem)));
    let (_, problem) = missing.first()?;
    let why = reason(problem);
    let what: Vec<String> = missing.into_iter().map(|(what, _)| what).collect();
    let said = format!("{} not answered: {why}", what.join(", "));
    Some(dotted(vec![(said, theme.bad)], model.size.0, theme))
}

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    if model.overview.components().is_empty() {
        return table::say(frame, area, &nothing(model, theme));
    }
    let foot = FOOT.max(area.height / 4).min(area.height / 2);
    let map = Rect { height: area.height - foot, ..area };
    let columns: [&[Tier]; 4] =
        [&[Tier::Edge], &[Tier::Api], &[Tier::Compute], &[Tier::Data, Tier::Queues]];
    let width = map.width.saturating_sub(GAP * 3) / 4;
    let tall = columns.iter().all(|tiers| fits(model, tiers, 2, map.height));
    for (at, tiers) in (0_u16..).zip(columns) {
        // The last column takes what the division left over.
        let x = map.x + at * (width + GAP);
        let width = if at == 3 { map.right() - x } else { width };
        let column = Rect { x, width, ..map };
        if at > 0 && map.height > 2 {
            let arrow = Rect { x: x - GAP, y: map.y + 1, width: GAP, height: 1 };
            paint::row(frame, arrow, &text::line("─▶ ", theme.faint));
        }
        column_of(model, tiers, if tall { 2 } else { 1 }, theme, frame, column);
    }
    let below = Rect { y: map.bottom(), height: foot, ..area };
    if let Some(id) = model.overview.chosen() {
        paint::row(frame, below, &words(model, &id, theme));
    }
    changes(model, theme, frame, paint::below(below, 1));
}

/// What is said while nothing is known.
fn nothing(model: &Model, theme: &Theme) -> Line<'static> {
    let names = model.overview.names.values();
    if names.clone().any(|names| names.value.is_none() && names.failed.is_none()) {
        return text::line("  Asking which components there are …", theme.dim);
    }
    match names.clone().find_map(|names| names.failed.as_ref()) {
        Some(problem) => table::failed(problem, theme),
        None => text::line(
            "  Nothing in this region has written a metric in the last three hours.",
            theme.dim,
        ),
    }
}

fn title(tier: Tier) -> &'static str {
    match tier {
        Tier::Edge => "EDGE",
        Tier::Api => "API",
        Tier::Compute => "COMPUTE",
        Tier::Data => "DATA",
        Tier::Queues => "QUEUES",
    }
}

/// Whether the boxes of a column fit into so many rows, each component taking `rows` of them.
fn fits(model: &Model, tiers: &[Tier], rows: u16, height: u16) -> bool {
    let components: usize = tiers.iter().map(|tier| model.overview.tier(*tier).len().max(1)).sum();
    let inside = u16::try_from(components).unwrap_or(u16::MAX).saturating_mul(rows);
    let frames = u16::try_from(tiers.len() * 2).unwrap_or(u16::MAX);
    // Under the edge there is a box for the other regions.
    let other = if tiers.contains(&Tier::Edge) { 3 } else { 0 };
    inside.saturating_add(frames).saturating_add(other) <= height
}

/// The boxes of one column, one below the other; under the edge also what other regions share with this one.
fn column_of(
    model: &Model,
    tiers: &[Tier],
    rows: u16,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let mut rest = area;
    for (at, tier) in tiers.iter().enumerate() {
        let components = model.overview.tier(*tier);
        let inside = u16::try_from(components.len().max(1)).unwrap_or(u16::MAX);
        let wanted = inside.saturating_mul(rows).saturating_add(2);
        let more = u16::try_from(tiers.len() - at - 1).unwrap_or(0);
        // What follows keeps room for at least one row.
        let height = wanted.min(rest.height.saturating_sub(more * 3));
        let inner = paint::framed(frame, Rect { height, ..rest }, title(*tier), theme);
        cells(model, &components, usize::from(rows), theme, frame, inner);
        rest = paint::below(rest, height);
    }
    if tiers.contains(&Tier::Edge) {
        other_regions(model, theme, frame, rest);
    }
}

fn cells(
    model: &Model,
    components: &[&ComponentId],
    tall: usize,
    theme: &Theme,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    if components.is_empty() {
        return paint::row(frame, area, &text::line("none", theme.dim));
    }
    let chosen = model.overview.chosen();
    let at = components.iter().position(|id| Some(*id) == chosen.as_ref());
    let rows = usize::from(area.height) / tall.max(1);
    let top = at.unwrap_or(0).saturating_add(1).saturating_sub(rows);
    let width = usize::from(area.width);
    for (offset, id) in components.iter().skip(top).take(rows).enumerate() {
        let place = paint::nth(area, offset * tall);
        if Some(*id) == chosen.as_ref() {
            paint::choose(frame, place, theme);
        }
        paint::row(frame, place, &Line::from(cell(model, id, width, theme)));
        if tall > 1 {
            paint::row(
                frame,
                paint::nth(area, offset * tall + 1),
                &second(model, id, width, theme),
            );
        }
    }
}

/// The numbers of a component, under its name: all of them where they fit, else the one that says most and what fits beside
/// it. A number is never cut: half of one is another number.
fn second(model: &Model, id: &ComponentId, width: usize, theme: &Theme) -> Line<'static> {
    let room = width.saturating_sub(2);
    let most = loudest(model, id).map(|(golden, _)| golden.label);
    let mut numbers: Vec<(&str, String)> = Vec::new();
    for (golden, track) in model.overview.tracks(id) {
        numbers.extend(track.newest().map(|value| (golden.label, number(golden, Some(value)))));
    }
    let named = numbers.iter().map(|(label, value)| format!("{label} {value}"));
    let all = named.collect::<Vec<_>>().join("  ");
    if text::width(&all) <= room {
        return text::line(format!("  {all}"), theme.dim);
    }
    // The others keep their order.
    numbers.sort_by_key(|(label, _)| Some(*label) != most);
    let mut said = String::new();
    for (_, value) in numbers {
        let gap = if said.is_empty() { "" } else { "  " };
        if text::width(&said) + gap.len() + text::width(&value) <= room {
            said = [said.as_str(), gap, &value].concat();
        }
    }
    text::line(format!("  {said}"), theme.dim)
}

/// One component: its state, its name, what rings, and the number that says most about it.
fn cell(model: &Model, id: &ComponentId, width: usize, theme: &Theme) -> Vec<Span<'static>> {
    let standing = model.overview.standing(id);
    let (mark, style) = meaning::health(standing.health, theme);
    let alarms =
        if standing.ringing > 0 { format!(" ▲{}", standing.ringing) } else { String::new() };
    let loudest = loudest(model, id);
    let value = loudest.map(|(golden, track)| number(golden, track.newest())).unwrap_or_default();
    // Where there is no room for every number, a bad one still says how bad it is.
    let number = match (width, standing.health) {
        (27.., _) => 9,
        (20.., Health::Bad | Health::Warn) => 7,
        (_, _) => 0,
    };
    let bars = width.saturating_sub(2 + 18 + number).min(20);
    let bars = if bars >= 6 { bars } else { 0 };
    let name = width.saturating_sub(2 + number + bars + text::width(&alarms));
    let name_style = if standing.health == Health::Bad { theme.strong } else { theme.text };
    let mut spans = vec![
        span(format!("{mark} "), style),
        span(text::left(&text::safe(id.short()), name), name_style),
        span(alarms, theme.bad),
    ];
    if let Some((golden, track)) = loudest.filter(|_| bars > 0) {
        let drawn = text::bars(&track.minutes, track.scale(golden), bars - 1);
        spans.push(span(text::right(&drawn, bars), style));
    } else {
        spans.push(span(" ".repeat(bars), theme.dim));
    }
    spans.push(span(text::right(&value, number), style));
    spans
}

/// The number that says most: the worst one, else how much there is to do.
fn loudest<'a>(model: &'a Model, id: &ComponentId) -> Option<(&'static Golden, &'a Track)> {
    let tracks = model.overview.tracks(id);
    let worst = tracks
        .iter()
        .copied()
        .filter(|(golden, track)| track.health(golden) <= Health::Warn)
        .min_by_key(|(golden, track)| track.health(golden));
    let known = || tracks.iter().copied().find(|(_, track)| track.newest().is_some());
    worst.or_else(known).or_else(|| tracks.first().copied())
}

/// A number with its unit; a dash where none is known.
pub(super) fn number(golden: &Golden, value: Option<f64>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    match golden.measure {
        Measure::Count => format!("{}/min", text::amount(value)),
        Measure::Share => text::percent(Some(value)),
        Measure::Percent => text::percent(Some(value / 100.0)),
        Measure::Millis => format!("{value:.0} ms"),
        Measure::Seconds if value < 1.0 => format!("{:.0} ms", value * 1000.0),
        Measure::Seconds => format!("{value:.1} s"),
        Measure::Gauge => text::amount(value),
    }
}

/// All about the chosen component, in one line.
fn words(model: &Model, id: &ComponentId, theme: &Theme) -> Line<'static> {
    let standing = model.overview.standing(id);
    let (mark, style) = meaning::health(standing.health, theme);
    let mut spans = vec![
        span(format!(" {mark} "), style),
        span(text::safe(id.short()), theme.strong),
        span(format!("  {}", id.kind), theme.dim),
    ];
    if standing.alarms > 0 {
        let style = if standing.ringing > 0 { theme.bad } else { theme.dim };
        let of = text::things(u64::try_from(standing.alarms).unwrap_or(0), "alarm");
        spans.push(span(format!("  {} of {of} ringing", standing.ringing), style));
    }
    if let Some(worst) = standing.worst {
        let many = text::things(u64::try_from(standing.findings).unwrap_or(0), "finding");
        spans.push(span(format!("  {many}, {worst} at worst"), meaning::severity(worst, theme)));
    }
    for (golden, track) in model.overview.tracks(id) {
        let (_, style) = meaning::health(track.health(golden), theme);
        spans.push(span(format!("  {} ", golden.label), theme.dim));
        spans.push(span(number(golden, track.newest()), style));
    }
    Line::from(spans)
}

/// The clusters of global databases that are in other regions, and how their copy stands.
fn other_regions(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let here = model.place.region.as_str();
    let members = model.databases.globals.rows().iter().flat_map(|global| &global.members);
    let mut members = members.filter(|member| member.region() != here).peekable();
    let Some(first) = members.peek() else { return };
    let region = text::safe(first.region());
    let lines: Vec<Line<'static>> = members
        .map(|member| {
            let name = member.cluster_arn.rsplit(':').next().unwrap_or_default();
            let good = member.writer || member.sync == "connected";
            let (mark, style) = if good { ("●", theme.good) } else { ("!", theme.warn) };
            let sync = if member.sync.is_empty() { "writer" } else { member.sync.as_str() };
            Line::from(vec![
                span(format!("{mark} "), style),
                span(text::safe(name), theme.text),
                span(format!("  {}", text::safe(sync)), theme.dim),
            ])
        })
        .collect();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2).min(area.height);
    if height > 2 {
        let title = format!("SECOND REGION {region}");
        let inner = paint::framed(frame, Rect { height, ..area }, &title, theme);
        paint::lines(frame, inner, &lines, 0);
    }
}

/// The newest changes to the account.
fn changes(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    paint::row(frame, area, &text::line(" RECENT CHANGES", theme.faint));
    let body = paint::below(area, 1);
    let trail = &model.trail;
    if trail.changes().next().is_none() {
        let line = match (&trail.failed, trail.at) {
            (Some(problem), _) => table::failed(problem, theme),
            (None, None) => text::line(" Asking CloudTrail …", theme.dim),
            (None, Some(_)) => text::line(" None in the last three hours.", theme.dim),
        };
        return paint::row(frame, body, &line);
    }
    for (event, offset) in trail.changes().zip(0..usize::from(body.height)) {
        let refused = if event.error.is_empty() { "" } else { "  refused" };
        let line = Line::from(vec![
            span(format!(" {}  ", model.cell(event.at)), theme.dim),
            span(text::left(&text::safe(event.name.clone()), 30), theme.text),
            span(format!("  by {}", text::safe(event.user.clone())), theme.dim),
            span(refused, theme.bad),
        ]);
        paint::row(frame, paint::nth(body, offset), &line);
    }
}
