//! Snapshots of databases, whom they are shared with, and the secrets that hold master passwords.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{AccountQuota, DbSnapshot};
use watchdeck_domain::change::ShareSnapshot;
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::report::tag;
use watchdeck_domain::rotation::MasterSecret;
use watchdeck_domain::snapshot::{SnapshotRoom, SnapshotStanding};
use watchdeck_domain::{DatabaseName, ReadError};

use super::rds::INSTANCES;
use super::{Pages, count, instant, plain};
use crate::rejection::read_error;

const SNAPSHOTS: &str = "rds:DescribeDBSnapshots";
const ATTRIBUTES: &str = "rds:DescribeDBSnapshotAttributes";
const QUOTAS: &str = "rds:DescribeAccountAttributes";
const SECRET: &str = "secretsmanager:DescribeSecret";

/// Those that people take, and nobody else: others are shared with nobody.
const BY_HAND: &str = "manual";

/// Those that were taken by hand, by name.
pub(super) async fn snapshots(client: &Client) -> Result<Vec<DatabaseName>, ReadError> {
    let mut names = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_db_snapshots()
            .snapshot_type(BY_HAND)
            .max_records(100)
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(SNAPSHOTS, &e))?;
        let found = page.db_snapshots().iter().filter(|it| is_by_hand(it));
        let found = found.filter_map(DbSnapshot::db_snapshot_identifier);
        names.extend(found.filter_map(|name| DatabaseName::parse(name).ok()));
        if !pages.turn(SNAPSHOTS, page.marker())? {
            names.sort();
            return Ok(names);
        }
    }
}

fn is_by_hand(snapshot: &DbSnapshot) -> bool {
    snapshot.snapshot_type() == Some(BY_HAND)
}

/// The snapshot of this name; nothing where there is none.
pub(super) async fn snapshot(
    client: &Client,
    name: &DatabaseName,
) -> Result<Option<SnapshotStanding>, ReadError> {
    let answer = client.describe_db_snapshots().db_snapshot_identifier(name.as_str()).send().await;
    let answer = match answer.map_err(|e| read_error(SNAPSHOTS, &e)) {
        Ok(answer) => answer,
        Err(error) if error.failure == ReadFailure::Missing => return Ok(None),
        Err(error) => return Err(error),
    };
    // A server that answers another one has not been asked.
    let is_it = |found: &&DbSnapshot| {
        found.db_snapshot_identifier().is_some_and(|id| id.eq_ignore_ascii_case(name.as_str()))
    };
    let Some(found) = answer.db_snapshots().iter().find(is_it) else { return Ok(None) };
    let run = found.tag_list().iter().find(|it| it.key() == Some(tag::RUN));
    let shared = if is_by_hand(found) { shared(client, name).await? } else { Vec::new() };
    Ok(Some(SnapshotStanding {
        id: plain(found.db_snapshot_identifier()),
        arn: plain(found.db_snapshot_arn()),
        instance: plain(found.db_instance_identifier()),
        kind: plain(found.snapshot_type()),
        status: plain(found.status()),
        percent: count(found.percent_progress()),
        encrypted: found.encrypted().unwrap_or_default(),
        key: plain(found.kms_key_id()),
        created: instant(found.snapshot_create_time()),
        shared,
        run: plain(run.and_then(|it| it.value())),
    }))
}

/// The accounts that may restore it, in order.
async fn shared(client: &Client, name: &DatabaseName) -> Result<Vec<String>, ReadError> {
    let call = client.describe_db_snapshot_attributes().db_snapshot_identifier(name.as_str());
    let answer = call.send().await.map_err(|e| read_error(ATTRIBUTES, &e))?;
    let told = answer.db_snapshot_attributes_result().ok_or_else(|| {
        let what = "an answer without the attributes that were asked for";
        ReadError::new(ReadFailure::Malformed, ATTRIBUTES, what)
    })?;
    let all = told.db_snapshot_attributes().iter();
    let restore = all.filter(|it| it.attribute_name() == Some(ShareSnapshot::ATTRIBUTE));
    let mut shared: Vec<String> =
        restore.flat_map(|it| it.attribute_values().iter().cloned()).collect();
    shared.sort();
    Ok(shared)
}

/// How many there are by hand, and how many there may be, as far as the server tells.
pub(super) async fn room(client: &Client) -> Result<SnapshotRoom, ReadError> {
    let answer = client.describe_account_attributes().send().await;
    let answer = match answer.map_err(|e| read_error(QUOTAS, &e)) {
        Ok(answer) => answer,
        Err(error) if error.failure == ReadFailure::Unsupported => {
            return Ok(SnapshotRoom::default());
        }
        Err(error) => return Err(error),
    };
    let mut quotas = answer.account_quotas().iter();
    let quota = quotas.find(|quota| quota.account_quota_name() == Some("ManualSnapshots"));
    let number = |value: Option<i64>| value.and_then(|n| u32::try_from(n).ok());
    Ok(SnapshotRoom {
        used: number(quota.and_then(AccountQuota::used)).unwrap_or_default(),
        most: number(quota.and_then(AccountQuota::max)),
    })
}

/// The secret that holds the master password of an instance: how RDS tells it, and at which version Secrets Manager has it.
pub(super) async fn master(
    client: &Client,
    secrets: &aws_sdk_secretsmanager::Client,
    name: &DatabaseName,
) -> Result<MasterSecret, ReadError> {
    let answer = client.describe_db_instances().db_instance_identifier(name.as_str()).send().await;
    let answer = answer.map_err(|e| read_error(INSTANCES, &e))?;
    let mut all = answer.db_instances().iter();
    let found = all.find(|it| {
        it.db_instance_identifier().is_some_and(|id| id.eq_ignore_ascii_case(name.as_str()))
    });
    let found = found.ok_or_else(|| {
        let what = format!("there is no database instance {name}");
        ReadError::new(ReadFailure::Missing, INSTANCES, what)
    })?;
    let secret = found.master_user_secret();
    let told = MasterSecret {
        instance: plain(found.db_instance_identifier()),
        cluster: plain(found.db_cluster_identifier()),
        status: plain(found.db_instance_status()),
        arn: plain(secret.and_then(|it| it.secret_arn())),
        state: plain(secret.and_then(|it| it.secret_status())),
        ..MasterSecret::default()
    };
    if told.arn.is_empty() {
        return Ok(told);
    }
    let kept = secrets.describe_secret().secret_id(&told.arn).send().await;
    let kept = kept.map_err(|e| read_error(SECRET, &e))?;
    let mut labels = kept.version_ids_to_stages().into_iter().flatten();
    let current = labels.find(|(_, labels)| labels.iter().any(|label| label == "AWSCURRENT"));
    Ok(MasterSecret {
        current: current.map(|(version, _)| version.clone()).unwrap_or_default(),
        used: instant(kept.last_accessed_date()),
        changed: instant(kept.last_changed_date()),
        ..told
    })
}
