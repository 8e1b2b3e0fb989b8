//! GetMetricData: statistics by period, and simple math over them.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{Math, work_out};
use super::{invalid, key, offset, token};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::measure::length;
use crate::world::metrics::{MINUTE, Metrics, Stat};

/// Queries of a request, and datapoints of an answer, at most.
const QUERIES: usize = 500;
const DATAPOINTS: i64 = 100_800;

pub(super) fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let (start, end) = (input.time("StartTime").unwrap_or(0), input.time("EndTime").unwrap_or(0));
    if start >= end {
        return Err(invalid("The parameter EndTime must be greater than the parameter StartTime."));
    }
    let queries = input.items("MetricDataQueries");
    if queries.is_empty() || queries.len() > QUERIES {
        return Err(invalid(format!(
            "The collection MetricDataQueries must have a size between 1 and {QUERIES}."
        )));
    }
    check_ids(queries)?;
    let metrics = &world.region(&call.region).metrics;
    let mut known = BTreeMap::new();
    for query in queries.iter().filter(|query| query.get("MetricStat").is_some()) {
        let id = query.text("Id").unwrap_or_default().to_owned();
        known.insert(id, series(metrics, query, (start, end))?);
    }
    expressions(queries, &mut known)?;
    let ascending = input.text("ScanBy") == Some("TimestampAscending");
    let most = length(input.int("MaxDatapoints").unwrap_or(DATAPOINTS).clamp(1, DATAPOINTS));
    let from = offset(call)?;
    let (mut passed, mut results) = (0, Vec::new());
    for query in queries.iter().filter(|query| query.bool("ReturnData") != Some(false)) {
        let mut points = match known.get(query.text("Id").unwrap_or_default()) {
            Some(Math::Series(series)) => series.iter().map(|(at, value)| (*at, *value)).collect(),
            Some(Math::Number(_)) => {
                return Err(invalid(
                    "A query that returns data must be a time series, but one is a number.",
                ));
            }
            None => Vec::new(),
        };
        if !ascending {
            points.reverse();
        }
        let total = points.len();
        let skip = from.saturating_sub(passed).min(total);
        let room = (from + most).saturating_sub(passed).min(total);
        let shown: Vec<(i64, f64)> = points.into_iter().take(room).skip(skip).collect();
        results.push(
            Value::empty()
                .with("Id", query.text("Id").unwrap_or_default())
                .with("Label", label(query))
                .with(
                    "Timestamps",
                    shown.iter().map(|(at, _)| Value::Time(*at)).collect::<Vec<_>>(),
                )
                .with("Values", Value::list(shown.iter().map(|(_, value)| *value)))
                .with("StatusCode", if room < total { "PartialData" } else { "Complete" }),
        );
        passed += total;
    }
    let next = (passed > from + most).then(|| token(call, from + most));
    Ok(Value::empty()
        .with("MetricDataResults", results)
        .with("Messages", Vec::new())
        .with_some("NextToken", next)
        .into())
}

fn check_ids(queries: &[Value]) -> Result<(), ApiError> {
    let mut seen = BTreeSet::new();
    for query in queries {
        let id = query.text("Id").unwrap_or_default();
        let well = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !well {
            return Err(invalid(format!(
                "The value {id} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
            )));
        }
        if !seen.insert(id) {
            return Err(invalid(format!(
                "The values for parameter Id in MetricDataQueries are not unique: {id}."
            )));
        }
        if query.get("MetricStat").is_some() == query.get("Expression").is_some() {
            return Err(invalid(format!(
                "Within MetricDataQuery {id}, exactly one of MetricStat and Expression must be given."
            )));
        }
    }
    Ok(())
}

fn series(metrics: &Metrics, query: &Value, (start, end): (i64, i64)) -> Result<Math, ApiError> {
    let empty = Value::empty();
    let wanted = query.get("MetricStat").unwrap_or(&empty);
    let named = wanted.text("Stat").unwrap_or_default();
    let statistic = Stat::parse(named).ok_or_else(|| {
        invalid(format!("The value {named} for parameter Stat is not supported."))
    })?;
    let period_s = wanted.int("Period").unwrap_or(60);
    // Nothing here is of high resolution: a shorter period shows whole minutes.
    if period_s % 60 != 0 && ![1, 5, 10, 20, 30].contains(&period_s) {
        return Err(invalid(format!(
            "The value {period_s} for parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60."
        )));
    }
    let period = (period_s * 1000).max(MINUTE);
    let start = start.div_euclid(period) * period;
    let metric = wanted.get("Metric").unwrap_or(&empty);
    let points =
        metrics.find(&key(metric)).map(|series| series.points(start, end, period, statistic));
    Ok(Math::Series(points.unwrap_or_default().into_iter().collect()))
}

/// Works expressions out until all are known; those that wait for each other are refused.
fn expressions(queries: &[Value], known: &mut BTreeMap<String, Math>) -> Result<(), ApiError> {
    let mut left: Vec<(&str, &str)> = queries
        .iter()
        .filter_map(|query| Some((query.text("Id")?, query.text("Expression")?)))
        .collect();
    while !left.is_empty() {
        let before = left.len();
        let mut problem = None;
        left.retain(|(id, expression)| match work_out(expression, known) {
            Ok(math) => {
                known.insert((*id).to_owned(), math);
                false
            }
            Err(why) => {
                problem = Some(format!("Error in expression '{id}': {why}"));
                true
            }
        });
        if left.len() == before {
            return Err(invalid(problem.unwrap_or_default()));
        }
    }
    Ok(())
}

fn label(query: &Value) -> String {
    let metric = query.get("MetricStat").and_then(|stat| stat.get("Metric"));
    query
        .text("Label")
        .or_else(|| metric?.text("MetricName"))
        .or_else(|| query.text("Id"))
        .unwrap_or_default()
        .to_owned()
}
