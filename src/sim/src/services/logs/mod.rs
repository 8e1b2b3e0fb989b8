//! CloudWatch Logs: groups and streams, reading them, listening to them, measuring them.

mod filter; // FilterLogEvents
mod groups; // groups and streams
mod insights; // queries of Logs Insights
mod measure; // metric filters
mod stream; // GetLogEvents, PutLogEvents
mod tail; // StartLiveTail

use super::Behaviour;
use crate::wire::call::{ApiError, Call};
use crate::world::World;
use crate::world::ids::mix_text;
use crate::world::logs::Group;

pub(crate) const OPERATIONS: &[(&str, Behaviour)] = &[
    ("CreateLogGroup", groups::create_group),
    ("CreateLogStream", groups::create_stream),
    ("DescribeLogGroups", groups::describe_groups),
    ("DescribeLogStreams", groups::describe_streams),
    ("DescribeMetricFilters", measure::describe),
    ("DescribeQueries", insights::describe),
    ("FilterLogEvents", filter::filter),
    ("GetLogEvents", stream::get),
    ("GetLogRecord", insights::record),
    ("GetQueryResults", insights::results),
    ("PutLogEvents", stream::put),
    ("PutMetricFilter", measure::put),
    ("PutRetentionPolicy", groups::put_retention),
    ("StartLiveTail", tail::start),
    ("StartQuery", insights::start),
    ("StopQuery", insights::stop),
    ("TestMetricFilter", measure::test),
];

/// A page of events ends here, in bytes of messages.
const PAGE_BYTES: usize = 1_048_576;

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterException", message)
}

fn no_group() -> ApiError {
    ApiError::new("ResourceNotFoundException", "The specified log group does not exist.")
}

fn no_stream() -> ApiError {
    ApiError::new("ResourceNotFoundException", "The specified log stream does not exist.")
}

fn bad_token() -> ApiError {
    invalid("The specified nextToken is invalid.")
}

/// The name of a group in a name or an ARN.
fn group_name(identifier: &str) -> &str {
    identifier.split_once(":log-group:").map_or(identifier, |(_, name)| name.trim_end_matches(":*"))
}

/// The group a call names, by name or by identifier but not by both.
fn group<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Group, ApiError> {
    let name = match (call.input.text("logGroupName"), call.input.text("logGroupIdentifier")) {
        (Some(name), None) => name,
        (None, Some(identifier)) => group_name(identifier),
        (Some(_), Some(_)) => {
            return Err(invalid("LogGroup name and LogGroup identifier are mutually exclusive."));
        }
        (None, None) => {
            return Err(invalid("Either logGroupName or logGroupIdentifier must be specified."));
        }
    };
    world.region(&call.region).logs.group_mut(name).ok_or_else(no_group)
}

/// A token that is only good for the request it answers.
fn token(kind: &str, fingerprint: u64, parts: [u64; 2]) -> String {
    use base64::Engine as _;
    let plain = format!("{kind}:{fingerprint:x}:{}:{}", parts[0], parts[1]);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(plain)
}

fn untoken(text: &str, kind: &str, fingerprint: u64) -> Option<[u64; 2]> {
    use base64::Engine as _;
    let plain = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let mut parts = plain.split(':');
    if parts.next()? != kind || parts.next()? != format!("{fingerprint:x}") {
        return None;
    }
    Some([parts.next()?.parse().ok()?, parts.next()?.parse().ok()?])
}

/// What a token is bound to.
fn fingerprint(parts: &[&str]) -> u64 {
    parts.iter().fold(9, |key, part| mix_text(key, part))
}

/// One page of a list by offset.
fn page<T>(
    items: Vec<T>,
    call: &Call,
    kind: &str,
    default: i64,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    let offset = match call.input.text("nextToken") {
        Some(text) => untoken(text, kind, 0).ok_or_else(bad_token)?[0],
        None => 0,
    };
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let limit = crate::world::measure::length(call.input.int("limit").unwrap_or(default));
    let more = items.len() > offset.saturating_add(limit);
    let next = more.then(|| token(kind, 0, [u64::try_from(offset + limit).unwrap_or(0), 0]));
    Ok((items.into_iter().skip(offset).take(limit).collect(), next))
}

#[cfg(test)]
mod tests;
