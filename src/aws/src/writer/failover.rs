//! RDS: another instance, region or zone writes, a replica stands alone.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_rds::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::{FailOverCluster, FailOverInstance, MovePrimary, PromoteReplica};
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant};

use super::rds::told_of;
use super::send::{request, send};

pub(super) async fn cluster<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    fail: FailOverCluster,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.failover_db_cluster().db_cluster_identifier(fail.cluster.as_str());
    let call = call.target_db_instance_identifier(fail.target.as_str());
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_cluster().is_some(), request(answer.request_id()), warrant)
}

pub(super) async fn primary<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    moved: MovePrimary,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let (global, to) = (moved.global.as_str(), moved.to.as_str());
    if moved.loss.is_some() {
        let call = client.failover_global_cluster().global_cluster_identifier(global);
        let call = call.target_db_cluster_identifier(to).allow_data_loss(true);
        let answer = send!(aws_sdk_rds, call, session, warrant);
        return told_of(answer.global_cluster().is_some(), request(answer.request_id()), warrant);
    }
    let call = client.switchover_global_cluster().global_cluster_identifier(global);
    let call = call.target_db_cluster_identifier(to);
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.global_cluster().is_some(), request(answer.request_id()), warrant)
}

pub(super) async fn instance<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    fail: FailOverInstance,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.reboot_db_instance().db_instance_identifier(fail.instance.as_str());
    let call = call.force_failover(true);
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_instance().is_some(), request(answer.request_id()), warrant)
}

pub(super) async fn promote<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    promote: PromoteReplica,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.promote_read_replica().db_instance_identifier(promote.replica.as_str());
    let days = i32::try_from(promote.backup_days).unwrap_or(i32::MAX);
    let call = call.backup_retention_period(days);
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_instance().is_some(), request(answer.request_id()), warrant)
}
