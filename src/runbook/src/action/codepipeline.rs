//! Pipelines: stages closed, tried again, rolled back.

use serde::Deserialize;
use watchdeck_domain::change::{CloseStage, RetryStage, RollBackStage};
use watchdeck_domain::reading::{CameThrough, Executions, StageOf};
use watchdeck_domain::{ExecutionId, PipelineName, StageName};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `DisableStageTransition`; undone, `EnableStageTransition`, or the reason that was there.
pub(super) static CLOSE_STAGE: Action = Action {
    name: "close-stage",
    operation: "codepipeline:DisableStageTransition",
    members: &[
        must("pipeline", "pipelineName"),
        must("stage", "stageName"),
        must("direction", "transitionType"),
        must("reason", "reason"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(close_stage(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CloseStageWith {
    pipeline: PipelineName,
    stage: StageName,
    direction: Direction,
    reason: String,
}

/// Which transition of a stage: AWS knows the one out of it too, which is the one into the next.
#[derive(Debug, Deserialize)]
enum Direction {
    Inbound,
}

async fn close_stage(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let CloseStageWith { pipeline, stage, direction: Direction::Inbound, reason } =
        members.read()?;
    let there = StageOf { pipeline: pipeline.clone(), stage: stage.clone() };
    let before = ground.look(there).await?.closed;
    let change = CloseStage { pipeline, stage, closed: Some(reason), before: before.clone() };
    let back = CloseStage { closed: before, before: change.closed.clone(), ..change.clone() };
    Ok((change.into(), Some(back.into())))
}

/// `RetryStageExecution`. Nothing leads back.
pub(super) static RETRY_STAGE: Action = Action {
    name: "retry-stage",
    operation: "codepipeline:RetryStageExecution",
    members: &[
        must("pipeline", "pipelineName"),
        must("stage", "stageName"),
        must("execution", "pipelineExecutionId"),
        must("mode", "retryMode"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(retry_stage(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RetryStageWith {
    pipeline: PipelineName,
    stage: StageName,
    execution: ExecutionId,
    mode: Mode,
}

/// What of a stage is done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Mode {
    FailedActions,
    AllActions,
}

async fn retry_stage(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let RetryStageWith { pipeline, stage, execution, mode } = members.read()?;
    let there = StageOf { pipeline: pipeline.clone(), stage: stage.clone() };
    let seen = ground.look(there).await?.changed;
    let all = mode == Mode::AllActions;
    Ok((RetryStage { pipeline, stage, execution, all, seen }.into(), None))
}

/// `RollbackStage`; undone, the same to what the stage holds now, where that came through.
pub(super) static ROLL_BACK_STAGE: Action = Action {
    name: "roll-back-stage",
    operation: "codepipeline:RollbackStage",
    members: &[
        must("pipeline", "pipelineName"),
        must("stage", "stageName"),
        must("execution", "targetPipelineExecutionId"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(roll_back_stage(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RollBackStageWith {
    pipeline: PipelineName,
    stage: StageName,
    /// The execution to roll back to.
    execution: ExecutionId,
}

async fn roll_back_stage(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let RollBackStageWith { pipeline, stage, execution } = members.read()?;
    let of = || (pipeline.clone(), stage.clone());
    let (there, named) = of();
    let there = ground.look(StageOf { pipeline: there, stage: named }).await?;
    let (through, named) = of();
    let through = ground.look(CameThrough { pipeline: through, stage: named }).await?;
    let runs = ground.look(Executions { pipeline: pipeline.clone() }).await?;
    let seen = runs.iter().filter_map(|run| run.started).max();
    // What was rolled back to is what the stage holds: AWS takes no rollback as a target.
    let held = runs.iter().find(|run| run.id.as_str() == there.execution);
    let held = held.map(|run| if run.rolls_back() { run.target.as_str() } else { run.id.as_str() });
    let before = through.iter().find(|run| Some(run.id.as_str()) == held && !run.rolls_back());
    let before = before.map(|run| run.id.clone());
    let change = RollBackStage { pipeline, stage, target: execution, before: before.clone(), seen };
    let back = before.map(|before| {
        let target = change.target.clone();
        RollBackStage { target: before, before: Some(target), ..change.clone() }.into()
    });
    Ok((change.into(), back))
}
