//! RDS: the Aurora cluster of the orders, its global secondary, the ledger, copies of it, snapshots and events.

mod changes; // reboot, the settings of a cluster, events
mod copies; // restores to a point in time
mod deletion; // deletions and snapshots
mod failover; // who writes becomes another one: what is asked for
#[cfg(test)]
mod failover_tests; // who writes, at every instant
mod lookup; // instances by their identifiers
mod moves; // and how it comes about
mod settings; // what an instance is set to
mod sharing; // whom snapshots are shared with
mod tags; // tags of anything that has an ARN
#[cfg(test)]
mod tests; // what carries over, what does not, and how it goes wrong

use super::Table;
use super::pages::Paging;
use super::standing::{listing, recent, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{at, set};

pub(super) const OPERATIONS: Table = &[
    ("AddTagsToResource", tags::add),
    ("CreateDBSnapshot", deletion::snapshot),
    ("DeleteDBInstance", deletion::delete),
    ("DescribeAccountAttributes", attributes),
    ("DescribeDBClusterAutomatedBackups", cluster_backups),
    ("DescribeDBClusterEndpoints", endpoints),
    ("DescribeDBClusterParameterGroups", cluster_parameter_groups),
    ("DescribeDBClusterSnapshots", cluster_snapshots),
    ("DescribeDBClusters", clusters),
    ("DescribeDBInstanceAutomatedBackups", instance_backups),
    ("DescribeDBInstances", instances),
    ("DescribeDBParameterGroups", parameter_groups),
    ("DescribeDBSnapshotAttributes", sharing::attributes),
    ("DescribeDBSnapshots", snapshots),
    ("DescribeDBSubnetGroups", subnet_groups),
    ("DescribeEvents", events),
    ("DescribeGlobalClusters", globals),
    ("DescribeOrderableDBInstanceOptions", orderable),
    ("DescribePendingMaintenanceActions", maintenance),
    ("FailoverDBCluster", failover::failover),
    ("FailoverGlobalCluster", failover::failover_global),
    ("ListTagsForResource", tags::list),
    ("ModifyDBCluster", changes::modify_cluster),
    ("ModifyDBInstance", settings::modify),
    ("ModifyDBSnapshotAttribute", sharing::modify),
    ("PromoteReadReplica", failover::promote),
    ("RebootDBInstance", changes::reboot),
    ("RemoveTagsFromResource", tags::remove),
    ("RestoreDBInstanceToPointInTime", copies::restore),
    ("SwitchoverGlobalCluster", failover::switch_global),
];

pub(crate) use copies::stand_copy;
pub(crate) use moves::{Move, move_on};

const PAGING: Paging =
    Paging { size: "MaxRecords", token: "Marker", usual: 100, refusal: "InvalidParameterValue" };

/// How one kind of thing is listed: its shelf and output list, the input that names one and the member that holds the
/// name, the error when there is none of that name, and what filters compare.
struct Kind {
    shelf: &'static str,
    list: &'static str,
    id: &'static str,
    arn: &'static str,
    missing: &'static str,
    filters: &'static [(&'static str, &'static str)],
}

const CLUSTERS: Kind = Kind {
    shelf: "clusters",
    list: "DBClusters",
    id: "DBClusterIdentifier",
    arn: "DBClusterArn",
    missing: "DBClusterNotFoundFault",
    filters: &[
        ("db-cluster-id", "DBClusterIdentifier"),
        ("db-cluster-resource-id", "DbClusterResourceId"),
        ("engine", "Engine"),
    ],
};

const INSTANCES: Kind = Kind {
    shelf: "instances",
    list: "DBInstances",
    id: "DBInstanceIdentifier",
    arn: "DBInstanceArn",
    missing: "DBInstanceNotFoundFault",
    filters: &[
        ("db-cluster-id", "DBClusterIdentifier"),
        ("db-instance-id", "DBInstanceIdentifier"),
        ("dbi-resource-id", "DbiResourceId"),
        ("engine", "Engine"),
    ],
};

fn list(world: &World, call: &Call, kind: &Kind) -> Result<Reply, ApiError> {
    let asked = call.input.text(kind.id);
    let named = |record: &Value, name: &str| {
        record.text(kind.id).is_some_and(|id| id.eq_ignore_ascii_case(name))
            || record.text(kind.arn) == Some(name)
    };
    let mut found: Vec<Value> = shelf(world, call, kind.shelf)
        .iter()
        .filter(|record| asked.is_none_or(|name| named(record, name)))
        .cloned()
        .collect();
    if let (Some(name), true) = (asked, found.is_empty()) {
        return Err(ApiError::new(kind.missing, format!("{} {name} not found.", kind.id)));
    }
    for filter in call.input.items("Filters") {
        let name = filter.text("Name").unwrap_or_default();
        let Some((_, path)) = kind.filters.iter().find(|(known, _)| *known == name) else {
            return Err(ApiError::new(
                "InvalidParameterValue",
                format!("Unrecognized filter name: {name}"),
            ));
        };
        let values: Vec<_> = filter.items("Values").iter().filter_map(Value::as_text).collect();
        found.retain(|record| {
            let arn = record.text(kind.arn);
            at(record, path)
                .into_iter()
                .filter_map(Value::as_text)
                .chain(arn)
                .any(|held| values.contains(&held))
        });
    }
    for record in &mut found {
        slide(record, world.now());
    }
    listing(call, seen(&found), kind.list, "Marker", &PAGING)
}

/// Moves the window of a point-in-time restore, where there is one: it ends minutes ago and is as long as backups are kept.
fn slide(record: &mut Value, now: i64) {
    let days = record.int("BackupRetentionPeriod").unwrap_or(1);
    let window = [("Earliest", earliest(days, now)), ("Latest", latest(now))];
    for (end, at_ms) in window {
        for member in [format!("{end}RestorableTime"), format!("RestoreWindow.{end}Time")] {
            if !at(record, &member).is_empty() {
                set(record, &member, Value::Time(at_ms));
            }
        }
    }
}

/// The earliest instant that can be restored, of what keeps backups for so many days.
fn earliest(days: i64, now: i64) -> i64 {
    now - days * 86_400_000
}

/// The latest: logs are uploaded every five minutes.
fn latest(now: i64) -> i64 {
    now - 4 * 60_000
}

fn clusters(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(world, call, &CLUSTERS)
}

fn instances(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(world, call, &INSTANCES)
}

fn cluster_snapshots(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let cluster = call.input.text("DBClusterIdentifier");
    let kind = call.input.text("SnapshotType");
    let asked = call.input.text("DBClusterSnapshotIdentifier");
    let records = shelf(world, call, "clustersnapshots");
    let named = |record: &Value, name: &str| {
        record.text("DBClusterSnapshotIdentifier") == Some(name)
            || record.text("DBClusterSnapshotArn") == Some(name)
    };
    if let Some(name) = asked
        && !records.iter().any(|record| named(record, name))
    {
        return Err(ApiError::new(
            "DBClusterSnapshotNotFoundFault",
            format!("DBClusterSnapshot {name} not found."),
        ));
    }
    let found = seen(records.iter().filter(|record| {
        asked.is_none_or(|name| named(record, name))
            && cluster.is_none_or(|id| record.text("DBClusterIdentifier") == Some(id))
            && kind.is_none_or(|kind| record.text("SnapshotType") == Some(kind))
    }));
    listing(call, found, "DBClusterSnapshots", "Marker", &PAGING)
}

fn snapshots(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "snapshots",
            list: "DBSnapshots",
            id: "DBSnapshotIdentifier",
            arn: "DBSnapshotArn",
            missing: "DBSnapshotNotFoundFault",
            filters: &[("db-instance-id", "DBInstanceIdentifier"), ("engine", "Engine")],
        },
    )
}

