//! Lambda: functions, versions, aliases, and who calls them.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use std::collections::BTreeMap;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{
    AliasRoutingConfiguration, ProvisionedConcurrencyStatusEnum, Runtime, State,
};
use watchdeck_domain::function::{
    Alias, Caller, EventSource, Function, ProvisionedConcurrency, VersionConfig, VersionState,
};
use watchdeck_domain::reading::{
    AliasOf, Aliases, Callers, EventSourceOf, EventSources, Provisioned, ReadFailure,
    ReservedConcurrency, VersionOf, Versions,
};
use watchdeck_domain::{AliasName, FunctionName, ReadError, RevisionId, Version};

use super::{Pages, count, instant, one_or_many, plain, said};
use crate::rejection::{malformed, read_error};

pub(super) async fn functions(client: &Client) -> Result<Vec<Function>, ReadError> {
    const CALL: &str = "lambda:ListFunctions";
    let mut functions = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_functions()
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        for one in page.functions() {
            let Ok(name) = FunctionName::parse(plain(one.function_name())) else {
                tracing::warn!(
                    name = one.function_name(),
                    "a function without a usable name is left out"
                );
                continue;
            };
            functions.push(Function {
                name,
                runtime: plain(one.runtime().map(Runtime::as_str)),
                last_modified: plain(one.last_modified()),
                memory_mb: count(one.memory_size()),
                timeout_s: count(one.timeout()),
            });
        }
        if !pages.turn(CALL, page.next_marker())? {
            return Ok(functions);
        }
    }
}

/// Two SDK types with the same members: one element of a list, and an answer of its own.
macro_rules! version_config {
    ($call:expr, $function:expr, $sent:expr) => {{
        let sent = $sent;
        let version =
            Version::parse(plain(sent.version())).map_err(|e| malformed($call, e.to_string()))?;
        VersionConfig {
            function: $function.clone(),
            version,
            description: plain(sent.description()),
            code_sha256: plain(sent.code_sha256()),
            config_sha256: said(sent.config_sha256()),
            role: plain(sent.role()),
            runtime: plain(sent.runtime().map(Runtime::as_str)),
            dead_letter: plain(sent.dead_letter_config().and_then(|config| config.target_arn())),
            state: state(sent.state().map(State::as_str)),
            state_reason: plain(sent.state_reason()),
            last_modified: plain(sent.last_modified()),
            revision: sent.revision_id().and_then(|id| RevisionId::parse(id).ok()),
            timeout_s: count(sent.timeout()),
        }
    }};
}

pub(super) async fn versions(
    client: &Client,
    ask: Versions,
) -> Result<Vec<VersionConfig>, ReadError> {
    const CALL: &str = "lambda:ListVersionsByFunction";
    let mut versions = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_versions_by_function()
            .function_name(ask.function.as_str())
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        for one in page.versions() {
            versions.push(version_config!(CALL, ask.function, one));
        }
        if !pages.turn(CALL, page.next_marker())? {
            return Ok(versions);
        }
    }
}

pub(super) async fn version(client: &Client, ask: VersionOf) -> Result<VersionConfig, ReadError> {
    const CALL: &str = "lambda:GetFunctionConfiguration";
    let answer = client
        .get_function_configuration()
        .function_name(ask.function.as_str())
        .qualifier(ask.version.as_str())
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    Ok(version_config!(CALL, ask.function, &answer))
}

fn state(text: Option<&str>) -> VersionState {
    match text.unwrap_or_default() {
        "" => VersionState::Unsaid,
        "Pending" => VersionState::Pending,
        "Active" => VersionState::Active,
        "Inactive" => VersionState::Inactive,
        "Failed" => VersionState::Failed,
        other => VersionState::Other(other.to_owned()),
    }
}

/// The members of an alias, wherever they come from.
struct Sent<'a> {
    name: Option<&'a str>,
    version: Option<&'a str>,
    routing: Option<&'a AliasRoutingConfiguration>,
    description: Option<&'a str>,
    revision: Option<&'a str>,
    arn: Option<&'a str>,
}

impl Sent<'_> {
    fn alias(self, call: &str, function: &FunctionName) -> Result<Alias, ReadError> {
        let bad = |e: watchdeck_domain::IdError| malformed(call, e.to_string());
        Ok(Alias {
            function: function.clone(),
            name: AliasName::parse(plain(self.name)).map_err(bad)?,
            version: Version::parse(plain(self.version)).map_err(bad)?,
            weights: weights(self.routing),
            description: plain(self.description),
            revision: RevisionId::parse(plain(self.revision)).map_err(bad)?,
            arn: plain(self.arn),
        })
    }
}

fn weights(routing: Option<&AliasRoutingConfiguration>) -> BTreeMap<String, f64> {
    routing
        .and_then(AliasRoutingConfiguration::additional_version_weights)
        .map(|weights| weights.iter().map(|(version, weight)| (version.clone(), *weight)).collect())
        .unwrap_or_default()
}

pub(super) async fn aliases(client: &Client, ask: Aliases) -> Result<Vec<Alias>, ReadError> {
    const CALL: &str = "lambda:ListAliases";
    let mut aliases = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_aliases()
            .function_name(ask.function.as_str())
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        for one in page.aliases() {
            let sent = Sent {
                name: one.name(),
                version: one.function_version(),
                routing: one.routing_config(),
                description: one.description(),
                revision: one.revision_id(),
                arn: one.alias_arn(),
            };
            aliases.push(sent.alias(CALL, &ask.function)?);
        }
        if !pages.turn(CALL, page.next_marker())? {
            return Ok(aliases);
        }
    }
}

