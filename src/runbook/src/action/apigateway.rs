//! Stages of REST APIs: what they let through, and which deployment they serve.

use serde::Deserialize;
use watchdeck_domain::change::{ServeDeployment, ThrottleStage};
use watchdeck_domain::gateway::Throttle;
use watchdeck_domain::reading::ApiStageOf;
use watchdeck_domain::{ApiDeploymentId, ApiStageName, RestApiName};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

const UPDATE_STAGE: &str = "apigateway:UpdateStage";

/// `UpdateStage` of the throttle of all methods without one of their own; undone where there was none, its removal.
pub(super) static THROTTLE_STAGE: Action = Action {
    name: "throttle-stage",
    operation: UPDATE_STAGE,
    members: &[
        must("api", "restApiId"),
        must("stage", "stageName"),
        must("rate", "patchOperations"),
        must("burst", "patchOperations"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(throttle_stage(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThrottleStageWith {
    api: RestApiName,
    stage: ApiStageName,
    /// Requests a second.
    rate: f64,
    /// Requests at once.
    burst: u32,
}

async fn throttle_stage(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ThrottleStageWith { api, stage, rate, burst } = members.read()?;
    let there = ground.look(ApiStageOf { api: api.clone(), stage: stage.clone() }).await?;
    let before = there.throttle;
    // What else the same settings say stays as it is.
    let more = before.is_some_and(|before| before.more);
    let throttle = Some(Throttle { rate, burst, more });
    let change = ThrottleStage { api, id: there.id, stage, throttle, before };
    let back = ThrottleStage { throttle: before, before: throttle, ..change.clone() };
    Ok((change.into(), Some(back.into())))
}

/// `UpdateStage` of the deployment.
pub(super) static SERVE_DEPLOYMENT: Action = Action {
    name: "serve-deployment",
    operation: UPDATE_STAGE,
    members: &[
        must("api", "restApiId"),
        must("stage", "stageName"),
        must("deployment", "patchOperations"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(serve_deployment(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServeDeploymentWith {
    api: RestApiName,
    stage: ApiStageName,
    deployment: ApiDeploymentId,
}

async fn serve_deployment(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ServeDeploymentWith { api, stage, deployment } = members.read()?;
    let there = ground.look(ApiStageOf { api: api.clone(), stage: stage.clone() }).await?;
    let before = there.deployment;
    let change = ServeDeployment { api, id: there.id, stage, deployment, before };
    let back = ServeDeployment {
        deployment: change.before.clone(),
        before: change.deployment.clone(),
        ..change.clone()
    };
    Ok((change.into(), Some(back.into())))
}
