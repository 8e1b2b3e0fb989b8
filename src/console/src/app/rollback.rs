//! From a function to the proposal of a rollback. Nothing here changes the account: it ends in a plan's question.

use std::collections::BTreeMap;

use watchdeck_domain::{AliasName, FunctionName, Version};

use super::screens::functions::Row;
use super::screens::targets::Targets;
use super::shell::{Overlay, Screen, Tone};
use super::{Effect, Model, perform};

/// The runbook of the rollback.
const RUNBOOK: &str = "lambda.rollback";

/// Goes to one function.
pub(super) fn show_function(model: &mut Model, argument: &str) -> Vec<Effect> {
    match FunctionName::parse(argument) {
        Ok(name) => perform::show(model, Screen::Function(name)),
        Err(error) => {
            model.shell.say(Tone::Bad, format!("{error}; write `:function NAME`"));
            Vec::new()
        }
    }
}

/// Proposes a rollback: of what was typed, or of what the cursor is on.
pub(super) fn propose(model: &mut Model, argument: &str) -> Vec<Effect> {
    let words: Vec<&str> = argument.split_whitespace().collect();
    match words.as_slice() {
        [] => propose_here(model),
        [function, alias] => typed(model, function, alias, None),
        [function, alias, version] => typed(model, function, alias, Some(version)),
        [_] | [_, _, _, _, ..] => {
            model.shell.say(Tone::Bad, "write `:rollback FUNCTION ALIAS [VERSION]`");
            Vec::new()
        }
    }
}

fn typed(model: &mut Model, function: &str, alias: &str, version: Option<&str>) -> Vec<Effect> {
    let parsed = FunctionName::parse(function).and_then(|function| {
        let version = version.map(Version::parse).transpose()?;
        Ok((function, AliasName::parse(alias)?, version))
    });
    match parsed {
        Ok((function, alias, version)) => wish(model, &function, &alias, version.as_ref()),
        Err(error) => {
            model.shell.say(Tone::Bad, error.to_string());
            Vec::new()
        }
    }
}

fn propose_here(model: &mut Model) -> Vec<Effect> {
    let Screen::Function(function) = model.shell.screen.clone() else {
        model.shell.say(
            Tone::Plain,
            "open a function first, or write `:rollback FUNCTION ALIAS [VERSION]`",
        );
        return Vec::new();
    };
    let Some(details) = model.functions.details.get(&function) else { return Vec::new() };
    let Some(alias) = details.alias().cloned() else {
        model.shell.say(Tone::Plain, "choose an alias first: it is what can be rolled back");
        return Vec::new();
    };
    if let Some(Row::Version(config)) = details.chosen()
        && config.version.is_published()
        && config.version != alias.version
    {
        let version = config.version.clone();
        return wish(model, &function, &alias.name, Some(&version));
    }
    let versions = details.versions.rows().iter().map(|config| config.version.clone());
    let versions = versions.filter(|version| version.is_published() && *version != alias.version);
    model.shell.overlay = Some(Overlay::Targets(Targets {
        versions: versions.collect(),
        function,
        alias: alias.name,
        now: Some(alias.version),
        cursor: super::cursor::Cursor::default(),
    }));
    Vec::new()
}

/// Proposes the rollback to the chosen version.
pub(super) fn choose(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Targets(targets)) = model.shell.overlay.take() else { return Vec::new() };
    let version = targets.chosen().cloned();
    wish(model, &targets.function, &targets.alias, version.as_ref())
}

fn wish(
    model: &mut Model,
    function: &FunctionName,
    alias: &AliasName,
    version: Option<&Version>,
) -> Vec<Effect> {
    if model.plan.waits(model.now) {
        model
            .shell
            .say(Tone::Bad, "another plan waits for its answer: answer or withdraw it first");
        return perform::show(model, Screen::Plan);
    }
    let mut parameters = BTreeMap::from([
        ("function".to_owned(), function.to_string()),
        ("alias".to_owned(), alias.to_string()),
    ]);
    let to = match version {
        Some(version) => {
            parameters.insert("version".to_owned(), version.to_string());
            format!("version {version}")
        }
        None => "the last known good version".to_owned(),
    };
    model.plan.wish(format!("roll {function}:{alias} back to {to}"), model.now);
    let mut effects = perform::show(model, Screen::Plan);
    effects.push(Effect::Propose { runbook: RUNBOOK.to_owned(), parameters });
    effects
}
