//! Deployments in flight: CodeDeploy owns the alias while one runs.

use serde::{Deserialize, Serialize};

/// A CodeDeploy deployment that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Its id, such as `d-ABCDEF123`.
    pub id: String,
    /// Its application.
    pub application: String,
    /// Its status, as CodeDeploy writes it.
    pub status: String,
}
