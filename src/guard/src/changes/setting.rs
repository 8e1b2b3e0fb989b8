//! A setting: what AWS sets without comparing. What is there is what was wanted, what was there before, or another's.

use serde::Serialize;
use serde_json::{Value, json};
use watchdeck_domain::change::Kind;
use watchdeck_domain::{Answer, Change, Printable, Query, Reversal, RevisionId, RunId, Scope};

use super::Deed;
use crate::judge::Verdict;
use crate::preview::printable;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// A change of class absolute. It carries what was there when the draft was made: AWS compares nothing, so the guard does,
/// before and after. It leaves no mark either: the value that was wanted counts as the effect.
pub(super) trait Setting: Kind + Clone {
    /// What is set. `None` within it, where there can be nothing, is a value like others.
    type Value: PartialEq + Serialize;

    /// What is read of it, in an answer: `a reserved concurrency`.
    const WHAT: &'static str;

    /// Its field, in differences: `reserved`.
    const FIELD: &'static str;

    /// Where in the record of the target it stands, as a JSON pointer.
    const POINTER: &'static str;

    /// The parameters of the call.
    fn params(&self, scope: &Scope) -> Value;

    /// What is changed, as people name it.
    fn target(&self) -> String;

    /// What is wrong with it by itself.
    fn fault(&self) -> Option<String> {
        None
    }

    /// What is touched, one line a thing.
    fn blast_radius(&self, scope: &Scope) -> Vec<String>;

    /// The question whose answer holds the value.
    fn query(&self) -> Query;

    /// The value in an answer to it.
    fn seen(answer: &Answer) -> Option<Self::Value>;

    /// What is wanted.
    fn wanted(&self) -> Self::Value;

    /// What there was when the draft was made.
    fn before(&self) -> Self::Value;

    /// The same change, made for another value before it.
    fn after(self, before: Self::Value) -> Self;

    /// A value in a word or a few.
    fn said(value: &Self::Value) -> String;

    /// Whether it has come to rest: at once, where a change does not say otherwise.
    fn at_rest(&self, now: &Answer) -> Verdict {
        match Self::seen(now) {
            None => Verdict::Unknown(not(Self::WHAT)),
            Some(there) if there == self.wanted() => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    /// What is shown of the target while it comes to rest.
    fn shown(there: &Answer) -> Value {
        json!({ Self::FIELD: Self::seen(there).map(|value| Self::said(&value)) })
    }
}

impl<S: Setting> Deed for S {
    fn params(&self, scope: &Scope) -> Value {
        Setting::params(self, scope)
    }

    fn target(&self) -> String {
        Setting::target(self)
    }

    fn destination(&self) -> String {
        S::said(&self.wanted())
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        Setting::fault(self)
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(now) = S::seen(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} {}", Setting::target(self), S::FIELD),
            before: printable(S::said(&now)),
            after: printable(S::said(&self.wanted())),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        Setting::blast_radius(self, scope)
    }

    fn query(&self) -> Query {
        Setting::query(self)
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(now) = S::seen(now) else { return Some(Hindrance::Moved(not(S::WHAT))) };
        let (name, there) = (Setting::target(self), S::said(&now));
        if now == self.wanted() {
            return Some(Hindrance::Idle(format!("{name} is {there} already")));
        }
        if now != self.before() {
            return Some(Hindrance::Moved(format!(
                "{name} has been changed since the draft was made: it is {there} instead of {}",
                S::said(&self.before())
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = S::of(back) else { return Some(Hindrance::of_another_kind()) };
        (Setting::target(back) != name || back.wanted() != now).then(|| {
            Hindrance::Reversal(format!(
                "the reversal leads {} to {}, but {name} is {there}",
                Setting::target(back),
                S::said(&back.wanted())
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(now) = S::seen(now) else { return Sighting::Conflict { seen: not(S::WHAT) } };
        if now == self.wanted() {
            return Sighting::Landed { revision: None };
        }
        if now == self.before() {
            return Sighting::Absent;
        }
        let seen = format!(
            "{} is {}, neither {} as before nor {} as wanted",
            Setting::target(self),
            S::said(&now),
            S::said(&self.before()),
            S::said(&self.wanted())
        );
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        Setting::at_rest(self, now)
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        (S::POINTER, json!(S::seen(there)))
    }

    fn shown(&self, there: &Answer) -> Value {
        S::shown(there)
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        _: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let back = S::of(back)?;
        // What was made must still be there: the check compares it with what the way back begins at.
        let there = back.clone().after(self.wanted());
        Some((there.into(), self.clone().after(back.wanted()).into()))
    }
}

/// An answer to another question.
pub(super) fn not(what: &str) -> String {
    format!("the answer is not {what}")
}

/// An amount in a word: `none` is not 0.
pub(super) fn amount(amount: Option<u32>) -> String {
    amount.map_or_else(|| "none".into(), |count| count.to_string())
}
