//! API Gateway: REST APIs, their stages and deployments.

use super::Table;
use super::pages::Paging;
use super::standing::{asked, input, listing, one, seen, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};

pub(super) const OPERATIONS: Table = &[
    ("GetDeployment", deployment),
    ("GetDeployments", deployments),
    ("GetRestApis", apis),
    ("GetStage", stage),
    ("GetStages", stages),
    ("UpdateStage", update),
];

const PAGING: Paging =
    Paging { size: "limit", token: "position", usual: 25, refusal: "BadRequestException" };

fn apis(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    listing(call, seen(shelf(world, call, "apis")), "items", "position", &PAGING)
}

/// Refuses an API that is not ours.
fn known(world: &World, call: &Call) -> Result<(), ApiError> {
    let id = input(call, "restApiId");
    match one(world, call, "apis", "id", id) {
        Some(_) => Ok(()),
        None => Err(ApiError::new(
            "NotFoundException",
            format!("Invalid API identifier specified {}:{id}", call.caller.account),
        )),
    }
}

fn deployments(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    known(world, call)?;
    let of = call.input.text("restApiId");
    let found = seen(shelf(world, call, "deployments").iter().filter(|d| d.text("_api") == of));
    listing(call, found, "items", "position", &PAGING)
}

/// One deployment; its methods where they are asked for.
fn deployment(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    known(world, call)?;
    let (of, id) = (call.input.text("restApiId"), call.input.text("deploymentId"));
    let mut made = shelf(world, call, "deployments").iter();
    let found = made.find(|made| made.text("_api") == of && made.text("id") == id);
    let Some(found) = found else { return Err(no_deployment()) };
    let summary = found.get("_summary").filter(|_| asked(call, "embed").contains(&"apisummary"));
    Ok(shown(found).with_some("apiSummary", summary.cloned()).into())
}

fn no_deployment() -> ApiError {
    ApiError::new("NotFoundException", "Invalid Deployment identifier specified")
}

fn stages(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    known(world, call)?;
    let (of, deployment) = (call.input.text("restApiId"), call.input.text("deploymentId"));
    let found = seen(shelf(world, call, "stages").iter().filter(|stage| {
        stage.text("_api") == of
            && deployment.is_none_or(|id| stage.text("deploymentId") == Some(id))
    }));
    Ok(Value::empty().with("item", Value::List(found)).into())
}

fn stage(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    known(world, call)?;
    let (of, name) = (call.input.text("restApiId"), call.input.text("stageName"));
    let found = shelf(world, call, "stages")
        .iter()
        .find(|stage| stage.text("_api") == of && stage.text("stageName") == name);
    found.map(|stage| shown(stage).into()).ok_or_else(no_stage)
}

fn no_stage() -> ApiError {
    ApiError::new("NotFoundException", "Invalid stage identifier specified")
}

/// Applies patch operations to a stage: its variables, deployment, description, tracing and throttles.
fn update(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    known(world, call)?;
    let now = world.now();
    let (of, name) = (input(call, "restApiId").to_owned(), input(call, "stageName").to_owned());
    let deployments: Vec<String> = shelf(world, call, "deployments")
        .iter()
        .filter(|d| d.text("_api") == Some(&of))
        .filter_map(|d| d.text("id").map(str::to_owned))
        .collect();
    let found = shelf_mut(world, call, "stages")
        .iter_mut()
        .find(|stage| stage.text("_api") == Some(&of) && stage.text("stageName") == Some(&name));
    let Some(stage) = found else { return Err(no_stage()) };
    let mut changed = stage.clone();
    for patch in call.input.items("patchOperations") {
        apply(&mut changed, patch, &deployments)?;
    }
    set(&mut changed, "lastUpdatedDate", Value::Time(now));
    *stage = changed;
    Ok(shown(stage).into())
}

fn apply(stage: &mut Value, patch: &Value, deployments: &[String]) -> Result<(), ApiError> {
    let refuse = |why: String| ApiError::new("BadRequestException", why);
    let place = patch.text("path").unwrap_or_default();
    let value = patch.text("value").unwrap_or_default();
    let op = patch.text("op").unwrap_or_default();
    if !matches!(op, "replace" | "add" | "remove") {
        return Err(refuse(format!("Invalid patch operation specified: {op}")));
    }
    let steps: Vec<_> = place.split('/').skip(1).map(|step| step.replace("~1", "/")).collect();
    let steps: Vec<_> = steps.iter().map(String::as_str).collect();
    match steps.as_slice() {
        ["description"] => set(stage, "description", value),
        ["tracingEnabled"] => set(stage, "tracingEnabled", value == "true"),
        ["deploymentId"] if op == "replace" => {
            if !deployments.iter().any(|id| id == value) {
                return Err(no_deployment());
            }
            set(stage, "deploymentId", value);
        }
        ["variables", name] => change(stage, "variables", name, op, value.into()),
        [route, verb] if op == "remove" => {
            let key = format!("{route}/{verb}");
            if stage.get("methodSettings").and_then(|all| all.get(&key)).is_none() {
                return Err(refuse(format!(
                    "Cannot remove method setting {key} because there is no method setting for this method "
                )));
            }
            change(stage, "methodSettings", &key, "remove", Value::empty());
        }
        [route, verb, "throttling", limit @ ("rateLimit" | "burstLimit")] if op == "replace" => {
            let number: f64 =
                value.parse().map_err(|_| refuse(format!("Invalid value for {limit}: {value}")))?;
            let key = format!("{route}/{verb}");
            let mut settings = stage
                .get("methodSettings")
                .and_then(|all| all.get(&key))
                .cloned()
                .unwrap_or_else(usual);
            if *limit == "rateLimit" {
                set(&mut settings, "throttlingRateLimit", number);
            } else {
                let burst: i64 = value
                    .parse()
                    .map_err(|_| refuse(format!("Invalid value for {limit}: {value}")))?;
                set(&mut settings, "throttlingBurstLimit", burst);
            }
            change(stage, "methodSettings", &key, "replace", settings);
        }
        _ => return Err(refuse(format!("Invalid patch path  '{place}' specified for op '{op}'"))),
    }
    Ok(())
}

