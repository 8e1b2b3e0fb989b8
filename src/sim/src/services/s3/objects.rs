//! Objects of a bucket: put where nothing is overwritten that must not be, read, listed; and Object Lock.

use std::fmt::Write as _;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::bucket;
use crate::services::pages::{Paging, page};
use crate::services::standing::{input, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;

/// Members by which the SDKs vouch for what they send.
const SUMS: [&str; 6] = [
    "ContentMD5",
    "ChecksumCRC32",
    "ChecksumCRC32C",
    "ChecksumCRC64NVME",
    "ChecksumSHA1",
    "ChecksumSHA256",
];

const PAGING: Paging = Paging {
    size: "MaxKeys",
    token: "ContinuationToken",
    usual: 1_000,
    refusal: "InvalidArgument",
};

/// The bytes of a body. In the fixture it is a text.
fn body(of: &Value, member: &str) -> Bytes {
    match of.get(member) {
        Some(Value::Blob(bytes)) => bytes.clone(),
        Some(other) => other.as_text().unwrap_or_default().to_owned().into(),
        None => Bytes::new(),
    }
}

fn is_at(object: &Value, bucket: &str, key: &str) -> bool {
    object.text("_bucket") == Some(bucket) && object.text("Key") == Some(key)
}

/// Puts an object. With `If-None-Match: *` only where none of that key is.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (name, key) = (input(call, "Bucket").to_owned(), input(call, "Key").to_owned());
    let lock = lock(bucket(world, call)?, call, now)?;
    let objects = shelf_mut(world, call, "objects");
    let there = objects.iter().position(|object| is_at(object, &name, &key));
    match call.input.text("IfNoneMatch") {
        Some("*") if there.is_some() => {
            return Err(ApiError::new(
                "PreconditionFailed",
                "At least one of the pre-conditions you specified did not hold",
            )
            .with("Condition", "If-None-Match"));
        }
        Some("*") | None => {}
        Some(_) => {
            return Err(ApiError::new(
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
            )
            .with("Header", "If-None-Match"));
        }
    }
    let body = body(&call.input, "Body");
    // No MD5: so it is of objects that are encrypted with a key of KMS, too.
    let mut etag = String::from("\"");
    for byte in Sha256::digest(&body).iter().take(16) {
        write!(etag, "{byte:02x}").unwrap_or_default();
    }
    etag.push('"');
    let size = i64::try_from(body.len()).unwrap_or(i64::MAX);
    let kind = call.input.text("ContentType").unwrap_or("binary/octet-stream");
    let mut object = Value::empty()
        .with("_bucket", name.as_str())
        .with("_body", Value::Blob(body))
        .with("_type", kind)
        .with("Key", key.as_str())
        .with("Size", size)
        .with("ETag", etag.as_str())
        .with("StorageClass", "STANDARD")
        .with("LastModified", Value::Time(now));
    if let Some((mode, until)) = lock {
        object = object.with("_mode", mode).with("_until", Value::Time(until));
    }
    // What was there stays as an older version, which nobody here asks for.
    if let Some(there) = there {
        objects.swap_remove(there);
    }
    objects.push(object);
    Ok(Value::empty().with("ETag", etag).into())
}

/// The Object Lock of the call, as S3 takes it: both headers or none, in a bucket that locks, until later than now, and with
/// a checksum over what is sent.
fn lock(bucket: &Value, call: &Call, now: i64) -> Result<Option<(String, i64)>, ApiError> {
    let mode = call.input.text("ObjectLockMode").map(str::to_owned);
    let until = call.input.time("ObjectLockRetainUntilDate");
    let (mode, until) = match (mode, until) {
        (None, None) => return Ok(None),
        (Some(mode), Some(until)) => (mode, until),
        (Some(_), None) | (None, Some(_)) => {
            return Err(ApiError::new(
                "InvalidArgument",
                "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
            ));
        }
    };
    if bucket.bool("_lock") != Some(true) {
        return Err(ApiError::new("InvalidRequest", "Bucket is missing Object Lock Configuration"));
    }
    if until <= now {
        return Err(ApiError::new(
            "InvalidArgument",
            "The retain until date must be in the future!",
        ));
    }
    if !SUMS.iter().any(|sum| call.input.text(sum).is_some()) {
        return Err(ApiError::new(
            "InvalidRequest",
            "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
        ));
    }
    Ok(Some((mode, until)))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    bucket(world, call)?;
    let (name, key) = (input(call, "Bucket"), input(call, "Key"));
    let object = shelf(world, call, "objects").iter().find(|object| is_at(object, name, key));
    let Some(object) = object else {
        return Err(
            ApiError::new("NoSuchKey", "The specified key does not exist.").with("Key", key)
        );
    };
    let output = Value::empty()
        .with("Body", Value::Blob(body(object, "_body")))
        .with_some("ContentLength", object.int("Size"))
        .with_some("ContentType", object.text("_type"))
        .with_some("ETag", object.text("ETag"))
        .with_some("LastModified", object.get("LastModified").cloned())
        .with("AcceptRanges", "bytes")
        .with_some("ObjectLockMode", object.text("_mode"))
        .with_some("ObjectLockRetainUntilDate", object.get("_until").cloned());
    Ok(output.into())
}

