//! Failover, reboot and the settings of a cluster: the states a database goes through on the way.

use super::super::standing::{one, one_mut, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::Due;
use crate::world::fixture::record::{set, shown};

/// How long each takes, in milliseconds.
const FAILOVER_MS: i64 = 40_000;
const REBOOT_MS: i64 = 60_000;
const GLOBAL_MS: i64 = 120_000;

fn no_cluster(id: &str) -> ApiError {
    ApiError::new("DBClusterNotFoundFault", format!("DBCluster {id} not found."))
}

/// Makes another instance the writer. The cluster is failing over for a while.
pub(super) fn failover(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let id = call.input.text("DBClusterIdentifier").unwrap_or_default().to_owned();
    let target = call.input.text("TargetDBInstanceIdentifier").map(str::to_owned);
    let Some(cluster) = one_mut(world, call, "clusters", "DBClusterIdentifier", &id) else {
        return Err(no_cluster(&id));
    };
    if cluster.text("Status") != Some("available") {
        return Err(ApiError::new(
            "InvalidDBClusterStateFault",
            format!(
                "The cluster {id} is not available; its status is {}.",
                cluster.text("Status").unwrap_or_default()
            ),
        ));
    }
    let members = cluster.items("DBClusterMembers").to_vec();
    let mut readers: Vec<_> =
        members.iter().filter(|member| member.bool("IsClusterWriter") != Some(true)).collect();
    readers.sort_by_key(|reader| reader.int("PromotionTier"));
    let chosen = match &target {
        Some(name) => {
            readers.iter().find(|reader| reader.text("DBInstanceIdentifier") == Some(name))
        }
        None => readers.first(),
    };
    let Some(next) =
        chosen.and_then(|member| member.text("DBInstanceIdentifier")).map(str::to_owned)
    else {
        return Err(match target {
            Some(name) => ApiError::new(
                "InvalidDBInstanceStateFault",
                format!("{name} is no reader of {id}."),
            ),
            None => ApiError::new(
                "InvalidDBClusterStateFault",
                format!("The cluster {id} has no reader to fail over to."),
            ),
        });
    };
    let members = Value::list(members.iter().map(|member| {
        let writer = member.text("DBInstanceIdentifier") == Some(&next);
        member.clone().with("IsClusterWriter", writer)
    }));
    set(cluster, "Status", "failing-over");
    let answer = shown(cluster);
    world.fixture.later(Due {
        at_ms: now + FAILOVER_MS,
        shelf: (call.region.clone(), "rds", "clusters"),
        record: ("DBClusterIdentifier", id.clone()),
        changes: vec![("DBClusterMembers", members), ("Status", "available".into())],
    });
    tell(
        world,
        call,
        "db-cluster",
        &id,
        "failover",
        now,
        &format!("Started failover to DB instance: {next}"),
    );
    tell(
        world,
        call,
        "db-cluster",
        &id,
        "failover",
        now + FAILOVER_MS,
        &format!("Completed failover to DB instance: {next}"),
    );
    Ok(Value::empty().with("DBCluster", answer).into())
}

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

pub(super) fn failover_global(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    move_global(world, call, call.input.bool("AllowDataLoss") == Some(true))
}

pub(super) fn switch_global(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    move_global(world, call, false)
}

/// Makes another region the writer of the global cluster.
fn move_global(world: &mut World, call: &Call, data_loss: bool) -> Result<Reply, ApiError> {
    let now = world.now();
    let id = call.input.text("GlobalClusterIdentifier").unwrap_or_default().to_owned();
    let target = call.input.text("TargetDbClusterIdentifier").unwrap_or_default().to_owned();
    let Some(global) = one(world, call, "globals", "GlobalClusterIdentifier", &id).cloned() else {
        return Err(ApiError::new(
            "GlobalClusterNotFoundFault",
            format!("Global cluster {id} not found."),
        ));
    };
    if global.text("Status") != Some("available") {
        return Err(ApiError::new(
            "InvalidGlobalClusterStateFault",
            format!("Global cluster {id} is not available."),
        ));
    }
    let members = global.items("GlobalClusterMembers");
    let arn_of = |member: &&Value| member.text("DBClusterArn").unwrap_or_default().to_owned();
    let writer = members.iter().find(|m| m.bool("IsWriter") == Some(true)).as_ref().map(arn_of);
    let (Some(from), true) =
        (writer, members.iter().any(|m| m.text("DBClusterArn") == Some(&target)))
    else {
        return Err(no_cluster(&target));
    };
    if from == target {
        return Err(ApiError::new(
            "InvalidDBClusterStateFault",
            format!("{target} is the writer already."),
        ));
    }
    let others: Vec<_> = members.iter().map(|m| arn_of(&m)).filter(|arn| *arn != target).collect();
    let moved = Value::list(members.iter().map(|member| {
        let is_writer = member.text("DBClusterArn") == Some(&target);
        let readers = if is_writer { others.clone() } else { Vec::new() };
        member.clone().with("IsWriter", is_writer).with("Readers", Value::list(readers))
    }));
    let state = Value::empty()
        .with("Status", "failing-over")
        .with("FromDbClusterArn", from)
        .with("ToDbClusterArn", target)
        .with("IsDataLossAllowed", data_loss);
    let answer =
        if let Some(global) = one_mut(world, call, "globals", "GlobalClusterIdentifier", &id) {
            set(global, "Status", if data_loss { "failing-over" } else { "switching-over" });
            set(global, "FailoverState", state);
            shown(global)
        } else {
            shown(&global)
        };
    world.fixture.later(Due {
        at_ms: now + GLOBAL_MS,
        shelf: (call.region.clone(), "rds", "globals"),
        record: ("GlobalClusterIdentifier", id),
        changes: vec![
            ("GlobalClusterMembers", moved),
            ("Status", "available".into()),
            ("FailoverState", Value::empty()),
        ],
    });
    Ok(Value::empty().with("GlobalCluster", answer).into())
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
    let resource = if kind == "db-cluster" { "cluster" } else { "db" };
    let arn = crate::world::names::arn("rds", &call.region, &format!("{resource}:{id}"));
    shelf_mut(world, call, "events").push(
        Value::empty()
            .with("SourceIdentifier", id)
            .with("SourceType", kind)
            .with("SourceArn", arn)
            .with("EventCategories", Value::list([category]))
            .with("Message", message)
            .with("Date", Value::Time(at)),
    );
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{START, ask, world};
    use super::*;

    fn writer(world: &mut World) -> (String, String) {
        let input = Value::empty().with("DBClusterIdentifier", "orders-db");
        let output = ask(world, "rds", "DescribeDBClusters", input).unwrap();
        let cluster = &output.items("DBClusters")[0];
        let writer = cluster
            .items("DBClusterMembers")
            .iter()
            .find(|m| m.bool("IsClusterWriter") == Some(true));
        let name = |value: Option<&str>| value.unwrap().to_owned();
        (name(writer.unwrap().text("DBInstanceIdentifier")), name(cluster.text("Status")))
    }

    #[test]
    fn a_failover_takes_forty_seconds_and_makes_a_reader_the_writer() {
        let mut world = world();
        let input = Value::empty().with("DBClusterIdentifier", "orders-db");
        ask(&mut world, "rds", "FailoverDBCluster", input.clone()).unwrap();
        assert_eq!(writer(&mut world), ("orders-db-1".into(), "failing-over".into()));
        let again = ask(&mut world, "rds", "FailoverDBCluster", input).unwrap_err();
        assert_eq!(again.code, "InvalidDBClusterStateFault");
        world.advance_to(START + 41_000);
        assert_eq!(writer(&mut world), ("orders-db-2".into(), "available".into()));
        let events = ask(&mut world, "rds", "DescribeEvents", Value::empty()).unwrap();
        assert_eq!(events.items("Events").len(), 2);
    }

    #[test]
    fn a_switchover_moves_the_writer_to_the_other_region() {
        let mut world = world();
        let input = Value::empty().with("GlobalClusterIdentifier", "orders-global").with(
            "TargetDbClusterIdentifier",
            "arn:aws:rds:eu-west-1:123456784021:cluster:orders-db-west",
        );
        ask(&mut world, "rds", "SwitchoverGlobalCluster", input).unwrap();
        world.advance_to(START + 121_000);
        let output = ask(&mut world, "rds", "DescribeGlobalClusters", Value::empty()).unwrap();
        let members = output.items("GlobalClusters")[0].items("GlobalClusterMembers");
        let writers: Vec<_> = members.iter().filter(|m| m.bool("IsWriter") == Some(true)).collect();
        assert_eq!(writers.len(), 1);
        assert!(writers[0].text("DBClusterArn").unwrap().contains("eu-west-1"));
    }
}
