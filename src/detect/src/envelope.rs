//! A record inside of what LookupEvents and EventBridge make of it.

use serde_json::Value;

/// The record that such a text holds; nothing where it is none.
pub(crate) fn opened(text: &str) -> Option<String> {
    let mut outer: Value = serde_json::from_str(text).ok()?;
    match outer.get_mut("CloudTrailEvent") {
        Some(Value::String(record)) => return Some(std::mem::take(record)),
        Some(
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_),
        )
        | None => {}
    }
    let detail = outer.get("detail")?;
    detail.get("eventName").map(|_| detail.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_inside_is_found() {
        let check = |text: &str, wanted: Option<&str>| {
            assert_eq!(opened(text).as_deref(), wanted, "{text}");
        };
        check(
            r#"{"EventId":"1","CloudTrailEvent":"{\"eventName\":\"A\"}"}"#,
            Some(r#"{"eventName":"A"}"#),
        );
        check(r#"{"source":"aws.iam","detail":{"eventName":"A"}}"#, Some(r#"{"eventName":"A"}"#));
        check(r#"{"detail":{"a":1}}"#, None);
        check(r#"{"CloudTrailEvent":1}"#, None);
        check("x", None);
    }
}
