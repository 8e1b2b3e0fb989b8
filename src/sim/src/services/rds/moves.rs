//! Roles on the move: who writes becomes another one, at its moment and at once in every region that tells of it.

use super::changes::leave;
use crate::wire::value::Value;
use crate::world::World;
use crate::world::database::CAUGHT_UP_MS;
use crate::world::fixture::record::{iso, set, shown, unset};
use crate::world::names;

/// How long a failover within a cluster takes.
const CLUSTER_MS: i64 = 35_000;

/// When a switchover takes the old primary down, promotes the new one, and is over, all since it began.
const DOWN_MS: i64 = 20_000;
const PROMOTED_MS: i64 = 60_000;
const OVER_MS: i64 = 40_000;

/// How long a switchover waits for copies that are behind before it gives up, and how long that takes.
const PATIENCE_MS: i64 = 600_000;
const CANCELLING_MS: i64 = 30_000;

/// How long a failover between regions takes until the new primary writes.
const FAILOVER_MS: i64 = 60_000;

/// How long a replica takes to stand alone.
const ALONE_MS: i64 = 240_000;

/// How long the old primary takes to rejoin, once its region answers.
const REJOINING_MS: i64 = 900_000;

/// A role on the move.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    /// What is moved.
    pub(super) of: Of,
    /// How far it is.
    pub(super) phase: Phase,
    /// When it began to be so far.
    pub(super) since: i64,
}

/// What is moved.
#[derive(Clone, Debug)]
pub(super) enum Of {
    /// The writer of a cluster, and whether it comes back to the one of before.
    Cluster { region: String, cluster: String, target: String, fails: bool },
    /// The primary of a global database, by the ARNs of its clusters.
    Global { global: String, from: String, to: String },
    /// A replica of another database, and for how many days its backups are kept from then on.
    Replica { region: String, id: String, days: i64 },
}

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The writer of a cluster moves.
    Electing,
    /// A switchover waits for the copies.
    Waiting,
    /// The old primary is down.
    Down,
    /// The new primary writes, and the rest follows.
    Following,
    /// A switchover is given up.
    Cancelling,
    /// A failover between regions promotes the new primary.
    Promoting,
    /// The old primary of a failover is to rejoin.
    Rejoining,
}

/// Lets every move go on as far as it is due.
pub(crate) fn move_on(world: &mut World) {
    let moves = std::mem::take(&mut world.databases.moves);
    let kept: Vec<_> = moves.into_iter().filter_map(|it| step(world, it)).collect();
    world.databases.moves.extend(kept);
}

/// A move after another second; nothing once it is over.
fn step(world: &mut World, mut it: Move) -> Option<Move> {
    let now = world.now();
    let since = now - it.since;
    let next = match it.of.clone() {
        Of::Cluster { region, cluster, target, fails } => {
            if world.lost(&region) || since < CLUSTER_MS {
                return Some(it);
            }
            elect(world, &region, &cluster, &target, fails);
            return None;
        }
        Of::Replica { region, id, days } => {
            if world.lost(&region) || since < ALONE_MS {
                return Some(it);
            }
            stand_alone(world, &region, &id, days);
            return None;
        }
        Of::Global { global, from, to } => match it.phase {
            Phase::Waiting => wait(world, &global, (&from, &to), since),
            Phase::Down if since >= PROMOTED_MS => {
                promote(world, &global, (&from, &to));
                Some(Phase::Following)
            }
            Phase::Following if since >= OVER_MS => {
                rest(world, &global);
                both(world, &from, &to, |to, region| {
                    format!("Global switchover to DB cluster {to} in Region {region} finished.")
                });
                return None;
            }
            Phase::Cancelling if since >= CANCELLING_MS => {
                rest(world, &global);
                both(world, &from, &to, |to, region| {
                    format!("Global switchover to DB cluster {to} in Region {region} canceled.")
                });
                return None;
            }
            Phase::Promoting if since >= FAILOVER_MS => {
                fail_over(world, &global, (&from, &to));
                Some(Phase::Rejoining)
            }
            // It comes back by itself once its region answers, and has been there for a while.
            Phase::Rejoining if world.lost(region_of(&from)) => {
                it.since = now;
                None
            }
            Phase::Rejoining if since >= REJOINING_MS => {
                rejoin(world, &global, (&from, &to));
                return None;
            }
            Phase::Electing
            | Phase::Down
            | Phase::Following
            | Phase::Cancelling
            | Phase::Promoting
            | Phase::Rejoining => None,
        },
    };
    if let Some(phase) = next {
        (it.phase, it.since) = (phase, now);
    }
    Some(it)
}

