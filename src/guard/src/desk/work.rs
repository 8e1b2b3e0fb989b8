//! What goes on beside the desk: checks, watching, looking for what is adrift. All of it only reads.

use std::sync::Arc;

use futures_util::future::{AbortHandle, Abortable};
use watchdeck_domain::{Identity, RevisionId, RunId, Timestamp};

use super::takeup::TakenUp;
use super::{Desk, Event};
use crate::approval::{Inquiry, Presigned};
use crate::draft::{Draft, PlanId};
use crate::evidence::Refusal;
use crate::journal::Past;
use crate::lease::Lease;
use crate::plan::{Checked, Plan, Proposed};
use crate::realm::Realm;
use crate::run::{Adrift, Ready, Run, Sighted, Vigil};
use crate::watch::{self, Watched};

/// What came of one piece of reading.
pub(super) enum Work<R: Realm> {
    Checked {
        plan: PlanId,
        result: Result<Plan<Checked, R>, Box<Refusal>>,
    },
    Watched {
        run: RunId,
        watched: Watched,
    },
    /// What must be seen before the next step of a run.
    Staged {
        run: Box<Run<Ready, R>>,
        watched: Watched,
    },
    Sighted {
        run: RunId,
        result: Result<Sighted<R>, (Adrift<R>, Box<Refusal>)>,
    },
    Drafted {
        run: RunId,
        result: Result<Box<Draft>, Box<Refusal>>,
    },
    /// What was told to be absent has come after all.
    Late {
        vigil: Box<Vigil>,
        revision: Option<RevisionId>,
    },
    /// STS was asked who has signed a request that approves a plan.
    Attested {
        plan: PlanId,
        back: Presigned,
        told: Result<Identity, String>,
    },
    /// How a run that paused stands, and what is left of it.
    TakenUp {
        run: RunId,
        done: Box<TakenUp<R>>,
    },
    /// Leases were renewed, but for those that are ours no longer.
    Renewed {
        run: RunId,
        lost: Vec<Lease>,
    },
    /// It was stopped, or found nothing; who stopped it has said what follows.
    Dropped,
}

impl<R: Realm> Desk<R> {
    pub(super) fn begin_check(&mut self, draft: Draft) {
        let (reader, judge, now) =
            (Arc::clone(&self.reader), Arc::clone(&self.judge), self.clock.now());
        let (plan, ceremony) = (draft.id.clone(), Arc::clone(&self.ceremony));
        self.checking.insert(plan.clone());
        self.works.push(Box::pin(async move {
            let proposed: Plan<Proposed, R> = Plan::propose(draft);
            let result = proposed.check(reader.as_ref(), judge.as_ref(), &ceremony, now).await;
            Work::Checked { plan, result }
        }));
    }

    /// Asks STS who has signed a request that approves a plan.
    pub(super) fn begin_attest(&mut self, plan: PlanId, back: Presigned, inquiry: Inquiry) {
        let Some(attester) = self.ceremony.attester.clone() else { return };
        self.works.push(Box::pin(async move {
            let told = attester.ask(&inquiry).await;
            Work::Attested { plan, back, told }
        }));
    }

    pub(super) fn begin_watch(&mut self, draft: Draft, since: Timestamp) {
        let (reader, judge, clock, events) = (
            Arc::clone(&self.reader),
            Arc::clone(&self.judge),
            Arc::clone(&self.clock),
            self.events.clone(),
        );
        let run = draft.id.run().clone();
        let work = async move {
            let tell = |progress| {
                if events.send(Event::Progress(progress)).is_err() {
                    tracing::debug!("nobody listens to the desk any more");
                }
            };
            let watched = watch::watch(
                &draft,
                None,
                since,
                reader.as_ref(),
                judge.as_ref(),
                clock.as_ref(),
                &tell,
            )
            .await;
            Work::Watched { run: draft.id.run().clone(), watched }
        };
        self.begin(run, work);
    }

    /// Watches the step that a run has just made, before it goes on with the next one.
    pub(super) fn begin_stage(&mut self, run: Run<Ready, R>, step: String, since: Timestamp) {
        let (reader, judge, clock, events) = (
            Arc::clone(&self.reader),
            Arc::clone(&self.judge),
            Arc::clone(&self.clock),
            self.events.clone(),
        );
        let id = run.id().clone();
        let work = async move {
            let tell = |progress| {
                if events.send(Event::Progress(progress)).is_err() {
                    tracing::debug!("nobody listens to the desk any more");
                }
            };
            let (reader, judge, clock) = (reader.as_ref(), judge.as_ref(), clock.as_ref());
            let draft = run.draft();
            let watched =
                watch::watch(draft, Some(&step), since, reader, judge, clock, &tell).await;
            Work::Staged { run: Box::new(run), watched }
        };
        self.begin(id, work);
    }

    pub(super) fn begin_reconcile(&mut self, adrift: Adrift<R>) {
        let (reader, judge, clock) =
            (Arc::clone(&self.reader), Arc::clone(&self.judge), Arc::clone(&self.clock));
        let run = adrift.id().clone();
        self.tell(Event::Adrift {
            run: run.clone(),
            step: adrift.step().into(),
            doubt: adrift.doubt().clone(),
            probe_at: adrift.settles(),
        });
        let work = async move {
            let run = adrift.id().clone();
            let result = adrift.reconcile(reader.as_ref(), judge.as_ref(), clock.as_ref()).await;
            Work::Sighted { run, result }
        };
        self.begin(run, work);
    }

    /// Looks a while longer for what a run was told not to have done, whichever process told it.
    pub(super) fn begin_vigils(&mut self) {
        let (now, here) = (self.clock.now(), self.reader.scope());
        let ours = |past: &&Past| past.begun.realm == R::NAME && past.begun.draft.scope == here;
        let absent = self.journal.ledger().absent().filter(ours);
        let vigils: Vec<_> = absent
            .filter_map(|past| Vigil::over(past, now))
            .filter(|vigil| !self.vigils.contains(vigil.run()))
            .collect();
        for vigil in vigils {
            let (reader, judge, clock) =
                (Arc::clone(&self.reader), Arc::clone(&self.judge), Arc::clone(&self.clock));
            self.vigils.insert(vigil.run().clone());
            self.works.push(Box::pin(async move {
                let seen = vigil.keep(reader.as_ref(), judge.as_ref(), clock.as_ref()).await;
                let late = |revision| Work::Late { vigil: Box::new(vigil), revision };
                seen.map_or(Work::Dropped, late)
            }));
        }
    }

    pub(super) fn begin_undo(&mut self, run: &RunId) {
        let Some(past) = self.journal.ledger().run(run).cloned() else { return };
        let (reader, maker) = (Arc::clone(&self.reader), Arc::clone(&self.maker));
        let (now, run) = (self.clock.now(), run.clone());
        self.works.push(Box::pin(async move {
            let maker = maker.as_ref();
            let result =
                crate::undo::undo(&run, &past, reader.as_ref(), maker, now).await.map(Box::new);
            Work::Drafted { run, result }
        }));
    }

    pub(super) fn begin(
        &mut self,
        run: RunId,
        work: impl Future<Output = Work<R>> + Send + 'static,
    ) {
        let (handle, registration) = AbortHandle::new_pair();
        self.busy.insert(run, handle);
        let work = Abortable::new(work, registration);
        self.works.push(Box::pin(async move { work.await.unwrap_or(Work::Dropped) }));
    }
}
