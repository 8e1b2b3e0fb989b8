//! Systems Manager: parameters, and the absence of automations.

use super::Table;
use super::standing::{input, one, one_mut, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};
use crate::world::names::arn;

pub(super) const OPERATIONS: Table = &[
    ("DeleteParameter", delete),
    ("GetAutomationExecution", automation),
    ("GetParameter", get),
    ("PutParameter", put),
];

fn no_parameter(name: &str) -> ApiError {
    ApiError::new("ParameterNotFound", format!("Parameter {name} not found."))
}

fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let asked = input(call, "Name");
    let bare = asked.rsplit_once(":parameter").map_or(asked, |(_, name)| name);
    let (name, version) = bare.split_once(':').map_or((bare, None), |(n, v)| (n, Some(v)));
    let Some(parameter) = one(world, call, "parameters", "Name", name) else {
        return Err(no_parameter(name));
    };
    let held = parameter.int("Version").unwrap_or(1).to_string();
    if version.is_some_and(|version| version != held) {
        return Err(ApiError::new(
            "ParameterVersionNotFound",
            format!(
                "Systems Manager could not find version {} of {name}.",
                version.unwrap_or_default()
            ),
        ));
    }
    Ok(Value::empty().with("Parameter", shown(parameter)).into())
}

fn put(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let name = input(call, "Name").to_owned();
    let overwrite = call.input.bool("Overwrite") == Some(true);
    let version = if let Some(parameter) = one_mut(world, call, "parameters", "Name", &name) {
        if !overwrite {
            return Err(ApiError::new(
                "ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
            ));
        }
        let version = parameter.int("Version").unwrap_or(1) + 1;
        set(parameter, "Value", input(call, "Value"));
        set(parameter, "Version", version);
        set(parameter, "LastModifiedDate", Value::Time(now));
        version
    } else {
        let path = name.trim_start_matches('/');
        let record = Value::empty()
            .with("Name", name.as_str())
            .with("ARN", arn("ssm", &call.region, &format!("parameter/{path}")))
            .with("Type", call.input.text("Type").unwrap_or("String"))
            .with("Value", input(call, "Value"))
            .with("Version", 1)
            .with("LastModifiedDate", Value::Time(now))
            .with("DataType", call.input.text("DataType").unwrap_or("text"));
        shelf_mut(world, call, "parameters").push(record);
        1
    };
    let tier = call.input.text("Tier").unwrap_or("Standard");
    Ok(Value::empty().with("Version", version).with("Tier", tier).into())
}

fn delete(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "Name").to_owned();
    if one(world, call, "parameters", "Name", &name).is_none() {
        return Err(no_parameter(&name));
    }
    shelf_mut(world, call, "parameters").retain(|parameter| parameter.text("Name") != Some(&name));
    Ok(Value::empty().into())
}

/// No automation ever ran in this account.
fn automation(_: &mut World, call: &Call) -> Result<Reply, ApiError> {
    Err(ApiError::new(
        "AutomationExecutionNotFoundException",
        format!(
            "Automation execution with id {} does not exist.",
            input(call, "AutomationExecutionId")
        ),
    ))
}
