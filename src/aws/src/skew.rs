//! How far the machine's clock is from the server's: read off the `Date` of an answer, told as a number.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

/// By how many seconds the machine's clock is ahead of the server's; negative when it is behind. The header has whole
/// seconds, and the answer was on its way for a while: a second or two mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSkew {
    /// Seconds that this machine is ahead.
    pub ahead_s: i64,
}

/// By how many seconds the machine's clock was ahead when a server answered, if the answer told its time.
fn ahead_s(
    context: &BeforeDeserializationInterceptorContextRef<'_>,
    components: &RuntimeComponents,
) -> Option<i64> {
    let date = context.response().headers().get("date");
    let there = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok())?;
    let here = components.time_source().map(|source| DateTime::from(source.now()))?;
    Some(here.secs().saturating_sub(there.secs()))
}

/// The time of a server, by its newest answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerTime(Arc<Mutex<Option<i64>>>);

impl ServerTime {
    /// By how many seconds the machine's clock is ahead of it; nothing before the first answer with a date.
    pub(crate) fn ahead_s(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[dyn_dispatch_hint]
impl Intercept for ServerTime {
    fn name(&self) -> &'static str {
        "watchdeck server time"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(ahead_s) = ahead_s(context, components) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead_s);
        }
        Ok(())
    }
}

/// Watches the answers of a client.
#[derive(Clone, Debug, Default)]
pub(crate) struct SkewWatch(Arc<Mutex<Option<ClockSkew>>>);

impl SkewWatch {
    /// What the first answer with a date showed. Later ones come after the SDK may have corrected itself.
    pub(crate) fn seen(&self) -> Option<ClockSkew> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[dyn_dispatch_hint]
impl Intercept for SkewWatch {
    fn name(&self) -> &'static str {
        "watchdeck clock skew"
    }

    // Before deserialization, so that the refusal of a request signed at a wrong time counts as well.
    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(ahead_s) = ahead_s(context, components) {
            let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            seen.get_or_insert(ClockSkew { ahead_s });
        }
        Ok(())
    }
}
