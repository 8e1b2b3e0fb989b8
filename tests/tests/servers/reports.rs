//! Reporting copies against moto: made, extended, released, taken away.

use serde_json::json;
use watchdeck_domain::reading::{InstanceOf, Reports};
use watchdeck_domain::report::tag;
use watchdeck_domain::{Change, DatabaseName, ask};
use watchdeck_tests::servers::{Kind, Server};

use super::connected;
use super::drill::{back, carried_out, drafted, params, unchecked};

/// A database with its groups, and a copy of it.
const LEDGER: &str = "
ec2 = client('ec2')
vpc = ec2.create_vpc(CidrBlock='10.9.0.0/16')['Vpc']['VpcId']
subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock='10.9.%d.0/24' % n, AvailabilityZone='eu-central-1' + z)['Subnet']['SubnetId']
    for n, z in enumerate('ab')]
rds = client('rds')
rds.create_db_subnet_group(DBSubnetGroupName='reporting', DBSubnetGroupDescription='private', SubnetIds=subnets)
for name in ['ledger-pg16', 'reporting-pg16']:
    rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily='postgres16', Description=name)
rds.create_db_instance(DBInstanceIdentifier='ledger-db', Engine='postgres', DBInstanceClass='db.m6g.large', AllocatedStorage=100,
    MasterUsername='ledger', MasterUserPassword='not-a-secret', DBSubnetGroupName='reporting', DBParameterGroupName='ledger-pg16',
    BackupRetentionPeriod=7, VpcSecurityGroupIds=['sg-0cc4b2c3d4e5f6074'])
rds.create_db_instance(DBInstanceIdentifier='rpt-ledger', Engine='postgres', DBInstanceClass='db.m6g.large', AllocatedStorage=100,
    MasterUsername='ledger', MasterUserPassword='not-a-secret', DeletionProtection=True, Tags=[
        {'Key': 'ops:purpose', 'Value': 'reporting'}, {'Key': 'ops:run', 'Value': 'r-00000000000000000000000000000007'},
        {'Key': 'ops:expires-at', 'Value': '2026-11-03T00:00:00.000Z'}])
";

fn of(copy: &str) -> InstanceOf {
    InstanceOf { instance: DatabaseName::parse(copy).unwrap() }
}

#[tokio::test]
async fn a_copy_is_extended_and_put_back_then_released_and_taken_away_on_moto() {
    let Some(server) = Server::start(Kind::Moto) else { return };
    server.boto3(LEDGER).unwrap();
    let connection = connected(&server).await;
    let source = connection.source();
    let before = ask(&*source, Reports {}).await.unwrap();
    assert_eq!(before.len(), 1, "{before:?}");
    let given = || params(&[("copy", json!("rpt-ledger"))]);
    let draft = unchecked(drafted(&connection, "rds.report-extend", given()).await);
    carried_out(&connection, draft.clone()).await;
    let there = ask(&*source, of("rpt-ledger")).await.unwrap().unwrap();
    assert!(there.expires > before[0].expires, "{there:?}");
    carried_out(&connection, back(&draft)).await;
    let there = ask(&*source, of("rpt-ledger")).await.unwrap().unwrap();
    assert_eq!(there.expires, before[0].expires);
    let draft = unchecked(drafted(&connection, "rds.report-release", given()).await);
    carried_out(&connection, draft).await;
    assert!(!ask(&*source, of("rpt-ledger")).await.unwrap().unwrap().protected);
    let draft = unchecked(drafted(&connection, "rds.report-teardown", given()).await);
    carried_out(&connection, draft).await;
    assert_eq!(ask(&*source, Reports {}).await.unwrap(), []);
}

#[tokio::test]
async fn a_copy_is_made_under_the_name_of_its_run_on_moto() {
    let Some(server) = Server::start(Kind::Moto) else { return };
    server.boto3(LEDGER).unwrap();
    let connection = connected(&server).await;
    let source = connection.source();
    let given = params(&[
        ("source", json!("ledger-db")),
        ("latest", json!(true)),
        ("owner", json!("finance")),
        ("security_group", json!("sg-0dd5b2c3d4e5f6077")),
        ("group_is_closed", json!(true)),
    ]);
    let mut draft = unchecked(drafted(&connection, "rds.pitr-report", given).await);
    draft.rest.clear();
    draft.verifications.retain(|seen| seen.after.is_none());
    let Change::RestoreCopy(restore) = draft.first.change.clone() else { panic!("another change") };
    carried_out(&connection, draft).await;
    let made = ask(&*source, of(restore.copy.as_str())).await.unwrap().unwrap();
    assert_eq!((made.public, made.parameters.as_str()), (false, "reporting-pg16"), "{made:?}");
    assert_eq!(made.tags.get(tag::OWNER).map(String::as_str), Some("finance"));
    assert_eq!(made.run().map(|run| run.to_string()).as_ref(), restore.told.tags.get(tag::RUN));
}
