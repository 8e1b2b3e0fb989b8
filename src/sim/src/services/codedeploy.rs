//! CodeDeploy: the deployments of the order functions that went through it.

use super::Table;
use super::pages::Paging;
use super::standing::{asked, input, listing, one, one_mut, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{hex_of, set, shown, unset};

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

/// Ends a deployment. With a rollback, a deployment of its own leads the alias back to the version of before, a moment
/// later.
fn stop(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
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
    set(deployment, "completeTime", Value::Time(now));
    if call.input.bool("autoRollbackEnabled") == Some(true) {
        let back = format!("d-{}", hex_of(&id).to_uppercase().chars().take(9).collect::<String>());
        set(deployment, "rollbackInfo.rollbackDeploymentId", back.as_str());
        let mut record = deployment.clone();
        unset(&mut record, "rollbackInfo");
        set(&mut record, "deploymentId", back);
        set(&mut record, "status", "Succeeded");
        set(&mut record, "creator", "codeDeployRollback");
        set(&mut record, "rollbackInfo.rollbackTriggeringDeploymentId", id.as_str());
        let text = |member: &str| deployment.text(member).map(str::to_owned);
        let from = deployment.int("_from").and_then(|from| u32::try_from(from).ok());
        let points = text("_function").zip(text("_alias")).zip(from);
        shelf_mut(world, call, "deployments").push(record);
        if let Some(((function, alias), from)) = points {
            world.point_later(now + ROLLS_BACK_MS, &function, &alias, from);
        }
    }
    Ok(Value::empty()
        .with("status", "Succeeded")
        .with("statusMessage", "Deployment stopped.")
        .into())
}

/// How long it takes until an alias is back, in milliseconds.
const ROLLS_BACK_MS: i64 = 5_000;

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{START, ask, world_of};
    use super::*;

    #[test]
    fn a_deployment_that_is_stopped_leads_its_alias_back_and_cannot_be_stopped_twice() {
        let mut world = world_of("stuck-release");
        world.advance_to(START + 120_000);
        let alias = |world: &mut World| {
            let input = Value::empty().with("FunctionName", "orders-writer").with("Name", "live");
            let alias = ask(world, "lambda", "GetAlias", input).unwrap();
            let weights =
                alias.get("RoutingConfig").and_then(|it| it.get("AdditionalVersionWeights"));
            let shares = weights.and_then(Value::as_map).map_or(0, std::collections::BTreeMap::len);
            (alias.text("FunctionVersion").unwrap().to_owned(), shares)
        };
        assert_eq!(alias(&mut world), ("41".to_owned(), 1));
        let going = Value::empty().with("includeOnlyStatuses", Value::list(["InProgress"]));
        let list = ask(&mut world, "codedeploy", "ListDeployments", going).unwrap();
        let id = list.items("deployments")[0].as_text().unwrap().to_owned();
        let of = Value::empty().with("deploymentId", id.as_str());
        let stop = of.clone().with("autoRollbackEnabled", true);
        ask(&mut world, "codedeploy", "StopDeployment", stop.clone()).unwrap();
        let error = ask(&mut world, "codedeploy", "StopDeployment", stop).unwrap_err();
        assert_eq!(error.code, "DeploymentAlreadyCompletedException");
        world.advance_to(START + 130_000);
        assert_eq!(alias(&mut world), ("41".to_owned(), 0));
        let held = ask(&mut world, "codedeploy", "GetDeployment", of).unwrap();
        let held = held.get("deploymentInfo").unwrap();
        assert_eq!(held.text("status"), Some("Stopped"));
        assert!(held.get("rollbackInfo").unwrap().text("rollbackDeploymentId").is_some());
        world.advance_to(START + 2_400_000);
        assert_eq!(alias(&mut world), ("41".to_owned(), 0), "it does not go on");
    }
}
