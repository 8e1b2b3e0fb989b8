//! Reboots, the settings of a cluster, and the events that all of it leaves.

use super::super::standing::one_mut;
use super::failover::no_cluster;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::Due;
use crate::world::fixture::record::{set, shown};

/// How long a restart takes, in milliseconds.
const REBOOT_MS: i64 = 60_000;

/// Restarts an instance.
pub(super) fn reboot(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let id = call.input.text("DBInstanceIdentifier").unwrap_or_default().to_owned();
    let Some(instance) = one_mut(world, call, "instances", "DBInstanceIdentifier", &id) else {
        return Err(ApiError::new(
            "DBInstanceNotFoundFault",
            format!("DBInstance {id} not found."),
        ));
    };
    if instance.text("DBInstanceStatus") != Some("available") {
        return Err(ApiError::new(
            "InvalidDBInstanceStateFault",
            format!("Database instance is not in available state: {id}"),
        ));
    }
    if call.input.bool("ForceFailover") == Some(true) {
        return super::failover::to_standby(world, call, &id);
    }
    set(instance, "DBInstanceStatus", "rebooting");
    let answer = shown(instance);
    // Static parameters that were waiting for it take effect.
    let groups = instance.items("DBParameterGroups").iter().cloned();
    let groups = groups.map(|group| group.with("ParameterApplyStatus", "in-sync"));
    let groups = Value::list(groups);
    let changes = vec![("DBInstanceStatus", "available".into()), ("DBParameterGroups", groups)];
    world.fixture.later(Due {
        at_ms: now + REBOOT_MS,
        shelf: (call.region.clone(), "rds", "instances"),
        record: ("DBInstanceIdentifier", id.clone()),
        changes,
    });
    tell(world, call, "db-instance", &id, "availability", now + REBOOT_MS, "DB instance restarted");
    Ok(Value::empty().with("DBInstance", answer).into())
}

pub(super) fn modify_cluster(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = call.input.text("DBClusterIdentifier").unwrap_or_default().to_owned();
    let Some(cluster) = one_mut(world, call, "clusters", "DBClusterIdentifier", &id) else {
        return Err(no_cluster(&id));
    };
    for (input, member) in [
        ("DeletionProtection", "DeletionProtection"),
        ("BackupRetentionPeriod", "BackupRetentionPeriod"),
        ("PreferredBackupWindow", "PreferredBackupWindow"),
        ("PreferredMaintenanceWindow", "PreferredMaintenanceWindow"),
        ("CopyTagsToSnapshot", "CopyTagsToSnapshot"),
        ("EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled"),
    ] {
        if let Some(value) = call.input.get(input) {
            set(cluster, member, value.clone());
        }
    }
    Ok(Value::empty().with("DBCluster", shown(cluster)).into())
}

/// Leaves an event, which is seen once its moment has come.
pub(super) fn tell(
    world: &mut World,
    call: &Call,
    kind: &str,
    id: &str,
    category: &str,
    at: i64,
    message: &str,
) {
    leave(world, &call.region.clone(), (kind, id), category, at, message);
}

/// The same of a region: an event of what is of a kind and has an identifier.
pub(super) fn leave(
    world: &mut World,
    region: &str,
    (kind, id): (&str, &str),
    category: &str,
    at: i64,
    message: &str,
) {
    let resource = if kind == "db-cluster" { "cluster" } else { "db" };
    let arn = crate::world::names::arn("rds", region, &format!("{resource}:{id}"));
    world.fixture.shelf_mut(region, "rds", "events").push(
        Value::empty()
            .with("SourceIdentifier", id)
            .with("SourceType", kind)
            .with("SourceArn", arn)
            .with("EventCategories", Value::list([category]))
            .with("Message", message)
            .with("Date", Value::Time(at)),
    );
}
