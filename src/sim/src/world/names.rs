//! The proper names of the simulated account, shared by the world, the fixture and the services.

/// The calendar of changes, of SSM Change Calendar.
pub const CALENDAR: &str = "shop-changes";
/// The account.
pub const ACCOUNT: &str = "123456784021";
/// The account's alias.
pub const ACCOUNT_ALIAS: &str = "shop-prod";
/// The account's trail.
pub(crate) const TRAIL: &str = "shop-trail";
/// The region where the shop runs.
pub const HOME_REGION: &str = "eu-central-1";
/// The region of the database's replica.
pub const SECOND_REGION: &str = "eu-west-1";
/// The WAF web ACL before everything.
pub const WEB_ACL: &str = "shop-edge";
/// The id of the web ACL.
pub const WEB_ACL_ID: &str = "5c1b7e02-3f6a-4d84-9d0e-71f2a8c3b640";
/// The application load balancer.
pub const BALANCER: &str = "shop-web";
/// The id at the end of the load balancer's ARN.
pub const BALANCER_ID: &str = "50dc6c495c0c9188";
/// The id at the end of the target group's ARN (the target group has the balancer's name).
pub const TARGET_GROUP_ID: &str = "73e2d6bc24d8a067";
/// The REST APIs: name and id.
pub const APIS: [(&str, &str); 3] =
    [("orders-read", "r3adx7k2pl"), ("orders-write", "wr1te5m8qz"), ("orders-async", "a5ync9t4vn")];
/// The stage of every REST API.
pub const STAGE: &str = "prod";
/// The queue between `orders-async` and `orders-worker`.
pub const QUEUE: &str = "orders-queue";
/// The dead-letter queue.
pub const DEAD_LETTERS: &str = "orders-dlq";
/// The alias every caller uses.
pub const ALIAS: &str = "live";
/// The id of the CloudFront distribution.
pub const DISTRIBUTION: &str = "E2SHOPEDGE4021";

/// An ARN in this account.
pub fn arn(service: &str, region: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{region}:{ACCOUNT}:{resource}")
}
