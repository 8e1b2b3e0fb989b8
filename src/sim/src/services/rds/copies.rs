//! Restores to a point in time: an instance as it was then, under another name. What is not passed does not carry over.

use super::super::standing::{asked, input, shelf, shelf_mut};
use super::changes::tell;
use super::lookup::{
    MOST_INSTANCES, family, identifier, in_state, instance, invalid, is_named, later, unfit,
};
use super::settings::kept;
use crate::faults::Turn;
use crate::wire::call::{ApiError, Call, Caller, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::Parting;
use crate::world::fixture::record::{hex_of, iso, set, shown, unset, uuid_of};
use crate::world::names;
use crate::world::story::ReportCopy;

/// How long a restore takes, besides what each gigabyte takes, and the backup after it.
const RESTORE_MS: i64 = 12 * 60_000;
const GIGABYTE_MS: i64 = 4_000;
const BACKUP_MS: i64 = 6 * 60_000;

/// How long a backup lingers that lingers.
const LINGERING_MS: i64 = 2 * 3_600_000;

/// The group that instances get which are given none.
const DEFAULT_GROUP: &str = "sg-0de5b2c3d4e5f6070";

/// `RestoreDBInstanceToPointInTime`.
pub(super) fn restore(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let turn = world.turn.take();
    let now = world.now();
    let id = identifier(input(call, "TargetDBInstanceIdentifier"), "TargetDBInstanceIdentifier")?;
    let source = source(world, call)?.clone();
    check(world, call, &id, &source)?;
    let at = moment(call, &source, now)?;
    groups(world, call, &source)?;
    let record = record(world, call, &id, &source);
    let answer = shown(&record);
    shelf_mut(world, call, "instances").push(record);
    let gigabytes = source.int("AllocatedStorage").unwrap_or(1);
    let made = now + RESTORE_MS + gigabytes * GIGABYTE_MS;
    if let Some(turn) = turn {
        go_wrong(world, call, &id, made, turn);
    } else {
        come_up(world, call, &id, made, backs_up(call, &source));
    }
    let from = source.text("DBInstanceIdentifier").unwrap_or_default();
    let told = format!("Restored from DB instance {from} to {id} as of {}", iso(at));
    tell(world, call, "db-instance", &id, "restoration", made, &told);
    Ok(Value::empty().with("DBInstance", answer).into())
}

/// What it is restored from.
fn source<'a>(world: &'a World, call: &Call) -> Result<&'a Value, ApiError> {
    let (name, resource) =
        (call.input.text("SourceDBInstanceIdentifier"), call.input.text("SourceDbiResourceId"));
    match (name, resource) {
        (Some(name), _) => instance(world, call, name),
        (None, Some(resource)) => shelf(world, call, "instances")
            .iter()
            .find(|record| record.text("DbiResourceId") == Some(resource))
            .ok_or_else(|| {
                let message = format!("No automated backup of {resource} was found.");
                ApiError::new("DBInstanceAutomatedBackupNotFoundFault", message)
            }),
        (None, None) => Err(unfit(
            "You must specify either SourceDBInstanceIdentifier, SourceDbiResourceId or SourceDBInstanceAutomatedBackupsArn.",
        )),
    }
}

fn check(world: &World, call: &Call, id: &str, source: &Value) -> Result<(), ApiError> {
    let name = source.text("DBInstanceIdentifier").unwrap_or_default();
    if source.text("DBClusterIdentifier").is_some() {
        return Err(unfit(format!("{name} is a member of a DB cluster: restore the cluster.")));
    }
    let all = shelf(world, call, "instances");
    if all.iter().any(|record| is_named(record, id)) {
        return Err(ApiError::new("DBInstanceAlreadyExistsFault", "DB instance already exists"));
    }
    if source.int("BackupRetentionPeriod").unwrap_or_default() == 0 {
        let message = format!("Point in time restore is not enabled for {name}.");
        return Err(ApiError::new("PointInTimeRestoreNotEnabledFault", message));
    }
    let status = source.text("DBInstanceStatus").unwrap_or_default();
    if matches!(status, "deleting" | "creating" | "failed" | "inaccessible-encryption-credentials")
    {
        return Err(in_state(name, &format!("is {status}: it cannot be restored from.")));
    }
    if i64::try_from(all.len()).unwrap_or(i64::MAX) >= MOST_INSTANCES {
        let message = "You have reached the maximum number of DB instances.";
        return Err(ApiError::new("InstanceQuotaExceededFault", message));
    }
    let key = source.text("KmsKeyId").unwrap_or_default();
    let keys = world.fixture.shelf(&call.region, "kms", "keys");
    let held = keys.iter().find(|held| held.text("Arn") == Some(key));
    if held.is_some_and(|held| held.text("KeyState") != Some("Enabled")) {
        let message = format!("The specified KMS key [{key}] is not accessible.");
        return Err(ApiError::new("KMSKeyNotAccessibleFault", message));
    }
    Ok(())
}

