//! Restores, settings and deletions: what carries over, what does not, and every way in which they go wrong.

use super::super::rehearsal::{START, ask, world};
use super::*;
use crate::faults::Turn;

const MINUTE: i64 = 60_000;

fn restoring(more: impl FnOnce(Value) -> Value) -> Value {
    more(
        Value::empty()
            .with("SourceDBInstanceIdentifier", "ledger-db")
            .with("TargetDBInstanceIdentifier", "RPT-ledger"),
    )
}

fn latest_of(input: Value) -> Value {
    input.with("UseLatestRestorableTime", true)
}

fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, ApiError> {
    ask(world, "rds", operation, input)
}

fn named(id: &str) -> Value {
    Value::empty().with("DBInstanceIdentifier", id)
}

fn there(world: &mut World, id: &str) -> Option<Value> {
    let found = call(world, "DescribeDBInstances", named(id)).ok()?;
    found.items("DBInstances").first().cloned()
}

fn status(world: &mut World, id: &str) -> String {
    let there = there(world, id);
    there.as_ref().and_then(|it| it.text("DBInstanceStatus")).unwrap_or("gone").to_owned()
}

fn refused(world: &mut World, operation: &str, input: Value) -> String {
    call(world, operation, input).unwrap_err().code
}

#[test]
fn what_is_not_passed_does_not_carry_over() {
    let mut world = world();
    call(&mut world, "RestoreDBInstanceToPointInTime", restoring(latest_of)).unwrap();
    let copy = there(&mut world, "rpt-ledger").unwrap();
    assert_eq!(copy.text("DBInstanceIdentifier"), Some("rpt-ledger"), "kept in small letters");
    for off in
        ["MultiAZ", "DeletionProtection", "IAMDatabaseAuthenticationEnabled", "CopyTagsToSnapshot"]
    {
        assert_eq!(copy.bool(off), Some(false), "{off}");
    }
    assert_eq!(copy.bool("PubliclyAccessible"), Some(true), "the default network is public");
    assert_eq!(copy.get("EnabledCloudwatchLogsExports"), None);
    let group = at(&copy, "DBParameterGroups.DBParameterGroupName");
    assert_eq!(group[0].as_text(), Some("default.postgres16"));
    assert_ne!(
        at(&copy, "VpcSecurityGroups.VpcSecurityGroupId")[0].as_text(),
        Some("sg-0cc4b2c3d4e5f6074")
    );
    assert_eq!(copy.text("EngineLifecycleSupport"), Some("open-source-rds-extended-support"));
    assert_eq!(copy.int("BackupRetentionPeriod"), Some(14), "and so a first backup");
    assert_eq!(copy.items("TagList").len(), 2, "the tags of the source, where none are passed");
    assert_eq!(
        copy.text("MasterUsername"),
        Some("ledger"),
        "whoever signs in to production does here"
    );
    assert_eq!(copy.bool("StorageEncrypted"), Some(true));
    assert_eq!(status(&mut world, "rpt-ledger"), "creating");
    assert_eq!(copy.get("Endpoint"), None);
    world.advance_to(START + 19 * MINUTE);
    assert_eq!(status(&mut world, "rpt-ledger"), "backing-up");
    world.advance_to(START + 26 * MINUTE);
    assert_eq!(status(&mut world, "rpt-ledger"), "available");
    assert!(there(&mut world, "rpt-ledger").unwrap().get("Endpoint").is_some());
    let events = Value::empty().with("Duration", 60).with("SourceIdentifier", "rpt-ledger");
    let events =
        call(&mut world, "DescribeEvents", events.with("SourceType", "db-instance")).unwrap();
    assert_eq!(events.items("Events").len(), 3, "{events:?}");
}

#[test]
fn without_backups_of_its_own_it_is_up_at_once() {
    let mut world = world();
    let input = restoring(latest_of).with("BackupRetentionPeriod", 0);
    call(&mut world, "RestoreDBInstanceToPointInTime", input).unwrap();
    world.advance_to(START + 19 * MINUTE);
    assert_eq!(status(&mut world, "rpt-ledger"), "available");
}

