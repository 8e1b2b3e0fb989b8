//! A pipeline and a deployment to read from. Tests change a field and look.

use watchdeck_domain::alarm::{Alarm, AlarmState};
use watchdeck_domain::delivery::{DeploymentStanding, Execution, Stage};
use watchdeck_domain::edge::Distribution;
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{
    Answer, DeploymentId, DistributionId, ExecutionId, PipelineName, Query, ReadError, StageName,
};

use crate::shop::minutes_ago;

#[derive(Clone)]
pub(crate) struct Deliveries {
    /// The stage.
    pub(crate) stage: Stage,
    /// The executions, the newest first.
    pub(crate) runs: Vec<Execution>,
    /// The pipeline's structure that all of them ran through.
    pub(crate) structure: Option<u32>,
    /// The places of those that came through the stage.
    pub(crate) came: Vec<usize>,
    /// The deployment.
    pub(crate) deployment: DeploymentStanding,
    /// The distribution.
    pub(crate) distribution: Distribution,
    /// The alarms.
    pub(crate) alarms: Vec<Alarm>,
}

/// The execution of that number.
pub(crate) fn execution(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn run(number: usize) -> Execution {
    Execution {
        id: ExecutionId::parse(execution(number)).unwrap(),
        status: "Succeeded".into(),
        started: Some(minutes_ago(100 - u64::try_from(number).unwrap())),
        kind: "STANDARD".into(),
        target: String::new(),
        revision: format!("release {number}"),
        structure: None,
    }
}

pub(crate) fn alarm(name: &str) -> Alarm {
    Alarm {
        name: name.into(),
        arn: String::new(),
        description: String::new(),
        state: AlarmState::Alarm,
        reason: String::new(),
        since: minutes_ago(4),
        metric: None,
        condition: String::new(),
        actions_enabled: true,
        composite: false,
    }
}

impl Deliveries {
    /// Three releases went through; the newest is in the stage.
    pub(crate) fn new() -> Self {
        Self {
            stage: Stage {
                pipeline: PipelineName::parse("orders-deploy").unwrap(),
                name: StageName::parse("Deploy").unwrap(),
                structure: 9,
                first: false,
                closed: None,
                closed_by: String::new(),
                execution: execution(3),
                kind: "STANDARD".into(),
                status: "Succeeded".into(),
                changed: Some(minutes_ago(90)),
                error: String::new(),
                waiting: String::new(),
            },
            runs: vec![run(3), run(2), run(1)],
            structure: Some(9),
            came: vec![0, 1, 2],
            deployment: DeploymentStanding {
                id: DeploymentId::parse("d-ABCDEF123").unwrap(),
                application: "orders".into(),
                group: "orders-writer".into(),
                config: "CodeDeployDefault.LambdaCanary10Percent5Minutes".into(),
                platform: "Lambda".into(),
                status: "InProgress".into(),
                creator: "user".into(),
                created: Some(minutes_ago(2)),
                completed: None,
                function: "orders-writer".into(),
                alias: "live".into(),
                from: "42".into(),
                to: "43".into(),
                rolled_back_by: String::new(),
            },
            distribution: Distribution {
                id: DistributionId::parse("E2SHOPEDGE4021").unwrap(),
                arn: "arn:aws:cloudfront::123456784021:distribution/E2SHOPEDGE4021".into(),
                domain: "d3a7shopedge01.cloudfront.net".into(),
                aliases: vec!["shop.example".into()],
                status: "Deployed".into(),
                enabled: true,
                invalidating: Some(0),
            },
            alarms: vec![alarm("orders-errors"), alarm("orders: 5xx")],
        }
    }

    /// The answer to a question about the pipeline or the deployment.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are not asked of this")]
    pub(crate) fn answer(&self, query: &Query) -> Option<Result<Answer, ReadError>> {
        let missing = || ReadError::new(ReadFailure::Missing, query.name(), "not there");
        Some(match query {
            Query::StageOf(_) => Ok(Answer::StageOf(self.stage.clone())),
            Query::Executions(_) => Ok(Answer::Executions(self.runs.clone())),
            Query::CameThrough(_) => {
                let came = self.came.iter().map(|at| self.runs[*at].clone());
                Ok(Answer::CameThrough(came.collect()))
            }
            Query::ExecutionOf(of) => {
                let found = self.runs.iter().find(|run| run.id == of.execution).cloned();
                let structure = self.structure;
                let found = found.map(|run| Answer::ExecutionOf(Execution { structure, ..run }));
                found.ok_or_else(missing)
            }
            Query::DeploymentOf(_) => Ok(Answer::DeploymentOf(self.deployment.clone())),
            Query::DistributionOf(_) => Ok(Answer::DistributionOf(self.distribution.clone())),
            Query::InvalidationBy(_) => Ok(Answer::InvalidationBy(None)),
            Query::Alarms(_) => Ok(Answer::Alarms(self.alarms.clone())),
            Query::AlarmOf(of) => {
                let found = self.alarms.iter().find(|alarm| alarm.name == of.alarm).cloned();
                found.map(Answer::AlarmOf).ok_or_else(missing)
            }
            Query::MuteOf(_) => Ok(Answer::MuteOf(None)),
            _ => return None,
        })
    }
}
