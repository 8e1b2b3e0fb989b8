//! `PointAlias`: what it means, whether it may be made, whether it was made, and how it is taken back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use watchdeck_domain::change::{Kind as _, PointAlias};
use watchdeck_domain::function::Alias;
use watchdeck_domain::reading::AliasOf;
use watchdeck_domain::{
    Answer, Change, Printable, Query, Question as _, Reversal, RevisionId, RunId, Scope,
};

use super::Deed;
use super::setting::not;
use crate::judge::Verdict;
use crate::preview::{LONGEST_DESCRIPTION, mark, printable};
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

/// What is read of it, in an answer.
const WHAT: &str = "an alias";

impl Deed for PointAlias {
    fn params(&self, scope: &Scope) -> Value {
        json!({
            "FunctionName": self.function_arn(scope),
            "Name": self.alias,
            "FunctionVersion": self.version,
            "Description": self.description,
            "RoutingConfig": { "AdditionalVersionWeights": self.weights },
            "RevisionId": self.revision,
        })
    }

    /// `live@orders-writer`.
    fn target(&self) -> String {
        format!("{}@{}", self.alias, self.function)
    }

    /// `41`, or `41 + 10 % 42`.
    fn destination(&self) -> String {
        routing(self.version.as_str(), &self.weights)
    }

    fn fault(&self, run: &RunId) -> Option<String> {
        if !self.description.contains(run.as_str()) {
            return Some(format!(
                "its description does not name the run {run}: nothing could tell later who made it"
            ));
        }
        if self.description.chars().count() > LONGEST_DESCRIPTION {
            return Some(format!(
                "its description is longer than {LONGEST_DESCRIPTION} characters"
            ));
        }
        weights_fault(self)
    }

    fn differences(&self, before: &Answer) -> Vec<Difference> {
        let Some(alias) = seen(before) else { return Vec::new() };
        let name = self.target();
        [
            ("version", alias.version.to_string(), self.version.to_string()),
            ("weights", shares(&alias.weights), shares(&self.weights)),
            ("description", alias.description.clone(), self.description.clone()),
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

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        vec![
            format!("1 alias: {}:{}", self.function_arn(scope), self.alias),
            format!(
                "every call through `{}` of `{}` from then on; calls that bypass the alias are not touched",
                self.alias, self.function
            ),
        ]
    }

    fn query(&self) -> Query {
        AliasOf { function: self.function.clone(), alias: self.alias.clone() }.into_query()
    }

    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
        let Some(alias) = seen(now) else {
            return Some(Hindrance::Moved(not(WHAT)));
        };
        let there = routing(alias.version.as_str(), &alias.weights);
        if alias.revision != self.revision {
            return Some(Hindrance::Moved(format!(
                "{} has been changed since the draft was made: it points at {there}, revision {} instead of {}{}",
                self.target(),
                alias.revision,
                self.revision,
                by(&alias.description),
            )));
        }
        if alias.version == self.version && alias.weights == self.weights {
            return Some(Hindrance::Idle(format!("{} already points at {there}", self.target())));
        }
        let Reversal::By(back) = reversal else { return None };
        let Some(back) = Self::of(back) else { return Some(Hindrance::of_another_kind()) };
        let restores = back.function == self.function
            && back.alias == self.alias
            && back.version == alias.version
            && back.weights == alias.weights;
        (!restores).then(|| {
            Hindrance::Reversal(format!(
                "the reversal leads to {}, but {} points at {there}",
                back.destination(),
                self.target(),
            ))
        })
    }

    fn sighting(&self, _: &RunId, now: &Answer) -> Sighting {
        let Some(alias) = seen(now) else {
            return Sighting::Conflict { seen: not(WHAT) };
        };
        // While AWS moves provisioned concurrency, the target shows as a weight for a time.
        let there =
            alias.version == self.version || alias.weights.contains_key(self.version.as_str());
        // The whole of it: another step of the run leaves a mark of its own.
        if there && alias.description == self.description {
            Sighting::Landed { revision: Some(alias.revision.clone()) }
        } else if alias.revision == self.revision {
            Sighting::Absent
        } else {
            let seen = format!(
                "{} points at {}{}",
                self.target(),
                routing(alias.version.as_str(), &alias.weights),
                by(&alias.description),
            );
            Sighting::Conflict { seen: Printable::new(seen).into() }
        }
    }

    fn bears_mark(&self) -> bool {
        true
    }

    fn at_rest(&self, now: &Answer) -> Verdict {
        match seen(now) {
            None => Verdict::Unknown(not(WHAT)),
            Some(alias) if alias.version == self.version && alias.weights == self.weights => {
                Verdict::True
            }
            Some(_) => Verdict::False,
        }
    }

    fn lock(&self, there: &Answer) -> (&'static str, Value) {
        ("/revision", seen(there).map_or(Value::Null, |alias| json!(alias.revision)))
    }

    fn shown(&self, there: &Answer) -> Value {
        seen(there).map_or(
            Value::Null,
            |alias| json!({"version": alias.version, "weights": alias.weights}),
        )
    }

    fn leaves(&self, before: &Answer, lock: RevisionId) -> Option<Answer> {
        let alias = Alias {
            version: self.version.clone(),
            weights: self.weights.clone(),
            description: self.description.clone(),
            revision: lock,
            ..seen(before)?.clone()
        };
        Some(Answer::AliasOf(alias))
    }

    fn locked(&self, lock: RevisionId) -> Option<Change> {
        Some(Self { revision: lock, ..self.clone() }.into())
    }

    fn confusion(&self, before: &Change) -> Option<String> {
        let same = Self::of(before).is_none_or(|it| it.description == self.description);
        same.then(|| "it leaves the same description, and nothing could tell which was made".into())
    }

    fn undo(
        &self,
        back: &Change,
        left: Option<&RevisionId>,
        there: &Answer,
        run: &RunId,
    ) -> Option<(Change, Change)> {
        let (made, back) = (self, Self::of(back)?);
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
        Some((there.into(), PointAlias { revision: lock, ..made.clone() }.into()))
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
