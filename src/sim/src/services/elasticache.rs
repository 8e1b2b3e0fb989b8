//! ElastiCache: the replication group before the database, and its failover.

use super::Table;
use super::pages::Paging;
use super::standing::{listing, one, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::Due;
use crate::world::fixture::record::{set, shown};

pub(super) const OPERATIONS: Table = &[
    ("DescribeEvents", events),
    ("DescribeGlobalReplicationGroups", globals),
    ("DescribeReplicationGroups", groups),
    ("TestFailover", failover),
];

const PAGING: Paging = Paging {
    size: "MaxRecords",
    token: "Marker",
    usual: 100,
    refusal: "InvalidParameterValueException",
};

/// How long a failover takes, in milliseconds.
const FAILOVER_MS: i64 = 45_000;

fn groups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let asked = call.input.text("ReplicationGroupId");
    if let Some(id) = asked
        && one(world, call, "groups", "ReplicationGroupId", id).is_none()
    {
        return Err(missing(id));
    }
    let found = shelf(world, call, "groups")
        .iter()
        .filter(|group| asked.is_none_or(|id| group.text("ReplicationGroupId") == Some(id)));
    listing(call, seen(found), "ReplicationGroups", "Marker", &PAGING)
}

fn missing(id: &str) -> ApiError {
    ApiError::new("ReplicationGroupNotFoundFault", format!("ReplicationGroup {id} not found."))
}

fn globals(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    if let Some(id) = call.input.text("GlobalReplicationGroupId") {
        return Err(ApiError::new(
            "GlobalReplicationGroupNotFoundFault",
            format!("Global Replication Group {id} not found."),
        ));
    }
    listing(call, seen(shelf(world, call, "globals")), "GlobalReplicationGroups", "Marker", &PAGING)
}

fn events(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let found = super::standing::recent(shelf(world, call, "events"), call, world.now());
    listing(call, found, "Events", "Marker", &PAGING)
}

/// Makes the replica of a node group its primary.
fn failover(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let id = call.input.text("ReplicationGroupId").unwrap_or_default().to_owned();
    let node = call.input.text("NodeGroupId").unwrap_or_default();
    let Some(group) = super::standing::one_mut(world, call, "groups", "ReplicationGroupId", &id)
    else {
        return Err(missing(&id));
    };
    if group.text("Status") != Some("available") {
        return Err(ApiError::new(
            "InvalidReplicationGroupState",
            "Replication group must be available for test failover.",
        ));
    }
    if !group.items("NodeGroups").iter().any(|held| held.text("NodeGroupId") == Some(node)) {
        return Err(ApiError::new(
            "NodeGroupNotFoundFault",
            format!("Node group {node} not found."),
        ));
    }
    let swapped = Value::list(group.items("NodeGroups").iter().map(|held| {
        let members = held.items("NodeGroupMembers").iter().map(|member| {
            let role =
                if member.text("CurrentRole") == Some("primary") { "replica" } else { "primary" };
            member.clone().with("CurrentRole", role)
        });
        held.clone().with("NodeGroupMembers", Value::list(members))
    }));
    set(group, "Status", "modifying");
    let answer = shown(group);
    world.fixture.later(Due {
        at_ms: now + FAILOVER_MS,
        shelf: (call.region.clone(), "elasticache", "groups"),
        record: ("ReplicationGroupId", id.clone()),
        changes: vec![("NodeGroups", swapped), ("Status", "available".into())],
    });
    super::standing::shelf_mut(world, call, "events").push(
        Value::empty()
            .with("SourceIdentifier", id)
            .with("SourceType", "replication-group")
            .with("Message", format!("Test Failover API called for node group {node}"))
            .with("Date", Value::Time(now)),
    );
    Ok(Value::empty().with("ReplicationGroup", answer).into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{START, ask, world};
    use super::*;
    use crate::world::fixture::record::at;

    #[test]
    fn a_failover_swaps_the_roles_after_a_while() {
        let mut world = world();
        let input =
            Value::empty().with("ReplicationGroupId", "orders-cache").with("NodeGroupId", "0001");
        ask(&mut world, "elasticache", "TestFailover", input).unwrap();
        let roles = |world: &mut World| {
            let output =
                ask(world, "elasticache", "DescribeReplicationGroups", Value::empty()).unwrap();
            at(&output, "ReplicationGroups.NodeGroups")
                .iter()
                .flat_map(|group| group.items("NodeGroupMembers"))
                .filter_map(|member| member.text("CurrentRole").map(str::to_owned))
                .collect::<Vec<_>>()
        };
        assert_eq!(roles(&mut world), ["primary", "replica"]);
        world.advance_to(START + 46_000);
        assert_eq!(roles(&mut world), ["replica", "primary"]);
    }
}
