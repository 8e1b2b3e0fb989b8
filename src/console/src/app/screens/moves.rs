//! Alias moves, read from CloudTrail: when an alias came to point at which version, and by whom.

use serde::Serialize;
use serde_json::Value;
use watchdeck_domain::trail::TrailEvent;
use watchdeck_domain::{AliasName, FunctionName, Printable, Timestamp, Version};

/// One move of one alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// When.
    pub at: Timestamp,
    /// The alias.
    pub alias: AliasName,
    /// To which version; nothing when only its weights or description changed.
    pub version: Option<Version>,
    /// By whom.
    pub by: Printable,
    /// AWS's error code; empty when it went through.
    pub error: Printable,
}

/// The names under which CloudTrail records a move: they carry the date of the API.
const NAMES: [&str; 2] = ["UpdateAlias", "CreateAlias"];

/// The moves of one function's aliases among CloudTrail events, the newest first.
pub fn moves(events: &[TrailEvent], function: &FunctionName) -> Vec<Move> {
    let mut moves: Vec<Move> = events.iter().filter_map(|event| read(event, function)).collect();
    moves.sort_by_key(|one| std::cmp::Reverse(one.at));
    moves
}

fn read(event: &TrailEvent, function: &FunctionName) -> Option<Move> {
    if !NAMES.iter().any(|name| event.name.starts_with(name)) {
        return None;
    }
    let record: Value = serde_json::from_str(&event.record).ok()?;
    let request = record.get("requestParameters")?;
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    // A function is named plainly, or by its ARN, with or without a qualifier.
    let named = text("functionName")?;
    let plain = named.split(":function:").last()?.split(':').next()?;
    if plain != function.as_str() {
        return None;
    }
    Some(Move {
        at: event.at,
        alias: AliasName::parse(text("name")?).ok()?,
        version: text("functionVersion").and_then(|version| Version::parse(version).ok()),
        by: Printable::new(event.user.clone()),
        error: Printable::new(event.error.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, record: &str) -> TrailEvent {
        TrailEvent {
            id: "e".into(),
            at: Timestamp::from_millis(1),
            name: name.into(),
            source: "lambda.amazonaws.com".into(),
            user: "ci-deploy".into(),
            error: String::new(),
            read_only: false,
            request_id: "q".into(),
            record: record.into(),
        }
    }

    #[test]
    fn moves_are_read_whatever_form_the_function_is_named_in() {
        let function = FunctionName::parse("orders-writer").unwrap();
        let record = |name: &str| {
            format!(
                r#"{{"requestParameters":{{"functionName":"{name}","name":"live","functionVersion":"42"}}}}"#
            )
        };
        let events = [
            event("UpdateAlias20150331", &record("orders-writer")),
            event(
                "UpdateAlias20150331",
                &record("arn:aws:lambda:eu-central-1:123456784021:function:orders-writer"),
            ),
            event("UpdateAlias20150331", &record("orders-reader")),
            event("UpdateFunctionCode20150331v2", &record("orders-writer")),
            event("UpdateAlias20150331", "not json"),
        ];
        let moves = moves(&events, &function);
        assert_eq!(moves.len(), 2);
        assert_eq!(moves[0].version.as_ref().map(Version::as_str), Some("42"));
        assert_eq!(moves[0].by.as_str(), "ci-deploy");
    }
}
