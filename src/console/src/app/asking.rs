//! Queries over the lines held, from the `:` line to a line of theirs.

use super::model::go_on;
use super::screens::list::List as _;
use super::sheet::Sheet;
use super::shell::{Overlay, Screen, Tone};
use super::{Effect, Model, following, perform};

/// Runs a query; without one, goes to the last.
pub(super) fn perform(model: &mut Model, text: &str) -> Vec<Effect> {
    if text.is_empty() {
        return perform::show(model, Screen::Query);
    }
    let (store, now) = (model.logs.store(), model.now);
    if let Err(error) = model.history.begin(text, store, now) {
        let hint = if error.hint.is_empty() { String::new() } else { format!(": {}", error.hint) };
        let said = format!("{} at character {}{hint}", error.message, error.at + 1);
        model.shell.say(Tone::Bad, said);
        return Vec::new();
    }
    let more = advance(model);
    let mut effects = perform::show(model, Screen::Query);
    effects.extend(go_on(more));
    effects
}

/// Looks at some more lines. Says whether there are more.
pub(super) fn advance(model: &mut Model) -> bool {
    model.history.advance(model.logs.store())
}

/// Runs the query again, over what is held now.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    let text = model.history.text.clone();
    if text.is_empty() { Vec::new() } else { perform(model, &text) }
}

/// Opens the line that the chosen row shows where it stands; any other row as data.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if let Some(id) = model.history.line(model.logs.store()) {
        return following::go_to(model, id);
    }
    let Some(record) = model.history.record() else { return Vec::new() };
    model.shell.overlay = Some(Overlay::Record { sheet: Sheet::json(record), top: 0, under: None });
    Vec::new()
}
