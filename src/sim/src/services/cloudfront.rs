//! CloudFront: the distribution, its configuration under an ETag, and invalidations.

use super::Table;
use super::pages::{Page, Paging, page};
use super::standing::{input, one, one_mut, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{hex_of, set, shown};

pub(super) const OPERATIONS: Table = &[
    ("CreateInvalidation", invalidate),
    ("GetDistribution", distribution),
    ("GetDistributionConfig", config),
    ("GetInvalidation", invalidation),
    ("ListDistributions", distributions),
    ("ListInvalidations", invalidations),
    ("UpdateDistribution", update),
];

const PAGING: Paging =
    Paging { size: "MaxItems", token: "Marker", usual: 100, refusal: "InvalidArgument" };

/// How long an invalidation and a change of configuration take, in milliseconds.
const INVALIDATION_MS: i64 = 90_000;
const DEPLOY_MS: i64 = 240_000;

fn found<'a>(world: &'a World, call: &Call, id: &str) -> Result<&'a Value, ApiError> {
    one(world, call, "distributions", "Id", id).ok_or_else(missing)
}

fn missing() -> ApiError {
    ApiError::new("NoSuchDistribution", "The specified distribution does not exist.")
}

fn described(record: &Value, world: &World, call: &Call) -> Value {
    let mut seen = shown(record);
    let of = record.text("Id");
    let busy = shelf(world, call, "invalidations")
        .iter()
        .filter(|held| {
            held.text("_distribution") == of && status(held, world.now()) == "InProgress"
        })
        .count();
    set(&mut seen, "InProgressInvalidationBatches", i64::try_from(busy).unwrap_or(0));
    if record.time("_deployed").is_some_and(|at| at > world.now()) {
        set(&mut seen, "Status", "InProgress");
    }
    seen
}

fn distribution(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let record = found(world, call, input(call, "Id"))?;
    let output = Value::empty()
        .with("Distribution", described(record, world, call))
        .with_some("ETag", record.text("_etag"));
    Ok(output.into())
}

fn config(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let record = found(world, call, input(call, "Id"))?;
    let output = Value::empty()
        .with_some("DistributionConfig", record.get("DistributionConfig").cloned())
        .with_some("ETag", record.text("_etag"));
    Ok(output.into())
}

/// The summary of a distribution: its configuration laid flat, with the parts that may not be absent.
fn summary(described: &Value) -> Value {
    let none = || Value::empty().with("Quantity", 0);
    let config = described.get("DistributionConfig").cloned().unwrap_or_else(Value::empty);
    let part = |member: &str| config.get(member).cloned().unwrap_or_else(none);
    let or = |member: &str, usual: &str| config.text(member).unwrap_or(usual).to_owned();
    Value::empty()
        .with_some("Id", described.text("Id"))
        .with_some("ARN", described.text("ARN"))
        .with_some("Status", described.text("Status"))
        .with_some("LastModifiedTime", described.get("LastModifiedTime").cloned())
        .with_some("DomainName", described.text("DomainName"))
        .with("Aliases", part("Aliases"))
        .with("Origins", part("Origins"))
        .with("OriginGroups", part("OriginGroups"))
        .with_some("DefaultCacheBehavior", config.get("DefaultCacheBehavior").cloned())
        .with("CacheBehaviors", part("CacheBehaviors"))
        .with("CustomErrorResponses", part("CustomErrorResponses"))
        .with("Comment", or("Comment", ""))
        .with("PriceClass", or("PriceClass", "PriceClass_All"))
        .with("Enabled", config.bool("Enabled").unwrap_or(false))
        .with_some("ViewerCertificate", config.get("ViewerCertificate").cloned())
        .with_some("Restrictions", config.get("Restrictions").cloned())
        .with("WebACLId", or("WebACLId", ""))
        .with("HttpVersion", or("HttpVersion", "http2"))
        .with("IsIPV6Enabled", config.bool("IsIPV6Enabled").unwrap_or(false))
        .with("Staging", config.bool("Staging").unwrap_or(false))
}

/// The members that every list of CloudFront has.
fn list(call: &Call, page: Page) -> Value {
    let most = input(call, "MaxItems").parse::<i64>().unwrap_or(100);
    let quantity = i64::try_from(page.items.len()).unwrap_or(0);
    let items = (!page.items.is_empty()).then_some(Value::List(page.items));
    Value::empty()
        .with("Marker", input(call, "Marker"))
        .with("MaxItems", most)
        .with("IsTruncated", page.next.is_some())
        .with("Quantity", quantity)
        .with_some("Items", items)
        .with_some("NextMarker", page.next)
}

fn distributions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let summaries = shelf(world, call, "distributions")
        .iter()
        .map(|record| summary(&described(record, world, call)))
        .collect();
    let page = page(call, summaries, &PAGING)?;
    Ok(Value::empty().with("DistributionList", list(call, page)).into())
}

