//! What the cursor is on, by the name that log groups and CloudTrail know it by: the way from anything to its logs and
//! to its changes.

use watchdeck_domain::component::ComponentId;
use watchdeck_domain::log::LogGroup;

use super::details::{self, Subject};
use super::screens::list::List;
use super::shell::{Overlay, Screen};
use super::{Effect, Model, perform};

/// The name of what the cursor is on; nothing where it has none.
pub(super) fn here(model: &Model) -> Option<String> {
    if let Some(subject) = told(model) {
        return details::name(model, &subject);
    }
    match &model.shell.screen {
        Screen::Overview => model.overview.chosen().map(|id| id.short().to_owned()),
        Screen::Component(id) => Some(id.short().to_owned()),
        Screen::Function(name) => Some(name.to_string()),
        Screen::Trail
        | Screen::Findings
        | Screen::Alarms
        | Screen::Functions
        | Screen::Databases
        | Screen::Reports
        | Screen::Recovery
        | Screen::Runbooks
        | Screen::Journal => model.list().and_then(List::subject),
        Screen::Logs
        | Screen::Templates
        | Screen::Request
        | Screen::Query
        | Screen::Plan
        | Screen::Run
        | Screen::Problems => None,
    }
}

/// What is told of over the list in front, else what its cursor would open.
fn told(model: &Model) -> Option<Subject> {
    match &model.shell.overlay {
        Some(Overlay::Detail { subject, .. }) => Some(subject.clone()),
        Some(_) | None => model.list().and_then(List::opens),
    }
}

/// The component that what the cursor is on is about.
pub(super) fn component(model: &Model) -> Option<ComponentId> {
    details::component(model, &told(model)?)
}

/// Goes to it.
pub(super) fn show_component(model: &mut Model) -> Vec<Effect> {
    let Some(id) = component(model) else { return Vec::new() };
    model.overview.chosen = Some(id.clone());
    model.overview.top = 0;
    perform::show(model, Screen::Component(id))
}

/// The log group of what the cursor is on: the one whose name ends in it.
pub(super) fn group(model: &Model) -> Option<LogGroup> {
    let name = here(model)?;
    let ends = |group: &&LogGroup| group.name.as_str().rsplit('/').next() == Some(name.as_str());
    model.logs.groups.rows().iter().find(ends).cloned()
}

/// Watches that log group.
pub(super) fn show_logs(model: &mut Model) -> Vec<Effect> {
    let Some(group) = group(model) else { return Vec::new() };
    model.logs.offered = true;
    let mut effects = perform::show(model, Screen::Logs);
    effects.extend(model.watch(vec![group]));
    effects
}

/// Goes to the changes of what the cursor is on.
pub(super) fn show_changes(model: &mut Model) -> Vec<Effect> {
    let Some(name) = here(model) else { return Vec::new() };
    model.trail.set_filter("");
    model.trail.narrow(Some(name));
    perform::show(model, Screen::Trail)
}
