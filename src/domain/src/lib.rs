//! The vocabulary of watchdeck and its reading port. Pure: no I/O, no clock.
//!
//! Suggested reading order:

pub mod id; // parsed identifiers: accounts, regions, functions, versions
pub mod mask; // secrets in texts that outlive the screen
pub mod printable; // remote text, made safe to show
pub mod secret; // values that never print
pub mod time; // timestamps as arguments, and the clock port

pub mod alarm; // CloudWatch alarms and their history
pub mod bucket; // S3 buckets, and what keeps the public out
pub mod calendar; // how a change calendar stands
pub mod component; // the parts of an architecture, and what to watch of each
pub mod database; // RDS instances, Aurora clusters, global databases
pub mod delivery; // deployments, pipelines and their stages
pub mod dns; // names of Route 53: weights, health checks, answers
pub mod edge; // distributions, and what is taken out of their caches
pub mod environment; // how much a slip costs in a place
pub mod finding; // security findings
pub mod firewall; // sets of addresses, and the rules that use them
pub mod foresight; // what IAM would say
pub mod function; // Lambda functions, versions, aliases
pub mod gateway; // REST APIs, their stages and deployments
pub mod group; // log groups, by name and place
pub mod iam; // users, roles, their keys and inline policies
pub mod identity; // who we are at AWS
pub mod insights; // queries of Logs Insights, and what came of them
pub mod log; // log groups, events, levels
pub mod metric; // metrics and their series
pub mod queue; // SQS queues and their dead letters
pub mod recovery; // what decides a failover of a database
pub mod report; // reporting copies of databases
pub mod rotation; // secrets of Secrets Manager, without their values
pub mod rule; // rules of EventBridge
pub mod service; // ECS services, their rollouts and task definitions
pub mod shipping; // where the checkpoints of a journal are shipped to
pub mod snapshot; // snapshots of databases
pub mod trail; // CloudTrail events
pub mod zonal; // traffic led away from a zone

pub mod change; // every mutation as data, with its reversal and its permission
pub mod reading; // questions and answers, as data, and the port that answers them

pub use change::{Change, MutationClass, OwnCall, Permission, Reversal};
pub use environment::Environment;
pub use foresight::{Foreseen, Foresight, Ruling};
pub use group::LogGroupName;
pub use id::{
    AccessKeyId, AccountId, AliasName, ApiDeploymentId, ApiStageName, Arn, AvailabilityZoneId,
    BucketName, BusName, ChangeCalendar, ClusterName, DatabaseName, DeploymentId, DistributionId,
    DnsName, ExecutionId, FindingId, FunctionName, HealthCheckId, HostedZoneId, IdError, IpSetName,
    LeaseTable, PipelineName, PrincipalName, QueueName, Region, RequestId, RestApiName, RevisionId,
    RuleName, RunId, SecretName, ServiceName, StageName, TaskDefinitionName, ThreatId, TrailName,
    UserName, Version,
};
pub use identity::{Identity, Scope};
pub use printable::Printable;
pub use reading::{Answer, Query, Question, ReadError, Source, Task, ask};
pub use secret::Secret;
pub use shipping::{CheckpointStore, Retention, RetentionMode};
pub use time::{Clock, Timestamp};
