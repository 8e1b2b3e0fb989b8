//! ECS: the service behind the load balancer.

use super::Table;
use super::standing::{asked, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown, unset};
use crate::world::names::arn;

pub(super) const OPERATIONS: Table = &[("DescribeServices", describe), ("UpdateService", update)];

const CLUSTER: &str = "shop";

/// Refuses a cluster that we do not have. Without a name, ECS means the cluster `default`.
fn cluster(call: &Call) -> Result<(), ApiError> {
    let named = call.input.text("cluster").unwrap_or("default");
    if named == CLUSTER || named == arn("ecs", &call.region, &format!("cluster/{CLUSTER}")) {
        return Ok(());
    }
    Err(ApiError::new("ClusterNotFoundException", "Cluster not found."))
}

fn is(record: &Value, named: &str) -> bool {
    record.text("serviceName") == Some(named) || record.text("serviceArn") == Some(named)
}

fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    cluster(call)?;
    let records = shelf(world, call, "services");
    let with_tags = asked(call, "include").contains(&"TAGS");
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for named in asked(call, "services") {
        let Some(record) = records.iter().find(|record| is(record, named)) else {
            let arn = arn("ecs", &call.region, &format!("service/{CLUSTER}/{named}"));
            failures.push(Value::empty().with("arn", arn).with("reason", "MISSING"));
            continue;
        };
        let mut record = shown(record);
        if !with_tags {
            unset(&mut record, "tags");
        }
        found.push(record);
    }
    let output =
        Value::empty().with("services", Value::List(found)).with("failures", Value::List(failures));
    Ok(output.into())
}

/// Changes how many tasks run. They are there at once; rolling deployments are not simulated.
fn update(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    cluster(call)?;
    let named = call.input.text("service").unwrap_or_default().to_owned();
    let desired = call.input.int("desiredCount");
    let Some(record) =
        super::standing::shelf_mut(world, call, "services").iter_mut().find(|r| is(r, &named))
    else {
        return Err(ApiError::new("ServiceNotFoundException", "Service not found."));
    };
    if let Some(count) = desired {
        set(record, "desiredCount", count);
        set(record, "runningCount", count);
    }
    Ok(Value::empty().with("service", shown(record)).into())
}
