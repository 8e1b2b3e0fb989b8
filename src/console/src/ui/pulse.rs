//! Whether the passing of a second shows on the screen: where it does not, no frame is made for it.

use crate::app::Model;
use crate::app::shell::Screen;
use crate::look::times::Form;

/// The clock of the header shows minutes where nothing lives by the second.
const MINUTE_MS: i64 = 60_000;

/// What of the time is on the screen, nothing where every second may show. While it stays the same and no message but
/// a tick has come, the screen stays the same.
pub fn pulse(model: &Model) -> Option<i64> {
    let still = match model.shell.screen {
        Screen::Overview
        | Screen::Component(_)
        | Screen::Findings
        | Screen::Functions
        | Screen::Function(_)
        | Screen::Runbooks
        | Screen::Journal
        | Screen::Problems => true,
        Screen::Logs
        | Screen::Templates
        | Screen::Request
        | Screen::Query
        | Screen::Trail
        | Screen::Alarms
        | Screen::Databases
        | Screen::Reports
        | Screen::Recovery
        | Screen::Plan
        | Screen::Run => false,
    };
    let shell = &model.shell;
    let busy = shell.overlay.is_some()
        || shell.typing.is_some()
        || shell.flash.is_some()
        || !shell.pressed.is_empty()
        || model.switching.is_some()
        || model.neighbours.opening.is_some()
        || !model.questions.is_empty()
        || !model.logs.watched.is_empty()
        || model.arming.left(model.now).is_some()
        || model.look.times.form == Form::Relative;
    (still && !busy).then(|| model.now.as_millis().div_euclid(MINUTE_MS))
}
