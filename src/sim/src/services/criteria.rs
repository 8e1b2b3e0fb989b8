//! Finding criteria as GuardDuty and Macie write them: a field, and conditions on its values.

use std::cmp::Ordering;

use super::standing::wild;
use crate::wire::value::Value;
use crate::world::fixture::record::{at, parse_iso};

/// Whether a record meets every condition. `path_of` turns a field's name into the path of the member.
pub(super) fn meets(
    record: &Value,
    criterion: Option<&Value>,
    path_of: fn(&str) -> String,
) -> bool {
    let Some(fields) = criterion.and_then(Value::as_map) else { return true };
    fields.iter().all(|(field, condition)| {
        let held = at(record, &path_of(field));
        condition.as_map().is_none_or(|conditions| {
            conditions.iter().all(|(name, wanted)| holds(&held, &name.to_lowercase(), wanted))
        })
    })
}

fn holds(held: &[&Value], condition: &str, wanted: &Value) -> bool {
    let one_of = |test: fn(&str, &str) -> bool| {
        let Value::List(wanted) = wanted else { return false };
        wanted.iter().filter_map(Value::as_text).any(|wanted| {
            held.iter().any(|value| written(value).is_some_and(|text| test(wanted, &text)))
        })
    };
    let limit = number(wanted);
    let any = |test: fn(f64, f64) -> bool| {
        held.iter().any(|value| match (number(value), limit) {
            (Some(value), Some(limit)) => test(value, limit),
            (None, _) | (_, None) => false,
        })
    };
    match condition {
        "eq" | "equals" | "eqexactmatch" => one_of(|wanted, text| wanted == text),
        "neq" | "notequals" => !one_of(|wanted, text| wanted == text),
        "matches" => one_of(wild),
        "notmatches" => !one_of(wild),
        "gt" | "greaterthan" => any(|value, limit| value > limit),
        "gte" | "greaterthanorequal" => any(|value, limit| value >= limit),
        "lt" | "lessthan" => any(|value, limit| value < limit),
        "lte" | "lessthanorequal" => any(|value, limit| value <= limit),
        _ => false,
    }
}

fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Time(_) | Value::Blob(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// A number as it is; a moment in milliseconds.
fn number(value: &Value) -> Option<f64> {
    let whole = |n: i64| Value::empty().with("n", n).float("n");
    match value {
        Value::Int(n) | Value::Time(n) => whole(*n),
        Value::Float(x) => Some(*x),
        Value::Text(text) => parse_iso(text).and_then(whole),
        Value::Bool(_) | Value::Blob(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// Sorts records by the member at a path, numbers by size and text by its characters.
pub(super) fn sort(records: &mut [Value], path: &str, descending: bool) {
    records.sort_by(|a, b| {
        let (a, b) = (at(a, path), at(b, path));
        let order = match (a.first(), b.first()) {
            (Some(a), Some(b)) => match (number(a), number(b)) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                (None, _) | (_, None) => a.as_text().cmp(&b.as_text()),
            },
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        if descending { order.reverse() } else { order }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_must_hold() {
        let record = Value::empty().with("severity", 8.0).with("type", "Recon:EC2/PortProbe");
        let same = |field: &str| field.to_owned();
        let check = |field: &str, condition: &str, wanted: Value, expected: bool| {
            let criterion = Value::empty().with(field, Value::empty().with(condition, wanted));
            assert_eq!(meets(&record, Some(&criterion), same), expected, "{field} {condition}");
        };
        check("severity", "GreaterThanOrEqual", 7.into(), true);
        check("severity", "Lt", 7.into(), false);
        check("type", "Eq", Value::list(["x", "Recon:EC2/PortProbe"]), true);
        check("type", "Matches", Value::list(["Recon:*"]), true);
        check("type", "NotEquals", Value::list(["Recon:EC2/PortProbe"]), false);
    }
}
