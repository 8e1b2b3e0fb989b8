//! Systems Manager: parameters, a change calendar, and the absence of automations.

use super::Table;
use super::standing::{input, one, one_mut, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};
use crate::world::names::{CALENDAR, arn};

pub(super) const OPERATIONS: Table = &[
    ("DeleteParameter", delete),
    ("GetAutomationExecution", automation),
    ("GetCalendarState", calendar),
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

/// How the calendars stand: one that is closed closes all.
fn calendar(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let mut spans = Vec::new();
    for name in call.input.items("CalendarNames").iter().filter_map(Value::as_text) {
        let bare = name.rsplit_once(":document/").map_or(name, |(_, name)| name);
        if bare != CALENDAR {
            let message = format!("Document with name {name} does not exist.");
            return Err(ApiError::new("InvalidDocument", message));
        }
        spans.extend(world.freezes().iter().copied());
    }
    let at = match call.input.text("AtTime") {
        None => world.now(),
        Some(text) => text
            .parse::<jiff::Timestamp>()
            .map_err(|_| ApiError::new("ValidationException", "AtTime is not in ISO 8601 format."))?
            .as_millisecond(),
    };
    let closed = spans.iter().any(|(from, until)| (*from..*until).contains(&at));
    let edges = spans.iter().flat_map(|(from, until)| [*from, *until]);
    let next = edges.filter(|edge| *edge > at).min();
    Ok(Value::empty()
        .with("State", if closed { "CLOSED" } else { "OPEN" })
        .with("AtTime", seconds(at))
        .with_some("NextTransitionTime", next.map(seconds))
        .into())
}

fn seconds(ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{ask, refused, world};

    fn state(story: &str, after_s: i64) -> (String, Option<String>) {
        let mut world = world(story);
        let at = seconds(world.now() + after_s * 1000);
        let names = Value::list([CALENDAR]);
        let asked = Value::empty().with("CalendarNames", names).with("AtTime", at);
        let output = ask(&mut world, "ssm", "GetCalendarState", asked);
        let text = |member: &str| output.text(member).map(str::to_owned);
        (text("State").unwrap(), text("NextTransitionTime"))
    }

    #[test]
    fn a_freeze_of_the_story_closes_the_calendar_for_its_time() {
        assert_eq!(state("quiet-day", 0), ("OPEN".to_owned(), None));
        let (before, next) = state("change-freeze", 0);
        assert!(before == "OPEN" && next.is_some(), "{next:?}");
        assert_eq!(state("change-freeze", 600).0, "CLOSED");
        assert_eq!(state("change-freeze", 120 + 30 + 3600).0, "OPEN");
    }

    #[test]
    fn a_calendar_that_is_not_there_is_said_so() {
        let mut world = world("quiet-day");
        let asked = Value::empty().with("CalendarNames", Value::list(["holidays"]));
        assert_eq!(refused(&mut world, "ssm", "GetCalendarState", asked).code, "InvalidDocument");
    }
}