#[test]
fn pw01_to_pw04_an_instant_is_before_the_latest_and_not_before_the_earliest() {
    let mut world = world();
    let (latest, earliest) = (START - 4 * MINUTE, START - 14 * 86_400_000);
    let mut at = |ms: i64| {
        let input = restoring(|it| it.with("RestoreTime", Value::Time(ms)));
        let done = call(&mut world, "RestoreDBInstanceToPointInTime", input);
        world
            .fixture
            .shelf_mut("eu-central-1", "rds", "instances")
            .retain(|it| !lookup::is_named(it, "rpt-ledger"));
        done.map(drop).map_err(|error| error.code)
    };
    assert_eq!(at(latest), Err("InvalidParameterValue".into()));
    assert_eq!(at(latest - 1_000), Ok(()));
    assert_eq!(at(earliest), Ok(()));
    assert_eq!(at(earliest - 1_000), Err("InvalidParameterValue".into()));
    assert_eq!(at(START + MINUTE), Err("InvalidParameterValue".into()));
}

#[test]
fn a_restore_is_refused_as_aws_refuses_it() {
    let mut world = world();
    let operation = "RestoreDBInstanceToPointInTime";
    let both = |it: Value| latest_of(it).with("RestoreTime", Value::Time(START - 3_600_000));
    assert_eq!(refused(&mut world, operation, restoring(both)), "InvalidParameterCombination");
    assert_eq!(refused(&mut world, operation, restoring(|it| it)), "InvalidParameterCombination");
    let mut with = |member: &str, value: &str| {
        refused(&mut world, operation, restoring(latest_of).with(member, value))
    };
    assert_eq!(with("DBSubnetGroupName", "nobody"), "DBSubnetGroupNotFoundFault");
    assert_eq!(with("DBSubnetGroupName", "one-zone"), "DBSubnetGroupDoesNotCoverEnoughAZs", "PW23");
    assert_eq!(with("DBParameterGroupName", "nobody"), "DBParameterGroupNotFoundFault");
    assert_eq!(
        with("DBParameterGroupName", "default.aurora-postgresql16"),
        "InvalidParameterCombination"
    );
    assert_eq!(with("TargetDBInstanceIdentifier", "a--b"), "InvalidParameterValue");
    assert_eq!(with("TargetDBInstanceIdentifier", "LEDGER-DB"), "DBInstanceAlreadyExistsFault");
    assert_eq!(with("SourceDBInstanceIdentifier", "nobody"), "DBInstanceNotFoundFault");
    assert_eq!(with("SourceDBInstanceIdentifier", "orders-db-1"), "InvalidParameterCombination");
}

/// The source, with one member another one.
fn spoilt(member: &str, value: impl Into<Value>) -> String {
    let mut world = world();
    let held = world.fixture.shelf_mut("eu-central-1", "rds", "instances");
    let source = held.iter_mut().find(|it| lookup::is_named(it, "ledger-db")).unwrap();
    set(source, member, value);
    refused(&mut world, "RestoreDBInstanceToPointInTime", restoring(latest_of))
}

#[test]
fn pw06_pw22_and_pw25_backups_off_no_room_and_no_key_are_refused() {
    assert_eq!(spoilt("BackupRetentionPeriod", 0), "PointInTimeRestoreNotEnabledFault");
    assert_eq!(spoilt("DBInstanceStatus", "deleting"), "InvalidDBInstanceStateFault");
    let mut full = world();
    let held = full.fixture.shelf_mut("eu-central-1", "rds", "instances");
    for number in held.len()..40 {
        held.push(named(&format!("other-{number}")));
    }
    let operation = "RestoreDBInstanceToPointInTime";
    assert_eq!(refused(&mut full, operation, restoring(latest_of)), "InstanceQuotaExceededFault");
    let mut keyless = world();
    for key in keyless.fixture.shelf_mut("eu-central-1", "kms", "keys") {
        set(key, "KeyState", "PendingDeletion");
    }
    assert_eq!(refused(&mut keyless, operation, restoring(latest_of)), "KMSKeyNotAccessibleFault");
}

