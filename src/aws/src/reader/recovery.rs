//! What decides a failover of a database: who writes, who could, how far copies are behind, what RDS has told.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{
    DbCluster, DbInstance, FailoverState, FailoverStatus, Filter,
    GlobalClusterMemberSynchronizationStatus, SourceType,
};
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::{LagOf, MetricNames, Metrics, ReadFailure};
use watchdeck_domain::recovery::{
    ClusterMember, ClusterStanding, CopyLag, DatabaseEvent, GlobalCopy, GlobalStanding,
    NodeStanding,
};
use watchdeck_domain::{DatabaseName, ReadError};

use super::cloudwatch::metrics;
use super::rds::{CLUSTERS, GLOBALS, INSTANCES};
use super::{Pages, count, instant, plain, said};
use crate::rejection::read_error;

const EVENTS: &str = "rds:DescribeEvents";

/// How far back events are read, in minutes. RDS tells those of an hour where nobody says.
const EVENTS_MIN: i32 = 60;

/// The metrics that tell how far a copy in another region is behind, the better first.
const LAGS: [&str; 2] = ["AuroraGlobalDBRPOLag", "AuroraGlobalDBReplicationLag"];
const WRITTEN: &str = "AuroraGlobalDBReplicatedWriteIO";
const OF: &str = "DBClusterIdentifier";

pub(super) async fn cluster(
    client: &Client,
    name: &DatabaseName,
) -> Result<ClusterStanding, ReadError> {
    let answer = client.describe_db_clusters().db_cluster_identifier(name.as_str()).send().await;
    let answer = answer.map_err(|e| read_error(CLUSTERS, &e))?;
    let named = |it: &&DbCluster| same(it.db_cluster_identifier(), name);
    let found = answer.db_clusters().iter().find(named);
    let found = found.ok_or_else(|| missing(CLUSTERS, &format!("cluster {name}")))?;
    let nodes = nodes_of(client, name).await?;
    let mut members: Vec<_> = found
        .db_cluster_members()
        .iter()
        .map(|member| {
            let instance = plain(member.db_instance_identifier());
            let node = nodes.iter().find(|it| plain(it.db_instance_identifier()) == instance);
            let class = plain(node.and_then(|it| it.db_instance_class()));
            ClusterMember {
                instance,
                writer: member.is_cluster_writer().unwrap_or_default(),
                tier: member.promotion_tier(),
                status: plain(node.and_then(|it| it.db_instance_status())),
                memory_gb: memory_gb(&class),
                class,
                zone: plain(node.and_then(|it| it.availability_zone())),
                version: plain(node.and_then(|it| it.engine_version())),
            }
        })
        .collect();
    members.sort_by_key(|member| (!member.writer, member.tier.is_none(), member.tier));
    let writer = members.iter().find(|member| member.writer);
    Ok(ClusterStanding {
        id: plain(found.db_cluster_identifier()),
        arn: plain(found.db_cluster_arn()),
        status: plain(found.status()),
        engine: plain(found.engine()),
        version: plain(found.engine_version()),
        endpoint: plain(found.endpoint()),
        parameters: plain(found.db_cluster_parameter_group()),
        global: plain(found.global_cluster_identifier()),
        writer: writer.map(|member| member.instance.clone()).unwrap_or_default(),
        members,
        events: events(client, SourceType::DbCluster, name.as_str()).await?,
    })
}

/// The instances of a cluster, page by page.
async fn nodes_of(client: &Client, cluster: &DatabaseName) -> Result<Vec<DbInstance>, ReadError> {
    let filter = Filter::builder().name("db-cluster-id").values(cluster.as_str()).build();
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_db_instances()
            .filters(filter.clone())
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(INSTANCES, &e))?;
        found.extend(page.db_instances().iter().cloned());
        if !pages.turn(INSTANCES, page.marker())? {
            return Ok(found);
        }
    }
}

pub(super) async fn global(
    client: &Client,
    name: &DatabaseName,
) -> Result<GlobalStanding, ReadError> {
    let call = client.describe_global_clusters().global_cluster_identifier(name.as_str());
    let answer = call.send().await.map_err(|e| read_error(GLOBALS, &e))?;
    let found =
        answer.global_clusters().iter().find(|it| same(it.global_cluster_identifier(), name));
    let found = found.ok_or_else(|| missing(GLOBALS, &format!("global database {name}")))?;
    let sync = GlobalClusterMemberSynchronizationStatus::as_str;
    let mut members: Vec<_> = found
        .global_cluster_members()
        .iter()
        .map(|member| {
            let arn = plain(member.db_cluster_arn());
            GlobalCopy {
                cluster: plain(arn.rsplit(':').next()),
                region: plain(arn.split(':').nth(3)),
                arn,
                writer: member.is_writer().unwrap_or_default(),
                sync: plain(member.synchronization_status().map(sync)),
            }
        })
        .collect();
    members.sort_by_key(|member| !member.writer);
    let here = client.config().region().map(AsRef::as_ref);
    let own =
        members.iter().find(|it| Some(it.region.as_str()) == here).map(|it| it.cluster.clone());
    let events = match own {
        Some(own) => events(client, SourceType::DbCluster, &own).await?,
        None => Vec::new(),
    };
    let state = found.failover_state();
    let primary = members.iter().find(|it| it.writer).map(|it| it.arn.clone());
    Ok(GlobalStanding {
        id: plain(found.global_cluster_identifier()),
        arn: plain(found.global_cluster_arn()),
        status: plain(found.status()),
        engine: plain(found.engine()),
        version: plain(found.engine_version()),
        endpoint: plain(found.endpoint()),
        primary: primary.unwrap_or_default(),
        members,
        moving: plain(state.and_then(|it| it.status()).map(FailoverStatus::as_str)),
        moving_to: plain(state.and_then(|it| it.to_db_cluster_arn())),
        loses_data: state.and_then(FailoverState::is_data_loss_allowed).unwrap_or_default(),
        events,
    })
}

