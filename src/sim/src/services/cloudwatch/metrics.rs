//! Listing metrics and writing one's own.

use super::{dimensions, key, page};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::measure::float;
use crate::world::metrics::{Key, Summary};

const HOUR: i64 = 3_600_000;

pub(super) fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let oldest = world.now() - if input.text("RecentlyActive").is_some() { 3 } else { 336 } * HOUR;
    let wanted = |key: &Key| {
        input.text("Namespace").is_none_or(|namespace| namespace == key.namespace)
            && input.text("MetricName").is_none_or(|name| name == key.name)
            && input.items("Dimensions").iter().all(|filter| {
                key.dimensions.iter().any(|(name, value)| {
                    filter.text("Name") == Some(name)
                        && filter.text("Value").is_none_or(|wanted| wanted == value)
                })
            })
    };
    let metrics: Vec<Value> = world
        .region(&call.region)
        .metrics
        .all()
        .filter(|series| wanted(&series.key) && series.newest().is_some_and(|at| at >= oldest))
        .map(|series| {
            Value::empty()
                .with("Namespace", &series.key.namespace)
                .with("MetricName", &series.key.name)
                .with("Dimensions", dimensions(&series.key))
        })
        .collect();
    let (metrics, next) = page(metrics, call, 500)?;
    Ok(Value::empty().with("Metrics", metrics).with_some("NextToken", next).into())
}

pub(super) fn put(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let namespace = call.input.text("Namespace").unwrap_or_default();
    if namespace.starts_with("AWS/") {
        return Err(ApiError::new(
            "InvalidParameterValueException",
            "The value AWS/ for parameter Namespace is invalid: it is reserved for AWS services.",
        ));
    }
    let data = call.input.items("MetricData");
    if data.is_empty() && call.input.items("EntityMetricData").is_empty() {
        return Err(ApiError::new(
            "MissingRequiredParameterException",
            "The parameter MetricData is required.",
        ));
    }
    let entities = call.input.items("EntityMetricData").iter();
    for datum in data.iter().chain(entities.flat_map(|entity| entity.items("MetricData"))) {
        let at = datum.time("Timestamp").unwrap_or(now);
        if at > now + 2 * HOUR || at < now - 336 * HOUR {
            return Err(ApiError::new(
                "InvalidParameterValueException",
                "The parameter Timestamp must specify a time no more than two hours in the future and two weeks in the past.",
            ));
        }
        let key = Key { namespace: namespace.to_owned(), ..key(datum) };
        let metrics = &mut world.region(&call.region).metrics;
        let meter = metrics.meter_of(key, datum.text("Unit").unwrap_or("None"));
        for summary in summaries(datum)? {
            metrics.record_all(meter, at, summary);
        }
    }
    Ok(Value::empty().into())
}

fn summaries(datum: &Value) -> Result<Vec<Summary>, ApiError> {
    let of = |count: f64, value: f64| Summary { count, sum: value * count, min: value, max: value };
    let numbers = |member: &str| -> Vec<f64> {
        let holder = datum.items(member).iter();
        holder.filter_map(|item| Value::empty().with("n", item.clone()).float("n")).collect()
    };
    let (values, counts) = (numbers("Values"), numbers("Counts"));
    if let Some(set) = datum.get("StatisticValues") {
        let part = |member: &str| set.float(member).unwrap_or(0.0);
        return Ok(vec![Summary {
            count: part("SampleCount"),
            sum: part("Sum"),
            min: part("Minimum"),
            max: part("Maximum"),
        }]);
    }
    if let Some(value) = datum.float("Value") {
        return Ok(vec![of(1.0, value)]);
    }
    if values.is_empty() || (!counts.is_empty() && counts.len() != values.len()) {
        return Err(ApiError::new(
            "InvalidParameterCombinationException",
            "A datum needs Value, StatisticValues, or Values with as many Counts.",
        ));
    }
    let counts = counts.into_iter().chain(std::iter::repeat(float(1)));
    Ok(values.into_iter().zip(counts).map(|(value, count)| of(count, value)).collect())
}
