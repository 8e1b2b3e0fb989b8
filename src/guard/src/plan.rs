//! A plan: a draft on its way through its stages. Proposed, checked, approved; nothing skips one.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use watchdeck_domain::reading::{ReadFailure, WhoAmI};
use watchdeck_domain::{Answer, Environment, Identity, Timestamp, ask};

use crate::canonical;
use crate::ceremony::{self, Ceremony, Pass};
use crate::challenge::Challenge;
use crate::changes::deed;
use crate::content;
use crate::draft::{Check, Draft, OnFail, PlanId, Step, Verification};
use crate::evidence::{Evidence, Fingerprint, Refusal, Standing, Why};
use crate::facts::{self, Facts};
use crate::judge::{Judge, Verdict};
use crate::ports::Reader;
use crate::preflight;
use crate::preview;
use crate::probe::Hindrance;
use crate::question::Difference;
use crate::realm::{Realm, Sim, sealed};
use crate::run::Remainder;

/// How far a plan is. Sealed.
pub trait Stage: sealed::Sealed {}

/// Nobody has looked at it yet.
#[derive(Debug)]
pub struct Proposed(());

/// It was looked at, at a known time, and nothing stops it.
#[derive(Debug)]
pub struct Checked {
    pub(crate) seen: Box<Seen>,
    pub(crate) pass: Box<Pass>,
    /// The run whose rest it is, where it goes on with one.
    pub(crate) earlier: Option<Box<Remainder>>,
}

/// Somebody said yes to exactly this.
#[derive(Debug)]
pub struct Approved {
    pub(crate) seen: Box<Seen>,
    pub(crate) pass: Box<Pass>,
    pub(crate) by: String,
    /// The run whose rest it is, where it goes on with one.
    pub(crate) earlier: Option<Box<Remainder>>,
}

impl sealed::Sealed for Proposed {}
impl sealed::Sealed for Checked {}
impl sealed::Sealed for Approved {}
impl Stage for Proposed {}
impl Stage for Checked {}
impl Stage for Approved {}

/// A draft in realm `R`, as far as stage `S`. Not `Clone`, and not to be read from a file.
#[must_use = "a plan goes on to its next stage"]
#[derive(Debug)]
pub struct Plan<S: Stage, R: Realm> {
    pub(crate) draft: Box<Draft>,
    pub(crate) stage: S,
    pub(crate) realm: PhantomData<R>,
}

/// What was seen when the plan was checked. Part of the plan's hash.
#[derive(Debug, Serialize)]
pub(crate) struct Seen {
    pub(crate) at: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) identity: Identity,
    pub(crate) environment: Environment,
    pub(crate) phrase: String,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) fingerprints: Vec<Fingerprint>,
    pub(crate) differences: Vec<Difference>,
    pub(crate) hash: String,
    /// Not part of the hash: it says less.
    #[serde(skip)]
    pub(crate) content: String,
}

impl Seen {
    /// Until when the plan stood, in words.
    pub(crate) fn expiry(&self, until: Timestamp) -> String {
        format!("the plan was checked at {} and stood until {until}", self.at)
    }
}

impl<S: Stage, R: Realm> Plan<S, R> {
    /// The plan's id.
    pub fn id(&self) -> &PlanId {
        &self.draft.id
    }

    /// The draft that it was made from.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }
}

impl<R: Realm> Plan<Proposed, R> {
    /// Takes a draft in. Changes nothing and proves nothing.
    pub fn propose(draft: Draft) -> Self {
        Self { draft: Box::new(draft), stage: Proposed(()), realm: PhantomData }
    }

    /// The same plan for the simulated account. There is no way back.
    pub fn rehearsal(&self) -> Plan<Proposed, Sim> {
        Plan { draft: self.draft.clone(), stage: Proposed(()), realm: PhantomData }
    }

    /// Reads who we are and how things stand, judges the checks, and pins what the plan depends on.
    ///
    /// # Errors
    /// Says what stops the plan, with the results of the checks.
    pub async fn check(
        self,
        reader: &dyn Reader<R>,
        judge: &dyn Judge,
        ceremony: &Arc<Ceremony>,
        now: Timestamp,
    ) -> Result<Plan<Checked, R>, Box<Refusal>> {
        check(self.draft, None, (reader, judge), ceremony, now).await
    }
}

