//! What a failed call proves, and what it leaves open.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use watchdeck_domain::RequestId;
use watchdeck_guard::{Doubt, Realm, Unserved, Warrant};

use crate::rejection::{chain, credentials_failure, read_error, request_id};

/// Trades the warrant for what the error proves: only a definite no is a refusal.
pub(super) fn settle<R: Realm, E>(
    warrant: Warrant<R>,
    error: &SdkError<E, HttpResponse>,
) -> Unserved
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        // Stopped before a byte was sent: by the gate, or for want of credentials.
        SdkError::ConstructionFailure(_) => warrant.refused("NotSent", chain(error), None),
        SdkError::DispatchFailure(_) if credentials_failure(error).is_some() => {
            warrant.refused("NotSent", chain(error), None)
        }
        SdkError::TimeoutError(_) => warrant.unsettled(Doubt::TimedOut(chain(error))),
        SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => {
            warrant.unsettled(Doubt::TimedOut(chain(error)))
        }
        SdkError::DispatchFailure(_) => warrant.unsettled(Doubt::Connection(chain(error))),
        SdkError::ServiceError(served) => {
            let status = served.raw().status().as_u16();
            let said = read_error("change", error);
            match status {
                // 408 says that the request came late or not whole; not that it was not carried out.
                408 => warrant.unsettled(Doubt::TimedOut(said.message)),
                400..=499 if is_from_aws(served.raw(), &said.code) => {
                    let id = request_id(served.raw()).and_then(|id| RequestId::parse(id).ok());
                    warrant.refused(said.code, said.message, id)
                }
                // A proxy may say so after it has passed the change on.
                400..=499 => {
                    let what = format!("HTTP {status}, not in the way of AWS: {}", said.message);
                    warrant.unsettled(Doubt::Garbled(what))
                }
                500.. => warrant.unsettled(Doubt::Fault(said.message)),
                _ => warrant.unsettled(Doubt::Garbled(said.message)),
            }
        }
        SdkError::ResponseError(_) => {
            warrant.unsettled(Doubt::Garbled(read_error("change", error).message))
        }
        _ => warrant.unsettled(Doubt::Garbled(chain(error))),
    }
}

/// Whether an error answer is one that AWS gives: with an error code, and marked in its headers as AWS marks answers.
/// The page of a proxy lacks both; a gateway's own JSON may hold something that passes for a code.
fn is_from_aws(response: &HttpResponse, code: &str) -> bool {
    let named =
        code.starts_with(|c: char| c.is_ascii_alphabetic()) && !code.contains(char::is_whitespace);
    let marked =
        request_id(response).is_some() || response.headers().get("x-amzn-errortype").is_some();
    named && marked
}
