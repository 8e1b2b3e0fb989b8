//! CloudTrail, live: who changed what, the newest first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{dotted, reason};
use crate::app::Model;
use crate::app::screens::list::Listed as _;
use crate::app::screens::trail::Entry;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// The cells of each column: who, event, resource, address; what is left is the error's.
struct Columns {
    who: usize,
    event: usize,
    resource: usize,
    /// None where there is no room for it.
    from: usize,
}

impl Columns {
    fn of(width: usize) -> Self {
        match width {
            ..110 => Self { who: 12, event: 20, resource: 15, from: 0 },
            110..150 => Self { who: 22, event: 24, resource: 20, from: 15 },
            _ => Self { who: 32, event: 32, resource: 40, from: 16 },
        }
    }
}

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let trail = &model.trail;
    if trail.listing().is_empty() {
        return table::say(frame, area, &nothing(model, theme));
    }
    let width = usize::from(area.width);
    let columns = Columns::of(width);
    let from =
        if columns.from > 0 { text::left("  FROM", columns.from + 2) } else { String::new() };
    let titles = format!(
        "{}  {}  {}  {}{from}  ERROR",
        text::left(model.look.times.title(), 9),
        text::left("WHO", columns.who),
        text::left("EVENT", columns.event),
        text::left("ON", columns.resource),
    );
    table::draw(frame, area, theme, &titles, trail, table::plain, |entry| {
        row(model, entry, &columns, width, theme)
    });
}

fn row(
    model: &Model,
    entry: &Entry,
    columns: &Columns,
    width: usize,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let event = &entry.event;
    let refused = !event.error.is_empty();
    let new = if entry.is_new(model.now) { "+" } else { " " };
    // Where there is little room, the session says more than the role.
    let who = if columns.from == 0 && !event.user.is_empty() { &event.user } else { &entry.who };
    let style = match (refused, event.read_only) {
        (true, _) => theme.bad,
        (false, true) => theme.dim,
        (false, false) => theme.strong,
    };
    let cell = |value: &str, cells: usize| format!("  {}", text::left(&text::safe(value), cells));
    let mut spans = vec![
        span(model.cell(event.at), theme.dim),
        span(new, theme.accent),
        span(cell(who, columns.who), theme.text),
        span(cell(&event.name, columns.event), style),
        span(cell(&entry.resource, columns.resource), theme.text),
    ];
    if columns.from > 0 {
        spans.push(span(cell(&entry.from, columns.from), theme.dim));
    }
    if refused {
        let used: usize = spans.iter().map(|span| text::width(&span.content)).sum();
        let room = width.saturating_sub(used + 4);
        let error = text::cut(&text::safe(event.error.clone()), room);
        spans.push(span(format!("  {error}"), theme.bad));
    }
    spans
}

/// Why no event is shown.
fn nothing(model: &Model, theme: &Theme) -> Line<'static> {
    let trail = &model.trail;
    if trail.held() > 0 {
        let all = text::things(trail.held() as u64, "event");
        return text::line(format!("  None of {all} held is one to show here."), theme.dim);
    }
    match (&trail.failed, trail.asked) {
        (Some(problem), _) => table::failed(problem, theme),
        (None, None) => {
            let waited = table::waited(model);
            text::line(format!("  Asking CloudTrail …{waited}"), theme.dim)
        }
        (None, Some(_)) => text::line("  Nothing in the last three hours.", theme.dim),
    }
}

/// Up to when CloudTrail was asked, and what of its answer is shown. Quiet is never calm: it delivers late.
pub(super) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let trail = &model.trail;
    let mut parts = Vec::new();
    if let Some(about) = &trail.about {
        parts
            .push((format!("changes of {} (esc clears)", text::safe(about.clone())), theme.accent));
    }
    if !trail.listing().filter().is_empty() {
        let (shown, held) =
            (text::count(trail.listing().len() as u64), text::count(trail.held() as u64));
        let filter = text::safe(trail.listing().filter());
        parts.push((format!("{shown} of {held}: {filter}"), theme.text));
    }
    if trail.reads {
        parts.push(("reads too".to_owned(), theme.text));
    }
    if trail.errors {
        parts.push(("errors only".to_owned(), theme.bad));
    }
    if let Some(problem) = &trail.failed {
        let said = format!("not answered: {}", reason(problem));
        parts.push((said, theme.bad));
    }
    match (&trail.sweep, trail.asked) {
        (Some(sweep), None) => {
            let found = text::things(sweep.found as u64, "event");
            let back = model.time(sweep.reached);
            let said = format!("asking for three hours: {found} so far, back to {back}");
            parts.push((said, theme.warn));
        }
        (_, Some((from, to))) => {
            parts.push((format!("asked up to {}", model.time(to)), theme.dim));
            let whole = crate::app::screens::trail::SPAN;
            if to.since(from) + std::time::Duration::from_mins(1) < whole {
                parts.push((format!("not before {}", model.time(from)), theme.warn));
            }
            parts.push(("CloudTrail delivers minutes later".to_owned(), theme.dim));
        }
        (None, None) => {}
    }
    dotted(parts, model.size.0, theme)
}
