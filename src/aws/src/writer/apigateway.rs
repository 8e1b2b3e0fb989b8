//! API Gateway: throttles stages, and lets them serve another deployment.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{Op, PatchOperation};
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::{ServeDeployment, ThrottleStage};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn throttle<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    throttle: ThrottleStage,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let patches = match throttle.throttle {
        // Either without the other is nothing that one would want.
        Some(wanted) => vec![
            replace("/*/*/throttling/rateLimit", wanted.rate.to_string()),
            replace("/*/*/throttling/burstLimit", wanted.burst.to_string()),
        ],
        None => vec![PatchOperation::builder().op(Op::Remove).path("/*/*").build()],
    };
    patch(client, session, &throttle.id, throttle.stage.as_str(), patches, warrant).await
}

pub(super) async fn serve<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    change: ServeDeployment,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let patches = vec![replace("/deploymentId", change.deployment.to_string())];
    patch(client, session, &change.id, change.stage.as_str(), patches, warrant).await
}

fn replace(path: &str, value: String) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(path).value(value).build()
}

async fn patch<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    api: &str,
    stage: &str,
    patches: Vec<PatchOperation>,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.update_stage().rest_api_id(api).stage_name(stage);
    let call = call.set_patch_operations(Some(patches));
    let answer = send!(aws_sdk_apigateway, call, session, warrant);
    match answer.stage_name() {
        Some(named) if named == stage => Ok(warrant.landed(request(answer.request_id()), None)),
        Some(_) | None => {
            Err(warrant.unsettled(Doubt::Garbled("an answer without the stage".into())))
        }
    }
}
