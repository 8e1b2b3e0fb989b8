//! Parameters of a runbook, parsed at the border like any other id.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchdeck_domain::{
    AccessKeyId, AccountId, AliasName, ApiDeploymentId, ApiStageName, Arn, AvailabilityZoneId,
    BucketName, BusName, ClusterName, DeploymentId, DistributionId, DnsName, ExecutionId,
    FunctionName, HealthCheckId, HostedZoneId, IdError, IpSetName, PipelineName, PrincipalName,
    QueueName, Region, RestApiName, RuleName, SecretName, ServiceName, StageName,
    TaskDefinitionName, TrailName, UserName, Version,
};

use watchdeck_guard::is_veiled;

use crate::contract;
use crate::resolve;
use crate::several;

/// The values given for a runbook's parameters.
pub type Params = BTreeMap<String, Value>;

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// What it may be.
    #[serde(rename = "type")]
    pub kind: ParamType,
    /// What it means.
    pub help: String,
    /// What it is when nobody says.
    #[serde(default)]
    pub default: Option<Value>,
    /// The values that there are, for an `enum`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What a `text` must be like, whole: a regular expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The most characters of a `text`; 200 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The least `number`, or the shortest `duration` in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest `number`, or the longest `duration` in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ParamType {
    /// A Lambda function name.
    #[serde(rename = "lambda.function")]
    Function,
    /// A Lambda alias name.
    #[serde(rename = "lambda.alias")]
    Alias,
    /// A published Lambda version.
    #[serde(rename = "lambda.version")]
    Version,
    /// A Lambda version, or `$LATEST`.
    #[serde(rename = "lambda.qualifier")]
    Qualifier,
    /// The id of an event source mapping.
    #[serde(rename = "lambda.event-source")]
    EventSource,
    /// The name of the queue or stream of an event source mapping, as in its ARN.
    #[serde(rename = "lambda.source-name")]
    SourceName,
    /// The name of an SQS queue.
    #[serde(rename = "sqs.queue")]
    Queue,
    /// The name of a secret of Secrets Manager.
    #[serde(rename = "secretsmanager.secret")]
    SecretName,
    /// The name of an S3 bucket.
    #[serde(rename = "s3.bucket")]
    Bucket,
    /// The name of an IP set of the firewall, of a region.
    #[serde(rename = "wafv2.ip-set")]
    IpSet,
    /// The name of an IAM user.
    #[serde(rename = "iam.user")]
    User,
    /// The id of an access key.
    #[serde(rename = "iam.access-key")]
    AccessKey,
    /// The name of an IAM role.
    #[serde(rename = "iam.role")]
    Role,
    /// The name of an IAM user or role, without saying which.
    #[serde(rename = "iam.principal")]
    Principal,
    /// The name of a trail of CloudTrail.
    #[serde(rename = "cloudtrail.trail")]
    Trail,
    /// Findings of Security Hub by their ids: a list, or ids between commas.
    #[serde(rename = "securityhub.findings")]
    Findings,
    /// Findings of `GuardDuty` by their ids: a list, or ids between commas.
    #[serde(rename = "guardduty.findings")]
    Threats,
    /// The name of a pipeline of CodePipeline.
    #[serde(rename = "codepipeline.pipeline")]
    Pipeline,
    /// The name of a stage of a pipeline.
    #[serde(rename = "codepipeline.stage")]
    Stage,
    /// The id of an execution of a pipeline.
    #[serde(rename = "codepipeline.execution")]
    Execution,
    /// The id of a deployment of CodeDeploy.
    #[serde(rename = "codedeploy.deployment")]
    Deployment,
    /// The id of a distribution of CloudFront.
    #[serde(rename = "cloudfront.distribution")]
    Distribution,
    /// The name of an alarm of CloudWatch.
    #[serde(rename = "cloudwatch.alarm")]
    Alarm,
    /// The name of a REST API of API Gateway.
    #[serde(rename = "apigateway.rest-api")]
    RestApi,
    /// The name of a stage of a REST API.
    #[serde(rename = "apigateway.stage")]
    ApiStage,
    /// The id of a deployment of a REST API.
    #[serde(rename = "apigateway.deployment")]
    ApiDeployment,
    /// The name of an event bus of EventBridge.
    #[serde(rename = "events.bus")]
    Bus,
    /// The name of a rule of EventBridge.
    #[serde(rename = "events.rule")]
    Rule,
    /// The name of a cluster of ECS.
    #[serde(rename = "ecs.cluster")]
    Cluster,
    /// The name of a service of ECS.
    #[serde(rename = "ecs.service")]
    Service,
    /// A task definition of ECS, by family and revision: `shop-web:117`.
    #[serde(rename = "ecs.task-definition")]
    TaskDefinition,
    /// The identifier of an RDS instance or cluster.
    #[serde(rename = "rds.identifier")]
    Database,
    /// The identifier of a snapshot of an RDS instance.
    #[serde(rename = "rds.snapshot")]
    Snapshot,
    /// The id of a hosted zone of Route 53.
    #[serde(rename = "route53.zone")]
    HostedZone,
    /// A name in a hosted zone.
    #[serde(rename = "route53.name")]
    DnsName,
    /// The id of a health check of Route 53.
    #[serde(rename = "route53.health-check")]
    HealthCheck,
    /// The ARN of what traffic can be led away from a zone in.
    #[serde(rename = "arc.resource")]
    Shiftable,
    /// The id of an availability zone, such as `euc1-az2`.
    #[serde(rename = "aws.zone-id")]
    ZoneId,
    /// An address range, such as `203.0.113.7/32`.
    #[serde(rename = "aws.cidr")]
    Cidr,
    /// An Amazon resource name.
    #[serde(rename = "aws.arn")]
    Arn,
    /// A region.
    #[serde(rename = "aws.region")]
    Region,
    /// An account's twelve digits.
    #[serde(rename = "aws.account")]
    Account,
    /// An instant: RFC 3339, `2026-11-22 03:00 Europe/Berlin`, or `last midnight Europe/Berlin`. It becomes one in UTC.
    #[serde(rename = "time.instant")]
    Instant,
    /// A length of time: `90s`, `5m`, `1h`, `2d`. It becomes a number of seconds.
    #[serde(rename = "duration")]
    Duration,
    /// One of its `values`.
    #[serde(rename = "enum")]
    Choice,
    /// A number.
    #[serde(rename = "number")]
    Number,
    /// Yes or no.
    #[serde(rename = "flag")]
    Flag,
    /// A line of text without control characters.
    #[serde(rename = "text")]
    Text,
    /// A text that nobody may see. What is given for it is a word that stands for it; the text itself is kept in memory.
    #[serde(rename = "secret")]
    Secret,
}

