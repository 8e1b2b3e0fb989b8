//! Parameters of several ids: typed between commas, each another, and no more than one plan may change.

use serde_json::Value;
use watchdeck_domain::{FindingId, IdError, ThreatId};

/// The most findings of Security Hub that one plan may set: two calls of a hundred.
const MOST_FINDINGS: usize = 200;

/// The most findings of `GuardDuty` that one plan may archive: AWS takes no more in a call.
const MOST_THREATS: usize = 50;

/// A typed text as a list: as the JSON that it is, else the ids between commas.
pub(crate) fn read(text: &str, json: Option<Value>) -> Value {
    let ids = || text.split(',').map(str::trim).filter(|id| !id.is_empty());
    json.filter(Value::is_array).unwrap_or_else(|| ids().map(Value::from).collect())
}

/// Why a value is no list of findings of Security Hub.
pub(crate) fn findings_fault(value: &Value) -> Option<String> {
    fault(value, MOST_FINDINGS, |id| FindingId::parse(id).map(drop))
}

/// Why a value is no list of findings of `GuardDuty`.
pub(crate) fn threats_fault(value: &Value) -> Option<String> {
    fault(value, MOST_THREATS, |id| ThreatId::parse(id).map(drop))
}

/// Why a value is no list of so many different ids at the most.
fn fault(
    value: &Value,
    most: usize,
    parse: impl Fn(&str) -> Result<(), IdError>,
) -> Option<String> {
    let Some(items) = value.as_array() else { return Some("it is not a list".into()) };
    if items.is_empty() || items.len() > most {
        return Some(format!("1 to {most} may be named, and these are {}", items.len()));
    }
    let twice =
        items.iter().enumerate().find(|(at, id)| items.iter().take(*at).any(|it| it == *id));
    if let Some((_, id)) = twice {
        return Some(format!("{id} is named twice"));
    }
    items.iter().find_map(|item| match item.as_str() {
        None => Some(format!("{item} is not a text")),
        Some(id) => parse(id).err().map(|error| error.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn gd10_a_plan_sets_two_hundred_findings_at_the_most_and_archives_fifty() {
        let ids = |count: usize| (0..count).map(|n| json!(format!("{n:032x}"))).collect();
        for (fault, most) in
            [(findings_fault as fn(&Value) -> Option<String>, 200), (threats_fault, 50)]
        {
            assert_eq!(fault(&ids(most)), None);
            let said = fault(&ids(most + 1)).unwrap();
            assert!(said.contains(&format!("1 to {most}")), "{said}");
        }
    }

    #[test]
    fn findings_are_typed_between_commas_or_as_a_list() {
        let read = |text: &str| read(text, serde_json::from_str(text).ok());
        assert_eq!(read(" a/1, b 2 ,"), json!(["a/1", "b 2"]));
        assert_eq!(read(r#"["a,1"]"#), json!(["a,1"]));
    }
}
