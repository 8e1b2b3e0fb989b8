//! Record: the intent is durable before its first byte leaves. A write-ahead log in the signatures.

use watchdeck_domain::Timestamp;

use super::{Core, Recorded, Run, Verified};
use crate::journal::{Begun, Fault, Journal, JournalError, Record, TakenUp};
use crate::lease::{Lease, Tenure};
use crate::preview;
use crate::realm::Realm;

impl<R: Realm> Run<Verified, R> {
    /// Writes down what is about to be done. The first step also writes down the run and its approval.
    ///
    /// # Errors
    /// Hands the run back, verified still, when the approval has run out or the journal cannot take it. Nothing was sent.
    pub fn record(
        mut self,
        journal: &mut Journal,
        now: Timestamp,
    ) -> Result<Run<Recorded, R>, (Self, JournalError)> {
        match write::<R>(&self.core, journal, now) {
            Ok(()) => {
                self.core.begun = true;
                Ok(self.into_phase())
            }
            Err(error) => Err((self, error)),
        }
    }
}

fn write<R: Realm>(core: &Core, journal: &mut Journal, now: Timestamp) -> Result<(), JournalError> {
    let step = core.step();
    let run = core.run();
    let begun = begun::<R>(core);
    if now > core.expires() {
        return Err(JournalError::new(Fault::Expired, core.seen.expiry(core.expires())));
    }
    if let Some((rival, target)) = journal.ledger().rival(&begun, now) {
        return Err(JournalError::new(
            Fault::Unsettled,
            format!(
                "run {rival} has sent a change to {target} and nobody knows yet what came of it"
            ),
        ));
    }
    let past = journal.ledger().run(run);
    let attempt = past.map_or(1, |past| past.attempt(&step.id));
    let waits = past.is_some_and(|past| {
        let landed = core.landed.iter().map(|landing| &landing.step);
        past.pending.is_none()
            && past.ended.is_none()
            && past.landed.iter().map(|(id, _)| id).eq(landed)
    });
    let mut records = Vec::new();
    if !waits && (core.begun || core.taken_up.is_some()) {
        let what = format!("the journal does not have run {run} waiting for step `{}`", step.id);
        return Err(JournalError::new(Fault::Repeated, what));
    }
    if !core.begun {
        if core.taken_up.is_some() {
            records.push(Record::TakenUp(Box::new(taken_up(core))));
        } else if past.is_some() {
            return Err(JournalError::new(Fault::Repeated, format!("run {run} has begun before")));
        } else {
            records.push(Record::RunBegin(Box::new(begun)));
        }
        let passed = core.pass.as_ref().map(|pass| pass.passed());
        let (reason, approvals, glass) = passed
            .map(|passed| (passed.reason, passed.approvals, passed.glass))
            .unwrap_or_default();
        records.push(Record::Approval {
            by: core.by.clone(),
            phrase: core.seen.phrase.clone(),
            hash: core.seen.hash.clone(),
            reason,
            approvals,
            glass,
        });
    }
    // A process that takes the run up knows of its leases by these rows, and can give them back.
    let known = |lease: &&Lease| {
        past.is_some_and(|past| past.leases.iter().any(|known| known.nonce == lease.nonce))
    };
    let leases = core.pass.iter().flat_map(|pass| pass.leases()).filter(|lease| !known(lease));
    records
        .extend(leases.map(|lease| Record::Lease { tenure: Tenure::Taken, lease: lease.clone() }));
    let call = preview::call(&step.id, &step.change, &core.draft.scope);
    records.push(Record::Intent {
        step: step.id.clone(),
        attempt,
        class: call.class,
        service: call.service,
        operation: call.operation,
        request: call.params,
        settle_ms: step.settle_ms,
    });
    journal.append(now, Some(run), records).map(drop)
}

fn taken_up(core: &Core) -> TakenUp {
    TakenUp {
        step: core.step().id.clone(),
        landed: core.landed.iter().map(|landing| landing.step.clone()).collect(),
        hash: core.seen.hash.clone(),
        identity: core.seen.identity.clone(),
        fingerprints: core.seen.fingerprints.clone(),
        expires: core.seen.expires,
    }
}

fn begun<R: Realm>(core: &Core) -> Begun {
    Begun {
        plan: core.draft.id.clone(),
        realm: R::NAME.into(),
        hash: core.seen.hash.clone(),
        identity: core.seen.identity.clone(),
        draft: (*core.draft).clone(),
        fingerprints: core.seen.fingerprints.clone(),
        expires: core.seen.expires,
    }
}
