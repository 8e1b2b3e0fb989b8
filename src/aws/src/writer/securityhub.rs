//! Security Hub: sets what people made of findings. What it could not set it names in an answer that is otherwise a yes.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_securityhub::Client;
use aws_sdk_securityhub::types::{
    AwsSecurityFindingIdentifier, BatchUpdateFindingsUnprocessedFinding as Unprocessed, NoteUpdate,
    WorkflowStatus, WorkflowUpdate,
};
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::SetWorkflow;
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn set_workflow<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    set: SetWorkflow,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let asked = set.findings.len();
    let names = set.findings.iter().map(|name| {
        AwsSecurityFindingIdentifier::builder()
            .id(name.id.as_str())
            .product_arn(&name.product_arn)
            .build()
    });
    let status = WorkflowStatus::from(set.workflow.to_string().as_str());
    let call = client
        .batch_update_findings()
        .set_finding_identifiers(Some(names.collect()))
        .workflow(WorkflowUpdate::builder().status(status).build())
        .note(NoteUpdate::builder().text(set.note).updated_by("watchdeck").build());
    let answer = send!(aws_sdk_securityhub, call, session, warrant);
    let id = request(answer.request_id());
    let processed = answer.processed_findings().len();
    let left: Vec<_> = answer.unprocessed_findings().iter().map(said).collect();
    if processed + left.len() != asked {
        let why = format!(
            "asked to set {asked} findings, it answered of {processed} that are set and {} that are not",
            left.len()
        );
        return Err(warrant.unsettled(Doubt::Garbled(why)));
    }
    if processed == 0 {
        return Err(warrant.refused("UnprocessedFindings", left.join("; "), id));
    }
    Ok(warrant.landed_but_for(left, id))
}

/// One that was not set, and why: `arn:..: FindingNotFound: ..`.
fn said(one: &Unprocessed) -> String {
    let id = one.finding_identifier().and_then(|name| name.id()).unwrap_or("one without an id");
    let [code, message] = [one.error_code(), one.error_message()].map(Option::unwrap_or_default);
    format!("{id}: {code}: {message}")
}
