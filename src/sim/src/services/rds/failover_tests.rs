//! Who writes: asked each second of every failover, with the events and the refusals on the way.

use super::super::rehearsal::{START, ask, call as calling, world, world_of};
use super::*;
use crate::faults::Turn;
use crate::world::metrics::{Key, MINUTE, Stat};

const HOME: &str = "arn:aws:rds:eu-central-1:123456784021:cluster:orders-db";
const WEST: &str = "arn:aws:rds:eu-west-1:123456784021:cluster:orders-db-west";
const GLOBAL: &str = "orders-global";

fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, ApiError> {
    ask(world, "rds", operation, input)
}

/// The same in the second region.
fn west(world: &mut World, operation: &str, input: Value) -> Result<Value, ApiError> {
    let mut call = calling("rds", operation, input);
    call.region = "eu-west-1".to_owned();
    let behaviour = crate::services::behaviour("rds", operation).unwrap();
    match behaviour(world, &call)? {
        Reply::Output(output) => Ok(output),
        Reply::Stream(_) => panic!("a stream"),
    }
}

fn to(target: &str) -> Value {
    Value::empty().with("GlobalClusterIdentifier", GLOBAL).with("TargetDbClusterIdentifier", target)
}

fn losing(target: &str) -> Value {
    to(target).with("AllowDataLoss", true)
}

fn over(target: &str) -> Value {
    Value::empty()
        .with("DBClusterIdentifier", "orders-db")
        .with("TargetDBInstanceIdentifier", target)
}

/// The writer of a cluster, and its status.
fn writer(world: &mut World, region: &str) -> (String, String) {
    let clusters = world.fixture.shelf(region, "rds", "clusters");
    let cluster = &clusters[0];
    let writer = crate::world::database::writer_of(cluster).unwrap_or("none");
    (writer.to_owned(), cluster.text("Status").unwrap_or_default().to_owned())
}

/// Lives on, and looks each second who writes: one at the most. Gives the most seconds that nobody did.
fn live(world: &mut World, seconds: i64) -> i64 {
    let (from, mut nobody) = (world.now(), 0);
    for second in 1..=seconds {
        world.advance_to(from + second * 1000);
        let writers = world.writers(GLOBAL);
        assert!(writers.len() <= 1, "second {second}: {writers:?}");
        let marked = global(world);
        let marked = marked.items("GlobalClusterMembers").iter();
        assert_eq!(marked.filter(|it| it.bool("IsWriter") == Some(true)).count(), 1);
        for region in ["eu-central-1", "eu-west-1"] {
            for cluster in world.fixture.shelf(region, "rds", "clusters") {
                let members = cluster.items("DBClusterMembers").iter();
                let writers = members.filter(|it| it.bool("IsClusterWriter") == Some(true));
                assert!(writers.count() <= 1);
            }
        }
        nobody += i64::from(writers.is_empty());
    }
    nobody
}

fn global(world: &mut World) -> Value {
    let found = west(world, "DescribeGlobalClusters", Value::empty()).unwrap();
    found.items("GlobalClusters")[0].clone()
}

fn events(world: &World, region: &str) -> Vec<String> {
    let held = world.fixture.shelf(region, "rds", "events").iter();
    let held =
        held.filter(|it| it.time("Date").is_some_and(|at| (START..=world.now()).contains(&at)));
    held.filter_map(|it| it.text("Message")).map(str::to_owned).collect()
}

#[test]
fn a_failover_takes_thirty_five_seconds_and_makes_the_target_the_writer() {
    let mut world = world();
    call(&mut world, "FailoverDBCluster", over("orders-db-standby")).unwrap();
    assert_eq!(writer(&mut world, "eu-central-1"), ("orders-db-1".into(), "failing-over".into()));
    let again = call(&mut world, "FailoverDBCluster", over("orders-db-2")).unwrap_err();
    assert_eq!(again.code, "InvalidDBClusterStateFault");
    assert_eq!(live(&mut world, 36), 0);
    let moved = ("orders-db-standby".into(), "available".into());
    assert_eq!(writer(&mut world, "eu-central-1"), moved);
    assert_eq!(
        events(&world, "eu-central-1"),
        [
            "Started cross AZ failover to DB instance: orders-db-standby",
            "Completed failover to DB instance: orders-db-standby",
        ]
    );
    let without = Value::empty().with("DBClusterIdentifier", "orders-db");
    call(&mut world, "FailoverDBCluster", without).unwrap();
    live(&mut world, 36);
    assert_eq!(writer(&mut world, "eu-central-1").0, "orders-db-1", "the first in line");
}

