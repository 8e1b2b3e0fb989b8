//! A stage is rolled back: an execution of its own brings what an earlier one brought there.

use super::super::standing::{input, shelf_mut};
use super::changes::stage;
use super::runs::{self, Run, STAGES};
use super::{known, newest_in, no_execution};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::uuid_of;

/// Whether a run came through a stage of the pipeline as it is built now.
pub(super) fn came_through(
    world: &World,
    call: &Call,
    pipeline: &str,
    run: &Run,
    stage: &str,
) -> bool {
    let place = STAGES.iter().position(|one| one.name == stage);
    let step = place.and_then(|place| run.step(place, world.now()));
    step.is_some_and(|step| step.status == "Succeeded")
        && run.structure == runs::structure(world, call, pipeline)
}

pub(super) fn roll_back(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let pipeline = input(call, "pipelineName");
    known(world, call, pipeline)?;
    let name = stage(call)?;
    let place = STAGES.iter().position(|one| one.name == name).unwrap_or_default();
    let target = input(call, "targetPipelineExecutionId");
    let all = runs::all(world, call);
    let run = all.iter().find(|run| run.id == target).ok_or_else(|| no_execution(target))?;
    if run.structure != runs::structure(world, call, pipeline) {
        return Err(ApiError::new(
            "PipelineExecutionOutdatedException",
            format!("The pipeline has another structure than the one that {target} ran through."),
        ));
    }
    let unable =
        |why: String| ApiError::new("UnableToRollbackStageException", format!("{why}: {target}"));
    if place == 0 {
        return Err(unable("A source stage cannot be rolled back".into()));
    }
    if run.rolls.is_some() {
        return Err(unable("The target is itself a rollback".into()));
    }
    if newest_in(&all, place, now).is_some_and(|(_, step)| step.status == "InProgress") {
        return Err(unable(format!("The stage {name} is running")));
    }
    if !came_through(world, call, pipeline, run, name) {
        return Err(unable(format!("The target did not succeed in the stage {name}")));
    }
    let id = uuid_of(&format!("{target}/{name}/{now}"));
    let entry = Value::empty()
        .with("id", id.as_str())
        .with("target", target)
        .with("stage", name)
        .with("at", Value::Time(now));
    let (version, takes) = (run.version, STAGES.get(place).map_or(0, runs::Stage::takes));
    shelf_mut(world, call, "rollbacks").push(entry);
    if let (Some(version), "Deploy") = (version, name) {
        world.point_later(now + takes - 1_000, "orders-writer", "live", version);
    }
    Ok(Value::empty().with("pipelineExecutionId", id).into())
}

#[cfg(test)]
mod tests {
    use super::super::super::rehearsal::{START, ask, world_of};
    use super::*;

    const OF_41: &str = "3abeaa7b-90a0-582d-b1bd-c3d2bbaf72f4";

    fn rolled(stage: &str, target: &str) -> Value {
        Value::empty()
            .with("pipelineName", "orders-deploy")
            .with("stageName", stage)
            .with("targetPipelineExecutionId", target)
    }

    #[test]
    fn a_rollback_is_an_execution_of_its_own_and_points_the_alias_back() {
        let mut world = world_of("bad-deploy");
        world.advance_to(START + 300_000);
        let live = |world: &mut World| {
            let input = Value::empty().with("FunctionName", "orders-writer").with("Name", "live");
            let alias = ask(world, "lambda", "GetAlias", input).unwrap();
            alias.text("FunctionVersion").unwrap().to_owned()
        };
        assert_eq!(live(&mut world), "42");
        let output =
            ask(&mut world, "codepipeline", "RollbackStage", rolled("Deploy", OF_41)).unwrap();
        let id = output.text("pipelineExecutionId").unwrap().to_owned();
        let again = ask(&mut world, "codepipeline", "RollbackStage", rolled("Deploy", OF_41));
        assert_eq!(again.unwrap_err().code, "UnableToRollbackStageException", "it is running");
        world.advance_to(START + 320_000);
        assert_eq!(live(&mut world), "41");
        let input = Value::empty().with("pipelineName", "orders-deploy");
        let runs = ask(&mut world, "codepipeline", "ListPipelineExecutions", input).unwrap();
        let newest = runs.items("pipelineExecutionSummaries")[0].clone();
        assert_eq!(newest.text("pipelineExecutionId"), Some(id.as_str()));
        assert_eq!(
            (newest.text("executionType"), newest.text("status")),
            (Some("ROLLBACK"), Some("Succeeded"))
        );
        let metadata = newest.get("rollbackMetadata").unwrap();
        assert_eq!(metadata.text("rollbackTargetPipelineExecutionId"), Some(OF_41));
        // CF31: what rolled back is no target itself.
        let error = ask(&mut world, "codepipeline", "RollbackStage", rolled("Deploy", &id));
        assert_eq!(error.unwrap_err().code, "UnableToRollbackStageException");
    }

    #[test]
    fn what_did_not_come_through_the_stage_as_it_is_now_is_no_target() {
        let mut world = world_of("bad-deploy");
        let failed_build = "f5b17ded-cbb8-5d11-bedc-f431fa50b219";
        let old = "0d6d9b0a-6c4e-5f39-8a52-7f0f4a0c9b11";
        for (stage, target, code) in [
            ("Deploy", failed_build, "UnableToRollbackStageException"),
            ("Source", OF_41, "UnableToRollbackStageException"),
            ("Deploy", old, "PipelineExecutionOutdatedException"),
            ("Test", OF_41, "StageNotFoundException"),
            (
                "Deploy",
                "00000000-0000-4000-8000-000000000000",
                "PipelineExecutionNotFoundException",
            ),
        ] {
            let error = ask(&mut world, "codepipeline", "RollbackStage", rolled(stage, target));
            assert_eq!(error.unwrap_err().code, code, "{stage} {target}");
        }
        let filter =
            Value::empty().with("succeededInStage", Value::empty().with("stageName", "Deploy"));
        let input = Value::empty().with("pipelineName", "orders-deploy").with("filter", filter);
        let runs = ask(&mut world, "codepipeline", "ListPipelineExecutions", input).unwrap();
        assert_eq!(runs.items("pipelineExecutionSummaries").len(), 3);
    }
}
