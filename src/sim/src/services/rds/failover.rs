//! Failovers: the writer of a cluster, the primary of a global database, the standby of an instance.

use super::super::standing::{input, one, one_mut};
use super::changes::{leave, tell};
use super::lookup::{in_state, instance_mut, later, unfit};
use super::moves::{Move, Of, Phase, both, cluster_mut, id_of, region_of};
use crate::faults::Turn;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown, text_at};

/// How long a failover to a standby takes.
const STANDBY_MS: i64 = 75_000;

/// So soon after one failover RDS makes no other.
const RECENT_MS: i64 = 60_000;

pub(super) fn no_cluster(id: &str) -> ApiError {
    ApiError::new("DBClusterNotFoundFault", format!("DBCluster {id} not found."))
}

fn no_global(id: &str) -> ApiError {
    ApiError::new("GlobalClusterNotFoundFault", format!("Global cluster {id} not found."))
}

fn cluster_state(why: String) -> ApiError {
    ApiError::new("InvalidDBClusterStateFault", why)
}

/// `FailoverDBCluster`: another instance becomes the writer. The cluster is failing over for a while.
pub(super) fn failover(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let turn = world.turn.take();
    let now = world.now();
    let id = input(call, "DBClusterIdentifier").to_ascii_lowercase();
    let target = call.input.text("TargetDBInstanceIdentifier").map(str::to_ascii_lowercase);
    let Some(cluster) = one(world, call, "clusters", "DBClusterIdentifier", &id).cloned() else {
        return Err(no_cluster(&id));
    };
    if cluster.text("Status") != Some("available") {
        let status = cluster.text("Status").unwrap_or_default();
        return Err(cluster_state(format!(
            "The cluster {id} is not available; its status is {status}."
        )));
    }
    let members = cluster.items("DBClusterMembers");
    if !members.iter().any(|member| member.bool("IsClusterWriter") == Some(true)) {
        return Err(cluster_state(format!(
            "The cluster {id} is a secondary of a global cluster: it has no writer to fail over."
        )));
    }
    let mut readers: Vec<_> =
        members.iter().filter(|member| member.bool("IsClusterWriter") != Some(true)).collect();
    readers.sort_by_key(|reader| reader.int("PromotionTier"));
    let chosen = match &target {
        Some(name) => {
            readers.iter().find(|it| it.text("DBInstanceIdentifier") == Some(name)).copied()
        }
        None => readers.first().copied(),
    };
    let next = chosen.and_then(|it| it.text("DBInstanceIdentifier")).map(str::to_owned);
    let Some(next) = next else {
        return Err(match target {
            Some(name) => in_state(&name, &format!("is no reader of {id}.")),
            None => cluster_state(format!("The cluster {id} has no reader to fail over to.")),
        });
    };
    let status = one(world, call, "instances", "DBInstanceIdentifier", &next)
        .and_then(|it| it.text("DBInstanceStatus"));
    if status != Some("available") {
        return Err(in_state(&next, "is not in available state."));
    }
    let zone = |name: Option<&str>| {
        let found = one(world, call, "instances", "DBInstanceIdentifier", name?)?;
        found.text("AvailabilityZone").map(str::to_owned)
    };
    let across = zone(crate::world::database::writer_of(&cluster)) != zone(Some(&next));
    let mut answer = shown(&cluster);
    if let Some(cluster) = one_mut(world, call, "clusters", "DBClusterIdentifier", &id) {
        set(cluster, "Status", "failing-over");
        answer = shown(cluster);
    }
    let of = Of::Cluster {
        region: call.region.clone(),
        cluster: id.clone(),
        target: next.clone(),
        fails: turn == Some(Turn::FailsBack),
    };
    world.databases.moves.push(Move { of, phase: Phase::Electing, since: now });
    // RDS-EVENT-0073, or 0072 within a zone
    let how = if across { "cross AZ" } else { "same AZ" };
    let told = format!("Started {how} failover to DB instance: {next}");
    tell(world, call, "db-cluster", &id, "failover", now, &told);
    Ok(Value::empty().with("DBCluster", answer).into())
}