impl<R: Realm> Plan<Checked, R> {
    /// Checks what is left of a run that paused, as a plan: nothing but what its own landed steps have changed may have moved
    /// since it began, and nobody else may go on with it.
    ///
    /// # Errors
    /// Says what stops it, with the difference.
    pub(crate) async fn of_rest(
        earlier: Box<Remainder>,
        reader: &dyn Reader<R>,
        judge: &dyn Judge,
        ceremony: &Arc<Ceremony>,
        now: Timestamp,
    ) -> Result<Self, Box<Refusal>> {
        check(Box::new(earlier.left()), Some(earlier), (reader, judge), ceremony, now).await
    }

    /// Puts the plan to the operator. The challenge owns the plan that it asks about.
    pub fn challenge(self) -> Challenge<R> {
        Challenge::new(self)
    }

    /// SHA-256 over the canonical JSON of the plan.
    pub fn hash(&self) -> &str {
        &self.stage.seen.hash
    }
}

async fn check<R: Realm>(
    draft: Box<Draft>,
    earlier: Option<Box<Remainder>>,
    (reader, judge): (&dyn Reader<R>, &dyn Judge),
    ceremony: &Arc<Ceremony>,
    now: Timestamp,
) -> Result<Plan<Checked, R>, Box<Refusal>> {
    let phrase = examine_draft::<R>(&draft, earlier.is_some())?;
    let identity = identify(&draft, reader).await?;
    spare_ourselves(&draft, &identity)?;
    if let Some(earlier) = &earlier {
        earlier.same_principal(&identity)?;
    }
    if reader.acts_as().is_some() {
        preflight::confine(&draft)?;
    }
    let mut pass = Box::new(Pass::survey(ceremony, &draft, &identity, judge, now).await?);
    if let Some(bar) = pass.shut(&draft) {
        return Err(Box::new(ceremony::refusal(&bar)));
    }
    let mut differences = Vec::new();
    let mut fingerprints = Vec::new();
    let mut seen_by: Vec<(&str, Answer)> = Vec::new();
    for step in draft.steps() {
        let there = match draft.before(step) {
            None => look(&draft, reader, &step.change).await?,
            Some(before) => {
                let found = seen_by.iter().find(|(id, _)| *id == before.id);
                let foreseen = found.and_then(|(_, there)| Draft::foreseen(before, there));
                foreseen.ok_or_else(|| Box::new(unforeseen(step, before)))?
            }
        };
        if let Some(hindrance) = deed(&step.change).hindrance(&step.reversal, &there) {
            return Err(Box::new(hindered(hindrance)));
        }
        differences.extend(deed(&step.change).differences(&there));
        fingerprints.push(lock(step, &there));
        seen_by.push((&step.id, there));
    }
    let params = serde_json::to_value(&draft.params).unwrap_or(Value::Null);
    let facts = facts::read(reader, &draft.facts, &params, now, now).await;
    let judged = draft.checks.iter().map(|check| judged(check, &facts, judge, now));
    let evidence: Vec<_> = match &earlier {
        None => judged.collect(),
        // Its own steps may have made it so: it is told, and does not stop what has begun.
        Some(_) => judged.map(advice).collect(),
    };
    let stopped: Vec<_> = evidence.iter().filter(|e| e.standing == Standing::Stopped).collect();
    if !stopped.is_empty() {
        let what: Vec<_> = stopped
            .iter()
            .map(|e| {
                format!(
                    "{}: {}",
                    e.title,
                    if e.message.is_empty() { e.verdict.to_string() } else { e.message.clone() }
                )
            })
            .collect();
        return Err(Box::new(Refusal {
            evidence: evidence.clone(),
            ..Refusal::new(
                Why::Check,
                what.join("; "),
                "put right what the checks name, then propose again",
            )
        }));
    }
    all_pins_read(&draft, &facts)?;
    pass.look_ahead(&draft, &identity, reader).await;
    fingerprints.extend(pinned(&draft, &facts));
    if let Some(earlier) = &earlier {
        earlier.same_pins(&fingerprints)?;
    }
    let mut seen = Box::new(Seen {
        at: now,
        expires: now + Duration::from_secs(draft.ttl_s),
        identity,
        environment: ceremony.environment,
        phrase,
        evidence,
        fingerprints,
        differences,
        hash: String::new(),
        content: String::new(),
    });
    let unhashed = |error: serde_json::Error| {
        let what = format!("the plan cannot be hashed: {error}");
        Box::new(Refusal::new(Why::Draft, what, "report this as a bug"))
    };
    seen.hash = canonical::hash(&(R::NAME, &draft, &seen)).map_err(unhashed)?;
    seen.content = content::of::<R>(&draft, &seen).map_err(unhashed)?;
    Ok(Plan { draft, stage: Checked { seen, pass, earlier }, realm: PhantomData })
}

