//! What a change means, before it is made: the call, the differences, the words. All are functions of the change.

use std::collections::BTreeMap;

use serde_json::json;
use watchdeck_domain::change::PointAlias;
use watchdeck_domain::function::Alias;
use watchdeck_domain::{Answer, Change, Reversal, RunId, Scope};

use crate::question::{Call, Difference};

/// The most characters that an alias description may have.
pub(crate) const LONGEST_DESCRIPTION: usize = 256;

/// The call that carries the change out, exactly as the API names it.
pub(crate) fn call(step: &str, change: &Change, scope: &Scope) -> Call {
    let (service, operation) = change.call();
    let params = match change {
        Change::PointAlias(point) => json!({
            "FunctionName": point.function_arn(scope),
            "Name": point.alias,
            "FunctionVersion": point.version,
            "Description": point.description,
            "RoutingConfig": { "AdditionalVersionWeights": point.weights },
            "RevisionId": point.revision,
        }),
    };
    Call {
        step: step.into(),
        service: service.into(),
        operation: operation.into(),
        params,
        class: change.class(),
    }
}

/// What is changed, as people name it: `live@orders-writer`.
pub(crate) fn target(change: &Change) -> String {
    match change {
        Change::PointAlias(point) => format!("{}@{}", point.alias, point.function),
    }
}

/// What it is changed to: `41`.
pub(crate) fn destination(change: &Change) -> String {
    match change {
        Change::PointAlias(point) => routing(point.version.as_str(), &point.weights),
    }
}

/// The phrase to type. The template's places are filled in from the change: a phrase cannot name another one.
///
/// # Errors
/// Names the place that the template lacks.
pub(crate) fn phrase(template: &str, change: &Change, scope: &Scope) -> Result<String, String> {
    let places = [
        ("{target}", target(change)),
        ("{to}", destination(change)),
        ("{account}", scope.account.tail().to_owned()),
    ];
    let mut phrase = template.to_owned();
    for (place, value) in places {
        if !phrase.contains(place) {
            return Err(format!("the phrase `{template}` lacks {place}"));
        }
        phrase = phrase.replace(place, &value);
    }
    let plain = phrase.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if !plain || phrase.contains(['{', '}']) || phrase.trim() != phrase {
        return Err(format!("the phrase `{}` cannot be typed", template.escape_debug()));
    }
    Ok(phrase)
}

/// What is wrong with a change by itself, whatever the account looks like.
pub(crate) fn fault(change: &Change, run: &RunId) -> Option<String> {
    match change {
        Change::PointAlias(point) => {
            let longest = point.description.chars().count() > LONGEST_DESCRIPTION;
            let weights = weights_fault(point);
            if !point.description.contains(run.as_str()) {
                Some(format!(
                    "its description does not name the run {run}: nothing could tell later who made it"
                ))
            } else if longest {
                Some(format!("its description is longer than {LONGEST_DESCRIPTION} characters"))
            } else {
                weights
            }
        }
    }
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
pub(crate) fn differences(change: &Change, before: &Answer) -> Vec<Difference> {
    match change {
        Change::PointAlias(point) => {
            let Some(alias) = alias(before) else { return Vec::new() };
            let name = target(change);
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
    }
}

/// What is touched, one line a thing.
pub(crate) fn blast_radius(change: &Change, scope: &Scope) -> Vec<String> {
    match change {
        Change::PointAlias(point) => vec![
            format!("1 alias: {}:{}", point.function_arn(scope), point.alias),
            format!(
                "every call through `{}` of `{}` from then on; calls that bypass the alias are not touched",
                point.alias, point.function
            ),
        ],
    }
}

/// How a step is taken back, in words.
pub(crate) fn reversal(reversal: &Reversal) -> String {
    match reversal {
        Reversal::By(change) => {
            format!("{change}, as a plan of its own with the lock that this change leaves")
        }
        Reversal::Never(why) => format!("cannot be taken back: {why}"),
    }
}

/// The mark of a run in a description, keeping what people had written there.
pub fn mark(deed: &str, run: &RunId, before: &str) -> String {
    let mut text = format!("{deed} by {run}");
    let kept = original(before);
    if !kept.is_empty() {
        text.push_str("; was: ");
        text.push_str(kept);
    }
    match text.char_indices().nth(LONGEST_DESCRIPTION) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

/// What people had written before any run left its mark.
pub(crate) fn original(description: &str) -> &str {
    let marked = description.split_once(" by r-").is_some_and(|(_, rest)| {
        rest.len() >= 32 && rest.bytes().take(32).all(|b| b.is_ascii_hexdigit())
    });
    if !marked {
        return description;
    }
    description.split_once("; was: ").map_or("", |(_, kept)| kept)
}

/// The alias in an answer to a probe.
pub(crate) fn alias(answer: &Answer) -> Option<&Alias> {
    if let Answer::AliasOf(alias) = answer { Some(alias) } else { None }
}

/// Version and shares in a few words: `41`, or `41 + 10 % 42`.
pub(crate) fn routing(version: &str, weights: &BTreeMap<String, f64>) -> String {
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

fn printable(text: String) -> String {
    watchdeck_domain::Printable::new(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> RunId {
        RunId::from_bits(7)
    }

    #[test]
    fn a_mark_names_the_run_and_keeps_what_people_wrote() {
        let first = mark("rolled back", &run(), "production traffic");
        assert_eq!(first, format!("rolled back by {}; was: production traffic", run()));
        let second = mark("undone", &run(), &first);
        assert_eq!(second, format!("undone by {}; was: production traffic", run()));
        assert_eq!(original(&second), "production traffic");
        assert_eq!(mark("rolled back", &run(), ""), format!("rolled back by {}", run()));
        assert_eq!(mark("rolled back", &run(), &"ä".repeat(300)).chars().count(), 256);
    }

    #[test]
    fn what_people_wrote_is_not_mistaken_for_a_mark() {
        assert_eq!(original("deployed by r-team"), "deployed by r-team");
        assert_eq!(
            original("released and then signed off by r-team"),
            "released and then signed off by r-team"
        );
    }
}
