//! RDS: snapshots are taken, and shared with nobody; master passwords are made anew.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_rds::Client;
use aws_sdk_rds::types::Tag;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::{RotateMaster, ShareSnapshot, TakeSnapshot};
use watchdeck_domain::report::tag;
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant};

use super::rds::told_of;
use super::send::{request, send};

pub(super) async fn share<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    share: ShareSnapshot,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let owned = |all: Vec<&str>| {
        let all: Vec<String> = all.into_iter().map(str::to_owned).collect();
        Some(all).filter(|all| !all.is_empty())
    };
    let call = client.modify_db_snapshot_attribute();
    let call = call.db_snapshot_identifier(share.snapshot.as_str());
    let call = call.attribute_name(ShareSnapshot::ATTRIBUTE);
    let call = call.set_values_to_add(owned(share.added()));
    let call = call.set_values_to_remove(owned(share.removed()));
    let answer = send!(aws_sdk_rds, call, session, warrant);
    let told = answer.db_snapshot_attributes_result().is_some();
    told_of(told, request(answer.request_id()), warrant)
}

pub(super) async fn take<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    take: TakeSnapshot,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let run = Tag::builder().key(tag::RUN).value(take.run).build();
    let call = client.create_db_snapshot().db_instance_identifier(take.instance.as_str());
    let call = call.db_snapshot_identifier(take.snapshot.as_str()).tags(run);
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_snapshot().is_some(), request(answer.request_id()), warrant)
}

pub(super) async fn rotate_master<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    rotate: RotateMaster,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.modify_db_instance().db_instance_identifier(rotate.instance.as_str());
    let call = call.rotate_master_user_password(true).apply_immediately(true);
    let answer = send!(aws_sdk_rds, call, session, warrant);
    told_of(answer.db_instance().is_some(), request(answer.request_id()), warrant)
}
