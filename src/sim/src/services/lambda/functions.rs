//! Functions and their versions: reading, changing `$LATEST`, publishing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{configuration, conflict, function, invalid, not_found, page, stale};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::ids::{hex, mix_text};
use crate::world::lambda::{Function, Version, active_by, sha, updated_by};
use crate::world::names::ACCOUNT;
use crate::world::story::Character;

pub(super) fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let all = call.input.text("FunctionVersion") == Some("ALL");
    let mut functions = Vec::new();
    for function in world.region(&call.region).lambda.all() {
        functions.push(configuration(
            function,
            &function.latest,
            all.then_some("$LATEST"),
            call,
            now,
        ));
        if all {
            functions.extend(
                function
                    .versions
                    .values()
                    .map(|version| configuration(function, version, None, call, now)),
            );
        }
    }
    let (functions, next) = page(functions, call, 50)?;
    Ok(Value::empty().with("Functions", functions).with_some("NextMarker", next).into())
}

pub(super) fn list_versions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (function, _) = function(world, call)?;
    let latest = configuration(function, &function.latest, Some("$LATEST"), call, now);
    let versions = std::iter::once(latest)
        .chain(
            function
                .versions
                .values()
                .map(|version| configuration(function, version, None, call, now)),
        )
        .collect();
    let (versions, next) = page(versions, call, 50)?;
    Ok(Value::empty().with("Versions", versions).with_some("NextMarker", next).into())
}

pub(super) fn get_configuration(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (function, named) = function(world, call)?;
    let qualifier = named.qualifier.as_deref();
    let version = function.qualified(qualifier).ok_or_else(|| named.missing(&call.region))?;
    Ok(through(function, version, qualifier, call, now).into())
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (function, named) = function(world, call)?;
    let qualifier = named.qualifier.as_deref();
    let version = function.qualified(qualifier).ok_or_else(|| named.missing(&call.region))?;
    let tags = function.tags.iter().map(|(key, value)| (key.clone(), Value::from(value)));
    let location = format!(
        "https://awslambda-{region}-tasks.s3.{region}.amazonaws.com/snapshots/{ACCOUNT}/{}-{}",
        function.name,
        hex(mix_text(5, &version.code_sha), 32),
        region = call.region,
    );
    let reserved = function
        .reserved
        .map(|reserved| Value::empty().with("ReservedConcurrentExecutions", reserved));
    Ok(Value::empty()
        .with("Configuration", through(function, version, qualifier, call, now))
        .with("Code", Value::empty().with("RepositoryType", "S3").with("Location", location))
        .with("Tags", Value::record(tags))
        .with_some("Concurrency", reserved)
        .into())
}

/// A version seen through a qualifier: its ARN is the one that was asked for.
fn through(
    function: &Function,
    version: &Version,
    qualifier: Option<&str>,
    call: &Call,
    now: i64,
) -> Value {
    let shown = configuration(function, version, qualifier, call, now);
    match qualifier {
        Some(qualifier) => shown.with("FunctionArn", function.arn(&call.region, Some(qualifier))),
        None => shown,
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, seed) = (world.now(), world.seed());
    let input = &call.input;
    let lambda = &mut world.region(&call.region).lambda;
    let name = input.text("FunctionName").unwrap_or_default();
    let name = name.rsplit_once("function:").map_or(name, |(_, name)| name).to_owned();
    if lambda.get(&name).is_some() {
        return Err(conflict(format!("Function already exist: {name}")));
    }
    let revision = lambda.revision(seed);
    let zip = input.text("PackageType") != Some("Image");
    if zip && (input.text("Runtime").is_none() || input.text("Handler").is_none()) {
        return Err(invalid(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        ));
    }
    let tags = input.get("Tags").and_then(Value::as_map).into_iter().flatten();
    let latest = Version {
        number: None,
        description: input.text("Description").unwrap_or_default().to_owned(),
        code_sha: code_sha(input.get("Code")),
        config_sha: hex(mix_text(seed, &name), 64),
        code_size: 1024,
        runtime: input.text("Runtime").unwrap_or("nodejs22.x").to_owned(),
        handler: input.text("Handler").unwrap_or("index.handler").to_owned(),
        role: input.text("Role").unwrap_or_default().to_owned(),
        dead_letters: dead_letters(input),
        memory: input.int("MemorySize").unwrap_or(128),
        timeout: input.int("Timeout").unwrap_or(3),
        environment: variables(input).unwrap_or_default(),
        modified_ms: now,
        settled_ms: updated_by(now),
        revision,
        character: Arc::new(Character::default()),
    };
    lambda.add(Function {
        name: name.clone(),
        latest,
        versions: BTreeMap::new(),
        next: 1,
        aliases: BTreeMap::new(),
        reserved: None,
        provisioned: BTreeMap::new(),
        tags: tags
            .filter_map(|(key, value)| Some((key.clone(), value.as_text()?.to_owned())))
            .collect(),
        callers: Vec::new(),
    });
    let function = lambda.get(&name).ok_or_else(|| not_found("the function was not made"))?;
    Ok(configuration(function, &function.latest, None, call, now).into())
}

