//! Pausing: a run that cannot go on between two of its steps stays open, and gives back what it holds. Nothing more is sent of it
//! before somebody approves what is left.

use watchdeck_domain::RunId;

use super::{Desk, Ended, Event};
use crate::draft::PlanId;
use crate::evidence::{Refusal, Why};
use crate::journal::Record;
use crate::lease::Tenure;
use crate::realm::Realm;
use crate::run::Settled;

/// What can be done about a run that paused.
const CHOICE: &str = "go on with what is left, take back what was done, or end it";

impl<R: Realm> Desk<R> {
    /// Nothing was sent for this step. What landed before stays, and can be taken back.
    pub(super) fn halt(&mut self, mut settled: Settled<R>, plan: PlanId, refusal: Box<Refusal>) {
        let id = settled.id().clone();
        // A run that has begun ends or pauses, even where all that it did so far was refused.
        let has_begun = self.journal.ledger().run(&id).is_some();
        if settled.is_untouched() {
            self.let_go(&mut settled);
            self.refuse(Some(plan), refusal);
            if has_begun {
                self.tell_unfinished();
            }
            return;
        }
        let lost = settled.lost();
        let step = settled.landed().len() + 1;
        let Refusal { why: kind, what, hint, .. } = *refusal;
        let why = format!("stopped before step {step}: {what}");
        if !may_go_on(kind) {
            let ended = if kind == Why::Stopped { Ended::Halted } else { Ended::Moved };
            return self.end(&id, ended, why);
        }
        self.note_leases(&id, Tenure::Lost, lost);
        self.pause(&id, Refusal::new(kind, why, hint_of(kind, &hint)));
    }

    /// Writes down that a run does not go on, and why, and gives back what it holds.
    pub(super) fn pause(&mut self, run: &RunId, refusal: Refusal) {
        let record = Record::Pause { why: refusal.what.clone() };
        if let Err(error) = self.journal.append(self.clock.now(), Some(run), vec![record]) {
            tracing::warn!(%error, "a pause could not be noted");
        }
        self.give_back(run);
        self.tell_paused(run, refusal);
    }

    /// Tells that a run which has sent something waits for the operator.
    pub(super) fn tell_paused(&self, run: &RunId, refusal: Refusal) {
        self.tell(Event::Paused { run: run.clone(), why: refusal.what, hint: refusal.hint });
        self.tell_unfinished();
    }

    /// Pauses what is between two steps when the desk closes. What has sent its last step is watched on at the next start, and
    /// what is adrift is looked for then.
    pub(super) fn pause_all(&mut self) {
        let waiting: Vec<_> = std::mem::take(&mut self.waiting).into_keys().collect();
        let busy = std::mem::take(&mut self.busy);
        for run in waiting.into_iter().chain(busy.into_keys()) {
            let Some(past) = self.journal.ledger().run(&run).filter(|it| it.pause().is_some())
            else {
                continue;
            };
            let step = past.landed.len() + 1;
            let why = format!("stopped before step {step}: the console was closed");
            self.pause(&run, Refusal::new(Why::Absent, why, CHOICE));
        }
    }
}

/// Whether a run that has begun can be gone on with after this: what stopped it says nothing about what is there.
fn may_go_on(why: Why) -> bool {
    match why {
        Why::Identity
        | Why::Read
        | Why::Expired
        | Why::Policy
        | Why::Gate
        | Why::Disarmed
        | Why::Journal
        | Why::Busy
        | Why::Absent => true,
        Why::Draft | Why::Check | Why::Moved | Why::Phrase | Why::Stopped => false,
    }
}

/// What to do first, where that is known, and then.
fn hint_of(why: Why, hint: &str) -> String {
    match why {
        Why::Identity | Why::Read | Why::Journal => format!("{hint}; then {CHOICE}"),
        Why::Draft
        | Why::Check
        | Why::Moved
        | Why::Phrase
        | Why::Expired
        | Why::Policy
        | Why::Gate
        | Why::Stopped
        | Why::Disarmed
        | Why::Busy
        | Why::Absent => CHOICE.to_owned(),
    }
}
