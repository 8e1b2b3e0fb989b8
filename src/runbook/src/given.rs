//! What is given for the parameters of a runbook: made whole, held against its types, turned into what it stands for.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use watchdeck_domain::{RunId, Timestamp};

use crate::compile::CompileError;
use crate::format::Runbook;
use crate::param::{Param, ParamType, Params, seconds};
use crate::{resolve, template};

/// The given values with the defaults filled in, each of its type; nothing missing, nothing too much. Instants and lengths of
/// time become what they stand for.
pub(crate) fn complete(
    runbook: &Runbook,
    given: Params,
    now: Timestamp,
) -> Result<Params, CompileError> {
    let (mut out, told) = (Params::new(), given.clone());
    let mut given = given;
    for (name, param) in runbook.all_params() {
        let value = given.remove(&name).or_else(|| param.default.clone()).ok_or_else(|| {
            CompileError::new(
                format!("runbook `{}` needs the parameter `{name}`", runbook.id),
                format!(
                    "give it: {}",
                    template::fill(&param.help, &told).unwrap_or(param.help.clone())
                ),
            )
        })?;
        if let Some(fault) = param.fault(&value) {
            return Err(CompileError::new(
                format!("parameter `{name}`: {fault}"),
                param.help.clone(),
            ));
        }
        out.insert(name.clone(), meant(&name, &param, value, now)?);
    }
    match given.into_keys().next() {
        Some(name) => Err(CompileError::new(
            format!("runbook `{}` has no parameter `{name}`", runbook.id),
            format!("it has: {}", runbook.all_params().into_keys().collect::<Vec<_>>().join(", ")),
        )),
        None => Ok(out),
    }
}

/// What a value stands for.
fn meant(name: &str, param: &Param, value: Value, now: Timestamp) -> Result<Value, CompileError> {
    match (param.kind, value.as_str()) {
        (ParamType::Instant, Some(text)) => {
            let moment = resolve::moment(text, now).map_err(|error| {
                CompileError::new(format!("parameter `{name}`: {error}"), error.hint())
            })?;
            Ok(Value::String(moment.at.to_string()))
        }
        (ParamType::Duration, _) => Ok(json!(seconds(&value))),
        _ => Ok(value),
    }
}

/// What every instant fills besides its own place: `{at_ms}` in milliseconds, and `{at_reads}` as it reads where it was meant,
/// with what should be known of it.
pub(crate) fn instants(runbook: &Runbook, given: &Params, now: Timestamp) -> Params {
    let mut out = Params::new();
    for (name, param) in runbook.params.iter().filter(|(_, it)| it.kind == ParamType::Instant) {
        let text = given.get(name).or(param.default.as_ref()).and_then(Value::as_str);
        let Some(moment) = text.and_then(|text| resolve::moment(text, now).ok()) else { continue };
        let note = moment.note.map(|note| format!(" ({note})")).unwrap_or_default();
        out.insert(format!("{name}_ms"), json!(moment.at));
        out.insert(format!("{name}_reads"), json!(format!("{}{note}", moment.reads)));
    }
    out
}

/// Puts the names that are derived from the run among the places.
pub(crate) fn name(
    runbook: &Runbook,
    run: &RunId,
    now: Timestamp,
    places: &mut Params,
) -> Result<(), CompileError> {
    let text = |places: &Params, name: &str| {
        places.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    for (id, named) in &runbook.names {
        let day = match &named.day {
            Some(instant) => text(places, &format!("{instant}_reads")),
            None => now.to_string(),
        };
        let day: String = day.chars().take(10).filter(|c| *c != '-').collect();
        let name = resolve::derived(&named.prefix, &text(places, &named.of), &day, run);
        let name = name.map_err(|error| {
            CompileError::new(error.to_string(), "choose another prefix for the name")
        })?;
        places.insert(id.clone(), json!(name));
    }
    Ok(())
}

impl Runbook {
    /// Its parameters, and those that a person's answers are.
    pub fn all_params(&self) -> BTreeMap<String, Param> {
        let humans = self.humans.iter().map(|human| {
            (
                human.id.clone(),
                Param::flag(format!("true for yes, once you know: {}", human.question)),
            )
        });
        self.params.clone().into_iter().chain(humans).collect()
    }
}