pub(super) fn update_code(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, seed) = (world.now(), world.seed());
    let fresh = world.region(&call.region).lambda.revision(seed);
    let (function, _) = function(world, call)?;
    settled(function, call, now)?;
    let input = &call.input;
    let sources = [input.get("ZipFile"), input.get("S3Bucket"), input.get("ImageUri")];
    if sources.iter().flatten().count() != 1 {
        return Err(invalid(
            "Please provide exactly one source for the function code: ZipFile, S3Bucket or ImageUri.",
        ));
    }
    let mut latest = function.latest.clone();
    latest.code_sha = code_sha(Some(input));
    latest.modified_ms = now;
    latest.settled_ms = updated_by(now);
    latest.revision = fresh;
    if input.bool("DryRun") == Some(true) {
        return Ok(configuration(function, &latest, None, call, now).into());
    }
    function.latest = latest;
    if input.bool("Publish") == Some(true) {
        return publish_latest(world, call, None);
    }
    Ok(configuration(function, &function.latest, None, call, now).into())
}

pub(super) fn update_configuration(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, seed) = (world.now(), world.seed());
    let fresh = world.region(&call.region).lambda.revision(seed);
    let (function, _) = function(world, call)?;
    settled(function, call, now)?;
    let (input, latest) = (&call.input, &mut function.latest);
    for (member, field) in [
        ("Description", &mut latest.description),
        ("Handler", &mut latest.handler),
        ("Role", &mut latest.role),
        ("Runtime", &mut latest.runtime),
    ] {
        if let Some(text) = input.text(member) {
            text.clone_into(field);
        }
    }
    latest.memory = input.int("MemorySize").unwrap_or(latest.memory);
    latest.timeout = input.int("Timeout").unwrap_or(latest.timeout);
    if let Some(variables) = variables(input) {
        latest.environment = variables;
    }
    if input.get("DeadLetterConfig").is_some() {
        latest.dead_letters = dead_letters(input);
    }
    latest.modified_ms = now;
    latest.settled_ms = updated_by(now);
    latest.config_sha = hex(mix_text(mix_text(3, &latest.config_sha), &fresh), 64);
    latest.revision = fresh;
    Ok(configuration(function, &function.latest, None, call, now).into())
}

pub(super) fn publish(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (function, _) = function(world, call)?;
    settled(function, call, now)?;
    if call.input.text("CodeSha256").is_some_and(|sha| sha != function.latest.code_sha) {
        return Err(invalid(format!(
            "CodeSHA256 ({}) is different from current CodeSHA256 in $LATEST ({}). Please try again with the CodeSHA256 in $LATEST.",
            call.input.text("CodeSha256").unwrap_or_default(),
            function.latest.code_sha
        )));
    }
    publish_latest(world, call, call.input.text("Description"))
}

/// Publishes `$LATEST`, or gives the newest version again if nothing has changed since.
fn publish_latest(
    world: &mut World,
    call: &Call,
    description: Option<&str>,
) -> Result<Reply, ApiError> {
    let (now, seed) = (world.now(), world.seed());
    let fresh = world.region(&call.region).lambda.revision(seed);
    let (function, _) = function(world, call)?;
    let newest = function.versions.values().next_back();
    if let Some(same) = newest.filter(|newest| {
        newest.code_sha == function.latest.code_sha
            && newest.config_sha == function.latest.config_sha
    }) {
        return Ok(configuration(function, same, None, call, now).into());
    }
    let number = function.next;
    let mut version = function.latest.clone();
    version.number = Some(number);
    version.modified_ms = now;
    version.settled_ms = active_by(now);
    version.revision = fresh;
    if let Some(description) = description {
        description.clone_into(&mut version.description);
    }
    let shown = configuration(function, &version, None, call, now);
    function.versions.insert(number, version);
    function.next += 1;
    Ok(shown.into())
}

/// `$LATEST` may be changed only when its last change is done, and only against the revision one has seen.
fn settled(function: &Function, call: &Call, now: i64) -> Result<(), ApiError> {
    if call.input.text("RevisionId").is_some_and(|seen| seen != function.latest.revision) {
        return Err(stale());
    }
    if function.latest.is_settling(now) {
        return Err(conflict(format!(
            "The operation cannot be performed at this time. An update is in progress for resource: {}",
            function.arn(&call.region, None)
        )));
    }
    Ok(())
}

fn code_sha(code: Option<&Value>) -> String {
    let Some(code) = code else { return sha(0) };
    let blob = match code.get("ZipFile") {
        Some(Value::Blob(bytes)) => {
            bytes.iter().fold(17, |key, byte| crate::world::ids::mix(key, u64::from(*byte)))
        }
        _ => 18,
    };
    let members = ["S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri"];
    sha(members
        .iter()
        .fold(blob, |key, member| mix_text(key, code.text(member).unwrap_or_default())))
}

fn dead_letters(input: &Value) -> Option<String> {
    let target = input.get("DeadLetterConfig")?.text("TargetArn")?;
    (!target.is_empty()).then(|| target.to_owned())
}

fn variables(input: &Value) -> Option<BTreeMap<String, String>> {
    let variables = input.get("Environment")?.get("Variables")?.as_map()?;
    Some(
        variables
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.as_text()?.to_owned())))
            .collect(),
    )
}
