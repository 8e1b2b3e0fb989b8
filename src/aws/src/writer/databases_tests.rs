//! Changes of databases and of who writes to them: what is sent, and which answers prove that it was done.

use std::sync::Arc;

use watchdeck_domain::change::{
    FailOverCluster, FailOverInstance, Kind as _, Loss, MovePrimary, PromoteReplica, RotateMaster,
    ShareSnapshot, TakeSnapshot,
};
use watchdeck_domain::{Arn, Change, DatabaseName, Reversal, Task};
use watchdeck_guard::{Doubt, Ended};

use super::WRITE_LIMIT;
use super::tests::{Came, draft, marked, walk_with, writer};
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

const CLUSTER: &str = "<DescribeDBClustersResponse><DescribeDBClustersResult><DBClusters><DBCluster>\
    <DBClusterIdentifier>orders-db</DBClusterIdentifier><Status>available</Status><DBClusterMembers>\
    <DBClusterMember><DBInstanceIdentifier>orders-db-1</DBInstanceIdentifier>\
    <IsClusterWriter>true</IsClusterWriter></DBClusterMember>\
    <DBClusterMember><DBInstanceIdentifier>orders-db-2</DBInstanceIdentifier>\
    <IsClusterWriter>false</IsClusterWriter></DBClusterMember>\
    </DBClusterMembers></DBCluster></DBClusters></DescribeDBClustersResult></DescribeDBClustersResponse>";

/// Instances as the question about them wants them: those of the cluster, or the one that is named.
const INSTANCES: &str = "<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances>\
    <DBInstance><DBInstanceIdentifier>orders-db-2</DBInstanceIdentifier>\
    <DBInstanceStatus>available</DBInstanceStatus></DBInstance>\
    <DBInstance><DBInstanceIdentifier>ledger-db</DBInstanceIdentifier>\
    <DBInstanceStatus>available</DBInstanceStatus><MultiAZ>true</MultiAZ>\
    <AvailabilityZone>eu-central-1a</AvailabilityZone>\
    <SecondaryAvailabilityZone>eu-central-1c</SecondaryAvailabilityZone>\
    <MasterUserSecret><SecretArn>arn:aws:secretsmanager:eu-central-1:123456784021:secret:rds!db-1</SecretArn>\
    <SecretStatus>active</SecretStatus></MasterUserSecret></DBInstance>\
    <DBInstance><DBInstanceIdentifier>ledger-db-copy</DBInstanceIdentifier>\
    <DBInstanceStatus>available</DBInstanceStatus>\
    <ReadReplicaSourceDBInstanceIdentifier>ledger-db</ReadReplicaSourceDBInstanceIdentifier></DBInstance>\
    </DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>";

const GLOBAL: &str = "<DescribeGlobalClustersResponse><DescribeGlobalClustersResult><GlobalClusters>\
    <GlobalClusterMember><GlobalClusterIdentifier>orders-global</GlobalClusterIdentifier>\
    <Status>available</Status><GlobalClusterMembers>\
    <GlobalClusterMember><DBClusterArn>arn:aws:rds:eu-central-1:123456784021:cluster:orders-db</DBClusterArn>\
    <IsWriter>true</IsWriter></GlobalClusterMember>\
    <GlobalClusterMember><DBClusterArn>arn:aws:rds:eu-west-1:123456784021:cluster:orders-db-west</DBClusterArn>\
    <IsWriter>false</IsWriter><SynchronizationStatus>connected</SynchronizationStatus></GlobalClusterMember>\
    </GlobalClusterMembers></GlobalClusterMember></GlobalClusters>\
    </DescribeGlobalClustersResult></DescribeGlobalClustersResponse>";

const SNAPSHOTS: &str = "<DescribeDBSnapshotsResponse><DescribeDBSnapshotsResult><DBSnapshots>\
    <DBSnapshot><DBSnapshotIdentifier>ledger-db-audit</DBSnapshotIdentifier>\
    <SnapshotType>manual</SnapshotType><Status>available</Status></DBSnapshot>\
    </DBSnapshots></DescribeDBSnapshotsResult></DescribeDBSnapshotsResponse>";

const ATTRIBUTES: &str = "<DescribeDBSnapshotAttributesResponse><DescribeDBSnapshotAttributesResult>\
    <DBSnapshotAttributesResult><DBSnapshotAttributes><DBSnapshotAttribute>\
    <AttributeName>restore</AttributeName><AttributeValues>\
    <AttributeValue>345678901234</AttributeValue><AttributeValue>210987654321</AttributeValue>\
    </AttributeValues></DBSnapshotAttribute></DBSnapshotAttributes></DBSnapshotAttributesResult>\
    </DescribeDBSnapshotAttributesResult></DescribeDBSnapshotAttributesResponse>";

