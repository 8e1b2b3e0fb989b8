//! A value of each type, to try runbooks with.

use serde_json::{Value, json};

use super::{Param, ParamType};

impl Param {
    /// A value to try the runbook with.
    pub(crate) fn sample(&self) -> Value {
        let text = |text: &str| Value::String(text.into());
        // A default that is told from now is no instant yet.
        let default = self.default.clone().filter(|_| self.kind != ParamType::Instant);
        default.unwrap_or_else(|| match self.kind {
            ParamType::Function => text("sample-function"),
            ParamType::Version | ParamType::Qualifier => text("1"),
            ParamType::Secret => json!("veiled-sample-0123456789abcdef"),
            ParamType::Number => json!(self.min.or(self.max).unwrap_or(1.0)),
            ParamType::Flag => json!(false),
            ParamType::Alias
            | ParamType::Text
            | ParamType::Database
            | ParamType::Snapshot
            | ParamType::SourceName
            | ParamType::User
            | ParamType::Role
            | ParamType::Principal
            | ParamType::Trail
            | ParamType::Pipeline
            | ParamType::Stage
            | ParamType::Alarm
            | ParamType::RestApi
            | ParamType::ApiStage
            | ParamType::ApiDeployment
            | ParamType::Bus
            | ParamType::Rule
            | ParamType::Cluster
            | ParamType::Service
            | ParamType::Queue
            | ParamType::SecretName
            | ParamType::Bucket
            | ParamType::IpSet => text("sample"),
            ParamType::Findings => {
                json!(["arn:aws:securityhub:eu-central-1:123456789012:finding/1"])
            }
            ParamType::Threats => json!(["00000000000000000000000000000000"]),
            ParamType::AccessKey => text("AKIAIOSFODNN7EXAMPLE"),
            ParamType::TaskDefinition => text("sample:1"),
            ParamType::EventSource | ParamType::Execution | ParamType::HealthCheck => {
                text("00000000-0000-0000-0000-000000000000")
            }
            ParamType::Deployment => text("d-SAMPLE123"),
            ParamType::Distribution => text("ESAMPLE123"),
            ParamType::HostedZone => text("Z0SAMPLE1"),
            ParamType::DnsName => text("sample.example"),
            ParamType::ZoneId => text("euc1-az1"),
            ParamType::Cidr => text("203.0.113.7/32"),
            ParamType::Arn | ParamType::Shiftable => text("arn:aws:s3:::sample"),
            ParamType::Region => text("eu-central-1"),
            ParamType::Account => text("123456789012"),
            ParamType::Instant => text("2026-11-22T03:00:00Z"),
            ParamType::Duration => text("60s"),
            ParamType::Choice => self.values.first().map_or(Value::Null, |first| text(first)),
        })
    }
}
