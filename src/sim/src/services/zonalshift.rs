//! Zonal shift: traffic of the load balancer moved away from a zone for a while.

use super::Table;
use super::pages::Paging;
use super::standing::{input, listing, one, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::set;

pub(super) const OPERATIONS: Table = &[
    ("CancelZonalShift", cancel),
    ("GetManagedResource", resource),
    ("ListManagedResources", resources),
    ("StartZonalShift", start),
    ("UpdateZonalShift", update),
];

/// The longest that a shift may last, in minutes.
const LONGEST: i64 = 3 * 24 * 60;

fn missing(what: &str) -> ApiError {
    ApiError::new("ResourceNotFoundException", format!("The resource {what} was not found."))
}

fn zones(world: &World, call: &Call, arn: &str) -> Result<Vec<String>, ApiError> {
    let balancers = world.fixture.shelf(&call.region, "elbv2", "balancers");
    let held = balancers.iter().find(|balancer| balancer.text("LoadBalancerArn") == Some(arn));
    let zones = held.map(|balancer| {
        // `eu-central-1a` is zone `euc1-az2` of this account, and so on.
        let number = |name: &str| match name.chars().last() {
            Some('a') => 2,
            Some('b') => 3,
            _ => 1,
        };
        let short = if call.region == "eu-west-1" { "euw1" } else { "euc1" };
        balancer
            .items("AvailabilityZones")
            .iter()
            .filter_map(|zone| zone.text("ZoneName"))
            .map(|name| format!("{short}-az{}", number(name)))
            .collect()
    });
    zones.ok_or_else(|| missing(arn))
}

fn state(shift: &Value, now: i64) -> &'static str {
    if shift.bool("_canceled") == Some(true) {
        "CANCELED"
    } else if shift.time("expiryTime").is_some_and(|end| end <= now) {
        "EXPIRED"
    } else {
        "ACTIVE"
    }
}

fn described(shift: &Value, now: i64) -> Value {
    crate::world::fixture::record::shown(shift).with("status", state(shift, now))
}

/// How long a shift takes to be applied, in milliseconds.
const APPLIED_MS: i64 = 20_000;

fn resources(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let balancers = world.fixture.shelf(&call.region, "elbv2", "balancers").to_vec();
    let items = balancers.iter().filter_map(|balancer| {
        let arn = balancer.text("LoadBalancerArn")?;
        let (weights, _) = standing(world, call, arn).ok()?;
        let zones: Vec<Value> = weights.iter().map(|(zone, _)| zone.as_str().into()).collect();
        let item = Value::empty()
            .with("arn", arn)
            .with("name", balancer.text("LoadBalancerName").unwrap_or_default())
            .with("availabilityZones", Value::List(zones))
            .with("appliedWeights", applied(&weights))
            .with("zonalAutoshiftStatus", "DISABLED");
        Some(item)
    });
    let items: Vec<_> = items.collect();
    let paging = Paging {
        size: "maxResults",
        token: "nextToken",
        usual: 100,
        refusal: "ValidationException",
    };
    listing(call, items, "items", "nextToken", &paging)
}

/// The share of traffic that each zone takes.
type Weights = Vec<(String, f64)>;

fn applied(weights: &[(String, f64)]) -> Value {
    Value::record(weights.iter().map(|(zone, weight)| (zone.clone(), Value::Float(*weight))))
}

/// The share of each zone, and the shifts that go on.
fn standing(world: &World, call: &Call, arn: &str) -> Result<(Weights, Vec<Value>), ApiError> {
    let now = world.now();
    let zones = zones(world, call, arn)?;
    let active: Vec<_> = shelf(world, call, "shifts")
        .iter()
        .filter(|shift| {
            shift.text("resourceIdentifier") == Some(arn) && state(shift, now) == "ACTIVE"
        })
        .cloned()
        .collect();
    let weights = zones.into_iter().map(|zone| {
        let away = active.iter().any(|shift| {
            shift.text("awayFrom") == Some(&zone)
                && shift.time("startTime").is_some_and(|at| now >= at + APPLIED_MS)
        });
        (zone, if away { 0.0 } else { 1.0 })
    });
    Ok((weights.collect(), active))
}

fn resource(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let arn = input(call, "resourceIdentifier");
    let (weights, active) = standing(world, call, arn)?;
    let shifts = active.iter().map(|shift| {
        crate::world::fixture::record::shown(shift)
            .with("appliedStatus", "APPLIED")
            .with("shiftType", "ZONAL_SHIFT")
    });
    let output = Value::empty()
        .with("arn", arn)
        .with("name", arn.split('/').nth(2).unwrap_or(arn))
        .with("appliedWeights", applied(&weights))
        .with("zonalShifts", Value::list(shifts))
        .with("autoshifts", Value::List(Vec::new()))
        .with("zonalAutoshiftStatus", "DISABLED");
    Ok(output.into())
}

