//! Changes of queues, secrets, buckets and the firewall: what is sent, and which answers prove that it was done.

use std::sync::Arc;

use serde_json::{Value, json};
use watchdeck_domain::bucket::PublicBlock;
use watchdeck_domain::change::{
    BlockPublic, LimitRate, ListAddress, MoveCurrent, PurgeQueue, RateRule, RedriveMessages,
    RotateSecret,
};
use watchdeck_domain::firewall::{AclRule, Rate, WebAcl};
use watchdeck_domain::{
    BucketName, Change, IpSetName, QueueName, Reversal, RevisionId, SecretName,
};
use watchdeck_guard::{Doubt, Draft, Ended};

use super::WRITE_LIMIT;
use super::tests::{Came, draft, marked, setting, walk_with, writer};
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

const URL: &str = "https://sqs.eu-central-1.amazonaws.com/123456784021/orders-dlq";
const ARN: &str = "arn:aws:sqs:eu-central-1:123456784021:orders-dlq";
const SECRET: &str = "arn:aws:secretsmanager:eu-central-1:123456784021:secret:orders/db-Ab3dEf";
const SET: &str = "1e7c9a35-6b2d-4f80-8c41-d5e3f7a9b062";
const ACL: &str = "arn:aws:wafv2:eu-central-1:123456784021:regional/webacl/shop-edge/1e7c9a35";
const LOCK: &str = "c4a8e1f7-93d0-4b56-8e2a-7f1d5c3b9640";

/// What is there, whoever asks.
fn there(seen: &Seen) -> Option<Value> {
    let operation = seen.target.rsplit('.').next().unwrap_or_default();
    Some(match operation {
        "GetQueueUrl" => json!({ "QueueUrl": URL }),
        "GetQueueAttributes" => json!({ "Attributes": {
            "QueueArn": ARN, "ApproximateNumberOfMessages": "40", "MessageRetentionPeriod": "60",
            "ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
        } }),
        "ListMessageMoveTasks" => json!({}),
        "DescribeSecret" => json!({
            "ARN": SECRET, "Name": "orders/db", "RotationEnabled": true,
            "RotationLambdaARN": "arn:aws:lambda:eu-central-1:123456784021:function:rotation",
            "VersionIdsToStages": { "before": ["AWSCURRENT"] },
        }),
        "ListIPSets" => json!({ "IPSets": [{ "Name": "blocked", "Id": SET }] }),
        "GetIPSet" => json!({ "LockToken": LOCK, "IPSet": {
            "Name": "blocked", "Id": SET, "ARN": "arn:set", "IPAddressVersion": "IPV4",
            "Description": "not welcome", "Addresses": ["192.0.2.128/25"],
        } }),
        "GetWebACL" => json!({ "LockToken": LOCK, "WebACL": web_acl() }),
        _ => return None,
    })
}

/// A web ACL with a statement that no SDK knows.
fn web_acl() -> Value {
    json!({
        "Name": "shop-edge", "Id": SET, "ARN": ACL, "Capacity": 1132,
        "DefaultAction": { "Allow": {} }, "CustomResponseBodies": { "slow": { "Content": "slow down" } },
        "VisibilityConfig": { "MetricName": "shop-edge" },
        "Rules": [{ "Name": "other", "Priority": 0, "Statement": { "OfTomorrow": { "Deep": [1] } } }],
    })
}

/// Serves a change: how the call was answered, and what was sent.
async fn serve(draft: &Draft, answer: fn() -> http::Response<WireBody>) -> (Came, Vec<Seen>) {
    let fake: Arc<Fake> = Fake::new(move |seen| match there(seen) {
        Some(body) => marked(fake::json(200, body.to_string())),
        None if seen.method == "GET" => {
            let none = "<Error><Code>NoSuchPublicAccessBlockConfiguration</Code><Message>none</Message></Error>";
            marked(fake::whole(404, "application/xml", none))
        }
        None => answer(),
    });
    let connection = fake::connection(&fake).await;
    let (_, came) = walk_with(draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    let is_change = |seen: &Seen| there(seen).is_none() && seen.method != "GET";
    (came, fake.seen().into_iter().filter(is_change).collect())
}

fn body(sent: &[Seen]) -> Value {
    serde_json::from_str(&sent[0].text()).unwrap()
}

/// A draft of what nothing takes back.
fn for_good(change: Change) -> Draft {
    let mut draft = draft();
    draft.first.change = change;
    draft.first.reversal = Reversal::Never("what is gone is gone".into());
    draft
}

#[tokio::test]
async fn dead_letters_are_moved_by_their_arn_and_a_task_proves_it() {
    let queue = QueueName::parse("orders-dlq").unwrap();
    let draft = for_good(RedriveMessages { queue, rate: 50, seen: None }.into());
    let (came, sent) =
        serve(&draft, || marked(fake::json(200, r#"{"TaskHandle":"handle"}"#))).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!(sent[0].target, "AmazonSQS.StartMessageMoveTask");
    assert_eq!(body(&sent), json!({ "SourceArn": ARN, "MaxNumberOfMessagesPerSecond": 50 }));
    let (came, sent) = serve(&draft, || marked(fake::json(200, "{}"))).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))) && sent.len() == 1);
}

