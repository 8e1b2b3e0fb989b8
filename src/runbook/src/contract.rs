//! The operation contract: what AWS asks of each call that a runbook may speak of, as data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::Value;
use watchdeck_domain::MutationClass;
use watchdeck_guard::Risk;

/// Where the table comes from stands in the `NOTICE` beside it.
const TEXT: &str = include_str!("../contract/operations.json");

/// The operations by `service:Operation`. Empty if the table were no table, which a test rules out.
static OPERATIONS: LazyLock<BTreeMap<String, Operation>> =
    LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());

/// One operation that changes something.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operation {
    /// What makes a repeat of it safe.
    pub(crate) class: MutationClass,
    /// The member that does: the lock, the token, the name, the target.
    #[serde(default)]
    pub(crate) by: Option<String>,
    /// The least risk that a runbook with it may claim.
    pub(crate) floor: Risk,
    /// The IAM actions: its own first, then those that it may need beside it.
    pub(crate) allow: Vec<String>,
    /// Its members.
    pub(crate) members: BTreeMap<String, Member>,
}

impl Operation {
    /// What makes a repeat of it safe, where `gives` tells the members that are given.
    pub(crate) fn class_with(&self, gives: impl Fn(&str) -> bool) -> MutationClass {
        let mut members = self.members.iter();
        let other = members.find_map(|(name, member)| member.class.filter(|_| gives(name)));
        other.unwrap_or(self.class)
    }
}

/// One member of an operation's input.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    /// `string`, `integer`, `list`, `structure`, ...
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Whether AWS refuses the call without it.
    #[serde(default)]
    pub(crate) required: bool,
    /// The least value, or the fewest characters or items.
    #[serde(default)]
    min: Option<f64>,
    /// The greatest value, or the most characters or items.
    #[serde(default)]
    pub(crate) max: Option<f64>,
    /// What a text must be like, whole.
    #[serde(default)]
    pub(crate) pattern: Option<String>,
    /// What it must not be like.
    #[serde(default)]
    not: Option<String>,
    /// Whether AWS never shows it again.
    #[serde(default)]
    pub(crate) sensitive: bool,
    /// What the operation is of where this is given: `ModifyDBInstance` sets, but a rotation it begins.
    #[serde(default)]
    class: Option<MutationClass>,
    /// The values that there are.
    #[serde(default, rename = "enum")]
    pub(crate) values: Vec<String>,
}

/// The operation of this name: `lambda:UpdateAlias`.
pub(crate) fn operation(name: &str) -> Option<&'static Operation> {
    OPERATIONS.get(name)
}

/// The operations of a service, for a hint.
pub(crate) fn operations_of(service: &str) -> Vec<&'static str> {
    let of = |name: &&String| name.split(':').next() == Some(service);
    OPERATIONS.keys().filter(of).map(String::as_str).collect()
}

impl Member {
    /// Why AWS would refuse `value` here; nothing when it would not.
    pub(crate) fn fault(&self, value: &Value) -> Option<String> {
        match value {
            Value::String(text) => self.text_fault(text),
            Value::Number(number) => {
                if self.kind == "string" {
                    return Some("it must be a text".into());
                }
                self.size_fault(number.as_f64().unwrap_or(f64::NAN), "")
            }
            Value::Array(items) => {
                if self.kind != "list" {
                    return Some(format!("it must be a {}", self.kind));
                }
                self.size_fault(count(items.len()), " items")
            }
            Value::Bool(_) if self.kind != "boolean" => Some(format!("it must be a {}", self.kind)),
            Value::Object(_) if !["structure", "map"].contains(&self.kind.as_str()) => {
                Some(format!("it must be a {}", self.kind))
            }
            Value::Bool(_) | Value::Object(_) | Value::Null => None,
        }
    }

    fn text_fault(&self, text: &str) -> Option<String> {
        if !["string", "timestamp", "blob"].contains(&self.kind.as_str()) {
            return Some(format!("it must be a {}", self.kind));
        }
        if !self.values.is_empty() && !self.values.iter().any(|value| value == text) {
            return Some(format!("`{text}` is none of {}", self.values.join(", ")));
        }
        if let Some(pattern) = self.pattern.as_deref().filter(|pattern| !is_like(pattern, text)) {
            return Some(format!("`{text}` is not like `{pattern}`"));
        }
        if let Some(not) = self.not.as_deref().filter(|not| is_like(not, text)) {
            return Some(format!("`{text}` must not be like `{not}`"));
        }
        self.size_fault(count(text.chars().count()), " characters")
    }

    fn size_fault(&self, size: f64, unit: &str) -> Option<String> {
        if let Some(min) = self.min.filter(|min| size < *min) {
            return Some(format!("{size}{unit} are less than the {min} that AWS wants"));
        }
        let max = self.max.filter(|max| size > *max)?;
        Some(format!("{size}{unit} are more than the {max} that AWS takes"))
    }
}

#[expect(clippy::cast_precision_loss, reason = "the length of a text in a file")]
fn count(length: usize) -> f64 {
    length as f64
}

/// Whether the whole text is like the pattern. A pattern that cannot be tried refuses nothing; a test knows them all.
pub(crate) fn is_like(pattern: &str, text: &str) -> bool {
    whole(pattern).is_none_or(|regex| regex.is_match(text))
}

/// The pattern as one of whole texts; nothing when it is none.
pub(crate) fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_is_whole_and_every_pattern_can_be_tried() {
        let operations: BTreeMap<String, Operation> = serde_json::from_str(TEXT).unwrap();
        assert!(operations.len() > 90);
        for (name, operation) in &operations {
            for (member, it) in &operation.members {
                for pattern in it.pattern.iter().chain(&it.not) {
                    assert!(whole(pattern).is_some(), "{name} {member} {pattern}");
                }
            }
            if let Some(by) = &operation.by {
                assert!(operation.members.contains_key(by), "{name} has no member {by}");
            }
            assert!(!operation.allow.is_empty(), "{name}");
        }
    }

    #[test]
    fn what_aws_would_refuse_is_known_before() {
        let member = |name: &str, member: &str| operation(name).unwrap().members[member].clone();
        let alias = member("lambda:UpdateAlias", "Name");
        assert_eq!(alias.fault(&json!("live")), None);
        for bad in [json!("123"), json!("a b"), json!(""), json!(3), json!("x".repeat(129))] {
            assert!(alias.fault(&bad).is_some(), "{bad}");
        }
        let direction = member("codepipeline:DisableStageTransition", "transitionType");
        assert_eq!(direction.fault(&json!("Inbound")), None);
        assert!(direction.fault(&json!("inbound")).is_some());
        let concurrency = member("lambda:PutFunctionConcurrency", "ReservedConcurrentExecutions");
        assert!(concurrency.fault(&json!(-1)).is_some());
        assert_eq!(concurrency.fault(&json!(0)), None);
    }
}
