//! Places in braces: `{alias}@{function}`. A text that is one place takes the value whole, with its type.

use serde_json::{Map, Value};

use crate::param::Params;

/// Fills the places of a text.
///
/// # Errors
/// Names the place that nothing fills.
pub(crate) fn fill(text: &str, values: &Params) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else {
            return Err(format!("`{text}` opens a place and does not close it"));
        };
        let value = values
            .get(name)
            .ok_or_else(|| format!("`{text}` has a place `{name}` that nothing fills"))?;
        out.push_str(before);
        match value {
            Value::String(value) => out.push_str(value),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => {
                out.push_str(&value.to_string());
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// Fills the places of a value, at any depth.
///
/// # Errors
/// Names the place that nothing fills.
pub(crate) fn fill_value(value: &Value, values: &Params) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => match whole(text).and_then(|name| values.get(name)) {
            Some(value) => value.clone(),
            None => Value::String(fill(text, values)?),
        },
        Value::Array(items) => Value::Array(
            items.iter().map(|item| fill_value(item, values)).collect::<Result<_, _>>()?,
        ),
        Value::Object(members) => Value::Object(fill_members(members, values)?),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    })
}

/// Fills the places of a table.
///
/// # Errors
/// Names the place that nothing fills.
pub(crate) fn fill_members(
    members: &Map<String, Value>,
    values: &Params,
) -> Result<Map<String, Value>, String> {
    members.iter().map(|(name, value)| Ok((name.clone(), fill_value(value, values)?))).collect()
}

/// The names of all places in a text.
pub(crate) fn places(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains(['{', '}'])).then_some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_are_filled_and_unknown_ones_are_named() {
        let values = Params::from([("a".into(), json!("x")), ("n".into(), json!(3))]);
        assert_eq!(fill("{a}@{n}!", &values).unwrap(), "x@3!");
        assert_eq!(
            fill_value(&json!({"k": ["{n}", "{a}{n}"]}), &values).unwrap(),
            json!({"k": [3, "x3"]})
        );
        assert!(fill("{b}", &values).unwrap_err().contains("`b`"));
        assert!(fill("{b", &values).is_err());
        assert_eq!(places("{a} and {b}"), ["a", "b"]);
    }
}
