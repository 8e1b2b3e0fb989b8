//! A place for leases that two machines share, with a time of its own, and every way in which it can fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use watchdeck_domain::{Clock as _, RunId, Task, Timestamp};
use watchdeck_guard::{Ceremony, Claim, LEASE_STANDS, Lease, Leases, Lender, Lent};

use super::clock::Jumping;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) leases: BTreeMap<String, Lease>,
    /// It answers that it is asked too often.
    pub(crate) throttled: bool,
    /// Somebody takes a lease of ours just before it is renewed.
    pub(crate) steal: bool,
    /// How far its time is ahead of the machines'.
    pub(crate) ahead: Duration,
    /// How long its answers take, where that is drawn.
    pub(crate) jitter: Option<fastrand::Rng>,
    /// How often one was taken.
    pub(crate) taken: u32,
}

/// A handle on it.
#[derive(Clone)]
pub(crate) struct Table {
    state: Arc<Mutex<State>>,
    clock: Jumping,
}

impl Table {
    pub(crate) fn new(clock: &Jumping) -> Self {
        Self { state: Arc::default(), clock: clock.clone() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// A ceremony that keeps its leases here.
    pub(crate) fn with(&self, ceremony: Ceremony) -> Ceremony {
        let leases = Leases { lender: Arc::new(self.clone()), span: LEASE_STANDS };
        Ceremony { leases: Some(leases), ..ceremony }
    }

    fn now(&self) -> Timestamp {
        self.clock.now() + self.state().ahead
    }

    async fn way(&self) {
        let drawn = self.state().jitter.as_mut().map(|random| random.u64(0..40));
        if let Some(millis) = drawn {
            self.clock.sleep(Duration::from_millis(millis)).await;
        }
    }

    async fn asked<T>(&self, answer: impl FnOnce(&mut State, Timestamp) -> T) -> Result<T, String> {
        self.way().await;
        let now = self.now();
        let answer = {
            let mut state = self.state();
            if state.throttled {
                Err("dynamodb:PutItem: throttled: slow down".to_owned())
            } else {
                Ok(answer(&mut state, now))
            }
        };
        self.way().await;
        answer
    }
}

fn of(claim: &Claim, now: Timestamp) -> Lease {
    Lease {
        target: claim.target().into(),
        holder: claim.holder().into(),
        run: claim.run().clone(),
        nonce: claim.nonce().into(),
        since: now,
        until: now + claim.span(),
    }
}

impl Lender for Table {
    fn name(&self) -> String {
        "the table of the test".into()
    }

    fn look<'a>(&'a self, target: &'a str) -> Task<'a, Result<Option<Lease>, String>> {
        Box::pin(self.asked(move |state, now| {
            state.leases.get(target).filter(|lease| lease.until >= now).cloned()
        }))
    }

    fn take<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<Lent, String>> {
        Box::pin(self.asked(move |state, now| {
            let held = state.leases.get(claim.target()).filter(|lease| {
                lease.until >= now
                    && lease.nonce != claim.nonce()
                    && claim.undoes() != Some(&lease.run)
            });
            if let Some(held) = held {
                return Lent::NotOurs(Some(held.clone()));
            }
            state.taken += 1;
            let lease = of(claim, now);
            state.leases.insert(lease.target.clone(), lease.clone());
            Lent::Ours(lease)
        }))
    }

    fn renew<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<Lent, String>> {
        Box::pin(self.asked(move |state, now| {
            if std::mem::take(&mut state.steal) {
                let theirs = Lease {
                    holder: "bob as oncall/bob".into(),
                    run: RunId::from_bits(7),
                    nonce: "theirs".into(),
                    ..of(claim, now)
                };
                state.leases.insert(theirs.target.clone(), theirs);
            }
            match state.leases.get_mut(claim.target()) {
                Some(lease) if lease.nonce == claim.nonce() => {
                    lease.until = now + claim.span();
                    Lent::Ours(lease.clone())
                }
                other => Lent::NotOurs(other.cloned()),
            }
        }))
    }

    fn give_back<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<(), String>> {
        Box::pin(self.asked(move |state, _| {
            let ours = |lease: &Lease| lease.nonce == claim.nonce();
            if state.leases.get(claim.target()).is_some_and(ours) {
                state.leases.remove(claim.target());
            }
        }))
    }
}