#[tokio::test]
async fn cf28_a_task_that_runs_already_is_a_definite_no() {
    let queue = QueueName::parse("orders-dlq").unwrap();
    let draft = for_good(RedriveMessages { queue, rate: 50, seen: None }.into());
    let (came, sent) = serve(&draft, || {
        let no = r#"{"__type":"com.amazonaws.sqs#UnsupportedOperation","message":"one at a time"}"#;
        marked(fake::json(400, no))
    })
    .await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.contains("one at a time") && sent.len() == 1, "{why}");
}

#[tokio::test]
async fn a_purge_says_nothing_and_its_request_id_proves_it() {
    let queue = QueueName::parse("orders-dlq").unwrap();
    let draft = for_good(PurgeQueue { queue, url: URL.into(), holds: 40 }.into());
    let (came, sent) = serve(&draft, || marked(fake::json(200, "{}"))).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!(body(&sent), json!({ "QueueUrl": URL }));
    let (came, _) = serve(&draft, || fake::html(200, "")).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn cf29_a_purge_that_is_under_way_is_a_definite_no() {
    let queue = QueueName::parse("orders-dlq").unwrap();
    let draft = for_good(PurgeQueue { queue, url: URL.into(), holds: 40 }.into());
    let (came, sent) = serve(&draft, || {
        let no = r#"{"__type":"com.amazonaws.sqs#PurgeQueueInProgress","message":"wait 60 s"}"#;
        marked(fake::json(400, no))
    })
    .await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)) && sent.len() == 1);
}

fn rotation() -> Draft {
    let mut draft = draft();
    let token = RotateSecret::token_of(draft.id.run());
    let secret = SecretName::parse("orders/db").unwrap();
    let back = MoveCurrent {
        secret: secret.clone(),
        arn: SECRET.into(),
        to: "before".into(),
        from: token.clone(),
    };
    let function = "arn:aws:lambda:eu-central-1:123456784021:function:rotation".into();
    let before = "before".into();
    draft.first.change =
        RotateSecret { secret, arn: SECRET.into(), function, token, before }.into();
    draft.first.reversal = Reversal::By(Box::new(back.into()));
    draft
}

#[tokio::test]
async fn a_secret_is_rotated_under_the_token_of_the_run() {
    let draft = rotation();
    let token = RotateSecret::token_of(draft.id.run());
    assert_eq!(token.len(), 36);
    let fake = Fake::new(move |seen| {
        if let Some(body) = there(seen) {
            return marked(fake::json(200, body.to_string()));
        }
        let sent: Value = serde_json::from_str(&seen.text()).unwrap();
        let answer = json!({ "ARN": SECRET, "VersionId": sent["ClientRequestToken"] });
        marked(fake::json(200, answer.to_string()))
    });
    let connection = fake::connection(&fake).await;
    let (_, came) = walk_with(&draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    assert!(matches!(came, Came::Landed(_)));
    let sent = fake.seen().into_iter().find(|seen| seen.target.ends_with(".RotateSecret")).unwrap();
    assert_eq!(body(&[sent]), json!({ "SecretId": SECRET, "ClientRequestToken": token }));
    // Another version is somebody else's rotation.
    let other = || marked(fake::json(200, r#"{"ARN":"a","VersionId":"other"}"#));
    let (came, sent) = serve(&draft, other).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))) && sent.len() == 1);
}