/// A replica has no source any more, and its source one replica less.
fn stand_alone(world: &mut World, region: &str, id: &str, days: i64) {
    let mut shelf = world.fixture.shelf_mut(region, "rds", "instances").iter_mut();
    let Some(it) = shelf.find(|it| it.text("DBInstanceIdentifier") == Some(id)) else { return };
    let member = "ReadReplicaSourceDBInstanceIdentifier";
    let source = it.text(member).unwrap_or_default().to_owned();
    let arn = it.text("DBInstanceArn").unwrap_or_default().to_owned();
    unset(it, member);
    unset(it, "StatusInfos");
    set(it, "BackupRetentionPeriod", days);
    set(it, "DBInstanceStatus", "available");
    let now = world.now();
    for source in world.fixture.shelf_mut(region_of(&source), "rds", "instances") {
        let member = "ReadReplicaDBInstanceIdentifiers";
        if source.get(member).is_some() {
            let left = source.items(member).iter().filter(|it| it.as_text() != Some(&arn));
            let left = Value::List(left.cloned().collect());
            set(source, member, left);
        }
    }
    let told = "Promoted Read Replica instance to standalone.";
    leave(world, region, ("db-instance", id), "read replica", now, told);
}

/// The writer of a cluster is another one, or the old one again.
fn elect(world: &mut World, region: &str, id: &str, target: &str, fails: bool) {
    let up = world.fixture.shelf(region, "rds", "instances").iter().any(|it| {
        it.text("DBInstanceIdentifier") == Some(target)
            && it.text("DBInstanceStatus") == Some("available")
    });
    let Some(cluster) = cluster_mut(world, region, id) else { return };
    set(cluster, "Status", "available");
    let before = crate::world::database::writer_of(cluster).unwrap_or_default().to_owned();
    let moved = up && !fails;
    if moved {
        write_at(cluster, Some(target));
    }
    let now = world.now();
    let mut tell =
        |message: &str| leave(world, region, ("db-cluster", id), "failover", now, message);
    if moved {
        // RDS-EVENT-0071
        tell(&format!("Completed failover to DB instance: {target}"));
        return;
    }
    // RDS-EVENT-0069 and 0070
    tell("Cluster failover failed, check the health of your cluster instances and try again.");
    tell(&format!("Promoting previous primary again: {before}"));
}

/// A switchover goes on once the copies have caught up, and is given up when they do not.
fn wait(world: &mut World, global: &str, (from, to): (&str, &str), since: i64) -> Option<Phase> {
    if since == 10_000 {
        say(world, global, "failing-over");
    }
    if since < DOWN_MS {
        return None;
    }
    let lag = world.lag_ms(region_of(from), region_of(to), world.now());
    if lag.is_some_and(|lag| lag <= CAUGHT_UP_MS) {
        if let Some(old) = cluster_mut(world, region_of(from), id_of(from)) {
            set(old, "_fenced", true);
        }
        // RDS-EVENT-0182
        both(world, from, to, |_, _| {
            let (old, region) = (id_of(from), region_of(from));
            format!("Old primary DB cluster {old} in Region {region} successfully shut down.")
        });
        return Some(Phase::Down);
    }
    if since == DOWN_MS {
        // RDS-EVENT-0183
        let told = lag.map_or_else(|| "unknown".to_owned(), |lag| format!("{lag:.0} ms"));
        both(world, from, to, |to, region| {
            format!(
                "Waiting for data synchronization across global cluster members. Current lags behind primary DB cluster: {to} in Region {region}: {told}."
            )
        });
    }
    if since < PATIENCE_MS {
        return None;
    }
    say(world, global, "cancelling");
    Some(Phase::Cancelling)
}

