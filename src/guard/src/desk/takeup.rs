//! Taking up: going on with a run that paused. Its last landed step is looked at, what it depends on is compared with how it was
//! when the run began, and what is left is put to somebody as a plan of its own.

use std::sync::Arc;

use watchdeck_domain::RunId;

use super::serve::unwritten;
use super::work::Work;
use super::{Desk, Ended, Event};
use crate::draft::PlanId;
use crate::evidence::{Refusal, Why};
use crate::journal::Record;
use crate::lease::{Claim, Lease, Tenure};
use crate::plan::{Checked, Plan};
use crate::realm::Realm;
use crate::run::Remainder;
use crate::watch::{self, Watched};

/// What came of looking whether a run can be gone on with.
pub(super) struct TakenUp<R: Realm> {
    /// The leases of an earlier process that were given back.
    returned: Vec<Lease>,
    /// How its landed steps stand.
    watched: Watched,
    /// What is left of it, as a plan, where they stand well.
    rest: Option<Result<Plan<Checked, R>, Box<Refusal>>>,
}

impl<R: Realm> Desk<R> {
    /// Looks how a run that paused stands, and asks about what is left of it.
    pub(super) fn begin_take_up(&mut self, run: &RunId) {
        let now = self.clock.now();
        let Some(past) = self.journal.ledger().run(run) else { return };
        let Some(earlier) = Remainder::of(past, now).map(Box::new) else { return };
        let held = past.leases.clone();
        let title = earlier.draft().title.clone();
        self.tell(Event::Proposed { plan: PlanId::of(run), title });
        let (reader, judge, clock, events) = (
            Arc::clone(&self.reader),
            Arc::clone(&self.judge),
            Arc::clone(&self.clock),
            self.events.clone(),
        );
        let (ceremony, id) = (Arc::clone(&self.ceremony), run.clone());
        let work = async move {
            // Whoever took them is gone: only one process has this journal.
            let mut returned = Vec::new();
            if let Some(leases) = &ceremony.leases {
                let claims: Vec<_> =
                    held.iter().map(|lease| Claim::behind(lease, leases.span)).collect();
                leases.give_back(&claims).await;
                returned = held;
            }
            let tell = |progress| {
                if events.send(Event::Progress(progress)).is_err() {
                    tracing::debug!("nobody listens to the desk any more");
                }
            };
            let (reader, judge, clock) = (reader.as_ref(), judge.as_ref(), clock.as_ref());
            let watched = watch::landed(&earlier, reader, judge, clock, &tell).await;
            let rest = if watched.ended == Ended::Succeeded {
                Some(Plan::of_rest(earlier, reader, judge, &ceremony, clock.now()).await)
            } else {
                None
            };
            let done = Box::new(TakenUp { returned, watched, rest });
            Work::TakenUp { run: id, done }
        };
        self.begin(run.clone(), work);
    }

    /// Puts what is left of a run to somebody, or says why it does not go on.
    pub(super) fn taken_up(&mut self, run: &RunId, done: TakenUp<R>) {
        let TakenUp { returned, watched, rest } = done;
        self.note_leases(run, Tenure::Returned, returned);
        if self.busy.remove(run).is_none() {
            return;
        }
        let Watched { ended, why, results, unread } = watched;
        let records: Vec<_> = results
            .into_iter()
            .map(|(id, verdict, facts)| Record::Verify { id, verdict, facts })
            .collect();
        if let Err(error) = self.journal.append(self.clock.now(), Some(run), records) {
            return self.tell_paused(run, unwritten(&error));
        }
        let plan = PlanId::of(run);
        match rest {
            Some(Ok(checked)) => self.put(plan, checked),
            Some(Err(refusal)) => {
                self.refuse(Some(plan), refusal);
                self.tell_unfinished();
            }
            None if unread || ended == Ended::Conflict => {
                let (kind, hint) = if unread {
                    (
                        Why::Read,
                        "make it readable again, then go on with it, take it back, or end it",
                    )
                } else {
                    (
                        Why::Moved,
                        "take it back, or end it; what is left of it needs a plan of its own",
                    )
                };
                self.refuse(Some(plan), Refusal::new(kind, why, hint));
                self.tell_unfinished();
            }
            None => self.stop_at_stage(run, ended, &why),
        }
    }

    /// Ends a run whose last step did not come to what it should, and proposes the way back where that is asked for.
    fn stop_at_stage(&mut self, run: &RunId, ended: Ended, why: &str) {
        let Some(past) = self.journal.ledger().run(run) else { return };
        let (last, step) = (past.landed.last().map(|(id, _)| id.clone()), past.landed.len() + 1);
        let last = past.begun.draft.steps().find(|it| last.as_ref() == Some(&it.id)).cloned();
        self.end(run, ended, format!("stopped before step {step}: {why}"));
        self.offer_way_back(run, last.as_ref());
    }
}
