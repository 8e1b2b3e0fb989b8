//! What looking for a change finds: why it may not be made, and whether it was made.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchdeck_domain::{RevisionId, Timestamp};

use crate::changes::deed;
use crate::draft::{Draft, Probe, Step};
use crate::evidence::Refusal;
use crate::facts::{self, Facts};
use crate::judge::{Judge, Verdict};
use crate::plan;
use crate::ports::Reader;
use crate::realm::Realm;

/// What a probe found of a change whose outcome was unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "sighting", rename_all = "kebab-case")]
pub enum Sighting {
    /// It was made. By this run where the mark of the run is there; a change that leaves no mark counts as made where what
    /// it wanted is so.
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

/// Looks whether a step was made: at its target, and by the probe of its runbook where it has one. It was sent at `since`.
pub(crate) async fn sight<R: Realm>(
    draft: &Draft,
    step: &Step,
    (since, now): (Timestamp, Timestamp),
    reader: &dyn Reader<R>,
    judge: &dyn Judge,
) -> Result<Sighting, Box<Refusal>> {
    let there = plan::look(draft, reader, &step.change).await?;
    let seen = deed(&step.change).sighting(draft.id.run(), &there);
    let Some(probe) = &step.probe else { return Ok(seen) };
    let params = serde_json::to_value(&draft.params).unwrap_or(Value::Null);
    let params = facts::params_of(&params, &step.id);
    let facts = facts::read(reader, &probe.facts, params, now, since).await;
    Ok(weigh(seen, told(probe, &facts, judge)))
}

/// What a probe tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Made,
    Absent,
    Nothing,
    Both,
}

/// What a probe tells by what was read. What cannot be judged says nothing.
fn told(probe: &Probe, facts: &Facts, judge: &dyn Judge) -> Told {
    let holds = |expression: &str| {
        let verdict = judge.judge(expression, &facts.values);
        verdict.is_ok_and(|verdict| verdict == Verdict::True)
    };
    match (holds(&probe.made), holds(&probe.absent)) {
        (true, false) => Told::Made,
        (false, true) => Told::Absent,
        (false, false) => Told::Nothing,
        (true, true) => Told::Both,
    }
}

/// What the target shows and what the probe tells, together. Where the two say the opposite of each other, nobody knows, and a
/// person decides. What the target shows to be another's a probe does not make ours: it may be as blind as who wrote it.
fn weigh(seen: Sighting, told: Told) -> Sighting {
    let against = |seen: &str| Sighting::Conflict { seen: seen.into() };
    match (seen, told) {
        (seen, Told::Nothing)
        | (seen @ Sighting::Landed { .. }, Told::Made)
        | (seen @ (Sighting::Absent | Sighting::Conflict { .. }), Told::Absent) => seen,
        (Sighting::Conflict { seen }, Told::Made) => Sighting::Conflict {
            seen: format!("{seen}; the runbook's probe tells that the call was made all the same"),
        },
        (Sighting::Landed { .. }, Told::Absent) => against(
            "the target is as it was wanted, and the runbook's probe tells that the call was not made",
        ),
        (Sighting::Absent, Told::Made) => {
            against("the target is as before, and the runbook's probe tells that the call was made")
        }
        (_, Told::Both) => {
            against("the runbook's probe tells both that the call was made and that it was not")
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

impl Hindrance {
    /// A reversal that changes something else altogether.
    pub(crate) fn of_another_kind() -> Self {
        Self::Reversal("the reversal is a change of another kind".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_that_contradicts_the_target_leaves_it_to_a_person_and_makes_nothing_ours() {
        let landed = Sighting::Landed { revision: None };
        let other = Sighting::Conflict { seen: "another's".into() };
        let word = |sighting| match sighting {
            Sighting::Landed { .. } => "landed",
            Sighting::Absent => "absent",
            Sighting::Conflict { .. } => "conflict",
        };
        for (seen, wanted) in [
            (landed, ["landed", "conflict", "landed", "conflict"]),
            (Sighting::Absent, ["conflict", "absent", "absent", "conflict"]),
            (other, ["conflict", "conflict", "conflict", "conflict"]),
        ] {
            let told = [Told::Made, Told::Absent, Told::Nothing, Told::Both];
            assert_eq!(told.map(|told| word(weigh(seen.clone(), told))), wanted, "{seen:?}");
        }
    }
}