/// The new primary of a switchover writes. All regions tell of it at the same instant.
fn promote(world: &mut World, global: &str, (from, to): (&str, &str)) {
    hand_over(world, global, (from, to), "connected");
    if let Some(old) = cluster_mut(world, region_of(from), id_of(from)) {
        write_at(old, None);
        unset(old, "_fenced");
    }
    // RDS-EVENT-0184
    both(world, from, to, |to, region| {
        format!("New primary DB cluster {to} in Region {region} was successfully promoted.")
    });
}

/// The new primary of a failover writes, whatever the old one does.
fn fail_over(world: &mut World, global: &str, (from, to): (&str, &str)) {
    hand_over(world, global, (from, to), "pending-resync");
    rest(world, global);
    let unfenced = world.databases.unfenced;
    if let Some(old) = cluster_mut(world, region_of(from), id_of(from))
        && !unfenced
    {
        write_at(old, None);
    }
    let now = world.now();
    let (id, region) = (id_of(to), region_of(to));
    // RDS-EVENT-0238
    let told = format!("Global failover to DB cluster {id} in Region {region} completed.");
    leave(world, region, ("db-cluster", id), "global failover", now, &told);
}

/// The old primary is a copy like the others. What it had written and nobody else had is in a snapshot.
fn rejoin(world: &mut World, global: &str, (from, to): (&str, &str)) {
    let now = world.now();
    let (id, region) = (id_of(from).to_owned(), region_of(from).to_owned());
    let Some(old) = cluster_mut(world, &region, &id) else { return };
    let told = snapshot(old, &region, &id, now);
    write_at(old, None);
    unset(old, "_fenced");
    world.fixture.shelf_mut(&region, "rds", "clustersnapshots").push(told);
    world.databases.unfenced = false;
    with_global(world, global, |it| {
        let members = it.items("GlobalClusterMembers").to_vec().into_iter().map(|mut member| {
            if member.text("DBClusterArn") == Some(from) {
                set(&mut member, "SynchronizationStatus", "connected");
            }
            member
        });
        let members = Value::list(members);
        set(it, "GlobalClusterMembers", members);
    });
    // RDS-EVENT-0241
    both(world, from, to, |_, _| {
        format!("Finished resynchronizing members of DB cluster {id} post global failover.")
    });
}

/// What the old primary held when the failover was made.
fn snapshot(of: &Value, region: &str, id: &str, now: i64) -> Value {
    let moment: String = iso(now).chars().take(16).filter(|c| *c != ':').collect();
    let name = format!("rds:unplanned-global-failover-{id}-{}", moment.to_lowercase());
    let arn = names::arn("rds", region, &format!("cluster-snapshot:{name}"));
    let mut made = Value::empty()
        .with("DBClusterSnapshotIdentifier", name)
        .with("DBClusterSnapshotArn", arn)
        .with("DBClusterIdentifier", id)
        .with("SnapshotType", "automated")
        .with("Status", "available")
        .with("PercentProgress", 100)
        .with("SnapshotCreateTime", Value::Time(now))
        .with("Port", 0)
        .with("LicenseModel", "postgresql-license")
        .with("TagList", Value::List(Vec::new()));
    for member in [
        "DbClusterResourceId",
        "ClusterCreateTime",
        "Engine",
        "EngineVersion",
        "EngineMode",
        "MasterUsername",
        "AllocatedStorage",
        "StorageType",
        "StorageEncrypted",
        "KmsKeyId",
        "AvailabilityZones",
        "IAMDatabaseAuthenticationEnabled",
    ] {
        if let Some(value) = shown(of).get(member) {
            set(&mut made, member, value.clone());
        }
    }
    made
}

