//! How far the machine's clock is from the server's: read off the `Date` of an answer, told as a number.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use watchdeck_domain::Timestamp;

/// By how many seconds the machine's clock is ahead of the server's; negative when it is behind. The header has whole
/// seconds, and the answer was on its way for a while: a second or two mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSkew {
    /// Seconds that this machine is ahead.
    pub ahead_s: i64,
}

/// What the answers of a connection tell of the time there.
#[derive(Clone, Debug)]
pub struct ServerTime(pub(crate) SkewWatch);

impl ServerTime {
    /// The time there, when the machine's clock shows `here`. Where they are within a few seconds of each other, the machine's.
    pub fn at(&self, here: Timestamp) -> Timestamp {
        Timestamp::from_millis(here.as_millis() - self.ahead_s() * 1_000)
    }

    /// By how many seconds the machine's clock is ahead; negative when it is behind, zero where it is right within a few.
    pub fn ahead_s(&self) -> i64 {
        self.0.steady_s()
    }
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
    /// What the clock is put right by.
    steady_s: i64,
}

impl Seen {
    fn note(&mut self, ahead_s: i64) {
        let skew = ClockSkew { ahead_s };
        self.first.get_or_insert(skew);
        self.newest = Some(skew);
        if self.steady_s.abs_diff(ahead_s) > DOUBT_S {
            self.steady_s = ahead_s;
        }
    }
}

/// So many seconds away from its own time AWS takes no signature.
pub const CLOCK_REFUSED_S: u64 = 300;

/// An answer's date says nothing finer than this: it has whole seconds, and was on its way.
const DOUBT_S: u64 = 5;

impl SkewWatch {
    /// What the first answer showed. Later ones come after the SDK may have corrected itself.
    pub(crate) fn first(&self) -> Option<ClockSkew> {
        self.seen().first
    }

    /// What the newest answer showed.
    pub(crate) fn newest(&self) -> Option<ClockSkew> {
        self.seen().newest
    }

    /// By how many seconds the machine's clock is ahead. It stays what it is until an answer is further from it than an
    /// answer may be, so that the time does not go to and fro; zero for a clock that is right.
    pub(crate) fn steady_s(&self) -> i64 {
        self.seen().steady_s
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
            self.seen().note(ahead_s);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tm24_a_clock_that_is_off_is_put_right_and_the_time_does_not_go_to_and_fro() {
        let watch = SkewWatch::default();
        let time = ServerTime(watch.clone());
        let here = Timestamp::from_millis(1_800_000_000_000);
        assert_eq!(time.at(here), here);
        // What was told, and by what the clock is put right then.
        let told = [(3, 0), (-4, 0), (420, 420), (422, 420), (417, 420), (-420, -420), (1, 1)];
        for (ahead_s, steady_s) in told {
            watch.seen().note(ahead_s);
            assert_eq!(time.ahead_s(), steady_s, "{ahead_s}");
            assert_eq!(time.at(here).as_millis(), here.as_millis() - steady_s * 1_000);
        }
    }
}
