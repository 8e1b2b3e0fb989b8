//! The model, drawn. Only what is visible costs anything.
//!
//! Suggested reading order:

mod chrome; // header, tabs, message line, hints
mod overlays; // what lies over the screen
mod screens; // one file a screen

mod print; // a screen as text
mod replay; // a recorded screen

mod glyphs; // ASCII, where there is no more
mod meaning; // styles by what they mean in the account
mod paint; // lines onto the buffer
mod table; // lists
mod text; // text in cells
mod theme; // colours, by what they mean

#[cfg(test)]
mod tests; // hostile and wide text, every theme, only ASCII

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::model::FRAME_ROWS;
use crate::app::shell::{Overlay, Purpose, Screen};
use theme::Theme;

pub use print::{LARGEST, print};
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
    let body = Rect { y: 2, height: area.height.saturating_sub(FRAME_ROWS), ..area };
    chrome::header(model, theme, frame, Rect { height: 1, ..area }, replayed);
    chrome::tabs(model, theme, frame, Rect { y: 1, height: 1, ..area });
    screen(model, theme, frame, body);
    match &model.shell.overlay {
        Some(Overlay::Help { top, .. }) => overlays::help::draw(model, theme, frame, body, *top),
        Some(Overlay::Palette(palette)) => overlays::palette::draw(palette, theme, frame, body),
        Some(Overlay::Groups(picker)) => {
            overlays::groups::draw(model, picker, theme, frame, body);
        }
        Some(Overlay::Targets(targets)) => {
            overlays::targets::draw(model, targets, theme, frame, body);
        }
        Some(Overlay::Detail { subject, top }) => {
            overlays::detail::draw(model, subject, theme, frame, body, *top);
        }
        Some(Overlay::Record { sheet, top, .. }) => {
            overlays::record::draw(model, sheet, theme, frame, body, *top);
        }
        Some(Overlay::Line { top }) => overlays::line::draw(model, theme, frame, body, *top),
        None => {}
    }
    if let Some(Purpose::Destination(choosing)) =
        model.shell.typing.as_ref().map(|typing| &typing.purpose)
    {
        overlays::destinations::draw(model, choosing, theme, frame, body);
    }
    chrome::foot(model, theme, frame, body);
    overlays::sequence::draw(model, theme, frame, body);
}

fn screen(model: &Model, theme: &Theme, frame: &mut Frame<'_>, body: Rect) {
    match &model.shell.screen {
        Screen::Overview => screens::overview::draw(model, theme, frame, body),
        Screen::Component(id) => screens::component::draw(model, id, theme, frame, body),
        Screen::Logs => screens::logs::draw(model, theme, frame, body),
        Screen::Trail => screens::trail::draw(model, theme, frame, body),
        Screen::Findings => screens::findings::draw(model, theme, frame, body),
        Screen::Alarms => screens::alarms::draw(model, theme, frame, body),
        Screen::Databases => screens::databases::draw(model, theme, frame, body),
        Screen::Runbooks => screens::runbooks::draw(model, theme, frame, body),
        Screen::Functions => screens::functions::draw(model, theme, frame, body),
        Screen::Function(name) => screens::function::draw(model, name, theme, frame, body),
        Screen::Plan => screens::plan::draw(model, theme, frame, body),
        Screen::Run => screens::run::draw(model, theme, frame, body),
        Screen::Journal => screens::journal::draw(model, theme, frame, body),
        Screen::Problems => screens::problems::draw(model, theme, frame, body),
    }
}
