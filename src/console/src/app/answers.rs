//! Answers of the account, taken in by the pane that asked, if it still waits for this very one.

use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Answer, ReadError};

use super::place::{Link, RealmName};
use super::screens::{functions, groups, moves};
use super::shell::Overlay;
use super::ticket::{Pane, Ticket};
use super::{Effect, Model, Problem, refresh};
use crate::app::screens::groups::Picker;

/// Takes an answer in. A stale one is counted and dropped.
pub(super) fn take(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Answer, ReadError>,
) -> Vec<Effect> {
    let Some(pane) = model.questions.settle(ticket) else { return Vec::new() };
    heed_link(model, &answer);
    let answer = answer.map_err(|error| Problem::from(&error));
    if let Err(problem) = &answer {
        model.problems.meet(problem.clone(), model.now);
    }
    fill(model, pane, answer)
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
        (Pane::Identity | Pane::LogGroups | Pane::Functions, Ok(_)) => return crossed(model),
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
            let idle = model.shell.overlay.is_none() && model.shell.typing.is_none();
            if idle && !all.is_empty() {
                model.shell.overlay = Some(Overlay::Groups(Picker::default()));
            }
            Vec::new()
        }
    }
}