impl ParamType {
    /// A typed text as a value of this type, where it is one; otherwise the text, at which the type finds fault.
    pub fn read(self, text: &str) -> Value {
        let plain: Option<Value> = serde_json::from_str(text).ok();
        let plain = match self {
            Self::Number => plain.filter(Value::is_number),
            Self::Flag => plain.filter(Value::is_boolean),
            Self::Findings | Self::Threats => Some(several::read(text, plain)),
            Self::Function
            | Self::Alias
            | Self::Version
            | Self::Qualifier
            | Self::EventSource
            | Self::SourceName
            | Self::Queue
            | Self::SecretName
            | Self::Bucket
            | Self::IpSet
            | Self::User
            | Self::AccessKey
            | Self::Role
            | Self::Principal
            | Self::Trail
            | Self::Pipeline
            | Self::Stage
            | Self::Execution
            | Self::Deployment
            | Self::Distribution
            | Self::Alarm
            | Self::RestApi
            | Self::ApiStage
            | Self::ApiDeployment
            | Self::Bus
            | Self::Rule
            | Self::Cluster
            | Self::Service
            | Self::TaskDefinition
            | Self::Database
            | Self::Snapshot
            | Self::HostedZone
            | Self::DnsName
            | Self::HealthCheck
            | Self::Shiftable
            | Self::ZoneId
            | Self::Cidr
            | Self::Arn
            | Self::Region
            | Self::Account
            | Self::Instant
            | Self::Duration
            | Self::Choice
            | Self::Text
            | Self::Secret => None,
        };
        plain.unwrap_or_else(|| Value::String(text.to_owned()))
    }

