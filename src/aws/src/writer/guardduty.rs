//! `GuardDuty`: archives findings, and takes them out of the archive.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_guardduty::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::ArchiveThreats;
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant};

use super::send::{send, silent};

pub(super) async fn archive<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    archive: ArchiveThreats,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let ids = archive.threats.iter().map(|id| id.as_str().to_owned()).collect();
    if archive.archived {
        let call = client.archive_findings();
        let call = call.detector_id(archive.detector).set_finding_ids(Some(ids));
        let answer = send!(aws_sdk_guardduty, call, session, warrant);
        return silent(warrant, answer.request_id());
    }
    let call = client.unarchive_findings();
    let call = call.detector_id(archive.detector).set_finding_ids(Some(ids));
    let answer = send!(aws_sdk_guardduty, call, session, warrant);
    silent(warrant, answer.request_id())
}
