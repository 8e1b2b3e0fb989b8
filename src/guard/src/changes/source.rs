//! `SwitchSource`: what it means, whether it may be made, whether it was made, and how it is taken back.
//!
//! AWS compares nothing in this call. What stands in for a lock is the time at which the mapping was last modified: it is
//! read, pinned and compared here, up to the moment of sending.

use serde_json::{Value, json};
use watchdeck_domain::change::SwitchSource;
use watchdeck_domain::function::EventSource;
use watchdeck_domain::{Answer, Change, Printable, Reversal, Scope};

use crate::judge::Verdict;
use crate::preview::printable;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// The parameters of the call, as the API names them.
pub(crate) fn params(switch: &SwitchSource) -> Value {
    json!({ "UUID": switch.uuid, "Enabled": switch.enabled })
}

/// `orders-queue>orders-worker`: the arrow goes the way of the messages.
pub(crate) fn target(switch: &SwitchSource) -> String {
    format!("{}>{}", switch.source, switch.function)
}

/// `off`, or `on`.
pub(crate) fn destination(switch: &SwitchSource) -> String {
    word(switch.enabled).into()
}

/// What is wrong with it by itself.
pub(crate) fn fault(switch: &SwitchSource) -> Option<String> {
    switch.uuid.is_empty().then(|| "it names no event source".into())
}

/// What will differ.
pub(crate) fn differences(switch: &SwitchSource, before: &Answer) -> Vec<Difference> {
    let Some(source) = seen(before) else { return Vec::new() };
    let after = if switch.enabled { "Enabled" } else { "Disabled" };
    vec![Difference {
        field: format!("{} state", target(switch)),
        before: printable(source.state.clone()),
        after: after.into(),
    }]
}

/// What is touched, one line a thing.
pub(crate) fn blast_radius(switch: &SwitchSource, scope: &Scope) -> Vec<String> {
    let SwitchSource { function, source, .. } = switch;
    let after = if switch.enabled {
        format!(
            "`{function}` reads from `{source}` again, beginning with all that has gathered there"
        )
    } else {
        format!(
            "`{function}` reads nothing from `{source}` from then on: what comes gathers there, until it is too old and lost"
        )
    };
    vec![format!("1 event source: {}", switch.mapping_arn(scope)), after]
}

/// Why it may not be made on what is there.
pub(crate) fn hindrance(
    switch: &SwitchSource,
    reversal: &Reversal,
    now: &Answer,
) -> Option<Hindrance> {
    let Some(there) = seen(now) else {
        return Some(Hindrance::Moved("the answer is not an event source".into()));
    };
    let name = target(switch);
    if there.uuid != switch.uuid || there.function() != Some(switch.function.as_str()) {
        let called = there.function().unwrap_or("nothing");
        return Some(Hindrance::Moved(format!("{name} calls {called} by now")));
    }
    if there.heading() == Some(switch.enabled) {
        return Some(Hindrance::Idle(format!("{name} is {} already", there.state)));
    }
    if !there.is_at_rest() {
        return Some(Hindrance::Moved(format!(
            "{name} is {}: AWS refuses to change it until it has come to rest",
            there.state
        )));
    }
    if there.modified != switch.seen {
        return Some(Hindrance::Moved(format!(
            "{name} has been changed since the draft was made: {}",
            modified(there)
        )));
    }
    let Reversal::By(back) = reversal else { return None };
    let Change::SwitchSource(back) = back.as_ref() else {
        return Some(Hindrance::of_another_kind());
    };
    let restores = back.uuid == switch.uuid && Some(back.enabled) == there.heading();
    (!restores).then(|| {
        Hindrance::Reversal(format!(
            "the reversal switches {name} {}, but it is {}",
            word(back.enabled),
            there.state
        ))
    })
}

/// Whether it was made. A mapping carries no mark: the state that was wanted counts as the effect.
pub(crate) fn sighting(switch: &SwitchSource, now: &Answer) -> Sighting {
    let Some(there) = seen(now) else {
        return Sighting::Conflict { seen: "the answer is not an event source".into() };
    };
    if there.heading() == Some(switch.enabled) {
        return Sighting::Landed { revision: None };
    }
    // The old state at another time is not the old state: somebody has switched it there and back.
    if there.is_at_rest() && there.modified == switch.seen {
        return Sighting::Absent;
    }
    let seen = format!("{} is {}, {}", target(switch), there.state, modified(there));
    Sighting::Conflict { seen: Printable::new(seen).into() }
}

/// Whether it has come to rest: it takes AWS some time to stop reading.
pub(crate) fn at_rest(switch: &SwitchSource, now: &Answer) -> Verdict {
    match seen(now) {
        None => Verdict::Unknown("the answer is not an event source".into()),
        Some(there) if there.is_at_rest() && there.heading() == Some(switch.enabled) => {
            Verdict::True
        }
        Some(_) => Verdict::False,
    }
}

/// What of the target is pinned, and where it stands.
pub(crate) fn lock(there: &Answer) -> (&'static str, Value) {
    ("/modified", seen(there).map_or(Value::Null, |source| json!([source.state, source.modified])))
}

/// What is shown of the target while it comes to rest.
pub(crate) fn shown(there: &Answer) -> Value {
    seen(there).map_or(Value::Null, |source| json!({ "state": source.state }))
}

/// The change that leads back, and the one that would lead here again.
pub(crate) fn undo(
    made: &SwitchSource,
    back: &SwitchSource,
    there: &Answer,
) -> (SwitchSource, SwitchSource) {
    // Only what is there now can be compared. Whether it is still what was made is the check's to say.
    let now = seen(there).and_then(|source| source.modified);
    (SwitchSource { seen: now, ..back.clone() }, SwitchSource { seen: now, ..made.clone() })
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