/// `SwitchoverGlobalCluster`: nothing is lost, and everybody must be well.
pub(super) fn switch_global(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let plan = Plan::of(world, call)?;
    // Only the region of the primary can take it down in good order.
    if region_of(&plan.from) != call.region {
        return Err(ApiError::new(
            "GlobalClusterNotFoundFault",
            format!(
                "Global cluster {} has no primary in {}: a switchover is asked for in the Region of the primary DB cluster.",
                plan.global, call.region
            ),
        ));
    }
    for member in &plan.members {
        let is_writer = member.bool("IsWriter") == Some(true);
        if !is_writer && member.text("SynchronizationStatus") != Some("connected") {
            let arn = member.text("DBClusterArn").unwrap_or_default();
            return Err(global_state(&format!("The member {arn} is not connected.")));
        }
    }
    let told = plan.begin(world, call, "switching-over", Phase::Waiting, false);
    // RDS-EVENT-0181
    both(world, &plan.from, &plan.to, |to, region| {
        format!("Global switchover to DB cluster {to} in Region {region} started.")
    });
    Ok(told)
}

/// `FailoverGlobalCluster`: a switchover, unless it is allowed to lose data.
pub(super) fn failover_global(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let switch = call.input.bool("Switchover") == Some(true);
    if call.input.bool("AllowDataLoss") != Some(true) {
        return switch_global(world, call);
    }
    if switch {
        return Err(unfit("You can't specify both AllowDataLoss and Switchover."));
    }
    let plan = Plan::of(world, call)?;
    // The region of the old primary may be dead: it is the new one's that is asked.
    if region_of(&plan.to) != call.region {
        return Err(ApiError::new(
            "GlobalClusterNotFoundFault",
            format!(
                "Global cluster {} has no member {} in {}: a failover is asked for in the Region of the secondary DB cluster that is to be the primary.",
                plan.global, plan.to, call.region
            ),
        ));
    }
    let told = plan.begin(world, call, "failing-over", Phase::Promoting, true);
    let (id, region) = (id_of(&plan.from), region_of(&plan.from));
    let fenced = !world.databases.unfenced;
    if let Some(old) = cluster_mut(world, region, id)
        && fenced
    {
        set(old, "_fenced", true);
    }
    let now = world.now();
    let how = if fenced { "succeeded" } else { "failed: the cluster may still accept writes" };
    for (message, at) in [
        (
            format!(
                "Global failover to DB cluster {} in Region {} started.",
                id_of(&plan.to),
                region_of(&plan.to)
            ),
            now,
        ),
        (
            format!("Write fencing of old primary DB cluster {id} in Region {region} {how}."),
            now + 5_000,
        ),
    ] {
        let place = ("db-cluster", id_of(&plan.to));
        leave(world, &call.region, place, "global failover", at, &message);
    }
    Ok(told)
}

fn global_state(why: &str) -> ApiError {
    ApiError::new("InvalidGlobalClusterStateFault", why)
}

/// A move of a primary that may be made.
struct Plan {
    global: String,
    from: String,
    to: String,
    members: Vec<Value>,
}

impl Plan {
    /// What is asked for, if it may be done.
    fn of(world: &World, call: &Call) -> Result<Self, ApiError> {
        let id = input(call, "GlobalClusterIdentifier").to_owned();
        let to = input(call, "TargetDbClusterIdentifier").to_owned();
        let Some(global) = one(world, call, "globals", "GlobalClusterIdentifier", &id) else {
            return Err(no_global(&id));
        };
        if global.text("Status") != Some("available") {
            return Err(global_state(&format!("Global cluster {id} is not available.")));
        }
        let members = global.items("GlobalClusterMembers").to_vec();
        let writer = members.iter().find(|it| it.bool("IsWriter") == Some(true));
        let from = writer.and_then(|it| it.text("DBClusterArn")).unwrap_or_default().to_owned();
        if !members.iter().any(|it| it.text("DBClusterArn") == Some(&to)) {
            return Err(no_cluster(&to));
        }
        if from == to {
            return Err(cluster_state(format!("{to} is the primary already.")));
        }
        let found = |arn: &str| {
            let mut shelf = world.fixture.shelf(region_of(arn), "rds", "clusters").iter();
            shelf.find(|it| it.text("DBClusterArn") == Some(arn))
        };
        let (old, new) = (found(&from), found(&to));
        let version = |it: Option<&Value>| {
            let version = it.and_then(|it| it.text("EngineVersion")).unwrap_or_default();
            let parts: Vec<_> = version.split('.').take(2).map(str::to_owned).collect();
            parts.join(".")
        };
        if new.is_none_or(|it| it.items("DBClusterMembers").is_empty()) {
            return Err(cluster_state(format!("{to} has no DB instances to promote.")));
        }
        if new.and_then(|it| it.text("Status")) != Some("available") {
            return Err(cluster_state(format!("{to} is not available.")));
        }
        if version(old) != version(new) {
            return Err(cluster_state(format!(
                "The engine versions of the primary and of {to} differ: {} and {}.",
                version(old),
                version(new)
            )));
        }
        Ok(Self { global: id, from, to, members })
    }

