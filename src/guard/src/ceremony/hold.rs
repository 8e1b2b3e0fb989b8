//! Holding the targets of a run: leases are taken before its first change, and renewed before each that follows.

use watchdeck_domain::Timestamp;

use super::{Pass, refusal};
use crate::draft::Draft;
use crate::evidence::Refusal;
use crate::gate::{Demand, Gate, Way, demand};
use crate::lease::{Claim, Lease, Leases, Lent};
use crate::plan::Seen;

/// A lease of ours, and what proves it.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) claim: Claim,
    pub(crate) lease: Lease,
}

impl Pass {
    /// Looks who holds the targets, and takes nothing.
    pub(super) async fn look_at_leases(&mut self, draft: &Draft) {
        let Some(leases) = self.wanted(draft) else { return };
        let name = leases.lender.name();
        self.lease = match leases.rival(draft).await {
            Ok(None) => (
                Way::Passed,
                format!("nobody holds it by {name}; it is taken just before the change"),
            ),
            Ok(Some(lease)) => (Way::Closed, lease.told()),
            Err(why) => untold(&name, &why),
        };
    }

    /// Takes the leases of a run that begins, or renews those of one that goes on.
    ///
    /// # Errors
    /// Somebody else holds a target, or it cannot be told, and that must be known here.
    pub(crate) async fn hold(
        &mut self,
        draft: &Draft,
        seen: &Seen,
        by: &str,
    ) -> Result<(), Box<Refusal>> {
        if let Some(leases) = self.wanted(draft) {
            self.lease = if self.held.is_empty() {
                let holder = format!("{by} as {}", seen.identity.role());
                self.take(&leases, draft, &holder).await
            } else {
                self.renew(&leases).await
            };
        }
        let bar =
            self.passages(draft).into_iter().find(|one| one.gate == Gate::Lease && one.bars());
        bar.map_or(Ok(()), |bar| Err(Box::new(refusal(&bar))))
    }

    /// The leases of the run, for the journal.
    pub(crate) fn leases(&self) -> impl Iterator<Item = &Lease> {
        self.held.iter().map(|held| &held.lease)
    }

    /// The leases that were found to be somebody else's.
    pub(crate) fn lost(&mut self) -> Vec<Lease> {
        std::mem::take(&mut self.lost)
    }

    /// The claims of a run that will not begin, to be given back.
    pub(crate) fn let_go(&mut self) -> Vec<Claim> {
        std::mem::take(&mut self.held).into_iter().map(|held| held.claim).collect()
    }

    /// Where leases are kept, if they are asked for.
    fn wanted(&mut self, draft: &Draft) -> Option<Leases> {
        if demand(Gate::Lease, draft.risk, self.ceremony.environment) == Demand::Nothing {
            self.lease = (Way::Unable, "no lease is taken: nothing asks for one here".into());
            return None;
        }
        if self.ceremony.leases.is_none() {
            let why = "only runs of this machine are excluded: name a lease table in the context";
            self.lease = (Way::Unable, why.into());
        }
        self.ceremony.leases.clone()
    }

    /// Takes what can be had, and tells what cannot. Where that bars the run, whoever drives it gives the rest back.
    async fn take(&mut self, leases: &Leases, draft: &Draft, holder: &str) -> (Way, String) {
        let name = leases.lender.name();
        let claims = match leases.claims(draft, holder) {
            Ok(claims) => claims,
            Err(why) => return untold(&name, &why),
        };
        let mut obstacle = None;
        let mut until: Option<Timestamp> = None;
        for claim in claims {
            match leases.lender.take(&claim).await {
                Ok(Lent::Ours(lease)) => {
                    until = Some(until.map_or(lease.until, |known| known.min(lease.until)));
                    self.held.push(Held { claim, lease });
                }
                Ok(Lent::NotOurs(lease)) => {
                    obstacle.get_or_insert((Way::Closed, theirs(&claim, lease.as_ref())));
                }
                Err(why) => {
                    obstacle.get_or_insert(untold(&name, &why));
                    // It may have been taken and the answer lost: whoever holds it gives it back.
                    leases.give_back(std::slice::from_ref(&claim)).await;
                }
            }
        }
        obstacle.unwrap_or_else(|| held(&name, until))
    }

    async fn renew(&mut self, leases: &Leases) -> (Way, String) {
        let name = leases.lender.name();
        let mut until: Option<Timestamp> = None;
        for held in &self.held {
            match leases.lender.renew(&held.claim).await {
                Ok(Lent::Ours(lease)) => {
                    until = Some(until.map_or(lease.until, |known| known.min(lease.until)));
                }
                Ok(Lent::NotOurs(lease)) => {
                    self.lost.push(held.lease.clone());
                    let why = theirs(&held.claim, lease.as_ref());
                    return (Way::Closed, format!("the lease ran out: {why}"));
                }
                Err(why) => return untold(&name, &why),
            }
        }
        self::held(&name, until)
    }
}

fn held(name: &str, until: Option<Timestamp>) -> (Way, String) {
    let until = until.map_or_else(String::new, |until| format!(" until {until}"));
    (Way::Passed, format!("held by {name}{until}, and renewed"))
}

fn untold(name: &str, why: &str) -> (Way, String) {
    (Way::Unable, format!("{name} cannot tell who holds it: {why}"))
}

fn theirs(claim: &Claim, lease: Option<&Lease>) -> String {
    match lease {
        Some(lease) => lease.told(),
        None => format!("nobody holds {} any more", claim.target()),
    }
}
