//! What is given for the parameters of a runbook: made whole, held against its types, turned into what it stands for.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use watchdeck_domain::Timestamp;

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
