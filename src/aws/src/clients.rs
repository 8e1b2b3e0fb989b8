//! One client a service, all with the same belts: the gate on every one, and no other way to make one.
#![expect(clippy::disallowed_types, reason = "clients are made here, with the gate on")]

use aws_types::SdkConfig;

use crate::gate::{Gate, NoHostPrefix};
use crate::legible::Legible;
use crate::skew::SkewWatch;

/// The clients of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    pub(crate) cloudfront: aws_sdk_cloudfront::Client,
    pub(crate) apigateway: aws_sdk_apigateway::Client,
    pub(crate) arczonalshift: aws_sdk_arczonalshift::Client,
    pub(crate) cloudtrail: aws_sdk_cloudtrail::Client,
    pub(crate) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(crate) codedeploy: aws_sdk_codedeploy::Client,
    pub(crate) guardduty: aws_sdk_guardduty::Client,
    pub(crate) codepipeline: aws_sdk_codepipeline::Client,
    pub(crate) ecr: aws_sdk_ecr::Client,
    pub(crate) ecs: aws_sdk_ecs::Client,
    pub(crate) events: aws_sdk_eventbridge::Client,
    pub(crate) iam: aws_sdk_iam::Client,
    pub(crate) lambda: aws_sdk_lambda::Client,
    pub(crate) logs: aws_sdk_cloudwatchlogs::Client,
    pub(crate) rds: aws_sdk_rds::Client,
    pub(crate) route53: aws_sdk_route53::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    pub(crate) securityhub: aws_sdk_securityhub::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) wafv2: aws_sdk_wafv2::Client,
}

macro_rules! gated {
    ($service:ident, $config:expr, $overridden:expr $(, $more:expr)* $(; $switch:ident)*) => {{
        let mut builder =
            $service::config::Builder::from($config).interceptor(Gate).interceptor(Legible);
        $( builder = builder.interceptor($more); )*
        $( builder = builder.$switch(true); )*
        if $overridden {
            builder = builder.interceptor(NoHostPrefix);
        }
        $service::Client::from_conf(builder.build())
    }};
}

impl Clients {
    /// Makes them. Nothing is sent yet.
    pub(crate) fn new(config: &SdkConfig) -> Self {
        Self::watched(config, &SkewWatch::default())
    }

    /// The same, with a watch on the time that the answers tell.
    pub(crate) fn watched(config: &SdkConfig, watch: &SkewWatch) -> Self {
        let time = || watch.clone();
        let overridden = config.endpoint_url().is_some();
        Self {
            cloudfront: gated!(aws_sdk_cloudfront, config, overridden, time()),
            apigateway: gated!(aws_sdk_apigateway, config, overridden, time()),
            arczonalshift: gated!(aws_sdk_arczonalshift, config, overridden, time()),
            cloudtrail: gated!(aws_sdk_cloudtrail, config, overridden, time()),
            cloudwatch: gated!(aws_sdk_cloudwatch, config, overridden, time()),
            codedeploy: gated!(aws_sdk_codedeploy, config, overridden, time()),
            guardduty: gated!(aws_sdk_guardduty, config, overridden, time()),
            codepipeline: gated!(aws_sdk_codepipeline, config, overridden, time()),
            ecr: gated!(aws_sdk_ecr, config, overridden, time()),
            ecs: gated!(aws_sdk_ecs, config, overridden, time()),
            events: gated!(aws_sdk_eventbridge, config, overridden, time()),
            iam: gated!(aws_sdk_iam, config, overridden, time()),
            lambda: gated!(aws_sdk_lambda, config, overridden, time()),
            logs: gated!(aws_sdk_cloudwatchlogs, config, overridden, time()),
            rds: gated!(aws_sdk_rds, config, overridden, time()),
            route53: gated!(aws_sdk_route53, config, overridden, time()),
            // The bucket stands in the path: under an endpoint override there is no host of its name.
            s3: gated!(aws_sdk_s3, config, overridden, time(); force_path_style),
            secrets: gated!(aws_sdk_secretsmanager, config, overridden, time()),
            securityhub: gated!(aws_sdk_securityhub, config, overridden, time()),
            sqs: gated!(aws_sdk_sqs, config, overridden, time()),
            ssm: gated!(aws_sdk_ssm, config, overridden, time()),
            sts: gated!(aws_sdk_sts, config, overridden, time()),
            wafv2: gated!(aws_sdk_wafv2, config, overridden, time()),
        }
    }

    /// The client to sign in with. Its calls carry no signature, and it is no account's.
    pub(crate) fn sign_in(config: &SdkConfig) -> aws_sdk_ssooidc::Client {
        gated!(aws_sdk_ssooidc, config, config.endpoint_url().is_some())
    }

    /// The client by which STS is asked who has signed a request of somebody else.
    pub(crate) fn attesting(config: &SdkConfig) -> aws_sdk_sts::Client {
        gated!(aws_sdk_sts, config, config.endpoint_url().is_some())
    }

    /// The client for leases on targets, with a watch on the time that the answers tell.
    pub(crate) fn leasing(config: &SdkConfig, time: Option<SkewWatch>) -> aws_sdk_dynamodb::Client {
        let overridden = config.endpoint_url().is_some();
        if let Some(time) = time {
            return gated!(aws_sdk_dynamodb, config, overridden, time);
        }
        gated!(aws_sdk_dynamodb, config, overridden)
    }

    /// The client for checkpoints in a log group.
    pub(crate) fn shipping_to_logs(config: &SdkConfig) -> aws_sdk_cloudwatchlogs::Client {
        gated!(aws_sdk_cloudwatchlogs, config, config.endpoint_url().is_some())
    }

    /// The client for checkpoints in a bucket.
    pub(crate) fn shipping_to_bucket(config: &SdkConfig) -> aws_sdk_s3::Client {
        gated!(aws_sdk_s3, config, config.endpoint_url().is_some(); force_path_style)
    }
}
