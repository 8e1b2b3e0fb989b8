//! Lambda: functions, versions, aliases, concurrency, event sources, invocations.

mod aliases; // where callers are sent
mod concurrency; // reserved and provisioned
mod functions; // reading and changing functions and their versions
mod invoke; // invoking by hand
mod sources; // event source mappings, policies, tags

use super::Behaviour;
use crate::wire::call::{ApiError, Call};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::action;
use crate::world::lambda::{Function, Version};
use crate::world::measure::{count, length, timestamp};
use crate::world::names::ACCOUNT;

pub(crate) const OPERATIONS: &[(&str, Behaviour)] = &[
    ("CreateAlias", aliases::create),
    ("CreateFunction", functions::create),
    ("DeleteFunctionConcurrency", concurrency::delete_reserved),
    ("DeleteProvisionedConcurrencyConfig", concurrency::delete_provisioned),
    ("GetAlias", aliases::get),
    ("GetEventSourceMapping", sources::get_mapping),
    ("GetFunction", functions::get),
    ("GetFunctionConcurrency", concurrency::get_reserved),
    ("GetFunctionConfiguration", functions::get_configuration),
    ("GetPolicy", sources::get_policy),
    ("GetProvisionedConcurrencyConfig", concurrency::get_provisioned),
    ("Invoke", invoke::invoke),
    ("ListAliases", aliases::list),
    ("ListEventSourceMappings", sources::list_mappings),
    ("ListFunctions", functions::list),
    ("ListTags", sources::list_tags),
    ("ListVersionsByFunction", functions::list_versions),
    ("PublishVersion", functions::publish),
    ("PutFunctionConcurrency", concurrency::put_reserved),
    ("PutProvisionedConcurrencyConfig", concurrency::put_provisioned),
    ("UpdateAlias", aliases::update),
    ("UpdateEventSourceMapping", sources::update_mapping),
    ("UpdateFunctionCode", functions::update_code),
    ("UpdateFunctionConfiguration", functions::update_configuration),
];

/// A function as a call names it: its name, and the qualifier that came with it.
#[derive(Debug)]
struct Named {
    name: String,
    qualifier: Option<String>,
}

impl Named {
    /// From a name, a partial ARN or an ARN, and from `Qualifier`; the two must not disagree.
    fn of(call: &Call) -> Result<Self, ApiError> {
        let text = call.input.text("FunctionName").unwrap_or_default();
        let (before, rest) = text.rsplit_once("function:").unwrap_or(("", text));
        reachable(before, call)?;
        // A partial ARN is `account:function:name`; a bare `name:qualifier` has no `function:`.
        let (name, within) = match rest.split_once(':') {
            Some((name, qualifier)) => (name, Some(qualifier)),
            None => (rest, None),
        };
        let given = call.input.text("Qualifier");
        if let (Some(within), Some(given)) = (within, given)
            && within != given
        {
            return Err(invalid(
                "The derived qualifier from the function name does not match the specified qualifier.",
            ));
        }
        let qualifier = given.or(within).map(str::to_owned);
        Ok(Self { name: name.to_owned(), qualifier })
    }

    fn arn(&self, region: &str) -> String {
        let resource = match &self.qualifier {
            Some(qualifier) => format!("function:{}:{qualifier}", self.name),
            None => format!("function:{}", self.name),
        };
        crate::world::names::arn("lambda", region, &resource)
    }

    fn missing(&self, region: &str) -> ApiError {
        not_found(format!("Function not found: {}", self.arn(region)))
    }
}

/// Refuses what stands before `function:` if it is an account or a region other than the caller's.
fn reachable(before: &str, call: &Call) -> Result<(), ApiError> {
    let mut parts = before.trim_end_matches(':').rsplit(':');
    let account = parts.next().unwrap_or_default();
    let region = parts.next().unwrap_or(&call.region);
    if !account.is_empty() && account != ACCOUNT {
        return Err(ApiError::new(
            "AccessDeniedException",
            format!(
                "User: {} is not authorized to perform: {} on resource: {} because no resource-based policy allows the {} action",
                call.caller.arn,
                action::of(call),
                call.input.text("FunctionName").unwrap_or_default(),
                action::of(call)
            ),
        ));
    }
    if region != call.region {
        return Err(not_found(format!(
            "Functions from '{region}' are not reachable in this region ('{}')",
            call.region
        )));
    }
    Ok(())
}

