//! SDK errors as reading errors: throttles, expired tokens, HTML pages and lost connections by name.
//!
//! Servers are not always AWS: an answer without an error code, with an HTML page, or with nothing in it is
//! ordinary input here, and becomes a kind of failure the operator can act on.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use watchdeck_domain::ReadError;
use watchdeck_domain::reading::ReadFailure;

/// Turns an SDK error into a reading error of `operation`, such as `lambda:GetAlias`.
pub(crate) fn read_error<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> ReadError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let response = error.raw_response();
    let mut read = match error {
        SdkError::ConstructionFailure(_) => ReadError::new(
            credentials_failure(error).unwrap_or(ReadFailure::Refused),
            operation,
            chain(error),
        ),
        SdkError::TimeoutError(_) => ReadError::new(ReadFailure::TimedOut, operation, chain(error)),
        SdkError::DispatchFailure(dispatch) => {
            let failure = credentials_failure(error).unwrap_or(if dispatch.is_timeout() {
                ReadFailure::TimedOut
            } else {
                ReadFailure::Unreachable
            });
            ReadError::new(failure, operation, chain(error))
        }
        SdkError::ServiceError(service) => {
            let (failure, message) = served(service.err(), service.raw());
            ReadError::new(failure, operation, message)
        }
        SdkError::ResponseError(unread) => {
            let (failure, message) = unreadable(unread.raw(), &chain(error));
            ReadError::new(failure, operation, message)
        }
        _ => ReadError::new(ReadFailure::Malformed, operation, chain(error)),
    };
    if let SdkError::ServiceError(service) = error {
        read.code =
            service.err().code().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    }
    read.request_id = response.and_then(request_id);
    read
}

/// An answer that parsed but does not say what it must.
pub(crate) fn malformed(operation: &str, why: impl Into<String>) -> ReadError {
    ReadError::new(ReadFailure::Malformed, operation, why)
}

/// The request id in the headers of an answer.
pub(crate) fn request_id(response: &HttpResponse) -> Option<String> {
    ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"]
        .into_iter()
        .find_map(|name| response.headers().get(name))
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
}

/// What a server's error answer means.
fn served(
    error: &(impl ProvideErrorMetadata + Error),
    response: &HttpResponse,
) -> (ReadFailure, String) {
    let status = response.status().as_u16();
    match error.code().filter(|code| !code.is_empty()) {
        Some(code) => {
            let message =
                error.message().filter(|m| !m.is_empty()).unwrap_or("no reason was given");
            (by_code(code, status, message), message.to_owned())
        }
        None => without_code(status, response, error.message().unwrap_or_default()),
    }
}

/// The failure that an AWS error code stands for.
fn by_code(code: &str, status: u16, message: &str) -> ReadFailure {
    match code {
        "AccessDenied"
        | "AccessDeniedException"
        | "UnauthorizedOperation"
        | "AuthorizationError"
        | "NotAuthorized"
        | "Forbidden"
        | "ForbiddenException" => ReadFailure::Denied,
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => {
            ReadFailure::Expired
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "InvalidIdentityToken"
        | "RequestTimeTooSkewed" => ReadFailure::NoCredentials,
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "LimitExceededException"
        | "SlowDown"
        | "BandwidthLimitExceeded" => ReadFailure::Throttled,
        "UnknownOperationException"
        | "UnknownOperation"
        | "InvalidAction"
        | "NotImplemented"
        | "NotImplementedException"
        | "UnsupportedOperation"
        | "UnsupportedOperationException" => ReadFailure::Unsupported,
        "RequestTimeout" | "RequestTimeoutException" => ReadFailure::TimedOut,
        _ if status == 429 => ReadFailure::Throttled,
        _ if code.contains("NotFound")
            || code.starts_with("NoSuch")
            || code.contains("DoesNotExist") =>
        {
            ReadFailure::Missing
        }
        _ if status == 501 || says_unsupported(message) => ReadFailure::Unsupported,
        _ if status >= 500 => ReadFailure::Fault,
        _ => ReadFailure::Refused,
    }
}

/// What an error answer without a code means: a page of a proxy, or a server that lacks the operation.
fn without_code(status: u16, response: &HttpResponse, message: &str) -> (ReadFailure, String) {
    let page = if message.is_empty() { excerpt(response) } else { message.to_owned() };
    let what = format!("HTTP {status} without an AWS error code: {page}");
    let failure = match status {
        401 | 403 => ReadFailure::Denied,
        407 => ReadFailure::Unreachable,
        408 => ReadFailure::TimedOut,
        429 => ReadFailure::Throttled,
        404 | 405 | 501 => ReadFailure::Unsupported,
        // Two servers that are not AWS say so with a JSON 400 and an HTML 500.
        400 if page.starts_with('{') => ReadFailure::Unsupported,
        500 if page.starts_with('<') => ReadFailure::Unsupported,
        500.. => ReadFailure::Fault,
        _ => ReadFailure::Malformed,
    };
    (failure, what)
}

/// What an answer means that the SDK could not read.
fn unreadable(response: &HttpResponse, why: &str) -> (ReadFailure, String) {
    let status = response.status().as_u16();
    if (200..300).contains(&status) {
        let text = excerpt(response);
        if response.body().bytes().is_none() && is_cut(why) {
            return (
                ReadFailure::Unreachable,
                format!("the connection broke during the answer: {why}"),
            );
        }
        return (ReadFailure::Malformed, format!("{why}; the answer begins {text}"));
    }
    without_code(status, response, "")
}

fn is_cut(why: &str) -> bool {
    ["IncompleteMessage", "connection", "reset", "end of file", "eof", "body error"]
        .iter()
        .any(|sign| why.to_ascii_lowercase().contains(&sign.to_ascii_lowercase()))
}

fn says_unsupported(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["not implemented", "not yet implemented", "not supported", "unknown operation"]
        .iter()
        .any(|sign| message.contains(sign))
}

/// What the credential chain's failure means, if that is what failed.
pub(crate) fn credentials_failure(error: &(dyn Error + 'static)) -> Option<ReadFailure> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(credentials) = error.downcast_ref::<CredentialsError>() {
            return Some(by_chain(credentials));
        }
        cause = error.source();
    }
    None
}

/// Why credentials could not be had. The SDK's inner errors are private types: their words must do.
fn by_chain(error: &CredentialsError) -> ReadFailure {
    let words = chain(error).to_ascii_lowercase();
    if words.contains("expired") {
        return ReadFailure::Expired;
    }
    if matches!(error, CredentialsError::ProviderTimedOut(_)) {
        return ReadFailure::TimedOut;
    }
    if words.contains("accessdenied") || words.contains("forbidden") {
        return ReadFailure::Denied;
    }
    if words.contains("dispatch failure") || words.contains("dns error") {
        return ReadFailure::Unreachable;
    }
    ReadFailure::NoCredentials
}

/// The causes of an error, joined by colons, each said once.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !said.contains(&more) {
            said.push_str(": ");
            said.push_str(&more);
        }
        cause = error.source();
    }
    said
}

/// The first words of an answer's body.
fn excerpt(response: &HttpResponse) -> String {
    let Some(bytes) = response.body().bytes() else { return "with nothing that was kept".into() };
    let text = String::from_utf8_lossy(bytes);
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "with nothing".into() } else { text.chars().take(120).collect() }
}
