//! CloudTrail: lets trails write again.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_cloudtrail::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::StartTrail;
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant};

use super::send::{send, silent};

pub(super) async fn start<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    start: StartTrail,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.start_logging().name(start.arn.as_str());
    let answer = send!(aws_sdk_cloudtrail, call, session, warrant);
    silent(warrant, answer.request_id())
}
