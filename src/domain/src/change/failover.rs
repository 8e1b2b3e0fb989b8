//! Changes to who writes: the writer of a cluster, the primary of a global database, a standby, a replica.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rds::resource;
use super::{Mutation, MutationClass, Permission, instance_arn};
use crate::{Arn, DatabaseName, Scope, Timestamp};

/// Makes another instance of a cluster the one that writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailOverCluster {
    /// The cluster.
    pub cluster: DatabaseName,
    /// The instance that is to write. It is always named: without it AWS chooses, and a repeat would move on.
    pub target: DatabaseName,
    /// The instance that wrote, as it was read.
    pub from: DatabaseName,
    /// The newest that RDS had told of the cluster by then.
    pub seen: Option<Timestamp>,
}

impl Mutation for FailOverCluster {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "FailoverDBCluster")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let cluster = resource(scope, "cluster", &self.cluster.as_str().to_ascii_lowercase());
        Permission::one("rds:FailoverDBCluster", cluster)
    }
}

impl fmt::Display for FailOverCluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fail {} over from {} to {}", self.cluster, self.from, self.target)
    }
}

/// Makes another region the one in which a global database is written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovePrimary {
    /// The global database.
    pub global: DatabaseName,
    /// The cluster that is to write.
    pub to: Arn,
    /// The cluster that wrote, as it was read.
    pub from: Arn,
    /// What is lost, where data may be: a failover. Nothing for a switchover, which loses none.
    pub loss: Option<Loss>,
}

/// What a failover to another region loses, as it was read for the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// How far the copy was behind, in milliseconds; nothing where nothing was told.
    pub last_ms: Option<u64>,
    /// The worst of the last quarter of an hour.
    pub worst_ms: Option<u64>,
    /// About how many writes that is.
    pub writes: Option<u64>,
    /// When it was told.
    pub told: Option<Timestamp>,
}

impl MovePrimary {
    /// The identifier of a cluster in its ARN.
    pub fn cluster_of(arn: &Arn) -> &str {
        arn.as_str().rsplit(':').next().unwrap_or_default()
    }

    /// The region in its ARN.
    pub fn region_of(arn: &Arn) -> &str {
        arn.as_str().split(':').nth(3).unwrap_or_default()
    }
}

impl Mutation for MovePrimary {
    fn call(&self) -> (&'static str, &'static str) {
        let operation =
            if self.loss.is_some() { "FailoverGlobalCluster" } else { "SwitchoverGlobalCluster" };
        ("RDS", operation)
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let (account, partition) = (&scope.account, scope.region.partition());
        let id = self.global.as_str().to_ascii_lowercase();
        let global = format!("arn:{partition}:rds::{account}:global-cluster:{id}");
        Permission {
            actions: vec![format!("rds:{}", self.call().1)],
            resources: vec![global, self.to.to_string(), self.from.to_string()],
        }
    }
}

impl fmt::Display for MovePrimary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (global, to) = (&self.global, Self::cluster_of(&self.to));
        let region = Self::region_of(&self.to);
        match self.loss {
            Some(_) => write!(f, "fail {global} over to {to} in {region}, and lose data"),
            None => write!(f, "switch {global} over to {to} in {region}"),
        }
    }
}

/// Has the standby of an instance take over, in its zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailOverInstance {
    /// The instance.
    pub instance: DatabaseName,
    /// The zone it is in, as it was read.
    pub from: String,
    /// The zone of its standby.
    pub to: String,
    /// The newest that RDS had told of it by then.
    pub seen: Option<Timestamp>,
}

impl Mutation for FailOverInstance {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "RebootDBInstance")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("rds:RebootDBInstance", instance_arn(scope, &self.instance))
    }
}

impl fmt::Display for FailOverInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fail {} over to its standby, from {} to {}", self.instance, self.from, self.to)
    }
}

/// Makes a replica a database of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoteReplica {
    /// The replica.
    pub replica: DatabaseName,
    /// What it replicates, as it was read.
    pub source: String,
    /// For how many days its backups are kept from then on.
    pub backup_days: u32,
}

impl Mutation for PromoteReplica {
    fn call(&self) -> (&'static str, &'static str) {
        ("RDS", "PromoteReadReplica")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("rds:PromoteReadReplica", instance_arn(scope, &self.replica))
    }
}

impl fmt::Display for PromoteReplica {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "promote {}, a replica of {}", self.replica, self.source)
    }
}