    /// Begins it.
    fn begin(
        &self,
        world: &mut World,
        call: &Call,
        status: &str,
        phase: Phase,
        loss: bool,
    ) -> Reply {
        let now = world.now();
        let state = Value::empty()
            .with("Status", "pending")
            .with("FromDbClusterArn", self.from.as_str())
            .with("ToDbClusterArn", self.to.as_str())
            .with("IsDataLossAllowed", loss);
        let mut answer = Value::empty();
        if let Some(it) = one_mut(world, call, "globals", "GlobalClusterIdentifier", &self.global) {
            set(it, "Status", status);
            set(it, "FailoverState", state);
            answer = shown(it);
        }
        let (global, from, to) = (self.global.clone(), self.from.clone(), self.to.clone());
        // Whatever was still to become of the primary of before does not.
        world
            .databases
            .moves
            .retain(|it| !matches!(&it.of, Of::Global { global: of, .. } if *of == global));
        world.databases.moves.push(Move { of: Of::Global { global, from, to }, phase, since: now });
        Value::empty().with("GlobalCluster", answer).into()
    }
}

/// `RebootDBInstance` with a failover: the standby takes over, in the other zone.
pub(super) fn to_standby(world: &mut World, call: &Call, id: &str) -> Result<Reply, ApiError> {
    let turn = world.turn.take();
    let now = world.now();
    let record = instance_mut(world, call, id)?;
    let id = record.text("DBInstanceIdentifier").unwrap_or_default().to_owned();
    if record.bool("MultiAZ") != Some(true) || record.text("DBClusterIdentifier").is_some() {
        return Err(unfit(format!(
            "The parameter ForceFailover cannot be specified for {id}: it is no Multi-AZ DB instance."
        )));
    }
    let recent = record.time("_failed_over").is_some_and(|at| now - at < RECENT_MS);
    let zones = (text_at(record, "AvailabilityZone"), text_at(record, "SecondaryAvailabilityZone"));
    let (first, second) = (zones.0.map(str::to_owned), zones.1.map(str::to_owned));
    set(record, "DBInstanceStatus", "rebooting");
    let answer = shown(record);
    let over = now + STANDBY_MS;
    let available = ("DBInstanceStatus", Value::from("available"));
    let kind = "db-instance";
    if recent || turn == Some(Turn::Abandoned) {
        // RDS-EVENT-0034
        let told = "Abandoning user requested failover since a failover recently occurred on the database instance.";
        tell(world, call, kind, &id, "failover", now + 1_000, told);
        later(world, call, &id, now + 1_000, vec![available]);
        return Ok(Value::empty().with("DBInstance", answer).into());
    }
    let swapped = vec![
        available,
        ("AvailabilityZone", second.unwrap_or_default().into()),
        ("SecondaryAvailabilityZone", first.unwrap_or_default().into()),
        ("_failed_over", Value::Time(over)),
    ];
    later(world, call, &id, over, swapped);
    for (at, category, told) in [
        // RDS-EVENT-0013, 0049 and 0015
        (now + 2_000, "failover", "Multi-AZ instance failover started."),
        (over, "failover", "Multi-AZ instance failover completed."),
        (
            over,
            "failover",
            "Multi-AZ failover to standby complete - DNS propagation may take a few minutes.",
        ),
    ] {
        tell(world, call, kind, &id, category, at, told);
    }
    Ok(Value::empty().with("DBInstance", answer).into())
}

/// `PromoteReadReplica`: it stands alone, and nothing attaches it again.
pub(super) fn promote(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let id = input(call, "DBInstanceIdentifier").to_owned();
    let days = call.input.int("BackupRetentionPeriod").unwrap_or(1);
    let record = instance_mut(world, call, &id)?;
    let id = record.text("DBInstanceIdentifier").unwrap_or_default().to_owned();
    if record.text("ReadReplicaSourceDBInstanceIdentifier").is_none() {
        return Err(in_state(&id, "is not a read replica."));
    }
    let status = record.text("DBInstanceStatus").unwrap_or_default();
    if status != "available" {
        return Err(in_state(&id, &format!("is not in available state: {status}")));
    }
    set(record, "DBInstanceStatus", "modifying");
    let answer = shown(record);
    later(world, call, &id, now + 20_000, vec![("DBInstanceStatus", "rebooting".into())]);
    let of = Of::Replica { region: call.region.clone(), id, days };
    world.databases.moves.push(Move { of, phase: Phase::Promoting, since: now });
    Ok(Value::empty().with("DBInstance", answer).into())
}