/// Where it stands after so many minutes of a restore that goes another way.
fn after(turn: Turn, minutes: &[i64]) -> Vec<String> {
    let mut world = world();
    world.turn = Some(turn);
    let input = restoring(latest_of).with("BackupRetentionPeriod", 0);
    call(&mut world, "RestoreDBInstanceToPointInTime", input).unwrap();
    let stands = minutes.iter().map(|minute| {
        world.advance_to(START + minute * MINUTE);
        status(&mut world, "rpt-ledger")
    });
    stands.collect()
}

#[test]
fn pw15_to_pw20_a_restore_may_go_another_way() {
    assert_eq!(after(Turn::Lingering, &[20, 120, 140]), ["backing-up", "backing-up", "available"]);
    assert_eq!(after(Turn::IncompatibleNetwork, &[20, 90]), ["incompatible-network"; 2]);
    assert_eq!(after(Turn::RestoreError, &[20, 90]), ["restore-error"; 2]);
    assert_eq!(after(Turn::InsufficientCapacity, &[20, 90]), ["insufficient-capacity"; 2]);
    assert_eq!(after(Turn::Frobnicating, &[20, 30]), ["frobnicating", "available"]);
    assert_eq!(after(Turn::Vanishing, &[10, 20]), ["creating", "gone"]);
}

#[test]
fn a_managed_password_is_a_secret_of_its_own_and_goes_with_its_instance() {
    let mut world = world();
    let managed = named("ledger-db").with("ManageMasterUserPassword", true);
    call(&mut world, "ModifyDBInstance", managed.with("ApplyImmediately", true)).unwrap();
    let ledger = there(&mut world, "ledger-db").unwrap();
    let secret = ledger.get("MasterUserSecret").unwrap();
    assert_eq!(secret.text("SecretStatus"), Some("creating"));
    let arn = secret.text("SecretArn").unwrap().to_owned();
    assert_eq!(status(&mut world, "ledger-db"), "resetting-master-credentials");
    world.advance_to(START + 2 * MINUTE);
    let ledger = there(&mut world, "ledger-db").unwrap();
    assert_eq!(ledger.get("MasterUserSecret").unwrap().text("SecretStatus"), Some("active"));
    let asked = Value::empty().with("SecretId", arn.as_str());
    assert!(ask(&mut world, "secretsmanager", "DescribeSecret", asked.clone()).is_ok());
    let turn = named("ledger-db").with("RotateMasterUserPassword", true);
    assert_eq!(
        refused(&mut world, "ModifyDBInstance", turn.clone()),
        "InvalidParameterCombination"
    );
    call(&mut world, "ModifyDBInstance", turn.with("ApplyImmediately", true)).unwrap();
    let gone = named("ledger-db").with("SkipFinalSnapshot", true);
    assert_eq!(
        refused(&mut world, "DeleteDBInstance", gone.clone()),
        "InvalidParameterCombination"
    );
    call(&mut world, "ModifyDBInstance", named("ledger-db").with("DeletionProtection", false))
        .unwrap();
    call(&mut world, "DeleteDBInstance", gone).unwrap();
    assert!(ask(&mut world, "secretsmanager", "DescribeSecret", asked).is_err());
    assert_eq!(status(&mut world, "ledger-db"), "deleting");
    world.advance_to(START + 9 * MINUTE);
    assert_eq!(status(&mut world, "ledger-db"), "gone");
}

#[test]
fn pw29_what_is_not_up_yet_is_deleted_without_a_snapshot_only() {
    let mut world = world();
    call(&mut world, "RestoreDBInstanceToPointInTime", restoring(latest_of)).unwrap();
    let kept = named("rpt-ledger").with("FinalDBSnapshotIdentifier", "last");
    assert_eq!(
        refused(&mut world, "DeleteDBInstance", kept.clone()),
        "InvalidDBInstanceStateFault"
    );
    assert_eq!(
        refused(&mut world, "DeleteDBInstance", named("rpt-ledger")),
        "InvalidParameterCombination"
    );
    let both = kept.with("SkipFinalSnapshot", true);
    assert_eq!(refused(&mut world, "DeleteDBInstance", both), "InvalidParameterCombination");
    let gone = named("rpt-ledger").with("SkipFinalSnapshot", true);
    call(&mut world, "DeleteDBInstance", gone.clone()).unwrap();
    assert_eq!(refused(&mut world, "DeleteDBInstance", gone), "InvalidDBInstanceStateFault");
    world.advance_to(START + 26 * MINUTE);
    assert_eq!(status(&mut world, "rpt-ledger"), "gone", "what was to become of it does not");
}

