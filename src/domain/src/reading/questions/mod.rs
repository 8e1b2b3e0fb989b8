//! Every question there is, with its members and its answer.

use serde::{Deserialize, Serialize};

use super::{Elsewhere, FindingsAnswer, LogPageAnswer, Question, TrailAnswer};
use crate::alarm::{Alarm, AlarmChange, MuteStanding};
use crate::bucket::{Bucket, PublicBlock};
use crate::calendar::CalendarStanding;
use crate::database::{DbCluster, DbInstance, GlobalDatabase};
use crate::delivery::{Deployment, DeploymentStanding, Execution, Stage};
use crate::dns::{
    DnsAnswer, DnsChange, Follower, HealthCheck, HealthCheckStanding, HostedZone, WeightedName,
};
use crate::edge::{Distribution, Invalidation};
use crate::finding::{Threats, Triaged, Workflow};
use crate::firewall::{IpSet, WebAcl};
use crate::foresight::Foresight;
use crate::function::{
    Alias, Caller, EventSource, Function, ProvisionedConcurrency, VersionConfig,
};
use crate::gateway::{ApiDeployment, ApiStage, DeploymentsCompared, RestApi};
use crate::iam::{AccessKey, InlinePolicies, Moment, Principal, SessionVerdicts};
use crate::insights::{InsightsAnswer, InsightsId};
use crate::log::LogGroup;
use crate::metric::{MetricName, MetricQuery, Series};
use crate::queue::{MoveTask, Queue};
use crate::recovery::{ClusterStanding, CopyLag, GlobalStanding, NodeStanding};
use crate::report::{InstanceStanding, RestoreGround};
use crate::rotation::{MasterSecret, Rotation};
use crate::rule::{Rule, RuleStanding};
use crate::service::{Service, TaskDefinition};
use crate::snapshot::{SnapshotRoom, SnapshotStanding};
use crate::trail::{TrailFilter, TrailStanding};
use crate::zonal::{ShiftableResource, ZonalStanding};
use crate::{
    AccessKeyId, AccountId, AliasName, ApiDeploymentId, ApiStageName, Arn, BucketName, BusName,
    ChangeCalendar, ClusterName, DatabaseName, DeploymentId, DistributionId, DnsName, ExecutionId,
    FindingId, FunctionName, HealthCheckId, HostedZoneId, Identity, IpSetName, LogGroupName,
    Permission, PipelineName, PrincipalName, QueueName, Region, RestApiName, RuleName, SecretName,
    ServiceName, StageName, TaskDefinitionName, ThreatId, Timestamp, TrailName, UserName, Version,
};

// Each file hands its questions on to the next, and the last to `questions!`: the list is closed, and in one place.
#[macro_use]
mod watching; // what is watched
#[macro_use]
mod holding; // what holds data and rights
#[macro_use]
mod delivering; // what delivers and serves
#[macro_use]
mod recovering; // what a failover moves

macro_rules! all_of_them {
    ({ $($told:tt)* }) => {
        questions! { $($told)* }
    };
}

watching! { {} holding delivering recovering all_of_them }
