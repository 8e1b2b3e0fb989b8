//! How the desk drives a run: verify, record, act, step by step, and what it tells of each.

use watchdeck_domain::RunId;

use super::serve::{absent, unwritten};
use super::{Busy, Desk, Ended, Event, StepEvent, StepState};
use crate::draft::{Draft, OnError, PlanId, Step};
use crate::evidence::{Refusal, Why};
use crate::journal::Record;
use crate::realm::Realm;
use crate::run::{Next, Ready, Rest, Run, Settled, Stop, is_expiry};
use crate::watch::Watched;

impl<R: Realm> Desk<R> {
    /// Drives a run step by step: verify, record, act. Never inside a select.
    pub(super) async fn drive(&mut self, mut run: Run<Ready, R>) {
        loop {
            let plan = PlanId::of(run.id());
            if let Some(pause) = run.pause(self.clock.now()) {
                return self.wait(run, pause);
            }
            let verified =
                match run.verify(self.reader.as_ref(), self.judge.as_ref(), self.clock.now()).await
                {
                    Ok(verified) => verified,
                    Err((run, refusal)) => return self.halt(run.end(), plan, refusal),
                };
            if self.is_closing() {
                let has_begun = !verified.landed().is_empty();
                let what = if has_begun {
                    "the console was closed"
                } else {
                    "the console was closed; nothing was sent"
                };
                let refusal = absent(what, "start it again and propose it again");
                return self.halt(verified.end(), plan, Box::new(refusal));
            }
            // It may have been pulled while the account was read.
            if self.ceremony.switch.is_pulled() {
                let what = "the kill switch is pulled; nothing was sent";
                let hint = "release it when it is safe, then propose again";
                let refusal = Box::new(Refusal::new(Why::Stopped, what, hint));
                return self.halt(verified.end(), plan, refusal);
            }
            self.step(&verified, StepState::Verified);
            let recorded = match verified.record(&mut self.journal, self.clock.now()) {
                Ok(recorded) => recorded,
                Err((run, error)) => {
                    return self.halt(run.end(), plan, Box::new(unwritten(&error)));
                }
            };
            self.step(&recorded, StepState::Recorded);
            self.tell_rows();
            let (step, title) = (recorded.step().id.clone(), recorded.step().title.clone());
            self.errand.set(Busy::Call);
            let acted =
                recorded.act(self.writer.as_ref(), &mut self.journal, self.clock.as_ref()).await;
            self.errand.set(Busy::Nothing);
            match acted {
                Ok(next) => match self.next(next, &step, &title) {
                    Some(more) => run = more,
                    None => return,
                },
                Err(adrift) => return self.begin_reconcile(adrift),
            }
        }
    }

    /// Tells how a step ended and what comes next; gives the run back if it has another step.
    pub(super) fn next(&mut self, next: Next<R>, step: &str, title: &str) -> Option<Run<Ready, R>> {
        let state = match &next {
            Next::More(run) => Some((run.id().clone(), landed(run.landed()))),
            Next::Settled(settled) | Next::Left(settled) => {
                Some((settled.id().clone(), landed(settled.landed())))
            }
            Next::Passed(rest, why) => rejected(why).map(|it| (rest.id().clone(), it)),
            Next::Stopped(settled, why) => rejected(why).map(|it| (settled.id().clone(), it)),
        };
        if let Some((run, state)) = state {
            self.tell(Event::Step(StepEvent {
                run,
                step: step.into(),
                title: title.into(),
                state,
                at: self.clock.now(),
            }));
        }
        match next {
            Next::More(run) => {
                let landing = run.landed().last().map(|landing| (landing.step.clone(), landing.at));
                match landing {
                    Some((step, at)) if run.draft().stage(&step).next().is_some() => {
                        self.begin_stage(run, step, at);
                        None
                    }
                    Some(_) | None => Some(run),
                }
            }
            // What landed before it was seen before it was tried.
            Next::Passed(Rest::Step(run), _) => Some(run),
            Next::Passed(Rest::Nothing(settled), _) | Next::Settled(settled) => {
                self.settle(&settled)
            }
            Next::Left(settled) => {
                self.begin_take_up(settled.id());
                None
            }
            // Nothing was done, and with fresh credentials it can be.
            Next::Stopped(settled, Stop::Refused { code, message })
                if is_expiry(&code) && !settled.landed().is_empty() =>
            {
                let what = format!(
                    "step {} was not carried out: {code}: {message}",
                    settled.landed().len() + 1
                );
                let hint = "refresh the credentials; then go on with what is left, take back what was done, or end it";
                self.pause(settled.id(), Refusal::new(Why::Identity, what, hint));
                None
            }
            Next::Stopped(settled, ending) => {
                self.end(settled.id(), ending.ended(), ending.to_string());
                let refused = matches!(ending, Stop::Refused { .. });
                let way_back = refused.then(|| settled.draft().steps().find(|it| it.id == step));
                self.offer_way_back(settled.id(), way_back.flatten());
                None
            }
        }
    }

