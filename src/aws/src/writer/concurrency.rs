//! Lambda: reserves concurrency for functions, and provisions it for aliases.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_lambda::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::RequestId;
use watchdeck_domain::change::{ProvisionConcurrency, ReserveConcurrency};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::lambda::{settings, used_up};
use super::outcome;
use crate::gate::{Stamp, Stamper};

pub(super) async fn reserve<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    reserve: ReserveConcurrency,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let settings = settings(session, &warrant);
    let function = reserve.function_arn(warrant.scope());
    let Some(stamp) = Stamp::of(&warrant) else {
        return Err(used_up(warrant));
    };
    let Some(count) = reserve.reserved else {
        let sent = client
            .delete_function_concurrency()
            .function_name(function)
            .customize()
            .interceptor(Stamper(stamp))
            .config_override(settings)
            .send()
            .await;
        return match sent {
            Ok(answer) => deleted(warrant, answer.request_id()),
            Err(error) => Err(outcome::settle(warrant, &error)),
        };
    };
    let sent = client
        .put_function_concurrency()
        .function_name(function)
        .reserved_concurrent_executions(whole(count))
        .customize()
        .interceptor(Stamper(stamp))
        .config_override(settings)
        .send()
        .await;
    match sent {
        Ok(answer) if answer.reserved_concurrent_executions() == Some(whole(count)) => {
            Ok(warrant.landed(request(answer.request_id()), None))
        }
        Ok(answer) => Err(warrant.unsettled(other(count, answer.reserved_concurrent_executions()))),
        Err(error) => Err(outcome::settle(warrant, &error)),
    }
}

pub(super) async fn provision<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    provision: ProvisionConcurrency,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let settings = settings(session, &warrant);
    let function = provision.function_arn(warrant.scope());
    let Some(stamp) = Stamp::of(&warrant) else {
        return Err(used_up(warrant));
    };
    let Some(count) = provision.provisioned else {
        let sent = client
            .delete_provisioned_concurrency_config()
            .function_name(function)
            .qualifier(provision.alias.as_str())
            .customize()
            .interceptor(Stamper(stamp))
            .config_override(settings)
            .send()
            .await;
        return match sent {
            Ok(answer) => deleted(warrant, answer.request_id()),
            Err(error) => Err(outcome::settle(warrant, &error)),
        };
    };
    let sent = client
        .put_provisioned_concurrency_config()
        .function_name(function)
        .qualifier(provision.alias.as_str())
        .provisioned_concurrent_executions(whole(count))
        .customize()
        .interceptor(Stamper(stamp))
        .config_override(settings)
        .send()
        .await;
    match sent {
        Ok(answer)
            if answer.requested_provisioned_concurrent_executions() == Some(whole(count)) =>
        {
            Ok(warrant.landed(request(answer.request_id()), None))
        }
        Ok(answer) => {
            let answered = answer.requested_provisioned_concurrent_executions();
            Err(warrant.unsettled(other(count, answered)))
        }
        Err(error) => Err(outcome::settle(warrant, &error)),
    }
}

/// A deletion has an empty answer. Only its request id tells that AWS gave it, and not something on the way there.
fn deleted<R: Realm>(warrant: Warrant<R>, id: Option<&str>) -> Result<Receipt, Unserved> {
    match request(id) {
        Some(id) => Ok(warrant.landed(Some(id), None)),
        None => Err(warrant.unsettled(Doubt::Garbled("an answer without a request id".into()))),
    }
}

fn request(id: Option<&str>) -> Option<RequestId> {
    id.and_then(|id| RequestId::parse(id).ok())
}

/// The number as the SDK takes it; one that does not fit is refused by AWS all the same.
fn whole(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn other(asked: u32, answered: Option<i32>) -> Doubt {
    let answered = answered.map_or_else(|| "none".to_owned(), |count| count.to_string());
    Doubt::Garbled(format!("asked for a concurrency of {asked}, answered {answered}"))
}
