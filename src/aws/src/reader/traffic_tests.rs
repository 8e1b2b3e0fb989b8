//! Records, health checks and zones of servers that are not AWS.

use watchdeck_domain::Query;
use watchdeck_domain::reading::*;

/// Every question that this file is about.
pub(super) fn queries() -> Vec<Query> {
    let zone = || "Z04SHOPEXAMPLE1".parse().unwrap();
    let (name, kind) = (|| "pay.shop.example".parse().unwrap(), || "CNAME".to_owned());
    let check = || "4e6a8c0d-2f1b-4d35-8799-a1b3c5d7e9f0".parse().unwrap();
    let resource = "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/shop-web/50";
    vec![
        HostedZones {}.into_query(),
        WeightedNames { zone: zone() }.into_query(),
        WeightedRecordsOf { zone: zone(), name: name(), kind: kind() }.into_query(),
        DnsAnswerOf { zone: zone(), name: name(), kind: kind() }.into_query(),
        DnsChangeOf { change: "C2682N5HXP0BZ4".into() }.into_query(),
        HealthChecks {}.into_query(),
        HealthCheckOf { check: check() }.into_query(),
        FollowersOf { zone: zone(), check: check() }.into_query(),
        ShiftableResources {}.into_query(),
        ZonalStandingOf { resource: resource.parse().unwrap() }.into_query(),
    ]
}
