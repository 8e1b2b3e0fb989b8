//! An AWS endpoint inside the process: the SDK's HTTP client for the simulated account and for tests.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use watchdeck_domain::Task;

/// Where requests go.
#[derive(Clone)]
pub enum Endpoint {
    /// To AWS itself, at the endpoints of the region.
    Aws,
    /// To one URL for every service, such as a simulated account in another process.
    Url(String),
    /// To an account inside this process; no bytes leave it.
    InProcess(Arc<dyn Wire>),
}

/// The body of an answer; may be an endless stream.
pub type WireBody = BoxBody<Bytes, Box<dyn Error + Send + Sync>>;

/// Answers HTTP requests inside the process.
pub trait Wire: Send + Sync {
    /// Answers one signed request. A future that never completes is an answer that was lost.
    fn call(&self, request: http::Request<Bytes>) -> Task<'static, http::Response<WireBody>>;
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws => f.write_str("AWS"),
            Self::Url(url) => f.write_str(&bare(url)),
            Self::InProcess(_) => f.write_str("the simulated account in this process"),
        }
    }
}

/// A URL without the parts in which people put passwords and tokens.
pub fn bare(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
    let host = host.rsplit('@').next().unwrap_or_default();
    let path = if path.is_empty() { String::new() } else { format!("/{path}") };
    if scheme.is_empty() { format!("{host}{path}") } else { format!("{scheme}://{host}{path}") }
}

/// The SDK's view of a [`Wire`].
#[derive(Clone)]
pub(crate) struct InProcess(pub(crate) Arc<dyn Wire>);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpClient for InProcess {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let wire = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|e| ConnectorError::user(e.into()))?;
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(ConnectorError::io)?.to_bytes();
            let answer = wire.call(http::Request::from_parts(parts, body)).await;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|e| ConnectorError::other(e.into(), None))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_told_without_its_secrets() {
        for (url, wanted) in [
            ("http://127.0.0.1:4599", "http://127.0.0.1:4599"),
            (
                "https://me:s3cret@proxy.example:8443/aws?token=s3cret#x",
                "https://proxy.example:8443/aws",
            ),
            ("https://a:b@c@host/", "https://host"),
            ("s3cret@host", "host"),
        ] {
            assert_eq!(bare(url), wanted);
        }
    }
}