#[test]
fn a_failover_may_come_back_to_the_writer_of_before() {
    let mut world = world();
    world.turn = Some(Turn::FailsBack);
    call(&mut world, "FailoverDBCluster", over("orders-db-2")).unwrap();
    live(&mut world, 40);
    assert_eq!(writer(&mut world, "eu-central-1").0, "orders-db-1");
    assert!(events(&world, "eu-central-1")[2].contains("Promoting previous primary again"));
}

#[test]
fn what_is_no_reader_or_not_up_is_not_failed_over_to() {
    let mut world = world();
    let mut code = |target| call(&mut world, "FailoverDBCluster", over(target)).unwrap_err().code;
    assert_eq!(code("orders-db-1"), "InvalidDBInstanceStateFault");
    assert_eq!(code("nobody"), "InvalidDBInstanceStateFault");
    for it in world.fixture.shelf_mut("eu-central-1", "rds", "instances") {
        set(it, "DBInstanceStatus", "rebooting");
    }
    let refused = call(&mut world, "FailoverDBCluster", over("orders-db-2")).unwrap_err();
    assert_eq!(refused.code, "InvalidDBInstanceStateFault");
    let secondary = Value::empty().with("DBClusterIdentifier", "orders-db-west");
    let refused = west(&mut world, "FailoverDBCluster", secondary).unwrap_err();
    assert_eq!(refused.code, "InvalidDBClusterStateFault");
}

#[test]
fn a_switchover_loses_nothing_and_nobody_writes_while_it_promotes() {
    let mut world = world();
    call(&mut world, "SwitchoverGlobalCluster", to(WEST)).unwrap();
    let state = global(&mut world).get("FailoverState").cloned().unwrap();
    assert_eq!(state.text("Status"), Some("pending"));
    assert_eq!(state.bool("IsDataLossAllowed"), Some(false));
    assert_eq!(live(&mut world, 15), 0);
    let state = global(&mut world).get("FailoverState").cloned().unwrap();
    assert_eq!(state.text("Status"), Some("failing-over"));
    assert_eq!(live(&mut world, 110), 60);
    assert_eq!(world.writers(GLOBAL), [WEST]);
    assert_eq!(writer(&mut world, "eu-west-1").0, "orders-db-west-1");
    let told = global(&mut world);
    assert_eq!((told.text("Status"), told.get("FailoverState")), (Some("available"), None));
    let members = told.items("GlobalClusterMembers");
    assert_eq!(members[0].text("SynchronizationStatus"), Some("connected"));
    for region in ["eu-central-1", "eu-west-1"] {
        let words = ["started", "shut down", "promoted", "finished"];
        let told = events(&world, region);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(words.iter().zip(&told).all(|(word, told)| told.contains(word)), "{told:?}");
    }
    // And back, from where it is now.
    assert!(call(&mut world, "SwitchoverGlobalCluster", to(HOME)).is_err());
    west(&mut world, "SwitchoverGlobalCluster", to(HOME)).unwrap();
    live(&mut world, 130);
    assert_eq!(world.writers(GLOBAL), [HOME]);
}

#[test]
fn cf23_each_call_is_taken_in_its_own_region_only() {
    let mut world = world();
    let missing = "GlobalClusterNotFoundFault";
    let code = |told: Result<Value, ApiError>| told.unwrap_err().code;
    assert_eq!(code(west(&mut world, "SwitchoverGlobalCluster", to(WEST))), missing);
    assert_eq!(code(call(&mut world, "FailoverGlobalCluster", losing(WEST))), missing);
    // Without leave to lose data it is a switchover, and asked for where that is.
    assert_eq!(code(west(&mut world, "FailoverGlobalCluster", to(WEST))), missing);
    let told = call(&mut world, "FailoverGlobalCluster", to(WEST)).unwrap();
    let told = told.get("GlobalCluster").unwrap();
    assert_eq!(told.text("Status"), Some("switching-over"));
    let both = losing(WEST).with("Switchover", true);
    assert_eq!(
        code(west(&mut world, "FailoverGlobalCluster", both)),
        "InvalidParameterCombination"
    );
}

#[test]
fn cf24_a_headless_secondary_and_one_of_another_version_are_refused() {
    for (member, value) in
        [("DBClusterMembers", Value::List(vec![])), ("EngineVersion", "16.4".into())]
    {
        let mut world = world();
        for it in world.fixture.shelf_mut("eu-west-1", "rds", "clusters") {
            set(it, member, value.clone());
        }
        let refused = call(&mut world, "SwitchoverGlobalCluster", to(WEST)).unwrap_err();
        assert_eq!(refused.code, "InvalidDBClusterStateFault", "{member}");
        let refused = west(&mut world, "FailoverGlobalCluster", losing(WEST)).unwrap_err();
        assert_eq!(refused.code, "InvalidDBClusterStateFault", "{member}");
    }
}

