//! Reporting copies of databases, by name and by their tags, and what there is to make one from.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use std::collections::BTreeSet;

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{AccountQuota, DbInstance, Endpoint, Subnet};
use watchdeck_domain::reading::{ReadFailure, RestoreGroundOf};
use watchdeck_domain::report::{InstanceStanding, RestoreGround, tag};
use watchdeck_domain::{DatabaseName, ReadError, Timestamp};

use super::rds::{self, INSTANCES};
use super::{count, instant, plain, said};
use crate::rejection::read_error;

const BACKUPS: &str = "rds:DescribeDBInstanceAutomatedBackups";
const QUOTAS: &str = "rds:DescribeAccountAttributes";
const SUBNETS: &str = "rds:DescribeDBSubnetGroups";
const PARAMETERS: &str = "rds:DescribeDBParameterGroups";

/// The instance of this name; nothing where there is none.
pub(super) async fn instance(
    client: &Client,
    name: &DatabaseName,
) -> Result<Option<InstanceStanding>, ReadError> {
    let answer = client.describe_db_instances().db_instance_identifier(name.as_str()).send().await;
    let answer = match answer.map_err(|e| read_error(INSTANCES, &e)) {
        Ok(answer) => answer,
        Err(error) if error.failure == ReadFailure::Missing => return Ok(None),
        Err(error) => return Err(error),
    };
    // Identifiers are kept in small letters; a server that answers another one has not been asked.
    let is_it = |found: &&InstanceStanding| found.id.eq_ignore_ascii_case(name.as_str());
    let found: Vec<_> = answer.db_instances().iter().map(standing).collect();
    Ok(found.iter().find(is_it).cloned())
}

/// All that bear the tags of a copy.
pub(super) async fn reports(client: &Client) -> Result<Vec<InstanceStanding>, ReadError> {
    rds::listed(client, |told| Some(standing(told)).filter(InstanceStanding::is_report)).await
}

fn standing(of: &DbInstance) -> InstanceStanding {
    let tags = of
        .tag_list()
        .iter()
        .filter_map(|tag| Some((said(tag.key())?, tag.value().unwrap_or_default().to_owned())));
    let tags: std::collections::BTreeMap<_, _> = tags.collect();
    let groups = of.vpc_security_groups().iter();
    let mut security_groups: Vec<_> =
        groups.filter_map(|group| said(group.vpc_security_group_id())).collect();
    security_groups.sort();
    let parameters = of.db_parameter_groups().first();
    let subnets = of.db_subnet_group();
    let secret = of.master_user_secret();
    InstanceStanding {
        id: plain(of.db_instance_identifier()),
        arn: plain(of.db_instance_arn()),
        cluster: plain(of.db_cluster_identifier()),
        status: plain(of.db_instance_status()),
        engine: plain(of.engine()),
        version: plain(of.engine_version()),
        class: plain(of.db_instance_class()),
        storage_gb: count(of.allocated_storage()),
        storage: plain(of.storage_type()),
        multi_az: of.multi_az().unwrap_or_default(),
        public: of.publicly_accessible().unwrap_or_default(),
        encrypted: of.storage_encrypted().unwrap_or_default(),
        key: plain(of.kms_key_id()),
        protected: of.deletion_protection().unwrap_or_default(),
        by_iam: of.iam_database_authentication_enabled().unwrap_or_default(),
        copies_tags: of.copy_tags_to_snapshot().unwrap_or_default(),
        backup_days: count(of.backup_retention_period()),
        subnets: plain(subnets.and_then(|group| group.db_subnet_group_name())),
        vpc: plain(subnets.and_then(|group| group.vpc_id())),
        security_groups,
        parameters: plain(parameters.and_then(|group| group.db_parameter_group_name())),
        parameters_state: plain(parameters.and_then(|group| group.parameter_apply_status())),
        logs: of.enabled_cloudwatch_logs_exports().to_vec(),
        support: plain(of.engine_lifecycle_support()),
        secret: plain(secret.and_then(|secret| secret.secret_arn())),
        secret_state: plain(secret.and_then(|secret| secret.secret_status())),
        user: plain(of.master_username()),
        database: plain(of.db_name()),
        endpoint: endpoint(of.endpoint()),
        replicas: of.read_replica_db_instance_identifiers().to_vec(),
        replicates: plain(of.read_replica_source_db_instance_identifier()),
        expires: tags.get(tag::EXPIRES).and_then(|text| Timestamp::parse(text)),
        tags,
        created: instant(of.instance_create_time()),
        restorable_until: instant(of.latest_restorable_time()),
    }
}

