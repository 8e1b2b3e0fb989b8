//! What stands before and behind the function in the account of these tests: a stage of an API, a rule, a service.

use watchdeck_domain::change::{RollService, ServeDeployment, SwitchRule, ThrottleStage};
use watchdeck_domain::gateway::{ApiDeployment, ApiStage, DeploymentsCompared, Throttle};
use watchdeck_domain::rule::{Rule, RuleStanding};
use watchdeck_domain::service::{Rollout, Service, TaskDefinition};
use watchdeck_domain::{
    Answer, ApiDeploymentId, ApiStageName, BusName, Change, ClusterName, Query, RestApiName,
    RuleName, ServiceName, TaskDefinitionName,
};

/// They, as they stand.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edge {
    /// What the stage sets for all methods; nothing at first.
    pub(crate) throttle: Option<Throttle>,
    pub(crate) deployment: ApiDeploymentId,
    pub(crate) rule: String,
    pub(crate) service: Service,
    /// Whether ECS gives up what is rolled.
    pub(crate) gives_up: bool,
    rollouts: u32,
}

pub(crate) fn deployment(id: &str) -> ApiDeploymentId {
    ApiDeploymentId::parse(id).unwrap()
}

pub(crate) fn definition(revision: u32) -> TaskDefinitionName {
    TaskDefinitionName::parse(format!("shop-web:{revision}")).unwrap()
}

fn rollout(number: u32, revision: u32, status: &str, state: &str) -> Rollout {
    Rollout {
        id: format!("ecs-svc/{number}"),
        definition: definition(revision),
        status: status.into(),
        state: state.into(),
        reason: String::new(),
        running: 3,
        failed: 0,
        began: None,
    }
}

impl Edge {
    pub(crate) fn new() -> Self {
        Self {
            throttle: None,
            deployment: deployment("d3p9wr"),
            rule: "ENABLED".into(),
            service: Service {
                name: ServiceName::parse("shop-web").unwrap(),
                cluster: ClusterName::parse("shop").unwrap(),
                arn: String::new(),
                status: "ACTIVE".into(),
                definition: definition(118),
                revision: 118,
                controller: "ECS".into(),
                breaker: true,
                reverts: true,
                desired: 3,
                running: 3,
                pending: 0,
                rollout: "ecs-svc/1".into(),
                rollouts: vec![rollout(1, 118, "PRIMARY", "COMPLETED")],
                said: String::new(),
            },
            gives_up: false,
            rollouts: 1,
        }
    }

    pub(crate) fn answer(&self, query: &Query) -> Option<Answer> {
        if let Query::ApiStageOf(of) = query {
            return Some(Answer::ApiStageOf(ApiStage {
                api: of.api.clone(),
                id: "wr1te5m8qz".into(),
                name: of.stage.clone(),
                deployment: self.deployment.clone(),
                throttle: self.throttle,
                methods: vec![],
                canary: None,
                updated: None,
            }));
        }
        if let Query::CompareDeployments(of) = query {
            let made = |id: &ApiDeploymentId| ApiDeployment {
                id: id.clone(),
                created: None,
                about: String::new(),
            };
            return Some(Answer::CompareDeployments(DeploymentsCompared {
                current: made(&self.deployment),
                other: made(&of.deployment),
                told: true,
                missing: vec![],
                back: vec![],
                authorized_otherwise: vec![],
                opened: vec![],
            }));
        }
        if let Query::TaskDefinitionOf(of) = query {
            return Some(Answer::TaskDefinitionOf(TaskDefinition {
                name: of.definition.clone(),
                family: "shop-web".into(),
                revision: of.definition.revision(),
                status: "ACTIVE".into(),
                role: String::new(),
                registered: None,
                images: vec![],
            }));
        }
        if let Query::RuleOf(of) = query {
            let rule = Rule {
                name: of.rule.clone(),
                bus: of.bus.clone(),
                arn: String::new(),
                state: self.rule.clone(),
                schedule: String::new(),
                pattern: "{}".into(),
                managed_by: String::new(),
                about: String::new(),
            };
            return Some(Answer::RuleOf(RuleStanding { rule, targets: vec![] }));
        }
        let Query::ServiceOf(_) = query else { return None };
        Some(Answer::ServiceOf(self.service.clone()))
    }