#[test]
fn a_switchover_waits_for_what_is_behind_and_is_given_up_in_the_end() {
    let mut world = world_of("replication-stall");
    world.advance_to(START + 300_000);
    call(&mut world, "SwitchoverGlobalCluster", to(WEST)).unwrap();
    assert_eq!(live(&mut world, 640), 0, "the primary goes on writing");
    assert_eq!(world.writers(GLOBAL), [HOME]);
    assert_eq!(global(&mut world).text("Status"), Some("available"));
    let told = events(&world, "eu-west-1");
    assert!(told[1].contains("Waiting for data synchronization"), "{told:?}");
    assert!(told[2].ends_with("canceled."), "{told:?}");
}

#[test]
fn a_failover_fences_the_old_primary_which_rejoins_and_leaves_a_snapshot() {
    let mut world = world_of("region-loss");
    world.advance_to(START + 180_000);
    assert!(world.lost("eu-central-1"));
    west(&mut world, "FailoverGlobalCluster", losing(WEST)).unwrap();
    assert_eq!(live(&mut world, 61), 59);
    assert_eq!(world.writers(GLOBAL), [WEST]);
    let members = |world: &mut World| global(world).items("GlobalClusterMembers").to_vec();
    assert_eq!(members(&mut world)[0].text("SynchronizationStatus"), Some("pending-resync"));
    let told = events(&world, "eu-west-1");
    assert!(told.iter().any(|it| it.contains("Write fencing") && it.ends_with("succeeded.")));
    live(&mut world, 3_600);
    assert!(!world.lost("eu-central-1"));
    assert_eq!(members(&mut world)[0].text("SynchronizationStatus"), Some("pending-resync"));
    live(&mut world, 900);
    assert_eq!(members(&mut world)[0].text("SynchronizationStatus"), Some("connected"));
    let held = call(&mut world, "DescribeDBClusterSnapshots", Value::empty()).unwrap();
    let named = |it: &Value| it.text("DBClusterSnapshotIdentifier").map(str::to_owned);
    let held: Vec<_> = held.items("DBClusterSnapshots").iter().filter_map(named).collect();
    let unplanned = "rds:unplanned-global-failover-orders-db-";
    assert_eq!(held.iter().filter(|it| it.starts_with(unplanned)).count(), 1, "{held:?}");
}

#[test]
fn where_fencing_fails_two_clusters_write_until_the_old_one_rejoins_and_an_event_says_so() {
    let mut world = world_of("split-brain");
    world.advance_to(START + 180_000);
    west(&mut world, "FailoverGlobalCluster", losing(WEST)).unwrap();
    world.advance_to(START + 250_000);
    assert_eq!(world.writers(GLOBAL), [HOME, WEST]);
    let told = events(&world, "eu-west-1");
    assert!(told.iter().any(|it| it.contains("Write fencing") && it.contains("failed")));
    world.advance_to(START + 1_800_000);
    assert_eq!(world.writers(GLOBAL), [WEST]);
}

#[test]
fn lag_is_told_where_the_copy_is_and_turns_with_the_roles() {
    let mut world = world();
    let newest = |world: &mut World, region: &str, metric: &str, of: (&str, &str)| {
        let key = Key::new("AWS/RDS", metric, [of]);
        let now = world.now();
        let series = world.region(region).metrics.find(&key)?;
        let points = series.points(now - 3 * MINUTE, now, MINUTE, Stat::Average);
        points.last().map(|(_, value)| *value)
    };
    let lag = "AuroraGlobalDBRPOLag";
    let (home, west) =
        (("DBClusterIdentifier", "orders-db"), ("DBClusterIdentifier", "orders-db-west"));
    world.advance_to(START + 130_000);
    assert!(newest(&mut world, "eu-west-1", lag, west).is_some_and(|ms| ms < 1_000.0));
    assert_eq!(newest(&mut world, "eu-central-1", lag, home), None);
    let ledger = ("DBInstanceIdentifier", "ledger-db-west");
    let told = newest(&mut world, "eu-west-1", "ReplicaLag", ledger);
    assert!(told.is_some_and(|seconds| seconds < 1.0));
    call(&mut world, "SwitchoverGlobalCluster", to(WEST)).unwrap();
    world.advance_to(START + 500_000);
    assert!(newest(&mut world, "eu-central-1", lag, home).is_some());
    assert_eq!(newest(&mut world, "eu-west-1", lag, west), None);
    // A source that is lost tells no lag, and replication from it is not active.
    let mut lost = world_of("region-loss");
    lost.advance_to(START + 400_000);
    assert_eq!(newest(&mut lost, "eu-west-1", lag, west), None);
    assert_eq!(newest(&mut lost, "eu-west-1", "ReplicaLag", ledger), Some(-1.0));
}

