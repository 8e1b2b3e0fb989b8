//! Answers of the account, taken in by the pane that asked, if it still waits for this very one.

use watchdeck_domain::reading::{
    AccessKeys, AccountAlias, AlarmHistory, Alarms, Aliases, DbClusters, DbInstances, EventSources,
    Executions, Findings, Functions, GlobalDatabases, InsightsResults, InsightsStart, InsightsStop,
    LogGroups, LogPage, MetricNames, Metrics, Principals, ReadFailure, Reports, Stages, Trail,
    Trails, Versions, WhoAmI,
};
use watchdeck_domain::report::InstanceStanding;
use watchdeck_domain::{Answer, FunctionName, Identity, Printable, Question, ReadError};

use super::place::{Link, RealmName};
use super::screens::list::Rows as _;
use super::screens::recovery::Side;
use super::screens::stock::Shelf;
use super::screens::{functions, groups, moves};
use super::shell::{Screen, Tone};
use super::ticket::{Pane, Ticket};
use super::{Effect, Model, Problem, inquiring, lease, perform, proposing, recovering, refresh};

/// Takes an answer in. A stale one is counted and dropped.
pub(super) fn take(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Answer, ReadError>,
) -> Vec<Effect> {
    let Some(pane) = model.questions.settle(ticket) else { return Vec::new() };
    if pane == Pane::Alias && answer.is_err() {
        // The name is for the eyes. Many may not ask for it, and the id says the same.
        return Vec::new();
    }
    if let (Pane::InsightsStop(_), Err(error)) = (&pane, &answer)
        && error.failure == ReadFailure::Refused
    {
        // What has ended by itself cannot be stopped.
        return Vec::new();
    }
    let rested = lease::rests(model);
    // What another region says, or does not, is nothing about the one in front.
    if !matches!(pane, Pane::Recovery(Side::There, _)) {
        heed_link(model, &answer);
    }
    if !rested {
        lease::tell(model);
    }
    let maps = matches!(pane, Pane::MetricNames(_) | Pane::Golden | Pane::Alarms | Pane::Findings);
    let fills_forms = matches!(
        pane,
        Pane::Functions
            | Pane::Sources(_)
            | Pane::Aliases(_)
            | Pane::Principals
            | Pane::AccessKeys(_)
            | Pane::Trails
            | Pane::Stock(_)
            | Pane::Stages(_)
            | Pane::Executions(_)
    );
    // What is the only one is filled in, and what is of it is asked for next.
    let leads_on = matches!(pane, Pane::Stock(_));
    let answer = answer.map_err(|error| Problem::from(&error));
    if let Err(problem) = &answer {
        model.problems.meet(problem.clone(), model.now);
    }
    let mut effects = fill(model, pane, answer).unwrap_or_else(|Crossed| crossed(model));
    if fills_forms {
        proposing::fill(model);
    }
    if leads_on {
        effects.extend(proposing::ask(model));
    }
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

/// Tells a pane why it has no answer.
pub(super) fn lack(model: &mut Model, pane: Pane, problem: Problem) -> Vec<Effect> {
    if pane == Pane::Findings {
        // Not to be tried again soon: nobody wants it now.
        model.findings.stop(problem, model.now);
        return Vec::new();
    }
    fill(model, pane, Err(problem)).unwrap_or_else(|Crossed| crossed(model))
}

/// Gives an answer to the pane that asked.
fn fill(model: &mut Model, pane: Pane, answer: Reply) -> Result<Vec<Effect>, Crossed> {
    let now = model.now;
    match pane {
        Pane::Identity => connected(model, of::<WhoAmI>(answer)?),
        Pane::Alias => {
            if let Ok(Some(alias)) = of::<AccountAlias>(answer)? {
                model.place.alias = Printable::new(alias);
            }
        }
        Pane::MetricNames(kind) => {
            model.overview.learn(kind, of::<MetricNames>(answer)?, now);
            return Ok(refresh::golden(model).into_iter().collect());
        }
        Pane::Golden => {
            let tracks = of::<Metrics>(answer)?.map(|series| model.overview.read(&series, now));
            model.overview.golden.take(tracks, now);
        }
        Pane::Alarms => model.alarms.take(of::<Alarms>(answer)?, now),
        Pane::AlarmHistory(name) => {
            let history = of::<AlarmHistory>(answer)?;
            model.alarms.history.entry(name).or_default().take(history, now);
        }
        Pane::Findings => {
            let more = model.findings.take(of::<Findings>(answer)?, now);
            return Ok(more.map(|more| model.ask(Pane::Findings, more)).into_iter().collect());
        }
        Pane::DbInstances => {
            let answer = of::<DbInstances>(answer)?;
            model.databases.renew(|databases| databases.instances.take(answer, now));
        }
        Pane::DbClusters => {
            let answer = of::<DbClusters>(answer)?;
            model.databases.renew(|databases| databases.clusters.take(answer, now));
        }
        Pane::GlobalDatabases => {
            let answer = of::<GlobalDatabases>(answer)?;
            model.databases.renew(|databases| databases.globals.take(answer, now));
        }
        Pane::Recovery(side, topic) => {
            model.recovery.take(side, topic, answer, now).map_err(|_| Crossed)?;
            return Ok(recovering::due(model, false));
        }
        Pane::Reports => reports(model, of::<Reports>(answer)?),
        Pane::Trail => model.trail.take(of::<Trail>(answer)?, now),
        Pane::LogGroups => {
            let first = model.logs.groups.value.is_none();
            let groups = of::<LogGroups>(answer)?;
            let told = groups.is_ok();
            model.logs.groups.take(groups, now);
            if told && first && model.logs.watched.is_empty() {
                return Ok(watch_at_first(model));
            }
        }
        Pane::Request(group) => {
            let answer = of::<LogPage>(answer)?;
            let more = model.request.take(&group, answer, model.logs.store());
            return Ok(super::model::go_on(more));
        }
        Pane::InsightsStart(query) => {
            return Ok(inquiring::started(model, query, of::<InsightsStart>(answer)?));
        }
        Pane::InsightsResults(query) => {
            return Ok(inquiring::heard(model, query, of::<InsightsResults>(answer)?));
        }
        Pane::InsightsStop(_) => inquiring::stopped(model, of::<InsightsStop>(answer)?),
        Pane::Functions => model.functions.take(of::<Functions>(answer)?, now),
        Pane::Sources(name) => {
            details(model, &name).sources.take(of::<EventSources>(answer)?, now);
        }
        Pane::Principals => model.identities.principals.take(of::<Principals>(answer)?, now),
        Pane::Trails => model.identities.trails.take(of::<Trails>(answer)?, now),
        Pane::Stages(of_it) => model.pipelines.learn_stages(of_it, of::<Stages>(answer)?, now),
        Pane::Executions(of_it) => {
            model.pipelines.learn_executions(of_it, of::<Executions>(answer)?, now);
        }
        Pane::AccessKeys(user) => {
            model.identities.keys.entry(user).or_default().take(of::<AccessKeys>(answer)?, now);
        }
        Pane::Aliases(name) => {
            let aliases = of::<Aliases>(answer)?;
            details(model, &name).aliases.take(aliases, now);
            return Ok(refresh::calls(model, &name, false).into_iter().collect());
        }
        Pane::Versions(name) => {
            let versions = of::<Versions>(answer)?.map(functions::in_order);
            details(model, &name).versions.take(versions, now);
            return Ok(refresh::calls(model, &name, false).into_iter().collect());
        }
        Pane::Calls(name) => {
            let series = of::<Metrics>(answer)?;
            let details = details(model, &name);
            let traffic = series.map(|series| functions::traffic(details, &series, now));
            details.calls.take(traffic, now);
        }
        Pane::Stock(shelf) => stock(model, shelf, answer)?,
        Pane::Moves(name) => {
            let moves = of::<Trail>(answer)?.map(|found| moves::moves(&found.events, &name));
            details(model, &name).moves.take(moves, now);
        }
    }
    Ok(Vec::new())
}

fn connected(model: &mut Model, told: Result<Identity, Problem>) {
    let known = model.place.link.identity().cloned();
    model.place.link = match told {
        Ok(identity) => Link::Connected(identity),
        Err(problem) => Link::Troubled(known, problem),
    };
}

/// Takes the reporting copies in; what is overdue is told with the first answer.
fn reports(model: &mut Model, copies: Result<Vec<InstanceStanding>, Problem>) {
    let first = model.reports.list.value.is_none();
    model.reports.take(copies, model.now);
    if first && let Some(told) = model.reports.overdue(model.now) {
        model.shell.say(Tone::Bad, told);
    }
}

fn stock(model: &mut Model, shelf: Shelf, answer: Reply) -> Result<(), Crossed> {
    let names = match answer {
        Ok(answer) => Ok(shelf.names(answer).ok_or(Crossed)?),
        Err(problem) => Err(problem),
    };
    model.stock.take(shelf, names, model.now);
    proposing::fill(model);
    Ok(())
}

fn details<'a>(model: &'a mut Model, name: &FunctionName) -> &'a mut functions::Details {
    model.functions.details.entry(name.clone()).or_default()
}

/// An answer, or why there is none.
type Reply = Result<Answer, Problem>;

/// An answer of another kind than its question.
struct Crossed;

/// The answer as one to a question of kind `Q`.
fn of<Q: Question>(answer: Reply) -> Result<Result<Q::Answer, Problem>, Crossed> {
    match answer {
        Ok(answer) => Q::from_answer(answer).map(Ok).ok_or(Crossed),
        Err(problem) => Ok(Err(problem)),
    }
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
        RealmName::Served | RealmName::Live | RealmName::Files => {
            if model.shell.screen == Screen::Logs {
                perform::choose_groups(model);
            }
            Vec::new()
        }
    }
}
