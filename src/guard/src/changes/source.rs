//! `SwitchSource`: what it means, whether it may be made, whether it was made, and how it is taken back.
//!
//! AWS compares nothing in this call. What stands in for a lock is the time at which the mapping was last modified: it is
//! read, pinned and compared here, up to the moment of sending.

use serde_json::{Value, json};
use watchdeck_domain::change::{Kind as _, SwitchSource};
use watchdeck_domain::function::EventSource;
use watchdeck_domain::reading::EventSourceOf;
use watchdeck_domain::{
    Answer, Change, Printable, Query, Question as _, Reversal, RevisionId, RunId, Scope,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::preview::printable;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "an event source";

impl Deed for SwitchSource {
    fn params(&self, _: &Scope) -> Value {
        json!({ "UUID": self.uuid, "Enabled": self.enabled })
    }

    /// `orders-queue>orders-worker`: the arrow goes the way of the messages.
    fn target(&self) -> String {
        format!("{}>{}", self.source, self.function)
    }

    /// `off`, or `on`.
    fn destination(&self) -> String {
        word(self.enabled).into()
    }

    fn fault(&self, _: &RunId) -> Option<String> {
        self.uuid.is_empty().then(|| "it names no event source".into())
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(source) = seen(before) else { return Vec::new() };
        let after = if self.enabled { "Enabled" } else { "Disabled" };
        vec![Difference {
            field: format!("{} state", self.target()),
            before: printable(source.state.clone()),
            after: after.into(),
        }]
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let SwitchSource { function, source, .. } = self;
        let after = if self.enabled {
            format!(
                "`{function}` reads from `{source}` again, beginning with all that has gathered there"
            )
        } else {
            format!(
                "`{function}` reads nothing from `{source}` from then on: what comes gathers there, until it is too old and lost"
            )
        };
        vec![format!("1 event source: {}", self.mapping_arn(scope)), after]
    }

    fn query(&self) -> Query {
        EventSourceOf { uuid: self.uuid.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(there) = seen(now) else {
            return Some(Hindrance::Moved(not(WHAT)));
        };
        let name = self.target();
        if there.uuid != self.uuid || there.function() != Some(self.function.as_str()) {
            let called = there.function().unwrap_or("nothing");
            return Some(Hindrance::Moved(format!("{name} calls {called} by now")));
        }
        if there.heading() == Some(self.enabled) {
            return Some(Hindrance::Idle(format!("{name} is {} already", there.state)));
        }
        if !there.is_at_rest() {
            return Some(Hindrance::Moved(format!(
                "{name} is {}: AWS refuses to change it until it has come to rest",
                there.state
            )));
        }
        if there.modified != self.seen {
            return Some(Hindrance::Moved(format!(
                "{name} has been changed since the draft was made: {}",
                modified(there)
            )));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        let restores = back.uuid == self.uuid && Some(back.enabled) == there.heading();
        (!restores).then(|| {
            Hindrance::Reversal(format!(
                "the reversal switches {name} {}, but it is {}",
                word(back.enabled),
                there.state
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(there) = seen(now) else {
            return Sighting::Conflict { seen: not(WHAT) };
        };
        if there.heading() == Some(self.enabled) {
            return Sighting::Landed { revision: None };
        }
        // The old state at another time is not the old state: somebody has switched it there and back.
        if there.is_at_rest() && there.modified == self.seen {
            return Sighting::Absent;
        }
        let seen = format!("{} is {}, {}", self.target(), there.state, modified(there));
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(there) if there.is_at_rest() && there.heading() == Some(self.enabled) => {
                Verdict::True
            }
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        (
            "/modified",
            seen(there).map_or(Value::Null, |source| json!([source.state, source.modified])),
        )
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(Value::Null, |source| json!({ "state": source.state }))
    }

    fn undo(
        &self,
        back: &Change,
        _: Option<&RevisionId>,
        there: &Answer,
        _: &RunId,
    ) -> Option<(Change, Change)> {
        // Only what is there now can be compared. Whether it is still what was made is the check's to say.
        let now = seen(there).and_then(|source| source.modified);
        let back = Self { seen: now, ..Self::of(back)?.clone() };
        Some((back.into(), Self { seen: now, ..self.clone() }.into()))
    }
}

/// The mapping in an answer to a probe.
fn seen(answer: &Answer) -> Option<&EventSource> {
    if let Answer::EventSourceOf(source) = answer { Some(source) } else { None }
}

fn word(enabled: bool) -> &'static str {
    if enabled { "on" } else { "off" }
}

fn modified(source: &EventSource) -> String {
    source
        .modified
        .map_or_else(|| "nobody says since when".into(), |at| format!("modified at {at}"))
}
