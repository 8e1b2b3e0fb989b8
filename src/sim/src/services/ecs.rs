//! ECS: the service behind the load balancer, what it runs and has run.

use super::Table;
use super::pages::Paging;
use super::standing::{asked, input, listing, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown, unset};
use crate::world::names::arn;
use crate::world::rollout::{begin, rollout_id};

pub(super) const OPERATIONS: Table = &[
    ("DescribeServices", describe),
    ("DescribeTaskDefinition", definition),
    ("ListClusters", clusters),
    ("ListServices", services),
    ("ListTaskDefinitions", definitions),
    ("UpdateService", update),
];

const CLUSTER: &str = "shop";

const PAGING: Paging = Paging {
    size: "maxResults",
    token: "nextToken",
    usual: 100,
    refusal: "InvalidParameterException",
};

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

fn clusters(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let here = !shelf(world, call, "services").is_empty();
    let arn = arn("ecs", &call.region, &format!("cluster/{CLUSTER}"));
    let found = if here { vec![Value::Text(arn)] } else { Vec::new() };
    listing(call, found, "clusterArns", "nextToken", &PAGING)
}

fn services(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    cluster(call)?;
    let arns = shelf(world, call, "services").iter().filter_map(|it| it.text("serviceArn"));
    let found = arns.map(|arn| Value::Text(arn.to_owned())).collect();
    listing(call, found, "serviceArns", "nextToken", &PAGING)
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

/// A task definition by its ARN, by family and revision, or the newest active one of a family.
fn known<'a>(world: &'a World, call: &Call, named: &str) -> Option<&'a Value> {
    let all = shelf(world, call, "definitions");
    let name = named.rsplit('/').next().unwrap_or(named);
    match name.split_once(':') {
        Some((family, revision)) => {
            let revision: i64 = revision.parse().ok()?;
            all.iter().find(|it| {
                it.text("family") == Some(family) && it.int("revision") == Some(revision)
            })
        }
        None => all
            .iter()
            .rev()
            .find(|it| it.text("family") == Some(name) && it.text("status") == Some("ACTIVE")),
    }
}

fn definition(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let found = known(world, call, input(call, "taskDefinition"))
        .ok_or_else(|| ApiError::new("ClientException", "Unable to describe task definition."))?;
    Ok(Value::empty().with("taskDefinition", shown(found)).into())
}

fn definitions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let family = call.input.text("familyPrefix");
    let status = call.input.text("status").unwrap_or("ACTIVE");
    let all = shelf(world, call, "definitions").iter();
    let fit = all.filter(|it| {
        family.is_none_or(|family| it.text("family") == Some(family))
            && it.text("status") == Some(status)
    });
    let mut found: Vec<Value> = fit
        .filter_map(|it| it.text("taskDefinitionArn"))
        .map(|arn| arn.to_owned().into())
        .collect();
    if call.input.text("sort") == Some("DESC") {
        found.reverse();
    }
    listing(call, found, "taskDefinitionArns", "nextToken", &PAGING)
}

/// Changes how many tasks run, which are there at once, or what they run, which takes its time.
fn update(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    cluster(call)?;
    let named = input(call, "service").to_owned();
    let desired = call.input.int("desiredCount");
    let wanted = match call.input.text("taskDefinition") {
        Some(named) => Some(runnable(world, call, named)?),
        None => None,
    };
    let anew = call.input.bool("forceNewDeployment") == Some(true);
    let (now, id) = (world.now(), rollout_id(&world.fixture.next_id()));
    let Some(record) = shelf_mut(world, call, "services").iter_mut().find(|r| is(r, &named)) else {
        return Err(ApiError::new("ServiceNotFoundException", "Service not found."));
    };
    if record.text("status") != Some("ACTIVE") {
        return Err(ApiError::new("ServiceNotActiveException", "Service was not ACTIVE."));
    }
    if let Some(count) = desired {
        set(record, "desiredCount", count);
        set(record, "runningCount", count);
    }
    let there = record.text("taskDefinition").unwrap_or_default().to_owned();
    let definition = wanted.unwrap_or_else(|| there.clone());
    if definition != there || anew {
        let controller = record.get("deploymentController").and_then(|it| it.text("type"));
        if controller.is_some_and(|controller| controller != "ECS") {
            return Err(ApiError::new(
                "InvalidParameterException",
                "Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.",
            ));
        }
        begin(record, &id, &definition, "ECS deployment ID in progress.", now);
    }
    Ok(Value::empty().with("service", shown(record)).into())
}

