//! CodePipeline: how a release of the orders reaches its alias, and who stops it.

mod changes; // transitions, stops, retries
mod rollback; // a stage, back at what an earlier execution brought
mod runs; // executions: those of the fixture, and those of deployments since

use super::Table;
use super::pages::Paging;
use super::standing::{input, listing, one, seen, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown, uuid_of};
use crate::world::names::ACCOUNT;
use runs::{Run, STAGES};

pub(super) const OPERATIONS: Table = &[
    ("DisableStageTransition", changes::disable),
    ("EnableStageTransition", changes::enable),
    ("GetPipelineExecution", execution),
    ("GetPipelineState", state),
    ("ListActionExecutions", actions),
    ("ListPipelineExecutions", executions),
    ("ListPipelines", pipelines),
    ("RetryStageExecution", changes::retry),
    ("RollbackStage", rollback::roll_back),
    ("StopPipelineExecution", changes::stop),
];

const PAGING: Paging = Paging {
    size: "maxResults",
    token: "nextToken",
    usual: 100,
    refusal: "InvalidNextTokenException",
};

fn known<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a Value, ApiError> {
    one(world, call, "pipelines", "name", name).ok_or_else(|| {
        ApiError::new(
            "PipelineNotFoundException",
            format!(
                "Account '{}' does not have a pipeline with name '{name}'",
                call.caller.account
            ),
        )
    })
}

fn no_execution(id: &str) -> ApiError {
    ApiError::new(
        "PipelineExecutionNotFoundException",
        format!("No execution with id {id} exists."),
    )
}

fn pipelines(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    listing(call, seen(shelf(world, call, "pipelines")), "pipelines", "nextToken", &PAGING)
}

fn executions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "pipelineName");
    known(world, call, name)?;
    let filter = call.input.get("filter").and_then(|filter| filter.get("succeededInStage"));
    let stage = filter.and_then(|filter| filter.text("stageName"));
    let runs = runs::all(world, call);
    let summaries = runs
        .iter()
        .filter(|run| {
            stage.is_none_or(|stage| rollback::came_through(world, call, name, run, stage))
        })
        .map(|run| {
            let source = Value::empty()
                .with("actionName", "Source")
                .with("revisionId", run.revision.as_str())
                .with("revisionSummary", run.summary.as_str());
            Value::empty()
                .with("pipelineExecutionId", run.id.as_str())
                .with("status", run.status)
                .with("startTime", Value::Time(run.start))
                .with("lastUpdateTime", Value::Time(run.updated))
                .with("executionMode", "SUPERSEDED")
                .with("executionType", run.kind())
                .with_some("rollbackMetadata", run.rollback())
                .with("trigger", trigger(call, run))
                .with("sourceRevisions", Value::list([source]))
                .with_some(
                    "stopTrigger",
                    run.stopped.as_ref().map(|reason| Value::empty().with("reason", reason)),
                )
        })
        .collect();
    listing(call, summaries, "pipelineExecutionSummaries", "nextToken", &PAGING)
}

fn trigger(call: &Call, run: &Run) -> Value {
    if run.rolls.is_some() {
        let by = Value::empty().with("triggerType", "ManualRollback");
        return by.with("triggerDetail", call.caller.arn.as_str());
    }
    let connection = uuid_of("connection");
    Value::empty().with("triggerType", "WebhookV2").with(
        "triggerDetail",
        format!("arn:aws:codeconnections:{}:{ACCOUNT}:connection/{connection}", call.region),
    )
}

fn execution(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (name, id) = (input(call, "pipelineName"), input(call, "pipelineExecutionId"));
    known(world, call, name)?;
    let runs = runs::all(world, call);
    let run = runs.iter().find(|run| run.id == id).ok_or_else(|| no_execution(id))?;
    let revision = Value::empty()
        .with("name", "SourceOutput")
        .with("revisionId", run.revision.as_str())
        .with("revisionSummary", run.summary.as_str())
        .with("created", Value::Time(run.start));
    let execution = Value::empty()
        .with("pipelineName", name)
        .with("pipelineVersion", run.structure)
        .with("pipelineExecutionId", id)
        .with("status", run.status)
        .with("executionMode", "SUPERSEDED")
        .with("executionType", run.kind())
        .with_some("rollbackMetadata", run.rollback())
        .with("trigger", trigger(call, run))
        .with("artifactRevisions", Value::list([revision]));
    Ok(Value::empty().with("pipelineExecution", execution).into())
}

