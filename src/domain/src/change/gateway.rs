//! Changes to stages of REST APIs: what they let through, and which deployment they serve.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, Permission};
use crate::gateway::Throttle;
use crate::{ApiDeploymentId, ApiStageName, RestApiName, Scope};

/// Throttles a stage, or takes the throttle away again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThrottleStage {
    /// The API.
    pub api: RestApiName,
    /// The API's id, as it is sent.
    pub id: String,
    /// The stage.
    pub stage: ApiStageName,
    /// The throttle; nothing takes away what the stage sets for all methods, which is not the same as 0.
    pub throttle: Option<Throttle>,
    /// What there was, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: Option<Throttle>,
}

impl Mutation for ThrottleStage {
    fn call(&self) -> (&'static str, &'static str) {
        UPDATE_STAGE
    }

    fn permission(&self, scope: &Scope) -> Permission {
        patch(scope, &self.id, &self.stage)
    }
}

impl ThrottleStage {
    /// The stage by its ARN.
    pub fn stage_arn(&self, scope: &Scope) -> String {
        stage_arn(scope, &self.id, &self.stage)
    }
}

impl fmt::Display for ThrottleStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api, stage, .. } = self;
        match self.throttle {
            Some(Throttle { rate, burst, .. }) => {
                write!(f, "throttle stage {stage} of {api} at {rate} a second, {burst} at once")
            }
            None => write!(f, "take the throttle of stage {stage} of {api} away"),
        }
    }
}

/// Lets a stage serve a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServeDeployment {
    /// The API.
    pub api: RestApiName,
    /// The API's id, as it is sent.
    pub id: String,
    /// The stage.
    pub stage: ApiStageName,
    /// The deployment.
    pub deployment: ApiDeploymentId,
    /// The one that it served, as it was read. AWS compares nothing here: the guard does, before and after.
    pub before: ApiDeploymentId,
}

impl Mutation for ServeDeployment {
    fn call(&self) -> (&'static str, &'static str) {
        UPDATE_STAGE
    }

    fn permission(&self, scope: &Scope) -> Permission {
        patch(scope, &self.id, &self.stage)
    }
}

impl ServeDeployment {
    /// The stage by its ARN.
    pub fn stage_arn(&self, scope: &Scope) -> String {
        stage_arn(scope, &self.id, &self.stage)
    }
}

impl fmt::Display for ServeDeployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "let stage {} of {} serve deployment {}", self.stage, self.api, self.deployment)
    }
}

const UPDATE_STAGE: (&str, &str) = ("API Gateway", "UpdateStage");

/// IAM knows the verbs of HTTP here, and names no account in the ARN (service authorization reference).
fn patch(scope: &Scope, api: &str, stage: &ApiStageName) -> Permission {
    Permission::one("apigateway:PATCH", stage_arn(scope, api, stage))
}

fn stage_arn(scope: &Scope, api: &str, stage: &ApiStageName) -> String {
    let (partition, region) = (scope.region.partition(), &scope.region);
    format!("arn:{partition}:apigateway:{region}::/restapis/{api}/stages/{stage}")
}