/// `host:port`; empty while there is none.
fn endpoint(of: Option<&Endpoint>) -> String {
    let host = of.and_then(|endpoint| said(endpoint.address()));
    let port = of.and_then(Endpoint::port).filter(|port| *port > 0);
    match (host, port) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host,
        (None, _) => String::new(),
    }
}

/// What a copy is made from, and where it would be put.
pub(super) async fn ground(
    client: &Client,
    ask: &RestoreGroundOf,
) -> Result<RestoreGround, ReadError> {
    let source = instance(client, &ask.source).await?.ok_or_else(|| {
        let what = format!("there is no database instance {}", ask.source);
        ReadError::new(ReadFailure::Missing, INSTANCES, what)
    })?;
    let backups = client.describe_db_instance_automated_backups();
    let backups = backups.db_instance_identifier(ask.source.as_str()).send().await;
    // A server that has none says so by an error, as one does that does not know the question.
    let window = match backups.map_err(|e| read_error(BACKUPS, &e)) {
        Ok(answer) => answer
            .db_instance_automated_backups()
            .iter()
            .find_map(|backup| backup.restore_window().cloned()),
        Err(error) if matches!(error.failure, ReadFailure::Missing | ReadFailure::Unsupported) => {
            None
        }
        Err(error) => return Err(error),
    };
    let earliest = window.as_ref().and_then(|window| instant(window.earliest_time()));
    let latest = window.as_ref().and_then(|window| instant(window.latest_time()));
    let (instances, most) = quota(client).await?;
    let (vpc, zones) = subnets(client, &ask.subnets).await?;
    let family = family(client, &ask.parameters).await?;
    let source_family = self::family(client, &source.parameters).await?;
    Ok(RestoreGround {
        at: ask.at,
        earliest,
        latest: latest.or(source.restorable_until),
        instances,
        most,
        vpc,
        zones,
        family,
        source_family,
        source,
    })
}

/// How many instances there are, and how many there may be, as far as the server tells.
async fn quota(client: &Client) -> Result<(u32, Option<u32>), ReadError> {
    let answer = client.describe_account_attributes().send().await;
    let answer = match answer.map_err(|e| read_error(QUOTAS, &e)) {
        Ok(answer) => answer,
        Err(error) if error.failure == ReadFailure::Unsupported => return Ok((0, None)),
        Err(error) => return Err(error),
    };
    let mut quotas = answer.account_quotas().iter();
    let quota = quotas.find(|quota| quota.account_quota_name() == Some("DBInstances"));
    let number = |value: Option<i64>| value.and_then(|n| u32::try_from(n).ok());
    let used = number(quota.and_then(AccountQuota::used)).unwrap_or_default();
    Ok((used, number(quota.and_then(AccountQuota::max))))
}

/// The network of a subnet group, and in how many zones it has subnets; empty and none where there is no such group.
async fn subnets(client: &Client, name: &str) -> Result<(String, u32), ReadError> {
    let answer = client.describe_db_subnet_groups().db_subnet_group_name(name).send().await;
    let answer = match answer.map_err(|e| read_error(SUBNETS, &e)) {
        Ok(answer) => answer,
        Err(error) if error.failure == ReadFailure::Missing => return Ok((String::new(), 0)),
        Err(error) => return Err(error),
    };
    let Some(group) = answer.db_subnet_groups().first() else { return Ok((String::new(), 0)) };
    let zone =
        |subnet: &Subnet| said(subnet.subnet_availability_zone().and_then(|zone| zone.name()));
    let zones: BTreeSet<_> = group.subnets().iter().filter_map(zone).collect();
    Ok((plain(group.vpc_id()), u32::try_from(zones.len()).unwrap_or(u32::MAX)))
}

/// The family of a parameter group; empty where there is no such group.
async fn family(client: &Client, name: &str) -> Result<String, ReadError> {
    let answer = client.describe_db_parameter_groups().db_parameter_group_name(name).send().await;
    match answer.map_err(|e| read_error(PARAMETERS, &e)) {
        Ok(answer) => Ok(answer
            .db_parameter_groups()
            .first()
            .map(|group| plain(group.db_parameter_group_family()))
            .unwrap_or_default()),
        Err(error) if error.failure == ReadFailure::Missing => Ok(String::new()),
        Err(error) => Err(error),
    }
}
