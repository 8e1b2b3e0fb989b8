//! Why a question got no answer, and what can be done about it.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a single reading call may take before it counts as timed out.
pub const READ_LIMIT: Duration = Duration::from_secs(10);

/// Why a question got no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{operation}: {failure}: {message}")]
pub struct ReadError {
    /// What kind of failure.
    pub failure: ReadFailure,
    /// The operation, such as `lambda:GetAlias`.
    pub operation: String,
    /// AWS's error code, such as `AccessDeniedException`; empty when there was none.
    pub code: String,
    /// What was said, made printable.
    pub message: String,
    /// The request id, if a server answered.
    pub request_id: Option<String>,
}

impl ReadError {
    /// An error without code or request id.
    pub fn new(
        failure: ReadFailure,
        operation: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        let message = crate::Printable::new(message).into();
        Self {
            failure,
            operation: operation.into(),
            code: String::new(),
            message,
            request_id: None,
        }
    }

    /// What the operator can do about it.
    pub fn hint(&self) -> &'static str {
        match self.failure {
            ReadFailure::Denied => {
                "the role lacks this permission; ask for it, or switch to a role that has it"
            }
            ReadFailure::Expired => {
                "press ctrl-r: new credentials are asked for, or you can sign in"
            }
            ReadFailure::NoCredentials => {
                "choose a profile with --profile, or start without one on the simulated account"
            }
            ReadFailure::Throttled => {
                "the account's quota is used up; it is asked again more slowly"
            }
            ReadFailure::Missing => "it may have been deleted; refresh the list",
            ReadFailure::Refused => "the server did not accept the request; the message says why",
            ReadFailure::Unreachable => {
                "check the network, VPN and proxy, the region, and --endpoint-url"
            }
            ReadFailure::TimedOut => "the server did not answer in time; it is safe to ask again",
            ReadFailure::Unsupported => "this server does not offer the operation",
            ReadFailure::Malformed => {
                "the server answered something that is not an AWS answer; is the endpoint right?"
            }
            ReadFailure::Fault => "the service failed; ask again, and see the AWS Health dashboard",
        }
    }
}

/// The kinds of failed reads that call for different conduct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadFailure {
    /// IAM says no.
    Denied,
    /// The credentials have expired.
    Expired,
    /// There are no credentials, or they are not valid ones.
    NoCredentials,
    /// Too many calls.
    Throttled,
    /// What was asked about is not there.
    Missing,
    /// The request was not accepted: a validation error or a conflict.
    Refused,
    /// No connection: name, network or TLS.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The server does not know the operation.
    Unsupported,
    /// The answer could not be understood.
    Malformed,
    /// The service failed (5xx).
    Fault,
}

impl fmt::Display for ReadFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Denied => "access denied",
            Self::Expired => "credentials expired",
            Self::NoCredentials => "no valid credentials",
            Self::Throttled => "throttled",
            Self::Missing => "not found",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed out",
            Self::Unsupported => "not supported by this server",
            Self::Malformed => "answer not understood",
            Self::Fault => "service failure",
        })
    }
}
