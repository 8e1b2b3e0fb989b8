//! `PointAlias`: what it means, whether it may be made, whether it was made, and how it is taken back.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use watchdeck_domain::change::PointAlias;
use watchdeck_domain::function::Alias;
use watchdeck_domain::{Answer, Change, Printable, Reversal, RevisionId, RunId, Scope};

use crate::judge::Verdict;
use crate::preview::{LONGEST_DESCRIPTION, mark, printable};
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// The parameters of the call, as the API names them.
pub(crate) fn params(point: &PointAlias, scope: &Scope) -> Value {
    json!({
        "FunctionName": point.function_arn(scope),
        "Name": point.alias,
        "FunctionVersion": point.version,
        "Description": point.description,
        "RoutingConfig": { "AdditionalVersionWeights": point.weights },
        "RevisionId": point.revision,
    })
}

/// `live@orders-writer`.
pub(crate) fn target(point: &PointAlias) -> String {
    format!("{}@{}", point.alias, point.function)
}

/// `41`, or `41 + 10 % 42`.
pub(crate) fn destination(point: &PointAlias) -> String {
    routing(point.version.as_str(), &point.weights)
}

/// What is wrong with it by itself.
pub(crate) fn fault(point: &PointAlias, run: &RunId) -> Option<String> {
    if !point.description.contains(run.as_str()) {
        return Some(format!(
            "its description does not name the run {run}: nothing could tell later who made it"
        ));
    }
    if point.description.chars().count() > LONGEST_DESCRIPTION {
        return Some(format!("its description is longer than {LONGEST_DESCRIPTION} characters"));
    }
    weights_fault(point)
}

fn weights_fault(point: &PointAlias) -> Option<String> {
    if point.weights.len() > 1 {
        return Some("an alias has at most two versions".into());
    }
    point.weights.iter().find_map(|(version, weight)| {
        if !(0.0..=1.0).contains(weight) {
            Some(format!("the weight {weight} of {version} is not between 0 and 1"))
        } else if version == point.version.as_str() {
            Some(format!("version {version} is both the target and its own second version"))
        } else if version == "$LATEST" || !point.version.is_published() {
            Some("`$LATEST` cannot share an alias with another version".into())
        } else {
            None
        }
    })
}

