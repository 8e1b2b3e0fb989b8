//! Every read there is, sent once: each operation stands on the reading list, and nothing else does.

use std::collections::BTreeSet;

use serde_json::json;
use watchdeck_domain::insights::InsightsId;
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::*;
use watchdeck_domain::trail::TrailFilter;
use watchdeck_domain::{Arn, LogGroupName, Permission, Region, Timestamp, Version};

use super::tests::{alias, function, insights_start, json, opened, tailed};
use crate::fake::{self, Fake, Then, event_stream};

/// What IAM would say to one call of this principal.
fn foresee(principal: &str) -> Query {
    let need =
        Permission { actions: vec!["lambda:UpdateAlias".into()], resources: vec!["*".into()] };
    let region = Region::parse("eu-central-1").unwrap();
    Foresee { principal: Arn::parse(principal).unwrap(), needs: vec![need], region }.into_query()
}

/// The reads of trails, pipelines, deployments, caches and mutes.
fn delivery_reads() -> Vec<Query> {
    vec![
        Trails {}.into_query(),
        TrailOf { trail: "audit".parse().unwrap() }.into_query(),
        Distributions {}.into_query(),
        DistributionOf { distribution: "EDFDVBD632BHDS5".parse().unwrap() }.into_query(),
        InvalidationBy {
            distribution: "EDFDVBD632BHDS5".parse().unwrap(),
            reference: "run".into(),
            since: Timestamp::from_millis(0),
        }
        .into_query(),
        MuteOf { rule: "watchdeck".into() }.into_query(),
        AlarmOf { alarm: "orders-errors".into() }.into_query(),
    ]
}

/// The reads of logs, functions, metrics, findings, databases and the trail of who did what.
fn reads() -> Vec<Query> {
    let (function, alias) = (function(), alias());
    let at = Timestamp::from_millis(0);
    let group = LogGroupName::parse("g").unwrap();
    let series = vec![MetricQuery {
        id: "e".into(),
        namespace: "AWS/Lambda".into(),
        metric: "Errors".into(),
        dimensions: vec![],
        statistic: "Sum".into(),
    }];
    let version = Version::parse("41").unwrap();
    vec![
        WhoAmI {}.into_query(),
        LogGroups { prefix: String::new(), limit: 1 }.into_query(),
        LogPage { group, start: at, end: at, pattern: None, next: None }.into_query(),
        insights_start().into_query(),
        InsightsResults { id: InsightsId("q".into()) }.into_query(),
        InsightsStop { id: InsightsId("q".into()) }.into_query(),
        Functions {}.into_query(),
        Versions { function: function.clone() }.into_query(),
        Aliases { function: function.clone() }.into_query(),
        AliasOf { function: function.clone(), alias: alias.clone() }.into_query(),
        VersionOf { function: function.clone(), version }.into_query(),
        ReservedConcurrency { function: function.clone() }.into_query(),
        Provisioned { function: function.clone(), alias: alias.clone() }.into_query(),
        EventSources { function: function.clone() }.into_query(),
        EventSourceOf { uuid: "5f7a2c1e".into() }.into_query(),
        Callers { function, alias: Some(alias) }.into_query(),
        Deployments {}.into_query(),
        Metrics { series, start: at, end: at, period_s: 60 }.into_query(),
        MetricNames { namespace: "AWS/Lambda".into() }.into_query(),
        Alarms {}.into_query(),
        AlarmHistory { alarm: "a".into(), start: at, end: at }.into_query(),
        Findings { workflow: vec![], next: None }.into_query(),
        AccountAlias {}.into_query(),
        foresee("arn:aws:iam::123456784021:user/alice"),
        foresee("arn:aws:sts::123456784021:assumed-role/oncall/alice"),
        DbInstances {}.into_query(),
        InstanceOf { instance: "orders-db-1".parse().unwrap() }.into_query(),
        Reports {}.into_query(),
        RestoreGroundOf {
            source: "orders-db-1".parse().unwrap(),
            at: None,
            subnets: "reporting".into(),
            parameters: "reporting-pg16".into(),
        }
        .into_query(),
        ClusterOf { cluster: "orders-db".parse().unwrap() }.into_query(),
        GlobalOf { global: "orders-global".parse().unwrap() }.into_query(),
        NodeOf { instance: "ledger-db".parse().unwrap() }.into_query(),
        Snapshots {}.into_query(),
        SnapshotOf { snapshot: "ledger-db-audit".parse().unwrap() }.into_query(),
        SnapshotRoomOf {}.into_query(),
        MasterSecretOf { instance: "ledger-db".parse().unwrap() }.into_query(),
        LagOf { cluster: "orders-db-west".parse().unwrap(), start: at, end: at }.into_query(),
        DbClusters {}.into_query(),
        GlobalDatabases {}.into_query(),
        Trail { filter: Some(TrailFilter::WritesOnly), start: at, end: at, next: None }
            .into_query(),
    ]
}

