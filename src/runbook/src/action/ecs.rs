//! Services of ECS: what they run.

use serde::Deserialize;
use watchdeck_domain::change::RollService;
use watchdeck_domain::reading::ServiceOf;
use watchdeck_domain::{ClusterName, ServiceName, TaskDefinitionName};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `UpdateService` to a task definition.
pub(super) static ROLL_SERVICE: Action = Action {
    name: "roll-service",
    operation: "ecs:UpdateService",
    members: &[
        must("cluster", "cluster"),
        must("service", "service"),
        must("definition", "taskDefinition"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(roll_service(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RollServiceWith {
    cluster: ClusterName,
    service: ServiceName,
    definition: TaskDefinitionName,
}

async fn roll_service(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let RollServiceWith { cluster, service, definition } = members.read()?;
    let of = ServiceOf { cluster: cluster.clone(), service: service.clone() };
    let there = ground.look(of).await?;
    let before = there.definition;
    let change = RollService { cluster, service, definition, before, seen: there.rollout };
    let back = RollService {
        definition: change.before.clone(),
        before: change.definition.clone(),
        ..change.clone()
    };
    Ok((change.into(), Some(back.into())))
}
