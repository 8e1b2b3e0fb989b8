//! Lambda: reserves concurrency for functions, and provisions it for aliases.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_lambda::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::{ProvisionConcurrency, ReserveConcurrency};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send, silent};

pub(super) async fn reserve<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    reserve: ReserveConcurrency,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let function = reserve.function_arn(warrant.scope());
    let Some(count) = reserve.reserved else {
        let call = client.delete_function_concurrency().function_name(function);
        let answer = send!(aws_sdk_lambda, call, session, warrant);
        return silent(warrant, answer.request_id());
    };
    let call = client
        .put_function_concurrency()
        .function_name(function)
        .reserved_concurrent_executions(whole(count));
    let answer = send!(aws_sdk_lambda, call, session, warrant);
    let answered = answer.reserved_concurrent_executions();
    if answered == Some(whole(count)) {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    Err(warrant.unsettled(other(count, answered)))
}

pub(super) async fn provision<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    provision: ProvisionConcurrency,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let function = provision.function_arn(warrant.scope());
    let alias = provision.alias.as_str();
    let Some(count) = provision.provisioned else {
        let call =
            client.delete_provisioned_concurrency_config().function_name(function).qualifier(alias);
        let answer = send!(aws_sdk_lambda, call, session, warrant);
        return silent(warrant, answer.request_id());
    };
    let call = client
        .put_provisioned_concurrency_config()
        .function_name(function)
        .qualifier(alias)
        .provisioned_concurrent_executions(whole(count));
    let answer = send!(aws_sdk_lambda, call, session, warrant);
    let answered = answer.requested_provisioned_concurrent_executions();
    if answered == Some(whole(count)) {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    Err(warrant.unsettled(other(count, answered)))
}

/// The number as the SDK takes it; one that does not fit is refused by AWS all the same.
fn whole(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn other(asked: u32, answered: Option<i32>) -> Doubt {
    let answered = answered.map_or_else(|| "none".to_owned(), |count| count.to_string());
    Doubt::Garbled(format!("asked for a concurrency of {asked}, answered {answered}"))
}