/// What a check says, where it cannot stop anything any more.
fn advice(evidence: Evidence) -> Evidence {
    match evidence.standing {
        Standing::Stopped => Evidence { standing: Standing::Warned, ..evidence },
        Standing::Passed | Standing::Warned => evidence,
    }
}

/// What is wrong with a draft before anything is read; the phrase when nothing is.
fn examine_draft<R: Realm>(draft: &Draft, is_rest: bool) -> Result<String, Box<Refusal>> {
    let refuse = |what: String| {
        Box::new(Refusal::new(
            Why::Draft,
            what,
            "correct the runbook or its parameters, then propose again",
        ))
    };
    // A rest was looked at as a whole when its run began.
    if let Some(why) = draft.excess().filter(|_| !is_rest) {
        return Err(refuse(why));
    }
    let longest = longest_ttl_s::<R>();
    if draft.ttl_s == 0 || draft.ttl_s > longest {
        return Err(refuse(format!(
            "the plan would stand for {} s; it must be 1 to {longest}",
            draft.ttl_s
        )));
    }
    for step in draft.steps() {
        if let Some(fault) = deed(&step.change).fault(draft.id.run()) {
            return Err(refuse(format!("step `{}` cannot be done: {fault}", step.id)));
        }
        if step.settle_ms < SHORTEST_SETTLE_MS {
            return Err(refuse(format!(
                "step `{}` settles in {} ms; at least {SHORTEST_SETTLE_MS} are needed",
                step.id, step.settle_ms
            )));
        }
        if draft.steps().filter(|other| other.id == step.id).count() > 1 {
            return Err(refuse(format!("step `{}` is there twice", step.id)));
        }
        if let Some(why) = draft.misplaced(step) {
            return Err(refuse(why));
        }
    }
    let unwatched = |it: &Verification| {
        let after = it.after.as_ref()?;
        let last = draft.steps().last().is_some_and(|step| step.id == *after);
        (last || draft.steps().all(|step| step.id != *after)).then(|| after.clone())
    };
    if let Some(after) = draft.verifications.iter().find_map(unwatched) {
        return Err(refuse(format!(
            "no step comes after `{after}`, which is watched for the next"
        )));
    }
    if let Some(step) = draft.steps().find(|step| !preview::can_be_typed(&step.word())) {
        return Err(refuse(format!("what is typed before step `{}` cannot be typed", step.id)));
    }
    let mut phrase = preview::phrase(&draft.phrase, draft.named(), &draft.scope).map_err(refuse)?;
    phrase.push_str(&draft.consequence());
    Ok(phrase)
}

/// The longest time that an approval may stand, by the account's clock: ten minutes of the operator's. The simulated
/// account in this process may live 600 times as fast as they do.
fn longest_ttl_s<R: Realm>() -> u64 {
    if R::NAME == Sim::NAME { 600 * 600 } else { 600 }
}

/// The shortest time after which an unanswered call may be looked for.
const SHORTEST_SETTLE_MS: u64 = 1_000;

/// Who we are, and that we are where the draft wants to be.
pub(crate) async fn identify<R: Realm>(
    draft: &Draft,
    reader: &dyn Reader<R>,
) -> Result<Identity, Box<Refusal>> {
    let identity = ask(reader, WhoAmI {}).await.map_err(|error| {
        Box::new(Refusal::new(
            Why::Identity,
            format!("who we are could not be read: {error}"),
            error.hint(),
        ))
    })?;
    let here = reader.scope();
    if identity.account != draft.scope.account || here != draft.scope {
        return Err(Box::new(Refusal::new(
            Why::Identity,
            format!(
                "the plan is about {}, but these credentials belong to {} in {}",
                draft.scope, identity.account, here.region
            ),
            "switch to the profile and region of the plan, then propose again",
        )));
    }
    Ok(identity)
}

/// Refuses what would take from us what we act with: nothing could be looked at then, nor taken back.
fn spare_ourselves(draft: &Draft, identity: &Identity) -> Result<(), Box<Refusal>> {
    let Some(step) = draft.steps().find(|step| step.change.cuts_off(&identity.arn)) else {
        return Ok(());
    };
    let what = format!(
        "step `{}` would cut us off: we act as {}, and it is to {}",
        step.id, identity.arn, step.change
    );
    let hint = "act with other credentials, or have somebody else do it";
    Err(Box::new(Refusal::new(Why::Identity, what, hint)))
}

