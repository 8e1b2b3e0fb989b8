//! The question to the operator. It owns the plan it asks about: there is no approval to mix up.

use std::marker::PhantomData;

use watchdeck_domain::{Identity, Reversal, Timestamp};

use crate::approval::{Approval, Countersignature, Inquiry, Presigned};
use crate::ceremony;
use crate::changes::deed;
use crate::draft::PlanId;
use crate::evidence::{Refusal, Why};
use crate::gate::{Gate, Passage};
use crate::plan::{Approved, Checked, Plan};
use crate::preview;
use crate::question::{Operator, Question};
use crate::realm::Realm;

/// A checked plan, waiting for its phrase.
#[must_use = "a challenge is answered or withdrawn"]
#[derive(Debug)]
pub struct Challenge<R: Realm> {
    plan: Plan<Checked, R>,
    question: Box<Question>,
}

impl<R: Realm> Challenge<R> {
    pub(crate) fn new(plan: Plan<Checked, R>) -> Self {
        let question = Box::new(put(&plan));
        Self { plan, question }
    }

    /// The plan's id.
    pub fn id(&self) -> &PlanId {
        self.plan.id()
    }

    /// Everything that a yes commits to.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The gates, as they stand now.
    pub fn passages(&self) -> Vec<Passage> {
        self.plan.stage.pass.passages(&self.plan.draft)
    }

    /// Says why it is to be done.
    pub fn give_reason(&mut self, reason: &str) {
        self.plan.stage.pass.give_reason(reason);
    }

    /// Takes in what a second person handed back.
    ///
    /// # Errors
    /// Says why it does not count.
    pub fn countersign(
        &mut self,
        back: &Countersignature,
        by: &Operator,
        now: Timestamp,
    ) -> Result<Approval, String> {
        let Plan { draft, stage: Checked { seen, pass, .. }, .. } = &mut self.plan;
        pass.countersign::<R>(draft, seen, back, by, now)
    }

    /// Examines a request to STS that a second person handed back. Who signed it, STS is asked with what comes of this.
    ///
    /// # Errors
    /// Says what is wrong with it: nothing is to be sent.
    pub fn inspect(&self, back: &Presigned, now: Timestamp) -> Result<Inquiry, String> {
        let Plan { draft, stage: Checked { seen, pass, .. }, .. } = &self.plan;
        pass.inspect::<R>(draft, seen, back, now)
    }

    /// Takes in who STS says has signed the request.
    ///
    /// # Errors
    /// Says why it does not count.
    pub fn admit(
        &mut self,
        back: &Presigned,
        principal: &Identity,
        by: &Operator,
        now: Timestamp,
    ) -> Result<Approval, String> {
        let Plan { draft, stage: Checked { seen, pass, .. }, .. } = &mut self.plan;
        pass.admit::<R>(draft, seen, (back, principal), by, now)
    }

    /// Answers alone for the gates that may be answered for so. Tells which; none when none needs it.
    pub fn break_glass(&mut self, reason: &str) -> Vec<Gate> {
        self.plan.stage.pass.break_glass(&self.plan.draft, reason)
    }

    /// Compares what was typed with the phrase, byte for byte, and turns a right answer in time into an approved plan.
    ///
    /// # Errors
    /// A wrong or late answer hands the question back.
    pub fn answer(
        self,
        typed: &str,
        by: &Operator,
        now: Timestamp,
    ) -> Result<Plan<Approved, R>, (Self, Box<Refusal>)> {
        if now > self.question.expires {
            let what = format!(
                "the plan was checked at {} and stood until {}",
                self.question.checked, self.question.expires
            );
            return Err((
                self,
                Box::new(Refusal::new(
                    Why::Expired,
                    what,
                    "propose it again: the checks are made anew",
                )),
            ));
        }
        if now < self.question.checked {
            let what = format!(
                "the clock says {now}, which is before the check at {}",
                self.question.checked
            );
            return Err((
                self,
                Box::new(Refusal::new(
                    Why::Expired,
                    what,
                    "propose it again: the checks are made anew",
                )),
            ));
        }
        if let Some(bar) = self.plan.stage.pass.bar(&self.plan.draft) {
            return Err((self, Box::new(ceremony::refusal(&bar))));
        }
        if typed != self.question.phrase {
            let what = nearness(typed, &self.question.phrase);
            return Err((
                self,
                Box::new(Refusal::new(Why::Phrase, what, "type the phrase exactly as it is shown")),
            ));
        }
        let Plan { draft, stage: Checked { seen, pass, earlier }, .. } = self.plan;
        let stage = Approved { seen, pass, by: by.name.clone(), earlier };
        Ok(Plan { draft, stage, realm: PhantomData })
    }
}

