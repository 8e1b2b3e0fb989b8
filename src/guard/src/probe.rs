//! Looking for a change: whether it may be made, whether it was made, and whether the account is at rest after it.

use serde::{Deserialize, Serialize};
use watchdeck_domain::reading::AliasOf;
use watchdeck_domain::{Answer, Change, Query, Question, Reversal, RevisionId, RunId};

use crate::judge::Verdict;
use crate::preview;

/// What a probe found of a change whose outcome was unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "sighting", rename_all = "kebab-case")]
pub enum Sighting {
    /// It was made, and by this run: the mark is there.
    Landed {
        /// The lock now, where there is one.
        revision: Option<RevisionId>,
    },
    /// It was not made: everything is as before.
    Absent,
    /// Neither: somebody else has been there.
    Conflict {
        /// What is there.
        seen: String,
    },
}

/// The question whose answer shows whether a change was made.
pub(crate) fn query(change: &Change) -> Query {
    match change {
        Change::PointAlias(point) => {
            AliasOf { function: point.function.clone(), alias: point.alias.clone() }.into_query()
        }
    }
}

/// Why the change may not be made on what is there; nothing when it may.
pub(crate) fn hindrance(change: &Change, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
    match change {
        Change::PointAlias(point) => {
            let Some(alias) = preview::alias(now) else {
                return Some(Hindrance::Moved("the answer is not an alias".into()));
            };
            let there = preview::routing(alias.version.as_str(), &alias.weights);
            if alias.revision != point.revision {
                return Some(Hindrance::Moved(format!(
                    "{} has been changed since the draft was made: it points at {there}, revision {} instead of {}{}",
                    preview::target(change),
                    alias.revision,
                    point.revision,
                    by(&alias.description),
                )));
            }
            if alias.version == point.version && alias.weights == point.weights {
                return Some(Hindrance::Idle(format!(
                    "{} already points at {there}",
                    preview::target(change)
                )));
            }
            let Reversal::By(back) = reversal else { return None };
            let Change::PointAlias(back) = back.as_ref();
            let restores = back.function == point.function
                && back.alias == point.alias
                && back.version == alias.version
                && back.weights == alias.weights;
            (!restores).then(|| {
                Hindrance::Reversal(format!(
                    "the reversal leads to {}, but {} points at {there}",
                    preview::routing(back.version.as_str(), &back.weights),
                    preview::target(change),
                ))
            })
        }
    }
}

/// Why a change may not be made.
pub(crate) enum Hindrance {
    /// It is no longer what the draft was made for.
    Moved(String),
    /// There is nothing to do.
    Idle(String),
    /// The reversal would not restore what is there.
    Reversal(String),
}

/// Whether a change whose outcome is unknown was made. Only to be believed after the settle wait.
pub(crate) fn sighting(change: &Change, run: &RunId, now: &Answer) -> Sighting {
    match change {
        Change::PointAlias(point) => {
            let Some(alias) = preview::alias(now) else {
                return Sighting::Conflict { seen: "the answer is not an alias".into() };
            };
            // While AWS moves provisioned concurrency, the target shows as a weight for a time.
            let there = alias.version == point.version
                || alias.weights.contains_key(point.version.as_str());
            if there && alias.description.contains(run.as_str()) {
                Sighting::Landed { revision: Some(alias.revision.clone()) }
            } else if alias.revision == point.revision {
                Sighting::Absent
            } else {
                let seen = format!(
                    "{} points at {}{}",
                    preview::target(change),
                    preview::routing(alias.version.as_str(), &alias.weights),
                    by(&alias.description),
                );
                Sighting::Conflict { seen: watchdeck_domain::Printable::new(seen).into() }
            }
        }
    }
}

/// Whether the account has come to rest in what the change asked for: no phantom weights any more.
pub(crate) fn at_rest(change: &Change, now: &Answer) -> Verdict {
    match change {
        Change::PointAlias(point) => match preview::alias(now) {
            None => Verdict::Unknown("the answer is not an alias".into()),
            Some(alias) if alias.version == point.version && alias.weights == point.weights => {
                Verdict::True
            }
            Some(_) => Verdict::False,
        },
    }
}

fn by(description: &str) -> String {
    if description.is_empty() {
        String::new()
    } else {
        format!(" (its description says `{description}`)")
    }
}
