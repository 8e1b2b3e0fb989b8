//! What AWS refuses before an operation sees it: required, enum, bounds, pattern, in its words.

use super::value::Value;
use crate::model::{Bounds, Kind, Operation, Protocol, Service, Shape, ShapeId};

/// One constraint that an input breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// The member path as AWS prints it: `filters.1.member.values`.
    pub(crate) path: String,
    /// The value as AWS prints it; `None` for an absent one.
    pub(crate) value: Option<String>,
    /// `Member must not be null`.
    pub(crate) constraint: String,
}

/// Every constraint that an input breaks.
pub(crate) fn breaches(service: &Service, id: ShapeId, input: &Value) -> Vec<Breach> {
    let mut found = Vec::new();
    walk(service, id, input, "", &mut found);
    found
}

/// The message of AWS for these breaches.
pub(crate) fn message(breaches: &[Breach]) -> String {
    let count = breaches.len();
    let plural = if count == 1 { "" } else { "s" };
    let each: Vec<String> = breaches
        .iter()
        .map(|breach| {
            let value = breach
                .value
                .as_ref()
                .map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
            format!(
                "Value {value} at '{}' failed to satisfy constraint: {}",
                breach.path, breach.constraint
            )
        })
        .collect();
    format!("{count} validation error{plural} detected: {}", each.join("; "))
}

/// The error code and message a service answers for these breaches.
pub(crate) fn refusal(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    breaches: &[Breach],
) -> (String, String) {
    if let (Protocol::Ec2, Some(first)) = (protocol, breaches.first()) {
        let name = super::form::capitalised(first.path.split('.').next().unwrap_or_default());
        return match &first.value {
            None => (
                "MissingParameter".to_owned(),
                format!("The request must contain the parameter {name}"),
            ),
            Some(value) => (
                "InvalidParameterValue".to_owned(),
                format!("Value ({value}) for parameter {name} is invalid. {}", first.constraint),
            ),
        };
    }
    (code(service, protocol, operation).to_owned(), message(breaches))
}

fn code(service: &Service, protocol: Protocol, operation: &Operation) -> &'static str {
    // Services that answer otherwise than their models make one think.
    let known = match service.name {
        "logs" | "ecs" | "ecr" | "cognito-idp" | "secretsmanager" => {
            Some("InvalidParameterException")
        }
        "lambda" | "dynamodb" | "kms" | "ssm" | "codepipeline" | "cloudtrail" | "codedeploy"
        | "events" => Some("ValidationException"),
        "securityhub" | "organizations" => Some("InvalidInputException"),
        "guardduty" | "apigateway" | "apigatewayv2" => Some("BadRequestException"),
        "route53" => Some("InvalidInput"),
        "cloudfront" => Some("InvalidArgument"),
        "s3" | "s3control" => Some("InvalidRequest"),
        "xray" => Some("InvalidRequestException"),
        "wafv2" => Some("WAFInvalidParameterException"),
        "sqs" => Some("InvalidParameterValue"),
        _ => None,
    };
    known.unwrap_or_else(|| {
        let modelled =
            |name: &str| operation.errors.iter().any(|id| service.shape(*id).name == name);
        let usual =
            ["ValidationException", "InvalidParameterException", "InvalidParameterValueException"];
        usual.into_iter().find(|name| modelled(name)).unwrap_or(match protocol {
            Protocol::Query => "ValidationError",
            Protocol::Ec2 => "InvalidParameterValue",
            Protocol::Json | Protocol::RestJson | Protocol::RestXml | Protocol::Cbor => {
                "ValidationException"
            }
        })
    })
}

fn walk(service: &Service, id: ShapeId, value: &Value, path: &str, found: &mut Vec<Breach>) {
    let shape = service.shape(id);
    let own = constraints(shape, value);
    for constraint in own.iter().filter(|(broken, _)| *broken) {
        found.push(Breach {
            path: path.to_owned(),
            value: Some(printed(value)),
            constraint: format!("Member must {}", constraint.1),
        });
    }
    match (&shape.kind, value) {
        (Kind::Structure(structure), Value::Map(_)) if !structure.document => {
            for member in &structure.members {
                let path = join(path, &uncapitalised(&member.name));
                match value.get(&member.name) {
                    Some(value) => walk(service, member.shape, value, &path, found),
                    None if member.required => {
                        found.push(Breach {
                            path,
                            value: None,
                            constraint: "Member must not be null".to_owned(),
                        });
                    }
                    None => {}
                }
            }
        }
        (Kind::List { item, .. }, Value::List(items)) => {
            let scalar = service.shape(*item);
            if scalar.is_scalar() {
                whole(scalar, items.iter(), value, path, "Member must satisfy constraint", found);
            } else {
                for (index, value) in items.iter().enumerate() {
                    walk(service, *item, value, &format!("{path}.{}.member", index + 1), found);
                }
            }
        }
        (Kind::Map { key, value: item, .. }, Value::Map(entries)) => {
            let keys: Vec<Value> = entries.keys().map(Value::from).collect();
            let prefix = "Map keys must satisfy constraint";
            whole(service.shape(*key), keys.iter(), value, path, prefix, found);
            let shape = service.shape(*item);
            if shape.is_scalar() {
                whole(
                    shape,
                    entries.values(),
                    value,
                    path,
                    "Map value must satisfy constraint",
                    found,
                );
            } else {
                for (key, value) in entries {
                    walk(service, *item, value, &format!("{path}.{key}.member"), found);
                }
            }
        }
        _ => {}
    }
}

