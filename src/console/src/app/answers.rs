//! Answers of the account, taken in by the pane that asked, if it still waits for this very one.

use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Answer, ReadError};

use super::place::{Link, RealmName};
use super::screens::{functions, groups, moves};
use super::shell::Screen;
use super::ticket::{Pane, Ticket};
use super::{Effect, Model, Problem, perform, refresh};

/// Takes an answer in. A stale one is counted and dropped.
pub(super) fn take(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Answer, ReadError>,
) -> Vec<Effect> {
    let Some(pane) = model.questions.settle(ticket) else { return Vec::new() };
    heed_link(model, &answer);
    let maps = matches!(pane, Pane::MetricNames(_) | Pane::Golden | Pane::Alarms | Pane::Findings);
    let answer = answer.map_err(|error| Problem::from(&error));
    if let Err(problem) = &answer {
        model.problems.meet(problem.clone(), model.now);
    }
    let effects = fill(model, pane, answer);
    if maps {
        model.overview.judge(model.alarms.list.rows(), model.findings.list.rows());
    }
    effects
}

/// What an answer says about the connection as a whole.
fn heed_link(model: &mut Model, answer: &Result<Answer, ReadError>) {
    let identity = model.place.link.identity().cloned();
    match (answer, identity) {
        (Ok(_), Some(identity)) => model.place.link = Link::Connected(identity),
        (Ok(_), None) => {}
        (Err(error), identity) => match error.failure {
            ReadFailure::Expired
            | ReadFailure::NoCredentials
            | ReadFailure::Unreachable
            | ReadFailure::Malformed
            | ReadFailure::TimedOut => {
                model.place.link = Link::Troubled(identity, Problem::from(error));
            }
            ReadFailure::Denied
            | ReadFailure::Throttled
            | ReadFailure::Missing
            | ReadFailure::Refused
            | ReadFailure::Unsupported
            | ReadFailure::Fault => {}
        },
    }
}

