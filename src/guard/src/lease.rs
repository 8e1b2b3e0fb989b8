//! The lease on a target: who may change it for a while, among all consoles that keep their leases in one place.
//!
//! It is bookkeeping of the guard and no change of an operator. A [`Lender`] takes nothing but a [`Claim`], which the guard
//! alone can make, so that nothing else can be done through it.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use watchdeck_domain::{RunId, Task, Timestamp};

use crate::canonical::hex;
use crate::draft::Draft;

/// A lease stands for five minutes, unless it is renewed: longer than the longest call and its answer.
pub const LEASE_STANDS: Duration = Duration::from_mins(5);

/// Who holds a target, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The target, with account and region.
    pub target: String,
    /// Who holds it.
    pub holder: String,
    /// For which run.
    pub run: RunId,
    /// Drawn for this lease: two of one holder are told apart by it.
    pub nonce: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, unless it is renewed.
    pub until: Timestamp,
}

impl Lease {
    /// Who holds what, in words.
    pub fn told(&self) -> String {
        let Self { target, holder, run, since, until, .. } = self;
        format!("{holder} holds {target} since {since} until {until}, for run {run}")
    }
}

/// What asks for a lease, and what owns one. Made by the guard alone, and neither `Clone` nor `Deserialize`.
#[derive(Debug)]
pub struct Claim {
    target: String,
    holder: String,
    run: RunId,
    nonce: String,
    span: Duration,
    /// The run that is taken back by this one: its lease goes over.
    undoes: Option<RunId>,
}

impl Claim {
    /// The target, with account and region.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Who claims it.
    pub fn holder(&self) -> &str {
        &self.holder
    }

    /// For which run.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// Drawn for this one claim.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// For how long it is to stand.
    pub fn span(&self) -> Duration {
        self.span
    }

    /// The run whose lease goes over to this one.
    pub fn undoes(&self) -> Option<&RunId> {
        self.undoes.as_ref()
    }

    /// The claim behind a lease of ours that the journal tells of.
    pub(crate) fn behind(lease: &Lease, span: Duration) -> Self {
        Self {
            target: lease.target.clone(),
            holder: lease.holder.clone(),
            run: lease.run.clone(),
            nonce: lease.nonce.clone(),
            span,
            undoes: None,
        }
    }
}

/// What came of asking for a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lent {
    /// It is ours, as it says.
    Ours(Lease),
    /// It is not ours: somebody holds it, or nobody any more.
    NotOurs(Option<Lease>),
}

/// The port to where leases are kept. It goes by a time of its own, the same for everybody who asks it: clocks of consoles
/// may differ, and jump.
pub trait Lender: Send + Sync {
    /// What it is called, for people.
    fn name(&self) -> String;

    /// Who holds a target now. A lease that has run out is none.
    ///
    /// # Errors
    /// Says why it cannot be told.
    fn look<'a>(&'a self, target: &'a str) -> Task<'a, Result<Option<Lease>, String>>;

    /// Takes a lease: where nobody holds the target, or only this very claim does, or the run that it takes back.
    ///
    /// # Errors
    /// Says why it cannot be told.
    fn take<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<Lent, String>>;

    /// Lets a lease that is ours stand for its span again, from now on. One that has run out and that nobody has taken since
    /// is ours still.
    ///
    /// # Errors
    /// Says why it cannot be told.
    fn renew<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<Lent, String>>;

    /// Gives a lease back, if it is ours.
    ///
    /// # Errors
    /// Says why it could not be done. It runs out by itself.
    fn give_back<'a>(&'a self, claim: &'a Claim) -> Task<'a, Result<(), String>>;
}

/// Where leases are kept, and for how long they stand.
#[derive(Clone)]
pub struct Leases {
    /// Where.
    pub lender: Arc<dyn Lender>,
    /// How long one stands unless it is renewed, in time of the realm.
    pub span: Duration,
}

impl std::fmt::Debug for Leases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Leases({}, {:?})", self.lender.name(), self.span)
    }
}

impl Leases {
    /// How often one that is held is renewed: it outlives two attempts that fail.
    pub(crate) fn renewed_every(&self) -> Duration {
        self.span / 3
    }

    /// Somebody who holds a target of the draft, if anybody does that it would not follow.
    pub(crate) async fn rival(&self, draft: &Draft) -> Result<Option<Lease>, String> {
        for target in targets(draft) {
            let held = self.lender.look(&target).await?;
            let held = held.filter(|lease| draft.undoes.as_ref() != Some(&lease.run));
            if held.is_some() {
                return Ok(held);
            }
        }
        Ok(None)
    }

    /// The claims of a draft, one for each of its targets.
    pub(crate) fn claims(&self, draft: &Draft, holder: &str) -> Result<Vec<Claim>, String> {
        let claims = targets(draft).into_iter().map(|target| {
            let mut bits = [0; 16];
            getrandom::fill(&mut bits)
                .map_err(|error| format!("there is no randomness: {error}"))?;
            Ok(Claim {
                target,
                holder: holder.to_owned(),
                run: draft.id.run().clone(),
                nonce: hex(&bits),
                span: self.span,
                undoes: draft.undoes.clone(),
            })
        });
        claims.collect()
    }

    /// Gives leases back. One that cannot be given back runs out by itself.
    pub(crate) async fn give_back(&self, claims: &[Claim]) {
        for claim in claims {
            if let Err(why) = self.lender.give_back(claim).await {
                tracing::warn!(target = claim.target(), %why, "a lease was not given back; it runs out by itself");
            }
        }
    }
}

/// The targets of a draft with account and region, in an order that is the same for everybody.
fn targets(draft: &Draft) -> Vec<String> {
    let mut targets: Vec<_> = draft.steps().map(|step| step.spot(&draft.scope)).collect();
    targets.sort();
    targets.dedup();
    targets
}

/// What became of a lease of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tenure {
    /// It was taken.
    Taken,
    /// Somebody else has it.
    Lost,
    /// It was given back.
    Returned,
}
