//! The errors every service knows, under the name that each protocol gives them.

use super::call::ApiError;
use crate::model::{Operation, Protocol, Service};

/// What may befall any call, whatever the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Common {
    /// The request carries no signature.
    MissingToken,
    /// The access key or its token is unknown.
    UnknownKey,
    /// The signature is not the one we calculate.
    Mismatch,
    /// The signature is refused for a reason that it says itself.
    Signature(String),
    /// S3 says it so when clocks differ.
    Skewed,
    /// A presigned URL of S3 is past its time.
    PresignedExpired,
    /// The body is not the one that was hashed.
    PayloadMismatch,
    /// The authorization is not whole.
    Incomplete(String),
    /// Temporary credentials are past their time.
    ExpiredToken,
    /// Too many calls.
    Throttled,
    /// The principal may not.
    Denied(String),
    /// The service broke.
    Internal,
    /// There is no such operation, or the account does not serve it.
    UnknownOperation(String),
    /// The body is no value of the input shape.
    Malformed(String),
}

impl Common {
    /// The error as this service and protocol write it.
    pub(crate) fn error(
        &self,
        service: Option<&Service>,
        protocol: Protocol,
        operation: Option<&Operation>,
    ) -> ApiError {
        let (code, message) = self.code(service, protocol, operation);
        ApiError::new(code, message)
    }

    fn code(
        &self,
        service: Option<&Service>,
        protocol: Protocol,
        operation: Option<&Operation>,
    ) -> (String, String) {
        let dialect = Dialect::of(service, protocol);
        let modelled = |names: &[&'static str]| {
            let (service, operation) = (service?, operation?);
            let has =
                |name: &&&str| operation.errors.iter().any(|id| service.shape(*id).name == **name);
            names.iter().find(has).copied()
        };
        let (code, message): (&str, &str) = match self {
            Self::MissingToken
            | Self::UnknownKey
            | Self::Mismatch
            | Self::Signature(_)
            | Self::Skewed
            | Self::PresignedExpired
            | Self::PayloadMismatch
            | Self::Incomplete(_)
            | Self::ExpiredToken => self.credential(dialect),
            Self::Throttled => {
                let code = modelled(&[
                    "ThrottlingException",
                    "TooManyRequestsException",
                    "ThrottledException",
                    "SlowDownException",
                ]);
                match (code, dialect) {
                    (Some(code), _) => (code, "Rate exceeded"),
                    (None, Dialect::Json) => ("ThrottlingException", "Rate exceeded"),
                    (None, Dialect::Xml) => ("Throttling", "Rate exceeded"),
                    (None, Dialect::Ec2) => ("RequestLimitExceeded", "Request limit exceeded."),
                    (None, Dialect::S3) => ("SlowDown", "Please reduce your request rate."),
                }
            }
            Self::Denied(message) => match dialect {
                Dialect::Json => ("AccessDeniedException", message),
                Dialect::Xml | Dialect::S3 => ("AccessDenied", message),
                Dialect::Ec2 => ("UnauthorizedOperation", message),
            },
            Self::Internal => {
                let code = modelled(&[
                    "ServiceException",
                    "InternalServerException",
                    "InternalServerError",
                    "InternalException",
                ]);
                let code = code.unwrap_or(match dialect {
                    Dialect::Json | Dialect::Xml => "InternalFailure",
                    Dialect::Ec2 | Dialect::S3 => "InternalError",
                });
                (code, "We encountered an internal error. Please try again.")
            }
            Self::UnknownOperation(message) => match dialect {
                Dialect::Json => ("UnknownOperationException", message),
                Dialect::Xml | Dialect::Ec2 => ("InvalidAction", message),
                Dialect::S3 => ("NotImplemented", message),
            },
            Self::Malformed(message) => match dialect {
                Dialect::Json => ("SerializationException", message),
                Dialect::Xml => ("MalformedInput", message),
                Dialect::Ec2 => ("InvalidParameterValue", message),
                Dialect::S3 => ("MalformedXML", message),
            },
        };
        (code.to_owned(), message.to_owned())
    }