    /// In which order people think of parameters: what it is about, then what of it, then the rest.
    pub fn rank(self) -> u8 {
        match self {
            Self::Function
            | Self::Queue
            | Self::SecretName
            | Self::Bucket
            | Self::Database
            | Self::Snapshot
            | Self::User
            | Self::Role
            | Self::Findings
            | Self::Threats
            | Self::Pipeline
            | Self::Deployment
            | Self::Distribution
            | Self::Alarm
            | Self::RestApi
            | Self::Bus
            | Self::Cluster
            | Self::HostedZone
            | Self::Shiftable
            | Self::Trail => 0,
            Self::Stage
            | Self::Alias
            | Self::EventSource
            | Self::IpSet
            | Self::AccessKey
            | Self::ApiStage
            | Self::Rule
            | Self::Service
            | Self::DnsName
            | Self::HealthCheck
            | Self::ZoneId
            | Self::Arn => 1,
            Self::Execution
            | Self::Version
            | Self::Qualifier
            | Self::SourceName
            | Self::ApiDeployment
            | Self::TaskDefinition
            | Self::Cidr => 2,
            Self::Principal
            | Self::Region
            | Self::Account
            | Self::Instant
            | Self::Duration
            | Self::Choice
            | Self::Number
            | Self::Flag
            | Self::Text
            | Self::Secret => 3,
        }
    }
}

/// The most characters of a text that says nothing else.
const LONGEST_TEXT: usize = 200;

impl Param {
    /// A parameter that answers yes or no and says no more.
    pub(crate) fn flag(help: String) -> Self {
        Self {
            kind: ParamType::Flag,
            help,
            default: None,
            values: Vec::new(),
            pattern: None,
            max_length: None,
            min: None,
            max: None,
        }
    }

    /// The most characters that it may have, where it is a text.
    pub(crate) fn longest(&self) -> usize {
        self.max_length.unwrap_or(LONGEST_TEXT)
    }

