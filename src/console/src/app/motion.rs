//! Moving: the cursor of whatever is in front, or the top line of a text.

use super::cursor::{Cursor, Motion};
use super::shell::{Overlay, Screen};
use super::{Effect, Model, lines, proposing};

/// Moves in the view in front.
pub(super) fn go(model: &mut Model, way: Motion) {
    let page = model.body_rows();
    let last = (model.last_page)(model).unwrap_or(FAR);
    match &mut model.shell.overlay {
        Some(
            Overlay::Help { top, .. }
            | Overlay::Record { top, .. }
            | Overlay::Detail { top, .. }
            | Overlay::Line { top },
        ) => return scroll(top, way, page, last),
        Some(Overlay::Palette(palette)) => return palette.go(way, page),
        Some(Overlay::Groups(_)) => return go_in_groups(model, way, page),
        Some(Overlay::Bookmarks(cursor)) => {
            let len = model.logs.bookmarks().len();
            return cursor.go(way, len, page.saturating_sub(6));
        }
        Some(Overlay::Targets(targets)) => {
            let len = targets.len();
            return targets.cursor.go(way, len, page.saturating_sub(6));
        }
        Some(Overlay::Form(form)) => {
            let len = form.len();
            return form.cursor.go(way, len, page.saturating_sub(6));
        }
        None => {}
    }
    match &model.shell.screen {
        Screen::Overview => model.overview.go(way, page),
        Screen::Component(_) => scroll(&mut model.overview.top, way, page, last),
        Screen::Logs => {
            let page = model.line_rows();
            model.logs.go(way, page);
        }
        Screen::Function(name) => {
            if let Some(details) = model.functions.details.get_mut(name) {
                let len = details.rows().len();
                details.cursor.go(way, len, page);
            }
        }
        Screen::Plan => scroll(&mut model.plan.top, way, page, last),
        Screen::Run => scroll(&mut model.runs.top, way, page, last),
        Screen::Problems => scroll(&mut model.problems.top, way, page, last),
        Screen::Templates
        | Screen::Request
        | Screen::Query
        | Screen::Trail
        | Screen::Findings
        | Screen::Alarms
        | Screen::Functions
        | Screen::Databases
        | Screen::Reports
        | Screen::Recovery
        | Screen::Runbooks
        | Screen::Journal => {
            let rows = model.list_rows();
            if let Some(list) = model.list_mut() {
                let listing = list.listing_mut();
                let len = listing.len();
                listing.cursor.go(way, len, rows.saturating_sub(1));
            }
        }
    }
}

fn go_in_groups(model: &mut Model, way: Motion, page: usize) {
    let Some(Overlay::Groups(mut picker)) = model.shell.overlay.take() else { return };
    let len = picker.shown(&model.log_groups()).len();
    picker.cursor.go(way, len, page.saturating_sub(6));
    model.shell.overlay = Some(Overlay::Groups(picker));
}

/// Rows above the screen's own: the header and the tabs.
const ABOVE: usize = 2;

/// Puts the cursor on the row of the terminal that was pressed, where the screen is a list.
pub(super) fn point(model: &mut Model, column: u16, row: usize) {
    let page = model.body_rows();
    let Some(row) = row.checked_sub(ABOVE).filter(|row| *row < page) else { return };
    if model.shell.overlay.is_some() || model.shell.typing.is_some() {
        return;
    }
    if model.shell.screen == Screen::Logs {
        lines::point(model, column, row);
        return;
    }
    let (rows, (above, _)) = (model.list_rows(), model.around_list());
    let Some(row) = row.checked_sub(above).filter(|row| *row < rows) else { return };
    if let Some(list) = model.list_mut() {
        let listing = list.listing_mut();
        let len = listing.len();
        pick(&mut listing.cursor, row, len, rows);
    }
}

/// Chooses a row of a list with one line of titles above it.
fn pick(cursor: &mut Cursor, row: usize, len: usize, page: usize) {
    let page = page.saturating_sub(1);
    let Some(row) = row.checked_sub(1) else { return };
    let at = cursor.window(len, page).start + row;
    if at < len {
        cursor.put(at, len, page);
    }
}

/// The farthest a text is scrolled where nobody draws it.
const FAR: usize = 10_000;

/// Scrolls a text, never beyond its last page: a key the other way is seen at once.
fn scroll(top: &mut usize, way: Motion, page: usize, last: usize) {
    *top = way.from((*top).min(last), last.saturating_add(1), page);
}

/// Moves long lines sideways, or over the map, or through what a field of a form can be.
pub(super) fn shift(model: &mut Model, right: bool) -> Vec<Effect> {
    match (&model.shell.overlay, &model.shell.screen) {
        (Some(Overlay::Form(_)), _) => return proposing::turn(model, right),
        (None, Screen::Overview) => model.overview.cross(right),
        (None, Screen::Logs) if model.logs.table.on => model.logs.shift_columns(right),
        (None, Screen::Logs) => {
            let step = 8;
            let shift = model.logs.shift;
            model.logs.shift =
                if right { (shift + step).min(10_000) } else { shift.saturating_sub(step) };
        }
        (_, _) => {}
    }
    Vec::new()
}