/// The instant that is meant: before the latest, and not before the earliest.
fn moment(call: &Call, source: &Value, now: i64) -> Result<i64, ApiError> {
    let days = source.int("BackupRetentionPeriod").unwrap_or(1);
    let (earliest, latest) = (super::earliest(days, now), super::latest(now));
    let to_latest = call.input.bool("UseLatestRestorableTime") == Some(true);
    match (call.input.time("RestoreTime"), to_latest) {
        (Some(_), true) => {
            Err(unfit("You cannot specify both RestoreTime and UseLatestRestorableTime."))
        }
        (None, false) => {
            Err(unfit("You must specify either RestoreTime or UseLatestRestorableTime."))
        }
        (None, true) => Ok(latest),
        (Some(at), false) if at >= latest => Err(invalid(format!(
            "The specified instance cannot be restored to a time later than {}.",
            iso(latest)
        ))),
        (Some(at), false) if at < earliest => Err(invalid(format!(
            "The specified instance cannot be restored to a time earlier than {}.",
            iso(earliest)
        ))),
        (Some(at), false) => Ok(at),
    }
}

/// The groups that are named must be there, and fit the engine.
fn groups(world: &World, call: &Call, source: &Value) -> Result<(), ApiError> {
    if let Some(name) = call.input.text("DBSubnetGroupName").filter(|name| *name != "default") {
        let mut held = shelf(world, call, "subnetgroups").iter();
        let Some(group) = held.find(|held| held.text("DBSubnetGroupName") == Some(name)) else {
            let message = format!("DBSubnetGroup {name} not found.");
            return Err(ApiError::new("DBSubnetGroupNotFoundFault", message));
        };
        let zones: std::collections::BTreeSet<_> = group
            .items("Subnets")
            .iter()
            .filter_map(|subnet| subnet.get("SubnetAvailabilityZone")?.text("Name"))
            .collect();
        if zones.len() < 2 {
            let message =
                format!("DB Subnet Group {name} does not cover enough Availability Zones.");
            return Err(ApiError::new("DBSubnetGroupDoesNotCoverEnoughAZs", message));
        }
    }
    parameters(world, call, source)
}

/// The parameter group that is named must be there, and of the family of the engine.
pub(super) fn parameters(world: &World, call: &Call, of: &Value) -> Result<(), ApiError> {
    let Some(name) = call.input.text("DBParameterGroupName") else { return Ok(()) };
    let text = |member| of.text(member).unwrap_or_default();
    let family = family(text("Engine"), text("EngineVersion"));
    if name == format!("default.{family}") {
        return Ok(());
    }
    let mut held = shelf(world, call, "parametergroups").iter();
    let Some(group) = held.find(|held| held.text("DBParameterGroupName") == Some(name)) else {
        let message = format!("DBParameterGroup not found: {name}");
        return Err(ApiError::new("DBParameterGroupNotFoundFault", message));
    };
    if group.text("DBParameterGroupFamily") != Some(&family) {
        return Err(unfit(format!(
            "The Parameter Group {name} with DBParameterGroupFamily {} cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily {family}",
            group.text("DBParameterGroupFamily").unwrap_or_default()
        )));
    }
    Ok(())
}

fn backs_up(call: &Call, source: &Value) -> bool {
    let days = call.input.int("BackupRetentionPeriod");
    days.or_else(|| source.int("BackupRetentionPeriod")).unwrap_or(1) > 0
}

