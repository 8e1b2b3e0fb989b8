//! From a line to the whole request that it is a line of.

use watchdeck_domain::LogGroupName;
use watchdeck_signal::store::LineId;
use watchdeck_signal::trace::Id;

use super::model::go_on;
use super::screens::list::{Item as _, Rows as _};
use super::screens::logs::bookmarks::Reached;
use super::screens::request::id_of;
use super::sheet::Sheet;
use super::shell::{Overlay, Screen, Tone};
use super::ticket::Pane;
use super::{Effect, Model, files, lease, perform};

/// Follows the request of the line under the cursor.
pub(super) fn here(model: &mut Model) -> Vec<Effect> {
    let Some(line) = model.logs.chosen_line() else { return Vec::new() };
    let seen = line.timestamp();
    match id_of(line.message) {
        Some(id) => begin(model, id, Some(seen)),
        None => Vec::new(),
    }
}

/// Goes to the request of this id; without one to the request that was followed last.
pub(super) fn named(model: &mut Model, text: &str) -> Vec<Effect> {
    if text.is_empty() {
        if model.request.id().is_some() {
            return perform::show(model, Screen::Request);
        }
        model
            .shell
            .say(Tone::Plain, "no request was followed yet: `:follow ID`, or a key on a line");
        return Vec::new();
    }
    let Some(id) = Id::parse(text) else {
        let what = "is no id of a trace or a request: 1-<8 hex>-<24 hex>, 32 hex digits, or a UUID";
        model.shell.say(Tone::Bad, format!("`{text}` {what}"));
        return Vec::new();
    };
    // What is in files was not now.
    let line = model.logs.chosen_line().filter(|_| files::open(model));
    let seen = line.map(|line| line.timestamp());
    begin(model, id, seen)
}

fn begin(model: &mut Model, id: Id, seen: Option<watchdeck_domain::Timestamp>) -> Vec<Effect> {
    forget(model);
    let watched = |group: &watchdeck_domain::log::LogGroup| {
        model.logs.watched.iter().any(|other| other.name == group.name)
    };
    // Of files all is held that there is.
    let asked = if files::open(model) { Vec::new() } else { model.log_groups() };
    let groups = asked.into_iter().map(|group| (group.name.clone(), watched(group)));
    let groups: Vec<(LogGroupName, bool)> = groups.collect();
    let groups = groups.iter().map(|(name, watched)| (name, *watched));
    model.request.follow(id, seen, model.now, model.logs.store(), groups);
    let more = model.request.advance(model.logs.store());
    let mut effects = perform::show(model, Screen::Request);
    effects.extend(go_on(more));
    effects.extend(ask(model));
    effects
}

/// Looks through some more lines. Says whether there are more.
pub(super) fn advance(model: &mut Model) -> bool {
    model.request.advance(model.logs.store())
}

/// The questions that are due, once the lines held are looked through.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    if lease::rests(model) {
        return Vec::new();
    }
    let questions = model.request.questions(model.now);
    questions.into_iter().map(|(group, page)| model.ask(Pane::Request(group), page)).collect()
}

/// A second has passed.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    if model.request.id().is_none() {
        return Vec::new();
    }
    let mut effects = go_on(model.request.tick(model.logs.store(), model.now));
    effects.extend(ask(model));
    effects
}

/// Waits no longer for what was asked.
pub(super) fn stop(model: &mut Model) {
    forget(model);
    model.request.stop();
    model.shell.say(Tone::Plain, "no longer waiting; ctrl-r asks again");
}

fn forget(model: &mut Model) {
    let asked: Vec<Pane> = model.request.asked.keys().cloned().map(Pane::Request).collect();
    for pane in asked {
        model.questions.forget(&pane);
    }
}

/// Follows the same request anew.
pub(super) fn again(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.request.id().cloned() else { return Vec::new() };
    let seen = model.request.all().next().map(|step| step.hop.at);
    begin(model, id, seen)
}

/// Opens the line of the chosen hop where it stands; one that is not held as data.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(step) = model.request.chosen() else { return Vec::new() };
    let held = step.held.filter(|id| model.logs.store().find(*id).is_some());
    let Some(id) = held else {
        let Some(record) = step.record() else { return Vec::new() };
        model.shell.overlay =
            Some(Overlay::Record { sheet: Sheet::json(record), top: 0, under: None });
        return Vec::new();
    };
    go_to(model, id)
}

/// Goes to a line that is held, among the others. A filter that hides it is taken away.
pub(super) fn go_to(model: &mut Model, id: LineId) -> Vec<Effect> {
    model.logs.resume();
    let page = model.line_rows();
    let mut more = false;
    let hidden = model.logs.go_to(id, page) != Reached::There;
    if hidden {
        more = model.logs.show_all();
        model.logs.go_to(id, page);
    }
    let mut effects = perform::show(model, Screen::Logs);
    if hidden {
        model.shell.say(Tone::Plain, "the filter was taken away: it hides this line");
    }
    effects.extend(go_on(more));
    effects
}

/// Copies the whole request.
pub(super) fn lines(model: &Model) -> Vec<watchdeck_domain::Printable> {
    model.request.lines(model.logs.store())
}
