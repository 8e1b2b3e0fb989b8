//! Lambda functions, their published versions and their aliases.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{AliasName, FunctionName, RevisionId, Timestamp, Version};

/// A function as ListFunctions shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: FunctionName,
    /// Its runtime, such as `nodejs22.x`; empty for images.
    pub runtime: String,
    /// When `$LATEST` was last changed, as Lambda writes it.
    pub last_modified: String,
    /// Configured memory in MB.
    pub memory_mb: u32,
    /// Configured time limit in seconds.
    pub timeout_s: u32,
}

/// The lifecycle state of a version. Servers may send states this build does not know: they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VersionState {
    /// Being created.
    Pending,
    /// Ready to be invoked.
    Active,
    /// Idle for long; the first call waits.
    Inactive,
    /// Cannot be invoked.
    Failed,
    /// Not said, as by older servers.
    Unsaid,
    /// A state this build does not know.
    Other(String),
}

/// The configuration of one version of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionConfig {
    /// The function.
    pub function: FunctionName,
    /// The version: a number, or `$LATEST`.
    pub version: Version,
    /// The description given when it was published.
    pub description: String,
    /// Base64 SHA-256 of the code package.
    pub code_sha256: String,
    /// SHA-256 of the configuration, where the server gives it.
    pub config_sha256: Option<String>,
    /// The execution role ARN.
    pub role: String,
    /// The runtime.
    pub runtime: String,
    /// The dead-letter target ARN; empty for none.
    pub dead_letter: String,
    /// Its state.
    pub state: VersionState,
    /// Why it is in that state, in AWS's words; may be empty.
    pub state_reason: String,
    /// When it was published, as Lambda writes it.
    pub last_modified: String,
    /// Its revision.
    pub revision: Option<RevisionId>,
    /// Configured time limit in seconds.
    pub timeout_s: u32,
}

/// An alias: a name that points to a version, and perhaps sends a share of calls to a second one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alias {
    /// The function.
    pub function: FunctionName,
    /// The alias.
    pub name: AliasName,
    /// The version that takes what the weights leave.
    pub version: Version,
    /// Additional versions and their share, 0.0 to 1.0. Empty while one version takes all.
    pub weights: BTreeMap<String, f64>,
    /// Its description.
    pub description: String,
    /// Changes with every update; `UpdateAlias` compares it.
    pub revision: RevisionId,
    /// Its ARN.
    pub arn: String,
}

/// Provisioned concurrency of one qualifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionedConcurrency {
    /// `READY`, `IN_PROGRESS`, `FAILED`, or what a newer service says.
    pub status: String,
    /// What was asked for.
    pub requested: u32,
    /// What is ready.
    pub available: u32,
}

/// One event source mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSource {
    /// Its id.
    pub uuid: String,
    /// The queue or stream read from.
    pub source_arn: String,
    /// The function ARN called, with its qualifier if it has one.
    pub function_arn: String,
    /// `Enabled`, `Disabled`, `Disabling`, ...
    pub state: String,
    /// When it was last changed, or its state changed; nothing where the server does not say.
    #[serde(default)]
    pub modified: Option<Timestamp>,
}

impl EventSource {
    /// Whether it calls its function, or is on its way there; nothing while it is being made, changed or deleted.
    pub fn heading(&self) -> Option<bool> {
        match self.state.as_str() {
            "Enabled" | "Enabling" => Some(true),
            "Disabled" | "Disabling" => Some(false),
            _ => None,
        }
    }

    /// Whether it has arrived at its state.
    pub fn is_at_rest(&self) -> bool {
        matches!(self.state.as_str(), "Enabled" | "Disabled")
    }

    /// The function's name in the ARN that is called.
    pub fn function(&self) -> Option<&str> {
        self.function_arn.split(':').nth(6)
    }

    /// The queue's or stream's own name: the last part of its ARN.
    pub fn source(&self) -> &str {
        self.source_arn.rsplit([':', '/']).next().unwrap_or(&self.source_arn)
    }
}

/// One statement of a function's resource policy: somebody who may call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The statement id.
    pub statement: String,
    /// The service or account allowed to call.
    pub principal: String,
    /// The source the permission is narrowed to; empty when it is not.
    pub source_arn: String,
    /// The resource the statement names: the function with or without a qualifier.
    pub resource: String,
}

/// How many calls a function's versions took, and how they ended, in one span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallCount {
    /// Calls that ran.
    pub invocations: f64,
    /// Calls that failed in the function.
    pub errors: f64,
}

impl CallCount {
    /// The share that failed; nothing when there were no calls, which proves nothing.
    pub fn error_rate(self) -> Option<f64> {
        (self.invocations > 0.0).then(|| (self.errors / self.invocations).clamp(0.0, 1.0))
    }
}

/// When an alias came to point at a version, as CloudTrail tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasMove {
    /// When.
    pub at: Timestamp,
    /// To which version.
    pub version: Version,
    /// By whom.
    pub by: String,
}
