//! One call of one warrant: stamped, in the name of its run, with the keys of its own session, and never twice.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use watchdeck_domain::RequestId;
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

/// Sends the call of a warrant and gives its answer. Where none came, what that proves is returned from the function.
macro_rules! send {
    ($service:ident, $call:expr, $session:expr, $warrant:ident $(, $body:expr)?) => {{
        let Some(stamp) = $crate::gate::Stamp::of(&$warrant) else {
            return Err($crate::writer::send::used_up($warrant));
        };
        let mut settings = $service::config::Builder::new();
        settings.set_app_name($crate::writer::app_name($warrant.run()));
        if let Some(region) = $warrant.change().elsewhere() {
            let region = aws_config::Region::new(region.as_str().to_owned());
            settings = settings.region(region);
        }
        if let Some(keys) = $session {
            settings = settings.credentials_provider(keys);
        }
        $( let settings = settings.interceptor($crate::writer::send::Body($body)); )?
        let call = $call.customize().interceptor($crate::gate::Stamper(stamp));
        match call.config_override(settings).send().await {
            Ok(answer) => answer,
            Err(error) => return Err($crate::writer::outcome::settle($warrant, &error)),
        }
    }};
}

pub(super) use send;

/// Refuses a warrant whose one call was made already, or may not be made any more.
pub(super) fn used_up<R: Realm>(warrant: Warrant<R>) -> Unserved {
    warrant.refused(
        "NotSent",
        "the warrant was used up before this call, or all changes were stopped",
        None,
    )
}

/// The id that AWS gave a request.
pub(super) fn request(id: Option<&str>) -> Option<RequestId> {
    id.and_then(|id| RequestId::parse(id).ok())
}

/// What an empty answer proves. Only its request id tells that AWS gave it, and not something on the way there.
pub(super) fn silent<R: Realm>(warrant: Warrant<R>, id: Option<&str>) -> Result<Receipt, Unserved> {
    match request(id) {
        Some(id) => Ok(warrant.landed(Some(id), None)),
        None => Err(warrant.unsettled(Doubt::Garbled("an answer without a request id".into()))),
    }
}

/// The body of a JSON request, put in place of what the SDK makes of it before it is signed. For what is sent back whole: of
/// what others have set the SDK would drop whatever it does not know.
#[derive(Debug)]
pub(super) struct Body(pub(super) serde_json::Value);

#[dyn_dispatch_hint]
impl Intercept for Body {
    fn name(&self) -> &'static str {
        "watchdeck body"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = self.0.to_string();
        let request = context.request_mut();
        request.headers_mut().insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body);
        Ok(())
    }
}
