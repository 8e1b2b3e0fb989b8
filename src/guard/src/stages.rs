//! Stages: steps on one target, one after the other, each with the lock that the one before it leaves.

use std::time::Duration;

use serde_json::Value;
use watchdeck_domain::{Answer, IdError, Query, Reversal, RevisionId, Scope};

use crate::changes::deed;
use crate::draft::{Draft, Step, Verification};
use crate::watch::REST_TIMEOUT;

/// What such a stand-in begins with.
const LEFT_BY: &str = "as-left-by-";

/// What stands for the lock that a step leaves, until it has landed and the lock is known.
///
/// No lock of AWS looks like it: sent by mistake, it would be refused.
///
/// # Errors
/// The step's name is not one that a lock can hold.
pub fn left_by(step: &str) -> Result<RevisionId, IdError> {
    RevisionId::parse(format!("{LEFT_BY}{step}"))
}

/// What is shown of a call, with words for people in the place of a lock that nobody knows yet.
pub(crate) fn in_words(params: Value) -> Value {
    let Value::Object(members) = params else { return params };
    let told = members.into_iter().map(|(name, value)| {
        let step = value.as_str().and_then(|text| text.strip_prefix(LEFT_BY));
        let told = step.map(|step| Value::String(format!("what step `{step}` leaves")));
        (name, told.unwrap_or(value))
    });
    Value::Object(told.collect())
}

impl Step {
    /// What it changes, as people name it: `live@orders-writer`.
    pub fn target(&self) -> String {
        deed(&self.change).target()
    }

    /// What it changes, with account and region: the same for everybody, wherever their runs work.
    pub(crate) fn spot(&self, home: &Scope) -> String {
        let (change, Scope { account, region }) = self.change.at(home);
        format!("{account}/{region}/{}", deed(change).target())
    }

    /// What is typed where a run waits before it: what it acts on, what that comes to, and whether that is for good.
    pub(crate) fn word(&self) -> String {
        let deed = deed(&self.change);
        let last = match self.reversal {
            Reversal::Never(_) => " irreversibly",
            Reversal::By(_) | Reversal::Call(_) => "",
        };
        format!("{} to {}{last}", deed.target(), deed.destination())
    }
}

impl Draft {
    /// The step before this one on the same target, if there is one.
    pub(crate) fn before(&self, step: &Step) -> Option<&Step> {
        let target = step.target();
        let earlier = self.steps().take_while(|known| known.id != step.id);
        earlier.filter(|known| known.target() == target).last()
    }

    /// The last step on the target of this one: what is there in the end.
    pub(crate) fn last_on(&self, target: &str) -> Option<&Step> {
        self.steps().filter(|known| known.target() == target).last()
    }

    /// The steps whose changes stand in the end: those that no later one follows on the same target.
    pub(crate) fn lasting(&self) -> impl Iterator<Item = &Step> {
        self.steps()
            .filter(|step| self.last_on(&step.target()).is_some_and(|last| last.id == step.id))
    }

    /// What must be seen after this step before the next one is sent.
    pub(crate) fn stage<'a>(&'a self, step: &'a str) -> impl Iterator<Item = &'a Verification> {
        self.verifications.iter().filter(move |it| it.after.as_deref() == Some(step))
    }

    /// How long watching this step may take before the next one is sent.
    pub(crate) fn stage_time(&self, step: &str) -> Duration {
        let seen: Duration =
            self.stage(step).map(|it| Duration::from_secs(it.timeout_s.into())).sum();
        if seen.is_zero() { seen } else { seen + REST_TIMEOUT }
    }

    /// Why this step may not follow another one on its target; nothing where it may, or follows none.
    pub(crate) fn misplaced(&self, step: &Step) -> Option<String> {
        let before = self.before(step)?;
        let twice =
            || format!("step `{}` is there twice, or changes {} twice", step.id, step.target());
        let Ok(left) = left_by(&before.id) else { return Some(twice()) };
        if deed(&step.change).locked(left.clone()).as_ref() != Some(&step.change) {
            return Some(twice());
        }
        deed(&step.change)
            .confusion(&before.change)
            .map(|why| format!("step `{}` cannot follow `{}`: {why}", step.id, before.id))
    }

    /// What `step` leaves where it finds `there`, as far as that can be told beforehand.
    pub(crate) fn foreseen(step: &Step, there: &Answer) -> Option<Answer> {
        deed(&step.change).leaves(there, left_by(&step.id).ok()?)
    }

    /// Leaves a step out that was refused and that the rest can do without, and what was to be seen of it. Says whether
    /// anything is left.
    pub(crate) fn leave_out(&mut self, step: &str) -> bool {
        let mut left = self.steps().filter(|known| known.id != step).cloned();
        let Some(first) = left.next() else { return false };
        let rest = left.collect();
        (self.first, self.rest) = (first, rest);
        self.verifications.retain(|it| it.after.as_deref() != Some(step));
        true
    }

    /// Puts the locks that landed steps have left into the steps and the questions that wait for them.
    pub(crate) fn take_locks<'a>(
        &mut self,
        landed: impl Iterator<Item = (&'a str, Option<&'a RevisionId>)>,
    ) {
        for (name, lock) in landed {
            let (Some(lock), Ok(left)) = (lock, left_by(name)) else { continue };
            for step in std::iter::once(&mut self.first).chain(&mut self.rest) {
                let waits = deed(&step.change).locked(left.clone()).as_ref() == Some(&step.change);
                if waits && let Some(change) = deed(&step.change).locked(lock.clone()) {
                    step.change = change;
                }
            }
            // What is to be seen afterwards may ask for what was left by its name.
            let seen = self.verifications.iter_mut().flat_map(|it| &mut it.facts);
            for fact in seen {
                let query = if let Query::Elsewhere(there) = &mut fact.query {
                    &mut *there.query
                } else {
                    &mut fact.query
                };
                if let Query::DnsChangeOf(of) = query
                    && of.change == left.as_str()
                {
                    lock.as_str().clone_into(&mut of.change);
                }
            }
        }
    }
}
