//! Route 53: the zone, its records and the health check that fails over.

mod records; // record sets: listing, changing, resolving

use super::Table;
use super::pages::{Paging, page};
use super::standing::{input, one, one_mut, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};

pub(super) const OPERATIONS: Table = &[
    ("ChangeResourceRecordSets", records::change),
    ("GetChange", records::state),
    ("GetHealthCheck", health_check),
    ("GetHealthCheckStatus", status),
    ("GetHostedZone", zone),
    ("ListHealthChecks", health_checks),
    ("ListHostedZones", zones),
    ("ListResourceRecordSets", records::list),
    ("TestDNSAnswer", records::resolve),
    ("UpdateHealthCheck", update_health_check),
];

const PAGING: Paging =
    Paging { size: "MaxItems", token: "Marker", usual: 100, refusal: "InvalidInput" };

/// The zone that an id names, with or without its prefix.
fn zone_of<'a>(world: &'a World, call: &Call, id: &str) -> Result<&'a Value, ApiError> {
    let bare = id.rsplit('/').next().unwrap_or(id);
    one(world, call, "zones", "Id", &format!("/hostedzone/{bare}")).ok_or_else(|| {
        ApiError::new("NoSuchHostedZone", format!("No hosted zone found with ID: {bare}"))
    })
}

fn counted(world: &World, call: &Call, zone: &Value) -> Value {
    let of = zone.text("Id");
    let count = shelf(world, call, "records").iter().filter(|r| r.text("_zone") == of).count();
    shown(zone).with("ResourceRecordSetCount", i64::try_from(count).unwrap_or(0))
}

fn zone(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let zone = zone_of(world, call, input(call, "Id"))?;
    let servers =
        Value::empty().with("NameServers", Value::List(zone.items("_nameservers").to_vec()));
    let output = Value::empty()
        .with("HostedZone", counted(world, call, zone))
        .with("DelegationSet", servers);
    Ok(output.into())
}

/// The members that lists of Route 53 share.
fn list(call: &Call, items: Vec<Value>, name: &str) -> Result<Reply, ApiError> {
    let page = page(call, items, &PAGING)?;
    let output = Value::empty()
        .with(name, Value::List(page.items))
        .with("Marker", input(call, "Marker"))
        .with("MaxItems", call.input.text("MaxItems").unwrap_or("100"))
        .with("IsTruncated", page.next.is_some())
        .with_some("NextMarker", page.next);
    Ok(output.into())
}

fn zones(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let private = call.input.text("HostedZoneType") == Some("PrivateHostedZone");
    let zones = shelf(world, call, "zones")
        .iter()
        .filter(|zone| {
            !private
                || zone.get("Config").and_then(|config| config.bool("PrivateZone")) == Some(true)
        })
        .map(|zone| counted(world, call, zone))
        .collect();
    list(call, zones, "HostedZones")
}

fn health_checks(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    list(call, seen(shelf(world, call, "healthchecks")), "HealthChecks")
}

fn no_check(id: &str) -> ApiError {
    ApiError::new("NoSuchHealthCheck", format!("A health check with id {id} does not exist."))
}

fn health_check(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = input(call, "HealthCheckId");
    let check = one(world, call, "healthchecks", "Id", id).ok_or_else(|| no_check(id))?;
    Ok(Value::empty().with("HealthCheck", shown(check)).into())
}

/// Whether a check counts as failing: what it looks at here is always well, so it is where it is inverted. Checkers tell it
/// the other way round with their next look.
fn fails(check: &Value, now: i64) -> bool {
    let config = check.get("HealthCheckConfig");
    let is = |member: &str| config.and_then(|config| config.bool(member)) == Some(true);
    let every = config.and_then(|config| config.int("RequestInterval")).unwrap_or(30) * 1_000;
    let turns = check.time("_turned").is_some_and(|at| now < at + every);
    !is("Disabled") && is("Inverted") != turns
}

fn status(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let id = input(call, "HealthCheckId");
    let check = one(world, call, "healthchecks", "Id", id).ok_or_else(|| no_check(id))?;
    let text = if fails(check, world.now()) {
        "Failure: HTTP Status Code 200, OK (inverted)"
    } else {
        "Success: HTTP Status Code 200, OK"
    };
    let now = world.now();
    let observers = [
        ("eu-west-1", "54.228.16.17"),
        ("us-east-1", "54.243.31.209"),
        ("ap-southeast-1", "54.251.31.144"),
    ];
    let observations = observers.into_iter().map(|(region, address)| {
        let report =
            Value::empty().with("Status", text).with("CheckedTime", Value::Time(now - 12_000));
        Value::empty()
            .with("Region", region)
            .with("IPAddress", address)
            .with("StatusReport", report)
    });
    Ok(Value::empty().with("HealthCheckObservations", Value::list(observations)).into())
}

/// Changes a health check: disabling or inverting it moves the failover record.
fn update_health_check(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let id = input(call, "HealthCheckId").to_owned();
    let Some(check) = one_mut(world, call, "healthchecks", "Id", &id) else {
        return Err(no_check(&id));
    };
    let version = check.int("HealthCheckVersion").unwrap_or(1);
    let before = fails(check, now);
    if call.input.int("HealthCheckVersion").is_some_and(|asked| asked != version) {
        return Err(ApiError::new(
            "HealthCheckVersionMismatch",
            "The value of HealthCheckVersion in the request doesn't match the value in the health check.",
        ));
    }
    for member in [
        "Disabled",
        "Inverted",
        "FailureThreshold",
        "ResourcePath",
        "Port",
        "FullyQualifiedDomainName",
        "SearchString",
        "EnableSNI",
    ] {
        if let Some(value) = call.input.get(member) {
            set(check, &format!("HealthCheckConfig.{member}"), value.clone());
        }
    }
    if fails(check, now) != before {
        set(check, "_turned", Value::Time(now));
    }
    set(check, "HealthCheckVersion", version + 1);
    Ok(Value::empty().with("HealthCheck", shown(check)).into())
}
