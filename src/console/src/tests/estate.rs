//! What stands in the account of the stories: what writes metrics, alarms, findings, databases.

use std::time::Duration;

use serde_json::json;
use watchdeck_domain::alarm::{Alarm, AlarmChange, AlarmState};
use watchdeck_domain::database::{DbCluster, DbInstance, DbMember, GlobalDatabase, GlobalMember};
use watchdeck_domain::delivery::{Execution, Stage};
use watchdeck_domain::finding::{Finding, FindingResource, Severity, Workflow};
use watchdeck_domain::iam::{AccessKey, KeyUse, Principal};
use watchdeck_domain::metric::MetricName;
use watchdeck_domain::{
    AccessKeyId, Answer, Arn, ExecutionId, PipelineName, PrincipalName, QueueName, StageName,
    Timestamp, UserName,
};

use super::fixture::ACCOUNT;

/// The queues.
pub(super) fn queues() -> Vec<QueueName> {
    ["orders-dlq", "orders-queue"].map(|name| QueueName::parse(name).unwrap()).into()
}

/// The pipelines.
pub(super) fn pipelines() -> Vec<PipelineName> {
    vec![PipelineName::parse("orders-deploy").unwrap()]
}

/// The stages of it, the last of which has failed.
pub(super) fn stages(now: Timestamp) -> Vec<Stage> {
    let stage = |name: &str, status: &str| Stage {
        pipeline: PipelineName::parse("orders-deploy").unwrap(),
        name: StageName::parse(name).unwrap(),
        structure: 9,
        first: name == "Source",
        closed: None,
        closed_by: String::new(),
        execution: executions(now)[0].id.to_string(),
        kind: "STANDARD".into(),
        status: status.into(),
        changed: Some(now - Duration::from_mins(3)),
        error: String::new(),
        waiting: String::new(),
    };
    vec![stage("Source", "Succeeded"), stage("Build", "Succeeded"), stage("Deploy", "Failed")]
}

/// What went through it, and a rollback.
pub(super) fn executions(now: Timestamp) -> Vec<Execution> {
    let run = |number: u32, kind: &str, status: &str| Execution {
        id: ExecutionId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap(),
        status: status.into(),
        started: Some(now - Duration::from_mins(5)),
        kind: kind.into(),
        target: String::new(),
        revision: format!("release {number}"),
        structure: None,
    };
    vec![
        run(3, "STANDARD", "Failed"),
        run(2, "ROLLBACK", "Succeeded"),
        run(1, "STANDARD", "Succeeded"),
    ]
}

/// What writes metrics: the shop, from the edge to the queue.
pub(super) fn metric_names(namespace: &str) -> Vec<MetricName> {
    let of = |dimension: &str, resources: &[&str], metrics: &[&str]| -> Vec<MetricName> {
        let name = |resource: &str, metric: &str| MetricName {
            namespace: namespace.into(),
            name: metric.into(),
            dimensions: vec![(dimension.into(), resource.into())],
        };
        resources.iter().flat_map(|resource| metrics.iter().map(|m| name(resource, m))).collect()
    };
    match namespace {
        "AWS/CloudFront" => {
            of("DistributionId", &["E2QWRUHEXAMPLE"], &["Requests", "5xxErrorRate"])
        }
        "AWS/WAFV2" => of("WebACL", &["shop-edge"], &["AllowedRequests", "BlockedRequests"]),
        "AWS/ApplicationELB" => of("LoadBalancer", &["app/shop-web/50dc6c"], &["RequestCount"]),
        "AWS/ApiGateway" => of(
            "ApiName",
            &["orders-async", "orders-read", "orders-write"],
            &["Count", "5XXError", "Latency"],
        ),
        "AWS/Lambda" => of(
            "FunctionName",
            &["checkout-notify", "orders-reader", "orders-worker", "orders-writer"],
            &["Invocations", "Errors", "Duration"],
        ),
        "AWS/RDS" => of(
            "DBInstanceIdentifier",
            &["shop-db-1", "shop-db-2"],
            &["DatabaseConnections", "CPUUtilization"],
        ),
        "AWS/SQS" => of("QueueName", &["orders", "orders-dlq"], &["NumberOfMessagesSent"]),
        _ => Vec::new(),
    }
}

