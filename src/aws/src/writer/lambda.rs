//! Lambda: points aliases, and switches event sources.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::AliasRoutingConfiguration;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::RevisionId;
use watchdeck_domain::change::{PointAlias, SwitchSource};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn point_alias<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    point: PointAlias,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    // Sent even when empty: without it Lambda keeps old weights, and refuses a version that is still among them.
    let weights = point.weights.clone().into_iter().collect();
    let routing =
        AliasRoutingConfiguration::builder().set_additional_version_weights(Some(weights)).build();
    let call = client
        .update_alias()
        .function_name(point.function_arn(warrant.scope()))
        .name(point.alias.as_str())
        .function_version(point.version.as_str())
        .description(point.description)
        .routing_config(routing)
        .revision_id(point.revision.as_str());
    let answer = send!(aws_sdk_lambda, call, session, warrant);
    if answer.function_version() == Some(point.version.as_str()) {
        let revision = answer.revision_id().and_then(|id| RevisionId::parse(id).ok());
        return Ok(warrant.landed(request(answer.request_id()), revision));
    }
    let version = answer.function_version().unwrap_or("none");
    let why = format!("asked for version {}, answered version {version}", point.version);
    Err(warrant.unsettled(Doubt::Garbled(why)))
}

pub(super) async fn switch_source<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    switch: SwitchSource,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.update_event_source_mapping().uuid(&switch.uuid).enabled(switch.enabled);
    let answer = send!(aws_sdk_lambda, call, session, warrant);
    // AWS answers with the state on the way: `Disabling`, or that before it. What it is about must be the same.
    if answer.uuid() == Some(switch.uuid.as_str()) {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    let uuid = answer.uuid().unwrap_or("none");
    let why = format!("asked for mapping {}, answered mapping {uuid}", switch.uuid);
    Err(warrant.unsettled(Doubt::Garbled(why)))
}
