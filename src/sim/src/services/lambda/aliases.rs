//! Aliases: where callers are sent, changed only against the revision one has seen.

use std::collections::BTreeMap;

use super::{Named, conflict, function, invalid, not_found, page, stale};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::lambda::{Alias, Function};

pub(super) fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (function, named) = function(world, call)?;
    let name = call.input.text("Name").unwrap_or_default();
    let alias = function.aliases.get(name).ok_or_else(|| no_alias(&named, name, call))?;
    Ok(show(function, alias, call, now).into())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (function, _) = function(world, call)?;
    let wanted = call.input.text("FunctionVersion");
    let aliases: Vec<Value> = function
        .aliases
        .values()
        .filter(|alias| {
            wanted.is_none_or(|version| {
                alias.version == version || alias.weights_now(now).contains_key(version)
            })
        })
        .map(|alias| show(function, alias, call, now))
        .collect();
    let (aliases, next) = page(aliases, call, 50)?;
    Ok(Value::empty().with("Aliases", aliases).with_some("NextMarker", next).into())
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, seed) = (world.now(), world.seed());
    let revision = world.region(&call.region).lambda.revision(seed);
    let (function, named) = function(world, call)?;
    let name = call.input.text("Name").unwrap_or_default().to_owned();
    named_well(&name)?;
    if function.aliases.contains_key(&name) {
        return Err(conflict(format!(
            "Alias already exists: {}",
            Named { name: named.name, qualifier: Some(name) }.arn(&call.region)
        )));
    }
    let version = call.input.text("FunctionVersion").unwrap_or_default().to_owned();
    let weights = weights(call).unwrap_or_default();
    check(function, &version, &weights, call)?;
    let alias = Alias {
        name: name.clone(),
        description: call.input.text("Description").unwrap_or_default().to_owned(),
        version,
        weights,
        revision,
        moving: None,
    };
    let shown = show(function, &alias, call, now);
    function.aliases.insert(name, alias);
    Ok(shown.into())
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, seed) = (world.now(), world.seed());
    let fresh = world.region(&call.region).lambda.revision(seed);
    let (function, named) = function(world, call)?;
    let name = call.input.text("Name").unwrap_or_default();
    let mut alias =
        function.aliases.get(name).cloned().ok_or_else(|| no_alias(&named, name, call))?;
    if call.input.text("RevisionId").is_some_and(|seen| seen != alias.revision) {
        return Err(stale());
    }
    let before = alias.version.clone();
    if let Some(version) = call.input.text("FunctionVersion") {
        version.clone_into(&mut alias.version);
    }
    // Without a RoutingConfig the old weights stay, even if the new version is among them.
    if let Some(weights) = weights(call) {
        alias.weights = weights;
    }
    check(function, &alias.version, &alias.weights, call)?;
    if let Some(description) = call.input.text("Description") {
        description.clone_into(&mut alias.description);
    }
    if alias.version != before {
        // Provisioned concurrency has to move to the new version first; until it has, the old one serves.
        alias.moving = None;
        if let Some(provisioned) = function.provisioned.get_mut(name) {
            provisioned.since_ms = now;
            alias.moving = Some((before, now));
        }
    }
    alias.revision = fresh;
    let shown = show(function, &alias, call, now);
    function.aliases.insert(name.to_owned(), alias);
    Ok(shown.into())
}

/// The weights a call gives, if it gives a routing configuration.
fn weights(call: &Call) -> Option<BTreeMap<String, f64>> {
    let routing = call.input.get("RoutingConfig")?;
    let weights = routing.get("AdditionalVersionWeights").and_then(Value::as_map);
    let names =
        weights.map(|weights| weights.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let weights = routing.get("AdditionalVersionWeights")?;
    Some(names.into_iter().filter_map(|name| Some((name.clone(), weights.float(&name)?))).collect())
        .or_else(|| Some(BTreeMap::new()))
}

/// The rules of an alias: versions that exist, one weighted version beside the first, alike in role and dead letters.
fn check(
    function: &Function,
    version: &str,
    weights: &BTreeMap<String, f64>,
    call: &Call,
) -> Result<(), ApiError> {
    let find = |label: &str| {
        function.version(label).ok_or_else(|| {
            not_found(format!("Function not found: {}", function.arn(&call.region, Some(label))))
        })
    };
    let first = find(version)?;
    if weights.len() > 1 {
        return Err(invalid(
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ));
    }
    for (label, weight) in weights {
        if label == version {
            return Err(invalid(format!(
                "Function version {label} is already included in routing configuration."
            )));
        }
        if label == "$LATEST" || version == "$LATEST" {
            return Err(invalid(
                "$LATEST is not supported for an alias pointing to more than 1 version",
            ));
        }
        if !(0.0..=1.0).contains(weight) {
            return Err(invalid(format!(
                "Invalid value for additional version weight: {weight}. It must be between 0.0 and 1.0"
            )));
        }
        let second = find(label)?;
        if second.role != first.role {
            return Err(invalid(
                "Function versions in a routing configuration must have the same execution role.",
            ));
        }
        if second.dead_letters != first.dead_letters {
            return Err(invalid(
                "Function versions in a routing configuration must have the same dead-letter queue configuration.",
            ));
        }
    }
    Ok(())
}

/// An alias's name must not look like a version.
fn named_well(name: &str) -> Result<(), ApiError> {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ApiError::new(
            "ValidationException",
            format!(
                "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"
            ),
        ));
    }
    Ok(())
}

fn no_alias(named: &Named, name: &str, call: &Call) -> ApiError {
    let named = Named { name: named.name.clone(), qualifier: Some(name.to_owned()) };
    not_found(format!("Cannot find alias arn: {}", named.arn(&call.region)))
}

fn show(function: &Function, alias: &Alias, call: &Call, now: i64) -> Value {
    let weights = alias.weights_now(now);
    let routing = (!weights.is_empty()).then(|| {
        let weights = weights.into_iter().map(|(label, weight)| (label, Value::from(weight)));
        Value::empty().with("AdditionalVersionWeights", Value::record(weights))
    });
    Value::empty()
        .with("AliasArn", function.arn(&call.region, Some(&alias.name)))
        .with("Name", &alias.name)
        .with("FunctionVersion", &alias.version)
        .with("Description", &alias.description)
        .with_some("RoutingConfig", routing)
        .with("RevisionId", &alias.revision)
}
