//! FilterLogEvents: pages of matching events, interleaved by time, sometimes short or empty.

use watchdeck_pattern::Pattern;

use super::{PAGE_BYTES, bad_token, fingerprint, group, invalid, token, untoken};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::logs::Group;
use crate::world::measure::length;

/// Events looked at for one page; a sparse filter gets short or empty pages with a token, as on AWS.
const SCANNED: usize = 25_000;

pub(super) fn filter(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let names: Vec<&str> =
        input.items("logStreamNames").iter().filter_map(Value::as_text).collect();
    let prefix = input.text("logStreamNamePrefix");
    if prefix.is_some() && !names.is_empty() {
        return Err(invalid("LogStreamNamePrefix and LogStreamNames are mutually exclusive."));
    }
    let text = input.text("filterPattern").unwrap_or_default();
    let pattern = parse(text)?;
    let start = input.int("startTime").unwrap_or(0);
    let end = input.int("endTime").unwrap_or(i64::MAX);
    if start > end {
        return Err(invalid("End time should not be less than start time."));
    }
    let limit = length(input.int("limit").unwrap_or(10_000));
    let group = group(world, call)?;
    let allowed = streams(group, &names, prefix)?;
    let bound = fingerprint(&[
        &group.name,
        text,
        prefix.unwrap_or_default(),
        &names.join("\n"),
        &start.to_string(),
        &end.to_string(),
    ]);
    let from = match input.text("nextToken") {
        Some(text) => {
            let [at, seq] = untoken(text, "filter", bound).ok_or_else(bad_token)?;
            group.first_at(i64::try_from(at).unwrap_or(i64::MAX), seq)
        }
        None => group.first_at(start, 0),
    };
    let (mut events, mut bytes, mut next) = (Vec::new(), 0, None);
    for (scanned, entry) in group.entries().iter().skip(from).enumerate() {
        if entry.at > end {
            break;
        }
        if events.len() >= limit || bytes >= PAGE_BYTES || scanned >= SCANNED {
            next = Some(token("filter", bound, [u64::try_from(entry.at).unwrap_or(0), entry.seq]));
            break;
        }
        if allowed.as_ref().is_some_and(|allowed| !allowed.contains(&entry.stream)) {
            continue;
        }
        let message = entry.message();
        if pattern.as_ref().is_some_and(|pattern| !pattern.matches(&message)) {
            continue;
        }
        bytes += message.len() + 26;
        events.push(
            Value::empty()
                .with("logStreamName", group.stream_name(entry.stream))
                .with("timestamp", entry.at)
                .with("message", message)
                .with("ingestionTime", entry.ingested)
                .with("eventId", entry.id()),
        );
    }
    Ok(Value::empty()
        .with("events", events)
        .with("searchedLogStreams", Vec::new())
        .with_some("nextToken", next)
        .into())
}

/// The pattern of a text, or nothing for one that matches everything.
pub(super) fn parse(text: &str) -> Result<Option<Pattern>, ApiError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    Pattern::parse(text).map(Some).map_err(|error| invalid(error.message))
}

fn streams(
    group: &Group,
    names: &[&str],
    prefix: Option<&str>,
) -> Result<Option<Vec<usize>>, ApiError> {
    if let Some(prefix) = prefix {
        let matching = group.streams().filter(|stream| stream.name.starts_with(prefix));
        return Ok(Some(
            matching.filter_map(|stream| Some(group.stream(&stream.name)?.0)).collect(),
        ));
    }
    if names.is_empty() {
        return Ok(None);
    }
    let found: Option<Vec<usize>> =
        names.iter().map(|name| group.stream(name).map(|(at, _)| at)).collect();
    found.map(Some).ok_or_else(super::no_stream)
}