/// The keys of a bucket in their order, a page at a time.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    bucket(world, call)?;
    let (name, prefix) = (input(call, "Bucket"), input(call, "Prefix"));
    let after = call.input.text("StartAfter");
    let mut objects: Vec<&Value> = shelf(world, call, "objects")
        .iter()
        .filter(|object| {
            let key = object.text("Key").unwrap_or_default();
            object.text("_bucket") == Some(name)
                && key.starts_with(prefix)
                && after.is_none_or(|after| key > after)
        })
        .collect();
    objects.sort_by_key(|object| object.text("Key"));
    let page = page(call, crate::services::standing::seen(objects), &PAGING)?;
    let output = Value::empty()
        .with("Name", name)
        .with("Prefix", prefix)
        .with("MaxKeys", call.input.int("MaxKeys").unwrap_or(1_000))
        .with("KeyCount", crate::world::measure::count(page.items.len()))
        .with("IsTruncated", page.next.is_some())
        .with("Contents", Value::List(page.items))
        .with_some("ContinuationToken", call.input.text("ContinuationToken"))
        .with_some("NextContinuationToken", page.next);
    Ok(output.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::rehearsal::{START, ask, world};

    fn object(bucket: &str) -> Value {
        Value::empty()
            .with("Bucket", bucket)
            .with("Key", "watchdeck/a")
            .with("Body", Value::Blob(Bytes::from_static(b"one")))
    }

    #[test]
    fn an_object_is_put_where_none_is_and_read_back_and_listed() {
        let mut world = world();
        let first = object("shop-audit-123456784021").with("IfNoneMatch", "*");
        ask(&mut world, "s3", "PutObject", first.clone()).unwrap();
        let error = ask(&mut world, "s3", "PutObject", first).unwrap_err();
        assert_eq!(error.code, "PreconditionFailed");
        let at = object("shop-audit-123456784021");
        let there = ask(&mut world, "s3", "GetObject", at.clone()).unwrap();
        assert_eq!(there.get("Body"), Some(&Value::Blob(Bytes::from_static(b"one"))));
        let other = at.clone().with("Key", "watchdeck/b");
        let error = ask(&mut world, "s3", "GetObject", other.clone()).unwrap_err();
        assert_eq!(error.code, "NoSuchKey");
        ask(&mut world, "s3", "PutObject", other).unwrap();
        let asked = Value::empty()
            .with("Bucket", "shop-audit-123456784021")
            .with("Prefix", "watchdeck/")
            .with("MaxKeys", 1_i64);
        let page = ask(&mut world, "s3", "ListObjectsV2", asked.clone()).unwrap();
        assert_eq!(page.items("Contents")[0].text("Key"), Some("watchdeck/a"));
        assert_eq!(page.bool("IsTruncated"), Some(true));
        let next = page.text("NextContinuationToken").unwrap().to_owned();
        let page =
            ask(&mut world, "s3", "ListObjectsV2", asked.with("ContinuationToken", next)).unwrap();
        assert_eq!(page.items("Contents")[0].text("Key"), Some("watchdeck/b"));
        let nowhere = at.with("Bucket", "not-there");
        assert_eq!(ask(&mut world, "s3", "PutObject", nowhere).unwrap_err().code, "NoSuchBucket");
    }

    #[test]
    fn object_lock_wants_both_headers_a_bucket_that_locks_a_later_date_and_a_checksum() {
        let mut world = world();
        let mut told = |input: Value| {
            ask(&mut world, "s3", "PutObject", input).map(drop).map_err(|error| error.message)
        };
        let until = |input: Value, days: i64| {
            let until = Value::Time(START + days * 86_400_000);
            input.with("ObjectLockMode", "COMPLIANCE").with("ObjectLockRetainUntilDate", until)
        };
        let locks = || object("shop-audit-123456784021").with("ChecksumCRC32", "AAAAAA==");
        let half = locks().with("ObjectLockMode", "GOVERNANCE");
        assert!(told(half).unwrap_err().contains("must both be supplied"));
        let other = object("shop-logs-123456784021").with("ChecksumCRC32", "AAAAAA==");
        assert!(told(until(other, 1)).unwrap_err().contains("missing Object Lock"));
        assert!(told(until(locks(), -1)).unwrap_err().contains("in the future"));
        let bare = object("shop-audit-123456784021");
        assert!(told(until(bare, 1)).unwrap_err().contains("checksum- HTTP header is required"));
        assert_eq!(told(until(locks(), 1)), Ok(()));
    }
}