/// `2h` or `30m` as minutes.
fn minutes(text: &str) -> Option<i64> {
    let (number, factor) = match (text.strip_suffix('h'), text.strip_suffix('m')) {
        (Some(hours), _) => (hours, 60),
        (None, Some(minutes)) => (minutes, 1),
        (None, None) => return None,
    };
    number.parse::<i64>().ok().map(|n| n * factor).filter(|n| (1..=LONGEST).contains(n))
}

fn expiry(call: &Call, now: i64) -> Result<i64, ApiError> {
    let text = input(call, "expiresIn");
    minutes(text).map(|n| now + n * 60_000).ok_or_else(|| {
        ApiError::new(
            "ValidationException",
            format!("The expiresIn {text} is not between 1m and 3 days."),
        )
        .with("reason", "InvalidExpiresIn")
    })
}

fn start(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (arn, away) = (input(call, "resourceIdentifier"), input(call, "awayFrom"));
    if !zones(world, call, arn)?.iter().any(|zone| zone == away) {
        return Err(ApiError::new(
            "ValidationException",
            format!("The resource is not in the zone {away}."),
        )
        .with("reason", "InvalidAz"));
    }
    let expiry = expiry(call, now)?;
    let taken = shelf(world, call, "shifts").iter().find(|shift| {
        shift.text("resourceIdentifier") == Some(arn) && state(shift, now) == "ACTIVE"
    });
    if let Some(taken) = taken {
        return Err(ApiError::new(
            "ConflictException",
            "There is already an active zonal shift for the resource.",
        )
        .with("reason", "ZonalShiftAlreadyExists")
        .with("zonalShiftId", taken.text("zonalShiftId").unwrap_or_default()));
    }
    let shift = Value::empty()
        .with("zonalShiftId", world.fixture.next_id())
        .with("resourceIdentifier", arn)
        .with("awayFrom", away)
        .with("comment", input(call, "comment"))
        .with("startTime", Value::Time(now))
        .with("expiryTime", Value::Time(expiry));
    shelf_mut(world, call, "shifts").push(shift.clone());
    Ok(described(&shift, now).into())
}

fn active_mut<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Value, ApiError> {
    let now = world.now();
    let id = input(call, "zonalShiftId").to_owned();
    match one(world, call, "shifts", "zonalShiftId", &id) {
        None => return Err(missing(&id)),
        Some(shift) if state(shift, now) != "ACTIVE" => {
            return Err(ApiError::new("ConflictException", "The zonal shift is not active.")
                .with("reason", "ZonalShiftStatusNotActive")
                .with("zonalShiftId", id));
        }
        Some(_) => {}
    }
    shelf_mut(world, call, "shifts")
        .iter_mut()
        .find(|shift| shift.text("zonalShiftId") == Some(&id))
        .ok_or_else(|| missing(&id))
}

fn cancel(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let shift = active_mut(world, call)?;
    set(shift, "_canceled", true);
    Ok(described(shift, now).into())
}

fn update(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let expiry = match call.input.text("expiresIn") {
        Some(_) => Some(expiry(call, now)?),
        None => None,
    };
    let shift = active_mut(world, call)?;
    if let Some(expiry) = expiry {
        set(shift, "expiryTime", Value::Time(expiry));
    }
    if let Some(comment) = call.input.text("comment") {
        set(shift, "comment", comment);
    }
    Ok(described(shift, now).into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{START, ask, world};
    use super::*;

    #[test]
    fn a_shift_takes_the_weight_from_a_zone_until_it_is_canceled() {
        let mut world = world();
        let arn = "arn:aws:elasticloadbalancing:eu-central-1:123456784021:loadbalancer/app/shop-web/50dc6c495c0c9188";
        let named = Value::empty().with("resourceIdentifier", arn);
        let input = named
            .clone()
            .with("awayFrom", "euc1-az2")
            .with("comment", "errors")
            .with("expiresIn", "1h");
        let shift = ask(&mut world, "arc-zonal-shift", "StartZonalShift", input).unwrap();
        let weight = |world: &mut World| {
            let output =
                ask(world, "arc-zonal-shift", "GetManagedResource", named.clone()).unwrap();
            output.get("appliedWeights").unwrap().float("euc1-az2")
        };
        assert_eq!(weight(&mut world), Some(1.0), "it takes a moment");
        world.advance_to(START + 21_000);
        assert_eq!(weight(&mut world), Some(0.0));
        let input = Value::empty().with("zonalShiftId", shift.text("zonalShiftId").unwrap());
        let canceled = ask(&mut world, "arc-zonal-shift", "CancelZonalShift", input).unwrap();
        assert_eq!(canceled.text("status"), Some("CANCELED"));
        assert_eq!(weight(&mut world), Some(1.0));
    }
}