/// What will differ, field by field.
pub(crate) fn differences(point: &PointAlias, before: &Answer) -> Vec<Difference> {
    let Some(alias) = seen(before) else { return Vec::new() };
    let name = target(point);
    [
        ("version", alias.version.to_string(), point.version.to_string()),
        ("weights", shares(&alias.weights), shares(&point.weights)),
        ("description", alias.description.clone(), point.description.clone()),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .map(|(field, before, after)| Difference {
        field: format!("{name} {field}"),
        before: printable(before),
        after: printable(after),
    })
    .collect()
}

/// What is touched, one line a thing.
pub(crate) fn blast_radius(point: &PointAlias, scope: &Scope) -> Vec<String> {
    vec![
        format!("1 alias: {}:{}", point.function_arn(scope), point.alias),
        format!(
            "every call through `{}` of `{}` from then on; calls that bypass the alias are not touched",
            point.alias, point.function
        ),
    ]
}

/// Why it may not be made on what is there.
pub(crate) fn hindrance(
    point: &PointAlias,
    reversal: &Reversal,
    now: &Answer,
) -> Option<Hindrance> {
    let Some(alias) = seen(now) else {
        return Some(Hindrance::Moved("the answer is not an alias".into()));
    };
    let there = routing(alias.version.as_str(), &alias.weights);
    if alias.revision != point.revision {
        return Some(Hindrance::Moved(format!(
            "{} has been changed since the draft was made: it points at {there}, revision {} instead of {}{}",
            target(point),
            alias.revision,
            point.revision,
            by(&alias.description),
        )));
    }
    if alias.version == point.version && alias.weights == point.weights {
        return Some(Hindrance::Idle(format!("{} already points at {there}", target(point))));
    }
    let Reversal::By(back) = reversal else { return None };
    let Change::PointAlias(back) = back.as_ref() else { return Some(Hindrance::of_another_kind()) };
    let restores = back.function == point.function
        && back.alias == point.alias
        && back.version == alias.version
        && back.weights == alias.weights;
    (!restores).then(|| {
        Hindrance::Reversal(format!(
            "the reversal leads to {}, but {} points at {there}",
            destination(back),
            target(point),
        ))
    })
}

/// Whether it was made.
pub(crate) fn sighting(point: &PointAlias, run: &RunId, now: &Answer) -> Sighting {
    let Some(alias) = seen(now) else {
        return Sighting::Conflict { seen: "the answer is not an alias".into() };
    };
    // While AWS moves provisioned concurrency, the target shows as a weight for a time.
    let there =
        alias.version == point.version || alias.weights.contains_key(point.version.as_str());
    if there && alias.description.contains(run.as_str()) {
        Sighting::Landed { revision: Some(alias.revision.clone()) }
    } else if alias.revision == point.revision {
        Sighting::Absent
    } else {
        let seen = format!(
            "{} points at {}{}",
            target(point),
            routing(alias.version.as_str(), &alias.weights),
            by(&alias.description),
        );
        Sighting::Conflict { seen: Printable::new(seen).into() }
    }
}

/// Whether it has come to rest: no phantom weights any more.
pub(crate) fn at_rest(point: &PointAlias, now: &Answer) -> Verdict {
    match seen(now) {
        None => Verdict::Unknown("the answer is not an alias".into()),
        Some(alias) if alias.version == point.version && alias.weights == point.weights => {
            Verdict::True
        }
        Some(_) => Verdict::False,
    }
}

/// What of the target is pinned, and where it stands: its revision.
pub(crate) fn lock(there: &Answer) -> (&'static str, Value) {
    ("/revision", seen(there).map_or(Value::Null, |alias| json!(alias.revision)))
}

/// What is shown of the target while it comes to rest.
pub(crate) fn shown(there: &Answer) -> Value {
    seen(there)
        .map_or(Value::Null, |alias| json!({"version": alias.version, "weights": alias.weights}))
}

/// The change that leads back, and the one that would lead here again.
pub(crate) fn undo(
    made: &PointAlias,
    back: &PointAlias,
    left: Option<&RevisionId>,
    there: &Answer,
    run: &RunId,
) -> (PointAlias, PointAlias) {
    // AWS renews the revision while it moves provisioned concurrency. As long as our mark is on what we made, the newest
    // lock is ours; otherwise the old one stands, and the check refuses with the reason.
    let ours = seen(there)
        .filter(|alias| alias.description == made.description && alias.version == made.version);
    let lock = ours.map(|alias| &alias.revision).or(left).unwrap_or(&made.revision).clone();
    let there = PointAlias {
        description: mark("undone", run, &made.description),
        revision: lock.clone(),
        ..back.clone()
    };
    (there, PointAlias { revision: lock, ..made.clone() })
}

/// The alias in an answer to a probe.
fn seen(answer: &Answer) -> Option<&Alias> {
    if let Answer::AliasOf(alias) = answer { Some(alias) } else { None }
}

/// Version and shares in a few words: `41`, or `41 + 10 % 42`.
fn routing(version: &str, weights: &BTreeMap<String, f64>) -> String {
    if weights.is_empty() { version.to_owned() } else { format!("{version} + {}", shares(weights)) }
}

fn shares(weights: &BTreeMap<String, f64>) -> String {
    if weights.is_empty() {
        return "none".into();
    }
    let shares: Vec<_> = weights
        .iter()
        .map(|(version, weight)| format!("{} % {version}", (weight * 1000.0).round() / 10.0))
        .collect();
    shares.join(", ")
}

fn by(description: &str) -> String {
    if description.is_empty() {
        String::new()
    } else {
        format!(" (its description says `{description}`)")
    }
}
