//! What the operations do: one table a service, and nothing but behaviour behind it.

#![expect(
    clippy::unnecessary_wraps,
    reason = "every behaviour has one signature, also one that never refuses"
)]

use crate::wire::call::{ApiError, Call, Reply};
use crate::world::World;

mod cloudtrail; // who did what
mod cloudwatch; // metrics and alarms
mod lambda; // functions, versions, aliases
mod logs; // groups, streams, filters, live tail
mod sso; // the accounts and roles of who has signed in
mod ssooidc; // signing in: a device, a code, a token
mod sts; // who am I, and who may I become

#[cfg(test)]
pub(crate) mod testing; // calls built by hand

/// What one operation does to the world, and what it answers.
pub type Behaviour = fn(&mut World, &Call) -> Result<Reply, ApiError>;

/// The operations of one service.
type Table = &'static [(&'static str, Behaviour)];

/// Every service, by the name of its model.
const SERVICES: &[(&str, Table)] = &[
    ("cloudtrail", cloudtrail::OPERATIONS),
    ("cloudwatch", cloudwatch::OPERATIONS),
    ("lambda", lambda::OPERATIONS),
    ("logs", logs::OPERATIONS),
    ("sso", sso::OPERATIONS),
    ("sso-oidc", ssooidc::OPERATIONS),
    ("sts", sts::OPERATIONS),
];

/// The services whose records stand in the fixture.
const STANDING: &[(&str, Table)] = &[
    ("accessanalyzer", accessanalyzer::OPERATIONS),
    ("apigateway", apigateway::OPERATIONS),
    ("apigatewayv2", apigatewayv2::OPERATIONS),
    ("arc-zonal-shift", zonalshift::OPERATIONS),
    ("cloudfront", cloudfront::OPERATIONS),
    ("codedeploy", codedeploy::OPERATIONS),
    ("codepipeline", codepipeline::OPERATIONS),
    ("dynamodb", dynamodb::OPERATIONS),
    ("ec2", ec2::OPERATIONS),
    ("ecr", ecr::OPERATIONS),
    ("ecs", ecs::OPERATIONS),
    ("elasticache", elasticache::OPERATIONS),
    ("elbv2", elbv2::OPERATIONS),
    ("events", events::OPERATIONS),
    ("guardduty", guardduty::OPERATIONS),
    ("health", health::OPERATIONS),
    ("iam", iam::OPERATIONS),
    ("inspector2", inspector2::OPERATIONS),
    ("kms", kms::OPERATIONS),
    ("macie2", macie2::OPERATIONS),
    ("organizations", organizations::OPERATIONS),
    ("rds", rds::OPERATIONS),
    ("route53", route53::OPERATIONS),
    ("s3", s3::OPERATIONS),
    ("s3control", s3control::OPERATIONS),
    ("secretsmanager", secretsmanager::OPERATIONS),
    ("securityhub", securityhub::OPERATIONS),
    ("sqs", sqs::OPERATIONS),
    ("ssm", ssm::OPERATIONS),
    ("wafv2", wafv2::OPERATIONS),
];

pub(crate) use rds::{Move, move_on, stand_copy};

/// The behaviour of an operation, if it is served.
pub fn behaviour(service: &str, operation: &str) -> Option<Behaviour> {
    let (_, table) = SERVICES.iter().chain(STANDING).find(|(name, _)| *name == service)?;
    table.iter().find(|(name, _)| *name == operation).map(|(_, behaviour)| *behaviour)
}

/// Every served operation, as service and operation.
pub fn served() -> impl Iterator<Item = (&'static str, &'static str)> {
    SERVICES
        .iter()
        .chain(STANDING)
        .flat_map(|(service, table)| table.iter().map(|(operation, _)| (*service, *operation)))
}

// What stands: answered from the fixture.
mod accessanalyzer; // who outside has access
mod apigateway; // REST APIs and stages
mod apigatewayv2; // none
mod cloudfront; // the edge
mod codedeploy; // deployments
mod codepipeline; // releases
mod criteria; // conditions on findings
mod dynamodb; // sessions and leases
mod ec2; // instances and interfaces
mod ecr; // images
mod ecs; // the web service
mod elasticache; // the cache
mod elbv2; // the load balancer
mod events; // rules
mod foresight; // what IAM would say
mod guardduty; // threats
mod health; // what AWS announces
mod iam; // identities
mod inspector2; // vulnerabilities
mod kms; // keys
mod macie2; // sensitive data
mod organizations; // accounts
mod pages; // lists, a page at a time
mod rds; // the orders database
mod route53; // names
mod s3; // buckets
mod s3control; // the account-wide block
mod secretsmanager; // secrets
mod securityhub; // findings, controls, insights
mod sqs; // queues
mod ssm; // parameters
mod standing; // reading records
mod wafv2; // the web ACL
mod zonalshift; // traffic away from a zone

#[cfg(test)]
mod rehearsal; // calls made in tests
