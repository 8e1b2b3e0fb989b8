//! S3: buckets, whom their policies let in, and what keeps the public out. Objects are never read.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use std::collections::BTreeSet;

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{BucketLocationConstraint, PolicyStatus};
use watchdeck_domain::bucket::{Bucket, PublicBlock};
use watchdeck_domain::reading::{BucketOf, PublicBlockOf};
use watchdeck_domain::{BucketName, ReadError};

use super::{Pages, one_or_many, said};
use crate::rejection::{malformed, read_error};

pub(super) async fn buckets(client: &Client) -> Result<Vec<BucketName>, ReadError> {
    const CALL: &str = "s3:ListBuckets";
    let mut names = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_buckets()
            .set_continuation_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        let found = page.buckets().iter().filter_map(|bucket| bucket.name());
        names.extend(found.filter_map(|name| BucketName::parse(name).ok()));
        if !pages.turn(CALL, page.continuation_token())? {
            return Ok(names);
        }
    }
}

pub(super) async fn public_block(
    client: &Client,
    ask: PublicBlockOf,
) -> Result<Option<PublicBlock>, ReadError> {
    const CALL: &str = "s3:GetPublicAccessBlock";
    let asked = client.get_public_access_block().bucket(ask.bucket.as_str()).send().await;
    let answer = match asked {
        Ok(answer) => answer,
        Err(error) => {
            let error = read_error(CALL, &error);
            let none = error.code == "NoSuchPublicAccessBlockConfiguration";
            return if none { Ok(None) } else { Err(error) };
        }
    };
    let Some(block) = answer.public_access_block_configuration() else {
        return Err(malformed(CALL, "an answer without a configuration"));
    };
    Ok(Some(PublicBlock {
        block_acls: block.block_public_acls().unwrap_or_default(),
        ignore_acls: block.ignore_public_acls().unwrap_or_default(),
        block_policy: block.block_public_policy().unwrap_or_default(),
        restrict: block.restrict_public_buckets().unwrap_or_default(),
    }))
}

pub(super) async fn bucket(client: &Client, ask: BucketOf) -> Result<Bucket, ReadError> {
    const LOCATION: &str = "s3:GetBucketLocation";
    let name = ask.bucket.as_str();
    let answer = client
        .get_bucket_location()
        .bucket(name)
        .send()
        .await
        .map_err(|e| read_error(LOCATION, &e))?;
    // The oldest regions have names of their own here: none, and `EU`.
    let region = match answer.location_constraint().map(BucketLocationConstraint::as_str) {
        None | Some("" | "us-east-1") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    };
    let policy = policy(client, name).await?;
    let public_policy = match &policy {
        Some(_) => public_policy(client, name).await?,
        None => None,
    };
    let guests = policy.as_ref().map(|policy| guests(policy, ask.account.as_str()));
    Ok(Bucket { name: ask.bucket, region, public_policy, guests: guests.unwrap_or_default() })
}

/// Whether AWS counts the policy as one that lets the public in.
async fn public_policy(client: &Client, name: &str) -> Result<Option<bool>, ReadError> {
    let asked = client.get_bucket_policy_status().bucket(name).send().await;
    match asked {
        Ok(answer) => Ok(answer.policy_status().and_then(PolicyStatus::is_public)),
        Err(error) => {
            let error = read_error("s3:GetBucketPolicyStatus", &error);
            if error.code == "NoSuchBucketPolicy" { Ok(None) } else { Err(error) }
        }
    }
}

async fn policy(client: &Client, name: &str) -> Result<Option<serde_json::Value>, ReadError> {
    const CALL: &str = "s3:GetBucketPolicy";
    let answer = match client.get_bucket_policy().bucket(name).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let error = read_error(CALL, &error);
            return if error.code == "NoSuchBucketPolicy" { Ok(None) } else { Err(error) };
        }
    };
    let Some(text) = said(answer.policy()) else { return Ok(None) };
    serde_json::from_str(&text).map_err(|e| malformed(CALL, format!("the policy: {e}")))
}

/// Whom a policy lets in besides everybody, AWS services and the bucket's own account.
fn guests(policy: &serde_json::Value, account: &str) -> Vec<String> {
    let statements = one_or_many(policy.get("Statement")).into_iter();
    let allowing = statements.filter(|one| one.get("Effect").is_some_and(|it| it == "Allow"));
    let named = allowing.flat_map(|one| {
        one_or_many(one.get("Principal").and_then(|principal| principal.get("AWS")))
    });
    let guests = named.filter_map(serde_json::Value::as_str).filter(|principal| {
        let own = *principal == account || principal.split(':').nth(4) == Some(account);
        *principal != "*" && !own
    });
    guests.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn guests_are_accounts_that_are_neither_everybody_nor_ones_own() {
        let statement = |effect: &str, principal: serde_json::Value| json!({ "Effect": effect, "Principal": principal });
        let own = "arn:aws:iam::123456784021:role/a";
        let guest = "arn:aws:iam::210987654321:root";
        let policy = json!({ "Statement": [
            statement("Allow", json!("*")),
            statement("Allow", json!({ "AWS": "*" })),
            statement("Allow", json!({ "Service": "cloudfront.amazonaws.com" })),
            statement("Allow", json!({ "AWS": [own, guest, "999988887777"] })),
            statement("Deny", json!({ "AWS": "111122223333" })),
        ] });
        assert_eq!(guests(&policy, "123456784021"), ["999988887777", guest]);
        assert_eq!(guests(&json!({}), "123456784021"), [""; 0]);
    }
}
