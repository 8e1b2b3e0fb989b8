//! One log stream: GetLogEvents and PutLogEvents.

use super::{PAGE_BYTES, bad_token, fingerprint, group, invalid, no_stream, token, untoken};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::logs::{Body, Entry};
use crate::world::measure::{count, length};

const HOUR: i64 = 3_600_000;

/// Reads a stream forward or backward; at either end the token returned is the token sent.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let name = input.text("logStreamName").unwrap_or_default();
    let start = input.int("startTime").unwrap_or(0);
    let end = input.int("endTime").unwrap_or(i64::MAX); // exclusive, unlike in FilterLogEvents
    let limit = length(input.int("limit").unwrap_or(10_000));
    let group = group(world, call)?;
    let (stream, _) = group.stream(name).ok_or_else(no_stream)?;
    let bound = fingerprint(&[&group.name, name]);
    let inside = |entry: &&Entry| entry.stream == stream && entry.at >= start && entry.at < end;
    let (forward, position) = match input.text("nextToken") {
        Some(text) => {
            let (kind, rest) = text.split_once('/').ok_or_else(bad_token)?;
            let position = untoken(rest, kind, bound).ok_or_else(bad_token)?;
            match kind {
                "f" => (true, Some(position)),
                "b" => (false, Some(position)),
                _ => return Err(bad_token()),
            }
        }
        None => (input.bool("startFromHead").unwrap_or(false), None),
    };
    let place = |entry: &Entry| [u64::try_from(entry.at).unwrap_or(0), entry.seq];
    let index = |[at, seq]: [u64; 2]| group.first_at(i64::try_from(at).unwrap_or(i64::MAX), seq);
    let entries = group.entries();
    let mut bytes = 0;
    let mut room = |entry: &&Entry| {
        bytes += entry.message().len() + 26;
        bytes <= PAGE_BYTES
    };
    let found: Vec<&Entry> = if forward {
        // A forward token names the last event seen.
        let from = position.map_or(0, |[at, seq]| index([at, seq.saturating_add(1)]));
        entries.iter().skip(from).filter(inside).take(limit).take_while(&mut room).collect()
    } else {
        let to = position.map_or(entries.len(), index);
        let mut found: Vec<_> = entries
            .iter()
            .take(to)
            .rev()
            .filter(inside)
            .take(limit)
            .take_while(&mut room)
            .collect();
        found.reverse();
        found
    };
    let at_rest = position.unwrap_or([u64::try_from(start).unwrap_or(0), 0]);
    let first = found.first().map_or(at_rest, |entry| place(entry));
    let last = found.last().map_or(at_rest, |entry| place(entry));
    let events: Vec<Value> = found
        .iter()
        .map(|entry| {
            Value::empty()
                .with("timestamp", entry.at)
                .with("message", entry.message())
                .with("ingestionTime", entry.ingested)
        })
        .collect();
    Ok(Value::empty()
        .with("events", events)
        .with("nextForwardToken", format!("f/{}", token("f", bound, last)))
        .with("nextBackwardToken", format!("b/{}", token("b", bound, first)))
        .into())
}

/// Writes a batch: in order, within 24 hours, neither too old nor too new.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let input = &call.input;
    let stream = input.text("logStreamName").unwrap_or_default().to_owned();
    let group = group(world, call)?;
    if group.stream(&stream).is_none() {
        return Err(no_stream());
    }
    let name = group.name.clone();
    let oldest = now - group.retention_days.map_or(14, |days| days.min(14)) * 24 * HOUR;
    let events: Vec<(i64, &str)> = input
        .items("logEvents")
        .iter()
        .filter_map(|event| Some((event.int("timestamp")?, event.text("message")?)))
        .collect();
    if !events.is_sorted_by_key(|(at, _)| *at) {
        return Err(invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    if let (Some((first, _)), Some((last, _))) = (events.first(), events.last())
        && last - first > 24 * HOUR
    {
        return Err(invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    let bytes: usize = events.iter().map(|(_, message)| message.len() + 26).sum();
    if bytes > PAGE_BYTES {
        return Err(invalid(format!(
            "Upload too large: {bytes} bytes exceeds limit of {PAGE_BYTES}"
        )));
    }
    let old = events.iter().take_while(|(at, _)| *at < oldest).count();
    let fresh = events.iter().take_while(|(at, _)| *at <= now + 2 * HOUR).count();
    let logs = &mut world.region(&call.region).logs;
    let place = logs.place(&name, &stream, now);
    for (at, message) in events.iter().take(fresh).skip(old) {
        logs.put(place, *at, now, Body::Text((*message).into()));
    }
    let rejected = (old > 0 || fresh < events.len()).then(|| {
        Value::empty()
            .with_some("tooOldLogEventEndIndex", (old > 0).then(|| count(old)))
            .with_some("tooNewLogEventStartIndex", (fresh < events.len()).then(|| count(fresh)))
    });
    Ok(Value::empty()
        .with("nextSequenceToken", format!("4904{now:052}"))
        .with_some("rejectedLogEventsInfo", rejected)
        .into())
}
