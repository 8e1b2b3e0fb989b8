//! What the small account delivers with: a stage of a pipeline, its executions, a deployment.

use std::collections::BTreeMap;
use std::time::Duration;

use watchdeck_domain::alarm::{Alarm, AlarmState, Mute, MuteStanding};
use watchdeck_domain::delivery::{DeploymentStanding, Execution, Stage};
use watchdeck_domain::edge::{Distribution, Invalidation};
use watchdeck_domain::{
    Answer, Change, DeploymentId, ExecutionId, PipelineName, Query, StageName, Timestamp,
};

pub(crate) fn pipeline() -> PipelineName {
    PipelineName::parse("orders-deploy").unwrap()
}

pub(crate) fn stage() -> StageName {
    StageName::parse("Deploy").unwrap()
}

/// The stage in which something has failed.
pub(crate) fn failing() -> StageName {
    StageName::parse("Build").unwrap()
}

pub(crate) fn deployment() -> DeploymentId {
    DeploymentId::parse("d-ABCDEF123").unwrap()
}

/// The execution of that number.
pub(crate) fn execution(number: usize) -> ExecutionId {
    ExecutionId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap()
}

/// An alarm that tells somebody.
fn alarm() -> Alarm {
    Alarm {
        name: "orders-writer-errors".into(),
        arn: "arn:aws:cloudwatch:eu-central-1:123456784021:alarm:orders-writer-errors".into(),
        description: String::new(),
        state: AlarmState::Alarm,
        reason: String::new(),
        since: Timestamp::default(),
        metric: None,
        condition: String::new(),
        actions_enabled: true,
        composite: false,
    }
}

/// What is there.
pub(crate) struct Deliveries {
    /// Why nobody enters the stage.
    pub(crate) closed: Option<String>,
    /// The execution that was last in the one that fails, how it stands there, and since when.
    pub(crate) inside: (ExecutionId, &'static str, Timestamp),
    /// The executions, the newest first.
    pub(crate) runs: Vec<Execution>,
    /// How the deployment stands.
    pub(crate) deployment: &'static str,
    /// What was taken out of caches.
    pub(crate) invalidations: Vec<Invalidation>,
    /// The rules by which alarms are muted.
    pub(crate) mutes: BTreeMap<String, Mute>,
}

impl Deliveries {
    pub(crate) fn new() -> Self {
        let mut new = Self {
            closed: None,
            inside: (execution(2), "Failed", Timestamp::default()),
            runs: vec![],
            deployment: "InProgress",
            invalidations: vec![],
            mutes: BTreeMap::new(),
        };
        new.begin(Timestamp::default(), "");
        new.begin(Timestamp::default(), "");
        new
    }

    /// Carries a change out; whether anything is another afterwards.
    pub(crate) fn apply(&mut self, change: &Change, now: Timestamp) -> Result<bool, String> {
        match change {
            Change::CloseStage(close) => {
                let before = std::mem::replace(&mut self.closed, close.closed.clone());
                Ok(before != close.closed)
            }
            Change::RetryStage(retry) => {
                let (last, status, _) = &self.inside;
                if retry.execution != *last || *status != "Failed" {
                    return Err(format!("{last} is {status}"));
                }
                self.inside = (retry.execution.clone(), "Succeeded", now);
                Ok(true)
            }
            Change::RollBackStage(back) => {
                self.begin(now, back.target.as_str());
                Ok(true)
            }
            Change::StopDeployment(_) if self.deployment != "InProgress" => {
                Err(format!("it is {}", self.deployment))
            }
            Change::StopDeployment(_) => {
                self.deployment = "Stopped";
                Ok(true)
            }
            Change::Invalidate(change) => {
                // The same reference again is the same invalidation.
                let known = self.invalidations.iter().any(|it| it.reference == change.reference);
                if !known {
                    self.invalidate(&change.reference);
                }
                Ok(!known)
            }
            Change::MuteAlarms(mute) => {
                let rule = mute.rule.clone();
                let before = match &mute.mute {
                    Some(wanted) => self.mutes.insert(rule, wanted.clone()),
                    None => self.mutes.remove(&rule),
                };
                Ok(before != mute.mute)
            }
            _ => Err("not in here".into()),
        }
    }