fn update(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let id = input(call, "Id").to_owned();
    let record = found(world, call, &id)?;
    match call.input.text("IfMatch") {
        None => {
            return Err(ApiError::new(
                "InvalidIfMatchVersion",
                "The If-Match version is missing or not valid for the resource.",
            ));
        }
        Some(tag) if record.text("_etag") != Some(tag) => {
            return Err(ApiError::new(
                "PreconditionFailed",
                "The request failed because it didn't meet the preconditions in one or more request-header fields.",
            ));
        }
        Some(_) => {}
    }
    let wanted = call.input.get("DistributionConfig").cloned().unwrap_or_else(Value::empty);
    let held = record.get("DistributionConfig");
    if wanted.text("CallerReference") != held.and_then(|held| held.text("CallerReference")) {
        return Err(ApiError::new(
            "IllegalUpdate",
            "The update contains modifications that are not allowed.",
        ));
    }
    let tag = etag(&format!("{id}/{now}"));
    if let Some(record) = one_mut(world, call, "distributions", "Id", &id) {
        set(record, "DistributionConfig", wanted);
        set(record, "LastModifiedTime", Value::Time(now));
        set(record, "_etag", tag.as_str());
        set(record, "_deployed", Value::Time(now + DEPLOY_MS));
    }
    let record = found(world, call, &id)?;
    let output =
        Value::empty().with("Distribution", described(record, world, call)).with("ETag", tag);
    Ok(output.into())
}

fn etag(name: &str) -> String {
    format!("E{}", hex_of(name).to_uppercase().chars().take(13).collect::<String>())
}

fn status(record: &Value, now: i64) -> &'static str {
    if record.time("_completed").is_some_and(|at| at > now) { "InProgress" } else { "Completed" }
}

fn invalidations(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = input(call, "DistributionId");
    found(world, call, id)?;
    let now = world.now();
    let mut found: Vec<_> = shelf(world, call, "invalidations")
        .iter()
        .filter(|record| record.text("_distribution") == Some(id))
        .map(|record| {
            Value::empty()
                .with_some("Id", record.text("Id"))
                .with_some("CreateTime", record.get("CreateTime").cloned())
                .with("Status", status(record, now))
        })
        .collect();
    found.reverse(); // the newest first
    let page = page(call, found, &PAGING)?;
    Ok(Value::empty().with("InvalidationList", list(call, page)).into())
}

fn invalidation(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let of = input(call, "DistributionId");
    found(world, call, of)?;
    let held = one(world, call, "invalidations", "Id", input(call, "Id"))
        .filter(|record| record.text("_distribution") == Some(of));
    let Some(record) = held else {
        return Err(ApiError::new(
            "NoSuchInvalidation",
            "The specified invalidation does not exist.",
        ));
    };
    let seen = shown(record).with("Status", status(record, world.now()));
    Ok(Value::empty().with("Invalidation", seen).into())
}

fn invalidate(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let of = input(call, "DistributionId");
    found(world, call, of)?;
    let batch = call.input.get("InvalidationBatch").cloned().unwrap_or_else(Value::empty);
    let reference = batch.text("CallerReference").unwrap_or_default();
    check(&batch)?;
    // The same reference is the same request: AWS answers with the invalidation that stands.
    let held = shelf(world, call, "invalidations").iter().find(|record| {
        record.text("_distribution") == Some(of)
            && record.get("InvalidationBatch").and_then(|b| b.text("CallerReference"))
                == Some(reference)
    });
    let record = if let Some(record) = held {
        if record.get("InvalidationBatch") != Some(&batch) {
            return Err(ApiError::new(
                "InvalidArgument",
                "Your request contains a caller reference that was used for a different invalidation.",
            ));
        }
        record.clone()
    } else {
        room(world, call, of, &batch)?;
        let id = format!("I{}", etag(&format!("{of}/{reference}/{now}")));
        Value::empty()
            .with("Id", id)
            .with("CreateTime", Value::Time(now))
            .with("InvalidationBatch", batch)
            .with("_distribution", of)
            .with("_completed", Value::Time(now + INVALIDATION_MS))
    };
    let id = record.text("Id").unwrap_or_default().to_owned();
    if one(world, call, "invalidations", "Id", &id).is_none() {
        shelf_mut(world, call, "invalidations").push(record.clone());
    }
    let seen = shown(&record).with("Status", status(&record, now));
    let location =
        format!("https://cloudfront.amazonaws.com/2020-05-31/distribution/{of}/invalidation/{id}");
    Ok(Value::empty().with("Invalidation", seen).with("Location", location).into())
}

/// The paths of a batch.
fn paths(batch: &Value) -> Vec<&str> {
    let paths = batch.get("Paths").map(|paths| paths.items("Items")).unwrap_or_default();
    paths.iter().filter_map(Value::as_text).collect()
}

