//! Changes to the firewall: addresses are listed, and taken off the list.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::firewall::IpSet;
use crate::{IpSetName, RevisionId, Scope};

/// Puts a range of addresses into a set, or takes it out. AWS replaces the whole set: what others have put there is sent along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAddress {
    /// The set.
    pub set: IpSetName,
    /// Its id.
    pub id: String,
    /// What people wrote of it, which is sent along; empty for nothing.
    pub description: String,
    /// The range.
    pub range: String,
    /// Whether the set holds it from then on.
    pub listed: bool,
    /// All that the set is to hold: what was read, with the range or without it.
    pub addresses: Vec<String>,
    /// The lock that must still be in place.
    pub lock: RevisionId,
}

impl ListAddress {
    /// The change on what is there: whatever else the set holds, it keeps.
    pub fn on(there: &IpSet, range: &str, listed: bool) -> Self {
        let mut addresses: Vec<_> =
            there.addresses.iter().filter(|held| *held != range).cloned().collect();
        if listed {
            addresses.push(range.to_owned());
        }
        Self {
            set: there.name.clone(),
            id: there.id.clone(),
            description: there.description.clone(),
            range: range.to_owned(),
            listed,
            addresses,
            lock: there.lock.clone(),
        }
    }

    /// The set by its ARN.
    pub fn set_arn(&self, scope: &Scope) -> String {
        let Scope { account, region } = scope;
        let partition = region.partition();
        format!("arn:{partition}:wafv2:{region}:{account}:regional/ipset/{}/{}", self.set, self.id)
    }
}

impl Mutation for ListAddress {
    fn call(&self) -> (&'static str, &'static str) {
        ("WAFV2", "UpdateIPSet")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Cas
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("wafv2:UpdateIPSet", self.set_arn(scope))
    }
}

impl fmt::Display for ListAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { set, range, listed, .. } = self;
        if *listed {
            write!(f, "put {range} into the IP set {set}")
        } else {
            write!(f, "take {range} out of the IP set {set}")
        }
    }
}
