//! Lambda: points aliases, and switches event sources.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::AliasRoutingConfiguration;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::{PointAlias, SwitchSource};
use watchdeck_domain::{RequestId, RevisionId};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::{app_name, outcome};
use crate::gate::{Stamp, Stamper};

/// The settings of one call: the name of its run, and the keys of the session that was opened for it.
pub(super) fn settings<R: Realm>(
    session: Option<Credentials>,
    warrant: &Warrant<R>,
) -> aws_sdk_lambda::config::Builder {
    let mut settings = aws_sdk_lambda::config::Builder::new();
    settings.set_app_name(app_name(warrant.run()));
    match session {
        Some(credentials) => settings.credentials_provider(credentials),
        None => settings,
    }
}

/// Refuses a warrant whose one call was made already, or may not be made any more.
pub(super) fn used_up<R: Realm>(warrant: Warrant<R>) -> Unserved {
    warrant.refused(
        "NotSent",
        "the warrant was used up before this call, or all changes were stopped",
        None,
    )
}

pub(super) async fn point_alias<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    point: PointAlias,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let settings = settings(session, &warrant);
    // Sent even when empty: without it Lambda keeps old weights, and refuses a version that is still among them.
    let weights = point.weights.clone().into_iter().collect();
    let routing =
        AliasRoutingConfiguration::builder().set_additional_version_weights(Some(weights)).build();
    let Some(stamp) = Stamp::of(&warrant) else {
        return Err(used_up(warrant));
    };
    let sent = client
        .update_alias()
        .function_name(point.function_arn(warrant.scope()))
        .name(point.alias.as_str())
        .function_version(point.version.as_str())
        .description(point.description)
        .routing_config(routing)
        .revision_id(point.revision.as_str())
        .customize()
        .interceptor(Stamper(stamp))
        .config_override(settings)
        .send()
        .await;
    match sent {
        Ok(answer) if answer.function_version() == Some(point.version.as_str()) => {
            let request_id = answer.request_id().and_then(|id| RequestId::parse(id).ok());
            let revision = answer.revision_id().and_then(|id| RevisionId::parse(id).ok());
            Ok(warrant.landed(request_id, revision))
        }
        Ok(answer) => {
            let version = answer.function_version().unwrap_or("none");
            let why = format!("asked for version {}, answered version {version}", point.version);
            Err(warrant.unsettled(Doubt::Garbled(why)))
        }
        Err(error) => Err(outcome::settle(warrant, &error)),
    }
}

pub(super) async fn switch_source<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    switch: SwitchSource,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let settings = settings(session, &warrant);
    let Some(stamp) = Stamp::of(&warrant) else {
        return Err(used_up(warrant));
    };
    let sent = client
        .update_event_source_mapping()
        .uuid(&switch.uuid)
        .enabled(switch.enabled)
        .customize()
        .interceptor(Stamper(stamp))
        .config_override(settings)
        .send()
        .await;
    match sent {
        // AWS answers with the state on the way: `Disabling`, or that before it. What it is about must be the same.
        Ok(answer) if answer.uuid() == Some(switch.uuid.as_str()) => {
            let request_id = answer.request_id().and_then(|id| RequestId::parse(id).ok());
            Ok(warrant.landed(request_id, None))
        }
        Ok(answer) => {
            let uuid = answer.uuid().unwrap_or("none");
            let why = format!("asked for mapping {}, answered mapping {uuid}", switch.uuid);
            Err(warrant.unsettled(Doubt::Garbled(why)))
        }
        Err(error) => Err(outcome::settle(warrant, &error)),
    }
}
