//! A value, held against the shape that the model of its service gives it.

use std::path::Path;

use serde_json::{Value as Json, json};
use watchdeck_sim::wire::value::Value;

/// The model of a service.
pub(crate) fn model(service: &str) -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{service}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What is wrong with a value of a shape.
pub(crate) fn violations(
    model: &Json,
    shape: &str,
    value: &Value,
    path: &str,
    found: &mut Vec<String>,
) {
    let description = &model["shapes"][shape];
    let kind = description["type"].as_str().unwrap_or_default();
    let mut complain = |what: String| found.push(format!("{path}: {what}"));
    match (kind, value) {
        ("structure", Value::Map(members)) => {
            for required in description["required"].as_array().into_iter().flatten() {
                if !members.contains_key(required.as_str().unwrap()) {
                    complain(format!("`{required}` is required"));
                }
            }
            for (name, member) in members {
                match description["members"][name]["shape"].as_str() {
                    None if description["document"] == json!(true) => {}
                    None => found.push(format!("{path}: `{name}` is no member of {shape}")),
                    Some(inner) => {
                        violations(model, inner, member, &format!("{path}.{name}"), found);
                    }
                }
            }
        }
        ("list", Value::List(items)) => {
            let inner = description["member"]["shape"].as_str().unwrap();
            if let Some(most) = description["max"].as_u64()
                && items.len() as u64 > most
            {
                complain(format!("{} items, {most} at most", items.len()));
            }
            for (n, item) in items.iter().enumerate() {
                violations(model, inner, item, &format!("{path}[{n}]"), found);
            }
        }
        ("map", Value::Map(entries)) => {
            let inner = description["value"]["shape"].as_str().unwrap();
            let key = description["key"]["shape"].as_str().unwrap();
            for (name, entry) in entries {
                let name_value = Value::Text(name.clone());
                violations(model, key, &name_value, &format!("{path}<{name}>"), found);
                violations(model, inner, entry, &format!("{path}.{name}"), found);
            }
        }
        ("string", Value::Text(text)) => {
            let allowed = description["enum"].as_array();
            if let Some(allowed) = allowed
                && !allowed.contains(&json!(text))
            {
                complain(format!("`{text}` is none of {shape}"));
            }
            let length = text.chars().count() as u64;
            if description["min"].as_u64().is_some_and(|least| length < least)
                || description["max"].as_u64().is_some_and(|most| length > most)
            {
                complain(format!("`{text}` has {length} characters, out of the bounds of {shape}"));
            }
        }
        ("integer" | "long", Value::Int(_))
        | ("boolean", Value::Bool(_))
        | ("double" | "float", Value::Float(_))
        | ("timestamp", Value::Time(_))
        | ("blob", Value::Blob(_)) => {}
        _ => complain(format!("{kind} expected, {value:?} found")),
    }
}