/// A user that deploys, a role that one can assume, and one that a service works with.
pub(super) fn principals() -> Vec<Principal> {
    let principal = |name: &str, trusts: &[&str]| Principal {
        name: PrincipalName::parse(name).unwrap(),
        arn: Arn::parse(format!("arn:aws:iam::{ACCOUNT}:{name}")).unwrap(),
        path: "/".into(),
        trusts: trusts.iter().map(|trust| (*trust).to_owned()).collect(),
        for_service: trusts.iter().any(|trust| trust.starts_with("Service:")),
        service_linked: false,
        used: None,
    };
    vec![
        principal("user/ci-deploy", &[]),
        principal("role/oncall-read", &["AWS:arn:aws:iam::123456784021:root"]),
        principal("role/orders-lambda", &["Service:lambda.amazonaws.com"]),
    ]
}

pub(super) fn access_keys(user: &UserName, now: Timestamp) -> Vec<AccessKey> {
    vec![AccessKey {
        user: user.clone(),
        id: AccessKeyId::parse("AKIASIMCIDEPLOY00001").unwrap(),
        status: "Active".into(),
        created: None,
        used: Some(KeyUse {
            at: now - Duration::from_mins(50),
            service: "s3".into(),
            region: "eu-central-1".into(),
        }),
    }]
}

pub(super) fn alarms(now: Timestamp) -> Vec<Alarm> {
    let alarm = |name: &str, state: AlarmState, function: &str| Alarm {
        name: name.into(),
        arn: format!("arn:aws:cloudwatch:eu-central-1:{ACCOUNT}:alarm:{name}"),
        description: format!("{function} fails"),
        reason: "Threshold Crossed: 3 datapoints were greater than the threshold (5.0).".into(),
        since: now - Duration::from_secs(75),
        metric: Some(MetricName {
            namespace: "AWS/Lambda".into(),
            name: "Errors".into(),
            dimensions: vec![("FunctionName".into(), function.into())],
        }),
        condition: "Sum > 5 in 3 of 5 periods of 60 s".into(),
        actions_enabled: true,
        composite: false,
        state,
    };
    let composite = Alarm {
        metric: None,
        composite: true,
        condition: "ALARM(orders-writer-errors) OR ALARM(orders-reader-errors)".into(),
        ..alarm("orders-down", AlarmState::Alarm, "the shop")
    };
    vec![
        composite,
        alarm("orders-reader-errors", AlarmState::Ok, "orders-reader"),
        alarm("orders-writer-errors", AlarmState::Alarm, "orders-writer"),
        alarm("checkout-notify-errors", AlarmState::InsufficientData, "checkout-notify"),
    ]
}

pub(super) fn history(alarm: &str, now: Timestamp) -> Vec<AlarmChange> {
    vec![AlarmChange {
        at: now - Duration::from_secs(75),
        kind: "StateUpdate".into(),
        summary: format!("Alarm {alarm} updated from OK to ALARM"),
        states: Some((AlarmState::Ok, AlarmState::Alarm)),
    }]
}

pub(super) fn findings(now: Timestamp) -> Vec<Finding> {
    let finding = |number: u32, severity: Severity, title: &str, resource: &str| Finding {
        id: format!("arn:aws:securityhub:eu-central-1:{ACCOUNT}:finding/{number}"),
        product_arn: "arn:aws:securityhub:eu-central-1::product/aws/securityhub".into(),
        product: "Security Hub".into(),
        title: title.into(),
        description: format!("{title}."),
        severity,
        control: format!("X.{number}"),
        compliance: "FAILED".into(),
        workflow: Workflow::New,
        record_state: "ACTIVE".into(),
        account: ACCOUNT.into(),
        region: "eu-central-1".into(),
        resources: vec![FindingResource { kind: "AwsResource".into(), id: resource.into() }],
        first_seen: Some(now - Duration::from_hours(30)),
        updated: now - Duration::from_hours(u64::from(number)),
        remedy: ("See the documentation.".into(), String::new()),
        record: json!({"Id": number, "Title": title}).to_string(),
    };
    vec![
        finding(
            1,
            Severity::Critical,
            "A key was used from abroad",
            "arn:aws:iam::1:user/ci-deploy",
        ),
        finding(
            2,
            Severity::High,
            "The function runs on a runtime that is no longer supported",
            "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer",
        ),
        finding(3, Severity::Low, "A bucket keeps no versions", "arn:aws:s3:::shop-pages"),
        Finding {
            workflow: Workflow::Suppressed,
            product: "Inspector".into(),
            ..finding(4, Severity::Medium, "A package is old", "arn:aws:ecr:::repository/orders")
        },
    ]
}