    /// Nothing more is sent: what was done is watched.
    fn settle(&mut self, settled: &Settled<R>) -> Option<Run<Ready, R>> {
        self.supersede(settled.draft());
        let since = settled.landed().last().map_or(self.clock.now(), |landing| landing.at);
        self.begin_watch(settled.draft().clone(), since);
        None
    }

    /// Goes on with a run whose step came to what it should, or ends it there.
    pub(super) async fn staged(&mut self, run: Run<Ready, R>, watched: Watched) {
        if self.busy.remove(run.id()).is_none() {
            return;
        }
        let Watched { ended, why, results, unread } = watched;
        let records = results
            .into_iter()
            .map(|(id, verdict, facts)| Record::Verify { id, verdict, facts })
            .collect();
        if let Err(error) = self.journal.append(self.clock.now(), Some(run.id()), records) {
            return self.tell_paused(run.id(), unwritten(&error));
        }
        // What cannot be told is no pass: the next step is sent on what was seen, and on nothing else.
        if ended == Ended::Succeeded {
            return self.drive(run).await;
        }
        let settled = run.end();
        let step = settled.landed().len() + 1;
        // It may have gone well, and nobody could see it.
        if unread {
            let what = format!("stopped before step {step}: {why}");
            let hint = "make it readable again; then go on with what is left, take back what was done, or end it";
            return self.pause(settled.id(), Refusal::new(Why::Read, what, hint));
        }
        self.end(settled.id(), ended, format!("stopped before step {step}: {why}"));
        let last = settled.landed().last().map(|landing| landing.step.clone());
        let last = settled.draft().steps().find(|step| last.as_ref() == Some(&step.id));
        self.offer_way_back(settled.id(), last);
    }

    /// Proposes the way back of a run that stopped at a step which asks for that. It has a question of its own.
    pub(super) fn offer_way_back(&mut self, run: &RunId, at: Option<&Step>) {
        let wanted = at.is_some_and(|step| step.on_error == OnError::Undo);
        let landed = self.journal.ledger().run(run).is_some_and(|past| !past.landed.is_empty());
        if wanted && landed {
            self.begin_undo(run);
        }
    }

    /// A run that was taken back while it was still being watched, or from where it paused, is over.
    fn supersede(&mut self, draft: &Draft) {
        let Some(undone) = draft.undoes.clone() else { return };
        let handle = self.busy.remove(&undone);
        let is_paused = self.journal.ledger().run(&undone).is_some_and(|it| it.pause().is_some());
        if let Some(handle) = &handle {
            handle.abort();
        }
        if handle.is_some() || is_paused {
            self.asking.remove(&PlanId::of(&undone));
            self.end(&undone, Ended::Abandoned, format!("taken back by {}", draft.id.run()));
        }
    }

    fn step<P: crate::run::Phase>(&self, run: &Run<P, R>, state: StepState) {
        let step = run.step();
        self.tell(Event::Step(StepEvent {
            run: run.id().clone(),
            step: step.id.clone(),
            title: step.title.clone(),
            state,
            at: self.clock.now(),
        }));
    }
}

fn landed(landed: &[crate::run::Landing]) -> StepState {
    let last = landed.last();
    let request_id = last.and_then(|landing| landing.request_id.as_ref());
    StepState::Landed {
        request_id: request_id.map(ToString::to_string),
        left: last.map(|landing| landing.left.clone()).unwrap_or_default(),
    }
}

/// What is told of a step that AWS said no to.
fn rejected(stop: &Stop) -> Option<StepState> {
    match stop {
        Stop::Refused { code, message } => {
            Some(StepState::Rejected { code: code.clone(), message: message.clone() })
        }
        Stop::Absent(_) | Stop::Conflict(_) | Stop::Moved(_) | Stop::Halted => None,
    }
}