/// What is there now where `change` would act.
pub(crate) async fn look<R: Realm>(
    draft: &Draft,
    reader: &dyn Reader<R>,
    change: &watchdeck_domain::Change,
) -> Result<Answer, Box<Refusal>> {
    reader.read(deed(change).query()).await.map_err(|error| {
        Box::new(Refusal::new(
            Why::Read,
            format!("{} in {} could not be read: {error}", deed(change).target(), draft.scope),
            error.hint(),
        ))
    })
}

fn unforeseen(step: &Step, before: &Step) -> Refusal {
    Refusal::new(
        Why::Draft,
        format!("what step `{}` leaves for `{}` cannot be told beforehand", before.id, step.id),
        "make two plans of it",
    )
}

fn hindered(hindrance: Hindrance) -> Refusal {
    match hindrance {
        Hindrance::Moved(what) => {
            Refusal::new(Why::Moved, what, "make the plan again from what is there now")
        }
        Hindrance::Idle(what) => Refusal::new(
            Why::Check,
            what,
            "there is nothing to do; choose something else if what is there does not help",
        ),
        Hindrance::Reversal(what) => {
            Refusal::new(Why::Draft, what, "make the plan again from what is there now")
        }
    }
}

/// The lock of a step's target, always pinned.
fn lock(step: &Step, there: &Answer) -> Fingerprint {
    let (field, value) = deed(&step.change).lock(there);
    Fingerprint { fact: format!("step {}", step.id), field: field.into(), value }
}

/// Refuses when a pinned fact could not be read: of what was never seen nobody can say whether it has moved.
pub(crate) fn all_pins_read(draft: &Draft, facts: &Facts) -> Result<(), Box<Refusal>> {
    let unread = facts.missing.iter().find(|(name, error)| {
        // What is not there was read: it is null, and pinned as that.
        error.failure != ReadFailure::Missing && draft.pins.iter().any(|pin| pin.fact == *name)
    });
    let Some((name, error)) = unread else { return Ok(()) };
    let what = format!("the plan depends on `{name}`, which could not be read: {error}");
    Err(Box::new(Refusal::new(Why::Read, what, error.hint())))
}

/// The pinned parts of the facts.
pub(crate) fn pinned(draft: &Draft, facts: &Facts) -> Vec<Fingerprint> {
    draft
        .pins
        .iter()
        .map(|pin| Fingerprint {
            fact: pin.fact.clone(),
            field: pin.field.clone(),
            value: facts.part(&pin.fact, &pin.field),
        })
        .collect()
}

/// Judges one check. What cannot be judged is unknown, never passed.
pub(crate) fn judged(check: &Check, facts: &Facts, judge: &dyn Judge, at: Timestamp) -> Evidence {
    let facts = facts.seen_by(&check.id);
    let verdict = match judge.judge(&check.expression, &facts.values) {
        Ok(Verdict::Unknown(why)) => {
            Verdict::Unknown(facts.excuse(&check.expression).unwrap_or(why))
        }
        Ok(verdict @ (Verdict::True | Verdict::False)) => verdict,
        Err(error) => Verdict::Unknown(error.to_string()),
    };
    let standing = match (&verdict, check.on_fail, check.on_unknown) {
        (Verdict::True, _, _) => Standing::Passed,
        (Verdict::False, OnFail::Stop, _) | (Verdict::Unknown(_), _, OnFail::Stop) => {
            Standing::Stopped
        }
        (Verdict::False, OnFail::Warn, _) | (Verdict::Unknown(_), _, OnFail::Warn) => {
            Standing::Warned
        }
    };
    let message = match &verdict {
        Verdict::True => String::new(),
        Verdict::False => check.message.clone(),
        Verdict::Unknown(why) => format!("{} ({why})", check.message),
    };
    Evidence {
        id: check.id.clone(),
        title: check.title.clone(),
        expression: check.expression.clone(),
        verdict,
        standing,
        message,
        at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realm::Live;

    #[test]
    fn a_plan_for_a_real_account_stands_ten_minutes_at_most() {
        assert_eq!(longest_ttl_s::<Live>(), 600);
        assert!(longest_ttl_s::<Sim>() > 600);
    }
}