/// The new instance: what stays with the data, and of the rest only what was passed.
fn record(world: &World, call: &Call, id: &str, source: &Value) -> Value {
    let given = |member: &str| call.input.get(member).cloned();
    let flag = |member: &str| call.input.bool(member) == Some(true);
    let of_source = |member: &str| source.get(member).cloned();
    let text = |member| source.text(member).unwrap_or_default();
    let family = family(text("Engine"), text("EngineVersion"));
    let parameters = call.input.text("DBParameterGroupName");
    let parameters = parameters.map_or_else(|| format!("default.{family}"), str::to_owned);
    let subnets = call.input.text("DBSubnetGroupName").unwrap_or("default");
    let mut groups = asked(call, "VpcSecurityGroupIds");
    if groups.is_empty() {
        groups.push(DEFAULT_GROUP);
    }
    let groups = groups
        .into_iter()
        .map(|group| Value::empty().with("VpcSecurityGroupId", group).with("Status", "active"));
    let days = given("BackupRetentionPeriod").or_else(|| of_source("BackupRetentionPeriod"));
    let tags = call.input.items("Tags");
    let tags = if tags.is_empty() { source.items("TagList") } else { tags };
    let support = call.input.text("EngineLifecycleSupport");
    let group = |name: &str, member: &str, word: &str| {
        Value::list([Value::empty().with(member, name).with("Status", word)])
    };
    let mut record = Value::empty()
        .with("DBInstanceIdentifier", id)
        .with("DBInstanceArn", names::arn("rds", &call.region, &format!("db:{id}")))
        .with("DbiResourceId", resource_of(world, id))
        .with("DBInstanceStatus", "creating")
        .with(
            "DBInstanceClass",
            call.input.text("DBInstanceClass").unwrap_or(text("DBInstanceClass")),
        )
        .with("MultiAZ", flag("MultiAZ"))
        .with("AvailabilityZone", format!("{}b", call.region))
        .with("PubliclyAccessible", public(call, subnets))
        .with("DeletionProtection", flag("DeletionProtection"))
        .with("IAMDatabaseAuthenticationEnabled", flag("EnableIAMDatabaseAuthentication"))
        .with("CopyTagsToSnapshot", flag("CopyTagsToSnapshot"))
        .with("EngineLifecycleSupport", support.unwrap_or("open-source-rds-extended-support"))
        .with("MonitoringInterval", 0)
        .with("PerformanceInsightsEnabled", false)
        .with("VpcSecurityGroups", Value::list(groups))
        .with("DBSubnetGroup", subnet_group(world, call, subnets))
        .with(
            "DBParameterGroups",
            Value::list([Value::empty()
                .with("DBParameterGroupName", parameters)
                .with("ParameterApplyStatus", "in-sync")]),
        )
        .with(
            "OptionGroupMemberships",
            group(
                &format!("default:{}", family.replacen("postgres", "postgres-", 1)),
                "OptionGroupName",
                "in-sync",
            ),
        )
        .with("PendingModifiedValues", Value::empty())
        .with("DbInstancePort", 0)
        .with("InstanceCreateTime", Value::Time(world.now()))
        .with("NetworkType", "IPV4")
        .with("TagList", Value::List(tags.to_vec()))
        .with_some("BackupRetentionPeriod", days)
        .with_some("EnabledCloudwatchLogsExports", given("EnableCloudwatchLogsExports"));
    // What lies in the data, and what cannot be otherwise.
    for member in [
        "Engine",
        "EngineVersion",
        "LicenseModel",
        "MasterUsername",
        "DBName",
        "StorageEncrypted",
        "KmsKeyId",
        "PreferredBackupWindow",
        "PreferredMaintenanceWindow",
        "CACertificateIdentifier",
    ] {
        if let Some(value) = of_source(member) {
            set(&mut record, member, value);
        }
    }
    for member in
        ["AllocatedStorage", "StorageType", "AutoMinorVersionUpgrade", "Iops", "StorageThroughput"]
    {
        if let Some(value) = given(member).or_else(|| of_source(member)) {
            set(&mut record, member, value);
        }
    }
    record
}

/// Whether the internet reaches it: as it was said, and else where its subnets are those of the default network.
fn public(call: &Call, subnets: &str) -> bool {
    call.input.bool("PubliclyAccessible").unwrap_or(subnets == "default")
}

/// A subnet group as an instance shows it.
fn subnet_group(world: &World, call: &Call, name: &str) -> Value {
    let mut held = shelf(world, call, "subnetgroups").iter();
    let held = held.find(|held| held.text("DBSubnetGroupName") == Some(name));
    let mut group = held.map_or_else(
        || Value::empty().with("DBSubnetGroupName", name).with("SubnetGroupStatus", "Complete"),
        shown,
    );
    for ours in ["DBSubnetGroupArn", "SupportedNetworkTypes"] {
        unset(&mut group, ours);
    }
    group
}

fn resource_of(world: &World, id: &str) -> String {
    let hex = hex_of(&format!("{id}/{}", world.now())).to_ascii_uppercase();
    format!("db-{}", hex.get(..26).unwrap_or_default())
}

/// Where it can be reached once it is up.
fn endpoint(call: &Call, id: &str) -> Value {
    Value::empty()
        .with("Address", format!("{id}.c4x7shop0021.{}.rds.amazonaws.com", call.region))
        .with("Port", 5432)
        .with("HostedZoneId", "Z1RLNUO7B9Q6NB")
}

