//! Which services there are: enough to route a request without reading a model.

use std::sync::OnceLock;

use super::Service;

/// A service that the simulated account knows.
#[derive(Debug)]
pub struct Entry {
    /// The name of its model file.
    pub name: &'static str,
    /// The service in a signature's scope.
    pub signing_name: &'static str,
    /// What stands before the operation in `X-Amz-Target`; empty for others.
    pub target_prefix: &'static str,
    /// The API version.
    pub api_version: &'static str,
    source: &'static str,
    service: OnceLock<Service>,
}

impl Entry {
    /// Its model, read at the first call.
    pub fn service(&self) -> &Service {
        self.service.get_or_init(|| match Service::parse(self.name, self.source) {
            Ok(service) => service,
            Err(error) => {
                tracing::error!(service = self.name, %error, "the embedded model does not parse");
                Service::void(self.name)
            }
        })
    }
}

/// All services, by name.
pub fn all() -> &'static [Entry] {
    &CATALOG
}

/// A service by the name of its model file.
pub fn find(name: &str) -> Option<&'static Entry> {
    CATALOG.iter().find(|entry| entry.name == name)
}

const fn entry(
    name: &'static str,
    signing_name: &'static str,
    target_prefix: &'static str,
    api_version: &'static str,
    source: &'static str,
) -> Entry {
    Entry { name, signing_name, target_prefix, api_version, source, service: OnceLock::new() }
}

