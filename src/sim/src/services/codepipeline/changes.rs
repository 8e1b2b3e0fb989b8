//! Transitions closed and opened, executions stopped, stages tried again.

use super::super::standing::{input, one_mut, shelf_mut};
use super::runs::{self, STAGES};
use super::{known, no_execution};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::set;

fn stage(call: &Call) -> Result<&'static str, ApiError> {
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

/// Only a stage that failed in the newest execution can be tried again, and none of ours did.
pub(super) fn retry(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    known(world, call, input(call, "pipelineName"))?;
    let stage = stage(call)?;
    let id = input(call, "pipelineExecutionId");
    let runs = runs::all(world, call);
    let Some(place) = runs.iter().position(|run| run.id == id) else {
        return Err(no_execution(id));
    };
    if place > 0 {
        return Err(ApiError::new(
            "NotLatestPipelineExecutionException",
            format!("The execution {id} is not the latest to go through the stage {stage}."),
        ));
    }
    Err(ApiError::new(
        "StageNotRetryableException",
        format!("The stage {stage} did not fail in the execution {id}."),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{ask, world};
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
}
