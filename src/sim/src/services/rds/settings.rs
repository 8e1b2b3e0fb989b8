//! What an instance is set to: protection, password, groups, class. What costs a restart waits for its window unless asked for
//! at once.

use super::super::secretsmanager::version_later;
use super::super::standing::{asked, input};
use super::changes::tell;
use super::copies::parameters;
use super::lookup::{in_state, instance, instance_mut, later, unfit};
use crate::faults::Turn;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{hex_of, set, shown, text_at, unset, uuid_of};
use crate::world::names;

/// How long it takes until a managed secret can be used, and how long where it tarries.
const SECRET_MS: i64 = 90_000;
const TARRYING_MS: i64 = 45 * 60_000;

/// `ModifyDBInstance`.
pub(super) fn modify(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let turn = world.turn.take();
    let id = input(call, "DBInstanceIdentifier").to_owned();
    let there = instance(world, call, &id)?.clone();
    let id = there.text("DBInstanceIdentifier").unwrap_or_default().to_owned();
    stands(call, &there, &id)?;
    parameters(world, call, &there)?;
    let at_once = call.input.bool("ApplyImmediately") == Some(true);
    let secret = secret(call, &there, at_once)?;
    let record = instance_mut(world, call, &id)?;
    for (member, becomes) in [
        ("DeletionProtection", "DeletionProtection"),
        ("AutoMinorVersionUpgrade", "AutoMinorVersionUpgrade"),
        ("PromotionTier", "PromotionTier"),
        ("MonitoringInterval", "MonitoringInterval"),
        ("PreferredMaintenanceWindow", "PreferredMaintenanceWindow"),
        ("CopyTagsToSnapshot", "CopyTagsToSnapshot"),
        ("PubliclyAccessible", "PubliclyAccessible"),
        ("EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled"),
    ] {
        if let Some(value) = call.input.get(member) {
            set(record, becomes, value.clone());
        }
    }
    let groups = asked(call, "VpcSecurityGroupIds");
    if !groups.is_empty() {
        let groups = groups
            .into_iter()
            .map(|group| Value::empty().with("VpcSecurityGroupId", group).with("Status", "active"));
        set(record, "VpcSecurityGroups", Value::list(groups));
    }
    // Its static parameters wait for a restart, whatever was asked for.
    if let Some(name) = call.input.text("DBParameterGroupName") {
        let group = Value::empty()
            .with("DBParameterGroupName", name)
            .with("ParameterApplyStatus", "pending-reboot");
        set(record, "DBParameterGroups", Value::list([group]));
    }
    for member in ["DBInstanceClass", "AllocatedStorage", "BackupRetentionPeriod", "MultiAZ"] {
        let Some(value) = call.input.get(member) else { continue };
        if at_once {
            set(record, member, value.clone());
        } else {
            set(record, &format!("PendingModifiedValues.{member}"), value.clone());
        }
    }
    match secret {
        Some(Secret::Taken) => hand_over(world, call, &id, turn),
        Some(Secret::Rotated) => rotate(world, call, &id),
        Some(Secret::GivenBack) => give_back(world, call, &id),
        None => {}
    }
    let answer = shown(instance(world, call, &id)?);
    Ok(Value::empty().with("DBInstance", answer).into())
}

/// Whether its status lets it be changed. Protection alone may be switched while something else is wrong.
fn stands(call: &Call, there: &Value, id: &str) -> Result<(), ApiError> {
    let status = there.text("DBInstanceStatus").unwrap_or_default();
    let only = ["ApplyImmediately", "DBInstanceIdentifier", "DeletionProtection"];
    let members = call.input.as_map().into_iter().flatten();
    let little = members.into_iter().all(|(member, _)| only.contains(&member.as_str()));
    let fits = match status {
        "available" | "storage-optimization" => true,
        "creating" | "deleting" => false,
        _ => little,
    };
    if fits { Ok(()) } else { Err(in_state(id, &format!("is not in available state: {status}"))) }
}

/// What becomes of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secret {
    /// Secrets Manager keeps it from now on, and it is another one.
    Taken,
    /// It is another one.
    Rotated,
    /// Secrets Manager keeps it no longer.
    GivenBack,
}

