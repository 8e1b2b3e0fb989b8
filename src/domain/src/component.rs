//! Components: the parts of an architecture, told apart by the metrics they write, and what to watch of each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::metric::MetricName;

/// A kind of component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A CloudFront distribution.
    CloudFront,
    /// A web ACL.
    Waf,
    /// A Route 53 health check.
    HealthCheck,
    /// An S3 bucket with request metrics.
    Bucket,
    /// An application load balancer.
    LoadBalancer,
    /// A REST API of API Gateway.
    Api,
    /// A Lambda function.
    Function,
    /// An RDS or Aurora instance.
    Database,
    /// An ElastiCache node.
    Cache,
    /// A DynamoDB table.
    Table,
    /// An SQS queue.
    Queue,
}

/// Where a component stands on the way of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// Where requests come in.
    Edge,
    /// What they call.
    Api,
    /// What computes the answer.
    Compute,
    /// What keeps the state.
    Data,
    /// What waits to be done.
    Queues,
}

/// A component of the account and region.
///
/// Written `kind/name`, such as `function/orders-writer`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ComponentId {
    /// Its kind.
    pub kind: Kind,
    /// The value of its naming dimension, as CloudWatch has it; hostile.
    pub name: String,
}

/// What a golden metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Things in a period.
    Count,
    /// A share, 0 to 1.
    Share,
    /// Of 100.
    Percent,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
    /// How many there are.
    Gauge,
}

/// One of the few numbers that tell how a component does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Golden {
    /// Its word on the screen.
    pub label: &'static str,
    /// The metric.
    pub metric: &'static str,
    /// The statistic.
    pub statistic: &'static str,
    /// The metric to divide by, point by point.
    pub over: Option<&'static str>,
    /// What it measures.
    pub measure: Measure,
    /// From where on it is worth a look, and from where on it is bad; nothing for what has no bad value.
    pub limits: Option<(f64, f64)>,
}

impl Kind {
    /// All of them, in the order of the way of a request.
    pub const ALL: [Self; 11] = [
        Self::HealthCheck,
        Self::CloudFront,
        Self::Waf,
        Self::Bucket,
        Self::LoadBalancer,
        Self::Api,
        Self::Function,
        Self::Database,
        Self::Cache,
        Self::Table,
        Self::Queue,
    ];

    /// The CloudWatch namespace in which it writes.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::CloudFront => "AWS/CloudFront",
            Self::Waf => "AWS/WAFV2",
            Self::HealthCheck => "AWS/Route53",
            Self::Bucket => "AWS/S3",
            Self::LoadBalancer => "AWS/ApplicationELB",
            Self::Api => "AWS/ApiGateway",
            Self::Function => "AWS/Lambda",
            Self::Database => "AWS/RDS",
            Self::Cache => "AWS/ElastiCache",
            Self::Table => "AWS/DynamoDB",
            Self::Queue => "AWS/SQS",
        }
    }

    /// The dimension that names it.
    pub fn dimension(self) -> &'static str {
        match self {
            Self::CloudFront => "DistributionId",
            Self::Waf => "WebACL",
            Self::HealthCheck => "HealthCheckId",
            Self::Bucket => "BucketName",
            Self::LoadBalancer => "LoadBalancer",
            Self::Api => "ApiName",
            Self::Function => "FunctionName",
            Self::Database => "DBInstanceIdentifier",
            Self::Cache => "CacheClusterId",
            Self::Table => "TableName",
            Self::Queue => "QueueName",
        }
    }

    /// Its name in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::CloudFront => "cloud-front",
            Self::Waf => "waf",
            Self::HealthCheck => "health-check",
            Self::Bucket => "bucket",
            Self::LoadBalancer => "load-balancer",
            Self::Api => "api",
            Self::Function => "function",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Table => "table",
            Self::Queue => "queue",
        }
    }

    /// Where it stands.
    pub fn tier(self) -> Tier {
        match self {
            Self::CloudFront | Self::Waf | Self::HealthCheck | Self::Bucket => Tier::Edge,
            Self::LoadBalancer | Self::Api => Tier::Api,
            Self::Function => Tier::Compute,
            Self::Database | Self::Cache | Self::Table => Tier::Data,
            Self::Queue => Tier::Queues,
        }
    }

    /// The few numbers that tell how it does: how much, how often it fails, how long it takes or how full it is.
    pub fn golden(self) -> &'static [Golden] {
        match self {
            Self::CloudFront => CLOUDFRONT,
            Self::Waf => WAF,
            Self::HealthCheck => HEALTH_CHECK,
            Self::Bucket => BUCKET,
            Self::LoadBalancer => LOAD_BALANCER,
            Self::Api => API,
            Self::Function => FUNCTION,
            Self::Database => DATABASE,
            Self::Cache => CACHE,
            Self::Table => TABLE,
            Self::Queue => QUEUE,
        }
    }

    /// The component that a metric is about; nothing for a metric of the whole account or of another service.
    pub fn of(metric: &MetricName) -> Option<ComponentId> {
        let kind = Self::ALL.into_iter().find(|kind| kind.namespace() == metric.namespace)?;
        let name = metric.dimension(kind.dimension())?;
        Some(ComponentId { kind, name: name.to_owned() })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::CloudFront => "CloudFront distribution",
            Self::Waf => "web ACL",
            Self::HealthCheck => "health check",
            Self::Bucket => "S3 bucket",
            Self::LoadBalancer => "load balancer",
            Self::Api => "API",
            Self::Function => "Lambda function",
            Self::Database => "database instance",
            Self::Cache => "cache node",
            Self::Table => "DynamoDB table",
            Self::Queue => "queue",
        })
    }
}

