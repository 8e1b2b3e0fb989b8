//! S3: the buckets, what protects them, and their objects.

mod objects; // put, read and listed

use super::Table;
use super::pages::{Paging, page};
use super::standing::{input, one, one_mut, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, unset};

pub(super) const OPERATIONS: Table = &[
    ("DeletePublicAccessBlock", unblock),
    ("GetBucketEncryption", encryption),
    ("GetBucketLocation", location),
    ("GetBucketPolicy", policy),
    ("GetBucketPolicyStatus", policy_status),
    ("GetBucketVersioning", versioning),
    ("GetObject", objects::get),
    ("GetPublicAccessBlock", block),
    ("HeadBucket", head),
    ("ListBuckets", list),
    ("ListObjectsV2", objects::list),
    ("PutObject", objects::put),
    ("PutPublicAccessBlock", put_block),
];

const PAGING: Paging = Paging {
    size: "MaxBuckets",
    token: "ContinuationToken",
    usual: 10_000,
    refusal: "InvalidArgument",
};

fn bucket<'a>(world: &'a World, call: &Call) -> Result<&'a Value, ApiError> {
    owner(call)?;
    one(world, call, "buckets", "Name", input(call, "Bucket")).ok_or_else(|| missing(call))
}

fn bucket_mut<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Value, ApiError> {
    owner(call)?;
    one_mut(world, call, "buckets", "Name", input(call, "Bucket")).ok_or_else(|| missing(call))
}

fn missing(call: &Call) -> ApiError {
    ApiError::new("NoSuchBucket", "The specified bucket does not exist")
        .with("BucketName", input(call, "Bucket"))
}

fn owner(call: &Call) -> Result<(), ApiError> {
    match call.input.text("ExpectedBucketOwner") {
        Some(owner) if owner != call.caller.account => {
            Err(ApiError::new("AccessDenied", "Access Denied"))
        }
        Some(_) | None => Ok(()),
    }
}

fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (prefix, region) = (call.input.text("Prefix"), call.input.text("BucketRegion"));
    let found = seen(shelf(world, call, "buckets").iter().filter(|bucket| {
        prefix.is_none_or(|prefix| input_name(bucket).starts_with(prefix))
            && region.is_none_or(|region| bucket.text("BucketRegion") == Some(region))
    }));
    let page = page(call, found, &PAGING)?;
    let owner = Value::empty()
        .with("ID", "5d0c4021aa7e3f9b8c6d1e2f4a5b7098c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8");
    let output = Value::empty()
        .with("Buckets", Value::List(page.items))
        .with("Owner", owner)
        .with_some("Prefix", prefix)
        .with_some("ContinuationToken", page.next);
    Ok(output.into())
}

fn input_name(bucket: &Value) -> &str {
    bucket.text("Name").unwrap_or_default()
}

fn head(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let region = bucket(world, call)?.text("BucketRegion").map(str::to_owned);
    let output = Value::empty().with_some("BucketRegion", region).with("AccessPointAlias", false);
    Ok(output.into())
}

fn location(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let region = bucket(world, call)?.text("BucketRegion").map(str::to_owned);
    Ok(Value::empty().with_some("LocationConstraint", region).into())
}

fn encryption(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let Some(default) = bucket(world, call)?.get("_encryption").cloned() else {
        return Err(ApiError::new(
            "ServerSideEncryptionConfigurationNotFoundError",
            "The server side encryption configuration was not found",
        ));
    };
    let with_key = default.text("SSEAlgorithm") == Some("aws:kms");
    let rule = Value::empty()
        .with("ApplyServerSideEncryptionByDefault", default)
        .with("BucketKeyEnabled", with_key);
    let rules = Value::empty().with("Rules", Value::list([rule]));
    Ok(Value::empty().with("ServerSideEncryptionConfiguration", rules).into())
}

fn policy(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let policy = bucket(world, call)?.text("_policy").ok_or_else(no_policy)?;
    Ok(Value::empty().with("Policy", policy).into())
}

fn no_policy() -> ApiError {
    ApiError::new("NoSuchBucketPolicy", "The bucket policy does not exist")
}

/// A policy is public when it admits everyone.
fn policy_status(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let policy = bucket(world, call)?.text("_policy").ok_or_else(no_policy)?;
    let public = policy.contains("\"Principal\":\"*\"") || policy.contains("\"AWS\":\"*\"");
    Ok(Value::empty().with("PolicyStatus", Value::empty().with("IsPublic", public)).into())
}

fn versioning(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let status = bucket(world, call)?.text("_versioning").map(str::to_owned);
    Ok(Value::empty().with_some("Status", status).into())
}

fn block(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let Some(block) = bucket(world, call)?.get("_block").cloned() else {
        return Err(ApiError::new(
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
        ));
    };
    Ok(Value::empty().with("PublicAccessBlockConfiguration", block).into())
}

fn put_block(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let wanted = complete(call);
    set(bucket_mut(world, call)?, "_block", wanted);
    Ok(Value::empty().into())
}

/// The block that the call asks for; what it does not name is off.
pub(super) fn complete(call: &Call) -> Value {
    let asked = call.input.get("PublicAccessBlockConfiguration");
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
        .into_iter()
        .fold(Value::empty(), |block, member| {
            block.with(member, asked.and_then(|asked| asked.bool(member)).unwrap_or(false))
        })
}

fn unblock(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    unset(bucket_mut(world, call)?, "_block");
    Ok(Value::empty().into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn blocking_public_access_is_read_back() {
        let mut world = world();
        let bucket = Value::empty().with("Bucket", "shop-assets-123456784021");
        let error = ask(&mut world, "s3", "GetPublicAccessBlock", bucket.clone()).unwrap_err();
        assert_eq!(error.code, "NoSuchPublicAccessBlockConfiguration");
        let all = Value::empty().with("BlockPublicAcls", true).with("BlockPublicPolicy", true);
        let input = bucket.clone().with("PublicAccessBlockConfiguration", all);
        ask(&mut world, "s3", "PutPublicAccessBlock", input).unwrap();
        let block = ask(&mut world, "s3", "GetPublicAccessBlock", bucket).unwrap();
        let block = block.get("PublicAccessBlockConfiguration").unwrap();
        assert_eq!(block.bool("BlockPublicPolicy"), Some(true));
        assert_eq!(block.bool("IgnorePublicAcls"), Some(false));
    }
}
