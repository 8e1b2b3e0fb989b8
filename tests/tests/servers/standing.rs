//! Alarms, findings and databases, asked of moto and of ministack. Where one lacks an operation, the test says which.

use std::time::Duration;

use watchdeck_domain::alarm::AlarmState;
use watchdeck_domain::finding::{Severity, Workflow};
use watchdeck_domain::reading::*;
use watchdeck_domain::{Clock as _, Source, ask};
use watchdeck_tests::hurried::Hurried;
use watchdeck_tests::servers::{Kind, Server};

use super::reading::lacks;
use super::{connected, shop};

/// An alarm in alarm, two findings, a cluster with an instance. Prints what the server lacks.
const STANDING: &str = include_str!("standing.py");

/// The server with these in it, and what it said to lack.
fn standing(kind: Kind) -> Option<(Server, Vec<String>)> {
    let server = shop(kind)?;
    let said = server.boto3(STANDING).unwrap();
    let lacks = said.lines().filter_map(|line| line.strip_prefix("lacks "));
    let lacks = lacks.filter_map(|line| line.split(':').next()).map(str::to_owned).collect();
    Some((server, lacks))
}

fn history() -> AlarmHistory {
    let now = Hurried::start().now();
    let hour = Duration::from_hours(1);
    AlarmHistory { alarm: "writer-errors".into(), start: now - hour, end: now + hour }
}

fn findings() -> Findings {
    Findings { workflow: vec![], next: None }
}

/// What both have of RDS.
async fn reads_databases(source: &dyn Source) {
    let instances = ask(source, DbInstances {}).await.unwrap();
    let found: Vec<_> =
        instances.iter().map(|one| (one.id.as_str(), one.cluster.as_str())).collect();
    assert_eq!(found, [("orders-db-1", "orders-db")]);
    let one = &instances[0];
    assert_eq!((one.status.as_str(), one.class.as_str()), ("available", "db.r6g.large"));
    assert!(one.engine.starts_with("aurora-postgresql 1"), "{one:?}");
    assert!(one.endpoint.ends_with(":5432") && one.zone.starts_with("eu-central-1"), "{one:?}");
    let clusters = ask(source, DbClusters {}).await.unwrap();
    assert_eq!((clusters.len(), clusters[0].members.len()), (1, 1));
    let (cluster, member) = (&clusters[0], &clusters[0].members[0]);
    assert_eq!(
        (member.instance.as_str(), member.writer, member.tier),
        ("orders-db-1", true, Some(1))
    );
    assert!(cluster.protected && !cluster.encrypted && cluster.restorable_from.is_some());
    assert!(!cluster.writer_endpoint.is_empty() && !cluster.reader_endpoint.is_empty());
}

#[tokio::test]
async fn moto_answers_findings_and_databases_and_speaks_of_no_alarms() {
    let Some((server, lacking)) = standing(Kind::Moto) else { return };
    // It has no PutCompositeAlarm, and does not find the cluster that a global database is to be made of.
    assert_eq!(lacking, ["alarms", "global databases"]);
    let source = connected(&server).await.source();
    // It speaks no CBOR, in which the SDK asks CloudWatch (an HTML 404).
    let names = MetricNames { namespace: "AWS/Lambda".into() };
    lacks(ask(&*source, names).await, "cloudwatch:ListMetrics");
    lacks(ask(&*source, Alarms {}).await, "cloudwatch:DescribeAlarms");
    lacks(ask(&*source, history()).await, "cloudwatch:DescribeAlarmHistory");
    // It heeds neither filter nor order, and gives back what was imported: no workflow, no record state, no product name.
    let page = ask(&*source, findings()).await.unwrap();
    let found: Vec<_> = page.findings.iter().map(|one| (one.id.as_str(), one.severity)).collect();
    assert_eq!(found, [("leak", Severity::Critical), ("drift", Severity::Low)]);
    let leak = &page.findings[0];
    assert_eq!(leak.workflow, Workflow::Other(String::new()));
    assert_eq!((leak.record_state.as_str(), leak.product.as_str()), ("", ""));
    assert_eq!(leak.resources[0].kind, "AwsS3Bucket");
    assert_eq!(leak.updated.to_string(), "2026-11-22T03:00:01.000Z");
    assert!(leak.record.contains("\"OwnerId\": \"1\""), "{}", leak.record);
    assert_eq!(page.next, None);
    reads_databases(&*source).await;
    assert_eq!(ask(&*source, GlobalDatabases {}).await.unwrap(), []);
}

#[tokio::test]
async fn ministack_answers_alarms_and_databases_and_knows_no_security_hub() {
    let Some((server, lacking)) = standing(Kind::Ministack) else { return };
    // It has no Security Hub (a JSON 400 without a type).
    assert_eq!(lacking, ["findings"]);
    let source = connected(&server).await.source();
    lacks(ask(&*source, findings()).await, "securityhub:GetFindings");
    let names = ask(&*source, MetricNames { namespace: "AWS/Lambda".into() }).await.unwrap();
    let found: Vec<_> = names.iter().map(|one| (one.name.as_str(), one.dimensions.len())).collect();
    assert_eq!(found, [("Errors", 1), ("Invocations", 1), ("Invocations", 2)]);

    let alarms = ask(&*source, Alarms {}).await.unwrap();
    let [shop, errors] = &alarms[..] else { panic!("{alarms:#?}") };
    assert_eq!((shop.name.as_str(), shop.composite, shop.actions_enabled), ("shop", true, false));
    assert_eq!(shop.condition, "ALARM(\"writer-errors\")");
    assert_eq!((&errors.state, errors.reason.as_str()), (&AlarmState::Alarm, "a drill"));
    assert_eq!(errors.condition, "Sum > 5 in 2 of 3 periods of 60 s");
    let metric = errors.metric.as_ref().unwrap();
    assert_eq!(metric.dimension("FunctionName"), Some("orders-writer"));
    assert!(Hurried::start().now().since(errors.since) < Duration::from_hours(1), "{errors:?}");
    let changes = ask(&*source, history()).await.unwrap();
    assert_eq!(changes[0].states, Some((AlarmState::Ok, AlarmState::Alarm)), "{changes:#?}");
    assert!(changes.iter().all(|change| change.kind == "StateUpdate"), "{changes:#?}");

    reads_databases(&*source).await;
    let globals = ask(&*source, GlobalDatabases {}).await.unwrap();
    let members: Vec<_> = globals[0].members.iter().map(|one| (one.region(), one.writer)).collect();
    assert_eq!((globals[0].id.as_str(), members), ("orders-global", vec![("eu-central-1", true)]));
    assert_eq!(globals[0].moving_to, "");
}