/// The ARN of a task definition that a service may run.
fn runnable(world: &World, call: &Call, named: &str) -> Result<String, ApiError> {
    let refuse = |why: &str| ApiError::new("ClientException", why);
    let found = known(world, call, named).ok_or_else(|| refuse("TaskDefinition not found."))?;
    if found.text("status") != Some("ACTIVE") {
        return Err(refuse("TaskDefinition is inactive"));
    }
    Ok(found.text("taskDefinitionArn").unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    fn service() -> Value {
        Value::empty().with("cluster", "shop").with("service", "shop-web")
    }

    fn stands(world: &mut World) -> (String, Vec<(String, String, i64)>) {
        let input =
            Value::empty().with("cluster", "shop").with("services", Value::list(["shop-web"]));
        let output = ask(world, "ecs", "DescribeServices", input).unwrap();
        let service = output.items("services")[0].clone();
        let rollouts = service.items("deployments").iter().map(|held| {
            let text = |member: &str| held.text(member).unwrap().to_owned();
            let revision = text("taskDefinition").rsplit(':').next().unwrap().to_owned();
            (revision, text("rolloutState"), held.int("runningCount").unwrap())
        });
        let revision = service.text("taskDefinition").unwrap().rsplit(':').next().unwrap();
        (revision.to_owned(), rollouts.collect())
    }

    #[test]
    fn a_service_rolls_one_task_after_the_other() {
        let mut world = world();
        let input = service().with("taskDefinition", "shop-web:117");
        ask(&mut world, "ecs", "UpdateService", input).unwrap();
        let (at, rollouts) = stands(&mut world);
        assert_eq!((at.as_str(), rollouts.len()), ("117", 2));
        let start = world.now();
        world.advance_to(start + 20_000);
        let running: Vec<_> = stands(&mut world).1.iter().map(|(.., running)| *running).collect();
        assert_eq!(running, [1, 2]);
        world.advance_to(start + 60_000);
        let (_, rollouts) = stands(&mut world);
        assert_eq!(rollouts, [("117".to_owned(), "COMPLETED".to_owned(), 3)]);
    }

    #[test]
    fn tasks_that_do_not_start_are_given_up_and_the_service_goes_back() {
        let mut world = world();
        let input = service().with("taskDefinition", "shop-web:113");
        ask(&mut world, "ecs", "UpdateService", input).unwrap();
        let start = world.now();
        world.advance_to(start + 50_000);
        let (at, rollouts) = stands(&mut world);
        assert_eq!(at, "118", "{rollouts:?}");
        assert!(rollouts.iter().any(|(at, state, _)| at == "113" && state == "FAILED"));
        world.advance_to(start + 240_000);
        let (at, rollouts) = stands(&mut world);
        assert_eq!((at.as_str(), rollouts.len()), ("118", 1), "{rollouts:?}");
        assert_eq!(rollouts[0].1, "COMPLETED");
    }

    #[test]
    fn what_is_inactive_or_not_there_is_not_run() {
        let mut world = world();
        for (named, why) in [
            ("shop-web:115", "TaskDefinition is inactive"),
            ("shop-web:7", "TaskDefinition not found."),
        ] {
            let input = service().with("taskDefinition", named);
            let error = ask(&mut world, "ecs", "UpdateService", input).unwrap_err();
            assert_eq!((error.code.as_str(), error.message.as_str()), ("ClientException", why));
        }
    }
}
