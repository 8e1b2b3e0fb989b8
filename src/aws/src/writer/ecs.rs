//! ECS: rolls services to another task definition.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_ecs::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::RollService;
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn roll<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    roll: RollService,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.update_service().cluster(roll.cluster.as_str());
    let call = call.service(roll.service.as_str()).task_definition(roll.definition.as_str());
    let answer = send!(aws_sdk_ecs, call, session, warrant);
    match answer.service() {
        Some(_) => Ok(warrant.landed(request(answer.request_id()), None)),
        None => Err(warrant.unsettled(Doubt::Garbled("an answer without the service".into()))),
    }
}