pub(super) fn instances(now: Timestamp) -> Vec<DbInstance> {
    let instance = |id: &str, zone: &str| DbInstance {
        id: id.into(),
        arn: format!("arn:aws:rds:eu-central-1:{ACCOUNT}:db:{id}"),
        cluster: "shop-db".into(),
        status: "available".into(),
        engine: "aurora-postgresql 16.4".into(),
        class: "db.r6g.large".into(),
        zone: zone.into(),
        standby_zone: String::new(),
        replicates: String::new(),
        endpoint: format!("{id}.example.eu-central-1.rds.amazonaws.com:5432"),
        public: false,
        encrypted: true,
        protected: true,
        restorable_until: Some(now),
    };
    let reports = DbInstance {
        cluster: String::new(),
        engine: "postgres 15.8".into(),
        standby_zone: "eu-central-1c".into(),
        public: true,
        encrypted: false,
        protected: false,
        ..instance("reports", "eu-central-1a")
    };
    vec![instance("shop-db-2", "eu-central-1b"), instance("shop-db-1", "eu-central-1a"), reports]
}

pub(super) fn clusters(now: Timestamp) -> Vec<DbCluster> {
    let member =
        |instance: &str, writer| DbMember { instance: instance.into(), writer, tier: Some(1) };
    vec![DbCluster {
        id: "shop-db".into(),
        arn: format!("arn:aws:rds:eu-central-1:{ACCOUNT}:cluster:shop-db"),
        status: "available".into(),
        engine: "aurora-postgresql 16.4".into(),
        writer_endpoint: "shop-db.cluster-x.eu-central-1.rds.amazonaws.com".into(),
        reader_endpoint: "shop-db.cluster-ro-x.eu-central-1.rds.amazonaws.com".into(),
        members: vec![member("shop-db-1", true), member("shop-db-2", false)],
        encrypted: true,
        protected: true,
        multi_az: true,
        restorable_from: Some(now - Duration::from_hours(24 * 7)),
        restorable_until: Some(now),
    }]
}

pub(super) fn global_databases() -> Vec<GlobalDatabase> {
    let member = |region: &str, writer, sync: &str| GlobalMember {
        cluster_arn: format!("arn:aws:rds:{region}:{ACCOUNT}:cluster:shop-db"),
        writer,
        sync: sync.into(),
    };
    vec![GlobalDatabase {
        id: "shop-global".into(),
        status: "available".into(),
        engine: "aurora-postgresql 16.4".into(),
        members: vec![member("eu-central-1", true, ""), member("eu-west-1", false, "connected")],
        moving_to: String::new(),
    }]
}

/// What the second region answers where the first one answers this: a copy of the database with one instance, and little else.
pub(super) fn elsewhere(mut here: Answer) -> Answer {
    if let Answer::DbClusters(clusters) = &mut here {
        for cluster in clusters {
            cluster.arn = cluster.arn.replace("eu-central-1", "eu-west-1");
            cluster.members.truncate(1);
        }
    } else if let Answer::DbInstances(instances) = &mut here {
        instances.clear();
    } else if let Answer::Queues(queues) = &mut here {
        queues.clear();
    } else if let Answer::Functions(functions) = &mut here {
        functions.truncate(1);
    }
    here
}
