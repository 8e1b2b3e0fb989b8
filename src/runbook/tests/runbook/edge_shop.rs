//! A stage, a rule and a service to read from. Tests change a field and look.

use watchdeck_domain::gateway::{ApiDeployment, ApiStage, DeploymentsCompared, Throttle};
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::rule::{Rule, RuleStanding};
use watchdeck_domain::service::{Image, Rollout, Service, TaskDefinition};
use watchdeck_domain::{
    Answer, ApiDeploymentId, ApiStageName, BusName, ClusterName, Query, ReadError, RestApiName,
    RuleName, ServiceName, TaskDefinitionName,
};

use crate::shop::minutes_ago;

#[derive(Clone)]
pub(crate) struct Edge {
    pub(crate) stage: ApiStage,
    /// What a stage's deployment is compared with; nothing where there is no such deployment.
    pub(crate) compared: Option<DeploymentsCompared>,
    pub(crate) rule: RuleStanding,
    pub(crate) service: Service,
    pub(crate) definition: TaskDefinition,
}

fn deployment(id: &str, days: u64) -> ApiDeployment {
    ApiDeployment {
        id: ApiDeploymentId::parse(id).unwrap(),
        created: Some(minutes_ago(days * 1_440)),
        about: String::new(),
    }
}

pub(crate) fn task_definition(name: &str) -> TaskDefinitionName {
    TaskDefinitionName::parse(name).unwrap()
}

impl Edge {
    pub(crate) fn new() -> Self {
        let rollout = Rollout {
            id: "ecs-svc/1".into(),
            definition: task_definition("shop-web:118"),
            status: "PRIMARY".into(),
            state: "COMPLETED".into(),
            reason: String::new(),
            running: 3,
            failed: 0,
            began: None,
        };
        Self {
            stage: ApiStage {
                api: RestApiName::parse("orders-write").unwrap(),
                id: "wr1te5m8qz".into(),
                name: ApiStageName::parse("prod").unwrap(),
                deployment: ApiDeploymentId::parse("d3p9wr").unwrap(),
                throttle: Some(Throttle { rate: 400.0, burst: 200, more: true }),
                methods: vec![],
                canary: None,
                updated: None,
            },
            compared: Some(DeploymentsCompared {
                current: deployment("d3p9wr", 18),
                other: deployment("d3p8wr", 120),
                told: true,
                missing: vec![],
                back: vec![],
                authorized_otherwise: vec![],
                opened: vec![],
            }),
            rule: RuleStanding {
                rule: Rule {
                    name: RuleName::parse("order-stored").unwrap(),
                    bus: BusName::parse("default").unwrap(),
                    arn: String::new(),
                    state: "ENABLED".into(),
                    schedule: String::new(),
                    pattern: "{}".into(),
                    managed_by: String::new(),
                    about: String::new(),
                },
                targets: vec!["arn:aws:lambda:eu-central-1:123456784021:function:x".into()],
            },
            service: Service {
                name: ServiceName::parse("shop-web").unwrap(),
                cluster: ClusterName::parse("shop").unwrap(),
                arn: String::new(),
                status: "ACTIVE".into(),
                definition: task_definition("shop-web:118"),
                revision: 118,
                controller: "ECS".into(),
                breaker: true,
                reverts: true,
                desired: 3,
                running: 3,
                pending: 0,
                rollout: "ecs-svc/1".into(),
                rollouts: vec![rollout],
                said: String::new(),
            },
            definition: TaskDefinition {
                name: task_definition("shop-web:117"),
                family: "shop-web".into(),
                revision: 117,
                status: "ACTIVE".into(),
                role: String::new(),
                registered: None,
                images: vec![Image {
                    container: "web".into(),
                    image: "123456784021.dkr.ecr.eu-central-1.amazonaws.com/orders:web-117".into(),
                    there: Some(true),
                    why: String::new(),
                }],
            },
        }
    }

    /// What is told of them; nothing where another is asked about.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are answered elsewhere")]
    pub(crate) fn answer(&self, query: &Query) -> Option<Result<Answer, ReadError>> {
        let missing = || ReadError::new(ReadFailure::Missing, query.name(), "not there");
        Some(Ok(match query {
            Query::ApiStageOf(_) => Answer::ApiStageOf(self.stage.clone()),
            Query::CompareDeployments(_) => match &self.compared {
                Some(compared) => Answer::CompareDeployments(compared.clone()),
                None => return Some(Err(missing())),
            },
            Query::RuleOf(_) => Answer::RuleOf(self.rule.clone()),
            Query::ServiceOf(_) => Answer::ServiceOf(self.service.clone()),
            Query::TaskDefinitionOf(_) => Answer::TaskDefinitionOf(self.definition.clone()),
            _ => return None,
        }))
    }
}
