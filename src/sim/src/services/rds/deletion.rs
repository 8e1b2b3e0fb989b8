//! Instances that are deleted, and snapshots that are taken of them.

use super::super::standing::{input, shelf, shelf_mut};
use super::changes::tell;
use super::lookup::{MOST_SNAPSHOTS, identifier, in_state, instance, instance_mut, unfit};
use super::settings::drop_secret;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown, text_at};
use crate::world::fixture::{Due, Parting};
use crate::world::names;

const DELETION_MS: i64 = 5 * 60_000;
const SNAPSHOT_MS: i64 = 3 * 60_000;

/// The statuses of an instance that has failed: there is nothing in it to take a snapshot of.
const FAILED: [&str; 6] = [
    "failed",
    "restore-error",
    "incompatible-restore",
    "incompatible-network",
    "insufficient-capacity",
    "creating",
];

/// `DeleteDBInstance`.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = input(call, "DBInstanceIdentifier").to_owned();
    let there = instance(world, call, &id)?.clone();
    let id = there.text("DBInstanceIdentifier").unwrap_or_default().to_owned();
    let snapshot = last_snapshot(world, call, &there, &id)?;
    let now = world.now();
    let took = if snapshot.is_some() { SNAPSHOT_MS } else { 0 };
    if let Some(name) = &snapshot {
        take(world, call, &there, name);
    }
    let gone = now + took + DELETION_MS;
    let record = instance_mut(world, call, &id)?;
    set(record, "DBInstanceStatus", "deleting");
    let answer = shown(record);
    world.fixture.part_later(Parting {
        at_ms: gone,
        shelf: (call.region.clone(), "rds", "instances"),
        record: ("DBInstanceIdentifier", id.clone()),
    });
    drop_secret(world, call, text_at(&there, "MasterUserSecret.SecretArn"));
    tell(world, call, "db-instance", &id, "deletion", gone, "DB instance deleted");
    Ok(Value::empty().with("DBInstance", answer).into())
}

/// The snapshot that is taken of it first, if one is; or why it cannot be deleted so.
fn last_snapshot(
    world: &World,
    call: &Call,
    there: &Value,
    id: &str,
) -> Result<Option<String>, ApiError> {
    let status = there.text("DBInstanceStatus").unwrap_or_default();
    if status == "deleting" {
        return Err(in_state(id, "is already being deleted."));
    }
    if there.bool("DeletionProtection") == Some(true) {
        return Err(unfit(
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        ));
    }
    let skipped = call.input.bool("SkipFinalSnapshot") == Some(true);
    let name = call.input.text("FinalDBSnapshotIdentifier");
    match (skipped, name) {
        (true, Some(_)) => Err(unfit(
            "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.",
        )),
        (false, None) => Err(unfit(
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )),
        (true, None) => Ok(None),
        (false, Some(_)) if there.text("DBClusterIdentifier").is_some() => {
            Err(unfit("A final snapshot cannot be taken of an instance in a DB cluster."))
        }
        (false, Some(_)) if FAILED.contains(&status) => {
            Err(in_state(id, &format!("is {status}: no final snapshot can be taken of it.")))
        }
        (false, Some(name)) => {
            let name = identifier(name, "FinalDBSnapshotIdentifier")?;
            free(world, call, &name)?;
            Ok(Some(name))
        }
    }
}

/// `CreateDBSnapshot`.
pub(super) fn snapshot(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = identifier(input(call, "DBSnapshotIdentifier"), "DBSnapshotIdentifier")?;
    let there = instance(world, call, input(call, "DBInstanceIdentifier"))?.clone();
    let id = there.text("DBInstanceIdentifier").unwrap_or_default();
    free(world, call, &name)?;
    if there.text("DBClusterIdentifier").is_some() {
        return Err(unfit(format!("{id} is a member of a DB cluster: snapshot the cluster.")));
    }
    let status = there.text("DBInstanceStatus").unwrap_or_default();
    if !matches!(status, "available" | "storage-optimization") {
        return Err(in_state(id, &format!("is not currently in the available state: {status}")));
    }
    let made = take(world, call, &there, &name);
    if let Ok(record) = instance_mut(world, call, id) {
        set(record, "DBInstanceStatus", "backing-up");
    }
    let up = world.now() + SNAPSHOT_MS;
    super::lookup::later(world, call, id, up, vec![("DBInstanceStatus", "available".into())]);
    Ok(Value::empty().with("DBSnapshot", made).into())
}

/// Whether a snapshot may be called so, and there may be one more.
fn free(world: &World, call: &Call, name: &str) -> Result<(), ApiError> {
    let held = shelf(world, call, "snapshots");
    if held.iter().any(|held| held.text("DBSnapshotIdentifier") == Some(name)) {
        let message = format!(
            "Cannot create the snapshot because a snapshot with the identifier {name} already exists."
        );
        return Err(ApiError::new("DBSnapshotAlreadyExistsFault", message));
    }
    let by_hand = held.iter().filter(|held| held.text("SnapshotType") == Some("manual")).count();
    if i64::try_from(by_hand).unwrap_or(i64::MAX) >= MOST_SNAPSHOTS {
        let message = "You have reached the maximum number of manual snapshots.";
        return Err(ApiError::new("SnapshotQuotaExceededFault", message));
    }
    Ok(())
}

/// Takes a snapshot, which is there after a while.
fn take(world: &mut World, call: &Call, of: &Value, name: &str) -> Value {
    let now = world.now();
    let tags = match call.input.items("Tags") {
        [] if of.bool("CopyTagsToSnapshot") == Some(true) => of.items("TagList"),
        tags => tags,
    };
    let vpc = text_at(of, "DBSubnetGroup.VpcId").map(str::to_owned);
    let mut made = Value::empty()
        .with("DBSnapshotIdentifier", name)
        .with("DBSnapshotArn", names::arn("rds", &call.region, &format!("snapshot:{name}")))
        .with("SnapshotType", "manual")
        .with("Status", "creating")
        .with("PercentProgress", 0)
        .with("SnapshotCreateTime", Value::Time(now))
        .with("Port", 5432)
        .with("Encrypted", of.bool("StorageEncrypted") == Some(true))
        .with("TagList", Value::List(tags.to_vec()))
        .with_some("VpcId", vpc);
    for member in [
        "DBInstanceIdentifier",
        "DbiResourceId",
        "Engine",
        "EngineVersion",
        "LicenseModel",
        "MasterUsername",
        "AllocatedStorage",
        "StorageType",
        "AvailabilityZone",
        "KmsKeyId",
        "InstanceCreateTime",
        "IAMDatabaseAuthenticationEnabled",
    ] {
        if let Some(value) = of.get(member) {
            set(&mut made, member, value.clone());
        }
    }
    let answer = shown(&made);
    shelf_mut(world, call, "snapshots").push(made);
    world.fixture.later(Due {
        at_ms: now + SNAPSHOT_MS,
        shelf: (call.region.clone(), "rds", "snapshots"),
        record: ("DBSnapshotIdentifier", name.to_owned()),
        changes: vec![("Status", "available".into()), ("PercentProgress", Value::Int(100))],
    });
    answer
}
