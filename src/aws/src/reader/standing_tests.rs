//! Alarms, findings and databases of servers that are not AWS: pages, bare items, strange words, no times.

use std::sync::Arc;

use ciborium::Value as Cbor;
use serde_json::{Value, json};
use watchdeck_domain::alarm::AlarmState;
use watchdeck_domain::finding::Workflow;
use watchdeck_domain::reading::*;
use watchdeck_domain::{ReadError, Timestamp, ask};

use crate::WireBody;
use crate::fake::{self, Fake, html, whole};

async fn asked<Q: Question>(fake: &Arc<Fake>, question: Q) -> Result<Q::Answer, ReadError> {
    ask(&*fake::connection(fake).await.source(), question).await
}

fn failure<T: std::fmt::Debug>(answer: Result<T, ReadError>) -> ReadFailure {
    answer.unwrap_err().failure
}

/// An answer in CBOR, as CloudWatch speaks; what is called a timestamp becomes one.
fn cbor(body: &Value) -> http::Response<WireBody> {
    fn of(name: &str, value: &Value) -> Cbor {
        match value {
            Value::Object(members) => Cbor::Map(
                members
                    .iter()
                    .map(|(name, value)| (name.as_str().into(), of(name, value)))
                    .collect(),
            ),
            Value::Array(items) => Cbor::Array(items.iter().map(|item| of("", item)).collect()),
            Value::Number(number) if name.ends_with("Timestamp") => {
                Cbor::Tag(1, Box::new(Cbor::Float(number.as_f64().unwrap())))
            }
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                Cbor::serialized(plain).unwrap()
            }
        }
    }
    let mut bytes = Vec::new();
    ciborium::into_writer(&of("", body), &mut bytes).unwrap();
    let mut answer = whole(200, "application/cbor", bytes);
    answer.headers_mut().insert("smithy-protocol", "rpc-v2-cbor".parse().unwrap());
    answer
}

