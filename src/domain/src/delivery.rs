//! How code gets there: deployments of CodeDeploy, pipelines of CodePipeline, their stages and executions.

use serde::{Deserialize, Serialize};

use crate::{DeploymentId, ExecutionId, PipelineName, StageName, Timestamp};

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

/// A deployment of CodeDeploy, whether it has ended or not. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentStanding {
    /// Its id.
    pub id: DeploymentId,
    /// Its application.
    pub application: String,
    /// Its deployment group.
    pub group: String,
    /// How it goes about it, such as `CodeDeployDefault.LambdaCanary10Percent5Minutes`.
    pub config: String,
    /// `Lambda`, `ECS` or `Server`.
    pub platform: String,
    /// Its status, as CodeDeploy writes it.
    pub status: String,
    /// Who began it, as CodeDeploy writes it.
    pub creator: String,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it ended.
    pub completed: Option<Timestamp>,
    /// The function whose alias it shifts; empty where it shifts none.
    pub function: String,
    /// The alias.
    pub alias: String,
    /// The version that the alias was at before.
    pub from: String,
    /// The version that it is to be at.
    pub to: String,
    /// The deployment that leads back from it, where there is one.
    pub rolled_back_by: String,
}

impl DeploymentStanding {
    /// Whether it goes on: what has ended cannot be stopped.
    pub fn goes_on(&self) -> bool {
        matches!(self.status.as_str(), "Created" | "Queued" | "InProgress" | "Baking" | "Ready")
    }
}

/// A stage of a pipeline, as it stands. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The pipeline.
    pub pipeline: PipelineName,
    /// The stage.
    pub name: StageName,
    /// The pipeline's structure, which is counted up with every change of it.
    pub structure: u32,
    /// Whether it comes first, and so fetches the source.
    pub first: bool,
    /// Why no execution may enter it, in the words of who has closed it; nothing while they may.
    pub closed: Option<String>,
    /// Who has closed it.
    pub closed_by: String,
    /// The execution that entered it last; empty where none ever did.
    pub execution: String,
    /// `STANDARD` or `ROLLBACK`; empty where AWS does not say.
    pub kind: String,
    /// How that execution stands in it: `InProgress`, `Succeeded`, `Failed`, `Stopped`, ...
    pub status: String,
    /// When one of its actions last changed its status.
    pub changed: Option<Timestamp>,
    /// What went wrong in it, in the words of the action that failed.
    pub error: String,
    /// The execution that waits to enter it; empty where none does.
    pub waiting: String,
}

/// An execution of a pipeline. Its texts are hostile until they are made `Printable`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// How it stands: `InProgress`, `Succeeded`, `Failed`, `Stopped`, `Superseded`, ...
    pub status: String,
    /// When it began; nothing where only one execution was asked for.
    pub started: Option<Timestamp>,
    /// `STANDARD` or `ROLLBACK`.
    pub kind: String,
    /// The execution that it rolls a stage back to; empty where it rolls none back.
    pub target: String,
    /// What it brings, in the words of the source.
    pub revision: String,
    /// The pipeline's structure that it went through; nothing in a list of executions.
    pub structure: Option<u32>,
}

impl Execution {
    /// Whether it rolls a stage back, and so is no target itself.
    pub fn rolls_back(&self) -> bool {
        self.kind == "ROLLBACK"
    }
}
