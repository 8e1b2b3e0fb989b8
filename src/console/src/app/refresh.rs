//! Asking again: what the view in front shows, when it is due or when the operator wants it.

use std::time::Duration;

use watchdeck_domain::component::Kind;
use watchdeck_domain::reading::{
    AccessKeys, Alarms, Aliases, DbClusters, DbInstances, EventSources, Executions, Functions,
    GlobalDatabases, LogGroups, MetricNames, Principals, Reports, Stages, Trail, Trails, Versions,
    WhoAmI,
};
use watchdeck_domain::trail::TrailFilter;
use watchdeck_domain::{FunctionName, PipelineName, Timestamp, UserName};
use watchdeck_guard::Request;

use super::details::Subject;
use super::place::Link;
use super::screens::functions::{Details, calls_question};
use super::screens::stock::Shelf;
use super::shell::{Overlay, Screen, Tone};
use super::ticket::Pane;
use super::update::ROWS;
use super::{
    Effect, Model, asking, files, following, lease, mining, recovering, screens, switching,
};

/// How old the aliases may become: they are what moves.
const ALIASES: Duration = Duration::from_secs(10);
/// How old calls and errors may become: CloudWatch counts by the minute.
const CALLS: Duration = Duration::from_secs(20);
/// How old alarms and databases may become while one looks at them.
const ALARMS: Duration = Duration::from_secs(15);
/// How old findings may become: products report them in minutes to hours.
const FINDINGS: Duration = Duration::from_mins(5);
/// How old the list of components may become.
const NAMES: Duration = Duration::from_mins(10);
/// How far back alias moves are looked for.
const MOVES: Duration = Duration::from_hours(24);