#[test]
fn a_standby_takes_over_in_the_other_zone_and_not_twice_in_a_row() {
    let mut world = world();
    let forced =
        Value::empty().with("DBInstanceIdentifier", "ledger-db").with("ForceFailover", true);
    call(&mut world, "RebootDBInstance", forced.clone()).unwrap();
    let zones = |world: &World| {
        let mut held = world.fixture.shelf("eu-central-1", "rds", "instances").iter();
        let ledger = held.find(|it| lookup::is_named(it, "ledger-db")).unwrap();
        let zone = |member| ledger.text(member).unwrap().to_owned();
        (zone("AvailabilityZone"), zone("SecondaryAvailabilityZone"))
    };
    live(&mut world, 80);
    assert_eq!(zones(&world), ("eu-central-1c".into(), "eu-central-1a".into()));
    call(&mut world, "RebootDBInstance", forced.clone()).unwrap();
    live(&mut world, 80);
    assert_eq!(zones(&world).0, "eu-central-1c", "CF25");
    let told = events(&world, "eu-central-1");
    assert!(told.last().unwrap().starts_with("Abandoning user requested failover"), "{told:?}");
    call(&mut world, "RebootDBInstance", forced.with("DBInstanceIdentifier", "ledger-db")).unwrap();
    live(&mut world, 80);
    assert_eq!(zones(&world).0, "eu-central-1a");
    let alone =
        Value::empty().with("DBInstanceIdentifier", "orders-db-1").with("ForceFailover", true);
    let refused = call(&mut world, "RebootDBInstance", alone).unwrap_err();
    assert_eq!(refused.code, "InvalidParameterCombination");
}

#[test]
fn a_promoted_replica_stands_alone_and_its_source_has_one_less() {
    let mut world = world();
    let input = Value::empty()
        .with("DBInstanceIdentifier", "ledger-db-west")
        .with("BackupRetentionPeriod", 7);
    west(&mut world, "PromoteReadReplica", input.clone()).unwrap();
    assert!(west(&mut world, "PromoteReadReplica", input.clone()).is_err());
    live(&mut world, 245);
    let told = west(&mut world, "DescribeDBInstances", input).unwrap();
    let replica = &told.items("DBInstances")[0];
    assert_eq!(replica.text("DBInstanceStatus"), Some("available"));
    assert_eq!(replica.get("ReadReplicaSourceDBInstanceIdentifier"), None);
    let source = Value::empty().with("DBInstanceIdentifier", "ledger-db");
    let told = call(&mut world, "DescribeDBInstances", source).unwrap();
    let left = told.items("DBInstances")[0].items("ReadReplicaDBInstanceIdentifiers");
    assert_eq!(left.len(), 0);
    let alone = Value::empty().with("DBInstanceIdentifier", "ledger-db");
    assert!(call(&mut world, "PromoteReadReplica", alone).is_err());
}

#[test]
fn a_snapshot_is_shared_with_accounts_and_an_encrypted_one_never_with_all() {
    let mut world = world();
    let of = || Value::empty().with("DBSnapshotIdentifier", "ledger-db-audit");
    let held = |told: Value| {
        at(&told, "DBSnapshotAttributesResult.DBSnapshotAttributes.AttributeValues")
            .into_iter()
            .filter_map(Value::as_text)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let told = call(&mut world, "DescribeDBSnapshotAttributes", of()).unwrap();
    assert_eq!(held(told), ["210987654321", "345678901234"]);
    let input = of().with("AttributeName", "restore");
    let without = input.clone().with("ValuesToRemove", Value::list(["210987654321"]));
    let told = call(&mut world, "ModifyDBSnapshotAttribute", without).unwrap();
    assert_eq!(held(told), ["345678901234"]);
    let all = input.clone().with("ValuesToAdd", Value::list(["all"]));
    let refused = call(&mut world, "ModifyDBSnapshotAttribute", all).unwrap_err();
    assert_eq!(refused.code, "InvalidParameterCombination");
    let wrong = input.with("ValuesToAdd", Value::list(["12"]));
    assert!(call(&mut world, "ModifyDBSnapshotAttribute", wrong).is_err());
}
