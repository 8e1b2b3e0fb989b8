//! The model, drawn. Only what is visible costs anything.
//!
//! Suggested reading order:

mod chrome; // header, tabs, message line, hints
mod overlays; // what lies over the screen
mod screens; // one file a screen

mod print; // a screen as text
mod pulse; // whether a second shows
mod replay; // a recorded screen

mod files; // what is said of files that are open
mod glyphs; // ASCII, where there is no more
mod meaning; // styles by what they mean in the account
mod page; // a text that scrolls
mod paint; // lines onto the buffer
mod table; // lists
mod text; // text in cells
mod theme; // colours, by what they mean

#[cfg(test)]
mod tests; // hostile and wide text, every theme, only ASCII

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::model::FRAME_ROWS;
use crate::app::shell::{Overlay, Purpose, Screen};
use crate::app::{Link, Model};
use page::Page;
use theme::Theme;

pub use print::{LARGEST, print};
pub use pulse::pulse;
pub use replay::{Playing, replay};

/// The smallest terminal that shows anything useful.
pub const SMALLEST: (u16, u16) = (60, 15);

/// Draws the whole screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    draw(model, frame, frame.area(), false);
}

/// Draws the whole screen into an area, marked as a replay where it is one.
fn draw(model: &Model, frame: &mut Frame<'_>, area: Rect, replayed: bool) {
    let theme = Theme::new(&model.look);
    frame.buffer_mut().set_style(area, theme.ground);
    layers(model, &theme, frame, area, replayed);
    if model.look.ascii {
        glyphs::plain(frame.buffer_mut());
    }
}

fn layers(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect, replayed: bool) {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return chrome::too_small(frame, area, theme, SMALLEST);
    }
    let body = body(area);
    chrome::header(model, theme, frame, Rect { height: 1, ..area }, replayed);
    chrome::tabs(model, theme, frame, Rect { y: 1, height: 1, ..area });
    screen(model, theme, frame, body);
    match &model.shell.overlay {
        Some(Overlay::Palette(palette)) => overlays::palette::draw(palette, theme, frame, body),
        Some(Overlay::Groups(picker)) => {
            overlays::groups::draw(model, picker, theme, frame, body);
        }
        Some(Overlay::Bookmarks(cursor)) => {
            overlays::bookmarks::draw(model, cursor, theme, frame, body);
        }
        Some(Overlay::Targets(targets)) => {
            overlays::targets::draw(model, targets, theme, frame, body);
        }
        Some(Overlay::Form(form)) => overlays::form::draw(model, form, theme, frame, body),
        Some(
            Overlay::Help { top, .. }
            | Overlay::Detail { top, .. }
            | Overlay::Record { top, .. }
            | Overlay::Line { top },
        ) => {
            if let Some(page) = page(model, theme, body) {
                page.draw(theme, frame, *top);
            }
        }
        None => {}
    }
    // The help and the palette were opened since, and lie above it.
    let above = matches!(model.shell.overlay, Some(Overlay::Help { .. } | Overlay::Palette(_)));
    if let Some(signing) = model.signing.as_ref().filter(|_| !above) {
        overlays::signin::draw(model, signing, theme, frame, body);
    }
    if let Some(Purpose::Destination(choosing)) =
        model.shell.typing.as_ref().map(|typing| &typing.purpose)
    {
        overlays::destinations::draw(model, choosing, theme, frame, body);
    }
    chrome::foot(model, theme, frame, body);
    overlays::sequence::draw(model, theme, frame, body);
}

/// What is left of the terminal between header, tabs, message and hints.
fn body(area: Rect) -> Rect {
    Rect { y: area.y + 2, height: area.height.saturating_sub(FRAME_ROWS), ..area }
}

/// The first line of the last page of the text in front; nothing where no text scrolls.
pub fn last_page(model: &Model) -> Option<usize> {
    let (width, height) = model.size;
    let theme = Theme::new(&model.look);
    Some(page(model, &theme, body(Rect { x: 0, y: 0, width, height }))?.last())
}

/// The text in front that scrolls, if it is one.
fn page(model: &Model, theme: &Theme, body: Rect) -> Option<Page> {
    match &model.shell.overlay {
        Some(Overlay::Help { .. }) => Some(overlays::help::page(model, theme, body)),
        Some(Overlay::Detail { subject, .. }) => {
            Some(overlays::detail::page(model, subject, theme, body))
        }
        Some(Overlay::Record { sheet, .. }) => Some(overlays::record::page(sheet, theme, body)),
        Some(Overlay::Line { .. }) => Some(overlays::line::page(model, theme, body)),
        Some(
            Overlay::Palette(_)
            | Overlay::Groups(_)
            | Overlay::Bookmarks(_)
            | Overlay::Targets(_)
            | Overlay::Form(_),
        ) => None,
        None => match &model.shell.screen {
            Screen::Component(id) => Some(screens::component::page(model, id, theme, body)),
            Screen::Plan => Some(screens::plan::page(model, theme, body)),
            Screen::Run => Some(screens::run::page(model, theme, body)),
            Screen::Problems => Some(screens::problems::page(model, theme, body)),
            Screen::Overview
            | Screen::Logs
            | Screen::Templates
            | Screen::Request
            | Screen::Query
            | Screen::Trail
            | Screen::Findings
            | Screen::Alarms
            | Screen::Functions
            | Screen::Function(_)
            | Screen::Databases
            | Screen::Reports
            | Screen::Recovery
            | Screen::Runbooks
            | Screen::Journal => None,
        },
    }
}

fn screen(model: &Model, theme: &Theme, frame: &mut Frame<'_>, body: Rect) {
    let own = matches!(model.shell.screen, Screen::Problems | Screen::Runbooks);
    if model.place.link == Link::Absent && !own {
        return screens::absent::draw(model, theme, frame, body);
    }
    match &model.shell.screen {
        Screen::Overview => screens::overview::draw(model, theme, frame, body),
        Screen::Component(id) => {
            screens::component::page(model, id, theme, body).draw(theme, frame, model.overview.top);
        }
        Screen::Logs => screens::logs::draw(model, theme, frame, body),
        Screen::Query => screens::query::draw(model, theme, frame, body),
        Screen::Request => screens::request::draw(model, theme, frame, body),
        Screen::Templates => screens::templates::draw(model, theme, frame, body),
        Screen::Trail => screens::trail::draw(model, theme, frame, body),
        Screen::Findings => screens::findings::draw(model, theme, frame, body),
        Screen::Alarms => screens::alarms::draw(model, theme, frame, body),
        Screen::Databases => screens::databases::draw(model, theme, frame, body),
        Screen::Reports => screens::reports::draw(model, theme, frame, body),
        Screen::Recovery => screens::recovery::draw(model, theme, frame, body),
        Screen::Runbooks => screens::runbooks::draw(model, theme, frame, body),
        Screen::Functions => screens::functions::draw(model, theme, frame, body),
        Screen::Function(name) => screens::function::draw(model, name, theme, frame, body),
        Screen::Plan => screens::plan::draw(model, theme, frame, body),
        Screen::Run => screens::run::page(model, theme, body).draw(theme, frame, model.runs.top),
        Screen::Journal => screens::journal::draw(model, theme, frame, body),
        Screen::Problems => {
            screens::problems::page(model, theme, body).draw(theme, frame, model.problems.top);
        }
    }
}
