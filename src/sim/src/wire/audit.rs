//! What a behaviour answers, held against the output shape: our own mistakes, found on the server side.

use super::value::Value;
use crate::model::{Kind, Service, ShapeId};

/// Every place where an output is not what the model says.
pub(crate) fn violations(service: &Service, id: ShapeId, output: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(service, id, output, &Path::Root, &mut found);
    found
}

/// A path that costs nothing until it is printed.
enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root => f.write_str("output"),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

fn walk(service: &Service, id: ShapeId, value: &Value, path: &Path<'_>, found: &mut Vec<String>) {
    let shape = service.shape(id);
    match (&shape.kind, value) {
        (Kind::Structure(structure), Value::Map(_)) if structure.document => {}
        (Kind::Structure(structure), Value::Map(entries)) => {
            for (name, value) in entries {
                match structure.member(name) {
                    Some(member) => {
                        walk(service, member.shape, value, &Path::Member(path, name), found);
                    }
                    None => found.push(format!("{path}.{name}: {} has no such member", shape.name)),
                }
            }
            for member in structure.members.iter().filter(|member| member.required) {
                if !entries.contains_key(&member.name) {
                    found.push(format!("{path}.{}: required in {}", member.name, shape.name));
                }
            }
        }
        (Kind::List { item, .. }, Value::List(items)) => {
            for (index, value) in items.iter().enumerate() {
                walk(service, *item, value, &Path::Item(path, index), found);
            }
        }
        (Kind::Map { value: item, .. }, Value::Map(entries)) => {
            for (key, value) in entries {
                walk(service, *item, value, &Path::Member(path, key), found);
            }
        }
        (Kind::Text { values }, Value::Text(text)) => {
            if !values.is_empty() && !values.contains(text) {
                found.push(format!("{path}: `{text}` is no {}", shape.name));
            }
        }
        (Kind::Integer, Value::Int(_))
        | (Kind::Float, Value::Float(_) | Value::Int(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Blob, Value::Blob(_))
        | (Kind::Timestamp(_), Value::Time(_)) => {}
        (_, value) => found.push(format!("{path}: {} is no {}", type_name(value), shape.name)),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "an integer",
        Value::Float(_) => "a float",
        Value::Text(_) => "a text",
        Value::Blob(_) => "a blob",
        Value::Time(_) => "a time",
        Value::List(_) => "a list",
        Value::Map(_) => "a structure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::catalog;

    #[test]
    fn unknown_members_and_wrong_types_are_named() {
        let service = catalog::find("lambda").unwrap().service();
        let output = service.operations["GetAlias"].output.unwrap();
        let alias =
            Value::record([("Name", Value::from("live")), ("FunctionVersion", Value::from("41"))]);
        assert!(violations(service, output, &alias).is_empty());
        let wrong = alias.with("FunctionVersion", 41_i64).with("Colour", "red");
        assert_eq!(
            violations(service, output, &wrong),
            [
                "output.Colour: AliasConfiguration has no such member",
                "output.FunctionVersion: an integer is no Version"
            ]
        );
    }
}
