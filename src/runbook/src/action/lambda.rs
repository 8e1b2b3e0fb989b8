//! Functions: aliases, event sources, concurrency.

use std::collections::BTreeMap;

use serde::Deserialize;
use watchdeck_domain::change::{
    Kind as _, PointAlias, ProvisionConcurrency, ReserveConcurrency, SwitchSource,
};
use watchdeck_domain::function::Alias;
use watchdeck_domain::reading::{AliasOf, EventSourceOf, Provisioned, ReservedConcurrency};
use watchdeck_domain::{AliasName, FunctionName, Version};
use watchdeck_guard::{Step, left_by, mark};

use super::{Action, Ground, Lock, Made, Members, may, must};
use crate::compile::CompileError;

/// `UpdateAlias`.
pub(super) static POINT_ALIAS: Action = Action {
    name: "point-alias",
    operation: "lambda:UpdateAlias",
    members: &[
        must("function", "FunctionName"),
        must("alias", "Name"),
        must("version", "FunctionVersion"),
        may("weights", "RoutingConfig"),
        must("deed", "Description"),
        must("revision", "RevisionId"),
    ],
    lock: Some("revision"),
    compile: |members, ground| Box::pin(point_alias(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PointAliasWith {
    function: FunctionName,
    alias: AliasName,
    version: Version,
    #[serde(default)]
    weights: BTreeMap<String, f64>,
    /// What was done, in the past tense: it goes into the alias's description with the run's id.
    deed: String,
    revision: Lock,
}

async fn point_alias(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let PointAliasWith { function, alias, version, weights, deed, revision } = members.read()?;
    let read = ground.look(AliasOf { function: function.clone(), alias: alias.clone() }).await?;
    let original = read.description.clone();
    let there = match revision {
        Lock::AsRead => read,
        Lock::AsLeft => left(read, ground.before)?,
    };
    let back = PointAlias {
        function: function.clone(),
        alias: alias.clone(),
        version: there.version,
        weights: there.weights,
        description: there.description.clone(),
        revision: there.revision.clone(),
    };
    let change = PointAlias {
        function,
        alias,
        version,
        weights,
        description: mark(&deed, ground.run, &original),
        revision: there.revision,
    };
    Ok((change.into(), Some(back.into())))
}

/// The alias as the step before on it leaves it.
fn left(read: Alias, before: &[Step]) -> Result<Alias, CompileError> {
    let no = |what: String| CompileError::new(what, "say `revision = \"as-read\"`");
    let ours = |point: &&PointAlias| point.function == read.function && point.alias == read.name;
    let made = before.iter().rev().find_map(|step| {
        let point = PointAlias::of(&step.change).filter(ours)?;
        Some((&step.id, point))
    });
    let (step, point) = made
        .ok_or_else(|| no(format!("no step before changes {} of {}", read.name, read.function)))?;
    let PointAlias { version, weights, description, .. } = point.clone();
    let revision = left_by(step).map_err(|error| no(error.to_string()))?;
    Ok(Alias { version, weights, description, revision, ..read })
}

/// `UpdateEventSourceMapping`.
pub(super) static SWITCH_SOURCE: Action = Action {
    name: "switch-source",
    operation: "lambda:UpdateEventSourceMapping",
    members: &[
        must("function", "FunctionName"),
        must("source", "UUID"),
        must("enabled", "Enabled"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(switch_source(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SwitchSourceWith {
    function: FunctionName,
    /// The mapping's id.
    source: String,
    enabled: bool,
}

async fn switch_source(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let SwitchSourceWith { function, source, enabled } = members.read()?;
    let there = ground.look(EventSourceOf { uuid: source.clone() }).await?;
    let change = SwitchSource {
        function,
        uuid: source,
        source: there.source().to_owned(),
        enabled,
        seen: there.modified,
    };
    let back = SwitchSource { enabled: there.heading().unwrap_or(!enabled), ..change.clone() };
    Ok((change.into(), Some(back.into())))
}

/// `PutFunctionConcurrency`; undone where nothing was reserved, `DeleteFunctionConcurrency`.
pub(super) static RESERVE_CONCURRENCY: Action = Action {
    name: "reserve-concurrency",
    operation: "lambda:PutFunctionConcurrency",
    members: &[must("function", "FunctionName"), must("reserved", "ReservedConcurrentExecutions")],
    lock: None,
    compile: |members, ground| Box::pin(reserve_concurrency(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReserveConcurrencyWith {
    function: FunctionName,
    /// Nothing, where an undo puts back what was there and nothing was.
    reserved: Option<u32>,
}

async fn reserve_concurrency(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ReserveConcurrencyWith { function, reserved } = members.read()?;
    let before = ground.look(ReservedConcurrency { function: function.clone() }).await?;
    let back =
        ReserveConcurrency { function: function.clone(), reserved: before, before: reserved };
    let change = ReserveConcurrency { function, reserved, before };
    Ok((change.into(), Some(back.into())))
}

/// `PutProvisionedConcurrencyConfig`; undone where there was none, `DeleteProvisionedConcurrencyConfig`.
pub(super) static PROVISION_CONCURRENCY: Action = Action {
    name: "provision-concurrency",
    operation: "lambda:PutProvisionedConcurrencyConfig",
    members: &[
        must("function", "FunctionName"),
        must("alias", "Qualifier"),
        must("provisioned", "ProvisionedConcurrentExecutions"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(provision_concurrency(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvisionConcurrencyWith {
    function: FunctionName,
    alias: AliasName,
    /// Nothing, where an undo puts back what was there and nothing was.
    provisioned: Option<u32>,
}

async fn provision_concurrency(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ProvisionConcurrencyWith { function, alias, provisioned } = members.read()?;
    let of = Provisioned { function: function.clone(), alias: alias.clone() };
    let before = ground.look(of).await?.map(|there| there.requested);
    let back = ProvisionConcurrency {
        function: function.clone(),
        alias: alias.clone(),
        provisioned: before,
        before: provisioned,
    };
    let change = ProvisionConcurrency { function, alias, provisioned, before };
    Ok((change.into(), Some(back.into())))
}
