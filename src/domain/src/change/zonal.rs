//! Zonal shifts: traffic is led away from a zone for a while, and back.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, Permission};
use crate::{Arn, AvailabilityZoneId, Printable, RunId, Scope};

/// Leads traffic of a resource away from a zone, or ends that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShiftZone {
    /// The resource.
    pub resource: Arn,
    /// What people call it.
    pub name: String,
    /// The shift that is wanted; nothing where none is to go on.
    pub shift: Option<Shift>,
    /// What went on when the draft was made. AWS takes no second shift, and compares nothing else.
    pub before: Option<Shift>,
    /// The id of the shift that is ended; empty where one is begun.
    pub id: String,
    /// How long it lasts at most, in minutes: AWS ends it by itself.
    pub minutes: u32,
}

/// A shift, as it is told from others: the comment bears the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The zone that traffic is led away from.
    pub away: AvailabilityZoneId,
    /// What is said of it.
    pub comment: String,
}

impl Shift {
    /// The comment of a shift that this run begins.
    pub fn comment_of(run: &RunId, why: &str) -> String {
        format!("{why} watchdeck-{run}").trim_start().to_owned()
    }
}

impl Mutation for ShiftZone {
    fn call(&self) -> (&'static str, &'static str) {
        let operation = if self.shift.is_some() { "StartZonalShift" } else { "CancelZonalShift" };
        ("ARC Zonal Shift", operation)
    }

    fn permission(&self, _: &Scope) -> Permission {
        let (_, operation) = self.call();
        Permission::one(format!("arc-zonal-shift:{operation}"), self.resource.to_string())
    }
}

impl fmt::Display for ShiftZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Printable::new(self.name.clone());
        match &self.shift {
            Some(shift) => write!(f, "lead traffic of {name} away from {}", shift.away),
            None => write!(f, "let traffic of {name} into every zone"),
        }
    }
}