/// What is wrong with an answer, without typing it for the operator.
fn nearness(typed: &str, phrase: &str) -> String {
    if typed.is_empty() {
        return "nothing was typed".into();
    }
    if let Some(odd) = typed.chars().find(|c| !(c.is_ascii_graphic() || *c == ' ')) {
        return format!(
            "the answer holds the character {} which only looks right",
            odd.escape_unicode()
        );
    }
    if typed.trim() == phrase {
        return "the answer begins or ends with a blank".into();
    }
    if typed.eq_ignore_ascii_case(phrase) {
        return "the answer differs in upper and lower case".into();
    }
    let same = typed.chars().zip(phrase.chars()).take_while(|(a, b)| a == b).count();
    format!("the answer differs from character {} on", same + 1)
}

fn put<R: Realm>(plan: &Plan<Checked, R>) -> Question {
    let (draft, seen) = (&plan.draft, &plan.stage.seen);
    let warnings = draft.steps().filter(|step| matches!(step.reversal, Reversal::Never(_))).count();
    let mut blast_radius: Vec<_> =
        draft.lasting().flat_map(|step| deed(&step.change).blast_radius(&draft.scope)).collect();
    if warnings > 0 {
        blast_radius
            .push(format!("{warnings} of {} steps cannot be taken back", draft.steps().count()));
    }
    blast_radius.extend(draft.told_point());
    Question {
        plan: draft.id.clone(),
        title: draft.title.clone(),
        phrase: seen.phrase.clone(),
        realm: R::NAME.into(),
        scope: draft.scope.clone(),
        identity: seen.identity.clone(),
        risk: draft.risk,
        calls: draft
            .steps()
            .map(|step| preview::call(&step.id, &step.change, &draft.scope))
            .collect(),
        differences: seen.differences.clone(),
        blast_radius,
        permissions: draft
            .lasting()
            .flat_map(|step| step.change.permission(&draft.scope).by_service())
            .collect(),
        reversals: draft.steps().map(|step| preview::reversal(&step.reversal)).collect(),
        passages: plan.stage.pass.passages(draft),
        handover: plan.stage.pass.handover::<R>(draft, seen).map(|asked| asked.line()),
        evidence: seen.evidence.clone(),
        fingerprints: seen.fingerprints.clone(),
        notes: draft.notes.clone(),
        afterwards: afterwards(draft),
        runbook: format!(
            "{} v{} (sha256 {}..)",
            draft.runbook.id,
            draft.runbook.version,
            draft.runbook.sha256.get(..12).unwrap_or(&draft.runbook.sha256)
        ),
        undoes: draft.undoes.clone(),
        checked: seen.at,
        expires: seen.expires,
        hash: seen.hash.clone(),
        content: seen.content.clone(),
    }
}

fn afterwards(draft: &crate::draft::Draft) -> Vec<String> {
    let rest = draft.lasting().map(|step| format!("{} has come to rest", step.target()));
    let waits =
        draft.waits.iter().map(|wait| format!("{} (at most {} s)", wait.title, wait.timeout_s));
    let seen = |v: &crate::draft::Verification| format!("{} (at most {} s)", v.title, v.timeout_s);
    let (stages, last): (Vec<_>, Vec<_>) =
        draft.verifications.iter().partition(|verification| verification.after.is_some());
    let stages = stages.into_iter().map(|v| format!("before the next step: {}", seen(v)));
    let pauses = draft.steps().filter_map(|step| {
        let asked = step.pause.as_ref()?;
        Some(format!("before `{}` it waits for you: {asked}", step.title))
    });
    stages.chain(pauses).chain(rest).chain(waits).chain(last.into_iter().map(seen)).collect()
}
