//! Buckets: the public is kept out.

use serde::Deserialize;
use watchdeck_domain::BucketName;
use watchdeck_domain::bucket::PublicBlock;
use watchdeck_domain::change::BlockPublic;
use watchdeck_domain::reading::PublicBlockOf;

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `PutPublicAccessBlock` with all four switches; undone where there was none, `DeletePublicAccessBlock`.
pub(super) static BLOCK_PUBLIC: Action = Action {
    name: "block-public",
    operation: "s3:PutPublicAccessBlock",
    members: &[must("bucket", "Bucket")],
    lock: None,
    compile: |members, ground| Box::pin(block_public(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockPublicWith {
    bucket: BucketName,
}

async fn block_public(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let BlockPublicWith { bucket } = members.read()?;
    let before = ground.look(PublicBlockOf { bucket: bucket.clone() }).await?;
    let block = Some(PublicBlock::ALL);
    let back = BlockPublic { bucket: bucket.clone(), block: before, before: block };
    let change = BlockPublic { bucket, block, before };
    Ok((change.into(), Some(back.into())))
}