/// Asks for what the view in front shows and is due.
pub(super) fn due(model: &mut Model) -> Vec<Effect> {
    if lease::rests(model) {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if let Link::Troubled(None, _) = model.place.link
        && model.questions.of(&Pane::Identity).is_none()
        && model.problems.last().is_none_or(|last| model.now.since(last) >= CALLS)
    {
        effects.push(model.ask(Pane::Identity, WhoAmI {}));
    }
    match model.shell.screen.clone() {
        Screen::Overview | Screen::Component(_) => {
            effects.extend(overview(model, false));
            effects.extend(alarms(model, false));
            effects.extend(trail(model, false));
            effects.extend(findings(model, false));
            effects.extend(globals(model));
            effects.extend(reports_once(model));
        }
        Screen::Trail => effects.extend(trail(model, false)),
        Screen::Findings => effects.extend(findings(model, false)),
        Screen::Alarms => {
            effects.extend(alarms(model, false));
            effects.extend(history(model, false));
        }
        Screen::Databases => effects.extend(databases(model, false)),
        Screen::Reports => effects.extend(reports(model, false)),
        Screen::Recovery => effects.extend(recovering::due(model, false)),
        Screen::Functions => {
            let list = model.functions.list.older_than(model.wishes.list_age, model.now);
            if list && free(model, &Pane::Functions) {
                effects.push(model.ask(Pane::Functions, Functions {}));
            }
        }
        Screen::Function(name) => effects.extend(function(model, &name, false)),
        Screen::Logs
        | Screen::Templates
        | Screen::Request
        | Screen::Query
        | Screen::Runbooks
        | Screen::Plan
        | Screen::Run
        | Screen::Journal
        | Screen::Problems => {}
    }
    effects
}

/// Asks again for everything that the view in front shows.
pub(super) fn all(model: &mut Model) -> Vec<Effect> {
    if model.signing.is_some() {
        model.shell.say(Tone::Plain, "a code waits to be approved already");
        return Vec::new();
    }
    if model.place.link == Link::Absent {
        return switching::set_out(model);
    }
    if files::open(model) {
        return held(model);
    }
    if lease::rests(model) {
        model.shell.say(Tone::Plain, "asking for new credentials");
        return vec![Effect::Renew];
    }
    let mut effects = Vec::new();
    if !matches!(model.place.link, Link::Connected(_)) {
        effects.push(model.ask(Pane::Identity, WhoAmI {}));
    }
    match (&model.shell.overlay, model.shell.screen.clone()) {
        (Some(Overlay::Groups(_)), _) | (_, Screen::Logs) => {
            let question = LogGroups { prefix: String::new(), limit: 1_000 };
            effects.push(model.ask(Pane::LogGroups, question));
        }
        (_, Screen::Overview | Screen::Component(_)) => {
            effects.extend(overview(model, true));
            effects.extend(alarms(model, true));
            effects.extend(trail(model, true));
        }
        (_, Screen::Trail) => effects.extend(trail(model, true)),
        (_, Screen::Findings) => effects.extend(findings(model, true)),
        (_, Screen::Alarms) => {
            effects.extend(alarms(model, true));
            effects.extend(history(model, true));
        }
        (_, Screen::Databases) => effects.extend(databases(model, true)),
        (_, Screen::Reports) => effects.extend(reports(model, true)),
        (_, Screen::Recovery) => effects.extend(recovering::due(model, true)),
        (_, Screen::Functions) => effects.push(model.ask(Pane::Functions, Functions {})),
        (_, Screen::Function(name)) => effects.extend(function(model, &name, true)),
        (_, Screen::Journal | Screen::Run) => {
            effects.push(Effect::Desk(Request::List { rows: ROWS }));
        }
        (_, Screen::Query) => effects.extend(asking::again(model)),
        (_, Screen::Request) => effects.extend(following::again(model)),
        (_, Screen::Templates) => effects.extend(mining::entered(model)),
        (_, Screen::Runbooks | Screen::Plan | Screen::Problems) => {}
    }
    model.shell.say(Tone::Plain, "asked again");
    effects
}

/// Looks again through what is held, where there is nobody to ask.
fn held(model: &mut Model) -> Vec<Effect> {
    match model.shell.screen {
        Screen::Query => asking::again(model),
        Screen::Request => following::again(model),
        Screen::Templates => mining::entered(model),
        Screen::Overview
        | Screen::Component(_)
        | Screen::Logs
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
        | Screen::Run
        | Screen::Journal
        | Screen::Problems => {
            model.shell.say(Tone::Plain, "files are open: `--follow` reads on while they grow");
            Vec::new()
        }
    }
}

/// Asks for the functions, if they were never asked for.
pub(super) fn functions_once(model: &mut Model) -> Option<Effect> {
    let list = &model.functions.list;
    let known = list.value.is_some() || list.failed.is_some();
    (!known && free(model, &Pane::Functions)).then(|| model.ask(Pane::Functions, Functions {}))
}

/// Asks for the aliases of a function, if they were never asked for.
pub(super) fn aliases_once(model: &mut Model, name: &FunctionName) -> Option<Effect> {
    let pane = Pane::Aliases(name.clone());
    let details = model.functions.details.get(name);
    let known = details
        .is_some_and(|details| details.aliases.value.is_some() || details.aliases.failed.is_some());
    (!known && free(model, &pane)).then(|| model.ask(pane, Aliases { function: name.clone() }))
}

/// Asks for the versions of a function, if they were never asked for.
pub(super) fn versions_once(model: &mut Model, name: &FunctionName) -> Option<Effect> {
    let pane = Pane::Versions(name.clone());
    let details = model.functions.details.get(name);
    let known = details.is_some_and(|details| {
        details.versions.value.is_some() || details.versions.failed.is_some()
    });
    (!known && free(model, &pane)).then(|| model.ask(pane, Versions { function: name.clone() }))
}

/// Asks what stands on a shelf, if that was never asked for, or comes and goes.
pub(super) fn stock_once(model: &mut Model, shelf: Shelf) -> Option<Effect> {
    let question = shelf.question();
    let due = model.stock.is_due(&shelf, model.now);
    let pane = Pane::Stock(shelf);
    (due && free(model, &pane)).then(|| model.put(pane, question))
}

/// Asks which queues and streams call a function: how they stand changes, so an old answer is no answer.
pub(super) fn sources(model: &mut Model, name: &FunctionName) -> Option<Effect> {
    let pane = Pane::Sources(name.clone());
    let details = model.functions.details.get(name);
    let due = details.is_none_or(|details| details.sources.older_than(ALIASES, model.now));
    (due && free(model, &pane)).then(|| model.ask(pane, EventSources { function: name.clone() }))
}

/// Asks for the users and roles, if they were never asked for.
pub(super) fn principals_once(model: &mut Model) -> Option<Effect> {
    let list = &model.identities.principals;
    let known = list.value.is_some() || list.failed.is_some();
    (!known && free(model, &Pane::Principals)).then(|| model.ask(Pane::Principals, Principals {}))
}

/// Asks for the trails, if they were never asked for.
pub(super) fn trails_once(model: &mut Model) -> Option<Effect> {
    let list = &model.identities.trails;
    let known = list.value.is_some() || list.failed.is_some();
    (!known && free(model, &Pane::Trails)).then(|| model.ask(Pane::Trails, Trails {}))
}

/// Asks for the findings, if they were never asked for.
pub(super) fn findings_once(model: &mut Model) -> Option<Effect> {
    let list = &model.findings.list;
    let known = list.value.is_some() || list.failed.is_some();
    if known { None } else { findings(model, false) }
}

/// Asks for the keys of a user: how they stand changes, so an old answer is no answer.
pub(super) fn access_keys(model: &mut Model, user: &UserName) -> Option<Effect> {
    let pane = Pane::AccessKeys(user.clone());
    let known = model.identities.keys.get(user);
    let due = known.is_none_or(|keys| keys.older_than(ALIASES, model.now));
    (due && free(model, &pane)).then(|| model.ask(pane, AccessKeys { user: user.clone() }))
}

/// Asks for the stages of a pipeline: how they stand changes, so an old answer is no answer.
pub(super) fn stages(model: &mut Model, pipeline: &PipelineName) -> Option<Effect> {
    let pane = Pane::Stages(pipeline.clone());
    let known = model.pipelines.stages.get(pipeline);
    let due = known.is_none_or(|stages| stages.older_than(ALIASES, model.now));
    let question = Stages { pipeline: pipeline.clone() };
    (due && free(model, &pane)).then(|| model.ask(pane, question))
}

/// Asks for the executions of a pipeline, likewise.
pub(super) fn executions(model: &mut Model, pipeline: &PipelineName) -> Option<Effect> {
    let pane = Pane::Executions(pipeline.clone());
    let known = model.pipelines.executions.get(pipeline);
    let due = known.is_none_or(|runs| runs.older_than(ALIASES, model.now));
    let question = Executions { pipeline: pipeline.clone() };
    (due && free(model, &pane)).then(|| model.ask(pane, question))
}

/// Asks which components there are and, once that is known, for all their golden numbers in one question.
fn overview(model: &mut Model, forced: bool) -> Vec<Effect> {
    let now = model.now;
    let mut effects = Vec::new();
    for kind in Kind::ALL {
        let pane = Pane::MetricNames(kind);
        let names = model.overview.names.entry(kind).or_default();
        if forced || (names.older_than(NAMES, now) && free(model, &pane)) {
            let namespace = kind.namespace().to_owned();
            effects.push(model.ask(pane, MetricNames { namespace }));
        }
    }
    let old = model.overview.golden.older_than(model.wishes.list_age, now);
    if forced || (old && free(model, &Pane::Golden)) {
        effects.extend(golden(model));
    }
    effects
}

/// Asks for the golden numbers, once every kind has told its metrics or failed to.
pub(super) fn golden(model: &mut Model) -> Option<Effect> {
    let waits = Kind::ALL.iter().any(|kind| !free(model, &Pane::MetricNames(*kind)));
    let question = model.overview.question(model.now).filter(|_| !waits)?;
    Some(model.ask(Pane::Golden, question))
}

fn alarms(model: &mut Model, forced: bool) -> Option<Effect> {
    let due = model.alarms.list.older_than(ALARMS, model.now) && free(model, &Pane::Alarms);
    (forced || due).then(|| model.ask(Pane::Alarms, Alarms {}))
}

fn findings(model: &mut Model, forced: bool) -> Option<Effect> {
    let due = model.findings.due(FINDINGS, model.now) && free(model, &Pane::Findings);
    if !(forced || due) {
        return None;
    }
    let question = model.findings.question(forced);
    Some(model.ask(Pane::Findings, question))
}

/// Which regions share a database with this one: that changes rarely.
fn globals(model: &mut Model) -> Option<Effect> {
    let due = model.databases.globals.older_than(FINDINGS, model.now);
    (due && free(model, &Pane::GlobalDatabases))
        .then(|| model.ask(Pane::GlobalDatabases, GlobalDatabases {}))
}

/// The reporting copies, once: what is overdue is told at the start.
fn reports_once(model: &mut Model) -> Option<Effect> {
    let list = &model.reports.list;
    let known = list.value.is_some() || list.failed.is_some();
    (!known && free(model, &Pane::Reports)).then(|| model.ask(Pane::Reports, Reports {}))
}

fn reports(model: &mut Model, forced: bool) -> Option<Effect> {
    let due = model.reports.list.older_than(ALARMS, model.now) && free(model, &Pane::Reports);
    (forced || due).then(|| model.ask(Pane::Reports, Reports {}))
}

fn databases(model: &mut Model, forced: bool) -> Vec<Effect> {
    let now = model.now;
    let known = &model.databases;
    let due = [
        known.instances.older_than(ALARMS, now),
        known.clusters.older_than(ALARMS, now),
        known.globals.older_than(ALARMS, now),
    ];
    let [instances, clusters, globals] = due;
    let mut effects = Vec::new();
    if forced || (instances && free(model, &Pane::DbInstances)) {
        effects.push(model.ask(Pane::DbInstances, DbInstances {}));
    }
    if forced || (clusters && free(model, &Pane::DbClusters)) {
        effects.push(model.ask(Pane::DbClusters, DbClusters {}));
    }
    if forced || (globals && free(model, &Pane::GlobalDatabases)) {
        effects.push(model.ask(Pane::GlobalDatabases, GlobalDatabases {}));
    }
    effects
}

fn trail(model: &mut Model, forced: bool) -> Option<Effect> {
    // Never two calls at once: the account allows two a second, and others ask as well.
    if !free(model, &Pane::Trail) {
        return None;
    }
    let question = model.trail.question(model.now, forced)?;
    Some(model.ask(Pane::Trail, question))
}

/// How the alarm that is told of changed.
fn history(model: &mut Model, forced: bool) -> Option<Effect> {
    let Some(Overlay::Detail { subject: Subject::Alarm(name), .. }) = &model.shell.overlay else {
        return None;
    };
    let name = name.clone();
    let pane = Pane::AlarmHistory(name.clone());
    let known = model.alarms.history.get(&name);
    let old = known.is_none_or(|history| history.older_than(model.wishes.list_age, model.now));
    if !(forced || old && free(model, &pane)) {
        return None;
    }
    let question = screens::alarms::Alarms::question(&name, model.now);
    Some(model.ask(pane, question))
}

fn free(model: &Model, pane: &Pane) -> bool {
    model.questions.of(pane).is_none()
}

fn function(model: &mut Model, name: &FunctionName, forced: bool) -> Vec<Effect> {
    let (now, list) = (model.now, model.wishes.list_age);
    model.functions.details.entry(name.clone()).or_default();
    let due = |model: &Model, pane: Pane, stale: &dyn Fn(&Details, Timestamp) -> bool| {
        let details = model.functions.details.get(name)?;
        (forced || (free(model, &pane) && stale(details, now))).then_some(pane)
    };
    let mut effects = Vec::new();
    if model.functions.list.older_than(list, now) && free(model, &Pane::Functions) {
        effects.push(model.ask(Pane::Functions, Functions {}));
    }
    if let Some(pane) =
        due(model, Pane::Aliases(name.clone()), &|d, now| d.aliases.older_than(ALIASES, now))
    {
        effects.push(model.ask(pane, Aliases { function: name.clone() }));
    }
    if let Some(pane) =
        due(model, Pane::Versions(name.clone()), &|d, now| d.versions.older_than(list, now))
    {
        effects.push(model.ask(pane, Versions { function: name.clone() }));
    }
    if let Some(pane) =
        due(model, Pane::Moves(name.clone()), &|d, now| d.moves.older_than(list, now))
    {
        let filter = Some(TrailFilter::EventName("UpdateAlias20150331".into()));
        effects.push(model.ask(pane, Trail { filter, start: now - MOVES, end: now, next: None }));
    }
    effects.extend(calls(model, name, forced));
    effects
}

/// Asks for the calls of a function, once its aliases and versions are known.
pub(super) fn calls(model: &mut Model, name: &FunctionName, forced: bool) -> Option<Effect> {
    let pane = Pane::Calls(name.clone());
    let details = model.functions.details.get(name)?;
    let known = details.aliases.value.is_some() && details.versions.value.is_some();
    let due = forced || (free(model, &pane) && details.calls.older_than(CALLS, model.now));
    if !known || !due {
        return None;
    }
    let question = calls_question(name, details, model.now)?;
    Some(model.ask(pane, question))
}
