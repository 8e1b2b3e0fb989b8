//! What the cursor is on, by the name that log groups and CloudTrail know it by: the way from anything to its logs and
//! to its changes.

use watchdeck_domain::log::LogGroup;

use super::screens::list::List;
use super::shell::Screen;
use super::{Effect, Model, perform};

/// The name of what the cursor is on; nothing where it has none.
pub(super) fn here(model: &Model) -> Option<String> {
    match &model.shell.screen {
        Screen::Overview => model.overview.chosen().map(|id| id.short().to_owned()),
        Screen::Component(id) => Some(id.short().to_owned()),
        Screen::Function(name) => Some(name.to_string()),
        Screen::Trail
        | Screen::Findings
        | Screen::Alarms
        | Screen::Functions
        | Screen::Databases
        | Screen::Runbooks
        | Screen::Journal => model.list().and_then(List::subject),
        Screen::Logs | Screen::Plan | Screen::Run | Screen::Problems => None,
    }
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
    model.trail.filter = name;
    perform::show(model, Screen::Trail)
}