    /// What is wrong with the credentials.
    fn credential(&self, dialect: Dialect) -> (&str, &str) {
        match self {
            Self::MissingToken => match dialect {
                Dialect::Json => {
                    ("MissingAuthenticationTokenException", "Missing Authentication Token")
                }
                Dialect::Xml => {
                    ("MissingAuthenticationToken", "Request is missing Authentication Token")
                }
                Dialect::Ec2 => {
                    ("AuthFailure", "AWS was not able to validate the provided access credentials")
                }
                Dialect::S3 => ("AccessDenied", "Access Denied"),
            },
            Self::UnknownKey => match dialect {
                Dialect::Json => (
                    "UnrecognizedClientException",
                    "The security token included in the request is invalid.",
                ),
                Dialect::Xml => (
                    "InvalidClientTokenId",
                    "The security token included in the request is invalid.",
                ),
                Dialect::Ec2 => {
                    ("AuthFailure", "AWS was not able to validate the provided access credentials")
                }
                Dialect::S3 => (
                    "InvalidAccessKeyId",
                    "The AWS Access Key Id you provided does not exist in our records.",
                ),
            },
            Self::Mismatch => (
                match dialect {
                    Dialect::Json => "InvalidSignatureException",
                    Dialect::Xml | Dialect::S3 => "SignatureDoesNotMatch",
                    Dialect::Ec2 => "AuthFailure",
                },
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details.",
            ),
            Self::Signature(message) => match dialect {
                Dialect::Json => ("InvalidSignatureException", message),
                Dialect::Xml | Dialect::S3 => ("SignatureDoesNotMatch", message),
                Dialect::Ec2 => ("RequestExpired", message),
            },
            Self::Skewed => (
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            ),
            Self::PresignedExpired => ("AccessDenied", "Request has expired"),
            Self::PayloadMismatch => match dialect {
                Dialect::S3 => (
                    "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.",
                ),
                Dialect::Json | Dialect::Xml | Dialect::Ec2 => Self::Mismatch.credential(dialect),
            },
            Self::Incomplete(message) => match dialect {
                Dialect::Json => ("IncompleteSignatureException", message),
                Dialect::Xml | Dialect::Ec2 => ("IncompleteSignature", message),
                Dialect::S3 => ("AuthorizationHeaderMalformed", message),
            },
            Self::ExpiredToken => match dialect {
                Dialect::Json => (
                    "ExpiredTokenException",
                    "The security token included in the request is expired",
                ),
                Dialect::Xml => {
                    ("ExpiredToken", "The security token included in the request is expired")
                }
                Dialect::Ec2 => ("RequestExpired", "Request has expired."),
                Dialect::S3 => ("ExpiredToken", "The provided token has expired."),
            },
            // Not about credentials; `code` never asks.
            Self::Throttled
            | Self::Denied(_)
            | Self::Internal
            | Self::UnknownOperation(_)
            | Self::Malformed(_) => ("InternalFailure", ""),
        }
    }
}

/// The four families in which common errors have names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Json,
    Xml,
    Ec2,
    S3,
}

impl Dialect {
    fn of(service: Option<&Service>, protocol: Protocol) -> Self {
        match protocol {
            Protocol::Json | Protocol::RestJson | Protocol::Cbor => Self::Json,
            Protocol::RestXml if service.is_some_and(|s| s.name == "s3") => Self::S3,
            Protocol::RestXml | Protocol::Query => Self::Xml,
            Protocol::Ec2 => Self::Ec2,
        }
    }
}

/// The HTTP status of a code that the model gives none.
pub(crate) fn status(protocol: Protocol, code: &str) -> u16 {
    let json = matches!(protocol, Protocol::Json | Protocol::Cbor);
    match code {
        "InternalFailure"
        | "InternalError"
        | "InternalServerError"
        | "InternalServerException"
        | "ServiceException"
        | "InternalServiceError"
        | "InternalException"
        | "InternalServiceException" => 500,
        "NotImplemented" => 501,
        "RequestLimitExceeded"
        | "SlowDown"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => 503,
        "TooManyRequestsException" => 429,
        "PreconditionFailed" => 412,
        "UnknownOperationException" if !json => 404,
        "UnknownOperationException" if protocol == Protocol::Cbor => 404,
        "ThrottlingException" if protocol == Protocol::RestJson => 429,
        "AuthFailure" => 401,
        "AccessDenied"
        | "UnauthorizedOperation"
        | "SignatureDoesNotMatch"
        | "InvalidClientTokenId"
        | "MissingAuthenticationToken"
        | "InvalidAccessKeyId"
        | "RequestTimeTooSkewed"
        | "ExpiredToken" => 403,
        "AccessDeniedException"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "ExpiredTokenException"
        | "IncompleteSignatureException"
            if !json =>
        {
            403
        }
        code if !json
            && protocol != Protocol::Query
            && protocol != Protocol::Ec2
            && is_not_found(code) =>
        {
            404
        }
        _ => 400,
    }
}

fn is_not_found(code: &str) -> bool {
    code.contains("NotFound") || code.starts_with("NoSuch")
}
