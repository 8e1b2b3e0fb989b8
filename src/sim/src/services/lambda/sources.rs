//! Who calls a function: event source mappings and the resource policy; and its tags.

use super::{Named, function, invalid, not_found, page};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::lambda::Mapping;
use crate::world::names::{ACCOUNT, ALIAS, arn};

pub(super) fn list_mappings(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let wanted = match call.input.text("FunctionName") {
        Some(_) => Some(function(world, call)?.1),
        None => None,
    };
    let source = call.input.text("EventSourceArn");
    let mappings: Vec<Value> = world
        .region(&call.region)
        .lambda
        .mappings
        .iter()
        .filter(|mapping| {
            wanted.as_ref().is_none_or(|named| {
                named.name == mapping.function
                    && named.qualifier.as_deref().is_none_or(|qualifier| qualifier == ALIAS)
            }) && source.is_none_or(|source| source == mapping.source)
        })
        .map(|mapping| show(mapping, call, now))
        .collect();
    let (mappings, next) = page(mappings, call, 100)?;
    Ok(Value::empty().with("EventSourceMappings", mappings).with_some("NextMarker", next).into())
}

pub(super) fn get_mapping(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let mapping = mapping(world, call)?;
    Ok(show(mapping, call, now).into())
}

pub(super) fn update_mapping(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let mapping = mapping(world, call)?;
    if matches!(mapping.state(now), "Enabling" | "Disabling") {
        return Err(ApiError::new(
            "ResourceInUseException",
            "Cannot update the event source mapping because it is in use.",
        )
        .with("Type", "User"));
    }
    if let Some(enabled) = call.input.bool("Enabled")
        && enabled != mapping.enabled
    {
        mapping.enabled = enabled;
        mapping.changed_ms = now;
    }
    mapping.changed_by_user = true;
    mapping.batch = call.input.int("BatchSize").unwrap_or(mapping.batch);
    mapping.window_s = call.input.int("MaximumBatchingWindowInSeconds").unwrap_or(mapping.window_s);
    Ok(show(mapping, call, now).into())
}

fn mapping<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Mapping, ApiError> {
    let uuid = call.input.text("UUID").unwrap_or_default();
    world
        .region(&call.region)
        .lambda
        .mappings
        .iter_mut()
        .find(|mapping| mapping.uuid == uuid)
        .ok_or_else(|| not_found("The resource you requested does not exist."))
}

fn show(mapping: &Mapping, call: &Call, now: i64) -> Value {
    let function = arn("lambda", &call.region, &format!("function:{}:{ALIAS}", mapping.function));
    let reason = if mapping.changed_by_user { "USER_INITIATED" } else { "User action" };
    Value::empty()
        .with("UUID", &mapping.uuid)
        .with(
            "EventSourceMappingArn",
            arn("lambda", &call.region, &format!("event-source-mapping:{}", mapping.uuid)),
        )
        .with("EventSourceArn", &mapping.source)
        .with("FunctionArn", function)
        .with("BatchSize", mapping.batch)
        .with("MaximumBatchingWindowInSeconds", mapping.window_s)
        .with("FunctionResponseTypes", Value::list(["ReportBatchItemFailures"]))
        .with("State", mapping.state(now))
        .with("StateTransitionReason", reason)
        .with("LastModified", Value::Time(mapping.modified_ms(now)))
}

pub(super) fn get_policy(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (function, named) = function(world, call)?;
    let version = function
        .qualified(named.qualifier.as_deref())
        .ok_or_else(|| named.missing(&call.region))?;
    let statements: Vec<serde_json::Value> = function
        .callers
        .iter()
        .filter(|caller| caller.qualifier == named.qualifier)
        .map(|caller| {
            serde_json::json!({
                "Sid": caller.sid,
                "Effect": "Allow",
                "Principal": { "Service": caller.service },
                "Action": "lambda:InvokeFunction",
                "Resource": function.arn(&call.region, caller.qualifier.as_deref()),
                "Condition": { "ArnLike": { "AWS:SourceArn": caller.source } },
            })
        })
        .collect();
    if statements.is_empty() {
        return Err(not_found("The resource you requested does not exist."));
    }
    let policy =
        serde_json::json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements });
    Ok(Value::empty()
        .with("Policy", policy.to_string())
        .with("RevisionId", &version.revision)
        .into())
}

pub(super) fn list_tags(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let resource = call.input.text("Resource").unwrap_or_default();
    let (_, name) = resource
        .rsplit_once("function:")
        .ok_or_else(|| invalid(format!("{resource} is not a function of account {ACCOUNT}")))?;
    if name.contains(':') {
        return Err(invalid(
            "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        ));
    }
    let missing = Named { name: name.to_owned(), qualifier: None }.missing(&call.region);
    let function = world.region(&call.region).lambda.get(name).ok_or(missing)?;
    let tags = function.tags.iter().map(|(key, value)| (key.clone(), Value::from(value)));
    Ok(Value::empty().with("Tags", Value::record(tags)).into())
}
