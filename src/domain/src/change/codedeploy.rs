//! Changes to deployments: they are stopped.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::{DeploymentId, Scope};

/// Stops a deployment, and has CodeDeploy lead back to what was there before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopDeployment {
    /// The deployment.
    pub deployment: DeploymentId,
    /// Its application and group, for people.
    pub group: String,
    /// What it shifts from where to where, for people; empty where it shifts no alias.
    pub shifts: String,
}

impl Mutation for StopDeployment {
    fn call(&self) -> (&'static str, &'static str) {
        ("CodeDeploy", "StopDeployment")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, _: &Scope) -> Permission {
        // IAM knows no resource for it (service authorization reference).
        Permission::one("codedeploy:StopDeployment", "*")
    }
}

impl fmt::Display for StopDeployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stop deployment {} of {} and lead back", self.deployment, self.group)
    }
}
