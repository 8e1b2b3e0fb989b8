//! Every mutation as data: preview, diff, reversal, IAM statement and audit line are functions of it.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{Arn, Scope};

mod cloudfront; // the edge: what its caches hold is thrown away
mod cloudtrail; // trails: that they write again
mod cloudwatch; // alarms: they tell nobody for a while
mod codedeploy; // deployments: they are stopped
mod codepipeline; // pipelines: stages closed, tried again, rolled back
mod ecs; // services: what they run
mod elsewhere; // any change, in another region
mod events; // rules: they fire, or do not
mod failover; // who writes: clusters, global databases, standbys, replicas
mod findings; // findings: what people made of them, the archive
mod gateway; // stages of APIs: what they let through and serve
mod iam; // users and roles: keys, and policies that deny
mod lambda; // functions: aliases, event sources, concurrency
mod master; // master passwords: they are made anew
mod rds; // copies of databases: made, kept for longer, taken away
mod route53; // names: weights of records, health checks
mod s3; // buckets: the public is kept out
mod secrets; // secrets: rotation, and its way back
mod snapshots; // snapshots of databases: taken, and shared with nobody
mod sqs; // queues: dead letters, purges
mod waf; // the firewall: addresses are listed, and held to a limit
mod zonal; // traffic: led away from a zone

pub use cloudfront::Invalidate;
pub use cloudtrail::StartTrail;
pub use cloudwatch::MuteAlarms;
pub use codedeploy::StopDeployment;
pub use codepipeline::{CloseStage, RetryStage, RollBackStage};
pub use ecs::RollService;
pub use elsewhere::Elsewhere;
pub use events::SwitchRule;
pub use failover::{FailOverCluster, FailOverInstance, Loss, MovePrimary, PromoteReplica};
pub use findings::{ArchiveThreats, FindingName, SetWorkflow};
pub use gateway::{ServeDeployment, ThrottleStage};
pub use iam::{Denial, PutDenial, SwitchKey};
pub use lambda::{PointAlias, ProvisionConcurrency, ReserveConcurrency, SwitchSource};
pub use master::RotateMaster;
pub use rds::{
    CopySettings, DropCopy, ExtendCopy, KeepPassword, ProtectCopy, RestoreCopy, instance_arn,
};
pub use route53::{InvertCheck, ShiftWeights};
pub use s3::BlockPublic;
pub use secrets::{MoveCurrent, RotateSecret};
pub use snapshots::{ShareSnapshot, TakeSnapshot};
pub use sqs::{PurgeQueue, RedriveMessages};
pub use waf::{LimitRate, ListAddress, RateRule};
pub use zonal::{Shift, ShiftZone};