#[test]
fn a_snapshot_has_a_name_of_its_own_and_is_there_after_a_while() {
    let mut world = world();
    let input = named("ledger-db").with("DBSnapshotIdentifier", "before");
    call(&mut world, "CreateDBSnapshot", input.clone()).unwrap();
    assert_eq!(status(&mut world, "ledger-db"), "backing-up");
    assert_eq!(refused(&mut world, "CreateDBSnapshot", input), "DBSnapshotAlreadyExistsFault");
    world.advance_to(START + 4 * MINUTE);
    let asked = Value::empty().with("DBSnapshotIdentifier", "before");
    let found = call(&mut world, "DescribeDBSnapshots", asked).unwrap();
    assert_eq!(found.items("DBSnapshots")[0].text("Status"), Some("available"));
    assert_eq!(status(&mut world, "ledger-db"), "available");
}

#[test]
fn groups_are_changed_at_once_and_parameters_wait_for_a_restart() {
    let mut world = world();
    let groups = Value::list(["sg-0dd5b2c3d4e5f6077"]);
    let input = named("ledger-db")
        .with("VpcSecurityGroupIds", groups)
        .with("DBParameterGroupName", "reporting-pg16")
        .with("DBInstanceClass", "db.m6g.xlarge");
    call(&mut world, "ModifyDBInstance", input).unwrap();
    let ledger = there(&mut world, "ledger-db").unwrap();
    let said = |path: &str| at(&ledger, path)[0].as_text().map(str::to_owned);
    assert_eq!(said("DBParameterGroups.ParameterApplyStatus").as_deref(), Some("pending-reboot"));
    assert_eq!(said("PendingModifiedValues.DBInstanceClass").as_deref(), Some("db.m6g.xlarge"));
    assert_eq!(
        said("VpcSecurityGroups.VpcSecurityGroupId").as_deref(),
        Some("sg-0dd5b2c3d4e5f6077")
    );
    call(&mut world, "RebootDBInstance", named("ledger-db")).unwrap();
    world.advance_to(START + 2 * MINUTE);
    let ledger = there(&mut world, "ledger-db").unwrap();
    let applied = at(&ledger, "DBParameterGroups.ParameterApplyStatus")[0].as_text();
    assert_eq!(applied, Some("in-sync"));
}

#[test]
fn instances_are_filtered_by_their_cluster() {
    let filter =
        Value::empty().with("Name", "db-cluster-id").with("Values", Value::list(["orders-db"]));
    let input = Value::empty().with("Filters", Value::list([filter]));
    let output = ask(&mut world(), "rds", "DescribeDBInstances", input).unwrap();
    assert_eq!(output.items("DBInstances").len(), 3);
}

#[test]
fn the_restore_window_moves_with_the_time() {
    let mut world = world();
    world.advance_to(START + 3_600_000);
    let output = ask(&mut world, "rds", "DescribeDBClusters", Value::empty()).unwrap();
    let cluster = &output.items("DBClusters")[0];
    let ago = |member: &str| START + 3_600_000 - cluster.time(member).unwrap();
    let (earliest, latest) = (ago("EarliestRestorableTime"), ago("LatestRestorableTime"));
    assert_eq!((earliest, latest), (7 * 86_400_000, 4 * 60_000));
}

#[test]
fn a_cluster_that_is_not_there_is_a_fault() {
    let input = Value::empty().with("DBClusterIdentifier", "nobody");
    let error = ask(&mut world(), "rds", "DescribeDBClusters", input).unwrap_err();
    assert_eq!(error.code, "DBClusterNotFoundFault");
}

#[test]
fn events_are_of_the_last_hour_unless_asked_otherwise() {
    let mut world = world();
    let hour = ask(&mut world, "rds", "DescribeEvents", Value::empty()).unwrap();
    assert_eq!(hour.items("Events").len(), 0);
    let day = Value::empty().with("Duration", 1440);
    let day = ask(&mut world, "rds", "DescribeEvents", day).unwrap();
    assert_eq!(day.items("Events").len(), 3);
}
