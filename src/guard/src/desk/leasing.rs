//! The leases of the desk's runs: renewed while a run is watched or looked for, and given back when it has ended.

use std::sync::Arc;

use watchdeck_domain::{RunId, Task};

use super::Desk;
use super::work::Work;
use crate::journal::Record;
use crate::lease::{Claim, LEASE_STANDS, Lease, Leases, Lent, Tenure};
use crate::realm::Realm;
use crate::run::Settled;

/// Leases of a run that were given back, or at least tried to be.
pub(super) struct Returned {
    run: RunId,
    leases: Vec<Lease>,
}

impl<R: Realm> Desk<R> {
    /// Renews what the runs hold that are watched or looked for. A run that waits for the operator keeps nothing for ever.
    pub(super) fn begin_renewals(&mut self) {
        let Some(leases) = self.ceremony.leases.clone() else { return };
        for run in self.busy.keys().chain(self.waiting.keys()) {
            let held = self.journal.ledger().run(run).map(|past| past.leases.clone());
            let Some(held) = held.filter(|held| !held.is_empty()) else { continue };
            let (leases, run) = (leases.clone(), run.clone());
            self.works.push(Box::pin(async move {
                let mut lost = Vec::new();
                for lease in held {
                    match leases.lender.renew(&Claim::behind(&lease, leases.span)).await {
                        Ok(Lent::Ours(_)) => {}
                        Ok(Lent::NotOurs(_)) => lost.push(lease),
                        Err(why) => tracing::warn!(%run, %why, "a lease was not renewed"),
                    }
                }
                Work::Renewed { run, lost }
            }));
        }
    }

    /// Writes down what a run does not hold any more. Nothing more of it is to be sent: it is watched on.
    pub(super) fn renewed(&mut self, run: &RunId, lost: Vec<Lease>) {
        self.note_leases(run, Tenure::Lost, lost);
    }

    /// Gives back what an ended run holds. While the outcome of a call is unknown nothing is given back: it runs out.
    pub(super) fn give_back(&mut self, run: &RunId) {
        let Some(past) = self.journal.ledger().run(run) else { return };
        let held = past.leases.clone();
        let Some(leases) = self.ceremony.leases.clone() else { return };
        if held.is_empty() || past.pending.is_some() {
            return;
        }
        let run = run.clone();
        self.returns.push(Box::pin(async move {
            let claims: Vec<_> =
                held.iter().map(|lease| Claim::behind(lease, leases.span)).collect();
            leases.give_back(&claims).await;
            Returned { run, leases: held }
        }));
    }

    /// Gives back what a run took that will not begin. The journal does not know of it.
    pub(super) fn let_go(&mut self, settled: &mut Settled<R>) {
        let claims = settled.let_go();
        let Some(leases) = self.ceremony.leases.clone() else { return };
        if claims.is_empty() {
            return;
        }
        let run = settled.id().clone();
        self.returns.push(Box::pin(async move {
            leases.give_back(&claims).await;
            Returned { run, leases: Vec::new() }
        }));
    }

    pub(super) fn returned(&mut self, returned: Returned) {
        self.note_leases(&returned.run, Tenure::Returned, returned.leases);
    }

    pub(super) fn note_leases(&mut self, run: &RunId, tenure: Tenure, leases: Vec<Lease>) {
        if leases.is_empty() {
            return;
        }
        let records = leases.into_iter().map(|lease| Record::Lease { tenure, lease }).collect();
        if let Err(error) = self.journal.append(self.clock.now(), Some(run), records) {
            tracing::warn!(%error, "what became of a lease could not be noted");
        }
    }

    /// Whether a run that is watched or looked for holds anything.
    pub(super) fn holds(&self) -> bool {
        let ledger = self.journal.ledger();
        let mut runs = self.busy.keys().chain(self.waiting.keys());
        runs.any(|run| ledger.run(run).is_some_and(|past| !past.leases.is_empty()))
    }

    /// Sleeps until leases are renewed again.
    pub(super) fn until_renewal(&self) -> Task<'static, ()> {
        let span = self.ceremony.leases.as_ref().map_or(LEASE_STANDS, Leases::renewed_every);
        let clock = Arc::clone(&self.clock);
        Box::pin(async move { clock.sleep(span).await })
    }
}
