//! From lines to their templates, and from a template back to its lines.

use watchdeck_signal::template::Saved;

use super::model::go_on;
use super::place::RealmName;
use super::shell::Screen;
use super::ticket::Ticket;
use super::{Effect, Model, perform};

/// Begins anew for the groups watched now: what earlier sessions knew of them is asked for.
pub(super) fn watch(model: &mut Model, ticket: Ticket) -> Vec<Effect> {
    let mut effects: Vec<Effect> = keep(model, true).into_iter().collect();
    // Where less is fetched than is written, no rate is the usual one: neither recalled nor kept.
    let whole = model.logs.watched.iter().filter(|_| model.logs.narrowed.is_none());
    let groups = whole.map(|group| group.name.clone()).collect();
    model.templates.watch(groups, ticket);
    let groups = model.templates.groups().to_vec();
    if !groups.is_empty() {
        effects.push(Effect::RecallTemplates { ticket, groups });
    }
    effects
}

/// Takes in what earlier sessions knew.
pub(super) fn recall(model: &mut Model, ticket: Ticket, saved: Option<Saved>) -> Vec<Effect> {
    model.templates.recall(ticket, saved);
    go_on(advance(model))
}

/// Takes some more lines. Says whether there is still more.
pub(super) fn advance(model: &mut Model) -> bool {
    let more = model.templates.advance(model.logs.store());
    more | model.logs.follow_template(&model.templates)
}

/// A second has passed.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let more = model.templates.tick(model.logs.store(), model.now);
    let mut effects = go_on(more);
    effects.extend(keep(model, false));
    effects
}

/// The templates came to the front: they are ranked now, and not with the next second.
pub(super) fn entered(model: &mut Model) -> Vec<Effect> {
    go_on(model.templates.rank(model.logs.store(), model.now))
}

/// What is to be kept for the next session. The history of the account inside this process ends with it, and files are no
/// habit.
pub(super) fn keep(model: &mut Model, last: bool) -> Option<Effect> {
    if matches!(model.place.realm, RealmName::Simulated | RealmName::Files) {
        return None;
    }
    let (groups, saved) = model.templates.keep(last)?;
    Some(Effect::KeepTemplates { groups, saved: Box::new(saved) })
}

/// Shows the lines of the chosen template, and no others.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some((shape, wording)) = model.templates.condition() else { return Vec::new() };
    let more = model.logs.show_template(Some((shape, wording)));
    let mut effects = perform::show(model, Screen::Logs);
    effects.extend(go_on(more));
    effects
}

/// Shows all lines again; whoever came from the templates is led back to them.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    let mut effects = go_on(model.logs.show_template(None));
    if model.shell.past.last() == Some(&Screen::Templates) {
        effects.extend(perform::back_to_before(model));
    }
    effects
}
