//! How far the machine's clock is from the server's: read off the `Date` of an answer, told as a number.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// Watches the answers of a client.
#[derive(Clone, Debug, Default)]
pub(crate) struct SkewWatch(Arc<Mutex<Seen>>);

/// What the answers with a date showed.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    first: Option<ClockSkew>,
    newest: Option<ClockSkew>,
}

impl SkewWatch {
    /// What the first answer showed. Later ones come after the SDK may have corrected itself.
    pub(crate) fn first(&self) -> Option<ClockSkew> {
        self.seen().first
    }

    /// What the newest answer showed.
    pub(crate) fn newest(&self) -> Option<ClockSkew> {
        self.seen().newest
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
            let (mut seen, skew) = (self.seen(), ClockSkew { ahead_s });
            seen.first.get_or_insert(skew);
            seen.newest = Some(skew);
        }
        Ok(())
    }
}