    /// Somebody else has closed the stage, and released something that failed in it; the deployment has come to its end.
    pub(crate) fn interfere(&mut self, now: Timestamp) {
        self.closed = Some("theirs".into());
        self.invalidate("theirs");
        let theirs = Mute { alarms: vec!["theirs".into()], from: now, until: now };
        self.mutes.insert("ours".into(), theirs);
        let id = self.begin(now, "");
        self.inside = (id, "Failed", now);
        if self.deployment == "InProgress" {
            self.deployment = "Succeeded";
        }
    }

    /// What is there.
    pub(crate) fn answer(&self, query: &Query) -> Answer {
        match query {
            Query::StageOf(of) => Answer::StageOf(self.stage(&of.stage)),
            Query::CameThrough(_) => {
                let own = self.runs.iter().filter(|run| !run.rolls_back());
                Answer::CameThrough(own.cloned().collect())
            }
            Query::ExecutionOf(of) => {
                let found = self.runs.iter().find(|run| run.id == of.execution).unwrap();
                Answer::ExecutionOf(Execution { structure: Some(9), ..found.clone() })
            }
            Query::DistributionOf(of) => Answer::DistributionOf(Distribution {
                id: of.distribution.clone(),
                arn: format!("arn:aws:cloudfront::123456784021:distribution/{}", of.distribution),
                domain: "d3a7.cloudfront.net".into(),
                aliases: vec!["shop.example".into()],
                status: "Deployed".into(),
                enabled: true,
                invalidating: Some(0),
            }),
            Query::AlarmOf(_) => Answer::AlarmOf(alarm()),
            Query::Alarms(_) => Answer::Alarms(vec![alarm()]),
            Query::InvalidationBy(by) => {
                let found = self.invalidations.iter().find(|it| it.reference == by.reference);
                Answer::InvalidationBy(found.cloned())
            }
            Query::MuteOf(of) => {
                let mute = self.mutes.get(&of.rule).cloned();
                Answer::MuteOf(mute.map(|mute| MuteStanding { mute, status: "ACTIVE".into() }))
            }
            Query::DeploymentOf(_) => Answer::DeploymentOf(DeploymentStanding {
                id: deployment(),
                application: "orders".into(),
                group: "orders-writer".into(),
                config: String::new(),
                platform: "Lambda".into(),
                status: self.deployment.into(),
                creator: "user".into(),
                created: None,
                completed: None,
                function: "orders-writer".into(),
                alias: "live".into(),
                from: "42".into(),
                to: "43".into(),
                rolled_back_by: String::new(),
            }),
            _ => Answer::Executions(self.runs.clone()),
        }
    }

    fn invalidate(&mut self, reference: &str) {
        self.invalidations.push(Invalidation {
            id: format!("I{}", self.invalidations.len()),
            status: "Completed".into(),
            created: None,
            paths: vec![],
            reference: reference.into(),
        });
    }

    /// The execution whose work the stage holds.
    pub(crate) fn holds(&self) -> String {
        let newest = self.runs.first().unwrap();
        if newest.rolls_back() { newest.target.clone() } else { newest.id.to_string() }
    }

    fn stage(&self, name: &StageName) -> Stage {
        let newest = self.runs.first().unwrap();
        let (execution, status, changed) = if *name == failing() {
            self.inside.clone()
        } else {
            (newest.id.clone(), "Succeeded", newest.started.unwrap_or_default())
        };
        Stage {
            pipeline: pipeline(),
            name: name.clone(),
            structure: 9,
            first: false,
            closed: self.closed.clone(),
            closed_by: String::new(),
            execution: execution.to_string(),
            kind: newest.kind.clone(),
            status: status.into(),
            changed: Some(changed),
            error: String::new(),
            waiting: String::new(),
        }
    }

    /// An execution begins, and is done at once; with a target, it rolls back to that.
    fn begin(&mut self, now: Timestamp, target: &str) -> ExecutionId {
        let last = self.runs.first().and_then(|run| run.started);
        let started = last.map_or(now, |last| now.max(last + Duration::from_millis(1)));
        let id = execution(self.runs.len() + 1);
        let kind = if target.is_empty() { "STANDARD" } else { "ROLLBACK" };
        let run = Execution {
            id: id.clone(),
            status: "Succeeded".into(),
            started: Some(started),
            kind: kind.into(),
            target: target.into(),
            revision: String::new(),
            structure: None,
        };
        self.runs.insert(0, run);
        id
    }
}
