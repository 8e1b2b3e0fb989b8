//! Changes to the edge: what its caches hold is thrown away.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::{DistributionId, RunId, Scope, Timestamp};

/// Takes what is under some paths out of the caches of a distribution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalidate {
    /// The distribution.
    pub distribution: DistributionId,
    /// Its ARN, as it was read.
    pub arn: String,
    /// What people call it.
    pub name: String,
    /// The paths; a `*` at the end stands for whatever follows.
    pub paths: Vec<String>,
    /// The run's own reference: the same one again is the same invalidation.
    pub reference: String,
    /// None that bears the reference can be older.
    pub since: Timestamp,
}

impl Invalidate {
    /// The most paths that one change names: what is more is a release of its own.
    pub const MOST: usize = 30;

    /// The reference of a run.
    pub fn reference_of(run: &RunId) -> String {
        format!("watchdeck-{run}")
    }

    /// What is wrong with a path; nothing where CloudFront takes it.
    pub fn fault_of(path: &str) -> Option<&'static str> {
        let inner = path.strip_suffix('*').unwrap_or(path);
        if !path.starts_with('/') {
            return Some("it begins with `/`");
        }
        if inner.contains('*') {
            return Some("`*` stands at its end only");
        }
        let plain = path.bytes().all(|b| b.is_ascii_graphic() && !b"{}\"'<>\\^`|".contains(&b));
        (!plain || path.len() > 1_024)
            .then_some("what is no plain character of a URL is written as %XX, 1,024 in all")
    }
}

impl Mutation for Invalidate {
    fn call(&self) -> (&'static str, &'static str) {
        ("CloudFront", "CreateInvalidation")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Token
    }

    fn permission(&self, _: &Scope) -> Permission {
        Permission::one("cloudfront:CreateInvalidation", self.arn.clone())
    }
}

impl fmt::Display for Invalidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "take {} out of the caches of {}", self.paths.join(" "), self.name)
    }
}