/// The reads of queues, secrets, buckets and the firewall.
fn store_reads() -> Vec<Query> {
    vec![
        Queues {}.into_query(),
        QueueOf { queue: "orders-dlq".parse().unwrap() }.into_query(),
        MoveTasks { queue: "orders-dlq".parse().unwrap() }.into_query(),
        Secrets {}.into_query(),
        RotationOf { secret: "orders/db".parse().unwrap() }.into_query(),
        CalendarAt { calendar: "ssm:shop-changes".parse().unwrap(), at: Timestamp::from_millis(0) }
            .into_query(),
        Buckets {}.into_query(),
        BucketOf {
            bucket: "shop-assets".parse().unwrap(),
            account: fake::ACCOUNT.parse().unwrap(),
        }
        .into_query(),
        PublicBlockOf { bucket: "shop-assets".parse().unwrap() }.into_query(),
        IpSets {}.into_query(),
        IpSetOf { set: "blocked".parse().unwrap() }.into_query(),
        Overlap { set: "blocked".parse().unwrap(), range: "192.0.2.0/24".into() }.into_query(),
        WebAclOf { acl: "arn:aws:wafv2:r:1:regional/webacl/a/b".parse().unwrap() }.into_query(),
    ]
}

/// The reads of pipelines, deployments, users and roles.
fn standing_reads() -> Vec<Query> {
    vec![
        Pipelines {}.into_query(),
        Executions { pipeline: "orders".parse().unwrap() }.into_query(),
        StageOf { pipeline: "orders".parse().unwrap(), stage: "Deploy".parse().unwrap() }
            .into_query(),
        ExecutionOf {
            pipeline: "orders".parse().unwrap(),
            execution: "f5b17ded-cbb8-5d11-bedc-f431fa50b219".parse().unwrap(),
        }
        .into_query(),
        DeploymentOf { deployment: "d-ABCDEF123".parse().unwrap() }.into_query(),
        Principals {}.into_query(),
        PrincipalOf { principal: "role/oncall".parse().unwrap() }.into_query(),
        AccessKeys { user: "alice".parse().unwrap() }.into_query(),
        InlinePoliciesOf { principal: "role/oncall".parse().unwrap() }.into_query(),
        InlinePolicyOf { principal: "role/oncall".parse().unwrap(), policy: "p".into() }
            .into_query(),
    ]
}

#[tokio::test]
async fn every_read_that_is_sent_stands_on_the_reading_list_and_nothing_else_does() {
    let fake = Fake::new(|seen| {
        if seen.target.ends_with("ListDeployments") {
            return json(200, &json!({"deployments": ["d-1"]}));
        }
        if seen.path == "/detector" {
            return json(200, &json!({"detectorIds": ["8ac7e4c9"]}));
        }
        if seen.target.ends_with("StartLiveTail") {
            return event_stream(vec![opened()], Then::End);
        }
        json(200, &json!({}))
    });
    let source = fake::connection(&fake).await.source();
    let queries = reads()
        .into_iter()
        .chain(store_reads())
        .chain(standing_reads())
        .chain(delivery_reads())
        .chain(super::standing_tests::of_findings_and_limits())
        .chain(super::edge_tests::queries())
        .chain(super::traffic_tests::queries());
    // What a question is put together of beside the operation that it is named after.
    let more = "StartLiveTail GetInvalidation GetQueueUrl GetBucketLocation GetBucketPolicy GetRole GetUser ListUsers \
        GetUserPolicy ListRolePolicies ListUserPolicies GetAccessKeyLastUsed GetEventSelectors \
        ListDetectors ListTargetsByRule DescribeImages DescribeAccountAttributes \
        DescribeDBInstanceAutomatedBackups DescribeDBParameterGroups DescribeDBSubnetGroups \
        GetHealthCheckStatus DescribeEvents DescribeDBSnapshotAttributes";
    let mut sent: BTreeSet<_> = more.split(' ').map(str::to_owned).collect();
    for query in queries {
        let (_, operation) = query.name().split_once(':').unwrap();
        sent.insert(operation.to_owned());
        let before = fake.seen().len();
        let answer = source.read(query.clone()).await;
        // What this server answers is mostly not understood; that it was sent is what counts here.
        let reached = fake.seen().len() > before || operation == "GetCallerIdentity";
        assert!(reached, "{query:?} was not sent: {answer:?}");
    }
    assert!(source.live_tail(vec![tailed("g")], None).await.is_ok());
    let listed: BTreeSet<_> = crate::READING.iter().map(|(_, name)| (*name).to_owned()).collect();
    assert!(fake.seen().iter().any(|seen| seen.has("Action=GetRole")));
    assert_eq!(sent, listed);
}
