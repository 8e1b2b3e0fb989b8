//! Changes to copies of databases that people report from: they are made, kept for longer, and taken away.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::report::{Cost, InstanceStanding};
use crate::{DatabaseName, RunId, Scope, Timestamp};

/// What a database is told, or a copy of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "as many as RDS has switches")]
pub struct CopySettings {
    /// The class.
    pub class: String,
    /// The subnet group.
    pub subnets: String,
    /// The security groups.
    pub security_groups: Vec<String>,
    /// The parameter group.
    pub parameters: String,
    /// Whether the internet reaches it.
    pub public: bool,
    /// Whether it has a standby.
    pub multi_az: bool,
    /// Whether it refuses to be deleted.
    pub protected: bool,
    /// Whether IAM may let people in.
    pub by_iam: bool,
    /// Whether snapshots get its tags.
    pub copies_tags: bool,
    /// The logs that it sends.
    pub logs: Vec<String>,
    /// For how many days its backups are kept.
    pub backup_days: u32,
    /// Whether it is enrolled in paid support once its version is too old.
    pub support: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl From<&InstanceStanding> for CopySettings {
    fn from(there: &InstanceStanding) -> Self {
        Self {
            class: there.class.clone(),
            subnets: there.subnets.clone(),
            security_groups: there.security_groups.clone(),
            parameters: there.parameters.clone(),
            public: there.public,
            multi_az: there.multi_az,
            protected: there.protected,
            by_iam: there.by_iam,
            copies_tags: there.copies_tags,
            logs: there.logs.clone(),
            backup_days: there.backup_days,
            support: there.support.clone(),
            tags: there.tags.clone(),
        }
    }
}

/// Restores a database to an instant, under another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreCopy {
    /// What it is a copy of.
    pub source: DatabaseName,
    /// The copy, by a name of the run.
    pub copy: DatabaseName,
    /// The instant; nothing for the latest that there is.
    pub at: Option<Timestamp>,
    /// Until when it is wanted.
    pub expires: Timestamp,
    /// For how long that is.
    pub lasts: Duration,
    /// The engine.
    pub engine: String,
    /// The size of its storage, which no restore makes smaller.
    pub storage_gb: u32,
    /// What it is told: whatever is left out does not carry over.
    pub told: Box<CopySettings>,
    /// What its source was told.
    pub source_told: Box<CopySettings>,
}

impl RestoreCopy {
    /// What it costs.
    pub fn cost(&self) -> Cost {
        Cost::of(&self.told.class, &self.engine, self.storage_gb, true)
    }
}

impl Mutation for RestoreCopy {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "RestoreDBInstanceToPointInTime")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Named
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let of = |kind: &str, name: &str| resource(scope, kind, name);
        Permission {
            actions: vec![
                "rds:RestoreDBInstanceToPointInTime".into(),
                "rds:AddTagsToResource".into(),
            ],
            resources: vec![
                instance_arn(scope, &self.source),
                instance_arn(scope, &self.copy),
                of("subgrp", &self.told.subnets),
                of("pg", &self.told.parameters),
                of("og", "*"),
            ],
        }
    }
}

impl fmt::Display for RestoreCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, copy, .. } = self;
        match self.at {
            Some(at) => write!(f, "restore {source} as of {at} to {copy}"),
            None => write!(f, "restore {source} as of the latest there is to {copy}"),
        }
    }
}

/// Has Secrets Manager keep the master password of a copy: it is another one from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepPassword {
    /// The copy.
    pub copy: DatabaseName,
    /// Whether Secrets Manager kept it, as it was read; what is not there yet has no password.
    pub before: bool,
}