    /// Carries a change out; whether anything is another afterwards. Nothing where it is no change of these.
    pub(crate) fn apply(&mut self, change: &Change) -> Option<bool> {
        if let Change::ThrottleStage(change) = change {
            return Some(std::mem::replace(&mut self.throttle, change.throttle) != change.throttle);
        }
        if let Change::ServeDeployment(change) = change {
            let wanted = change.deployment.clone();
            return Some(std::mem::replace(&mut self.deployment, wanted) != change.deployment);
        }
        if let Change::SwitchRule(change) = change {
            let wanted = SwitchRule::state(change.enabled);
            return Some(std::mem::replace(&mut self.rule, wanted.into()) != wanted);
        }
        let Change::RollService(change) = change else { return None };
        let before = self.service.revision;
        let differs = self.service.definition != change.definition;
        if differs {
            self.roll(change.definition.revision());
        }
        if differs && self.gives_up {
            self.give_up(before);
        }
        Some(differs)
    }

    /// The service is rolled, and is at rest at once.
    fn roll(&mut self, revision: u32) {
        self.rollouts += 1;
        let newest = rollout(self.rollouts, revision, "PRIMARY", "COMPLETED");
        self.service.rollout.clone_from(&newest.id);
        self.service.definition = newest.definition.clone();
        self.service.revision = revision;
        self.service.rollouts = vec![newest];
    }

    /// ECS gives up what was rolled last, and goes back to this revision.
    fn give_up(&mut self, back_to: u32) {
        let lost = self.service.definition.revision();
        let number = self.rollouts;
        self.roll(back_to);
        let mut lost = rollout(number, lost, "ACTIVE", "FAILED");
        lost.reason = "ECS deployment circuit breaker: tasks failed to start.".into();
        self.service.rollouts.push(lost);
    }

    /// Somebody else has been everywhere; the service they have rolled there and back.
    pub(crate) fn interfere(&mut self) {
        self.throttle = Some(Throttle { rate: 7.0, burst: 7, more: false });
        self.deployment = deployment("d3p0xx");
        self.rule = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS".into();
        self.roll(118);
    }

    /// Throttled at 20 a second, and the way back.
    pub(crate) fn throttled(&self) -> (Change, Change) {
        let change = ThrottleStage {
            api: RestApiName::parse("orders-write").unwrap(),
            id: "wr1te5m8qz".into(),
            stage: ApiStageName::parse("prod").unwrap(),
            throttle: Some(Throttle { rate: 20.0, burst: 40, more: false }),
            before: self.throttle,
        };
        let back =
            ThrottleStage { throttle: change.before, before: change.throttle, ..change.clone() };
        (change.into(), back.into())
    }

    /// Another deployment, and the way back.
    pub(crate) fn served(&self) -> (Change, Change) {
        let change = ServeDeployment {
            api: RestApiName::parse("orders-write").unwrap(),
            id: "wr1te5m8qz".into(),
            stage: ApiStageName::parse("prod").unwrap(),
            deployment: deployment("d3p8wr"),
            before: self.deployment.clone(),
        };
        let back = ServeDeployment {
            deployment: change.before.clone(),
            before: change.deployment.clone(),
            ..change.clone()
        };
        (change.into(), back.into())
    }

    /// The rule disabled, and the way back.
    pub(crate) fn disabled(&self) -> (Change, Change) {
        let change = SwitchRule {
            rule: RuleName::parse("order-stored").unwrap(),
            bus: BusName::parse("default").unwrap(),
            enabled: false,
            before: self.rule.clone(),
        };
        let back = SwitchRule { enabled: true, before: "DISABLED".into(), ..change.clone() };
        (change.into(), back.into())
    }

    /// The service rolled to 117, and the way back.
    pub(crate) fn rolled(&self) -> (Change, Change) {
        let change = RollService {
            cluster: self.service.cluster.clone(),
            service: self.service.name.clone(),
            definition: definition(117),
            before: self.service.definition.clone(),
            seen: self.service.rollout.clone(),
        };
        let back = RollService {
            definition: change.before.clone(),
            before: change.definition.clone(),
            ..change.clone()
        };
        (change.into(), back.into())
    }
}