const SECRET: &str = r#"{"ARN":"arn:aws:secretsmanager:eu-central-1:123456784021:secret:rds!db-1",
    "VersionIdsToStages":{"version-1":["AWSCURRENT"],"version-0":["AWSPREVIOUS"]}}"#;

fn xml(status: u16, body: &str) -> http::Response<WireBody> {
    marked(fake::whole(status, "text/xml", body.to_owned()))
}

fn name(text: &str) -> DatabaseName {
    DatabaseName::parse(text).unwrap()
}

/// What is there, where it is asked about.
fn read(seen: &Seen) -> Option<http::Response<WireBody>> {
    if seen.target.ends_with("DescribeSecret") {
        return Some(fake::json(200, SECRET));
    }
    let answers = [
        ("DescribeDBClusters&", CLUSTER),
        ("DescribeDBInstances&", INSTANCES),
        ("DescribeGlobalClusters&", GLOBAL),
        ("DescribeDBSnapshots&", SNAPSHOTS),
        ("DescribeDBSnapshotAttributes&", ATTRIBUTES),
        (
            "DescribeEvents&",
            "<DescribeEventsResponse><DescribeEventsResult/></DescribeEventsResponse>",
        ),
    ];
    let asked = |(action, _): &&(&str, &str)| seen.has(&format!("Action={action}"));
    answers.iter().find(asked).map(|(_, answer)| xml(200, answer))
}

/// Serves a change that nothing takes back: how the call was answered, and what was sent. On the heap: a test serves several.
fn serve(change: Change, answer: http::Response<WireBody>) -> Task<'static, (Came, String)> {
    Box::pin(served(change, answer))
}

async fn served(change: Change, answer: http::Response<WireBody>) -> (Came, String) {
    let answer = std::sync::Mutex::new(Some(answer));
    let fake: Arc<Fake> = Fake::new(move |seen| {
        read(seen).unwrap_or_else(|| answer.lock().unwrap().take().expect("one call is sent"))
    });
    let connection = fake::connection(&fake).await;
    let mut draft = draft();
    let run = draft.id.run().to_string();
    draft.first.change = match TakeSnapshot::of(&change).cloned() {
        Some(take) => TakeSnapshot { run, ..take }.into(),
        None => change,
    };
    draft.first.reversal = Reversal::Never("nothing leads back".into());
    let (_, came) = walk_with(&draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    let seen = fake.seen().into_iter().filter(|seen| read(seen).is_none());
    let sent: Vec<_> = seen.map(|seen| seen.text()).collect();
    let [sent] = &sent[..] else { panic!("{sent:#?}") };
    (came, sent.clone())
}

/// An answer that tells of what it is about.
fn tells(operation: &str, of: &str) -> http::Response<WireBody> {
    let body = format!(
        "<{operation}Response><{operation}Result><{of}/></{operation}Result></{operation}Response>"
    );
    xml(200, &body)
}

/// One that does not.
fn tells_nothing(operation: &str) -> http::Response<WireBody> {
    xml(200, &format!("<{operation}Response><{operation}Result/></{operation}Response>"))
}

fn no(code: &str) -> http::Response<WireBody> {
    let why = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    );
    xml(400, &why)
}

fn over() -> Change {
    let (cluster, target, from) = (name("orders-db"), name("orders-db-2"), name("orders-db-1"));
    FailOverCluster { cluster, target, from, seen: None }.into()
}

fn loss() -> Loss {
    Loss { last_ms: Some(420), worst_ms: Some(850), writes: Some(77), told: None }
}

fn moved(loss: Option<Loss>) -> Change {
    let arn = |text: &str| Arn::parse(text).unwrap();
    MovePrimary {
        global: name("orders-global"),
        to: arn("arn:aws:rds:eu-west-1:123456784021:cluster:orders-db-west"),
        from: arn("arn:aws:rds:eu-central-1:123456784021:cluster:orders-db"),
        loss,
    }
    .into()
}

fn to_standby() -> Change {
    let (from, to) = ("eu-central-1a".into(), "eu-central-1c".into());
    FailOverInstance { instance: name("ledger-db"), from, to, seen: None }.into()
}

fn promoted() -> Change {
    let (replica, source) = (name("ledger-db-copy"), "ledger-db".into());
    PromoteReplica { replica, source, backup_days: 7 }.into()
}

fn unshared() -> Change {
    ShareSnapshot {
        snapshot: name("ledger-db-audit"),
        shared: vec![],
        before: vec!["210987654321".into(), "345678901234".into()],
    }
    .into()
}

fn taken() -> Change {
    let (instance, snapshot) = (name("ledger-db"), name("pre-ledger-db-f00d42"));
    TakeSnapshot { instance, snapshot, run: String::new(), standby: true }.into()
}

fn rotated() -> Change {
    RotateMaster {
        instance: name("ledger-db"),
        secret: "arn:aws:secretsmanager:eu-central-1:123456784021:secret:rds!db-1".into(),
        before: "version-1".into(),
    }
    .into()
}

