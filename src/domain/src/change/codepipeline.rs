//! Changes to pipelines: stages closed and opened, tried again, rolled back.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::{ExecutionId, PipelineName, Scope, StageName, Timestamp};

/// Lets no execution enter a stage any more, or lets them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseStage {
    /// The pipeline.
    pub pipeline: PipelineName,
    /// The stage.
    pub stage: StageName,
    /// Why it is closed; nothing opens it.
    pub closed: Option<String>,
    /// Why it was, as it was read; nothing where it was open. AWS compares nothing here: the guard does, before and after.
    pub before: Option<String>,
}

impl CloseStage {
    /// The most characters that CodePipeline takes of a reason.
    pub const LONGEST: usize = 300;

    /// Whether CodePipeline takes this character in a reason.
    pub fn takes(c: char) -> bool {
        c.is_ascii_alphanumeric() || "!@ ().*?-".contains(c)
    }

    /// The stage by its ARN.
    pub fn stage_arn(&self, scope: &Scope) -> String {
        stage_arn(&self.pipeline, &self.stage, scope)
    }
}

impl Mutation for CloseStage {
    fn call(&self) -> (&'static str, &'static str) {
        match self.closed {
            Some(_) => ("CodePipeline", "DisableStageTransition"),
            None => ("CodePipeline", "EnableStageTransition"),
        }
    }

    fn permission(&self, scope: &Scope) -> Permission {
        let (_, operation) = self.call();
        Permission::one(format!("codepipeline:{operation}"), self.stage_arn(scope))
    }
}

impl fmt::Display for CloseStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pipeline, stage, closed, .. } = self;
        match closed {
            Some(why) => write!(f, "let nothing enter stage {stage} of {pipeline}: {why}"),
            None => write!(f, "let executions enter stage {stage} of {pipeline}"),
        }
    }
}

/// Tries what failed in a stage again, with the execution that failed there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryStage {
    /// The pipeline.
    pub pipeline: PipelineName,
    /// The stage.
    pub stage: StageName,
    /// The execution that failed in it.
    pub execution: ExecutionId,
    /// Whether all actions of the stage are done again, and not only those that failed.
    pub all: bool,
    /// When it failed, as it was read: by that a later failure is told from this one.
    pub seen: Option<Timestamp>,
}

impl RetryStage {
    /// `ALL_ACTIONS` or `FAILED_ACTIONS`.
    pub fn mode(&self) -> &'static str {
        if self.all { "ALL_ACTIONS" } else { "FAILED_ACTIONS" }
    }

    /// The stage by its ARN.
    pub fn stage_arn(&self, scope: &Scope) -> String {
        stage_arn(&self.pipeline, &self.stage, scope)
    }
}

impl Mutation for RetryStage {
    fn call(&self) -> (&'static str, &'static str) {
        ("CodePipeline", "RetryStageExecution")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("codepipeline:RetryStageExecution", self.stage_arn(scope))
    }
}

impl fmt::Display for RetryStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pipeline, stage, execution, .. } = self;
        let what = if self.all { "all actions" } else { "what failed" };
        write!(f, "try {what} in stage {stage} of {pipeline} again, of execution {execution}")
    }
}

/// Brings what an earlier execution brought to a stage there again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollBackStage {
    /// The pipeline.
    pub pipeline: PipelineName,
    /// The stage.
    pub stage: StageName,
    /// The execution that came through it.
    pub target: ExecutionId,
    /// The execution whose work the stage holds, as it was read. Where a rollback was there last, the one that it led to.
    pub before: Option<ExecutionId>,
    /// When the newest execution began that there was, as it was read: what is newer has come since.
    pub seen: Option<Timestamp>,
}

impl RollBackStage {
    /// The stage by its ARN.
    pub fn stage_arn(&self, scope: &Scope) -> String {
        stage_arn(&self.pipeline, &self.stage, scope)
    }
}

impl Mutation for RollBackStage {
    fn call(&self) -> (&'static str, &'static str) {
        ("CodePipeline", "RollbackStage")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("codepipeline:RollbackStage", self.stage_arn(scope))
    }
}

impl fmt::Display for RollBackStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pipeline, stage, target, .. } = self;
        write!(f, "roll stage {stage} of {pipeline} back to execution {target}")
    }
}

fn stage_arn(pipeline: &PipelineName, stage: &StageName, scope: &Scope) -> String {
    let Scope { account, region } = scope;
    format!("arn:{}:codepipeline:{region}:{account}:{pipeline}/{stage}", region.partition())
}
