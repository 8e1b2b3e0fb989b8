//! IAM: switches access keys, puts policies that deny and takes them away.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::StatusType;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::{PutDenial, SwitchKey};
use watchdeck_guard::{Realm, Receipt, Unserved, Warrant};

use super::send::{send, silent};

pub(super) async fn switch_key<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    switch: SwitchKey,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let status = if switch.active { StatusType::Active } else { StatusType::Inactive };
    // Without the user's name IAM would take the caller's.
    let call = client
        .update_access_key()
        .user_name(switch.user.as_str())
        .access_key_id(switch.key.as_str())
        .status(status);
    let answer = send!(aws_sdk_iam, call, session, warrant);
    silent(warrant, answer.request_id())
}

pub(super) async fn put_denial<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    put: PutDenial,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let (name, policy) = (put.principal.name(), put.policy.as_str());
    let document = put.denial.map(watchdeck_domain::change::Denial::document);
    match (put.principal.is_user(), document) {
        (true, Some(document)) => {
            let call = client.put_user_policy().user_name(name).policy_name(policy);
            let call = call.policy_document(document);
            let answer = send!(aws_sdk_iam, call, session, warrant);
            silent(warrant, answer.request_id())
        }
        (true, None) => {
            let call = client.delete_user_policy().user_name(name).policy_name(policy);
            let answer = send!(aws_sdk_iam, call, session, warrant);
            silent(warrant, answer.request_id())
        }
        (false, Some(document)) => {
            let call = client.put_role_policy().role_name(name).policy_name(policy);
            let call = call.policy_document(document);
            let answer = send!(aws_sdk_iam, call, session, warrant);
            silent(warrant, answer.request_id())
        }
        (false, None) => {
            let call = client.delete_role_policy().role_name(name).policy_name(policy);
            let answer = send!(aws_sdk_iam, call, session, warrant);
            silent(warrant, answer.request_id())
        }
    }
}
