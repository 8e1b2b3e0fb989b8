//! Elastic Load Balancing: balancers, listeners, target groups and the health of targets.

use super::Table;
use super::pages::Paging;
use super::standing::{asked, input, listing, one, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::at;

pub(super) const OPERATIONS: Table = &[
    ("DescribeListeners", listeners),
    ("DescribeLoadBalancers", balancers),
    ("DescribeTargetGroups", groups),
    ("DescribeTargetHealth", health),
];

const PAGING: Paging =
    Paging { size: "PageSize", token: "Marker", usual: 400, refusal: "ValidationError" };

fn balancers(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let records = shelf(world, call, "balancers");
    let (arns, names) = (asked(call, "LoadBalancerArns"), asked(call, "Names"));
    let missing = |wanted: &[&str], member: &str| {
        wanted.iter().any(|text| !records.iter().any(|r| r.text(member) == Some(text)))
    };
    if missing(&arns, "LoadBalancerArn") || missing(&names, "LoadBalancerName") {
        return Err(no_balancer());
    }
    let found = seen(records.iter().filter(|record| {
        let is =
            |wanted: &[&str], member: &str| wanted.iter().any(|t| record.text(member) == Some(t));
        (arns.is_empty() && names.is_empty())
            || is(&arns, "LoadBalancerArn")
            || is(&names, "LoadBalancerName")
    }));
    listing(call, found, "LoadBalancers", "NextMarker", &PAGING)
}

fn groups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let records = shelf(world, call, "groups");
    let (arns, names) = (asked(call, "TargetGroupArns"), asked(call, "Names"));
    let missing = |wanted: &[&str], member: &str| {
        wanted.iter().any(|text| !records.iter().any(|r| r.text(member) == Some(text)))
    };
    if missing(&arns, "TargetGroupArn") || missing(&names, "TargetGroupName") {
        return Err(no_group());
    }
    let balancer = call.input.text("LoadBalancerArn");
    if let Some(arn) = balancer
        && one(world, call, "balancers", "LoadBalancerArn", arn).is_none()
    {
        return Err(no_balancer());
    }
    let found = seen(records.iter().filter(|record| {
        let is =
            |wanted: &[&str], member: &str| wanted.iter().any(|t| record.text(member) == Some(t));
        let chosen = (arns.is_empty() && names.is_empty())
            || is(&arns, "TargetGroupArn")
            || is(&names, "TargetGroupName");
        let behind = balancer.is_none_or(|arn| {
            at(record, "LoadBalancerArns").iter().any(|held| held.as_text() == Some(arn))
        });
        chosen && behind
    }));
    listing(call, found, "TargetGroups", "NextMarker", &PAGING)
}

fn listeners(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let arns = asked(call, "ListenerArns");
    let balancer = call.input.text("LoadBalancerArn");
    if balancer.is_none() && arns.is_empty() {
        return Err(ApiError::new(
            "ValidationError",
            "You must specify either listener ARNs or a load balancer ARN",
        ));
    }
    if let Some(arn) = balancer
        && one(world, call, "balancers", "LoadBalancerArn", arn).is_none()
    {
        return Err(no_balancer());
    }
    if arns.iter().any(|arn| one(world, call, "listeners", "ListenerArn", arn).is_none()) {
        return Err(ApiError::new("ListenerNotFoundException", "One or more listeners not found"));
    }
    let found = seen(shelf(world, call, "listeners").iter().filter(|record| {
        (arns.is_empty() || arns.iter().any(|arn| record.text("ListenerArn") == Some(arn)))
            && balancer.is_none_or(|arn| record.text("LoadBalancerArn") == Some(arn))
    }));
    listing(call, found, "Listeners", "NextMarker", &PAGING)
}

fn health(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let Some(group) = one(world, call, "groups", "TargetGroupArn", input(call, "TargetGroupArn"))
    else {
        return Err(no_group());
    };
    let wanted = call.input.items("Targets");
    let registered = group.items("_targets");
    let describe = |target: &Value, health: Value| {
        Value::empty()
            .with("Target", target.clone())
            .with_some("HealthCheckPort", target.int("Port").map(|port| port.to_string()))
            .with("TargetHealth", health)
    };
    let healthy = || Value::empty().with("State", "healthy");
    let described: Vec<_> = if wanted.is_empty() {
        registered.iter().map(|target| describe(target, healthy())).collect()
    } else {
        wanted
            .iter()
            .map(|target| {
                match registered.iter().find(|held| held.text("Id") == target.text("Id")) {
                    Some(held) => describe(held, healthy()),
                    None => describe(
                        target,
                        Value::empty()
                            .with("State", "unused")
                            .with("Reason", "Target.NotRegistered")
                            .with("Description", "Target is not registered to the target group"),
                    ),
                }
            })
            .collect()
    };
    Ok(Value::empty().with("TargetHealthDescriptions", Value::List(described)).into())
}

fn no_balancer() -> ApiError {
    ApiError::new("LoadBalancerNotFoundException", "One or more load balancers not found")
}

fn no_group() -> ApiError {
    ApiError::new("TargetGroupNotFoundException", "One or more target groups not found")
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn the_balancers_group_leads_to_healthy_targets() {
        let mut world = world();
        let named = Value::empty().with("Names", Value::list(["shop-web"]));
        let balancers = ask(&mut world, "elbv2", "DescribeLoadBalancers", named).unwrap();
        let arn = balancers.items("LoadBalancers")[0].text("LoadBalancerArn").unwrap().to_owned();
        let input = Value::empty().with("LoadBalancerArn", arn);
        let groups = ask(&mut world, "elbv2", "DescribeTargetGroups", input).unwrap();
        let group = groups.items("TargetGroups")[0].text("TargetGroupArn").unwrap().to_owned();
        let input = Value::empty().with("TargetGroupArn", group);
        let health = ask(&mut world, "elbv2", "DescribeTargetHealth", input).unwrap();
        assert_eq!(health.items("TargetHealthDescriptions").len(), 3);
    }
}
