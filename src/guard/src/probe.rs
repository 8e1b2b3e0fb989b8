//! Looking for a change: whether it may be made, whether it was made, and whether the account is at rest after it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchdeck_domain::reading::{AliasOf, EventSourceOf, Provisioned, ReservedConcurrency};
use watchdeck_domain::{Answer, Change, Query, Question, Reversal, RevisionId, RunId};

use crate::changes::{alias, provisioned, reserved, source};
use crate::judge::Verdict;

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

/// The question whose answer shows whether a change was made.
pub(crate) fn query(change: &Change) -> Query {
    match change {
        Change::PointAlias(point) => {
            AliasOf { function: point.function.clone(), alias: point.alias.clone() }.into_query()
        }
        Change::SwitchSource(switch) => EventSourceOf { uuid: switch.uuid.clone() }.into_query(),
        Change::ReserveConcurrency(reserve) => {
            ReservedConcurrency { function: reserve.function.clone() }.into_query()
        }
        Change::ProvisionConcurrency(provision) => {
            let (function, alias) = (provision.function.clone(), provision.alias.clone());
            Provisioned { function, alias }.into_query()
        }
    }
}

/// Why the change may not be made on what is there; nothing when it may.
pub(crate) fn hindrance(change: &Change, reversal: &Reversal, now: &Answer) -> Option<Hindrance> {
    match change {
        Change::PointAlias(point) => alias::hindrance(point, reversal, now),
        Change::SwitchSource(switch) => source::hindrance(switch, reversal, now),
        Change::ReserveConcurrency(reserve) => reserved::hindrance(reserve, reversal, now),
        Change::ProvisionConcurrency(provision) => provisioned::hindrance(provision, reversal, now),
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

/// Whether a change whose outcome is unknown was made. Only to be believed after the settle wait.
pub(crate) fn sighting(change: &Change, run: &RunId, now: &Answer) -> Sighting {
    match change {
        Change::PointAlias(point) => alias::sighting(point, run, now),
        Change::SwitchSource(switch) => source::sighting(switch, now),
        Change::ReserveConcurrency(reserve) => reserved::sighting(reserve, now),
        Change::ProvisionConcurrency(provision) => provisioned::sighting(provision, now),
    }
}

/// Whether the account has come to rest in what the change asked for.
pub(crate) fn at_rest(change: &Change, now: &Answer) -> Verdict {
    match change {
        Change::PointAlias(point) => alias::at_rest(point, now),
        Change::SwitchSource(switch) => source::at_rest(switch, now),
        Change::ReserveConcurrency(reserve) => reserved::at_rest(reserve, now),
        Change::ProvisionConcurrency(provision) => provisioned::at_rest(provision, now),
    }
}

/// What of the target is pinned with every plan, and where it stands.
pub(crate) fn lock(change: &Change, there: &Answer) -> (&'static str, Value) {
    match change {
        Change::PointAlias(_) => alias::lock(there),
        Change::SwitchSource(_) => source::lock(there),
        Change::ReserveConcurrency(_) => reserved::lock(there),
        Change::ProvisionConcurrency(_) => provisioned::lock(there),
    }
}

/// What is shown of the target while it comes to rest.
pub(crate) fn shown(change: &Change, there: &Answer) -> Value {
    match change {
        Change::PointAlias(_) => alias::shown(there),
        Change::SwitchSource(_) => source::shown(there),
        Change::ReserveConcurrency(_) => reserved::shown(there),
        Change::ProvisionConcurrency(_) => provisioned::shown(there),
    }
}