/// It comes up, by way of its first backup where it keeps any.
pub(super) fn come_up(world: &mut World, call: &Call, id: &str, made: i64, backed_up: bool) {
    tell(world, call, "db-instance", id, "creation", made, "DB instance created");
    let there = ("Endpoint", endpoint(call, id));
    if !backed_up {
        later(world, call, id, made, vec![there, ("DBInstanceStatus", "available".into())]);
        return;
    }
    later(world, call, id, made, vec![there, ("DBInstanceStatus", "backing-up".into())]);
    let up = made + BACKUP_MS;
    let restorable = ("LatestRestorableTime", Value::Time(up));
    later(world, call, id, up, vec![restorable, ("DBInstanceStatus", "available".into())]);
    tell(world, call, "db-instance", id, "backup", up, "Finished DB instance backup");
}

/// It goes another way than the one hoped for.
fn go_wrong(world: &mut World, call: &Call, id: &str, made: i64, turn: Turn) {
    let status = |word: &str| vec![("DBInstanceStatus", word.into())];
    match turn {
        Turn::RestoreError | Turn::IncompatibleNetwork | Turn::InsufficientCapacity => {
            later(world, call, id, made, status(turn.name()));
            let told = format!("The restore has failed: {}", turn.name());
            tell(world, call, "db-instance", id, "failure", made, &told);
        }
        Turn::Lingering => {
            come_up(world, call, id, made + LINGERING_MS, false);
            later(world, call, id, made, status("backing-up"));
        }
        Turn::Frobnicating => {
            come_up(world, call, id, made + BACKUP_MS, false);
            later(world, call, id, made, status("frobnicating"));
        }
        Turn::Vanishing => world.fixture.part_later(Parting {
            at_ms: made,
            shelf: (call.region.clone(), "rds", "instances"),
            record: ("DBInstanceIdentifier", id.to_owned()),
        }),
        // Of its secret, and there is none yet.
        Turn::Impaired | Turn::Tarrying | Turn::FailsBack | Turn::Abandoned => {
            come_up(world, call, id, made, false);
        }
    }
}

/// A copy of the story: it was made hours ago, and has been up for long.
pub(crate) fn stand_copy(world: &mut World, copy: &ReportCopy) {
    let hour = 3_600_000;
    let (region, made) = (names::HOME_REGION, world.now() - i64::from(copy.made_h) * hour);
    let expires = made + i64::from(copy.lasts_h) * hour;
    let tags = [
        ("ops:purpose", "reporting".to_owned()),
        ("ops:run", copy.run.clone()),
        ("ops:owner", copy.owner.clone()),
        ("ops:expires-at", iso(expires)),
        ("ops:source", copy.source.clone()),
        ("ops:as-of", iso(made - made.rem_euclid(24 * hour))),
    ];
    let tags = tags.map(|(key, value)| Value::empty().with("Key", key).with("Value", value));
    let call = Call {
        service: "rds".to_owned(),
        operation: "RestoreDBInstanceToPointInTime".to_owned(),
        input: Value::empty()
            .with("DBSubnetGroupName", "reporting")
            .with("VpcSecurityGroupIds", Value::list(["sg-0dd5b2c3d4e5f6077"]))
            .with("DBParameterGroupName", "reporting-pg16")
            .with("PubliclyAccessible", false)
            .with("DeletionProtection", copy.protected)
            .with("EnableIAMDatabaseAuthentication", true)
            .with("CopyTagsToSnapshot", true)
            .with("BackupRetentionPeriod", 0)
            .with("EngineLifecycleSupport", "open-source-rds-extended-support-disabled")
            .with("Tags", Value::list(tags)),
        caller: Caller::nobody(),
        region: region.to_owned(),
        request_id: String::new(),
        user_agent: String::new(),
    };
    let Ok(source) = instance(world, &call, &copy.source).cloned() else { return };
    let mut record = record(world, &call, &copy.name, &source);
    let name = format!("rds!db-{}", uuid_of(&copy.name));
    let secret = names::arn("secretsmanager", region, &format!("secret:{name}-Kq7xWe"));
    let kept = kept(&copy.name, &name, &secret, made);
    set(&mut record, "DBInstanceStatus", "available");
    set(&mut record, "InstanceCreateTime", Value::Time(made));
    set(&mut record, "Endpoint", endpoint(&call, &copy.name));
    set(&mut record, "MasterUserSecret.SecretArn", secret);
    set(&mut record, "MasterUserSecret.SecretStatus", "active");
    world.fixture.shelf_mut(region, "rds", "instances").push(record);
    world.fixture.shelf_mut(region, "secretsmanager", "secrets").push(kept);
}
