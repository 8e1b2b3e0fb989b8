//! Deployments: they are stopped.

use serde::Deserialize;
use watchdeck_domain::DeploymentId;
use watchdeck_domain::change::StopDeployment;
use watchdeck_domain::reading::DeploymentOf;

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `StopDeployment`, always with a rollback. Nothing leads back.
pub(super) static STOP_DEPLOYMENT: Action = Action {
    name: "stop-deployment",
    operation: "codedeploy:StopDeployment",
    members: &[must("deployment", "deploymentId"), must("rollback", "autoRollbackEnabled")],
    lock: None,
    compile: |members, ground| Box::pin(stop_deployment(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StopDeploymentWith {
    deployment: DeploymentId,
    /// Said, and not guessed: what was shifted already is always led back.
    rollback: bool,
}

async fn stop_deployment(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let StopDeploymentWith { deployment, rollback } = members.read()?;
    if !rollback {
        return Err(CompileError::new(
            "a deployment that is stopped and not led back stays half-way",
            "say `rollback = true`",
        ));
    }
    let there = ground.look(DeploymentOf { deployment: deployment.clone() }).await?;
    let group = format!("{}/{}", there.application, there.group);
    let shifts = if there.function.is_empty() {
        String::new()
    } else {
        let (function, alias) = (there.function, there.alias);
        format!("{alias} of {function}, on its way from version {} to {}", there.from, there.to)
    };
    Ok((StopDeployment { deployment, group, shifts }.into(), None))
}
