//! `BlockPublic`: a setting.

use serde_json::{Value, json};
use watchdeck_domain::bucket::PublicBlock;
use watchdeck_domain::change::BlockPublic;
use watchdeck_domain::reading::PublicBlockOf;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::setting::Setting;

impl Setting for BlockPublic {
    type Value = Option<PublicBlock>;

    const WHAT: &'static str = "a public access block";
    const FIELD: &'static str = "public access block";
    const POINTER: &'static str = "";

    fn params(&self, scope: &Scope) -> Value {
        let (bucket, owner) = (&self.bucket, &scope.account);
        match self.block {
            Some(block) => json!({
                "Bucket": bucket,
                "ExpectedBucketOwner": owner,
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": block.block_acls,
                    "IgnorePublicAcls": block.ignore_acls,
                    "BlockPublicPolicy": block.block_policy,
                    "RestrictPublicBuckets": block.restrict,
                },
            }),
            None => json!({ "Bucket": bucket, "ExpectedBucketOwner": owner }),
        }
    }

    /// `s3:shop-assets`.
    fn target(&self) -> String {
        format!("s3:{}", self.bucket)
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let after = match self.block {
            Some(block) if block.restrict => {
                "whoever is not of this account and no AWS service, where the bucket's policy lets the public in by any statement: other accounts too, that other statements let in"
            }
            Some(_) => "whoever comes in by an access list or a policy that lets the public in",
            None => {
                "whoever the bucket's policy and access lists let in comes in again, unless the account keeps the public out"
            }
        };
        vec![format!("1 bucket: {}", self.bucket_arn(scope)), after.into()]
    }

    fn query(&self) -> Query {
        PublicBlockOf { bucket: self.bucket.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<PublicBlock>> {
        if let Answer::PublicBlockOf(block) = answer { Some(*block) } else { None }
    }

    fn wanted(&self) -> Option<PublicBlock> {
        self.block
    }

    fn before(&self) -> Option<PublicBlock> {
        self.before
    }

    fn after(self, before: Option<PublicBlock>) -> Self {
        Self { before, ..self }
    }

    /// `all-four`, or `none`, which is not four that are off.
    fn said(value: &Option<PublicBlock>) -> String {
        value.map_or_else(|| "none".into(), |block| block.to_string())
    }
}
