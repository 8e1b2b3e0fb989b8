//! Log groups and streams: making them, listing them.

use super::{bad_token, group, group_name, invalid, no_group, page};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::logs::{Group, Stream};
use crate::world::names::arn;

const RETENTIONS: [i64; 23] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653, 0,
];

pub(super) fn create_group(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = call.input.text("logGroupName").unwrap_or_default();
    if name.starts_with("aws/") {
        return Err(invalid("Log groups starting with AWS/ are reserved for AWS."));
    }
    let now = world.now();
    let logs = &mut world.region(&call.region).logs;
    if !logs.create_group(name, now) {
        return Err(ApiError::new(
            "ResourceAlreadyExistsException",
            "The specified log group already exists",
        ));
    }
    if let (Some(group), Some(class)) = (logs.group_mut(name), call.input.text("logGroupClass")) {
        class.clone_into(&mut group.class);
    }
    Ok(Value::empty().into())
}

pub(super) fn create_stream(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let name = call.input.text("logStreamName").unwrap_or_default().to_owned();
    let group = group(world, call)?;
    if group.stream(&name).is_some() {
        return Err(ApiError::new(
            "ResourceAlreadyExistsException",
            "The specified log stream already exists",
        ));
    }
    group.open(&name, now);
    Ok(Value::empty().into())
}

pub(super) fn put_retention(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let days = call.input.int("retentionInDays").unwrap_or(0);
    if days == 0 || !RETENTIONS.contains(&days) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]"
        )));
    }
    group(world, call)?.retention_days = Some(days);
    Ok(Value::empty().into())
}

pub(super) fn describe_groups(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let (prefix, part) = (input.text("logGroupNamePrefix"), input.text("logGroupNamePattern"));
    if prefix.is_some() && part.is_some() {
        return Err(invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let wanted: Vec<&str> = input
        .items("logGroupIdentifiers")
        .iter()
        .filter_map(Value::as_text)
        .map(group_name)
        .collect();
    let part = part.map(str::to_ascii_lowercase);
    let groups: Vec<Value> = world
        .region(&call.region)
        .logs
        .groups()
        .filter(|group| {
            prefix.is_none_or(|prefix| group.name.starts_with(prefix))
                && part.as_ref().is_none_or(|part| group.name.to_ascii_lowercase().contains(part))
                && (wanted.is_empty() || wanted.contains(&group.name.as_str()))
                && input.text("logGroupClass").is_none_or(|class| class == group.class)
        })
        .map(|group| show_group(group, &call.region))
        .collect();
    let (groups, next) = page(groups, call, "groups", 50)?;
    Ok(Value::empty().with("logGroups", groups).with_some("nextToken", next).into())
}

pub(super) fn describe_streams(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let by_time = input.text("orderBy") == Some("LastEventTime");
    let prefix = input.text("logStreamNamePrefix");
    if by_time && prefix.is_some() {
        return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let region = call.region.clone();
    let group = group(world, call)?;
    let mut streams: Vec<&Stream> = group
        .streams()
        .filter(|stream| prefix.is_none_or(|prefix| stream.name.starts_with(prefix)))
        .collect();
    if by_time {
        streams.sort_by_key(|stream| stream.last_ms);
    }
    if input.bool("descending") == Some(true) {
        streams.reverse();
    }
    let streams: Vec<Value> =
        streams.into_iter().map(|stream| show_stream(group, stream, &region)).collect();
    let (streams, next) = page(streams, call, "streams", 50).map_err(|_| bad_token())?;
    Ok(Value::empty().with("logStreams", streams).with_some("nextToken", next).into())
}

fn show_group(group: &Group, region: &str) -> Value {
    let bare = arn("logs", region, &format!("log-group:{}", group.name));
    Value::empty()
        .with("logGroupName", &group.name)
        .with("creationTime", group.created_ms)
        .with_some("retentionInDays", group.retention_days)
        .with("metricFilterCount", crate::world::measure::count(group.filters.len()))
        .with("arn", format!("{bare}:*"))
        .with("logGroupArn", bare)
        .with("storedBytes", group.bytes)
        .with("logGroupClass", &group.class)
}

fn show_stream(group: &Group, stream: &Stream, region: &str) -> Value {
    let resource = format!("log-group:{}:log-stream:{}", group.name, stream.name);
    Value::empty()
        .with("logStreamName", &stream.name)
        .with("creationTime", stream.created_ms)
        .with_some("firstEventTimestamp", stream.first_ms)
        .with_some("lastEventTimestamp", stream.last_ms)
        .with_some("lastIngestionTime", stream.ingested_ms)
        .with("uploadSequenceToken", format!("4904{:052}", stream.created_ms))
        .with("arn", arn("logs", region, &resource))
        .with("storedBytes", 0_i64)
}

/// The group of a name or ARN, for those that only read.
pub(super) fn known<'a>(
    world: &'a mut World,
    region: &str,
    identifier: &str,
) -> Result<&'a Group, ApiError> {
    world.region(region).logs.group(group_name(identifier)).ok_or_else(no_group)
}
