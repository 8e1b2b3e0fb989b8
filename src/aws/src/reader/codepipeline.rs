//! CodePipeline: pipelines, how their stages stand, and their executions.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{
    ExecutionType, PipelineExecutionFilter, PipelineExecutionStatus, PipelineExecutionSummary,
    PipelineRollbackMetadata, StageExecution, StageState, SucceededInStageFilter,
};
use watchdeck_domain::delivery::{Execution, Stage};
use watchdeck_domain::reading::{ExecutionOf, ReadFailure, StageOf};
use watchdeck_domain::{ExecutionId, PipelineName, ReadError, StageName};

use super::{Pages, instant, plain};
use crate::rejection::{malformed, read_error};

const STATE: &str = "codepipeline:GetPipelineState";
const EXECUTIONS: &str = "codepipeline:ListPipelineExecutions";
const EXECUTION: &str = "codepipeline:GetPipelineExecution";

/// CodePipeline gives so many executions in a page, and more are not asked for.
const MOST: i32 = 100;

pub(super) async fn pipelines(client: &Client) -> Result<Vec<PipelineName>, ReadError> {
    const CALL: &str = "codepipeline:ListPipelines";
    let mut names = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_pipelines()
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        let found = page.pipelines().iter().filter_map(|pipeline| pipeline.name());
        names.extend(found.filter_map(|name| PipelineName::parse(name).ok()));
        if !pages.turn(CALL, page.next_token())? {
            return Ok(names);
        }
    }
}

pub(super) async fn stages(
    client: &Client,
    pipeline: &PipelineName,
) -> Result<Vec<Stage>, ReadError> {
    let answer = client
        .get_pipeline_state()
        .name(pipeline.as_str())
        .send()
        .await
        .map_err(|e| read_error(STATE, &e))?;
    let structure = super::count(answer.pipeline_version());
    let states = answer.stage_states().iter().enumerate();
    states.map(|(place, state)| stage(pipeline, structure, place == 0, state)).collect()
}

pub(super) async fn stage_of(client: &Client, ask: StageOf) -> Result<Stage, ReadError> {
    let found = stages(client, &ask.pipeline).await?;
    found.into_iter().find(|stage| stage.name == ask.stage).ok_or_else(|| {
        let why = format!("pipeline {} has no stage {}", ask.pipeline, ask.stage);
        ReadError::new(ReadFailure::Missing, STATE, why)
    })
}

fn stage(
    pipeline: &PipelineName,
    structure: u32,
    first: bool,
    state: &StageState,
) -> Result<Stage, ReadError> {
    let name = StageName::parse(plain(state.stage_name()))
        .map_err(|error| malformed(STATE, error.to_string()))?;
    let entry = state.inbound_transition_state();
    let closed = entry.filter(|entry| !entry.enabled());
    let actions = || state.action_states().iter().filter_map(|action| action.latest_execution());
    let error = actions().find_map(|action| action.error_details()?.message());
    let latest = state.latest_execution();
    let id = |execution: Option<&StageExecution>| {
        plain(execution.map(StageExecution::pipeline_execution_id))
    };
    // AWS has put it into a list since several can wait, and goes on giving one of them alone.
    let waiting = state.inbound_executions().first().or_else(|| state.inbound_execution());
    Ok(Stage {
        pipeline: pipeline.clone(),
        name,
        structure,
        first,
        closed: closed.map(|closed| plain(closed.disabled_reason())),
        closed_by: plain(closed.and_then(|closed| closed.last_changed_by())),
        execution: id(latest),
        kind: plain(latest.and_then(StageExecution::r#type).map(ExecutionType::as_str)),
        status: plain(latest.map(|latest| latest.status().as_str())),
        changed: actions().filter_map(|action| instant(action.last_status_change())).max(),
        error: plain(error),
        waiting: id(waiting),
    })
}

/// The newest executions; with a stage, those that came through it as the pipeline is built now.
pub(super) async fn executions(
    client: &Client,
    pipeline: &PipelineName,
    through: Option<&StageName>,
) -> Result<Vec<Execution>, ReadError> {
    let filter = through.map(|stage| {
        let stage = SucceededInStageFilter::builder().stage_name(stage.as_str()).build();
        PipelineExecutionFilter::builder().succeeded_in_stage(stage).build()
    });
    let answer = client
        .list_pipeline_executions()
        .pipeline_name(pipeline.as_str())
        .max_results(MOST)
        .set_filter(filter)
        .send()
        .await
        .map_err(|e| read_error(EXECUTIONS, &e))?;
    let mut found: Vec<Execution> =
        answer.pipeline_execution_summaries().iter().map(summary).collect::<Result<_, _>>()?;
    found.sort_by_key(|execution| std::cmp::Reverse(execution.started));
    Ok(found)
}

fn summary(sent: &PipelineExecutionSummary) -> Result<Execution, ReadError> {
    let source = sent.source_revisions().first().and_then(|source| source.revision_summary());
    Ok(Execution {
        id: id(EXECUTIONS, sent.pipeline_execution_id())?,
        status: plain(sent.status().map(PipelineExecutionStatus::as_str)),
        started: instant(sent.start_time()),
        kind: kind(sent.execution_type()),
        target: target(sent.rollback_metadata()),
        revision: plain(source),
        structure: None,
    })
}

pub(super) async fn execution(client: &Client, ask: ExecutionOf) -> Result<Execution, ReadError> {
    let answer = client
        .get_pipeline_execution()
        .pipeline_name(ask.pipeline.as_str())
        .pipeline_execution_id(ask.execution.as_str())
        .send()
        .await
        .map_err(|e| read_error(EXECUTION, &e))?;
    let sent = answer.pipeline_execution();
    let sent = sent.ok_or_else(|| malformed(EXECUTION, "an answer without an execution"))?;
    let source = sent.artifact_revisions().first().and_then(|it| it.revision_summary());
    Ok(Execution {
        id: id(EXECUTION, sent.pipeline_execution_id())?,
        status: plain(sent.status().map(PipelineExecutionStatus::as_str)),
        started: None,
        kind: kind(sent.execution_type()),
        target: target(sent.rollback_metadata()),
        revision: plain(source),
        structure: sent.pipeline_version().and_then(|version| u32::try_from(version).ok()),
    })
}

fn id(call: &str, text: Option<&str>) -> Result<ExecutionId, ReadError> {
    ExecutionId::parse(plain(text)).map_err(|error| malformed(call, error.to_string()))
}

/// Where AWS says nothing, it is an ordinary one.
fn kind(kind: Option<&ExecutionType>) -> String {
    kind.map_or("STANDARD", ExecutionType::as_str).to_owned()
}

fn target(metadata: Option<&PipelineRollbackMetadata>) -> String {
    plain(metadata.and_then(|metadata| metadata.rollback_target_pipeline_execution_id()))
}
