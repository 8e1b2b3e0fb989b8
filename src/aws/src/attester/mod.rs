//! Asking STS who has signed a request: somebody else's, sent to the STS that this connection asks and to no other.
#![expect(clippy::disallowed_types, reason = "the attester, which asks who somebody is")]

use std::fmt;
use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::SdkConfig;
use futures_util::FutureExt as _;
use watchdeck_domain::{AccountId, Arn, Clock, Identity, Task, Timestamp};
use watchdeck_guard::{Attester, Inquiry};

use crate::rejection::read_error;
use crate::wire::Endpoint;

pub(crate) mod presign; // signing such a request

pub use presign::PresignError;

/// Asks STS with requests that others have signed.
pub(crate) struct Attesting {
    client: aws_sdk_sts::Client,
    endpoint: String,
    /// The machine's: requests are signed by it.
    clock: Arc<dyn Clock>,
}

impl Attesting {
    pub(crate) fn new(
        client: aws_sdk_sts::Client,
        endpoint: String,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { client, endpoint, clock }
    }

    async fn ask(&self, inquiry: &Inquiry) -> Result<Identity, String> {
        let swap = Swap {
            endpoint: self.endpoint.clone(),
            query: inquiry.parameters().to_owned(),
            headers: inquiry.headers().to_vec(),
        };
        let asked = self.client.get_caller_identity().customize().interceptor(swap).send().await;
        let answer = asked.map_err(|error| {
            let error = read_error("sts:GetCallerIdentity", &error);
            format!("STS does not say who signed it: {error}")
        })?;
        let odd = |what: &str| format!("STS names no {what} that signed it");
        Ok(Identity {
            account: AccountId::parse(answer.account().unwrap_or_default())
                .map_err(|_| odd("account"))?,
            arn: Arn::parse(answer.arn().unwrap_or_default()).map_err(|_| odd("principal"))?,
            user_id: answer
                .user_id()
                .filter(|id| !id.is_empty())
                .ok_or_else(|| odd("user id"))?
                .to_owned(),
        })
    }
}

impl fmt::Debug for Attesting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attesting").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Attester for Attesting {
    fn endpoint(&self) -> &str {
        &self.endpoint
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn ask<'a>(&'a self, inquiry: &'a Inquiry) -> Task<'a, Result<Identity, String>> {
        Box::pin(self.ask(inquiry))
    }
}

/// Where STS is, as the SDK finds it: scheme and host, without a slash at the end.
pub(crate) fn endpoint(endpoint: &Endpoint, config: &SdkConfig) -> Option<String> {
    use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

    if let Endpoint::Url(url) = endpoint {
        return Some(url.trim_end_matches('/').to_owned());
    }
    let params = Params::builder()
        .region(config.region()?.as_ref())
        .use_fips(config.use_fips().unwrap_or_default())
        .use_dual_stack(config.use_dual_stack().unwrap_or_default())
        .build()
        .ok()?;
    // It reads a table, and is done at once.
    let found = DefaultResolver::new().resolve_endpoint(&params).now_or_never()?.ok()?;
    Some(found.url().trim_end_matches('/').to_owned())
}

/// Puts the request of somebody else in the place of ours, which was signed by us. Where it cannot, nothing is sent.
struct Swap {
    endpoint: String,
    query: String,
    headers: Vec<(&'static str, String)>,
}

// The query holds a signature: nothing of it prints.
impl fmt::Debug for Swap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Swap").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Swap {
    fn name(&self) -> &'static str {
        "watchdeck swap"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let at = format!("{}/", self.endpoint);
        if request.uri() != at {
            let ours = request.uri().split('?').next().unwrap_or_default();
            return Err(format!("STS is asked at {ours}, and not at {at}").into());
        }
        let ours: Vec<String> = request.headers().iter().map(|(name, _)| name.to_owned()).collect();
        for name in ours.iter().filter(|name| *name != "user-agent") {
            request.headers_mut().remove(name.as_str());
        }
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, value.clone());
        }
        request.set_method("GET")?;
        request.set_uri(format!("{at}?{}", self.query))?;
        *request.body_mut() = SdkBody::empty();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