#[rustfmt::skip]
static CATALOG: [Entry; 42] = [
    entry("accessanalyzer", "access-analyzer", "", "2019-11-01", include_str!("../../models/accessanalyzer.json")),
    entry("apigateway", "apigateway", "", "2015-07-09", include_str!("../../models/apigateway.json")),
    entry("apigatewayv2", "apigateway", "", "2018-11-29", include_str!("../../models/apigatewayv2.json")),
    entry("arc-region-switch", "arc-region-switch", "ArcRegionSwitch", "2022-07-26", include_str!("../../models/arc-region-switch.json")),
    entry("arc-zonal-shift", "arc-zonal-shift", "", "2022-10-30", include_str!("../../models/arc-zonal-shift.json")),
    entry("cloudfront", "cloudfront", "", "2020-05-31", include_str!("../../models/cloudfront.json")),
    entry("cloudtrail", "cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", "2013-11-01", include_str!("../../models/cloudtrail.json")),
    entry("cloudwatch", "monitoring", "GraniteServiceVersion20100801", "2010-08-01", include_str!("../../models/cloudwatch.json")),
    entry("codedeploy", "codedeploy", "CodeDeploy_20141006", "2014-10-06", include_str!("../../models/codedeploy.json")),
    entry("codepipeline", "codepipeline", "CodePipeline_20150709", "2015-07-09", include_str!("../../models/codepipeline.json")),
    entry("cognito-idp", "cognito-idp", "AWSCognitoIdentityProviderService", "2016-04-18", include_str!("../../models/cognito-idp.json")),
    entry("dynamodb", "dynamodb", "DynamoDB_20120810", "2012-08-10", include_str!("../../models/dynamodb.json")),
    entry("ec2", "ec2", "", "2016-11-15", include_str!("../../models/ec2.json")),
    entry("ecr", "ecr", "AmazonEC2ContainerRegistry_V20150921", "2015-09-21", include_str!("../../models/ecr.json")),
    entry("ecs", "ecs", "AmazonEC2ContainerServiceV20141113", "2014-11-13", include_str!("../../models/ecs.json")),
    entry("elasticache", "elasticache", "", "2015-02-02", include_str!("../../models/elasticache.json")),
    entry("elbv2", "elasticloadbalancing", "", "2015-12-01", include_str!("../../models/elbv2.json")),
    entry("events", "events", "AWSEvents", "2015-10-07", include_str!("../../models/events.json")),
    entry("guardduty", "guardduty", "", "2017-11-28", include_str!("../../models/guardduty.json")),
    entry("health", "health", "AWSHealth_20160804", "2016-08-04", include_str!("../../models/health.json")),
    entry("iam", "iam", "", "2010-05-08", include_str!("../../models/iam.json")),
    entry("inspector2", "inspector2", "", "2020-06-08", include_str!("../../models/inspector2.json")),
    entry("kms", "kms", "TrentService", "2014-11-01", include_str!("../../models/kms.json")),
    entry("lambda", "lambda", "", "2015-03-31", include_str!("../../models/lambda.json")),
    entry("logs", "logs", "Logs_20140328", "2014-03-28", include_str!("../../models/logs.json")),
    entry("macie2", "macie2", "", "2020-01-01", include_str!("../../models/macie2.json")),
    entry("organizations", "organizations", "AWSOrganizationsV20161128", "2016-11-28", include_str!("../../models/organizations.json")),
    entry("rds", "rds", "", "2014-10-31", include_str!("../../models/rds.json")),
    entry("route53-recovery-cluster", "route53-recovery-cluster", "ToggleCustomerAPI", "2019-12-02", include_str!("../../models/route53-recovery-cluster.json")),
    entry("route53-recovery-control-config", "route53-recovery-control-config", "", "2020-11-02", include_str!("../../models/route53-recovery-control-config.json")),
    entry("route53", "route53", "", "2013-04-01", include_str!("../../models/route53.json")),
    entry("s3", "s3", "", "2006-03-01", include_str!("../../models/s3.json")),
    entry("s3control", "s3", "", "2018-08-20", include_str!("../../models/s3control.json")),
    entry("secretsmanager", "secretsmanager", "secretsmanager", "2017-10-17", include_str!("../../models/secretsmanager.json")),
    entry("securityhub", "securityhub", "", "2018-10-26", include_str!("../../models/securityhub.json")),
    entry("sqs", "sqs", "AmazonSQS", "2012-11-05", include_str!("../../models/sqs.json")),
    entry("ssm", "ssm", "AmazonSSM", "2014-11-06", include_str!("../../models/ssm.json")),
    entry("sso", "awsssoportal", "", "2019-06-10", include_str!("../../models/sso.json")),
    entry("sso-oidc", "sso-oauth", "", "2019-06-10", include_str!("../../models/sso-oidc.json")),
    entry("sts", "sts", "", "2011-06-15", include_str!("../../models/sts.json")),
    entry("wafv2", "wafv2", "AWSWAF_20190729", "2019-07-29", include_str!("../../models/wafv2.json")),
    entry("xray", "xray", "", "2016-04-12", include_str!("../../models/xray.json")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_says_what_the_models_say() {
        let mut operations = 0;
        for entry in all() {
            let service = Service::parse(entry.name, entry.source).unwrap();
            assert_eq!(entry.signing_name, service.meta.signing_name, "{}", entry.name);
            assert_eq!(entry.target_prefix, service.meta.target_prefix, "{}", entry.name);
            assert_eq!(entry.api_version, service.meta.api_version, "{}", entry.name);
            assert!(!service.meta.protocols.is_empty(), "{}", entry.name);
            operations += service.operations.len();
        }
        assert_eq!(operations, 336);
    }

    #[test]
    fn nearly_every_pattern_can_be_checked() {
        let patterns = || {
            all()
                .iter()
                .flat_map(|e| e.service().shapes())
                .filter_map(|shape| shape.bounds.pattern.as_ref())
        };
        let unreadable: Vec<&str> =
            patterns().filter(|p| !p.is_readable()).map(|p| p.source.as_str()).collect();
        assert!(
            unreadable.iter().all(|source| source.contains("(?")),
            "not look-around: {unreadable:?}"
        );
        assert!(unreadable.len() * 20 < patterns().count(), "{unreadable:?}");
    }
}
