//! S3 buckets: whom they let in, and what keeps the public out.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::BucketName;

/// The four switches that keep the public out of a bucket.
#[expect(clippy::struct_excessive_bools, reason = "AWS has these four, each by itself")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicBlock {
    /// Access lists that let the public in are refused.
    pub block_acls: bool,
    /// Access lists that let the public in count for nothing.
    pub ignore_acls: bool,
    /// Policies that let the public in are refused.
    pub block_policy: bool,
    /// Where a policy lets the public in, it lets only AWS services and the bucket's own account in.
    pub restrict: bool,
}

impl PublicBlock {
    /// All four.
    pub const ALL: Self =
        Self { block_acls: true, ignore_acls: true, block_policy: true, restrict: true };
}

impl fmt::Display for PublicBlock {
    /// `all four`, `none of four`, or those that are on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = [
            (self.block_acls, "BlockPublicAcls"),
            (self.ignore_acls, "IgnorePublicAcls"),
            (self.block_policy, "BlockPublicPolicy"),
            (self.restrict, "RestrictPublicBuckets"),
        ];
        let on: Vec<_> = on.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
        match on.len() {
            0 => f.write_str("none-of-four"),
            4 => f.write_str("all-four"),
            _ => f.write_str(&on.join("+")),
        }
    }
}

/// A bucket, as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Its name.
    pub name: BucketName,
    /// Its region.
    pub region: String,
    /// Whether its policy lets the public in; nothing where it has none.
    pub public_policy: Option<bool>,
    /// Whom its policy lets in that is no account of its own, no AWS service and not everybody.
    pub guests: Vec<String>,
}