#[tokio::test]
async fn alarms_of_both_kinds_are_asked_for_and_read_to_their_last_page() {
    let fake = Fake::new(|seen| {
        if seen.has("two") {
            return cbor(
                &json!({"CompositeAlarms": [{"AlarmName": "c", "AlarmRule": "ALARM(a)"}]}),
            );
        }
        cbor(
            &json!({"MetricAlarms": [{"AlarmName": "a", "StateValue": "ALARM", "MetricName": "Errors",
            "StateUpdatedTimestamp": 1.5, "StateTransitionedTimestamp": 0.5}], "NextToken": "two"}),
        )
    });
    let alarms = asked(&fake, Alarms {}).await.unwrap();
    let seen = fake.seen();
    assert!(seen.len() == 2 && seen[0].has("CompositeAlarm") && seen[0].has("MetricAlarm"));
    let found: Vec<_> = alarms.iter().map(|one| (one.name.as_str(), one.composite)).collect();
    assert_eq!(found, [("a", false), ("c", true)]);
    assert_eq!(alarms[0].since, Timestamp::from_millis(500), "since the state, not the reason");
    assert_eq!(alarms[0].metric.as_ref().unwrap().namespace, "");
    assert_eq!(alarms[1].condition, "ALARM(a)");
    let fake = Fake::new(|_| cbor(&json!({"MetricAlarms": [], "NextToken": "again"})));
    assert_eq!(failure(asked(&fake, Alarms {}).await), ReadFailure::Malformed);
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn an_alarm_of_which_nothing_is_told_is_an_alarm() {
    let fake = Fake::new(|_| {
        cbor(&json!({"MetricAlarms": [{}, {"StateValue": "MELTED"}, {"StateValue": ""}]}))
    });
    let alarms = asked(&fake, Alarms {}).await.unwrap();
    let states: Vec<_> = alarms.iter().map(|alarm| alarm.state.clone()).collect();
    assert_eq!(states, ["", "MELTED", ""].map(|text| AlarmState::Other(text.into())));
    let bare = &alarms[0];
    assert_eq!((bare.since.as_millis(), bare.metric.is_some()), (0, false));
    assert_eq!((bare.condition.as_str(), bare.actions_enabled), ("", false));
}

fn history() -> AlarmHistory {
    let (start, end) = (Timestamp::from_millis(0), Timestamp::from_millis(9_000));
    AlarmHistory { alarm: "a".into(), start, end }
}

#[tokio::test]
async fn a_history_is_newest_first_and_a_hundred_at_most() {
    let fake = Fake::new(|_| {
        // Oldest first, and more than was asked for.
        let item = |n: u32| json!({"Timestamp": n, "HistoryItemType": "Action", "HistorySummary": n.to_string()});
        cbor(
            &json!({"AlarmHistoryItems": (0..150).map(item).collect::<Vec<_>>(), "NextToken": "more"}),
        )
    });
    let changes = asked(&fake, history()).await.unwrap();
    assert_eq!((changes.len(), fake.seen().len()), (100, 1));
    assert_eq!((changes[0].summary.as_str(), changes[99].summary.as_str()), ("149", "50"));
}

#[tokio::test]
async fn states_are_read_where_the_history_tells_them() {
    let fake = Fake::new(|_| {
        let item = |kind: &str, data: &str| json!({"Timestamp": 5, "HistoryItemType": kind, "HistoryData": data});
        let whole = r#"{"oldState":{"stateValue":"OK"},"newState":{"stateValue":"ALARM"}}"#;
        cbor(&json!({"AlarmHistoryItems": [
            item("StateUpdate", whole), item("Action", whole), item("StateUpdate", "{"), item("StateUpdate", ""),
            item("StateUpdate", r#"{"newState":{"stateValue":"OK"}}"#), {"Timestamp": 5, "HistoryItemType": "Wish"},
        ]}))
    });
    let changes = asked(&fake, history()).await.unwrap();
    assert_eq!(changes[0].states, Some((AlarmState::Ok, AlarmState::Alarm)));
    assert!(changes[1..].iter().all(|change| change.states.is_none()), "{changes:#?}");
    assert_eq!(changes[5].kind, "Wish");
    let timeless =
        Fake::new(|_| cbor(&json!({"AlarmHistoryItems": [{"HistoryItemType": "Action"}]})));
    assert_eq!(failure(asked(&timeless, history()).await), ReadFailure::Malformed);
}

#[tokio::test]
async fn metric_names_come_in_order_and_once() {
    let fake = Fake::new(|seen| {
        let of = |name: &str| json!({"Namespace": "N", "MetricName": name, "Dimensions": [{"Name": "d", "Value": "v"}, {}]});
        if seen.has("two") {
            return cbor(&json!({"Metrics": [of("A"), of("B"), {}], "NextToken": ""}));
        }
        cbor(&json!({"Metrics": [of("B")], "NextToken": "two"}))
    });
    let names = asked(&fake, MetricNames { namespace: "N".into() }).await.unwrap();
    assert!(fake.seen()[0].has("PT3H"));
    let found: Vec<_> = names.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(found, ["", "A", "B"]);
    assert_eq!(names[1].dimension("d"), Some("v"));
}

fn findings() -> Findings {
    Findings { workflow: vec![Workflow::New, Workflow::Other("ASKED".into())], next: None }
}

#[tokio::test]
async fn findings_are_asked_for_as_they_are_wanted_and_read_with_any_details() {
    let fake = Fake::new(|_| {
        // Details of the wrong shape would fail the SDK's reader, and right ones would cost it megabytes of stack.
        let resource =
            json!({"Type": "AwsS3Bucket", "Id": "arn:b", "Details": {"AwsS3Bucket": ["?"]}});
        let finding =
            json!({"Id": "f", "UpdatedAt": "2026-11-22T03:00:00Z", "Resources": [resource]});
        fake::json(200, json!({"Findings": [finding, {}], "NextToken": "two"}).to_string())
    });
    let page = asked(&fake, findings()).await.unwrap();
    let sent: Value = serde_json::from_str(&fake.seen()[0].text()).unwrap();
    let equals = |value: &str| json!({"Comparison": "EQUALS", "Value": value});
    let filters = json!({"RecordState": [equals("ACTIVE")], "WorkflowStatus": [equals("NEW"), equals("ASKED")]});
    assert_eq!(sent["Filters"], filters);
    let sort = ["SeverityNormalized", "UpdatedAt"]
        .map(|field| json!({"Field": field, "SortOrder": "desc"}));
    assert_eq!((&sent["SortCriteria"], &sent["MaxResults"]), (&json!(sort), &json!(100)));
    assert_eq!((page.findings.len(), page.next.as_deref()), (2, Some("two")));
    assert_eq!(page.findings[0].resources[0].id, "arn:b");
    assert!(page.findings[0].record.contains("Details"));
    assert_eq!(page.findings[1].record, "{}");
}

#[tokio::test]
async fn what_is_no_page_of_findings_is_said_to_be_none() {
    let check = async |answer: &'static str, wanted: Result<usize, ReadFailure>| {
        let fake = Fake::new(move |_| fake::json(200, answer));
        let asked = asked(&fake, Findings { workflow: vec![], next: Some("one".into()) }).await;
        assert_eq!(
            asked.map(|page| page.findings.len()).map_err(|e| e.failure),
            wanted,
            "{answer}"
        );
        assert!(!fake.seen()[0].has("WorkflowStatus"), "an empty filter is not sent");
    };
    check("{}", Ok(0)).await;
    check(r#"{"Findings":[],"NextToken":""}"#, Ok(0)).await;
    check(r#"{"Findings":[],"NextToken":"one"}"#, Err(ReadFailure::Malformed)).await;
    check(r#"{"Findings":[null]}"#, Err(ReadFailure::Malformed)).await;
    check(r#"{"Findings":{}}"#, Err(ReadFailure::Malformed)).await;
    check("[", Err(ReadFailure::Malformed)).await;
    let fake = Fake::new(|_| html(200, "<html>a captive portal</html>"));
    assert_eq!(failure(asked(&fake, findings()).await), ReadFailure::Malformed);
    let fake = Fake::new(|_| {
        fake::json(401, r#"{"__type":"InvalidAccessException","Message":"not subscribed"}"#)
    });
    assert_eq!(failure(asked(&fake, findings()).await), ReadFailure::Refused);
}

/// An answer of RDS: the list, and what stands beside it.
fn rds(operation: &str, inner: &str) -> http::Response<WireBody> {
    let result = format!("<{operation}Result>{inner}</{operation}Result>");
    let body = format!(
        "<{operation}Response xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\">{result}</{operation}Response>"
    );
    whole(200, "text/xml", body)
}

#[tokio::test]
async fn instances_are_read_to_their_last_page_and_bare_ones_too() {
    let fake = Fake::new(|seen| {
        let list = if seen.has("Marker=two") {
            "<DBInstances><DBInstance><Engine>mysql</Engine><Endpoint><Address>h</Address></Endpoint></DBInstance>\
             </DBInstances><Marker></Marker>"
        } else {
            "<DBInstances><DBInstance/><DBInstance><Endpoint><Port>5432</Port></Endpoint><Engine></Engine>\
             <ReadReplicaSourceDBInstanceIdentifier></ReadReplicaSourceDBInstanceIdentifier></DBInstance></DBInstances>\
             <Marker>two</Marker>"
        };
        rds("DescribeDBInstances", list)
    });
    let instances = asked(&fake, DbInstances {}).await.unwrap();
    let found: Vec<_> =
        instances.iter().map(|one| (one.engine.as_str(), one.endpoint.as_str())).collect();
    assert_eq!(found, [("", ""), ("", ""), ("mysql", "h")]);
    assert!(instances.iter().all(|one| one.restorable_until.is_none() && !one.public));
    let fake = Fake::new(|_| rds("DescribeDBInstances", ""));
    assert_eq!(asked(&fake, DbInstances {}).await.unwrap(), []);
    let late = "<DBInstances><DBInstance><LatestRestorableTime>soon</LatestRestorableTime></DBInstance></DBInstances>";
    let fake = Fake::new(move |_| rds("DescribeDBInstances", late));
    assert_eq!(failure(asked(&fake, DbInstances {}).await), ReadFailure::Malformed);
}

#[tokio::test]
async fn members_stand_with_the_writer_first_then_in_order_of_tier() {
    let member = |id: &str, inner: &str| {
        format!(
            "<DBClusterMember><DBInstanceIdentifier>{id}</DBInstanceIdentifier>{inner}</DBClusterMember>"
        )
    };
    let tier = |tier: u32| format!("<PromotionTier>{tier}</PromotionTier>");
    let writes = "<IsClusterWriter>true</IsClusterWriter>";
    let members =
        [member("none", ""), member("b", &tier(2)), member("a", &tier(1)), member("w", writes)]
            .concat();
    let list = format!(
        "<DBClusters><DBCluster><DBClusterMembers>{members}</DBClusterMembers></DBCluster></DBClusters>"
    );
    let fake = Fake::new(move |_| rds("DescribeDBClusters", &list));
    let clusters = asked(&fake, DbClusters {}).await.unwrap();
    let found: Vec<_> = clusters[0].members.iter().map(|one| one.instance.as_str()).collect();
    assert_eq!(found, ["w", "a", "b", "none"]);
    assert_eq!((clusters[0].restorable_from, clusters[0].multi_az), (None, false));
}

#[tokio::test]
async fn a_global_database_on_the_move_says_where_to() {
    let member = |arn: &str, writes: bool, sync: &str| {
        format!(
            "<GlobalClusterMember><DBClusterArn>{arn}</DBClusterArn><IsWriter>{writes}</IsWriter>{sync}</GlobalClusterMember>"
        )
    };
    let sync = "<SynchronizationStatus>resyncing</SynchronizationStatus>";
    let members =
        [member("arn:aws:rds:eu-west-1:1:cluster:w", false, sync), member("short", true, "")]
            .concat();
    let moving = "<FailoverState><ToDbClusterArn>arn:to</ToDbClusterArn></FailoverState>";
    let list = format!(
        "<GlobalClusters><GlobalClusterMember><GlobalClusterMembers>{members}</GlobalClusterMembers>{moving}</GlobalClusterMember><GlobalClusterMember/></GlobalClusters>"
    );
    let fake = Fake::new(move |_| rds("DescribeGlobalClusters", &list));
    let globals = asked(&fake, GlobalDatabases {}).await.unwrap();
    let found: Vec<_> = globals[0]
        .members
        .iter()
        .map(|one| (one.region(), one.writer, one.sync.as_str()))
        .collect();
    assert_eq!(found, [("", true, ""), ("eu-west-1", false, "resyncing")]);
    assert_eq!((globals[0].moving_to.as_str(), globals[1].moving_to.as_str()), ("arn:to", ""));
}

/// Questions about findings by their ids, and about what the firewall limits.
pub(super) fn of_findings_and_limits() -> [Query; 4] {
    [
        TriageOf { findings: vec!["arn:finding/1".parse().unwrap()] }.into_query(),
        ThreatsOf { threats: vec!["b0a4d7e2c5f14a68b3d9e1c7f6a2d804".parse().unwrap()] }
            .into_query(),
        DetectorAdministrator {}.into_query(),
        Limited { acl: "arn:aws:wafv2:r:1:regional/webacl/a/b".parse().unwrap(), rule: "r".into() }
            .into_query(),
    ]
}
