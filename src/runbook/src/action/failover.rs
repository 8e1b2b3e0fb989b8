//! Who writes to databases: another instance, another region, the standby, a replica that stands alone.

use std::time::Duration;

use serde::Deserialize;
use watchdeck_domain::change::{
    FailOverCluster, FailOverInstance, Loss, MovePrimary, PromoteReplica,
};
use watchdeck_domain::reading::{ClusterOf, GlobalOf, LagOf, NodeOf};
use watchdeck_domain::recovery::{CopyLag, GlobalStanding, newest};
use watchdeck_domain::{Arn, DatabaseName};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// How far back the lag of a copy is looked at.
const LOOKED_BACK: Duration = Duration::from_mins(15);

/// `FailoverDBCluster`, never without its target.
pub(super) static FAIL_OVER_CLUSTER: Action = Action {
    name: "fail-over-cluster",
    operation: "rds:FailoverDBCluster",
    members: &[
        must("cluster", "DBClusterIdentifier"),
        must("instance", "TargetDBInstanceIdentifier"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(fail_over_cluster(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailOverClusterWith {
    cluster: DatabaseName,
    instance: DatabaseName,
}

async fn fail_over_cluster(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let FailOverClusterWith { cluster, instance: target } = members.read()?;
    let there = ground.look(ClusterOf { cluster: cluster.clone() }).await?;
    let from = DatabaseName::parse(&there.writer).map_err(|_| {
        CompileError::new(
            format!("no instance of {cluster} writes: it is a secondary of a global database"),
            "it is made the primary by aurora.switchover-global or aurora.failover-global",
        )
    })?;
    if from == target {
        return Err(CompileError::new(
            format!("{target} writes already"),
            "there is nothing to do",
        ));
    }
    let seen = newest(&there.events);
    let back = FailOverCluster {
        cluster: cluster.clone(),
        target: from.clone(),
        from: target.clone(),
        seen,
    };
    Ok((FailOverCluster { cluster, target, from, seen }.into(), Some(back.into())))
}

/// `SwitchoverGlobalCluster`. What leads back is asked for in another region, and is a run of its own.
pub(super) static SWITCH_OVER_GLOBAL: Action = Action {
    name: "switch-over-global",
    operation: "rds:SwitchoverGlobalCluster",
    members: &[
        must("global", "GlobalClusterIdentifier"),
        must("cluster", "TargetDbClusterIdentifier"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(switch_over_global(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SwitchOverGlobalWith {
    global: DatabaseName,
    cluster: DatabaseName,
}

async fn switch_over_global(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let SwitchOverGlobalWith { global, cluster } = members.read()?;
    let there = ground.look(GlobalOf { global: global.clone() }).await?;
    let (from, to) = way(&there, &cluster)?;
    let here = ground.place.scope.region.as_str();
    let primary = MovePrimary::region_of(&from);
    // CF23: the same call in another region is answered as if there were no such database.
    if primary != here {
        return Err(elsewhere(
            format!("the primary of {global} is in {primary}, and a switchover is asked for there"),
            primary,
        ));
    }
    Ok((MovePrimary { global, to, from, loss: None }.into(), None))
}

/// `FailoverGlobalCluster`, never without `AllowDataLoss`: it would be a switchover.
pub(super) static FAIL_OVER_GLOBAL: Action = Action {
    name: "fail-over-global",
    operation: "rds:FailoverGlobalCluster",
    members: &[
        must("global", "GlobalClusterIdentifier"),
        must("cluster", "TargetDbClusterIdentifier"),
        must("data_loss", "AllowDataLoss"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(fail_over_global(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailOverGlobalWith {
    global: DatabaseName,
    cluster: DatabaseName,
    data_loss: bool,
}

async fn fail_over_global(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let FailOverGlobalWith { global, cluster, data_loss } = members.read()?;
    if !data_loss {
        return Err(CompileError::new(
            "without `data_loss = true` AWS takes a failover for a switchover",
            "say `data_loss = true`, or use `switch-over-global`",
        ));
    }
    let there = ground.look(GlobalOf { global: global.clone() }).await?;
    let (from, to) = way(&there, &cluster)?;
    let here = ground.place.scope.region.as_str();
    let secondary = MovePrimary::region_of(&to);
    if secondary != here {
        return Err(elsewhere(
            format!("{cluster} is in {secondary}, and a failover to it is asked for there"),
            secondary,
        ));
    }
    let now = ground.place.now;
    let asked = LagOf { cluster, start: now - LOOKED_BACK, end: now + Duration::from_mins(1) };
    let loss = Some(loss(&ground.look(asked).await?));
    Ok((MovePrimary { global, to, from, loss }.into(), None))
}

/// What is lost, as far as it is told.
fn loss(lag: &CopyLag) -> Loss {
    Loss {
        last_ms: lag.last_ms.map(whole),
        worst_ms: lag.worst_ms.map(whole),
        writes: lag.lost_writes().map(whole),
        told: lag.told,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded up, and no more than it can hold"
)]
fn whole(amount: f64) -> u64 {
    amount.max(0.0).ceil() as u64
}

/// From which cluster to which one it leads.
fn way(there: &GlobalStanding, cluster: &DatabaseName) -> Result<(Arn, Arn), CompileError> {
    let named = |arn: &str| {
        Arn::parse(arn).map_err(|error| CompileError::new(error.to_string(), "look at it in RDS"))
    };
    let to = there.member(cluster.as_str()).ok_or_else(|| {
        let all: Vec<_> = there.members.iter().map(|it| it.cluster.as_str()).collect();
        CompileError::new(
            format!("{} has no cluster {cluster}, or two of that name", there.id),
            format!("its clusters are {}", all.join(", ")),
        )
    })?;
    if to.writer {
        return Err(CompileError::new(
            format!("{cluster} is the primary already"),
            "there is nothing to do",
        ));
    }
    let from = there.writer().ok_or_else(|| {
        CompileError::new(
            format!("no cluster of {} is told as its primary", there.id),
            "wait until what is under way has ended",
        )
    })?;
    Ok((named(&from.arn)?, named(&to.arn)?))
}

fn elsewhere(what: String, region: &str) -> CompileError {
    CompileError::new(what, format!("stand there and propose it again: `--region {region}`"))
}

/// `RebootDBInstance` with `ForceFailover`.
pub(super) static FAIL_OVER_INSTANCE: Action = Action {
    name: "fail-over-instance",
    operation: "rds:RebootDBInstance",
    members: &[must("instance", "DBInstanceIdentifier"), must("forced", "ForceFailover")],
    lock: None,
    compile: |members, ground| Box::pin(fail_over_instance(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailOverInstanceWith {
    instance: DatabaseName,
    forced: bool,
}

async fn fail_over_instance(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let FailOverInstanceWith { instance, forced } = members.read()?;
    let there = ground.look(NodeOf { instance: instance.clone() }).await?;
    if !forced {
        return Err(CompileError::new(
            "without `forced = true` it is restarted where it is",
            "say `forced = true`",
        ));
    }
    if !there.multi_az || there.standby_zone.is_empty() {
        return Err(CompileError::new(
            format!("{instance} has no standby in another zone"),
            "an instance of a cluster is failed over by aurora.failover-az; one without a standby is restored",
        ));
    }
    let (from, to, seen) = (there.zone, there.standby_zone, newest(&there.events));
    let back =
        FailOverInstance { instance: instance.clone(), from: to.clone(), to: from.clone(), seen };
    Ok((FailOverInstance { instance, from, to, seen }.into(), Some(back.into())))
}

/// `PromoteReadReplica`. Nothing attaches it again.
pub(super) static PROMOTE_REPLICA: Action = Action {
    name: "promote-replica",
    operation: "rds:PromoteReadReplica",
    members: &[
        must("instance", "DBInstanceIdentifier"),
        must("backup_days", "BackupRetentionPeriod"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(promote_replica(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PromoteReplicaWith {
    instance: DatabaseName,
    backup_days: u32,
}

async fn promote_replica(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let PromoteReplicaWith { instance: replica, backup_days } = members.read()?;
    let there = ground.look(NodeOf { instance: replica.clone() }).await?;
    if there.replicates.is_empty() {
        return Err(CompileError::new(
            format!("{replica} replicates nothing"),
            "it is a database of its own already",
        ));
    }
    Ok((PromoteReplica { replica, source: there.replicates, backup_days }.into(), None))
}
