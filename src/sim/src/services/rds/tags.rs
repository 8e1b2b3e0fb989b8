//! Tags of anything that has an ARN.

use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::set;

const ARNS: [(&str, &str); 5] = [
    ("clusters", "DBClusterArn"),
    ("instances", "DBInstanceArn"),
    ("snapshots", "DBSnapshotArn"),
    ("clustersnapshots", "DBClusterSnapshotArn"),
    ("globals", "GlobalClusterArn"),
];

fn tagged<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Value, ApiError> {
    let arn = call.input.text("ResourceName").unwrap_or_default();
    let kind = ARNS.iter().find(|(kind, member)| {
        world.fixture.shelf(&call.region, "rds", kind).iter().any(|r| r.text(member) == Some(arn))
    });
    let found = kind.and_then(|(kind, member)| {
        world
            .fixture
            .shelf_mut(&call.region, "rds", kind)
            .iter_mut()
            .find(|record| record.text(member) == Some(arn))
    });
    found.ok_or_else(|| {
        let code =
            if arn.contains(":db:") { "DBInstanceNotFoundFault" } else { "DBClusterNotFoundFault" };
        ApiError::new(code, format!("The resource {arn} was not found."))
    })
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let record = tagged(world, call)?;
    Ok(Value::empty().with("TagList", Value::List(record.items("TagList").to_vec())).into())
}

pub(super) fn add(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let new = call.input.items("Tags").to_vec();
    change(world, call, |tags| {
        tags.retain(|tag| !new.iter().any(|added| added.text("Key") == tag.text("Key")));
        tags.extend(new.iter().cloned());
    })
}

pub(super) fn remove(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let keys = super::super::standing::asked(call, "TagKeys");
    change(world, call, |tags| {
        tags.retain(|tag| !tag.text("Key").is_some_and(|key| keys.contains(&key)));
    })
}

fn change(
    world: &mut World,
    call: &Call,
    how: impl FnOnce(&mut Vec<Value>),
) -> Result<Reply, ApiError> {
    let record = tagged(world, call)?;
    let mut tags = record.items("TagList").to_vec();
    how(&mut tags);
    set(record, "TagList", Value::List(tags));
    Ok(Value::empty().into())
}
