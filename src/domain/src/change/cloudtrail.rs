//! Changes to trails: that they write again. Nothing stops one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, Permission};
use crate::{Arn, Scope, Timestamp, TrailName};

/// Lets a trail write again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartTrail {
    /// The trail.
    pub trail: TrailName,
    /// The trail by its ARN, as it is sent.
    pub arn: Arn,
    /// Since when it does not write, as it was read; nothing if it did. AWS compares nothing here: the guard does, before and
    /// after.
    pub before: Option<Timestamp>,
}

impl Mutation for StartTrail {
    fn call(&self) -> (&'static str, &'static str) {
        ("CloudTrail", "StartLogging")
    }

    fn permission(&self, _: &Scope) -> Permission {
        Permission::one("cloudtrail:StartLogging", self.arn.to_string())
    }
}

impl fmt::Display for StartTrail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "let the trail {} write again", self.trail)
    }
}
