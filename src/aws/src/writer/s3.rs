//! S3: keeps the public out of buckets.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::types::PublicAccessBlockConfiguration;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::BlockPublic;
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant};

use super::send::{send, silent};

pub(super) async fn block_public<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    change: BlockPublic,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    // Names of buckets are nobody's for ever: one that another account has by now is refused.
    let owner = warrant.scope().account.to_string();
    let bucket = change.bucket.as_str();
    let Some(block) = change.block else {
        let call = client.delete_public_access_block().bucket(bucket).expected_bucket_owner(owner);
        let answer = send!(aws_sdk_s3, call, session, warrant);
        return silent(warrant, answer.request_id());
    };
    let block = PublicAccessBlockConfiguration::builder()
        .block_public_acls(block.block_acls)
        .ignore_public_acls(block.ignore_acls)
        .block_public_policy(block.block_policy)
        .restrict_public_buckets(block.restrict)
        .build();
    let call = client
        .put_public_access_block()
        .bucket(bucket)
        .expected_bucket_owner(owner)
        .public_access_block_configuration(block);
    let answer = send!(aws_sdk_s3, call, session, warrant);
    silent(warrant, answer.request_id())
}
