//! CodeDeploy: stops deployments.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::StopStatus;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::StopDeployment;
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn stop<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    stop: StopDeployment,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client
        .stop_deployment()
        .deployment_id(stop.deployment.as_str())
        .auto_rollback_enabled(true);
    let answer = send!(aws_sdk_codedeploy, call, session, warrant);
    // Whether it has stopped already or is about to: it was taken.
    if matches!(answer.status(), Some(StopStatus::Pending | StopStatus::Succeeded)) {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    let status = answer.status().map_or("none", StopStatus::as_str);
    let why = format!("asked to stop {}, answered status {status}", stop.deployment);
    Err(warrant.unsettled(Doubt::Garbled(why)))
}