/// The settings of a method of which nothing was said.
fn usual() -> Value {
    Value::empty()
        .with("metricsEnabled", false)
        .with("loggingLevel", "OFF")
        .with("dataTraceEnabled", false)
        .with("throttlingBurstLimit", 5_000)
        .with("throttlingRateLimit", 10_000.0)
        .with("cachingEnabled", false)
        .with("cacheTtlInSeconds", 300)
        .with("cacheDataEncrypted", false)
        .with("requireAuthorizationForCacheControl", true)
        .with("unauthorizedCacheControlHeaderStrategy", "SUCCEED_WITH_RESPONSE_HEADER")
}

/// Sets or removes an entry of a map; its name may hold dots.
fn change(stage: &mut Value, map: &str, name: &str, op: &str, value: Value) {
    let mut entries = stage.get(map).and_then(Value::as_map).cloned().unwrap_or_default();
    if op == "remove" {
        entries.remove(name);
    } else {
        entries.insert(name.to_owned(), value);
    }
    set(stage, map, Value::Map(entries));
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, sum_from_now, world};
    use super::*;

    #[test]
    fn a_throttle_is_changed_by_a_patch() {
        let mut world = world();
        let patch = Value::empty()
            .with("op", "replace")
            .with("path", "/*/*/throttling/rateLimit")
            .with("value", "50");
        let stage = Value::empty().with("restApiId", "wr1te5m8qz").with("stageName", "prod");
        let input = stage.clone().with("patchOperations", Value::list([patch]));
        ask(&mut world, "apigateway", "UpdateStage", input).unwrap();
        let stage = ask(&mut world, "apigateway", "GetStage", stage).unwrap();
        let settings = stage.get("methodSettings").unwrap().get("*/*").unwrap();
        assert_eq!(settings.float("throttlingRateLimit"), Some(50.0));
    }

    #[test]
    fn settings_of_which_there_are_none_are_not_removed() {
        let mut world = world();
        let stage = Value::empty().with("restApiId", "a5ync9t4vn").with("stageName", "prod");
        let patch = |op: &str, path: &str, value: &str| {
            let patch = Value::empty().with("op", op).with("path", path).with("value", value);
            stage.clone().with("patchOperations", Value::list([patch]))
        };
        let error = ask(&mut world, "apigateway", "UpdateStage", patch("remove", "/*/*", ""));
        assert_eq!(error.unwrap_err().code, "BadRequestException");
        let limit = patch("replace", "/*/*/throttling/rateLimit", "2");
        ask(&mut world, "apigateway", "UpdateStage", limit).unwrap();
        let there = ask(&mut world, "apigateway", "GetStage", stage.clone()).unwrap();
        let settings = there.get("methodSettings").unwrap().get("*/*").unwrap();
        assert_eq!(settings.int("throttlingBurstLimit"), Some(5_000), "what was not said is usual");
        ask(&mut world, "apigateway", "UpdateStage", patch("remove", "/*/*", "")).unwrap();
    }

    #[test]
    fn a_stage_that_is_throttled_answers_429() {
        let mut world = world();
        let stage = Value::empty().with("restApiId", "wr1te5m8qz").with("stageName", "prod");
        let patches = [("rateLimit", "0.2"), ("burstLimit", "1")].map(|(limit, value)| {
            Value::empty()
                .with("op", "replace")
                .with("path", format!("/*/*/throttling/{limit}"))
                .with("value", value)
        });
        let input = stage.with("patchOperations", Value::list(patches));
        ask(&mut world, "apigateway", "UpdateStage", input).unwrap();
        let of = [("ApiName", "orders-write"), ("Stage", "prod")];
        let count = sum_from_now(&mut world, ("AWS/ApiGateway", "Count"), &of);
        let refused = sum_from_now(&mut world, ("AWS/ApiGateway", "4XXError"), &of);
        assert!(count > 100.0 && refused > 0.5 * count, "{refused} of {count}");
    }
}
