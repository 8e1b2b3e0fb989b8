//! STS: who we are.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use watchdeck_domain::{AccountId, Arn, Identity, ReadError};

use crate::rejection::{malformed, read_error};

const WHO: &str = "sts:GetCallerIdentity";

pub(super) async fn who_am_i(client: &aws_sdk_sts::Client) -> Result<Identity, ReadError> {
    let answer = client.get_caller_identity().send().await.map_err(|e| read_error(WHO, &e))?;
    let account = AccountId::parse(answer.account().unwrap_or_default())
        .map_err(|e| malformed(WHO, e.to_string()))?;
    let arn =
        Arn::parse(answer.arn().unwrap_or_default()).map_err(|e| malformed(WHO, e.to_string()))?;
    Ok(Identity { account, arn, user_id: super::plain(answer.user_id()) })
}
