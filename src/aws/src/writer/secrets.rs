//! Secrets Manager: rotates secrets, and moves the label of the current version.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_secretsmanager::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::{MoveCurrent, RotateSecret};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn rotate<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    rotate: RotateSecret,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call =
        client.rotate_secret().secret_id(rotate.arn).client_request_token(rotate.token.as_str());
    let answer = send!(aws_sdk_secretsmanager, call, session, warrant);
    if answer.version_id() == Some(rotate.token.as_str()) {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    let version = answer.version_id().unwrap_or("none");
    let why = format!("asked for version {}, answered version {version}", rotate.token);
    Err(warrant.unsettled(Doubt::Garbled(why)))
}

pub(super) async fn move_current<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    change: MoveCurrent,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client
        .update_secret_version_stage()
        .secret_id(change.arn.as_str())
        .version_stage("AWSCURRENT")
        .move_to_version_id(change.to)
        .remove_from_version_id(change.from);
    let answer = send!(aws_sdk_secretsmanager, call, session, warrant);
    if answer.arn() == Some(change.arn.as_str()) {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    let arn = answer.arn().unwrap_or("none");
    let why = format!("asked for secret {}, answered secret {arn}", change.arn);
    Err(warrant.unsettled(Doubt::Garbled(why)))
}
