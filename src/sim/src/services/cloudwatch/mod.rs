//! CloudWatch: metrics and what they add up to, alarms and what they said.

mod alarms; // alarms, their state and history
mod data; // GetMetricData
mod expression; // metric math
mod metrics;
mod mutes; // rules that mute alarms // listing and writing metrics

use super::Behaviour;
use crate::wire::call::{ApiError, Call};
use crate::wire::value::Value;
use crate::world::measure::length;
use crate::world::metrics::Key;

pub(crate) const OPERATIONS: &[(&str, Behaviour)] = &[
    ("DeleteAlarmMuteRule", mutes::delete),
    ("DescribeAlarmHistory", alarms::describe_history),
    ("DescribeAlarms", alarms::describe),
    ("DisableAlarmActions", alarms::disable_actions),
    ("EnableAlarmActions", alarms::enable_actions),
    ("GetAlarmMuteRule", mutes::get),
    ("GetMetricData", data::get),
    ("ListMetrics", metrics::list),
    ("PutAlarmMuteRule", mutes::put),
    ("PutMetricAlarm", alarms::put),
    ("PutMetricData", metrics::put),
];

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", message)
}

/// The key of a metric given as namespace, name and dimensions.
fn key(metric: &Value) -> Key {
    let dimensions = metric
        .items("Dimensions")
        .iter()
        .filter_map(|dimension| Some((dimension.text("Name")?, dimension.text("Value")?)));
    Key::new(
        metric.text("Namespace").unwrap_or_default(),
        metric.text("MetricName").unwrap_or_default(),
        dimensions,
    )
}

/// The dimensions of a key, as every operation shows them.
fn dimensions(key: &Key) -> Vec<Value> {
    key.dimensions
        .iter()
        .map(|(name, value)| Value::empty().with("Name", name).with("Value", value))
        .collect()
}

/// One page of a list.
fn page<T>(items: Vec<T>, call: &Call, limit: i64) -> Result<(Vec<T>, Option<String>), ApiError> {
    let limit = length(limit);
    let offset = offset(call)?;
    let more = items.len() > offset.saturating_add(limit);
    let next = more.then(|| token(call, offset + limit));
    Ok((items.into_iter().skip(offset).take(limit).collect(), next))
}

fn offset(call: &Call) -> Result<usize, ApiError> {
    use base64::Engine as _;
    let Some(text) = call.input.text("NextToken") else { return Ok(0) };
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.strip_prefix(&format!("{}/", call.operation))?.parse().ok())
        .ok_or_else(|| {
            // ListMetrics alone has no error of its own for this.
            let code = match call.operation.as_str() {
                "ListMetrics" => "InvalidParameterValueException",
                _ => "InvalidNextToken",
            };
            ApiError::new(code, "The next token specified is invalid.")
        })
}

fn token(call: &Call, offset: usize) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("{}/{offset}", call.operation))
}

#[cfg(test)]
mod tests;
