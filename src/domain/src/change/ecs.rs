//! Changes to services of ECS: what they run.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, Permission};
use crate::{ClusterName, Scope, ServiceName, TaskDefinitionName};

/// Rolls a service to a task definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollService {
    /// The cluster.
    pub cluster: ClusterName,
    /// The service.
    pub service: ServiceName,
    /// What it is to run.
    pub definition: TaskDefinitionName,
    /// What it ran, as it was read.
    pub before: TaskDefinitionName,
    /// The rollout that ran it. AWS compares nothing here: the guard compares it up to the moment of sending.
    pub seen: String,
}

impl Mutation for RollService {
    fn call(&self) -> (&'static str, &'static str) {
        ("ECS", "UpdateService")
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("ecs:UpdateService", self.service_arn(scope))
    }
}

impl RollService {
    /// The service by its ARN.
    pub fn service_arn(&self, scope: &Scope) -> String {
        let (partition, region, account) =
            (scope.region.partition(), &scope.region, &scope.account);
        let Self { cluster, service, .. } = self;
        format!("arn:{partition}:ecs:{region}:{account}:service/{cluster}/{service}")
    }
}

impl fmt::Display for RollService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cluster, service, definition, .. } = self;
        write!(f, "roll service {service} of cluster {cluster} to {definition}")
    }
}