fn subnet_groups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "subnetgroups",
            list: "DBSubnetGroups",
            id: "DBSubnetGroupName",
            arn: "DBSubnetGroupArn",
            missing: "DBSubnetGroupNotFoundFault",
            filters: &[],
        },
    )
}

fn parameter_groups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "parametergroups",
            list: "DBParameterGroups",
            id: "DBParameterGroupName",
            arn: "DBParameterGroupArn",
            missing: "DBParameterGroupNotFoundFault",
            filters: &[],
        },
    )
}

fn cluster_parameter_groups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "clusterparametergroups",
            list: "DBClusterParameterGroups",
            id: "DBClusterParameterGroupName",
            arn: "DBClusterParameterGroupArn",
            missing: "DBParameterGroupNotFoundFault",
            filters: &[],
        },
    )
}

fn endpoints(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "endpoints",
            list: "DBClusterEndpoints",
            id: "DBClusterIdentifier",
            arn: "DBClusterEndpointArn",
            missing: "DBClusterNotFoundFault",
            filters: &[
                ("db-cluster-endpoint-type", "EndpointType"),
                ("db-cluster-endpoint-status", "Status"),
            ],
        },
    )
}

fn cluster_backups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "clusterbackups",
            list: "DBClusterAutomatedBackups",
            id: "DBClusterIdentifier",
            arn: "DBClusterArn",
            missing: "DBClusterAutomatedBackupNotFoundFault",
            filters: &[("status", "Status"), ("db-cluster-id", "DBClusterIdentifier")],
        },
    )
}

