//! Waiting for answers: what the view in front waits for and since when, and giving that up.

use std::time::Duration;

use watchdeck_domain::Timestamp;
use watchdeck_domain::component::Kind;

use super::details::Subject;
use super::screens::recovery::{Side, Topic};
use super::shell::{Overlay, Screen, Tone};
use super::ticket::Pane;
use super::{Effect, Model, Problem, answers};

/// Before this nobody wonders.
const LONG: Duration = Duration::from_secs(1);

impl Model {
    /// What the view in front has waited for the longest, if that is long, and since when.
    pub fn waits(&self) -> Option<(&'static str, Timestamp)> {
        let open = panes(self).into_iter().filter_map(|pane| {
            let since = self.questions.of(&pane)?.since;
            (self.now.since(since) >= LONG).then_some((what(&pane), since))
        });
        open.min_by_key(|(_, since)| *since)
    }
}

/// What the questions of a pane are for.
fn what(pane: &Pane) -> &'static str {
    match pane {
        Pane::Identity => "who we are",
        Pane::Alias => "what the account is called",
        Pane::MetricNames(_) => "the components",
        Pane::Golden => "the numbers",
        Pane::Alarms => "the alarms",
        Pane::AlarmHistory(_) => "its history",
        Pane::Findings => "the findings",
        Pane::DbInstances | Pane::DbClusters => "the databases",
        Pane::GlobalDatabases => "the global databases",
        Pane::Reports => "the reporting copies",
        Pane::Recovery(Side::Here, _) => "this region",
        Pane::Recovery(Side::There, _) => "the other region",
        Pane::Trail => "CloudTrail",
        Pane::LogGroups => "the log groups",
        Pane::Request(_) => "the lines of the request",
        Pane::InsightsStart(_) | Pane::InsightsResults(_) => "the query",
        Pane::InsightsStop(_) => "the end of a query",
        Pane::Functions => "the functions",
        Pane::Versions(_) => "the versions",
        Pane::Aliases(_) => "the aliases",
        Pane::Sources(_) => "the event sources",
        Pane::Stock(shelf) => shelf.title(),
        Pane::Calls(_) => "the calls",
        Pane::Moves(_) => "the alias moves",
        Pane::Principals => "the users and roles",
        Pane::AccessKeys(_) => "the access keys",
        Pane::Trails => "the trails",
        Pane::Stages(_) => "the stages",
        Pane::Executions(_) => "the executions",
    }
}

/// The panes of the view in front.
fn panes(model: &Model) -> Vec<Pane> {
    match &model.shell.screen {
        Screen::Overview | Screen::Component(_) => {
            let names = Kind::ALL.into_iter().map(Pane::MetricNames);
            names.chain([Pane::Golden, Pane::Alarms, Pane::Findings, Pane::Trail]).collect()
        }
        Screen::Logs => vec![Pane::LogGroups],
        Screen::Trail => vec![Pane::Trail],
        Screen::Findings => vec![Pane::Findings],
        Screen::Alarms => match &model.shell.overlay {
            Some(Overlay::Detail { subject: Subject::Alarm(name), .. }) => {
                vec![Pane::AlarmHistory(name.clone()), Pane::Alarms]
            }
            Some(_) | None => vec![Pane::Alarms],
        },
        Screen::Functions => vec![Pane::Functions],
        Screen::Function(name) => {
            let of = [Pane::Aliases, Pane::Versions, Pane::Calls, Pane::Moves];
            of.into_iter().map(|pane| pane(name.clone())).collect()
        }
        Screen::Databases => vec![Pane::DbInstances, Pane::DbClusters, Pane::GlobalDatabases],
        Screen::Reports => vec![Pane::Reports],
        Screen::Recovery => {
            let of = |side| Topic::ALL.into_iter().map(move |topic| Pane::Recovery(side, topic));
            Side::BOTH.into_iter().flat_map(of).collect()
        }
        Screen::Templates
        | Screen::Request
        | Screen::Query
        | Screen::Runbooks
        | Screen::Plan
        | Screen::Run
        | Screen::Journal
        | Screen::Problems => Vec::new(),
    }
}

/// Of the panes of the list in front those that are waited for long, while what they bring is all there would be to see;
/// and a reading of many pages.
pub(super) fn stoppable(model: &Model) -> Vec<Pane> {
    let lacks = |pane: &Pane| match pane {
        Pane::Findings => model.findings.list.value.is_none() || model.findings.reading().is_some(),
        Pane::Alarms => model.alarms.list.value.is_none(),
        Pane::Functions => model.functions.list.value.is_none(),
        Pane::DbInstances => model.databases.instances.value.is_none(),
        Pane::DbClusters => model.databases.clusters.value.is_none(),
        Pane::GlobalDatabases => model.databases.globals.value.is_none(),
        Pane::Reports => model.reports.list.value.is_none(),
        Pane::Recovery(..) => model.recovery.pairs().is_empty(),
        Pane::Identity
        | Pane::Alias
        | Pane::MetricNames(_)
        | Pane::Golden
        | Pane::AlarmHistory(_)
        | Pane::Trail
        | Pane::LogGroups
        | Pane::Request(_)
        | Pane::InsightsStart(_)
        | Pane::InsightsResults(_)
        | Pane::InsightsStop(_)
        | Pane::Versions(_)
        | Pane::Aliases(_)
        | Pane::Sources(_)
        | Pane::Stock(_)
        | Pane::Calls(_)
        | Pane::Moves(_)
        | Pane::Principals
        | Pane::AccessKeys(_)
        | Pane::Trails
        | Pane::Stages(_)
        | Pane::Executions(_) => false,
    };
    let long = |pane: &Pane| {
        let open = model.questions.of(pane);
        open.is_some_and(|open| model.now.since(open.since) >= LONG)
    };
    if model.list().is_none() || model.shell.overlay.is_some() {
        return Vec::new();
    }
    panes(model).into_iter().filter(|pane| lacks(pane) && long(pane)).collect()
}

/// Waits no longer: what was asked is as if it were not answered, and an answer that comes after all is too late.
pub(super) fn stop(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    for pane in stoppable(model) {
        let problem = Problem::new(
            "read.stopped",
            format!("{} were no longer waited for", what(&pane)),
            "you stopped waiting",
            "ctrl-r asks again",
        );
        model.questions.forget(&pane);
        effects.extend(answers::lack(model, pane, problem));
    }
    model.shell.say(Tone::Plain, "no longer waiting");
    effects
}
