//! Queries over the lines held, from the `:` line to a line of theirs.

use watchdeck_domain::Printable;
use watchdeck_query::QueryError;

use super::model::go_on;
use super::screens::list::List as _;
use super::sheet::Sheet;
use super::shell::{Overlay, Purpose, Screen, Tone};
use super::{Effect, Model, following, inquiring, perform};

/// Runs a query; without one, goes to the last.
pub(super) fn perform(model: &mut Model, text: &str) -> Vec<Effect> {
    if text.is_empty() {
        return perform::show(model, Screen::Query);
    }
    if let Err(error) = watchdeck_query::Query::parse(text) {
        wrong(model, "query ", &error);
        return Vec::new();
    }
    let mut effects = inquiring::release(model);
    let stopped = !effects.is_empty();
    let (store, now) = (model.logs.store(), model.now);
    if let Err(error) = model.history.begin(text, store, now) {
        model.shell.say(Tone::Bad, error.to_string());
        return effects;
    }
    let more = advance(model);
    effects.extend(perform::show(model, Screen::Query));
    model.shell.flash = None;
    if stopped {
        model.shell.say(Tone::Plain, "the query that ran in the account was stopped");
    }
    effects.extend(go_on(more));
    effects
}

/// Gives a query back to be corrected: what is wrong with it stands at its character. `lead` is what stands before it.
pub(super) fn wrong(model: &mut Model, lead: &str, error: &QueryError) {
    let at = error.at + 1;
    let hint = if error.hint.is_empty() { String::new() } else { format!(": {}", error.hint) };
    let said = Printable::new(format!("{} at character {at}{hint}", error.message));
    model.shell.type_in(Purpose::Command, &format!("{lead}{}", error.source_text()));
    if let Some(typing) = &mut model.shell.typing {
        typing.wrong = Some((said, lead.chars().count() + error.at));
    }
}

/// Looks at some more lines. Says whether there are more.
pub(super) fn advance(model: &mut Model) -> bool {
    model.history.advance(model.logs.store())
}

/// Runs the query again: over what is held now, or in the account.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    if model.history.inquiry.is_some() {
        return inquiring::again(model);
    }
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