pub(super) async fn node(client: &Client, name: &DatabaseName) -> Result<NodeStanding, ReadError> {
    let answer = client.describe_db_instances().db_instance_identifier(name.as_str()).send().await;
    let answer = answer.map_err(|e| read_error(INSTANCES, &e))?;
    let found = answer.db_instances().iter().find(|it| same(it.db_instance_identifier(), name));
    let found = found.ok_or_else(|| missing(INSTANCES, &format!("database instance {name}")))?;
    let replication =
        found.status_infos().iter().find(|it| it.status_type() == Some("read replication"));
    Ok(NodeStanding {
        id: plain(found.db_instance_identifier()),
        arn: plain(found.db_instance_arn()),
        cluster: plain(found.db_cluster_identifier()),
        status: plain(found.db_instance_status()),
        engine: plain(found.engine()),
        version: plain(found.engine_version()),
        class: plain(found.db_instance_class()),
        zone: plain(found.availability_zone()),
        standby_zone: plain(found.secondary_availability_zone()),
        multi_az: found.multi_az().unwrap_or_default(),
        replicates: plain(found.read_replica_source_db_instance_identifier()),
        replication: plain(replication.and_then(|it| it.status())),
        backup_days: count(found.backup_retention_period()),
        events: events(client, SourceType::DbInstance, name.as_str()).await?,
    })
}

/// What RDS has told of something, the newest last. A server that does not know the question, and a role that may not ask it, leave it
/// at that: without them only a failover that came to nothing takes longer to be told.
async fn events(
    client: &Client,
    kind: SourceType,
    id: &str,
) -> Result<Vec<DatabaseEvent>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_events()
            .source_type(kind.clone())
            .source_identifier(id)
            .duration(EVENTS_MIN)
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(EVENTS, &e));
        let page = match page {
            Ok(page) => page,
            Err(error)
                if matches!(
                    error.failure,
                    ReadFailure::Unsupported | ReadFailure::Denied | ReadFailure::Missing
                ) =>
            {
                return Ok(Vec::new());
            }
            Err(error) => return Err(error),
        };
        found.extend(page.events().iter().filter_map(|event| {
            Some(DatabaseEvent { at: instant(event.date())?, message: said(event.message())? })
        }));
        if !pages.turn(EVENTS, page.marker())? {
            found.sort_by_key(|event| event.at);
            return Ok(found);
        }
    }
}

/// How far a copy is behind, under whatever dimensions RDS tells it.
pub(super) async fn lag(
    client: &aws_sdk_cloudwatch::Client,
    ask: LagOf,
) -> Result<CopyLag, ReadError> {
    let all = metrics::names(client, MetricNames { namespace: "AWS/RDS".into() }).await?;
    let id = ask.cluster.as_str().to_ascii_lowercase();
    let named = |metric: &str| {
        all.iter().find(|it| it.name == metric && it.dimension(OF) == Some(id.as_str()))
    };
    let Some(told_by) = LAGS.into_iter().find_map(named) else { return Ok(CopyLag::default()) };
    let query =
        |id: &str, of: &watchdeck_domain::metric::MetricName, statistic: &str| MetricQuery {
            id: id.into(),
            namespace: of.namespace.clone(),
            metric: of.name.clone(),
            dimensions: of.dimensions.clone(),
            statistic: statistic.into(),
        };
    let mut series = vec![query("lag", told_by, "Maximum")];
    series.extend(named(WRITTEN).map(|written| query("written", written, "Sum")));
    let span_s = ask.end.since(ask.start).as_secs();
    let asked = Metrics { series, start: ask.start, end: ask.end, period_s: 60 };
    let answers = metrics::series(client, asked).await?;
    let [lag, rest @ ..] = answers.as_slice() else { return Ok(CopyLag::default()) };
    let written = rest.first().filter(|written| !written.points.is_empty());
    let seconds = f64::from(u32::try_from(span_s).unwrap_or(u32::MAX)).max(1.0);
    Ok(CopyLag {
        metric: told_by.name.clone(),
        last_ms: lag.points.last().map(|(_, value)| *value),
        worst_ms: lag.points.iter().map(|(_, value)| *value).reduce(f64::max),
        told: lag.points.last().map(|(at, _)| *at),
        writes_per_s: written.map(|written| written.sum() / seconds),
    })
}

fn same(told: Option<&str>, name: &DatabaseName) -> bool {
    told.is_some_and(|told| told.eq_ignore_ascii_case(name.as_str()))
}

fn missing(operation: &str, what: &str) -> ReadError {
    ReadError::new(ReadFailure::Missing, operation, format!("there is no {what}"))
}

/// The memory of an instance class in gibibytes: what says whether a reader can carry what a writer carried. Memory-optimized classes
/// double with each size; of others nothing is said.
fn memory_gb(class: &str) -> Option<u32> {
    let mut parts = class.split('.').skip(1);
    let (family, size) = (parts.next()?, parts.next()?);
    let large = match family {
        "r5" | "r6g" | "r6i" | "r7g" | "r7i" | "r8g" => 16,
        "m5" | "m6g" | "m6i" | "m7g" | "m7i" | "t3" | "t4g" => 8,
        _ => return None,
    };
    let times = match size {
        "medium" => return Some(large / 2),
        "large" => 1,
        "xlarge" => 2,
        other => other.strip_suffix("xlarge")?.parse::<u32>().ok()? * 2,
    };
    Some(large * times)
}
