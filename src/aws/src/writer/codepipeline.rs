//! CodePipeline: closes and opens stages, tries them again, rolls them back.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::types::{StageRetryMode, StageTransitionType};
use aws_types::request_id::RequestId as _;
use watchdeck_domain::ExecutionId;
use watchdeck_domain::change::{CloseStage, RetryStage, RollBackStage};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send, silent};

pub(super) async fn close_stage<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    change: CloseStage,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let (pipeline, stage) = (change.pipeline.as_str(), change.stage.as_str());
    let Some(reason) = change.closed else {
        let call = client
            .enable_stage_transition()
            .pipeline_name(pipeline)
            .stage_name(stage)
            .transition_type(StageTransitionType::Inbound);
        let answer = send!(aws_sdk_codepipeline, call, session, warrant);
        return silent(warrant, answer.request_id());
    };
    let call = client
        .disable_stage_transition()
        .pipeline_name(pipeline)
        .stage_name(stage)
        .transition_type(StageTransitionType::Inbound)
        .reason(reason);
    let answer = send!(aws_sdk_codepipeline, call, session, warrant);
    silent(warrant, answer.request_id())
}

pub(super) async fn retry_stage<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    retry: RetryStage,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let mode = if retry.all { StageRetryMode::AllActions } else { StageRetryMode::FailedActions };
    let call = client
        .retry_stage_execution()
        .pipeline_name(retry.pipeline.as_str())
        .stage_name(retry.stage.as_str())
        .pipeline_execution_id(retry.execution.as_str())
        .retry_mode(mode);
    let answer = send!(aws_sdk_codepipeline, call, session, warrant);
    if answer.pipeline_execution_id() == Some(retry.execution.as_str()) {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    let id = answer.pipeline_execution_id().unwrap_or("none");
    let why = format!("asked to try execution {} again, answered execution {id}", retry.execution);
    Err(warrant.unsettled(Doubt::Garbled(why)))
}

pub(super) async fn roll_back_stage<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    change: RollBackStage,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client
        .rollback_stage()
        .pipeline_name(change.pipeline.as_str())
        .stage_name(change.stage.as_str())
        .target_pipeline_execution_id(change.target.as_str());
    let answer = send!(aws_sdk_codepipeline, call, session, warrant);
    if ExecutionId::parse(answer.pipeline_execution_id()).is_ok() {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    let why = "asked to roll back, answered no execution that does".to_owned();
    Err(warrant.unsettled(Doubt::Garbled(why)))
}