macro_rules! changes {
    ($( $(#[$doc:meta])* $name:ident, )*) => {
        /// A change to AWS. Closed: a new mutation does not compile until every room knows it.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "change", rename_all = "kebab-case")]
        pub enum Change { $( $(#[$doc])* $name($name), )* }

        impl Change {
            fn mutation(&self) -> &dyn Mutation {
                match self { $( Self::$name(change) => change, )* }
            }
        }

        $(
            impl From<$name> for Change {
                fn from(change: $name) -> Self { Self::$name(change) }
            }

            impl Kind for $name {
                fn of(change: &Change) -> Option<&Self> {
                    if let Change::$name(change) = change { Some(change) } else { None }
                }
            }
        )*
    };
}

changes! {
    /// Lambda `UpdateAlias`, guarded by the revision it was planned against.
    PointAlias,
    /// Lambda `UpdateEventSourceMapping`: a queue or stream calls its function, or does not.
    SwitchSource,
    /// Lambda `PutFunctionConcurrency`, or `DeleteFunctionConcurrency` where nothing is to be reserved.
    ReserveConcurrency,
    /// Lambda `PutProvisionedConcurrencyConfig`, or `DeleteProvisionedConcurrencyConfig` where nothing is to be kept warm.
    ProvisionConcurrency,
    /// SQS `StartMessageMoveTask`: dead letters go back to where they came from.
    RedriveMessages,
    /// SQS `PurgeQueue`: all that a queue holds is lost.
    PurgeQueue,
    /// Secrets Manager `RotateSecret`, under the token of the run.
    RotateSecret,
    /// Secrets Manager `UpdateSecretVersionStage`: another version is the current one.
    MoveCurrent,
    /// S3 `PutPublicAccessBlock` of a bucket, or `DeletePublicAccessBlock` where nothing was configured.
    BlockPublic,
    /// WAF `UpdateIPSet`, guarded by the lock it was planned against.
    ListAddress,
    /// IAM `UpdateAccessKey`: calls can be signed with a key, or not.
    SwitchKey,
    /// IAM `PutUserPolicy` or `PutRolePolicy` of a policy that denies, or the `Delete` of it.
    PutDenial,
    /// CloudTrail `StartLogging`.
    StartTrail,
    /// Security Hub `BatchUpdateFindings`: what people made of some findings.
    SetWorkflow,
    /// GuardDuty `ArchiveFindings` or `UnarchiveFindings`.
    ArchiveThreats,
    /// WAF `UpdateWebACL`: a rule holds each address to a limit, guarded by the lock it was planned against.
    LimitRate,
    /// CodePipeline `DisableStageTransition`, or `EnableStageTransition` where executions are let in again.
    CloseStage,
    /// CodePipeline `RetryStageExecution`.
    RetryStage,
    /// CodePipeline `RollbackStage`.
    RollBackStage,
    /// CodeDeploy `StopDeployment`, with a rollback.
    StopDeployment,
    /// CloudFront `CreateInvalidation`, under the reference of the run.
    Invalidate,
    /// CloudWatch `PutAlarmMuteRule` under a name of the run, or `DeleteAlarmMuteRule`.
    MuteAlarms,
    /// API Gateway `UpdateStage` of a stage's throttle, or of what takes it away.
    ThrottleStage,
    /// API Gateway `UpdateStage` of the deployment that a stage serves.
    ServeDeployment,
    /// EventBridge `DisableRule`, or `EnableRule`.
    SwitchRule,
    /// ECS `UpdateService` to another task definition.
    RollService,
    /// RDS `RestoreDBInstanceToPointInTime`, under a name of the run.
    RestoreCopy,
    /// RDS `ModifyDBInstance`: Secrets Manager keeps the master password of a copy.
    KeepPassword,
    /// RDS `AddTagsToResource`: until when a copy is wanted.
    ExtendCopy,
    /// RDS `ModifyDBInstance`: whether a copy refuses to be deleted.
    ProtectCopy,
    /// RDS `DeleteDBInstance` of a copy.
    DropCopy,
    /// Route 53 `ChangeResourceRecordSets`: the weighted records of a name have other weights.
    ShiftWeights,
    /// Route 53 `UpdateHealthCheck`: a check counts the other way round, guarded by the version it was planned against.
    InvertCheck,
    /// ARC `StartZonalShift`, or `CancelZonalShift`.
    ShiftZone,
    /// Any of them, in another region than the run works in.
    Elsewhere,
    /// RDS `FailoverDBCluster`, to the instance that is named.
    FailOverCluster,
    /// RDS `SwitchoverGlobalCluster`, or `FailoverGlobalCluster` where data may be lost.
    MovePrimary,
    /// RDS `RebootDBInstance` with a failover.
    FailOverInstance,
    /// RDS `PromoteReadReplica`.
    PromoteReplica,
    /// RDS `ModifyDBSnapshotAttribute`: whom a snapshot is shared with.
    ShareSnapshot,
    /// RDS `CreateDBSnapshot`, under a name of the run.
    TakeSnapshot,
    /// RDS `ModifyDBInstance`: the master password that Secrets Manager keeps is made anew.
    RotateMaster,
}

/// What each change can say of itself without looking at the account.
pub trait Mutation: fmt::Display {
    /// The API call that carries it out: service and operation, as the SDK names them.
    fn call(&self) -> (&'static str, &'static str);

    /// Its mutation class.
    fn class(&self) -> MutationClass {
        MutationClass::Absolute
    }

    /// What IAM must allow for it in `scope`.
    fn permission(&self, scope: &Scope) -> Permission;

    /// Whether it would take from whoever acts as `who` what they act with.
    fn cuts_off(&self, _who: &Arn) -> bool {
        false
    }
}

/// One kind of change, found among them all.
pub trait Kind: Into<Change> {
    /// The change as this kind, if it is of it.
    fn of(change: &Change) -> Option<&Self>;
}

/// What makes a repeat of a call safe, and so what may be done when its outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MutationClass {
    /// The same idempotency token.
    Token,
    /// A name derived from the run.
    Named,
    /// A lock that AWS compares.
    Cas,
    /// The same value again is harmless.
    Absolute,
    /// Nothing: only its effect can be looked for.
    Trigger,
}

/// How a change is taken back. Not an `Option`: who adds a change must say how it is undone, or why it is not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reversal {
    /// By this change. Its lock is taken from the receipt of the change it reverses.
    By(Box<Change>),
    /// By a call of its own that the runbook names. It is made when the run is taken back, on what is there by then.
    Call(Box<OwnCall>),
    /// Not at all, for this reason.
    Never(String),
}

/// A call that a runbook names to take a step back: an action, and its members with every place filled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnCall {
    /// What is done.
    pub action: String,
    /// Its members. What they hold of the time before the change was read for the plan.
    pub with: Map<String, Value>,
    /// How long an unanswered call may still take effect, in milliseconds.
    pub settle_ms: u64,
    /// The change that it would be on what was there for the plan: what it calls, and what it needs.
    pub foreseen: Change,
}

/// IAM actions on resources: what a session policy must allow for one change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    /// Actions, such as `lambda:UpdateAlias`.
    pub actions: Vec<String>,
    /// Resource ARNs.
    pub resources: Vec<String>,
}

impl Permission {
    /// The longest policy that AWS takes for a session, in characters.
    pub const LONGEST_POLICY: usize = 2_048;

    /// The same, taken apart: the actions of each service on the resources of that service. Actions of a service that has
    /// none among them stay on all.
    pub fn by_service(&self) -> Vec<Self> {
        let mut parts: Vec<(&str, Self)> = Vec::new();
        for action in &self.actions {
            let service = action.split(':').next().unwrap_or_default();
            if let Some((_, part)) = parts.iter_mut().find(|(of, _)| *of == service) {
                part.actions.push(action.clone());
                continue;
            }
            let of_it = |resource: &&String| resource.split(':').nth(2) == Some(service);
            let mut resources: Vec<_> = self.resources.iter().filter(of_it).cloned().collect();
            if resources.is_empty() {
                resources.clone_from(&self.resources);
            }
            parts.push((service, Self { actions: vec![action.clone()], resources }));
        }
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// The policy of a session that allows this and nothing else.
    pub fn policy(&self) -> String {
        let statements = self.by_service().into_iter().map(
            |part| json!({ "Effect": "Allow", "Action": part.actions, "Resource": part.resources }),
        );
        let statements: Vec<_> = statements.collect();
        json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
    }
}

impl Change {
    /// The API call that carries the change out: service and operation, as the SDK names them.
    pub fn call(&self) -> (&'static str, &'static str) {
        self.mutation().call()
    }

    /// Its mutation class.
    pub fn class(&self) -> MutationClass {
        self.mutation().class()
    }

    /// What IAM must allow for it in `scope`.
    pub fn permission(&self, scope: &Scope) -> Permission {
        self.mutation().permission(scope)
    }

    /// Whether it would take from whoever acts as `who` what they act with: their key, their role, their session.
    pub fn cuts_off(&self, who: &Arn) -> bool {
        self.mutation().cuts_off(who)
    }
}

impl fmt::Display for Change {
    /// One line for people: `point alias live of orders-writer at version 41`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.mutation(), f)
    }
}

impl Permission {
    /// One action on one resource.
    pub fn one(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { actions: vec![action.into()], resources: vec![resource.into()] }
    }
}
