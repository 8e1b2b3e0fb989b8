//! Every mutation as data: preview, diff, reversal, IAM statement and audit line are functions of it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AliasName, FunctionName, RevisionId, Scope, Version};

/// A change to AWS. Closed: a new mutation does not compile until every room knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Lambda `UpdateAlias`, guarded by the revision it was planned against.
    PointAlias(PointAlias),
}

/// Points an alias at one version, and says which share, if any, goes elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointAlias {
    /// The function.
    pub function: FunctionName,
    /// The alias.
    pub alias: AliasName,
    /// The version that will take the calls.
    pub version: Version,
    /// Additional weights. Sent even when empty: AWS refuses a version that is still a weighted secondary.
    pub weights: BTreeMap<String, f64>,
    /// The description to leave behind, 256 characters at most: the only mark an alias can carry.
    pub description: String,
    /// The revision that must still be in place.
    pub revision: RevisionId,
}

/// What makes a repeat of a call safe, and so what may be done when its outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MutationClass {
    /// The same idempotency token.
    Token,
    /// A name derived from the run.
    Named,
    /// A lock that AWS compares.
    Cas,
    /// The same value again is harmless.
    Absolute,
    /// Nothing: only its effect can be looked for.
    Trigger,
}

/// How a change is taken back. Not an `Option`: who adds a change must say how it is undone, or why it is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reversal {
    /// By this change. Its lock is taken from the receipt of the change it reverses.
    By(Box<Change>),
    /// Not at all, for this reason.
    Never(String),
}

/// IAM actions on resources: what a session policy must allow for one change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    /// Actions, such as `lambda:UpdateAlias`.
    pub actions: Vec<String>,
    /// Resource ARNs.
    pub resources: Vec<String>,
}

impl Change {
    /// The API call that carries the change out: service and operation, as the SDK names them.
    pub fn call(&self) -> (&'static str, &'static str) {
        match self {
            Self::PointAlias(_) => ("Lambda", "UpdateAlias"),
        }
    }

    /// Its mutation class.
    pub fn class(&self) -> MutationClass {
        match self {
            Self::PointAlias(_) => MutationClass::Cas,
        }
    }

    /// What IAM must allow for it in `scope`.
    pub fn permission(&self, scope: &Scope) -> Permission {
        match self {
            // lambda:UpdateAlias is authorised on the function, not on the alias (service authorization reference).
            Self::PointAlias(point) => Permission {
                actions: vec!["lambda:UpdateAlias".into()],
                resources: vec![point.function_arn(scope)],
            },
        }
    }
}

impl PointAlias {
    /// The function by its ARN, as it is sent: with another account's credentials AWS refuses the call, whatever
    /// functions of this name there are.
    pub fn function_arn(&self, scope: &Scope) -> String {
        let Scope { account, region } = scope;
        format!("arn:{}:lambda:{region}:{account}:function:{}", region.partition(), self.function)
    }
}

impl fmt::Display for Change {
    /// One line for people: `point alias live of orders-writer at version 41`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PointAlias(point) => {
                write!(
                    f,
                    "point alias {} of {} at version {}",
                    point.alias, point.function, point.version
                )?;
                for (version, weight) in &point.weights {
                    write!(f, ", {:.0} % to {version}", weight * 100.0)?;
                }
                Ok(())
            }
        }
    }
}