/// Each change, its operation, and what its answer tells of.
fn all() -> Vec<(Change, &'static str, &'static str)> {
    vec![
        (over(), "FailoverDBCluster", "DBCluster"),
        (moved(None), "SwitchoverGlobalCluster", "GlobalCluster"),
        (moved(Some(loss())), "FailoverGlobalCluster", "GlobalCluster"),
        (to_standby(), "RebootDBInstance", "DBInstance"),
        (promoted(), "PromoteReadReplica", "DBInstance"),
        (unshared(), "ModifyDBSnapshotAttribute", "DBSnapshotAttributesResult"),
        (taken(), "CreateDBSnapshot", "DBSnapshot"),
        (rotated(), "ModifyDBInstance", "DBInstance"),
    ]
}

#[tokio::test]
async fn an_answer_that_tells_of_what_it_is_about_proves_that_it_was_done() {
    for (change, operation, of) in all() {
        let (came, sent) = serve(change, tells(operation, of)).await;
        assert!(matches!(came, Came::Landed(_)), "{operation}");
        assert!(sent.starts_with(&format!("Action={operation}&")), "{sent}");
    }
}

#[tokio::test]
async fn an_answer_without_what_it_is_about_proves_nothing() {
    for (change, operation, _) in all() {
        let (came, _) = serve(change, tells_nothing(operation)).await;
        assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))), "{operation}");
    }
}

#[tokio::test]
async fn a_no_of_aws_is_a_no() {
    for (change, operation, _) in all() {
        let (came, _) = serve(change, no("InvalidDBClusterStateFault")).await;
        assert!(matches!(came, Came::Stopped(Ended::Rejected, _)), "{operation}");
    }
}

#[tokio::test]
async fn a_failover_names_where_it_leads() {
    let (_, sent) = serve(over(), tells("FailoverDBCluster", "DBCluster")).await;
    assert!(sent.contains("DBClusterIdentifier=orders-db&"), "{sent}");
    assert!(sent.contains("TargetDBInstanceIdentifier=orders-db-2"), "{sent}");
    let (_, sent) = serve(to_standby(), tells("RebootDBInstance", "DBInstance")).await;
    assert!(sent.contains("DBInstanceIdentifier=ledger-db&ForceFailover=true"), "{sent}");
    let (_, sent) = serve(promoted(), tells("PromoteReadReplica", "DBInstance")).await;
    assert!(sent.contains("DBInstanceIdentifier=ledger-db-copy&"), "{sent}");
    assert!(sent.contains("BackupRetentionPeriod=7"), "{sent}");
}

#[tokio::test]
async fn cf23_data_may_be_lost_where_that_was_agreed_to_and_nowhere_else() {
    let west = "TargetDbClusterIdentifier=arn%3Aaws%3Ards%3Aeu-west-1%3A123456784021%3Acluster%3Aorders-db-west";
    let answer = tells("SwitchoverGlobalCluster", "GlobalCluster");
    let (_, sent) = serve(moved(None), answer).await;
    assert!(sent.contains("GlobalClusterIdentifier=orders-global&"), "{sent}");
    assert!(sent.contains(west) && !sent.contains("AllowDataLoss"), "{sent}");
    let answer = tells("FailoverGlobalCluster", "GlobalCluster");
    let (_, sent) = serve(moved(Some(loss())), answer).await;
    assert!(sent.contains(west) && sent.contains("AllowDataLoss=true"), "{sent}");
    assert!(!sent.contains("Switchover"), "{sent}");
}

#[tokio::test]
async fn only_the_accounts_that_were_read_are_taken_out() {
    let answer = tells("ModifyDBSnapshotAttribute", "DBSnapshotAttributesResult");
    let (_, sent) = serve(unshared(), answer).await;
    assert!(sent.contains("DBSnapshotIdentifier=ledger-db-audit&AttributeName=restore"), "{sent}");
    for at in ["ValuesToRemove.AttributeValue.1=210987654321", "AttributeValue.2=345678901234"] {
        assert!(sent.contains(at), "{sent}");
    }
    assert!(!sent.contains("ValuesToAdd"), "{sent}");
}

#[tokio::test]
async fn a_snapshot_bears_its_run_and_a_password_is_made_anew_at_once() {
    let (_, sent) = serve(taken(), tells("CreateDBSnapshot", "DBSnapshot")).await;
    assert!(sent.contains("DBSnapshotIdentifier=pre-ledger-db-f00d42&"), "{sent}");
    assert!(sent.contains("Tags.Tag.1.Key=ops%3Arun&Tags.Tag.1.Value=r-"), "{sent}");
    let (_, sent) = serve(rotated(), tells("ModifyDBInstance", "DBInstance")).await;
    assert!(sent.contains("RotateMasterUserPassword=true"), "{sent}");
    assert!(sent.contains("ApplyImmediately=true") && !sent.contains("MasterUserPassword=r"));
}
