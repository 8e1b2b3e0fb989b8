//! What the account is called.
#![expect(clippy::disallowed_types, reason = "a reader")]

use aws_sdk_iam::Client;
use watchdeck_domain::ReadError;

use crate::rejection::read_error;

/// The account's alias: it has one, or none.
pub(super) async fn alias(iam: &Client) -> Result<Option<String>, ReadError> {
    let answer = iam.list_account_aliases().send().await;
    let answer = answer.map_err(|error| read_error("iam:ListAccountAliases", &error))?;
    Ok(answer.account_aliases().first().cloned().filter(|alias| !alias.is_empty()))
}
