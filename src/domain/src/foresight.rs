//! What IAM would say to calls that are not made yet. It is foreseen, not promised: other rules may refuse them still.

use serde::{Deserialize, Serialize};

use crate::Arn;

/// What IAM would say to a principal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foresight {
    /// The role or user that was judged.
    pub principal: Arn,
    /// Each action on each resource.
    pub foreseen: Vec<Foreseen>,
}

/// One action on one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreseen {
    /// The action, such as `lambda:UpdateAlias`.
    pub action: String,
    /// The resource's ARN.
    pub resource: String,
    /// What IAM says.
    pub ruling: Ruling,
}

/// What IAM says of one action on one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ruling {
    /// It is allowed.
    Allowed,
    /// No policy allows it.
    Unallowed,
    /// A policy denies it.
    Denied,
    /// The permissions boundary does not allow it.
    Bounded,
    /// A policy of the organization does not allow it.
    Curbed,
    /// It hangs on conditions whose values only the call itself has.
    Untold(Vec<String>),
}

impl Ruling {
    /// Why it is not allowed, in words; nothing where it is.
    pub fn objection(&self) -> Option<String> {
        match self {
            Self::Allowed => None,
            Self::Unallowed => Some("no policy allows it".into()),
            Self::Denied => Some("a policy denies it".into()),
            Self::Bounded => Some("the permissions boundary does not allow it".into()),
            Self::Curbed => Some("a policy of the organization does not allow it".into()),
            Self::Untold(keys) => Some(format!("it hangs on {}", keys.join(", "))),
        }
    }
}