impl From<ComponentId> for String {
    fn from(id: ComponentId) -> Self {
        format!("{}/{}", id.kind.word(), id.name)
    }
}

impl TryFrom<String> for ComponentId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (word, name) = text.split_once('/').unwrap_or((&text, ""));
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word);
        let kind = kind.ok_or_else(|| format!("`{word}` is no kind of component"))?;
        Ok(Self { kind, name: name.to_owned() })
    }
}

impl Tier {
    /// All of them, in the order of the way of a request.
    pub const ALL: [Self; 5] = [Self::Edge, Self::Api, Self::Compute, Self::Data, Self::Queues];
}

impl ComponentId {
    /// The name for people: a load balancer is `app/NAME/ID` in CloudWatch.
    pub fn short(&self) -> &str {
        match self.kind {
            Kind::LoadBalancer => self.name.split('/').nth(1).unwrap_or(&self.name),
            Kind::CloudFront
            | Kind::Waf
            | Kind::HealthCheck
            | Kind::Bucket
            | Kind::Api
            | Kind::Function
            | Kind::Database
            | Kind::Cache
            | Kind::Table
            | Kind::Queue => &self.name,
        }
    }
}

const fn golden(
    label: &'static str,
    metric: &'static str,
    statistic: &'static str,
    measure: Measure,
) -> Golden {
    Golden { label, metric, statistic, over: None, measure, limits: None }
}

const fn limited(golden: Golden, warn: f64, bad: f64) -> Golden {
    Golden { limits: Some((warn, bad)), ..golden }
}

// Thresholds follow AWS's recommended alarms where there are any.
const CLOUDFRONT: &[Golden] = &[
    golden("requests", "Requests", "Sum", Measure::Count),
    limited(golden("5xx", "5xxErrorRate", "Average", Measure::Percent), 1.0, 5.0),
    golden("origin", "OriginLatency", "p90", Measure::Millis),
];
const WAF: &[Golden] = &[
    golden("allowed", "AllowedRequests", "Sum", Measure::Count),
    golden("blocked", "BlockedRequests", "Sum", Measure::Count),
];
const HEALTH_CHECK: &[Golden] =
    &[golden("healthy", "HealthCheckPercentageHealthy", "Average", Measure::Percent)];
