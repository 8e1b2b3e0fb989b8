//! A setting: what AWS sets without comparing. What is there is what was wanted, what was there before, or another's.

use std::collections::BTreeMap;

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

    /// What it is changed to, as it is typed: the value itself, where a change does not say otherwise.
    fn destination(&self) -> String {
        Self::said(&self.wanted())
    }

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

    /// Why it will never come to rest any more; nothing while it may.
    fn defeat(&self, _now: &Answer) -> Option<String> {
        None
    }

    /// What is shown of the target while it comes to rest.
    fn shown(there: &Answer) -> Value {
        json!({ Self::FIELD: Self::seen(there).map(|value| Self::said(&value)) })
    }

    /// What of the target must not change before the call.
    fn pinned(there: &Answer) -> Value {
        json!(Self::seen(there))
    }

    /// This and its way back, cut down to what was made, where AWS may make a part of it.
    fn cut(self, back: Self, _there: &Answer) -> (Self, Self) {
        (self, back)
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
        Setting::destination(self)
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

    fn defeat(&self, now: &Answer) -> Option<String> {
        Setting::defeat(self, now)
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        (S::POINTER, S::pinned(there))
    }

    fn shown(&self, there: &Answer) -> Value {
        S::shown(there)
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        there: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let (made, back) = self.clone().cut(S::of(back)?.clone(), there);
        // What was made must still be there: the check compares it with what the way back begins at.
        let (wanted, before) = (made.wanted(), back.wanted());
        Some((back.after(wanted).into(), made.after(before).into()))
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

/// How many things are what, in a few words: `97 RESOLVED, 3 NEW`; the one word where all are the same.
pub(super) fn tally(words: &BTreeMap<String, String>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words.values() {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    let said = match counts.as_slice() {
        [] => "not there".to_owned(),
        [(word, _)] => (*word).to_owned(),
        several => {
            let each = several.iter().map(|(word, count)| format!("{count} {word}"));
            each.collect::<Vec<_>>().join(", ")
        }
    };
    Printable::new(said).into()
}

/// So many findings, in words.
pub(super) fn counted(count: usize) -> String {
    if count == 1 { "1 finding".into() } else { format!("{count} findings") }
}

/// The most characters of an id in the name of a target.
const LONGEST_TAIL: usize = 12;

/// Several things by the end of the first one's id, and how many more there are: `b0a4d7e2+2`.
pub(super) fn several(ids: &[&str]) -> String {
    let first = ids.first().copied().unwrap_or_default();
    let last = first.rsplit(['/', ':']).next().unwrap_or(first);
    let shown = |c: &char| !c.is_whitespace() && !c.is_control();
    let tail: Vec<char> = last.chars().rev().filter(shown).take(LONGEST_TAIL).collect();
    let tail: String = tail.into_iter().rev().collect();
    match ids.len() {
        0 | 1 => tail,
        count => format!("{tail}+{}", count - 1),
    }
}
