//! Transitions closed and opened, executions stopped, stages tried again.

use super::super::standing::{input, one_mut, shelf_mut};
use super::runs::{self, STAGES};
use super::{known, newest_in, no_execution};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::set;

pub(super) fn stage(call: &Call) -> Result<&'static str, ApiError> {
    let name = input(call, "stageName");
    STAGES.iter().map(|stage| stage.name).find(|stage| *stage == name).ok_or_else(|| {
        ApiError::new(
            "StageNotFoundException",
            format!("The pipeline has no stage with name '{name}'"),
        )
    })
}

pub(super) fn disable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let closed = Value::empty()
        .with("disabledReason", input(call, "reason"))
        .with("lastChangedBy", call.caller.arn.as_str())
        .with("lastChangedAt", Value::Time(now));
    transition(world, call, Some(closed))
}

pub(super) fn enable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    transition(world, call, None)
}

fn transition(world: &mut World, call: &Call, closed: Option<Value>) -> Result<Reply, ApiError> {
    let name = input(call, "pipelineName").to_owned();
    known(world, call, &name)?;
    let stage = stage(call)?;
    if let Some(pipeline) = one_mut(world, call, "pipelines", "name", &name) {
        let mut all =
            pipeline.get("_disabled").and_then(Value::as_map).cloned().unwrap_or_default();
        match closed {
            Some(closed) => all.insert(stage.to_owned(), closed),
            None => all.remove(stage),
        };
        set(pipeline, "_disabled", Value::Map(all));
    }
    Ok(Value::empty().into())
}

pub(super) fn stop(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    known(world, call, input(call, "pipelineName"))?;
    let id = input(call, "pipelineExecutionId");
    let runs = runs::all(world, call);
    let run = runs.iter().find(|run| run.id == id).ok_or_else(|| no_execution(id))?;
    if run.stopped.is_some() {
        return Err(ApiError::new(
            "DuplicatedStopRequestException",
            format!("The execution {id} was asked to stop already."),
        ));
    }
    if run.status != "InProgress" {
        return Err(ApiError::new(
            "PipelineExecutionNotStoppableException",
            format!("The execution {id} is not in progress; its status is {}.", run.status),
        ));
    }
    let reason = call.input.text("reason").unwrap_or_default();
    let entry = Value::empty().with("id", id).with("reason", reason).with("at", Value::Time(now));
    shelf_mut(world, call, "stops").push(entry);
    Ok(Value::empty().with("pipelineExecutionId", id).into())
}

/// Only what failed in a stage can be tried again there, and only by the execution that was in it last.
pub(super) fn retry(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    known(world, call, input(call, "pipelineName"))?;
    let stage = stage(call)?;
    let id = input(call, "pipelineExecutionId");
    let runs = runs::all(world, call);
    let place = STAGES.iter().position(|one| one.name == stage).unwrap_or_default();
    let Some((last, step)) = newest_in(&runs, place, now).filter(|(last, _)| last.id == id) else {
        return Err(ApiError::new(
            "NotLatestPipelineExecutionException",
            format!("The execution {id} is not the latest to go through the stage {stage}."),
        ));
    };
    if step.status != "Failed" || last.stopped.is_some() {
        return Err(ApiError::new(
            "StageNotRetryableException",
            format!("The stage {stage} did not fail in the execution {id}."),
        ));
    }
    let entry = Value::empty().with("id", id).with("stage", stage).with("at", Value::Time(now));
    shelf_mut(world, call, "retries").push(entry);
    Ok(Value::empty().with("pipelineExecutionId", id).into())
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{START, ask, world, world_of};
    use super::*;

    #[test]
    fn a_closed_transition_says_why_until_it_is_opened() {
        let mut world = world();
        let named = Value::empty()
            .with("pipelineName", "orders-deploy")
            .with("stageName", "Deploy")
            .with("transitionType", "Inbound");
        let closing = named.clone().with("reason", "incident 42");
        ask(&mut world, "codepipeline", "DisableStageTransition", closing).unwrap();
        let deploy = |world: &mut World| {
            let input = Value::empty().with("name", "orders-deploy");
            let state = ask(world, "codepipeline", "GetPipelineState", input).unwrap();
            state.items("stageStates")[2].get("inboundTransitionState").cloned().unwrap()
        };
        assert_eq!(deploy(&mut world).text("disabledReason"), Some("incident 42"));
        ask(&mut world, "codepipeline", "EnableStageTransition", named).unwrap();
        assert_eq!(deploy(&mut world).bool("enabled"), Some(true));
    }

    #[test]
    fn what_failed_is_tried_again_by_the_execution_that_was_there_last() {
        let mut world = world_of("stuck-release");
        world.advance_to(START + 240_000);
        let latest = |world: &mut World| {
            let input = Value::empty().with("name", "orders-deploy");
            let state = ask(world, "codepipeline", "GetPipelineState", input).unwrap();
            let build = state.items("stageStates")[1].clone();
            let changed = build.items("actionStates")[0].get("latestExecution").unwrap().clone();
            (build.get("latestExecution").unwrap().clone(), changed)
        };
        let (failed, before) = latest(&mut world);
        assert_eq!(failed.text("status"), Some("Failed"));
        let retry = |stage: &str, id: &str| {
            Value::empty()
                .with("pipelineName", "orders-deploy")
                .with("stageName", stage)
                .with("pipelineExecutionId", id)
                .with("retryMode", "FAILED_ACTIONS")
        };
        let id = failed.text("pipelineExecutionId").unwrap();
        let refused = |world: &mut World, stage: &str, id: &str| {
            ask(world, "codepipeline", "RetryStageExecution", retry(stage, id)).unwrap_err().code
        };
        let other = "3abeaa7b-90a0-582d-b1bd-c3d2bbaf72f4";
        assert_eq!(refused(&mut world, "Build", other), "NotLatestPipelineExecutionException");
        assert_eq!(refused(&mut world, "Source", id), "StageNotRetryableException");
        ask(&mut world, "codepipeline", "RetryStageExecution", retry("Build", id)).unwrap();
        assert_eq!(latest(&mut world).0.text("status"), Some("InProgress"));
        assert_eq!(refused(&mut world, "Build", id), "StageNotRetryableException");
        world.advance_to(START + 260_000);
        let (now, after) = latest(&mut world);
        assert_eq!(now.text("status"), Some("Succeeded"));
        assert_ne!(after.text("actionExecutionId"), before.text("actionExecutionId"));
    }
}
