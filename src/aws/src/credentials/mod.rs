//! The credentials of a connection: kept until they end, renewed by one at a time, and plain about how long they are good for.
//!
//! The SDK's own cache asks its source again with every request once the credentials have ended, and tells nobody. This
//! one asks once, remembers the no, and lets requests fail at once until somebody wants it to try again or a minute is over.

use std::fmt;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};
use aws_smithy_async::time::SharedTimeSource;
use tokio::sync::Mutex;
use watchdeck_domain::Timestamp;

use crate::rejection::chain;

pub(crate) mod keeper; // all that is kept for a connection
pub(crate) mod profile; // what a profile says, asked anew each time
pub(crate) mod role; // a role assumed for reading, with a one-time code where it wants one

/// Credentials are renewed this long before they end: a request takes its time.
const EARLY: Duration = Duration::from_secs(10);

/// How long a source that gave none is left alone.
const PAUSE: Duration = Duration::from_mins(1);

/// How long the credentials of a connection are good for, by the machine's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validity {
    /// Nobody said that they end.
    #[default]
    Lasting,
    /// They end then, and are renewed before if they can be.
    Until(Timestamp),
    /// They have ended, and their source gives no new ones: requests are not even sent.
    Lapsed,
}

/// Credentials, kept.
pub(crate) struct Kept {
    source: SharedCredentialsProvider,
    time: SharedTimeSource,
    held: Mutex<Held>,
    told: StdMutex<Validity>,
}

#[derive(Default)]
struct Held {
    credentials: Option<Credentials>,
    /// When the source gave none, and what it said.
    refused: Option<(SystemTime, String)>,
    /// Whether it ever gave any.
    gave: bool,
}

impl Kept {
    pub(crate) fn new(source: SharedCredentialsProvider, time: SharedTimeSource) -> Arc<Self> {
        Arc::new(Self { source, time, held: Mutex::default(), told: StdMutex::default() })
    }

    /// How long they are good for.
    pub(crate) fn validity(&self) -> Validity {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what is kept, so that the source is asked again.
    pub(crate) async fn forget(&self) {
        let mut held = self.held.lock().await;
        *held = Held { gave: held.gave, ..Held::default() };
    }

    async fn provide(&self) -> Provided {
        // One asks the source, the others wait for what it gives.
        let mut held = self.held.lock().await;
        let now = self.time.now();
        let good =
            |credentials: &&Credentials| credentials.expiry().is_none_or(|ends| ends > now + EARLY);
        if let Some(credentials) = held.credentials.as_ref().filter(good) {
            return Ok(credentials.clone());
        }
        // What is kept may be good for a few seconds more.
        let rest = held.credentials.clone().filter(|kept| kept.expiry().is_some_and(|at| at > now));
        if let Some((at, why)) = &held.refused
            && now < *at + PAUSE
        {
            let why = why.clone();
            return rest.map_or_else(|| Err(self.lapse(&mut held, &why)), Ok);
        }
        let why = match self.source.provide_credentials().await {
            Ok(fresh) if fresh.expiry().is_none_or(|ends| ends > now) => {
                self.tell(
                    fresh.expiry().and_then(instant).map_or(Validity::Lasting, Validity::Until),
                );
                // Those that end at once are used, and not asked for again with every request.
                let short = !good(&&fresh);
                let refused = short.then(|| (now, "those that are given end at once".to_owned()));
                *held = Held { credentials: Some(fresh.clone()), refused, gave: true };
                return Ok(fresh);
            }
            Ok(_) => "those that are given have ended already".to_owned(),
            // Until there were any, every failure is told as it is.
            Err(error) if !held.gave => return Err(error),
            Err(error) => chain(&error),
        };
        held.refused = Some((now, why.clone()));
        rest.map_or_else(|| Err(self.lapse(&mut held, &why)), Ok)
    }

    fn lapse(&self, held: &mut Held, why: &str) -> CredentialsError {
        held.credentials = None;
        self.tell(Validity::Lapsed);
        lapsed(why)
    }

    fn tell(&self, validity: Validity) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = validity;
    }
}

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.provide())
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("validity", &self.validity()).finish_non_exhaustive()
    }
}

fn lapsed(why: &str) -> CredentialsError {
    CredentialsError::provider_error(format!(
        "the credentials have expired, and there are no new ones: {why}"
    ))
}

/// An instant of the SDK as one of ours.
fn instant(at: SystemTime) -> Option<Timestamp> {
    let since = at.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use aws_smithy_async::time::TimeSource;

    use super::*;

    /// A clock that the test moves.
    #[derive(Clone, Debug, Default)]
    struct Hands(Arc<AtomicU64>);

    impl TimeSource for Hands {
        fn now(&self) -> SystemTime {
            UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst))
        }
    }

    /// A source that gives keys until a moment, and counts who asks.
    #[derive(Clone, Debug, Default)]
    struct Till(Arc<AtomicU64>, Arc<AtomicU64>);

    impl ProvideCredentials for Till {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            self.1.fetch_add(1, Ordering::SeqCst);
            let ends = self.0.load(Ordering::SeqCst);
            future::ProvideCredentials::ready(if ends == 0 {
                Err(CredentialsError::provider_error("nobody is there"))
            } else {
                let ends = UNIX_EPOCH + Duration::from_secs(ends);
                Ok(Credentials::new("AKIA", "s", None, Some(ends), "test"))
            })
        }
    }

    #[tokio::test]
    async fn ended_credentials_are_asked_for_once_and_again_when_wanted() {
        let (clock, till) = (Hands::default(), Till::default());
        till.0.store(100, Ordering::SeqCst);
        let source = SharedCredentialsProvider::new(till.clone());
        let kept = Kept::new(source, SharedTimeSource::new(clock.clone()));
        for _ in 0..5 {
            kept.provide().await.unwrap();
        }
        assert_eq!(till.1.load(Ordering::SeqCst), 1);
        assert_eq!(kept.validity(), Validity::Until(Timestamp::from_millis(100_000)));
        // Shortly before the end the source is asked again; while it gives the same, they are used to their end.
        clock.0.store(95, Ordering::SeqCst);
        till.0.store(0, Ordering::SeqCst);
        for _ in 0..5 {
            kept.provide().await.unwrap();
        }
        assert_eq!(till.1.load(Ordering::SeqCst), 2);
        clock.0.store(101, Ordering::SeqCst);
        for _ in 0..5 {
            let why = chain(&kept.provide().await.unwrap_err());
            assert!(why.contains("expired") && why.contains("nobody is there"), "{why}");
        }
        assert_eq!(till.1.load(Ordering::SeqCst), 2, "a storm");
        // After a minute it is asked once more, and when somebody wants it at once.
        clock.0.store(160, Ordering::SeqCst);
        for _ in 0..5 {
            kept.provide().await.unwrap_err();
        }
        assert_eq!(till.1.load(Ordering::SeqCst), 3);
        assert_eq!(kept.validity(), Validity::Lapsed);
        till.0.store(165, Ordering::SeqCst);
        kept.forget().await;
        for _ in 0..5 {
            kept.provide().await.unwrap();
        }
        assert_eq!(till.1.load(Ordering::SeqCst), 4, "those that end at once are asked for once");
        clock.0.store(166, Ordering::SeqCst);
        till.0.store(900, Ordering::SeqCst);
        kept.provide().await.unwrap_err();
        kept.forget().await;
        kept.provide().await.unwrap();
        assert_eq!(kept.validity(), Validity::Until(Timestamp::from_millis(900_000)));
    }
}