const BUCKET: &[Golden] = &[
    golden("requests", "AllRequests", "Sum", Measure::Count),
    limited(golden("4xx", "4xxErrors", "Average", Measure::Share), 0.02, 0.05),
    limited(golden("5xx", "5xxErrors", "Average", Measure::Share), 0.01, 0.05),
];
const LOAD_BALANCER: &[Golden] = &[
    golden("requests", "RequestCount", "Sum", Measure::Count),
    limited(
        Golden {
            over: Some("RequestCount"),
            ..golden("5xx", "HTTPCode_Target_5XX_Count", "Sum", Measure::Share)
        },
        0.01,
        0.05,
    ),
    golden("latency", "TargetResponseTime", "p90", Measure::Seconds),
];
const API: &[Golden] = &[
    golden("calls", "Count", "Sum", Measure::Count),
    limited(golden("5xx", "5XXError", "Average", Measure::Share), 0.01, 0.05),
    limited(golden("latency", "Latency", "p90", Measure::Millis), 1_000.0, 2_500.0),
];
const FUNCTION: &[Golden] = &[
    golden("calls", "Invocations", "Sum", Measure::Count),
    limited(
        Golden { over: Some("Invocations"), ..golden("errors", "Errors", "Sum", Measure::Share) },
        0.01,
        0.05,
    ),
    golden("duration", "Duration", "p90", Measure::Millis),
];
const DATABASE: &[Golden] = &[
    golden("connections", "DatabaseConnections", "Average", Measure::Gauge),
    limited(golden("cpu", "CPUUtilization", "Average", Measure::Percent), 75.0, 90.0),
    limited(golden("lag", "AuroraReplicaLag", "Maximum", Measure::Millis), 500.0, 1_000.0),
];
const CACHE: &[Golden] = &[
    golden("connections", "CurrConnections", "Average", Measure::Gauge),
    limited(golden("cpu", "EngineCPUUtilization", "Average", Measure::Percent), 75.0, 90.0),
    limited(
        golden("memory", "DatabaseMemoryUsagePercentage", "Average", Measure::Percent),
        80.0,
        95.0,
    ),
];
const TABLE: &[Golden] = &[
    golden("reads", "ConsumedReadCapacityUnits", "Sum", Measure::Count),
    limited(golden("throttled", "ReadThrottleEvents", "Sum", Measure::Count), 1.0, 60.0),
    limited(golden("throttled writes", "WriteThrottleEvents", "Sum", Measure::Count), 1.0, 60.0),
];
const QUEUE: &[Golden] = &[
    golden("sent", "NumberOfMessagesSent", "Sum", Measure::Count),
    golden("waiting", "ApproximateNumberOfMessagesVisible", "Maximum", Measure::Gauge),
    limited(
        golden("oldest", "ApproximateAgeOfOldestMessage", "Maximum", Measure::Seconds),
        120.0,
        900.0,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_names_its_component() {
        let metric = |namespace: &str, dimensions: &[(&str, &str)]| MetricName {
            namespace: namespace.into(),
            name: "M".into(),
            dimensions: dimensions.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
        };
        let of = |metric: MetricName| Kind::of(&metric).map(|id| (id.kind, id.short().to_owned()));
        assert_eq!(
            of(metric("AWS/Lambda", &[("FunctionName", "orders"), ("Resource", "orders:live")])),
            Some((Kind::Function, "orders".into()))
        );
        assert_eq!(
            of(metric("AWS/ApplicationELB", &[("LoadBalancer", "app/shop-web/50dc6c")])),
            Some((Kind::LoadBalancer, "shop-web".into()))
        );
        assert_eq!(of(metric("AWS/Lambda", &[])), None, "of the whole account");
        assert_eq!(of(metric("Shop", &[("FunctionName", "orders")])), None);
    }

    #[test]
    fn every_kind_has_numbers_and_what_it_divides_by() {
        for kind in Kind::ALL {
            assert!(!kind.golden().is_empty(), "{kind}");
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
            for golden in kind.golden() {
                let known = |name| kind.golden().iter().any(|other| other.metric == name);
                assert!(golden.over.is_none_or(known), "{kind} {}", golden.label);
            }
        }
    }
}
