//! RDS: makes copies of databases, has their passwords kept, extends and deletes them.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_rds::Client;
use aws_sdk_rds::primitives::DateTime;
use aws_sdk_rds::types::Tag;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::RequestId;
use watchdeck_domain::change::{
    DropCopy, ExtendCopy, KeepPassword, ProtectCopy, RestoreCopy, instance_arn,
};
use watchdeck_domain::report::tag;
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send, silent};

pub(super) async fn restore<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    restore: RestoreCopy,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let told = *restore.told;
    let tags = told.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    let call = client
        .restore_db_instance_to_point_in_time()
        .source_db_instance_identifier(restore.source.as_str())
        .target_db_instance_identifier(restore.copy.as_str())
        .db_instance_class(told.class)
        .db_subnet_group_name(told.subnets)
        .set_vpc_security_group_ids(Some(told.security_groups))
        .db_parameter_group_name(told.parameters)
        .publicly_accessible(told.public)
        .multi_az(told.multi_az)
        .deletion_protection(told.protected)
        .enable_iam_database_authentication(told.by_iam)
        .copy_tags_to_snapshot(told.copies_tags)
        .set_enable_cloudwatch_logs_exports(Some(told.logs).filter(|logs| !logs.is_empty()))
        .backup_retention_period(i32::try_from(told.backup_days).unwrap_or(i32::MAX))
        .engine_lifecycle_support(told.support)
        .set_tags(Some(tags.collect()));
    let call = match restore.at {
        Some(at) => call.restore_time(DateTime::from_millis(at.as_millis())),
        None => call.use_latest_restorable_time(true),
    };
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_instance().is_some(), request(answer.request_id()), warrant)
}

pub(super) async fn keep_password<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    keep: KeepPassword,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.modify_db_instance().db_instance_identifier(keep.copy.as_str());
    let call = call.manage_master_user_password(true).apply_immediately(true);
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_instance().is_some(), request(answer.request_id()), warrant)
}

pub(super) async fn extend<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    extend: ExtendCopy,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let expires = Tag::builder().key(tag::EXPIRES).value(extend.expires.to_string()).build();
    let arn = instance_arn(warrant.scope(), &extend.copy);
    let call = client.add_tags_to_resource().resource_name(arn).tags(expires);
    let answer = send!(aws_sdk_rds, call, session, warrant);
    silent(warrant, answer.request_id())
}

pub(super) async fn protect<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    protect: ProtectCopy,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.modify_db_instance().db_instance_identifier(protect.copy.as_str());
    let call = call.deletion_protection(protect.protected).apply_immediately(true);
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_instance().is_some(), request(answer.request_id()), warrant)
}

pub(super) async fn drop_copy<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    drop: DropCopy,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.delete_db_instance().db_instance_identifier(drop.copy.as_str());
    let call = call.delete_automated_backups(true).skip_final_snapshot(drop.snapshot.is_none());
    let call = call.set_final_db_snapshot_identifier(drop.snapshot.map(String::from));
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_instance().is_some(), request(answer.request_id()), warrant)
}

/// What an answer proves that must tell of what it is about.
pub(super) fn told_of<R: Realm>(
    told: bool,
    id: Option<RequestId>,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    if told {
        return Ok(warrant.landed(id, None));
    }
    Err(warrant.unsettled(Doubt::Garbled("an answer without what it is about".into())))
}
