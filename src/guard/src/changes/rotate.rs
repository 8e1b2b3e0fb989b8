//! `RotateSecret`: what it means, whether it may be begun, whether it was begun, and how it is taken back.
//!
//! The token of the run becomes the id of the new version: the only change here whose effect bears its own name.

use serde_json::{Value, json};
use watchdeck_domain::change::{Kind as _, MoveCurrent, RotateSecret};
use watchdeck_domain::reading::RotationOf;
use watchdeck_domain::rotation::Rotation;
use watchdeck_domain::{Answer, Change, Query, Question as _, Reversal, RevisionId, RunId, Scope};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::preview::printable;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
pub(super) const WHAT: &str = "a secret";

impl Deed for RotateSecret {
    fn params(&self, _: &Scope) -> Value {
        json!({ "SecretId": self.arn, "ClientRequestToken": self.token })
    }

    /// `orders/db`.
    fn target(&self) -> String {
        self.secret.to_string()
    }

    /// The beginning of the new version's id.
    fn destination(&self) -> String {
        short(&self.token).to_owned()
    }

    fn fault(&self, run: &RunId) -> Option<String> {
        (self.token != Self::token_of(run)).then(|| {
            format!("its token is not that of the run {run}: nothing could tell later who made it")
        })
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(there) = seen(before) else { return Vec::new() };
        vec![Difference {
            field: format!("{} AWSCURRENT", self.secret),
            before: printable(there.current.clone()),
            after: self.token.clone(),
        }]
    }

    fn blast_radius(&self, _: &Scope) -> Vec<String> {
        vec![
            format!("1 secret: {}", self.arn),
            "whatever the secret opens: its password or key is changed there too, by the function that rotates it".into(),
            "whoever holds the old value, until they read the new one".into(),
        ]
    }

    fn query(&self) -> Query {
        RotationOf { secret: self.secret.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = seen(now) else { return Some(Hindrance::Moved(not(WHAT))) };
        let name = &self.secret;
        if there.arn != self.arn || there.going {
            return Some(Hindrance::Moved(format!("{name} is another secret by now, or is going")));
        }
        if there.versions.contains(&self.token) {
            return Some(Hindrance::Idle(format!("{name} has version {} already", self.token)));
        }
        if !there.pending.is_empty() {
            return Some(Hindrance::Moved(format!(
                "a rotation of {name} is under way: version {} is being made, and AWS refuses another one meanwhile",
                short(&there.pending)
            )));
        }
        if there.current != self.before {
            return Some(Hindrance::Moved(format!(
                "{name} has been rotated since the draft was made: it is at {} instead of {}",
                short(&there.current),
                short(&self.before)
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = MoveCurrent::of(back) else { return Some(Hindrance::of_another_kind()) };
        let restores =
            back.secret == self.secret && back.from == self.token && back.to == there.current;
        (!restores).then(|| {
            Hindrance::Reversal(format!(
                "the reversal leads {} to {}, but {name} is at {}",
                back.secret,
                short(&back.to),
                short(&there.current)
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        match seen(now) {
            None => Sighting::Conflict { seen: not(WHAT) },
            Some(there) if there.versions.contains(&self.token) => {
                Sighting::Landed { revision: None }
            }
            // Whatever else became of the secret, it was not this run: its version would be there.
            Some(_) => Sighting::Absent,
        }
    }

    fn bears_mark(&self) -> bool {
        true
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(there) if there.current == self.token => Verdict::True,
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/current", seen(there).map_or(Value::Null, |there| json!(there.current)))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(
            Value::Null,
            |there| json!({ "current": there.current, "pending": there.pending }),
        )
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        _: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        let back = MoveCurrent::of(back)?;
        let again = MoveCurrent { to: back.from.clone(), from: back.to.clone(), ..back.clone() };
        Some((back.clone().into(), again.into()))
    }
}

/// The secret in an answer to a probe.
pub(super) fn seen(answer: &Answer) -> Option<&Rotation> {
    if let Answer::RotationOf(secret) = answer { Some(secret) } else { None }
}

/// The first eight characters of a version's id, by which people tell them apart.
pub(super) fn short(version: &str) -> &str {
    version.get(..8).unwrap_or(version)
}
