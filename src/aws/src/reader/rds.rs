//! RDS: instances, clusters, and the global databases that span regions.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{
    DbCluster as Cluster, DbInstance as Instance, Endpoint, GlobalCluster,
    GlobalClusterMemberSynchronizationStatus,
};
use watchdeck_domain::ReadError;
use watchdeck_domain::database::{DbCluster, DbInstance, DbMember, GlobalDatabase, GlobalMember};

use super::{Pages, instant, plain, said};
use crate::rejection::read_error;

pub(super) const INSTANCES: &str = "rds:DescribeDBInstances";
pub(super) const CLUSTERS: &str = "rds:DescribeDBClusters";
pub(super) const GLOBALS: &str = "rds:DescribeGlobalClusters";

pub(super) async fn instances(client: &Client) -> Result<Vec<DbInstance>, ReadError> {
    listed(client, |told| Some(instance(told))).await
}

/// What is made of each instance that there is, page by page.
pub(super) async fn listed<T>(
    client: &Client,
    make: impl Fn(&Instance) -> Option<T>,
) -> Result<Vec<T>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_db_instances()
            .max_records(100)
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(INSTANCES, &e))?;
        found.extend(page.db_instances().iter().filter_map(&make));
        if !pages.turn(INSTANCES, page.marker())? {
            return Ok(found);
        }
    }
}

fn instance(instance: &Instance) -> DbInstance {
    let replicates = said(instance.read_replica_source_db_instance_identifier())
        .or_else(|| said(instance.read_replica_source_db_cluster_identifier()));
    DbInstance {
        id: plain(instance.db_instance_identifier()),
        arn: plain(instance.db_instance_arn()),
        cluster: plain(instance.db_cluster_identifier()),
        status: plain(instance.db_instance_status()),
        engine: engine(instance.engine(), instance.engine_version()),
        class: plain(instance.db_instance_class()),
        zone: plain(instance.availability_zone()),
        standby_zone: plain(instance.secondary_availability_zone()),
        replicates: replicates.unwrap_or_default(),
        endpoint: endpoint(instance.endpoint()),
        public: instance.publicly_accessible().unwrap_or_default(),
        encrypted: instance.storage_encrypted().unwrap_or_default(),
        protected: instance.deletion_protection().unwrap_or_default(),
        restorable_until: instant(instance.latest_restorable_time()),
    }
}

pub(super) async fn clusters(client: &Client) -> Result<Vec<DbCluster>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_db_clusters()
            .max_records(100)
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CLUSTERS, &e))?;
        found.extend(page.db_clusters().iter().map(cluster));
        if !pages.turn(CLUSTERS, page.marker())? {
            break;
        }
    }
    Ok(found)
}

fn cluster(cluster: &Cluster) -> DbCluster {
    let mut members: Vec<_> = cluster
        .db_cluster_members()
        .iter()
        .map(|member| DbMember {
            instance: plain(member.db_instance_identifier()),
            writer: member.is_cluster_writer().unwrap_or_default(),
            tier: member.promotion_tier(),
        })
        .collect();
    members.sort_by_key(|member| (!member.writer, member.tier.is_none(), member.tier));
    DbCluster {
        id: plain(cluster.db_cluster_identifier()),
        arn: plain(cluster.db_cluster_arn()),
        status: plain(cluster.status()),
        engine: engine(cluster.engine(), cluster.engine_version()),
        writer_endpoint: plain(cluster.endpoint()),
        reader_endpoint: plain(cluster.reader_endpoint()),
        members,
        encrypted: cluster.storage_encrypted().unwrap_or_default(),
        protected: cluster.deletion_protection().unwrap_or_default(),
        multi_az: cluster.multi_az().unwrap_or_default(),
        restorable_from: instant(cluster.earliest_restorable_time()),
        restorable_until: instant(cluster.latest_restorable_time()),
    }
}

pub(super) async fn globals(client: &Client) -> Result<Vec<GlobalDatabase>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_global_clusters()
            .max_records(100)
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(GLOBALS, &e))?;
        found.extend(page.global_clusters().iter().map(global));
        if !pages.turn(GLOBALS, page.marker())? {
            break;
        }
    }
    Ok(found)
}

fn global(global: &GlobalCluster) -> GlobalDatabase {
    let sync = GlobalClusterMemberSynchronizationStatus::as_str;
    let mut members: Vec<_> = global
        .global_cluster_members()
        .iter()
        .map(|member| GlobalMember {
            cluster_arn: plain(member.db_cluster_arn()),
            writer: member.is_writer().unwrap_or_default(),
            sync: plain(member.synchronization_status().map(sync)),
        })
        .collect();
    members.sort_by_key(|member| !member.writer);
    GlobalDatabase {
        id: plain(global.global_cluster_identifier()),
        status: plain(global.status()),
        engine: engine(global.engine(), global.engine_version()),
        members,
        moving_to: plain(global.failover_state().and_then(|state| state.to_db_cluster_arn())),
    }
}

/// `aurora-postgresql 16.4`, or as much of it as is told.
fn engine(name: Option<&str>, version: Option<&str>) -> String {
    let words: Vec<_> = [said(name), said(version)].into_iter().flatten().collect();
    words.join(" ")
}

/// `host:port`; empty while there is no host.
fn endpoint(endpoint: Option<&Endpoint>) -> String {
    let Some(host) = endpoint.and_then(|endpoint| said(endpoint.address())) else {
        return String::new();
    };
    match endpoint.and_then(Endpoint::port).filter(|port| *port > 0) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    }
}
