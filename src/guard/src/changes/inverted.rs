//! `InvertCheck`: what it means, whether it may be made, whether it was made, and how it is taken back.
//!
//! AWS compares the version of the check: whoever changes it meanwhile moves it, and nothing is sent then.

use serde_json::{Value, json};
use watchdeck_domain::change::{InvertCheck, Kind as _};
use watchdeck_domain::dns::HealthCheck;
use watchdeck_domain::reading::HealthCheckOf;
use watchdeck_domain::{
    Answer, Change, Printable, Query, Question as _, Reversal, RevisionId, RunId, Scope,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "a health check";

impl Deed for InvertCheck {
    fn params(&self, _: &Scope) -> Value {
        let version: Option<u64> = self.lock.as_str().parse().ok();
        json!({
            "HealthCheckId": self.check, "HealthCheckVersion": version, "Inverted": self.inverted,
        })
    }

    /// `healthcheck:4e6a8c0d-2f1b-4d35-8799-a1b3c5d7e9f0`.
    fn target(&self) -> String {
        format!("healthcheck:{}", self.check)
    }

    fn destination(&self) -> String {
        word(self.inverted).into()
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        let number = self.lock.as_str().parse::<u64>().is_ok();
        (!number).then(|| "the version of a health check is a number".into())
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(check) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: self.target(),
            before: word(check.inverted).into(),
            after: word(self.inverted).into(),
        }]
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        let endpoint = Printable::new(self.endpoint.clone());
        let after = if self.inverted {
            "every record that follows it is answered as if its target were ill, while it is well: others are answered"
        } else {
            "every record that follows it is answered by what its checkers say"
        };
        vec![format!("1 health check, of {endpoint}"), after.into()]
    }

    fn query(&self) -> Query {
        HealthCheckOf { check: self.check.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(check) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        if check.inverted == self.inverted {
            let what = format!("{} is {} already", self.target(), word(self.inverted));
            return Some(Hindrance::Idle(what));
        }
        if check.version.to_string() != self.lock.as_str() {
            return Some(Hindrance::Moved(format!(
                "somebody has changed {} since the draft was made: its version is {}",
                self.target(),
                check.version
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        (back.check != self.check || back.inverted == self.inverted)
            .then(|| Hindrance::Reversal(format!("the reversal leaves {} as it is", self.target())))
    }

    /// The version that this call leaves is the next one. A later one was left by somebody who came after.
    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(check) = seen(now) else { return Sighting::Conflict { seen: not(WHAT) } };
        let before: Option<u64> = self.lock.as_str().parse().ok();
        if check.inverted == self.inverted && before.map(|it| it + 1) == Some(check.version) {
            return Sighting::Landed {
                revision: RevisionId::parse(check.version.to_string()).ok(),
            };
        }
        if before == Some(check.version) {
            return Sighting::Absent;
        }
        let (target, there) = (self.target(), word(check.inverted));
        Sighting::Conflict { seen: format!("{target} is {there}, in version {}", check.version) }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(check) if check.inverted == self.inverted => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/check/version", seen(there).map_or(Value::Null, |check| json!(check.version)))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(
            Value::Null,
            |check| json!({ "counts": word(check.inverted), "version": check.version }),
        )
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        there: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let (back, there) = (Self::of(back)?, seen(there)?);
        let lock = RevisionId::parse(there.version.to_string()).ok()?;
        let again = Self { lock: lock.clone(), ..self.clone() };
        Some((Self { lock, ..back.clone() }.into(), again.into()))
    }
}

/// The health check in an answer to a probe.
fn seen(answer: &Answer) -> Option<&HealthCheck> {
    if let Answer::HealthCheckOf(it) = answer { Some(&it.check) } else { None }
}

/// How it counts, in a word.
fn word(inverted: bool) -> &'static str {
    if inverted { "inverted" } else { "believed" }
}