/// The function a call names.
fn function<'a>(world: &'a mut World, call: &Call) -> Result<(&'a mut Function, Named), ApiError> {
    let named = Named::of(call)?;
    match world.region(&call.region).lambda.get_mut(&named.name) {
        Some(function) => Ok((function, named)),
        None => Err(Named { name: named.name, qualifier: None }.missing(&call.region)),
    }
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValueException", message).with("Type", "User")
}

fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceNotFoundException", message).with("Type", "User")
}

fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new("ResourceConflictException", message).with("Type", "User")
}

/// The refusal of a revision that is no longer the latest.
fn stale() -> ApiError {
    ApiError::new(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    )
    .with("Type", "User")
}

/// `2026-11-22T06:15:28.000+0000`, as Lambda writes it.
fn modified(ms: i64) -> String {
    timestamp(ms, "%Y-%m-%dT%H:%M:%S.%3f+0000")
}

/// One page of a list; Lambda's markers are opaque.
fn page<T>(items: Vec<T>, call: &Call, most: i64) -> Result<(Vec<T>, Option<String>), ApiError> {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::STANDARD;
    let offset = match call.input.text("Marker") {
        Some(marker) => engine
            .decode(marker)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.strip_prefix(&format!("{}/", call.operation))?.parse().ok())
            .ok_or_else(|| invalid("Invalid request provided: Invalid pagination token"))?,
        None => 0_usize,
    };
    // A page holds fifty at most, whatever the caller allows.
    let limit = length(call.input.int("MaxItems").unwrap_or(most).clamp(1, most));
    let more = items.len() > offset.saturating_add(limit);
    let next = more.then(|| engine.encode(format!("{}/{}", call.operation, offset + limit)));
    Ok((items.into_iter().skip(offset).take(limit).collect(), next))
}

/// A version as every operation shows it.
fn configuration(
    function: &Function,
    version: &Version,
    qualifier: Option<&str>,
    call: &Call,
    now: i64,
) -> Value {
    let label = version.label();
    let arn = match (version.number, qualifier) {
        (Some(_), _) => function.arn(&call.region, Some(&label)),
        (None, Some(qualifier)) => function.arn(&call.region, Some(qualifier)),
        (None, None) => function.arn(&call.region, None),
    };
    let settling = version.is_settling(now);
    let (state, update) = match (version.number, settling) {
        (Some(_), true) => ("Pending", "Successful"),
        (None, true) => ("Active", "InProgress"),
        (_, false) => ("Active", "Successful"),
    };
    let pending = state == "Pending";
    let environment = (!version.environment.is_empty()).then(|| {
        let variables = version.environment.iter().map(|(k, v)| (k.clone(), Value::from(v)));
        Value::empty().with("Variables", Value::record(variables))
    });
    Value::empty()
        .with("FunctionName", &function.name)
        .with("FunctionArn", arn)
        .with("Version", label)
        .with("Description", &version.description)
        .with("Runtime", &version.runtime)
        .with("Handler", &version.handler)
        .with("Role", &version.role)
        .with("CodeSize", version.code_size)
        .with("CodeSha256", &version.code_sha)
        .with("ConfigSha256", &version.config_sha)
        .with("Timeout", version.timeout)
        .with("MemorySize", version.memory)
        .with("LastModified", modified(version.modified_ms))
        .with("RevisionId", &version.revision)
        .with("State", state)
        .with_some("StateReason", pending.then_some("The function is being created."))
        .with_some("StateReasonCode", pending.then_some("Creating"))
        .with("LastUpdateStatus", update)
        .with("PackageType", "Zip")
        .with("Architectures", Value::list(["arm64"]))
        .with("TracingConfig", Value::empty().with("Mode", "Active"))
        .with("EphemeralStorage", Value::empty().with("Size", 512_i64))
        .with("SnapStart", Value::empty().with("ApplyOn", "None").with("OptimizationStatus", "Off"))
        .with(
            "LoggingConfig",
            Value::empty()
                .with("LogFormat", "Text")
                .with("LogGroup", format!("/aws/lambda/{}", function.name)),
        )
        .with_some("Environment", environment)
        .with_some(
            "DeadLetterConfig",
            version.dead_letters.as_ref().map(|arn| Value::empty().with("TargetArn", arn)),
        )
}

/// A number as the answer wants it.
fn number(n: usize) -> i64 {
    count(n)
}

#[cfg(test)]
mod tests;
