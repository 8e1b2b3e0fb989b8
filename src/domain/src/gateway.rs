//! REST APIs of API Gateway: their stages, the deployments that stages serve, and what stages let through.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ApiDeploymentId, ApiStageName, RestApiName, Timestamp};

/// A REST API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestApi {
    /// Its name; another may have the same.
    pub name: RestApiName,
    /// Its id.
    pub id: String,
    /// What people say of it.
    pub about: String,
}

/// A stage of a REST API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiStage {
    /// The API.
    pub api: RestApiName,
    /// The API's id.
    pub id: String,
    /// The stage.
    pub name: ApiStageName,
    /// The deployment that it serves.
    pub deployment: ApiDeploymentId,
    /// The throttle of all methods that have none of their own; nothing where the stage sets none.
    pub throttle: Option<Throttle>,
    /// The methods that have settings of their own, and heed no others: `orders/POST`.
    pub methods: Vec<String>,
    /// The share of requests, in per cent, that a canary takes to another deployment; nothing without one.
    pub canary: Option<f64>,
    /// When it was changed last.
    pub updated: Option<Timestamp>,
}

/// How many requests a stage lets through, for each of its methods.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Throttle {
    /// Requests a second, steadily.
    pub rate: f64,
    /// Requests that may come at once.
    pub burst: u32,
    /// Whether the same settings say more than that: metrics, logs, a cache.
    pub more: bool,
}

/// A deployment of a REST API: what its resources and methods were when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiDeployment {
    /// Its id.
    pub id: ApiDeploymentId,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// What people say of it.
    pub about: String,
}

/// What becomes another where a stage serves another deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentsCompared {
    /// The deployment that the stage serves.
    pub current: ApiDeployment,
    /// The other one.
    pub other: ApiDeployment,
    /// Whether both tell their methods.
    pub told: bool,
    /// Methods that only the current one has: `POST /orders`.
    pub missing: Vec<String>,
    /// Methods that only the other one has.
    pub back: Vec<String>,
    /// Methods that ask for another authorization, or for a key in one only.
    pub authorized_otherwise: Vec<String>,
    /// Methods that would ask nobody who they are, and do now.
    pub opened: Vec<String>,
}

impl fmt::Display for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s+{}", self.rate, self.burst)
    }
}