/// Each stage with the run that last went through it.
fn state(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "name");
    let pipeline = shown(known(world, call, name)?);
    let disabled = known(world, call, name)?.get("_disabled").cloned().unwrap_or_else(Value::empty);
    let runs = runs::all(world, call);
    let now = world.now();
    let stages = STAGES.iter().enumerate().map(|(place, stage)| {
        let reached = newest_in(&runs, place, now);
        let closed = disabled.get(stage.name);
        let mut transition = Value::empty().with("enabled", closed.is_none());
        if let Some(closed) = closed {
            for member in ["disabledReason", "lastChangedBy", "lastChangedAt"] {
                if let Some(value) = closed.get(member) {
                    set(&mut transition, member, value.clone());
                }
            }
        }
        let mut action = Value::empty().with("actionName", stage.action);
        let mut described = Value::empty().with("stageName", stage.name);
        if let Some((run, step)) = reached {
            let latest = Value::empty()
                .with("actionExecutionId", action_id(run, stage, &step))
                .with("status", step.status)
                .with("lastStatusChange", Value::Time(step.end.unwrap_or(step.start)))
                .with(
                    "externalExecutionId",
                    uuid_of(&format!("{}/{}/external", run.id, stage.name)),
                )
                .with_some("errorDetails", step.error());
            action = action.with("latestExecution", latest);
            let stage_run = Value::empty()
                .with("pipelineExecutionId", run.id.as_str())
                .with("status", step.status)
                .with("type", run.kind());
            described = described.with("latestExecution", stage_run);
        }
        described
            .with("inboundTransitionState", transition)
            .with("actionStates", Value::list([action]))
    });
    let output = Value::empty()
        .with("pipelineName", name)
        .with_some("pipelineVersion", pipeline.int("version"))
        .with_some("created", pipeline.get("created").cloned())
        .with_some("updated", pipeline.get("updated").cloned())
        .with("stageStates", Value::list(stages));
    Ok(output.into())
}

/// The run that entered a stage last, and what it did there.
fn newest_in(runs: &[Run], place: usize, now: i64) -> Option<(&Run, runs::Step)> {
    let steps = runs.iter().filter_map(|run| Some((run, run.step(place, now)?)));
    steps.max_by_key(|(_, step)| step.start)
}

/// The id of what an action did: another one for each try.
fn action_id(run: &Run, stage: &runs::Stage, step: &runs::Step) -> String {
    match step.attempt {
        0 => uuid_of(&format!("{}/{}", run.id, stage.name)),
        again => uuid_of(&format!("{}/{}/{again}", run.id, stage.name)),
    }
}

fn actions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "pipelineName");
    known(world, call, name)?;
    let filter = call.input.get("filter");
    let wanted = filter.and_then(|filter| {
        filter.text("pipelineExecutionId").or_else(|| {
            filter
                .get("latestInPipelineExecution")
                .and_then(|latest| latest.text("pipelineExecutionId"))
        })
    });
    let runs = runs::all(world, call);
    if let Some(id) = wanted
        && !runs.iter().any(|run| run.id == id)
    {
        return Err(no_execution(id));
    }
    let now = world.now();
    let mut found = Vec::new();
    for run in runs.iter().filter(|run| wanted.is_none_or(|id| run.id == id)) {
        for (place, step) in run.steps(now).iter().rev() {
            if let Some(stage) = STAGES.get(*place) {
                found.push(action(call, run, stage, step));
            }
        }
    }
    listing(call, found, "actionExecutionDetails", "nextToken", &PAGING)
}

fn action(call: &Call, run: &Run, stage: &runs::Stage, step: &runs::Step) -> Value {
    let kind = Value::empty()
        .with("category", stage.name)
        .with("owner", "AWS")
        .with("provider", stage.provider)
        .with("version", "1");
    let result = Value::empty()
        .with("externalExecutionId", uuid_of(&format!("{}/{}/external", run.id, stage.name)))
        .with_some("errorDetails", step.error());
    Value::empty()
        .with("pipelineExecutionId", run.id.as_str())
        .with("actionExecutionId", action_id(run, stage, step))
        .with("pipelineVersion", run.structure)
        .with("stageName", stage.name)
        .with("actionName", stage.action)
        .with("startTime", Value::Time(step.start))
        .with("lastUpdateTime", Value::Time(step.end.unwrap_or(step.start)))
        .with("status", step.status)
        .with(
            "input",
            Value::empty().with("actionTypeId", kind).with("region", call.region.as_str()),
        )
        .with("output", Value::empty().with("executionResult", result))
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{START, ask, world, world_of};
    use super::*;

    #[test]
    fn the_bad_deploy_is_seen_as_the_newest_execution() {
        let mut world = world_of("bad-deploy");
        let input = Value::empty().with("pipelineName", "orders-deploy");
        let before =
            ask(&mut world, "codepipeline", "ListPipelineExecutions", input.clone()).unwrap();
        assert_eq!(before.items("pipelineExecutionSummaries").len(), 5);
        world.advance_to(START + 120_000);
        let after = ask(&mut world, "codepipeline", "ListPipelineExecutions", input).unwrap();
        let newest = &after.items("pipelineExecutionSummaries")[0];
        assert_eq!(newest.text("status"), Some("Succeeded"));
        let summary = newest.items("sourceRevisions")[0].text("revisionSummary").unwrap();
        assert!(summary.contains("version 42"), "{summary}");
    }

    #[test]
    fn a_failed_build_never_reached_its_deploy_stage() {
        let mut world = world();
        let input = Value::empty().with("pipelineName", "orders-deploy");
        let output = ask(&mut world, "codepipeline", "ListPipelineExecutions", input).unwrap();
        let failed = output
            .items("pipelineExecutionSummaries")
            .iter()
            .find(|run| run.text("status") == Some("Failed"))
            .unwrap();
        let filter =
            Value::empty().with("pipelineExecutionId", failed.text("pipelineExecutionId").unwrap());
        let input = Value::empty().with("pipelineName", "orders-deploy").with("filter", filter);
        let output = ask(&mut world, "codepipeline", "ListActionExecutions", input).unwrap();
        let stages: Vec<_> = output
            .items("actionExecutionDetails")
            .iter()
            .filter_map(|a| a.text("stageName"))
            .collect();
        assert_eq!(stages, ["Build", "Source"]);
    }
}
