//! One authenticated, validated call, and what a behaviour may answer.

use std::collections::BTreeMap;

use tokio::sync::mpsc;

use super::value::Value;
use crate::world::names::ACCOUNT;

/// A call that has passed signature and model validation.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service, by the name of its model file: `lambda`, `logs`, `elbv2`.
    pub service: String,
    /// The operation, such as `UpdateAlias`.
    pub operation: String,
    /// The input, as the model types it.
    pub input: Value,
    /// Who signed it.
    pub caller: Caller,
    /// The region of the signature.
    pub region: String,
    /// The request id the answer will carry.
    pub request_id: String,
    /// The `User-Agent`, for CloudTrail.
    pub user_agent: String,
}

/// The principal behind a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The access key id used.
    pub access_key: String,
    /// The principal ARN: a user, or an assumed-role session.
    pub arn: String,
    /// The unique id, as GetCallerIdentity shows it.
    pub user_id: String,
    /// The account.
    pub account: String,
}

impl Caller {
    /// Whoever asks without a signature.
    pub(crate) fn nobody() -> Self {
        Self {
            access_key: String::new(),
            arn: String::new(),
            user_id: String::new(),
            account: ACCOUNT.to_owned(),
        }
    }
}

/// What an operation answers.
#[derive(Debug)]
pub enum Reply {
    /// An output structure.
    Output(Value),
    /// An event stream: the codec sends `initial-response`, then each event as it arrives.
    Stream(mpsc::Receiver<StreamEvent>),
}

impl From<Value> for Reply {
    fn from(output: Value) -> Self {
        Self::Output(output)
    }
}

/// One message of an event stream.
#[derive(Clone, Debug)]
pub enum StreamEvent {
    /// A modelled event: `sessionStart`, `sessionUpdate`.
    Event(&'static str, Value),
    /// A modelled exception, after which the stream ends.
    Exception(&'static str, String),
}

/// An error answer of AWS. Its HTTP status and wire code come from the model by `code`.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// The shape name in the model, or a common error code such as `AccessDenied` or `ThrottlingException`.
    pub code: String,
    /// The message, in AWS's words where they are known.
    pub message: String,
    /// Further modelled members, such as `Type` or `retryAfterSeconds`.
    pub members: BTreeMap<String, Value>,
}

impl ApiError {
    /// An error with code and message only.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), members: BTreeMap::new() }
    }

    /// Adds a modelled member.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.members.insert(member.to_owned(), value.into());
        self
    }
}
