//! Places in braces: `{alias}@{function}`. A text that is one place takes the value whole, with its type; `{reason|plain}`
//! takes it with only the characters that CodePipeline takes in a reason.

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
        let (name, plain) = split(name);
        let value = found(name, values)
            .ok_or_else(|| format!("`{text}` has a place `{name}` that nothing fills"))?;
        out.push_str(before);
        match value {
            Value::String(value) if plain => out.push_str(&self::plain(value)),
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

/// The value of a place: by its name, or by the way into a value, such as `before.version`.
fn found<'a>(place: &str, values: &'a Params) -> Option<&'a Value> {
    values.get(place).or_else(|| {
        let (name, way) = place.split_once('.')?;
        way.split('.').try_fold(values.get(name)?, |value, part| value.get(part))
    })
}

/// Fills the places of a value, at any depth.
///
/// # Errors
/// Names the place that nothing fills.
pub(crate) fn fill_value(value: &Value, values: &Params) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => match whole(text).and_then(|name| found(name, values)) {
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

/// Fills the places of a table, in its names too.
///
/// # Errors
/// Names the place that nothing fills.
pub(crate) fn fill_members(
    members: &Map<String, Value>,
    values: &Params,
) -> Result<Map<String, Value>, String> {
    members
        .iter()
        .map(|(name, value)| Ok((fill(name, values)?, fill_value(value, values)?)))
        .collect()
}

/// The names of all places in a text.
pub(crate) fn places(text: &str) -> Vec<&str> {
    all(text).map(|(name, _)| name).collect()
}

/// The names of the places that take a value as it is, whatever is in it.
pub(crate) fn raw_places(text: &str) -> Vec<&str> {
    all(text).filter(|(_, plain)| !plain).map(|(name, _)| name).collect()
}

fn all(text: &str) -> impl Iterator<Item = (&str, bool)> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| split(name))
}

/// The name of a place, and whether it takes the value plain.
fn split(place: &str) -> (&str, bool) {
    place.strip_suffix("|plain").map_or((place, false), |name| (name, true))
}

/// A text with a hyphen for every character that CodePipeline refuses in a reason, 300 characters at most.
fn plain(text: &str) -> String {
    let takes = |c: &char| c.is_ascii_alphanumeric() || "!@ ().*?-".contains(*c);
    text.chars().take(300).map(|c| if takes(&c) { c } else { '-' }).collect()
}

fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix('{')?.strip_suffix('}')?;
    (!name.contains(['{', '}', '|'])).then_some(name)
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
        let there = Params::from([("before".into(), json!({"on": true, "of": {"n": null}}))]);
        assert_eq!(fill_value(&json!("{before.on}"), &there).unwrap(), json!(true));
        assert_eq!(fill_value(&json!("{before.of.n}"), &there).unwrap(), json!(null));
        assert!(fill("{before.off}", &there).unwrap_err().contains("`before.off`"));
        assert!(fill("{b}", &values).unwrap_err().contains("`b`"));
        assert!(fill("{b", &values).is_err());
        assert_eq!(places("{a} and {b}"), ["a", "b"]);
    }

    #[test]
    fn cf30_a_reason_is_made_of_what_codepipeline_takes() {
        let values = Params::from([("why".into(), json!("INC-12: fix / a,b"))]);
        assert_eq!(fill("{why|plain}", &values).unwrap(), "INC-12- fix - a-b");
        assert_eq!(fill_value(&json!("{why|plain}"), &values).unwrap(), json!("INC-12- fix - a-b"));
        assert_eq!(plain(&"x".repeat(400)).len(), 300);
        assert_eq!(
            (places("{why|plain}"), raw_places("{why|plain} {a}")),
            (vec!["why"], vec!["a"])
        );
    }
}
