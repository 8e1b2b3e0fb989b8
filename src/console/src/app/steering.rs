//! What the keys of a run do: it is gone on with, given up, or taken back.

use watchdeck_domain::RunId;
use watchdeck_guard::Request;

use super::perform::show;
use super::screens::journal::Entry;
use super::screens::list::Rows as _;
use super::shell::{Screen, Tone};
use super::{Effect, Model};

/// The run that the keys of this view are about.
pub(super) fn run_here(model: &Model) -> Option<RunId> {
    match &model.shell.screen {
        Screen::Run => model.runs.shown().map(|(id, _)| id.clone()),
        Screen::Journal => model.journal.chosen().as_ref().and_then(Entry::run).cloned(),
        Screen::Overview
        | Screen::Component(_)
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
        | Screen::Plan
        | Screen::Problems => None,
    }
}

pub(super) fn undo(model: &mut Model) -> Vec<Effect> {
    let Some(run) = run_here(model) else { return Vec::new() };
    if model.plan.waits(model.now) {
        model
            .shell
            .say(Tone::Bad, "another plan waits for its answer: answer or withdraw it first");
        return show(model, Screen::Plan);
    }
    let title = model.runs.all.get(&run).map(|run| run.title.to_string()).unwrap_or_default();
    model.plan.wish_back(run.clone(), &title, model.now);
    let mut effects = show(model, Screen::Plan);
    effects.push(Effect::Desk(Request::Undo { run }));
    effects
}

pub(super) fn resume(model: &mut Model) -> Vec<Effect> {
    let Some(id) = run_here(model) else { return Vec::new() };
    let now = model.now;
    let paused = model.runs.all.get(&id).is_some_and(|run| run.paused().is_some());
    if paused && model.plan.waits(now) {
        model
            .shell
            .say(Tone::Bad, "another plan waits for its answer: answer or withdraw it first");
        return show(model, Screen::Plan);
    }
    let run = model.runs.of(&id, now);
    run.goes_on();
    run.asked_to_go_on = true;
    model.runs.show(id.clone());
    let mut effects = show(model, Screen::Run);
    effects.push(Effect::Desk(Request::Resume { run: id }));
    effects
}

pub(super) fn abort(model: &mut Model) -> Vec<Effect> {
    let Some(run) = run_here(model) else { return Vec::new() };
    vec![Effect::Desk(Request::Abort { run })]
}