#[tokio::test]
async fn a_bucket_is_closed_for_its_owner_only_and_an_answer_without_an_id_proves_nothing() {
    let block = |block, before| {
        Change::from(BlockPublic {
            bucket: BucketName::parse("shop-assets").unwrap(),
            block,
            before,
        })
    };
    let all = Some(PublicBlock::ALL);
    let draft = setting(block(all, None), block(None, all));
    let (came, sent) = serve(&draft, || marked(fake::whole(200, "application/xml", ""))).await;
    assert!(matches!(came, Came::Landed(_)));
    assert!(sent[0].method == "PUT" && sent[0].path.starts_with("/shop-assets/?"), "{:?}", sent[0]);
    assert!(sent[0].path.contains("publicAccessBlock"), "{}", sent[0].path);
    for switch in
        ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
    {
        assert!(sent[0].has(&format!("<{switch}>true</{switch}>")), "{}", sent[0].text());
    }
    assert!(sent[0].signed.contains("x-amz-expected-bucket-owner"), "{}", sent[0].signed);
    let (came, _) = serve(&draft, || fake::whole(200, "application/xml", "")).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

fn listing() -> Draft {
    let list = |listed, addresses: &[&str]| {
        Change::from(ListAddress {
            set: IpSetName::parse("blocked").unwrap(),
            id: SET.into(),
            description: "not welcome".into(),
            range: "203.0.113.7/32".into(),
            listed,
            addresses: addresses.iter().map(|range| (*range).to_owned()).collect(),
            lock: RevisionId::parse(LOCK).unwrap(),
        })
    };
    let (old, new) = ("192.0.2.128/25", "203.0.113.7/32");
    setting(list(true, &[old, new]), list(false, &[old]))
}

#[tokio::test]
async fn an_address_is_listed_beside_all_that_is_listed_and_the_next_lock_proves_it() {
    let (came, sent) =
        serve(&listing(), || marked(fake::json(200, r#"{"NextLockToken":"next"}"#))).await;
    let Came::Landed(landed) = came else { panic!("it did not land") };
    assert_eq!(landed[0].revision.as_ref().unwrap().as_str(), "next");
    let wanted = json!({
        "Name": "blocked", "Scope": "REGIONAL", "Id": SET, "Description": "not welcome",
        "Addresses": ["192.0.2.128/25", "203.0.113.7/32"], "LockToken": LOCK,
    });
    assert_eq!(body(&sent), wanted);
    let (came, _) = serve(&listing(), || marked(fake::json(200, "{}"))).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn cf15_a_lock_that_has_moved_is_a_definite_no_and_the_list_is_not_sent_again() {
    let (came, sent) = serve(&listing(), || {
        let no = r#"{"__type":"WAFOptimisticLockException","Message":"someone changed it"}"#;
        marked(fake::json(400, no))
    })
    .await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("WAFOptimisticLockException") && sent.len() == 1, "{why}");
}

fn limiting() -> Draft {
    let Value::Object(whole) = web_acl() else { panic!("no web ACL") };
    let there = WebAcl {
        name: "shop-edge".into(),
        id: SET.into(),
        arn: ACL.parse().unwrap(),
        lock: RevisionId::parse(LOCK).unwrap(),
        capacity: 1132,
        managed: false,
        rules: whole["Rules"].as_array().unwrap().iter().map(AclRule::read).collect(),
        whole,
    };
    let rate = Rate { limit: 100, window_s: 60 };
    let rule = RateRule { name: "ops-rate-r1".into(), rate, blocks: true };
    let on = |limited| Change::from(LimitRate::on(&there, &rule, limited));
    setting(on(true), on(false))
}

#[tokio::test]
async fn a_web_acl_is_sent_back_whole_with_one_rule_more_whatever_the_sdk_knows_of_it() {
    let (came, sent) =
        serve(&limiting(), || marked(fake::json(200, r#"{"NextLockToken":"next"}"#))).await;
    let Came::Landed(landed) = came else { panic!("it did not land") };
    assert_eq!(landed[0].revision.as_ref().unwrap().as_str(), "next");
    assert_eq!(sent[0].target, "AWSWAF_20190729.UpdateWebACL");
    let body = body(&sent);
    assert_eq!(body["LockToken"], LOCK);
    assert_eq!(body["CustomResponseBodies"], web_acl()["CustomResponseBodies"]);
    assert_eq!(body["Rules"][0], web_acl()["Rules"][0]);
    assert_eq!(body["Rules"][1]["Action"], json!({ "Block": {} }));
    let (came, _) = serve(&limiting(), || marked(fake::json(200, "{}"))).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn cf15_a_web_acl_whose_lock_has_moved_is_a_definite_no_and_is_not_sent_again() {
    let (came, sent) = serve(&limiting(), || {
        let no = r#"{"__type":"WAFOptimisticLockException","Message":"someone changed it"}"#;
        marked(fake::json(400, no))
    })
    .await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("WAFOptimisticLockException") && sent.len() == 1, "{why}");
}
