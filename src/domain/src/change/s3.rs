//! Changes to buckets: the public is kept out.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, Permission};
use crate::bucket::PublicBlock;
use crate::{BucketName, Scope};

/// Keeps the public out of a bucket, or takes what kept it out away again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockPublic {
    /// The bucket.
    pub bucket: BucketName,
    /// The four switches; nothing takes the configuration away, which is not the same as four that are off.
    pub block: Option<PublicBlock>,
    /// What there was, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: Option<PublicBlock>,
}

impl Mutation for BlockPublic {
    fn call(&self) -> (&'static str, &'static str) {
        match self.block {
            Some(_) => ("S3", "PutPublicAccessBlock"),
            None => ("S3", "DeletePublicAccessBlock"),
        }
    }

    fn permission(&self, scope: &Scope) -> Permission {
        // IAM knows one action for both (service authorization reference).
        Permission::one("s3:PutBucketPublicAccessBlock", self.bucket_arn(scope))
    }
}

impl BlockPublic {
    /// The bucket by its ARN, which names neither region nor account.
    pub fn bucket_arn(&self, scope: &Scope) -> String {
        format!("arn:{}:s3:::{}", scope.region.partition(), self.bucket)
    }
}

impl fmt::Display for BlockPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bucket = &self.bucket;
        match self.block {
            Some(PublicBlock::ALL) => write!(f, "keep the public out of bucket {bucket}"),
            Some(block) => write!(f, "set the public access block of bucket {bucket} to {block}"),
            None => write!(f, "take the public access block of bucket {bucket} away"),
        }
    }
}