impl Mutation for KeepPassword {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "ModifyDBInstance")
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let Scope { account, region } = scope;
        let partition = region.partition();
        let actions = [
            "rds:ModifyDBInstance",
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "secretsmanager:CreateSecret",
            "secretsmanager:RotateSecret",
            "secretsmanager:TagResource",
        ];
        Permission {
            actions: actions.map(str::to_owned).into(),
            resources: vec![
                instance_arn(scope, &self.copy),
                format!("arn:{partition}:secretsmanager:{region}:{account}:secret:rds!*"),
                format!("arn:{partition}:kms:{region}:{account}:key/*"),
            ],
        }
    }
}

impl fmt::Display for KeepPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "have Secrets Manager keep a new master password of {}", self.copy)
    }
}

/// Says until when a copy is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendCopy {
    /// The copy.
    pub copy: DatabaseName,
    /// Until when.
    pub expires: Timestamp,
    /// Until when it was, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: Timestamp,
}

impl Mutation for ExtendCopy {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "AddTagsToResource")
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("rds:AddTagsToResource", instance_arn(scope, &self.copy))
    }
}

impl fmt::Display for ExtendCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "keep {} until {}", self.copy, self.expires)
    }
}

/// Switches whether a copy refuses to be deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtectCopy {
    /// The copy.
    pub copy: DatabaseName,
    /// Whether it does.
    pub protected: bool,
    /// Whether it did, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: bool,
}

impl Mutation for ProtectCopy {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "ModifyDBInstance")
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("rds:ModifyDBInstance", instance_arn(scope, &self.copy))
    }
}

impl fmt::Display for ProtectCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.protected { "protect" } else { "no longer protect" };
        write!(f, "{how} {} from being deleted", self.copy)
    }
}

/// Deletes a copy, with all that its backups hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropCopy {
    /// The copy.
    pub copy: DatabaseName,
    /// The snapshot that is kept of it, if one is.
    pub snapshot: Option<DatabaseName>,
    /// The run that made it, as its tags tell.
    pub made_by: RunId,
    /// When it was made: another one of its name is another one.
    pub created: Option<Timestamp>,
}

impl Mutation for DropCopy {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "DeleteDBInstance")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let mut resources = vec![instance_arn(scope, &self.copy)];
        let mut actions = vec!["rds:DeleteDBInstance".to_owned()];
        if let Some(snapshot) = &self.snapshot {
            resources.push(resource(scope, "snapshot", snapshot.as_str()));
            actions.extend(["rds:CreateDBSnapshot".into(), "rds:AddTagsToResource".into()]);
        }
        Permission { actions, resources }
    }
}

impl fmt::Display for DropCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.snapshot {
            Some(snapshot) => write!(f, "delete {} and keep snapshot {snapshot}", self.copy),
            None => write!(f, "delete {} and keep nothing of it", self.copy),
        }
    }
}

/// An instance by its ARN.
pub fn instance_arn(scope: &Scope, instance: &DatabaseName) -> String {
    resource(scope, "db", &instance.as_str().to_ascii_lowercase())
}

/// What RDS has of a kind and a name, by its ARN.
pub(super) fn resource(scope: &Scope, kind: &str, name: &str) -> String {
    let Scope { account, region } = scope;
    format!("arn:{}:rds:{region}:{account}:{kind}:{name}", region.partition())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_of_a_service_are_asked_for_on_its_resources_alone() {
        let scope = Scope {
            account: crate::AccountId::parse("123456784021").unwrap(),
            region: crate::Region::parse("eu-central-1").unwrap(),
        };
        let copy = DatabaseName::parse("rpt-ledger-db").unwrap();
        let parts = KeepPassword { copy, before: false }.permission(&scope).by_service();
        assert_eq!(parts.len(), 3);
        for part in &parts {
            let service = part.actions[0].split(':').next().unwrap();
            assert!(part.actions.iter().all(|action| action.starts_with(service)));
            assert!(
                part.resources.iter().all(|resource| resource.split(':').nth(2) == Some(service))
            );
        }
        // One service, one part: nothing is taken apart.
        let extend = Permission::one("rds:AddTagsToResource", parts[0].resources[0].clone());
        assert_eq!(extend.by_service(), [extend]);
    }
}
