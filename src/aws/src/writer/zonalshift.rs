//! ARC zonal shift: leads traffic away from a zone, and ends that.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_arczonalshift::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::ShiftZone;
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn shift<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    change: ShiftZone,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let Some(shift) = change.shift else {
        let call = client.cancel_zonal_shift().zonal_shift_id(&change.id);
        let answer = send!(aws_sdk_arczonalshift, call, session, warrant);
        return told(answer.zonal_shift_id() == change.id, answer.request_id(), warrant);
    };
    let call = client
        .start_zonal_shift()
        .resource_identifier(change.resource.as_str())
        .away_from(shift.away.as_str())
        .expires_in(format!("{}m", change.minutes))
        .comment(shift.comment);
    let answer = send!(aws_sdk_arczonalshift, call, session, warrant);
    told(answer.away_from() == shift.away.as_str(), answer.request_id(), warrant)
}

/// Whether the answer is about what was asked.
fn told<R: Realm>(
    is_ours: bool,
    id: Option<&str>,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    if is_ours {
        return Ok(warrant.landed(request(id), None));
    }
    Err(warrant.unsettled(Doubt::Garbled("an answer about another shift".into())))
}
