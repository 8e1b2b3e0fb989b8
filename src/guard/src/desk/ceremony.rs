//! What the desk is told about gates: a reason, a second person, broken glass, the kill switch, a review that is closed.

use watchdeck_domain::Identity;

use super::serve::{absent, unwritten};
use super::{Desk, Event};
use crate::approval::{Approval, Handback, Presigned};
use crate::draft::PlanId;
use crate::evidence::{Refusal, Why};
use crate::journal::{JournalError, Record};
use crate::realm::Realm;

/// No reason is longer.
const LONGEST: usize = 1_000;

impl<R: Realm> Desk<R> {
    pub(super) fn give_reason(&mut self, plan: &PlanId, reason: &str) {
        let Some(reason) = self.words(plan, reason, "a reason") else { return };
        let Some(challenge) = self.asking.get_mut(plan) else { return self.unasked(plan) };
        challenge.give_reason(&reason);
        self.tell_gates(plan);
    }

    pub(super) fn countersign(&mut self, plan: &PlanId, line: &str) {
        let now = self.clock.now();
        let Some(challenge) = self.asking.get_mut(plan) else { return self.unasked(plan) };
        let accepted = match Handback::parse(line) {
            Err(error) => Err(error.to_string()),
            Ok(Handback::Signed(back)) => challenge.countersign(&back, &self.operator, now),
            Ok(Handback::Presigned(back)) => match challenge.inspect(&back, now) {
                Ok(inquiry) => return self.begin_attest(plan.clone(), back, inquiry),
                Err(why) => Err(why),
            },
        };
        self.countersigned(plan, accepted);
    }

    /// Takes in whom STS names as the one who signed a request.
    pub(super) fn attested(
        &mut self,
        plan: &PlanId,
        back: &Presigned,
        told: Result<Identity, String>,
    ) {
        let now = self.clock.now();
        // Answered or withdrawn while STS was asked.
        let Some(challenge) = self.asking.get_mut(plan) else { return };
        let accepted =
            told.and_then(|principal| challenge.admit(back, &principal, &self.operator, now));
        self.countersigned(plan, accepted);
    }

    /// Writes down and tells what became of an approval.
    fn countersigned(&mut self, plan: &PlanId, accepted: Result<Approval, String>) {
        let record = match &accepted {
            Ok(approval) => {
                Record::Countersigned { plan: plan.clone(), approval: approval.clone() }
            }
            Err(why) => Record::Refused {
                plan: plan.clone(),
                why: Why::Gate,
                what: format!("an approval does not count: {why}"),
            },
        };
        if let Err(error) = self.note(record) {
            return self.forget(plan, &error);
        }
        if let Err(why) = accepted {
            let why = format!("the approval does not count: {why}");
            self.tell(Event::Held { plan: plan.clone(), why });
        }
        self.tell_gates(plan);
    }

    pub(super) fn break_glass(&mut self, plan: &PlanId, reason: &str) {
        let Some(reason) = self.words(plan, reason, "a reason to answer for alone") else { return };
        let Some(challenge) = self.asking.get_mut(plan) else { return self.unasked(plan) };
        let gates = challenge.break_glass(&reason);
        if gates.is_empty() {
            let why = "no gate of this plan is to be answered for alone".into();
            return self.tell(Event::Held { plan: plan.clone(), why });
        }
        let record = Record::BrokeGlass {
            plan: plan.clone(),
            title: challenge.question().title.clone(),
            gates,
            reason,
            by: self.operator.name.clone(),
        };
        if let Err(error) = self.note(record) {
            return self.forget(plan, &error);
        }
        self.tell_gates(plan);
        self.tell_reviews();
    }

    pub(super) fn close_review(&mut self, plan: &PlanId, note: &str) {
        let open = self.journal.ledger().reviews().any(|review| review.plan == *plan);
        if !open {
            let what = format!("no review of {plan} is open");
            return self.refuse(None, absent(&what, "see the journal for those that are"));
        }
        let Some(note) = self.words(plan, note, "what came of the review") else { return };
        let by = self.operator.name.clone();
        if let Err(error) = self.note(Record::Reviewed { plan: plan.clone(), note, by }) {
            return self.refuse(None, unwritten(&error));
        }
        self.tell_reviews();
    }

    /// Pulls the switch: it holds from then on, whether it can be written down or not.
    pub(super) fn stop(&mut self) {
        let by = self.operator.name.clone();
        if let Err(error) = self.ceremony.switch.pull(&by) {
            tracing::warn!(%error, "the file that stops other consoles could not be made");
        }
        self.stopped(by);
    }

    /// Lets changes be made again. Not written down, it is not done.
    pub(super) fn release(&mut self) {
        if let Err(error) = self.note(Record::Released { by: self.operator.name.clone() }) {
            return self.refuse(None, unwritten(&error));
        }
        if let Err(error) = self.ceremony.switch.release() {
            let what = format!("the kill switch stays pulled: {error}");
            let refusal = Refusal::new(Why::Stopped, what, "take that file away first");
            return self.refuse(None, refusal);
        }
        self.released();
    }

    /// Writes down and tells what somebody else has done to the switch.
    pub(super) fn heed(&mut self) {
        match (self.ceremony.switch.is_pulled(), self.stopped) {
            (true, false) => {
                let by = self.ceremony.switch.by();
                self.stopped(by.unwrap_or_else(|| "somebody else".into()));
            }
            (false, true) => {
                if let Err(error) = self.note(Record::Released { by: "somebody else".into() }) {
                    tracing::warn!(%error, "a release of the kill switch could not be noted");
                }
                self.released();
            }
            (true, true) | (false, false) => {}
        }
    }

    fn stopped(&mut self, by: String) {
        self.stopped = true;
        if let Err(error) = self.note(Record::Stopped { by: by.clone() }) {
            tracing::warn!(%error, "a pull of the kill switch could not be noted");
        }
        self.tell(Event::Stopped { by });
        self.tell_all_gates();
    }

    fn released(&mut self) {
        self.stopped = false;
        self.tell(Event::Released {});
        self.tell_all_gates();
    }

    pub(super) fn tell_all_gates(&self) {
        for plan in self.asking.keys() {
            self.tell_gates(plan);
        }
    }

    pub(super) fn tell_gates(&self, plan: &PlanId) {
        if let Some(challenge) = self.asking.get(plan) {
            let passages = challenge.passages();
            self.tell(Event::Gated { plan: plan.clone(), passages });
        }
    }

    pub(super) fn tell_reviews(&self) {
        let reviews = self.journal.ledger().reviews().cloned().collect();
        self.tell(Event::Reviews { reviews });
    }

    /// What was typed, if it says anything.
    fn words(&mut self, plan: &PlanId, text: &str, wanted: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST {
            let why = format!("{wanted} has 1 to {LONGEST} characters");
            self.tell(Event::Held { plan: plan.clone(), why });
            return None;
        }
        Some(text.to_owned())
    }

    fn unasked(&mut self, plan: &PlanId) {
        let what = format!("no question about the plan {plan} is open");
        self.refuse(None, absent(&what, "propose it again"));
    }

    /// What could not be written down does not stand, and nothing is built on it: the question is taken back.
    fn forget(&mut self, plan: &PlanId, error: &JournalError) {
        self.asking.remove(plan);
        self.refuse(Some(plan.clone()), unwritten(error));
    }
}