/// What CloudFront refuses of a batch, whatever else there is.
fn check(batch: &Value) -> Result<(), ApiError> {
    let paths = paths(batch);
    let said = batch.get("Paths").and_then(|paths| paths.int("Quantity")).unwrap_or(0);
    if usize::try_from(said).ok() != Some(paths.len()) {
        return Err(ApiError::new(
            "InconsistentQuantities",
            "The value of Quantity and the size of Items don't match.",
        ));
    }
    let odd = |path: &&str| {
        !path.starts_with('/') || path.strip_suffix('*').unwrap_or(path).contains('*')
    };
    if let Some(odd) = paths.iter().find(|path| odd(path)) {
        return Err(ApiError::new(
            "InvalidArgument",
            format!("Your request contains one or more invalid invalidation paths: {odd}"),
        ));
    }
    Ok(())
}

/// CloudFront takes 3,000 paths at a time, and 15 of them with a `*`.
fn room(world: &World, call: &Call, of: &str, batch: &Value) -> Result<(), ApiError> {
    let now = world.now();
    let going = shelf(world, call, "invalidations")
        .iter()
        .filter(|held| held.text("_distribution") == Some(of) && status(held, now) == "InProgress");
    let held = going.filter_map(|held| held.get("InvalidationBatch"));
    let all: Vec<&str> = held.chain([batch]).flat_map(paths).collect();
    let wild = all.iter().filter(|path| path.ends_with('*')).count();
    if all.len() > 3_000 || wild > 15 {
        return Err(ApiError::new(
            "TooManyInvalidationsInProgress",
            "You have exceeded the maximum number of allowable InProgress invalidation batch requests, or invalidation objects.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{START, ask, world};
    use super::*;

    #[test]
    fn an_update_needs_the_current_etag() {
        let mut world = world();
        let id = Value::empty().with("Id", "E2SHOPEDGE4021");
        let held = ask(&mut world, "cloudfront", "GetDistributionConfig", id.clone()).unwrap();
        let config = held.get("DistributionConfig").unwrap().clone().with("Comment", "maintenance");
        let change = id.with("DistributionConfig", config);
        let stale = change.clone().with("IfMatch", "E0OLD");
        let error = ask(&mut world, "cloudfront", "UpdateDistribution", stale).unwrap_err();
        assert_eq!(error.code, "PreconditionFailed");
        let fresh = change.with("IfMatch", held.text("ETag").unwrap());
        let output = ask(&mut world, "cloudfront", "UpdateDistribution", fresh).unwrap();
        assert_ne!(output.text("ETag"), held.text("ETag"));
        assert_eq!(output.get("Distribution").unwrap().text("Status"), Some("InProgress"));
    }

    #[test]
    fn cf38_an_invalidation_completes_and_its_reference_is_idempotent() {
        let mut world = world();
        let paths = Value::empty().with("Quantity", 1).with("Items", Value::list(["/*"]));
        let batch = Value::empty().with("CallerReference", "now").with("Paths", paths);
        let input = Value::empty()
            .with("DistributionId", "E2SHOPEDGE4021")
            .with("InvalidationBatch", batch);
        let first = ask(&mut world, "cloudfront", "CreateInvalidation", input.clone()).unwrap();
        assert_eq!(first.get("Invalidation").unwrap().text("Status"), Some("InProgress"));
        world.advance_to(START + 91_000);
        let second = ask(&mut world, "cloudfront", "CreateInvalidation", input).unwrap();
        assert_eq!(second.get("Invalidation").unwrap().text("Status"), Some("Completed"));
        assert_eq!(second.text("Location"), first.text("Location"));
    }

    #[test]
    fn what_is_no_path_and_what_is_too_much_at_a_time_is_refused() {
        let mut world = world();
        let mut send = |reference: &str, paths: &[&str], quantity: i64| {
            let items = Value::list(paths.iter().copied());
            let paths = Value::empty().with("Quantity", quantity).with("Items", items);
            let batch = Value::empty().with("CallerReference", reference).with("Paths", paths);
            let input = Value::empty()
                .with("DistributionId", "E2SHOPEDGE4021")
                .with("InvalidationBatch", batch);
            ask(&mut world, "cloudfront", "CreateInvalidation", input).map_err(|error| error.code)
        };
        assert_eq!(send("a", &["index.html"], 1).unwrap_err(), "InvalidArgument");
        assert_eq!(send("b", &["/a*b"], 1).unwrap_err(), "InvalidArgument");
        assert_eq!(send("c", &["/a"], 2).unwrap_err(), "InconsistentQuantities");
        let many = ["/*"; 15];
        assert!(send("d", &many, 15).is_ok());
        assert_eq!(send("e", &["/x*"], 1).unwrap_err(), "TooManyInvalidationsInProgress");
        assert!(send("f", &["/x"], 1).is_ok());
    }
}
