//! Reserved concurrency of a function, provisioned concurrency of a version or alias.

use super::{Named, function, invalid, modified};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::lambda::{Function, Provisioned};

/// Concurrency of the account, and how much of it nobody may reserve.
const ACCOUNT_LIMIT: i64 = 1000;
const UNRESERVED: i64 = 100;

pub(super) fn get_reserved(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (function, _) = function(world, call)?;
    Ok(Value::empty().with_some("ReservedConcurrentExecutions", function.reserved).into())
}

pub(super) fn put_reserved(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let wanted = call.input.int("ReservedConcurrentExecutions").unwrap_or(0);
    let name = Named::of(call)?.name;
    let others: i64 = world
        .region(&call.region)
        .lambda
        .all()
        .filter(|function| function.name != name)
        .filter_map(|function| function.reserved)
        .sum();
    let (function, _) = function(world, call)?;
    if others + wanted > ACCOUNT_LIMIT - UNRESERVED {
        return Err(invalid(format!(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{UNRESERVED}]."
        )));
    }
    function.reserved = Some(wanted);
    Ok(Value::empty().with("ReservedConcurrentExecutions", wanted).into())
}

pub(super) fn delete_reserved(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (function, _) = function(world, call)?;
    function.reserved = None;
    Ok(Value::empty().into())
}

pub(super) fn get_provisioned(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (function, named) = function(world, call)?;
    let provisioned = qualifier(&named)
        .ok()
        .and_then(|qualifier| function.provisioned.get(&qualifier))
        .ok_or_else(none)?;
    Ok(show(provisioned, now).into())
}

pub(super) fn put_provisioned(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let requested = call.input.int("ProvisionedConcurrentExecutions").unwrap_or(1);
    let (function, named) = function(world, call)?;
    let qualifier = qualifier(&named)?;
    let version =
        function.qualified(Some(&qualifier)).ok_or_else(|| named.missing(&call.region))?.label();
    if function.aliases.get(&qualifier).is_some_and(|alias| !alias.weights_now(now).is_empty()) {
        return Err(invalid("Alias with weights can not be used with Provisioned Concurrency"));
    }
    if let Some(taken) = taken_by(function, &qualifier, &version) {
        return Err(invalid(format!(
            "Alias or version {taken} already has provisioned concurrency for version {version}."
        )));
    }
    if function.reserved.is_some_and(|reserved| requested > reserved) {
        return Err(invalid(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
        ));
    }
    let provisioned = Provisioned { requested, since_ms: now, modified_ms: now };
    let shown = show(&provisioned, now);
    function.provisioned.insert(qualifier, provisioned);
    Ok(shown.into())
}

pub(super) fn delete_provisioned(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (function, named) = function(world, call)?;
    let qualifier = qualifier(&named)?;
    function.qualified(Some(&qualifier)).ok_or_else(|| named.missing(&call.region))?;
    function.provisioned.remove(&qualifier); // deleting what is not there is no error
    if let Some(alias) = function.aliases.get_mut(&qualifier) {
        alias.moving = None;
    }
    Ok(Value::empty().into())
}

fn qualifier(named: &Named) -> Result<String, ApiError> {
    match named.qualifier.as_deref() {
        Some("$LATEST") | None => Err(invalid(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        )),
        Some(qualifier) => Ok(qualifier.to_owned()),
    }
}

/// A version can have only one provisioned configuration, its own or that of one alias.
fn taken_by<'a>(function: &'a Function, qualifier: &str, version: &str) -> Option<&'a str> {
    function.provisioned.keys().map(String::as_str).find(|other| {
        *other != qualifier
            && function.qualified(Some(other)).is_some_and(|other| other.label() == version)
    })
}

fn none() -> ApiError {
    ApiError::new(
        "ProvisionedConcurrencyConfigNotFoundException",
        "No Provisioned Concurrency Config found for this function",
    )
    .with("Type", "User")
}

fn show(provisioned: &Provisioned, now: i64) -> Value {
    let (allocated, status) = provisioned.allocated(now);
    Value::empty()
        .with("RequestedProvisionedConcurrentExecutions", provisioned.requested)
        .with("AllocatedProvisionedConcurrentExecutions", allocated)
        .with("AvailableProvisionedConcurrentExecutions", allocated)
        .with("Status", status)
        .with("LastModified", modified(provisioned.modified_ms))
}
