//! Signing a request to STS that approves a plan: who signed it is all that it asks, and the plan is part of the signature.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_types::SdkConfig;
use watchdeck_domain::Timestamp;
use watchdeck_guard::{Handover, Presigned};

use crate::rejection::chain;

/// As long as STS takes such a request.
const LIFE: Duration = Duration::from_mins(15);

/// Why no request was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PresignError(String);

/// Signs a request of [`Handover::headers`] for the STS of the plan's region.
pub(crate) async fn presign(
    asked: &Handover,
    config: &SdkConfig,
    endpoint: Option<String>,
    at: Timestamp,
) -> Result<Presigned, PresignError> {
    let wrong = |what: &str| PresignError(what.to_owned());
    let region = config.region().map(AsRef::as_ref).unwrap_or_default();
    if region != asked.scope.region.as_str() {
        let wanted = &asked.scope.region;
        return Err(PresignError(format!("this is {region}, and the plan is about {wanted}")));
    }
    let endpoint = endpoint.ok_or_else(|| wrong("no endpoint of STS is known for the region"))?;
    let provider =
        config.credentials_provider().ok_or_else(|| wrong("there are no credentials"))?;
    let credentials = provider.provide_credentials().await.map_err(|error| {
        PresignError(format!("there are no credentials to sign with: {}", chain(&error)))
    })?;
    let identity = credentials.into();
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
    settings.expires_in = Some(LIFE);
    let millis = u64::try_from(at.as_millis()).unwrap_or_default();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("sts")
        .time(SystemTime::UNIX_EPOCH + Duration::from_millis(millis))
        .settings(settings)
        .build()
        .map_err(|error| PresignError(chain(&error)))?
        .into();
    let url = format!("{endpoint}/?Action=GetCallerIdentity&Version=2011-06-15");
    let headers = asked.headers();
    let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
    let mut request = http::Request::get(&url).body(()).map_err(|e| PresignError(e.to_string()))?;
    let signed = SignableRequest::new("GET", &url, headers, SignableBody::Bytes(&[]))
        .and_then(|request| sign(request, &params))
        .map_err(|error| PresignError(chain(&error)))?;
    signed.into_parts().0.apply_to_request_http1x(&mut request);
    Ok(asked.presigned(request.uri().to_string()))
}