/// AWS names the whole list when one of its plain items breaks a rule, and prints all rules of the item.
fn whole<'a>(
    item: &Shape,
    mut items: impl Iterator<Item = &'a Value>,
    list: &Value,
    path: &str,
    prefix: &str,
    found: &mut Vec<Breach>,
) {
    let broken = items.find(|value| constraints(item, value).iter().any(|(broken, _)| *broken));
    if let Some(value) = broken {
        let rules: Vec<String> = constraints(item, value)
            .into_iter()
            .map(|(_, rule)| format!("Member must {rule}"))
            .collect();
        found.push(Breach {
            path: path.to_owned(),
            value: Some(printed(list)),
            constraint: format!("{prefix}: [{}]", rules.join(", ")),
        });
    }
}

/// The rules of a shape and whether this value breaks them.
fn constraints(shape: &Shape, value: &Value) -> Vec<(bool, String)> {
    let Bounds { min, max, pattern } = &shape.bounds;
    let mut rules = Vec::new();
    if let (Kind::Text { values }, Value::Text(text)) = (&shape.kind, value)
        && !values.is_empty()
    {
        let broken = !values.contains(text);
        rules.push((broken, format!("satisfy enum value set: [{}]", values.join(", "))));
        return rules;
    }
    let size = measure(value);
    let what = if matches!(value, Value::Int(_) | Value::Float(_)) { "value" } else { "length" };
    if let (Some(max), Some(size)) = (max, size) {
        rules.push((size > number(max), format!("have {what} less than or equal to {max}")));
    }
    if let (Some(min), Some(size)) = (min, size) {
        rules.push((size < number(min), format!("have {what} greater than or equal to {min}")));
    }
    if let (Some(pattern), Value::Text(text)) = (pattern, value) {
        let broken = !pattern.allows(text);
        rules.push((broken, format!("satisfy regular expression pattern: {}", pattern.source)));
    }
    rules
}

fn number(number: &serde_json::Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "lengths and bounds of the models are far below 2^53"
)]
fn measure(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Int(n) => *n as f64,
        Value::Float(x) => *x,
        Value::Text(text) => text.chars().count() as f64,
        Value::Blob(bytes) => bytes.len() as f64,
        Value::List(items) => items.len() as f64,
        Value::Map(entries) => entries.len() as f64,
        Value::Bool(_) | Value::Time(_) => return None,
    })
}

fn printed(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Int(n) | Value::Time(n) => n.to_string(),
        Value::Float(x) => x.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => {
            format!("java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", bytes.len())
        }
        Value::List(items) => {
            format!("[{}]", items.iter().map(printed).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(k, v)| format!("{k}={}", printed(v))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn uncapitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::catalog;

    fn check(service: &str, operation: &str, input: &Value, want: (&str, &str)) {
        let service = catalog::find(service).unwrap().service();
        let operation = &service.operations[operation];
        let found = breaches(service, operation.input.unwrap(), input);
        let (code, message) = refusal(service, service.protocol(), operation, &found);
        assert_eq!((code.as_str(), message.as_str()), want);
    }

    #[test]
    fn a_limit_out_of_bounds_reads_as_in_aws() {
        check(
            "logs",
            "FilterLogEvents",
            &Value::record([("limit", 10_001_i64)].map(|(k, v)| (k, Value::from(v)))),
            (
                "InvalidParameterException",
                "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: \
                 Member must have value less than or equal to 10000",
            ),
        );
    }

    #[test]
    fn a_missing_member_is_null() {
        check(
            "cloudtrail",
            "GetTrailStatus",
            &Value::empty(),
            (
                "ValidationException",
                "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
            ),
        );
    }

    #[test]
    fn a_list_of_plain_items_is_named_as_a_whole() {
        let input = Value::record([("logGroupIdentifiers", Value::list(["ok", "not ok"]))]);
        let service = catalog::find("logs").unwrap().service();
        let found = breaches(service, service.operations["StartLiveTail"].input.unwrap(), &input);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "logGroupIdentifiers");
        assert!(
            found[0]
                .constraint
                .starts_with("Member must satisfy constraint: [Member must have length")
        );
    }

    #[test]
    fn ec2_has_its_own_words() {
        let service = catalog::find("ec2").unwrap().service();
        let operation = &service.operations["CreateTags"];
        let found = breaches(service, operation.input.unwrap(), &Value::empty());
        let (code, message) = refusal(service, Protocol::Ec2, operation, &found);
        assert_eq!(code, "MissingParameter");
        assert!(message.starts_with("The request must contain the parameter "), "{message}");
    }
}
