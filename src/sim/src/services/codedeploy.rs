//! CodeDeploy: the deployments of the order functions that went through it.

use super::Table;
use super::pages::Paging;
use super::standing::{asked, input, listing, one, one_mut, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};

pub(super) const OPERATIONS: Table =
    &[("GetDeployment", get), ("ListDeployments", list), ("StopDeployment", stop)];

const PAGING: Paging = Paging {
    size: "maxResults",
    token: "nextToken",
    usual: 100,
    refusal: "InvalidNextTokenException",
};

fn missing(id: &str) -> ApiError {
    ApiError::new(
        "DeploymentDoesNotExistException",
        format!("The deployment {id} could not be found"),
    )
}

fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = input(call, "deploymentId");
    let found = one(world, call, "deployments", "deploymentId", id).ok_or_else(|| missing(id))?;
    Ok(Value::empty().with("deploymentInfo", shown(found)).into())
}

fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (application, group) =
        (call.input.text("applicationName"), call.input.text("deploymentGroupName"));
    let records = shelf(world, call, "deployments");
    if application.is_some() != group.is_some() {
        let code = if application.is_some() {
            "DeploymentGroupNameRequiredException"
        } else {
            "ApplicationNameRequiredException"
        };
        return Err(ApiError::new(
            code,
            "An application and a deployment group are named together.",
        ));
    }
    if let Some(name) = application
        && !records.iter().any(|record| record.text("applicationName") == Some(name))
    {
        return Err(ApiError::new(
            "ApplicationDoesNotExistException",
            format!("No application found for name: {name}"),
        ));
    }
    let states = asked(call, "includeOnlyStatuses");
    let range = call.input.get("createTimeRange");
    let mut found: Vec<_> = records
        .iter()
        .filter(|record| {
            let is = |member: &str, wanted: Option<&str>| {
                wanted.is_none_or(|w| record.text(member) == Some(w))
            };
            let made = record.time("createTime").unwrap_or(0);
            is("applicationName", application)
                && is("deploymentGroupName", group)
                && (states.is_empty() || record.text("status").is_some_and(|s| states.contains(&s)))
                && range.and_then(|range| range.time("start")).is_none_or(|start| made >= start)
                && range.and_then(|range| range.time("end")).is_none_or(|end| made <= end)
        })
        .collect();
    found.sort_by_key(|record| std::cmp::Reverse(record.time("createTime")));
    let ids = found.into_iter().filter_map(|record| record.get("deploymentId").cloned()).collect();
    listing(call, ids, "deployments", "nextToken", &PAGING)
}

fn stop(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = input(call, "deploymentId").to_owned();
    let Some(deployment) = one_mut(world, call, "deployments", "deploymentId", &id) else {
        return Err(missing(&id));
    };
    if !matches!(
        deployment.text("status"),
        Some("Created" | "Queued" | "InProgress" | "Baking" | "Ready")
    ) {
        return Err(ApiError::new(
            "DeploymentAlreadyCompletedException",
            format!("The deployment {id} has already completed."),
        ));
    }
    set(deployment, "status", "Stopped");
    Ok(Value::empty()
        .with("status", "Succeeded")
        .with("statusMessage", "Deployment stopped.")
        .into())
}
