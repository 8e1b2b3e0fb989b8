//! The databases as a tree: global databases, their clusters, the instances of those, and what stands alone.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{dotted, reason};
use crate::app::Model;
use crate::app::screens::databases::{Node, Role, Thing};
use crate::app::screens::list::{Listed as _, Rows as _};
use crate::look::times::Form;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let databases = &model.databases;
    if databases.listing().is_empty() {
        let none = "There are no databases in this region.";
        if let (Some((_, problem)), "") =
            (databases.unanswered().first(), databases.listing().filter())
        {
            return table::say(frame, area, &table::failed(problem, theme));
        }
        let filter = databases.listing().filter();
        let line = table::nothing(model, &databases.instances, "databases", none, filter, theme);
        return table::say(frame, area, &line);
    }
    let width = area.width;
    let more = |title: &str, cells: usize, from: u16| {
        if width >= from { format!("  {}", text::left(title, cells)) } else { String::new() }
    };
    let (name, status) = columns(width);
    let titles = format!(
        "{}  {}  {}  {}{}{}{}  MARKS",
        text::left("DATABASE", name),
        text::left("ROLE", 7),
        text::left("STATUS", status),
        text::left("WHERE", 15),
        more("CLASS", 14, 110),
        more("ENGINE", 22, 110),
        more("ENDPOINT", 52, 190),
    );
    table::draw(frame, area, theme, &titles, databases, table::plain, |node| {
        row(node, width, theme)
    });
}

/// The cells for the name and for the status.
fn columns(width: u16) -> (usize, usize) {
    if width >= 110 { (28, 14) } else { (22, 10) }
}

/// What a row shows of a node, besides its name and role.
struct Cells<'a> {
    status: &'a str,
    place: String,
    class: &'a str,
    engine: &'a str,
    endpoint: &'a str,
}

fn cells<'a>(node: &Node<'a>) -> Cells<'a> {
    let empty = Cells { status: "", place: String::new(), class: "", engine: "", endpoint: "" };
    match node.thing {
        Thing::Global(global) => Cells {
            status: &global.status,
            engine: &global.engine,
            place: text::things(global.members.len() as u64, "region"),
            ..empty
        },
        Thing::Away(member) => {
            Cells { status: &member.sync, place: member.region().to_owned(), ..empty }
        }
        Thing::Cluster(cluster) => Cells {
            status: &cluster.status,
            engine: &cluster.engine,
            endpoint: &cluster.writer_endpoint,
            place: if cluster.multi_az { "several zones" } else { "one zone" }.to_owned(),
            ..empty
        },
        Thing::Instance(instance) => {
            let standby = instance.standby_zone.chars().next_back();
            let standby = standby.map_or_else(String::new, |zone| format!("+{zone}"));
            Cells {
                status: &instance.status,
                place: format!("{}{standby}", instance.zone),
                class: &instance.class,
                engine: &instance.engine,
                endpoint: &instance.endpoint,
            }
        }
    }
}

fn row(node: &Node<'_>, width: u16, theme: &Theme) -> Vec<Span<'static>> {
    let shown = cells(node);
    let cell = |value: &str, cells: usize| format!("  {}", text::left(&text::safe(value), cells));
    let branch = if node.depth > 0 { "└ " } else { "" };
    let name = format!("{}{branch}{}", "  ".repeat(node.depth.saturating_sub(1)), node.name());
    let (role, style) = role(node.role, theme);
    let status = match shown.status {
        "available" | "connected" => theme.good,
        _ => theme.warn,
    };
    let mut spans = vec![
        span(text::left(&text::safe(name), columns(width).0), theme.strong),
        span(cell(role, 7), style),
        span(cell(shown.status, columns(width).1), status),
        span(cell(&shown.place, 15), theme.text),
    ];
    if width >= 110 {
        spans.push(span(cell(shown.class, 14), theme.dim));
        spans.push(span(cell(shown.engine, 22), theme.dim));
    }
    if width >= 190 {
        spans.push(span(cell(shown.endpoint, 52), theme.dim));
    }
    spans.push(span(format!("  {}", marks(node, width >= 110)), theme.warn));
    spans
}

/// What is wrong with how it is set up; where there is little room, the worst of it and how much more.
fn marks(node: &Node<'_>, wide: bool) -> String {
    let marks = node.marks();
    match marks.as_slice() {
        [first, rest @ ..] if !wide && !rest.is_empty() => format!("{first} +{}", rest.len()),
        all => all.join(" "),
    }
}

fn role(role: Role<'_>, theme: &Theme) -> (&'static str, Style) {
    match role {
        Role::Global => ("global", theme.dim),
        Role::Writer => ("writer", theme.accent),
        Role::Reader => ("reader", theme.text),
        Role::ReplicaOf(_) => ("replica", theme.text),
        Role::Alone => ("alone", theme.dim),
    }
}

/// How far the chosen database can be restored; what could not be read.
pub(super) fn standing(model: &Model, theme: &Theme) -> Option<Line<'static>> {
    let databases = &model.databases;
    let mut parts = Vec::new();
    let unanswered = databases.unanswered();
    if let Some((_, problem)) = unanswered.first() {
        let what: Vec<&str> = unanswered.iter().map(|(what, _)| *what).collect();
        let said = format!("{} not answered: {}", what.join(" and "), reason(problem));
        parts.push((said, theme.bad));
    }
    if let Some(node) = databases.chosen() {
        let (from, until) = match node.thing {
            Thing::Global(_) | Thing::Away(_) => (None, None),
            Thing::Cluster(cluster) => (cluster.restorable_from, cluster.restorable_until),
            Thing::Instance(instance) => (None, instance.restorable_until),
        };
        if let Some(until) = until {
            let back = from.map_or_else(String::new, |from| {
                format!(", {} back", text::age(until.since(from)))
            });
            let behind = match model.look.times.form {
                Form::Utc | Form::Local => {
                    format!(" ({} ago)", text::age(model.now.since(until)))
                }
                Form::Relative => String::new(),
            };
            let until = model.time(until);
            parts.push((format!("restorable up to {until}{behind}{back}"), theme.dim));
        }
    }
    if !databases.listing().filter().is_empty() {
        parts.push((format!("matching {}", text::safe(databases.listing().filter())), theme.text));
    }
    (!parts.is_empty()).then(|| dotted(parts, model.size.0, theme))
}