pub(super) async fn alias(client: &Client, ask: AliasOf) -> Result<Alias, ReadError> {
    const CALL: &str = "lambda:GetAlias";
    let answer = client
        .get_alias()
        .function_name(ask.function.as_str())
        .name(ask.alias.as_str())
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let sent = Sent {
        name: answer.name(),
        version: answer.function_version(),
        routing: answer.routing_config(),
        description: answer.description(),
        revision: answer.revision_id(),
        arn: answer.alias_arn(),
    };
    sent.alias(CALL, &ask.function)
}

pub(super) async fn reserved(
    client: &Client,
    ask: ReservedConcurrency,
) -> Result<Option<u32>, ReadError> {
    let answer = client
        .get_function_concurrency()
        .function_name(ask.function.as_str())
        .send()
        .await
        .map_err(|e| read_error("lambda:GetFunctionConcurrency", &e))?;
    // Zero is an answer: it stops the function.
    Ok(answer.reserved_concurrent_executions().and_then(|number| u32::try_from(number).ok()))
}

pub(super) async fn provisioned(
    client: &Client,
    ask: Provisioned,
) -> Result<Option<ProvisionedConcurrency>, ReadError> {
    let asked = client
        .get_provisioned_concurrency_config()
        .function_name(ask.function.as_str())
        .qualifier(ask.alias.as_str())
        .send()
        .await;
    let answer = match asked {
        Ok(answer) => answer,
        Err(error) => {
            let error = read_error("lambda:GetProvisionedConcurrencyConfig", &error);
            let none = error.code == "ProvisionedConcurrencyConfigNotFoundException";
            return if none { Ok(None) } else { Err(error) };
        }
    };
    Ok(Some(ProvisionedConcurrency {
        status: plain(answer.status().map(ProvisionedConcurrencyStatusEnum::as_str)),
        requested: count(answer.requested_provisioned_concurrent_executions()),
        available: count(answer.available_provisioned_concurrent_executions()),
    }))
}

/// Two SDK types with the same members: one element of a list, and an answer of its own.
macro_rules! event_source {
    ($sent:expr) => {{
        let sent = $sent;
        EventSource {
            uuid: plain(sent.uuid()),
            source_arn: plain(sent.event_source_arn()),
            function_arn: plain(sent.function_arn()),
            state: plain(sent.state()),
            modified: instant(sent.last_modified()),
        }
    }};
}

pub(super) async fn event_sources(
    client: &Client,
    ask: EventSources,
) -> Result<Vec<EventSource>, ReadError> {
    const CALL: &str = "lambda:ListEventSourceMappings";
    let mut sources = Vec::new();
    let mut pages = Pages::default();
    loop {
        // Not narrowed by function: whether that finds mappings of its aliases and versions, AWS does not say.
        let page = client
            .list_event_source_mappings()
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        for one in page.event_source_mappings() {
            let source = event_source!(one);
            if source.function() == Some(ask.function.as_str()) {
                sources.push(source);
            }
        }
        if !pages.turn(CALL, page.next_marker())? {
            return Ok(sources);
        }
    }
}

pub(super) async fn event_source(
    client: &Client,
    ask: EventSourceOf,
) -> Result<EventSource, ReadError> {
    let answer = client
        .get_event_source_mapping()
        .uuid(ask.uuid)
        .send()
        .await
        .map_err(|e| read_error("lambda:GetEventSourceMapping", &e))?;
    Ok(event_source!(answer))
}

pub(super) async fn callers(client: &Client, ask: Callers) -> Result<Vec<Caller>, ReadError> {
    const CALL: &str = "lambda:GetPolicy";
    let asked = client
        .get_policy()
        .function_name(ask.function.as_str())
        .set_qualifier(ask.alias.map(String::from))
        .send()
        .await;
    let answer = match asked {
        Ok(answer) => answer,
        Err(error) => {
            let error = read_error(CALL, &error);
            // The same code says that there is no policy and that there is no function.
            let none = error.failure == ReadFailure::Missing
                && !error.message.to_ascii_lowercase().contains("function not found");
            return if none { Ok(Vec::new()) } else { Err(error) };
        }
    };
    let Some(text) = said(answer.policy()) else { return Ok(Vec::new()) };
    let policy: serde_json::Value =
        serde_json::from_str(&text).map_err(|e| malformed(CALL, format!("the policy: {e}")))?;
    let statements = one_or_many(policy.get("Statement"));
    Ok(statements.into_iter().map(caller).collect())
}

fn caller(statement: &serde_json::Value) -> Caller {
    let text = |value: Option<&serde_json::Value>| {
        value.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let principal = match statement.get("Principal") {
        Some(serde_json::Value::Object(kinds)) => {
            let named = kinds.values().flat_map(|kind| one_or_many(Some(kind)));
            named.filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", ")
        }
        other => text(other),
    };
    Caller {
        statement: text(statement.get("Sid")),
        principal,
        source_arn: source_arn(statement.get("Condition")),
        resource: text(statement.get("Resource")),
    }
}

/// The source a statement is narrowed to, under whichever operator and spelling of the key.
fn source_arn(condition: Option<&serde_json::Value>) -> String {
    let operators = condition.and_then(serde_json::Value::as_object);
    operators
        .into_iter()
        .flat_map(serde_json::Map::values)
        .filter_map(serde_json::Value::as_object)
        .flatten()
        .find(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"))
        .and_then(|(_, value)| one_or_many(Some(value)).into_iter().find_map(|v| v.as_str()))
        .unwrap_or_default()
        .to_owned()
}