fn instance_backups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "instancebackups",
            list: "DBInstanceAutomatedBackups",
            id: "DBInstanceIdentifier",
            arn: "DBInstanceArn",
            missing: "DBInstanceAutomatedBackupNotFoundFault",
            filters: &[("status", "Status"), ("db-instance-id", "DBInstanceIdentifier")],
        },
    )
}

fn globals(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "globals",
            list: "GlobalClusters",
            id: "GlobalClusterIdentifier",
            arn: "GlobalClusterArn",
            missing: "GlobalClusterNotFoundFault",
            filters: &[
                ("db-cluster-id", "GlobalClusterMembers.DBClusterArn"),
                ("region", "Region"),
            ],
        },
    )
}

fn maintenance(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(
        world,
        call,
        &Kind {
            shelf: "maintenance",
            list: "PendingMaintenanceActions",
            id: "ResourceIdentifier",
            arn: "ResourceIdentifier",
            missing: "ResourceNotFoundFault",
            filters: &[
                ("db-cluster-id", "ResourceIdentifier"),
                ("db-instance-id", "ResourceIdentifier"),
            ],
        },
    )
}

fn events(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let found = recent(shelf(world, call, "events"), call, world.now());
    listing(call, found, "Events", "Marker", &PAGING)
}

fn attributes(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let quota = |name: &str, used: usize, most: i64| {
        Value::empty()
            .with("AccountQuotaName", name)
            .with("Used", i64::try_from(used).unwrap_or(i64::MAX))
            .with("Max", most)
    };
    let count = |kind| shelf(world, call, kind).len();
    let quotas = [
        quota("DBInstances", count("instances"), lookup::MOST_INSTANCES),
        quota("ManualSnapshots", count("snapshots"), lookup::MOST_SNAPSHOTS),
        quota("DBClusters", count("clusters"), 40),
        quota("DBSubnetGroups", count("subnetgroups"), 50),
        quota("ManualClusterSnapshots", 1, 100),
    ];
    Ok(Value::empty().with("AccountQuotas", Value::list(quotas)).into())
}

/// The classes that the account's engines can be ordered in.
fn orderable(_: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let engine = call.input.text("Engine").unwrap_or_default();
    let offered = ["db.r6g.large", "db.r6g.xlarge", "db.r6g.2xlarge", "db.t4g.medium"];
    let class = call.input.text("DBInstanceClass");
    let zones =
        ["a", "b", "c"].map(|zone| Value::empty().with("Name", format!("{}{zone}", call.region)));
    let options = offered
        .into_iter()
        .filter(|_| engine == "aurora-postgresql")
        .filter(|offer| class.is_none_or(|class| class == *offer))
        .map(|offer| {
            Value::empty()
                .with("Engine", engine)
                .with("EngineVersion", call.input.text("EngineVersion").unwrap_or("16.6"))
                .with("DBInstanceClass", offer)
                .with("LicenseModel", "postgresql-license")
                .with("StorageType", "aurora")
                .with("AvailabilityZones", Value::list(zones.clone()))
                .with("MultiAZCapable", false)
                .with("Vpc", true)
                .with("SupportsGlobalDatabases", true)
                .with("SupportsClusters", true)
        })
        .collect();
    listing(call, options, "OrderableDBInstanceOptions", "Marker", &PAGING)
}
