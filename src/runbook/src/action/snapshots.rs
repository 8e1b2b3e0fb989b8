//! Snapshots of databases: taken, and shared with nobody; master passwords: made anew.

use serde::Deserialize;
use watchdeck_domain::DatabaseName;
use watchdeck_domain::change::{RotateMaster, ShareSnapshot, TakeSnapshot};
use watchdeck_domain::reading::{MasterSecretOf, NodeOf, SnapshotOf};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `ModifyDBSnapshotAttribute` that takes all accounts out.
pub(super) static UNSHARE_SNAPSHOT: Action = Action {
    name: "unshare-snapshot",
    operation: "rds:ModifyDBSnapshotAttribute",
    members: &[must("snapshot", "DBSnapshotIdentifier"), must("attribute", "AttributeName")],
    lock: None,
    compile: |members, ground| Box::pin(unshare_snapshot(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UnshareSnapshotWith {
    snapshot: DatabaseName,
    attribute: Restore,
}

/// The word `restore`: there is no other attribute.
#[derive(Debug, Deserialize)]
enum Restore {
    #[serde(rename = "restore")]
    Restore,
}

async fn unshare_snapshot(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let UnshareSnapshotWith { snapshot, attribute: Restore::Restore } = members.read()?;
    let there = ground.look(SnapshotOf { snapshot: snapshot.clone() }).await?.ok_or_else(|| {
        CompileError::new(
            format!("there is no snapshot {snapshot}"),
            "stand in its region; a snapshot of a cluster is none of an instance",
        )
    })?;
    let shared = Vec::new();
    let back = ShareSnapshot {
        snapshot: snapshot.clone(),
        shared: there.shared.clone(),
        before: shared.clone(),
    };
    Ok((ShareSnapshot { snapshot, shared, before: there.shared }.into(), Some(back.into())))
}

/// `CreateDBSnapshot`, under a name of the run. Nothing deletes it here.
pub(super) static TAKE_SNAPSHOT: Action = Action {
    name: "take-snapshot",
    operation: "rds:CreateDBSnapshot",
    members: &[must("instance", "DBInstanceIdentifier"), must("snapshot", "DBSnapshotIdentifier")],
    lock: None,
    compile: |members, ground| Box::pin(take_snapshot(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakeSnapshotWith {
    instance: DatabaseName,
    snapshot: DatabaseName,
}

async fn take_snapshot(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let TakeSnapshotWith { instance, snapshot } = members.read()?;
    let there = ground.look(NodeOf { instance: instance.clone() }).await?;
    if !there.cluster.is_empty() {
        return Err(CompileError::new(
            format!("{instance} belongs to the cluster {}", there.cluster),
            "it holds no data of its own: snapshots are taken of the cluster",
        ));
    }
    let (run, standby) = (ground.run.to_string(), there.multi_az);
    Ok((TakeSnapshot { instance, snapshot, run, standby }.into(), None))
}

/// `ModifyDBInstance` that makes the password anew which Secrets Manager keeps. Nothing brings the old one back.
pub(super) static ROTATE_MASTER: Action = Action {
    name: "rotate-master",
    operation: "rds:ModifyDBInstance",
    members: &[
        must("instance", "DBInstanceIdentifier"),
        must("rotate", "RotateMasterUserPassword"),
        must("at_once", "ApplyImmediately"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(rotate_master(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RotateMasterWith {
    instance: DatabaseName,
    rotate: bool,
    at_once: bool,
}

async fn rotate_master(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let RotateMasterWith { instance, rotate, at_once } = members.read()?;
    if !(rotate && at_once) {
        return Err(CompileError::new(
            "a password is made anew at once, or AWS refuses it",
            "say `rotate = true` and `at_once = true`",
        ));
    }
    let there = ground.look(MasterSecretOf { instance: instance.clone() }).await?;
    if there.arn.is_empty() {
        return Err(CompileError::new(
            format!("Secrets Manager keeps no password of {instance}"),
            "have it kept there first, or change the password where it is kept",
        ));
    }
    Ok((RotateMaster { instance, secret: there.arn, before: there.current }.into(), None))
}