/// Makes another cluster the one that writes: of the global database, and of its own instances the first in line.
fn hand_over(world: &mut World, global: &str, (from, to): (&str, &str), sync: &str) {
    with_global(world, global, |it| {
        let members = it.items("GlobalClusterMembers").to_vec();
        let arn = |member: &Value| member.text("DBClusterArn").unwrap_or_default().to_owned();
        let others: Vec<_> = members.iter().map(arn).filter(|arn| arn != to).collect();
        let moved = Value::list(members.into_iter().map(|mut member| {
            let writes = arn(&member) == to;
            let readers = if writes { others.clone() } else { Vec::new() };
            set(&mut member, "IsWriter", writes);
            set(&mut member, "Readers", Value::list(readers));
            if writes {
                unset(&mut member, "SynchronizationStatus");
                unset(&mut member, "GlobalWriteForwardingStatus");
            } else if arn(&member) == from {
                set(&mut member, "SynchronizationStatus", sync);
                set(&mut member, "GlobalWriteForwardingStatus", "disabled");
            }
            member
        }));
        set(it, "GlobalClusterMembers", moved);
    });
    if let Some(new) = cluster_mut(world, region_of(to), id_of(to)) {
        let first = new.items("DBClusterMembers").iter();
        let first = first.min_by_key(|it| it.int("PromotionTier").unwrap_or(i64::MAX));
        let first = first.and_then(|it| it.text("DBInstanceIdentifier")).map(str::to_owned);
        write_at(new, first.as_deref());
    }
}

/// Makes one instance of a cluster the one that writes, or none.
fn write_at(cluster: &mut Value, instance: Option<&str>) {
    let members = cluster.items("DBClusterMembers").to_vec().into_iter().map(|member| {
        let writes = instance.is_some() && member.text("DBInstanceIdentifier") == instance;
        member.with("IsClusterWriter", writes)
    });
    let members = Value::list(members);
    set(cluster, "DBClusterMembers", members);
}

/// The word of a move that is under way.
fn say(world: &mut World, global: &str, status: &str) {
    with_global(world, global, |it| set(it, "FailoverState.Status", status));
}

/// Nothing is under way any more.
fn rest(world: &mut World, global: &str) {
    with_global(world, global, |it| {
        set(it, "Status", "available");
        unset(it, "FailoverState");
    });
}

fn with_global(world: &mut World, id: &str, change: impl FnOnce(&mut Value)) {
    let shelf = world.fixture.shelf_mut(names::HOME_REGION, "rds", "globals");
    let found = shelf.iter_mut().find(|it| it.text("GlobalClusterIdentifier") == Some(id));
    if let Some(global) = found {
        change(global);
    }
}

pub(super) fn cluster_mut<'a>(
    world: &'a mut World,
    region: &str,
    id: &str,
) -> Option<&'a mut Value> {
    let shelf = world.fixture.shelf_mut(region, "rds", "clusters").iter_mut();
    shelf.into_iter().find(|it| it.text("DBClusterIdentifier") == Some(id))
}

/// Leaves an event of a global database in both regions, each about the cluster of its own.
pub(super) fn both(
    world: &mut World,
    from: &str,
    to: &str,
    message: impl Fn(&str, &str) -> String,
) {
    let message = message(id_of(to), region_of(to));
    let now = world.now();
    for arn in [from, to] {
        let place = ("db-cluster", id_of(arn));
        leave(world, region_of(arn), place, "global failover", now, &message);
    }
}

/// The region in an ARN.
pub(super) fn region_of(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

/// The identifier in the ARN of a cluster.
pub(super) fn id_of(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}
