//! Metric filters: patterns that turn log events into metrics.

use super::{bad_token, filter, group, invalid, page};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::logs::MetricFilter;
use crate::world::measure::count;

/// Metric filters of a group, at most.
const MOST: usize = 100;

pub(super) fn put(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let now = world.now();
    let text = input.text("filterPattern").unwrap_or_default();
    let pattern =
        watchdeck_pattern::Pattern::parse(text).map_err(|error| invalid(error.message))?;
    let transformation = input
        .items("metricTransformations")
        .first()
        .ok_or_else(|| invalid("A metric filter needs one metric transformation."))?;
    let value = transformation.text("metricValue").unwrap_or("1");
    if value.parse::<f64>().is_err() && !value.starts_with('$') {
        return Err(invalid(format!(
            "Invalid metric transformation: metricValue '{value}' must be a number or a field of the pattern"
        )));
    }
    let name = input.text("filterName").unwrap_or_default().to_owned();
    let group = group(world, call)?;
    let known = group.filters.iter().position(|filter| filter.name == name);
    if known.is_none() && group.filters.len() >= MOST {
        return Err(ApiError::new("LimitExceededException", "Resource limit exceeded."));
    }
    let filter = MetricFilter {
        name,
        text: text.to_owned(),
        pattern,
        created_ms: now,
        namespace: transformation.text("metricNamespace").unwrap_or_default().to_owned(),
        metric: transformation.text("metricName").unwrap_or_default().to_owned(),
        value: value.to_owned(),
        unit: transformation.text("unit").map(str::to_owned),
        default: transformation.float("defaultValue"),
    };
    match known.and_then(|at| group.filters.get_mut(at)) {
        Some(before) => *before = filter,
        None => group.filters.push(filter),
    }
    Ok(Value::empty().into())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    if let Some(name) = input.text("logGroupName") {
        super::groups::known(world, &call.region, name)?;
    }
    let mut filters = Vec::new();
    for group in world.region(&call.region).logs.groups() {
        if input.text("logGroupName").is_some_and(|name| name != group.name) {
            continue;
        }
        for filter in &group.filters {
            let prefix = input.text("filterNamePrefix");
            let metric = input.text("metricName").is_none_or(|name| name == filter.metric);
            let space = input.text("metricNamespace").is_none_or(|name| name == filter.namespace);
            if metric && space && prefix.is_none_or(|prefix| filter.name.starts_with(prefix)) {
                filters.push(show(filter, &group.name));
            }
        }
    }
    let (filters, next) = page(filters, call, "filters", 50).map_err(|_| bad_token())?;
    Ok(Value::empty().with("metricFilters", filters).with_some("nextToken", next).into())
}

pub(super) fn test(_: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let pattern = filter::parse(call.input.text("filterPattern").unwrap_or_default())?;
    let matches: Vec<Value> = call
        .input
        .items("logEventMessages")
        .iter()
        .filter_map(Value::as_text)
        .enumerate()
        .filter(|(_, message)| pattern.as_ref().is_none_or(|pattern| pattern.matches(message)))
        .map(|(index, message)| {
            Value::empty()
                .with("eventNumber", count(index + 1))
                .with("eventMessage", message)
                .with("extractedValues", Value::empty())
        })
        .collect();
    Ok(Value::empty().with("matches", matches).into())
}

fn show(filter: &MetricFilter, group: &str) -> Value {
    let transformation = Value::empty()
        .with("metricName", &filter.metric)
        .with("metricNamespace", &filter.namespace)
        .with("metricValue", &filter.value)
        .with_some("unit", filter.unit.as_deref())
        .with_some("defaultValue", filter.default);
    Value::empty()
        .with("filterName", &filter.name)
        .with("filterPattern", &filter.text)
        .with("metricTransformations", vec![transformation])
        .with("creationTime", filter.created_ms)
        .with("logGroupName", group)
}
