//! WAF: lists addresses, takes them off the list, and holds addresses to a limit.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::Scope;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::RevisionId;
use watchdeck_domain::change::{LimitRate, ListAddress};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn list_address<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    list: ListAddress,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let description = Some(list.description).filter(|text| !text.is_empty());
    let call = client
        .update_ip_set()
        .scope(Scope::Regional)
        .name(list.set.as_str())
        .id(list.id)
        .set_description(description)
        .set_addresses(Some(list.addresses))
        .lock_token(list.lock.as_str());
    let answer = send!(aws_sdk_wafv2, call, session, warrant);
    if let Some(Ok(lock)) = answer.next_lock_token().map(RevisionId::parse) {
        return Ok(warrant.landed(request(answer.request_id()), Some(lock)));
    }
    let why = "asked to change an IP set, answered no new lock".to_owned();
    Err(warrant.unsettled(Doubt::Garbled(why)))
}

pub(super) async fn limit_rate<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    limit: LimitRate,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.update_web_acl();
    let answer = send!(aws_sdk_wafv2, call, session, warrant, limit.body());
    if let Some(Ok(lock)) = answer.next_lock_token().map(RevisionId::parse) {
        return Ok(warrant.landed(request(answer.request_id()), Some(lock)));
    }
    let why = "asked to change a web ACL, answered no new lock".to_owned();
    Err(warrant.unsettled(Doubt::Garbled(why)))
}