fn secret(call: &Call, there: &Value, at_once: bool) -> Result<Option<Secret>, ApiError> {
    let managed = there.get("MasterUserSecret").is_some();
    let rotate = call.input.bool("RotateMasterUserPassword") == Some(true);
    let password = call.input.text("MasterUserPassword").is_some();
    match call.input.bool("ManageMasterUserPassword") {
        Some(true) if password => Err(unfit(
            "You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.",
        )),
        Some(true) if rotate && !managed => Err(unfit(
            "You can't rotate the master user password of an instance that isn't managed by Amazon RDS.",
        )),
        Some(false) if managed && !password => {
            Err(unfit("You must specify MasterUserPassword to disable ManageMasterUserPassword."))
        }
        Some(false) if managed => Ok(Some(Secret::GivenBack)),
        // What is wanted is so already.
        Some(true) if managed && !rotate => Ok(None),
        Some(true) if !managed => Ok(Some(Secret::Taken)),
        None if password && managed => Err(unfit(
            "You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.",
        )),
        None if rotate && !managed => Err(unfit(
            "You can't rotate the master user password of an instance that isn't managed by Amazon RDS.",
        )),
        _ if rotate && !at_once => Err(unfit(
            "You must apply the change immediately when rotating the master user password.",
        )),
        _ if rotate => Ok(Some(Secret::Rotated)),
        _ => Ok(None),
    }
}

/// A secret of the instance's own, which takes a while to be there.
fn hand_over(world: &mut World, call: &Call, id: &str, turn: Option<Turn>) {
    let now = world.now();
    let name = format!("rds!db-{}", uuid_of(&format!("{id}/secret/{now}")));
    let tail = hex_of(&name).get(..6).unwrap_or_default().to_owned();
    let arn = names::arn("secretsmanager", &call.region, &format!("secret:{name}-{tail}"));
    let aws = names::arn("kms", &call.region, "key/0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f");
    let key = call.input.text("MasterUserSecretKmsKeyId").unwrap_or(&aws).to_owned();
    let secret = Value::empty()
        .with("SecretArn", arn.as_str())
        .with("SecretStatus", "creating")
        .with("KmsKeyId", key.as_str());
    if let Ok(record) = instance_mut(world, call, id) {
        set(record, "MasterUserSecret", secret);
        set(record, "DBInstanceStatus", "resetting-master-credentials");
    }
    let (ready, becomes) = match turn {
        Some(Turn::Impaired) => (now + SECRET_MS, "impaired"),
        Some(Turn::Tarrying) => (now + TARRYING_MS, "active"),
        _ => (now + SECRET_MS, "active"),
    };
    later(world, call, id, now + SECRET_MS, vec![("DBInstanceStatus", "available".into())]);
    later(world, call, id, ready, vec![("MasterUserSecret.SecretStatus", becomes.into())]);
    tell(world, call, "db-instance", id, "configuration change", now + SECRET_MS, RESET);
    let made = kept(id, &name, &arn, now).with("KmsKeyId", key);
    world.fixture.shelf_mut(&call.region, "secretsmanager", "secrets").push(made);
}

/// The secret of an instance as Secrets Manager has it.
pub(super) fn kept(id: &str, name: &str, arn: &str, now: i64) -> Value {
    let version = uuid_of(&format!("{name}/1"));
    let stages = Value::list(["AWSCURRENT"]);
    let versions = Value::empty()
        .with("VersionId", version.as_str())
        .with("VersionStages", stages.clone())
        .with("CreatedDate", Value::Time(now));
    Value::empty()
        .with("Name", name)
        .with("ARN", arn)
        .with(
            "Description",
            format!("The secret associated with the primary RDS DB instance: {id}"),
        )
        .with("RotationEnabled", true)
        .with("CreatedDate", Value::Time(now))
        .with("LastChangedDate", Value::Time(now))
        .with("OwningService", "rds")
        .with("VersionIdsToStages", Value::record([(version, stages)]))
        .with("_versions", Value::list([versions]))
}

/// What is told when the password is another one.
const RESET: &str = "Reset master credentials";

fn rotate(world: &mut World, call: &Call, id: &str) {
    let now = world.now();
    let Ok(record) = instance_mut(world, call, id) else { return };
    let arn = text_at(record, "MasterUserSecret.SecretArn").unwrap_or_default().to_owned();
    set(record, "MasterUserSecret.SecretStatus", "rotating");
    let version = uuid_of(&format!("{arn}/{now}"));
    version_later(world, &call.region, &arn, &version, now + SECRET_MS);
    later(
        world,
        call,
        id,
        now + SECRET_MS,
        vec![("MasterUserSecret.SecretStatus", "active".into())],
    );
    tell(world, call, "db-instance", id, "configuration change", now + SECRET_MS, RESET);
}

fn give_back(world: &mut World, call: &Call, id: &str) {
    let held = instance_mut(world, call, id).ok();
    let arn = held.and_then(|record| {
        let arn = text_at(record, "MasterUserSecret.SecretArn").map(str::to_owned);
        unset(record, "MasterUserSecret");
        arn
    });
    drop_secret(world, call, arn.as_deref());
}

/// The secret of an instance goes with it.
pub(super) fn drop_secret(world: &mut World, call: &Call, arn: Option<&str>) {
    let secrets = world.fixture.shelf_mut(&call.region, "secretsmanager", "secrets");
    secrets.retain(|secret| arn.is_none() || secret.text("ARN") != arn);
}