fn fill(model: &mut Model, pane: Pane, answer: Result<Answer, Problem>) -> Vec<Effect> {
    let now = model.now;
    match (pane, answer) {
        (Pane::Identity, Ok(Answer::WhoAmI(identity))) => {
            model.place.link = Link::Connected(identity);
        }
        (Pane::Identity, Err(problem)) => {
            let known = model.place.link.identity().cloned();
            model.place.link = Link::Troubled(known, problem);
        }
        (Pane::MetricNames(kind), Ok(Answer::MetricNames(names))) => {
            model.overview.learn(kind, Ok(names), now);
            return refresh::golden(model).into_iter().collect();
        }
        (Pane::MetricNames(kind), Err(problem)) => {
            model.overview.learn(kind, Err(problem), now);
            return refresh::golden(model).into_iter().collect();
        }
        (Pane::Golden, Ok(Answer::Metrics(series))) => {
            let tracks = model.overview.read(&series, now);
            model.overview.golden.take(Ok(tracks), now);
        }
        (Pane::Golden, Err(problem)) => model.overview.golden.take(Err(problem), now),
        (Pane::Alarms, Ok(Answer::Alarms(mut list))) => {
            list.sort_by(|one, other| (&one.state, &one.name).cmp(&(&other.state, &other.name)));
            model.alarms.list.take(Ok(list), now);
        }
        (Pane::Alarms, Err(problem)) => model.alarms.list.take(Err(problem), now),
        (Pane::Findings, Ok(Answer::Findings(page))) => {
            model.findings.list.take(Ok(page.findings), now);
        }
        (Pane::Findings, Err(problem)) => model.findings.list.take(Err(problem), now),
        (Pane::DbInstances, Ok(Answer::DbInstances(list))) => {
            model.databases.instances.take(Ok(list), now);
        }
        (Pane::DbInstances, Err(problem)) => model.databases.instances.take(Err(problem), now),
        (Pane::DbClusters, Ok(Answer::DbClusters(list))) => {
            model.databases.clusters.take(Ok(list), now);
        }
        (Pane::DbClusters, Err(problem)) => model.databases.clusters.take(Err(problem), now),
        (Pane::GlobalDatabases, Ok(Answer::GlobalDatabases(list))) => {
            model.databases.globals.take(Ok(list), now);
        }
        (Pane::GlobalDatabases, Err(problem)) => model.databases.globals.take(Err(problem), now),
        (Pane::Trail, Ok(Answer::Trail(page))) => model.trail.take(page.events, now),
        (Pane::Trail, Err(problem)) => {
            model.trail.failed = Some(problem);
            model.trail.at = Some(now);
        }
        (Pane::LogGroups, Ok(Answer::LogGroups(list))) => {
            let first = model.logs.groups.value.is_none();
            model.logs.groups.take(Ok(list), now);
            if first && model.logs.watched.is_empty() {
                return watch_at_first(model);
            }
        }
        (Pane::LogGroups, Err(problem)) => model.logs.groups.take(Err(problem), now),
        (Pane::Functions, Ok(Answer::Functions(list))) => model.functions.list.take(Ok(list), now),
        (Pane::Functions, Err(problem)) => model.functions.list.take(Err(problem), now),
        (Pane::Aliases(name), answer) => {
            let details = model.functions.details.entry(name.clone()).or_default();
            match answer {
                Ok(Answer::Aliases(list)) => details.aliases.take(Ok(list), now),
                Err(problem) => details.aliases.take(Err(problem), now),
                Ok(_) => return crossed(model),
            }
            return refresh::calls(model, &name, false).into_iter().collect();
        }
        (Pane::Versions(name), answer) => {
            let details = model.functions.details.entry(name.clone()).or_default();
            match answer {
                Ok(Answer::Versions(list)) => {
                    details.versions.take(Ok(functions::in_order(list)), now);
                }
                Err(problem) => details.versions.take(Err(problem), now),
                Ok(_) => return crossed(model),
            }
            return refresh::calls(model, &name, false).into_iter().collect();
        }
        (Pane::Calls(name), answer) => {
            let details = model.functions.details.entry(name).or_default();
            match answer {
                Ok(Answer::Metrics(series)) => {
                    let traffic = functions::traffic(details, &series, now);
                    details.calls.take(Ok(traffic), now);
                }
                Err(problem) => details.calls.take(Err(problem), now),
                Ok(_) => return crossed(model),
            }
        }
        (Pane::Moves(name), answer) => {
            let details = model.functions.details.entry(name.clone()).or_default();
            match answer {
                Ok(Answer::Trail(trail)) => {
                    details.moves.take(Ok(moves::moves(&trail.events, &name)), now);
                }
                Err(problem) => details.moves.take(Err(problem), now),
                Ok(_) => return crossed(model),
            }
        }
        (
            Pane::Identity
            | Pane::MetricNames(_)
            | Pane::Golden
            | Pane::Alarms
            | Pane::Findings
            | Pane::DbInstances
            | Pane::DbClusters
            | Pane::GlobalDatabases
            | Pane::Trail
            | Pane::LogGroups
            | Pane::Functions,
            Ok(_),
        ) => return crossed(model),
    }
    Vec::new()
}

/// An answer of another kind than its question: a fault of the source, and a visible one.
fn crossed(model: &mut Model) -> Vec<Effect> {
    let problem = Problem::new(
        "read.crossed",
        "an answer of another kind than its question was dropped",
        "the source mixed up two questions",
        "press ctrl-r to ask again, and report it",
    );
    model.problems.meet(problem, model.now);
    Vec::new()
}

/// The groups to begin with: the wanted ones; else the simulated account's own; else the operator chooses, since a
/// live tail of a real account costs money.
fn watch_at_first(model: &mut Model) -> Vec<Effect> {
    let all = model.logs.groups.rows();
    let wanted: Vec<_> = all
        .iter()
        .filter(|group| model.groups.iter().any(|name| name == group.name.as_str()))
        .take(groups::MOST)
        .cloned()
        .collect();
    if !wanted.is_empty() {
        return model.watch(wanted);
    }
    match model.place.realm {
        RealmName::Simulated => {
            let first = groups::at_first(all);
            model.watch(first)
        }
        RealmName::Served | RealmName::Live => {
            if model.shell.screen == Screen::Logs {
                perform::choose_groups(model);
            }
            Vec::new()
        }
    }
}
