//! Runs that wait for a person before their next step, and what becomes of their word.

use watchdeck_domain::RunId;

use super::serve::{absent, unwritten};
use super::{Desk, Event};
use crate::draft::PlanId;
use crate::evidence::{Refusal, Why};
use crate::journal::Record;
use crate::realm::Realm;
use crate::run::{Pause, Ready, Run};

impl<R: Realm> Desk<R> {
    /// Has a run wait for a person: its next step is sent by nothing but their word.
    pub(super) fn wait(&mut self, run: Run<Ready, R>, pause: Pause) {
        let (step, question) = (pause.step.clone(), pause.question.clone());
        let record = Record::Waits { step, question };
        if let Err(error) = self.journal.append(self.clock.now(), Some(run.id()), vec![record]) {
            return self.tell_paused(run.id(), unwritten(&error));
        }
        self.waiting.insert(run.id().clone(), run);
        self.tell(Event::Waits { pause: Box::new(pause) });
    }

    pub(super) async fn go_on(&mut self, id: &RunId, typed: &str) {
        let plan = PlanId::of(id);
        let Some(run) = self.waiting.remove(id) else {
            let what = format!("no run {id} waits for anybody here");
            return self.refuse(Some(plan), absent(&what, "see the journal for how it stands"));
        };
        match run.go_on(typed, &self.operator, &mut self.journal, self.clock.now()) {
            Ok(run) => self.drive(run).await,
            Err((run, refusal)) if refusal.why == Why::Expired => {
                let settled = run.end();
                let step = settled.landed().len() + 1;
                let what = format!("stopped before step {step}: {}", refusal.what);
                self.pause(settled.id(), Refusal::new(refusal.why, what, refusal.hint));
            }
            Err((run, refusal)) => {
                self.waiting.insert(id.clone(), run);
                if let Err(error) = self.note(Record::Mistyped { plan: plan.clone() }) {
                    tracing::warn!(%error, "a mistyped word could not be noted");
                }
                self.tell(Event::Mistyped { plan, why: refusal.what });
            }
        }
    }
}