    /// Why `value` is not one of this parameter; nothing when it is. An instant is looked at by itself, wherever now is.
    pub fn fault(&self, value: &Value) -> Option<String> {
        let text = value.as_str();
        match self.kind {
            ParamType::Function => check(text, |t| FunctionName::parse(t).map(drop)),
            ParamType::Alias => check(text, |t| AliasName::parse(t).map(drop)),
            ParamType::Version => check(text, |t| Version::parse(t).map(drop)).or_else(|| {
                (text == Some("$LATEST")).then(|| {
                    "`$LATEST` is not a published version: it changes under the alias".into()
                })
            }),
            ParamType::Qualifier => check(text, |t| Version::parse(t).map(drop)),
            ParamType::EventSource => said(text, |id| {
                let fault = || format!("{value} is not the id of an event source mapping, a UUID");
                (!is_uuid(id)).then(fault)
            }),
            ParamType::SourceName => said(text, |name| {
                let odd = |c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c));
                (name.is_empty() || name.contains(odd)).then(|| {
                    "a queue or stream is named in letters, digits, `-`, `_` and `.`".into()
                })
            }),
            ParamType::Queue => check(text, |t| QueueName::parse(t).map(drop)),
            ParamType::SecretName => check(text, |t| SecretName::parse(t).map(drop)),
            ParamType::Bucket => check(text, |t| BucketName::parse(t).map(drop)),
            ParamType::IpSet => check(text, |t| IpSetName::parse(t).map(drop)),
            ParamType::User => check(text, |t| UserName::parse(t).map(drop)),
            ParamType::Trail => check(text, |t| TrailName::parse(t).map(drop)),
            ParamType::Pipeline => check(text, |t| PipelineName::parse(t).map(drop)),
            ParamType::Stage => check(text, |t| StageName::parse(t).map(drop)),
            ParamType::Execution => check(text, |t| ExecutionId::parse(t).map(drop)),
            ParamType::Deployment => check(text, |t| DeploymentId::parse(t).map(drop)),
            ParamType::Distribution => check(text, |t| DistributionId::parse(t).map(drop)),
            ParamType::Alarm => said(text, |name| {
                let long = name.is_empty() || name.chars().count() > 255;
                (long || name.contains(char::is_control))
                    .then(|| "an alarm is named in 1 to 255 characters".into())
            }),
            ParamType::RestApi => check(text, |t| RestApiName::parse(t).map(drop)),
            ParamType::ApiStage => check(text, |t| ApiStageName::parse(t).map(drop)),
            ParamType::ApiDeployment => check(text, |t| ApiDeploymentId::parse(t).map(drop)),
            ParamType::Bus => check(text, |t| BusName::parse(t).map(drop)),
            ParamType::Rule => check(text, |t| RuleName::parse(t).map(drop)),
            ParamType::Cluster => check(text, |t| ClusterName::parse(t).map(drop)),
            ParamType::Service => check(text, |t| ServiceName::parse(t).map(drop)),
            ParamType::TaskDefinition => check(text, |t| TaskDefinitionName::parse(t).map(drop)),
            ParamType::HostedZone => check(text, |t| HostedZoneId::parse(t).map(drop)),
            ParamType::DnsName => check(text, |t| DnsName::parse(t).map(drop)),
            ParamType::HealthCheck => check(text, |t| HealthCheckId::parse(t).map(drop)),
            ParamType::ZoneId => check(text, |t| AvailabilityZoneId::parse(t).map(drop)),
            ParamType::AccessKey => check(text, |t| AccessKeyId::parse(t).map(drop)),
            ParamType::Role | ParamType::Principal => {
                check(text, |t| PrincipalName::parse(format!("role/{t}")).map(drop))
            }
            ParamType::Findings => several::findings_fault(value),
            ParamType::Threats => several::threats_fault(value),
            ParamType::Arn | ParamType::Shiftable => check(text, |t| Arn::parse(t).map(drop)),
            ParamType::Region => check(text, |t| Region::parse(t).map(drop)),
            ParamType::Account => check(text, |t| AccountId::parse(t).map(drop)),
            ParamType::Database | ParamType::Snapshot => said(text, resolve::identifier_fault),
            ParamType::Cidr => said(text, cidr_fault),
            ParamType::Instant => said(text, |_| None),
            ParamType::Duration => match seconds(value) {
                None => Some(format!("{value} is no length of time: write 90s, 5m, 1h or 2d")),
                Some(seconds) => self.range_fault(seconds.into()),
            },
            ParamType::Choice => said(text, |text| {
                let known = self.values.iter().any(|value| value == text);
                (!known).then(|| format!("`{text}` is none of {}", self.values.join(", ")))
            }),
            ParamType::Number => match value.as_f64().filter(|number| number.is_finite()) {
                None => Some(format!("{value} is not a number")),
                Some(number) => self.range_fault(number),
            },
            ParamType::Flag => {
                (!value.is_boolean()).then(|| format!("{value} is neither true nor false"))
            }
            ParamType::Secret => said(text, |text| {
                (!is_veiled(text))
                    .then(|| "a secret is not given in the open: it is asked for, hidden".into())
            }),
            ParamType::Text => match text {
                None => Some(format!("{value} is not a text")),
                Some(text) => self.text_fault(text),
            },
        }
    }

    fn text_fault(&self, text: &str) -> Option<String> {
        let longest = self.longest();
        if text.chars().count() > longest {
            return Some(format!("it is longer than {longest} characters"));
        }
        if text.chars().any(char::is_control) {
            return Some("it holds a control character".into());
        }
        let pattern = self.pattern.as_deref()?;
        (!contract::is_like(pattern, text)).then(|| format!("it is not like `{pattern}`"))
    }

    fn range_fault(&self, number: f64) -> Option<String> {
        if let Some(min) = self.min.filter(|min| number < *min) {
            return Some(format!("{number} is less than {min}"));
        }
        let max = self.max.filter(|max| number > *max)?;
        Some(format!("{number} is more than {max}"))
    }
}

fn check(text: Option<&str>, parse: impl Fn(&str) -> Result<(), IdError>) -> Option<String> {
    said(text, |text| parse(text).err().map(|error| error.to_string()))
}

fn said(text: Option<&str>, fault: impl Fn(&str) -> Option<String>) -> Option<String> {
    text.map_or_else(|| Some("it is not a text".into()), fault)
}

/// `5f7a2c1e-8d34-4b0a-9c55-1f2e3d4c5b6a`, as Lambda names mappings.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// Why a text is no address range.
fn cidr_fault(text: &str) -> Option<String> {
    let whole = text.split_once('/').and_then(|(address, bits)| {
        let address: std::net::IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        bits.parse::<u8>().ok().filter(|bits| *bits <= most)
    });
    whole.is_none().then(|| format!("`{text}` is no address range such as 203.0.113.7/32"))
}

/// A length of time in seconds.
pub(crate) fn seconds(value: &Value) -> Option<u32> {
    span(value.as_str()?)
}

/// `90s`, `5m`, `1h` or `2d` in seconds.
pub(crate) fn span(text: &str) -> Option<u32> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u32 = number.parse().ok()?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    number.checked_mul(unit)
}

mod sample; // a value of each type

#[cfg(test)]
mod tests; // every type takes its own values and no others
