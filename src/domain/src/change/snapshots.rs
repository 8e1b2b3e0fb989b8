//! Changes to snapshots of databases: they are taken, and shared with nobody.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rds::{instance_arn, resource};
use super::{Mutation, MutationClass, Permission};
use crate::{DatabaseName, Scope};

/// Says whom a snapshot is shared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareSnapshot {
    /// The snapshot.
    pub snapshot: DatabaseName,
    /// The accounts, in order.
    pub shared: Vec<String>,
    /// Those that there were, as they were read. AWS compares nothing here: the guard does, before and after.
    pub before: Vec<String>,
}

impl ShareSnapshot {
    /// The attribute that names them.
    pub const ATTRIBUTE: &str = "restore";

    /// Those that are let in: what is sent is the difference, so that nobody else's change is undone by it.
    pub fn added(&self) -> Vec<&str> {
        missing(&self.shared, &self.before)
    }

    /// Those that are let in no longer.
    pub fn removed(&self) -> Vec<&str> {
        missing(&self.before, &self.shared)
    }
}

/// What of `all` is not among `others`.
fn missing<'a>(all: &'a [String], others: &[String]) -> Vec<&'a str> {
    all.iter().filter(|account| !others.contains(account)).map(String::as_str).collect()
}

impl Mutation for ShareSnapshot {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "ModifyDBSnapshotAttribute")
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("rds:ModifyDBSnapshotAttribute", snapshot_arn(scope, &self.snapshot))
    }
}

impl fmt::Display for ShareSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shared.as_slice() {
            [] => write!(f, "share snapshot {} with nobody", self.snapshot),
            all => write!(f, "share snapshot {} with {}", self.snapshot, all.join(", ")),
        }
    }
}

/// Takes a snapshot of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeSnapshot {
    /// The instance.
    pub instance: DatabaseName,
    /// The snapshot, by a name of the run.
    pub snapshot: DatabaseName,
    /// The run, as the snapshot's tag tells it.
    pub run: String,
    /// Whether the instance has a standby, of which the snapshot is taken then.
    pub standby: bool,
}

impl Mutation for TakeSnapshot {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "CreateDBSnapshot")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Named
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission {
            actions: vec!["rds:CreateDBSnapshot".into(), "rds:AddTagsToResource".into()],
            resources: vec![
                instance_arn(scope, &self.instance),
                snapshot_arn(scope, &self.snapshot),
            ],
        }
    }
}

impl fmt::Display for TakeSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "take snapshot {} of {}", self.snapshot, self.instance)
    }
}

/// A snapshot by its ARN.
fn snapshot_arn(scope: &Scope, snapshot: &DatabaseName) -> String {
    resource(scope, "snapshot", &snapshot.as_str().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_of_accounts_is_the_difference() {
        let list = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let share = ShareSnapshot {
            snapshot: DatabaseName::parse("ledger-db-audit").unwrap(),
            shared: list(&["210987654321"]),
            before: list(&["345678901234", "all"]),
        };
        assert_eq!(share.added(), ["210987654321"]);
        assert_eq!(share.removed(), ["345678901234", "all"]);
        assert_eq!(share.to_string(), "share snapshot ledger-db-audit with 210987654321");
    }
}
