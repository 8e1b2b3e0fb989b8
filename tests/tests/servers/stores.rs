//! Queues, secrets, buckets and the firewall against moto: purged, rotated, closed, blocked, and taken back.

use serde_json::json;
use watchdeck_aws::Connection;
use watchdeck_domain::bucket::PublicBlock;
use watchdeck_domain::reading::{
    IpSetOf, MoveTasks, PublicBlockOf, QueueOf, ReadFailure, RotationOf,
};
use watchdeck_domain::{BucketName, IpSetName, QueueName, SecretName, ask};
use watchdeck_tests::servers::{Kind, Server};

use super::connected;
use super::drill::{back, carried_out, drafted, params, unchecked};

/// A queue with dead letters, a secret that rotates, a bucket, an IP set that a web ACL uses.
const STORES: &str = "
import json
sqs = client('sqs')
dead = sqs.create_queue(QueueName='orders-dlq')['QueueUrl']
arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
sqs.create_queue(QueueName='orders-queue', Attributes={
    'RedrivePolicy': json.dumps({'deadLetterTargetArn': arn, 'maxReceiveCount': 3})})
for n in range(5):
    sqs.send_message(QueueUrl=dead, MessageBody=str(n))
client('s3').create_bucket(Bucket='shop-assets', CreateBucketConfiguration={'LocationConstraint': 'eu-central-1'})
waf = client('wafv2')
waf.create_ip_set(Name='blocked', Scope='REGIONAL', IPAddressVersion='IPV4', Addresses=['192.0.2.128/25'])
client('secretsmanager').create_secret(Name='orders/db', SecretString='one')
";

async fn stores() -> Option<(Server, Connection)> {
    let server = Server::start(Kind::Moto)?;
    server.boto3(STORES).unwrap();
    let connection = connected(&server).await;
    Some((server, connection))
}

#[tokio::test]
async fn a_bucket_is_closed_to_the_public_and_opened_again_on_moto() {
    let Some((_server, connection)) = stores().await else { return };
    let source = connection.source();
    let of = || PublicBlockOf { bucket: BucketName::parse("shop-assets").unwrap() };
    let before = ask(&*source, of()).await.unwrap();
    let given = [("bucket", json!("shop-assets")), ("no_website", json!(true))];
    let draft = unchecked(drafted(&connection, "s3.block-public", params(&given)).await);
    carried_out(&connection, draft.clone()).await;
    assert_eq!(ask(&*source, of()).await.unwrap(), Some(PublicBlock::ALL));
    carried_out(&connection, back(&draft)).await;
    assert_eq!(ask(&*source, of()).await.unwrap(), before);
}

#[tokio::test]
async fn a_queue_is_purged_on_moto() {
    let Some((_server, connection)) = stores().await else { return };
    let source = connection.source();
    let of = || QueueOf { queue: QueueName::parse("orders-dlq").unwrap() };
    assert_eq!(ask(&*source, of()).await.unwrap().visible, 5);
    let given = [("queue", json!("orders-dlq")), ("a_sample_was_read", json!(true))];
    let draft = drafted(&connection, "sqs.purge", params(&given)).await;
    carried_out(&connection, unchecked(draft)).await;
    assert_eq!(ask(&*source, of()).await.unwrap().visible, 0);
}

#[tokio::test]
async fn moto_tells_no_tasks_that_move_messages_and_that_is_said() {
    let Some((_server, connection)) = stores().await else { return };
    let of = MoveTasks { queue: QueueName::parse("orders-dlq").unwrap() };
    let error = ask(&*connection.source(), of).await.unwrap_err();
    assert_eq!(error.failure, ReadFailure::Unsupported, "{error}");
}

#[tokio::test]
async fn an_address_is_listed_beside_those_of_others_and_taken_off_on_moto() {
    let Some((_server, connection)) = stores().await else { return };
    let source = connection.source();
    let of = || IpSetOf { set: IpSetName::parse("blocked").unwrap() };
    let given = [
        ("range", json!("203.0.113.7/32")),
        ("set", json!("blocked")),
        ("ours", json!("ours")),
        ("acl", json!("arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shop/x")),
        ("acl_name", json!("shop")),
        ("rule", json!("block")),
    ];
    let draft = drafted(&connection, "waf.block-ip", params(&given)).await;
    carried_out(&connection, unchecked(draft)).await;
    let there = ask(&*source, of()).await.unwrap();
    assert_eq!(there.addresses.len(), 2, "{there:?}");
    assert!(there.addresses.iter().any(|held| held == "203.0.113.7/32"), "{there:?}");
}

#[tokio::test]
async fn a_secret_is_rotated_under_the_token_of_the_run_on_moto() {
    let Some((_server, connection)) = stores().await else { return };
    let source = connection.source();
    let of = || RotationOf { secret: SecretName::parse("orders/db").unwrap() };
    let before = ask(&*source, of()).await.unwrap();
    let given = [
        ("secret", json!("orders/db")),
        ("rotator", json!("rotator")),
        ("readers_read_anew", json!(true)),
    ];
    let draft = drafted(&connection, "secrets.rotate", params(&given)).await;
    let watchdeck_domain::Change::RotateSecret(rotate) = draft.first.change.clone() else {
        panic!("another change")
    };
    carried_out(&connection, unchecked(draft)).await;
    let after = ask(&*source, of()).await.unwrap();
    assert_ne!(after.current, before.current);
    assert_eq!(after.current, rotate.token);
}
