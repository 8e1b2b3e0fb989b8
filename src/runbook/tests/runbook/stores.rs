//! The runbooks of queues, secrets, buckets and the firewall, through the guard's own check: what they propose, and traps.

use serde_json::{Value, json};
use watchdeck_domain::bucket::{Bucket, PublicBlock};
use watchdeck_domain::firewall::{AclRule, IpSet, WebAcl};
use watchdeck_domain::queue::{MoveTask, Queue};
use watchdeck_domain::rotation::Rotation;
use watchdeck_domain::{BucketName, IpSetName, QueueName, RevisionId, SecretName};
use watchdeck_guard::{Evidence, Plan, Question, Refusal, Sim, Standing};
use watchdeck_runbook::{Cel, Params, built_in};

use crate::rollback::ceremony;
use crate::shop::{Shop, minutes_ago, now, place};

const ACL: &str = "arn:aws:wafv2:eu-central-1:123456784021:regional/webacl/shop-edge/5c1b7e02";
const SET: &str = "arn:aws:wafv2:eu-central-1:123456784021:regional/ipset/blocked/1e7c9a35";

fn queue(name: &str, visible: u64, dead_letters: &str) -> Queue {
    Queue {
        name: QueueName::parse(name).unwrap(),
        url: format!("https://sqs.eu-central-1.amazonaws.com/123456784021/{name}"),
        arn: format!("arn:aws:sqs:eu-central-1:123456784021:{name}"),
        visible,
        hidden: 0,
        delayed: 0,
        keeps_s: 345_600,
        dead_letters: dead_letters.into(),
    }
}

/// The shop with queues, a secret, a bucket and a firewall.
fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.gauges.insert("Errors", 0.0);
    let dead = queue("orders-dlq", 40, "");
    shop.queues = vec![queue("orders-queue", 3, &dead.arn), dead];
    shop.rotation = Some(Rotation {
        name: SecretName::parse("orders/db").unwrap(),
        arn: "arn:aws:secretsmanager:eu-central-1:123456784021:secret:orders/db-Ab3dEf".into(),
        on: true,
        function: "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer".into(),
        owner: String::new(),
        going: false,
        rotated: Some(minutes_ago(9_000)),
        current: "11111111-before".into(),
        previous: String::new(),
        pending: String::new(),
        versions: vec!["11111111-before".into()],
    });
    shop.bucket = Some(Bucket {
        name: BucketName::parse("shop-assets").unwrap(),
        region: "eu-central-1".into(),
        public_policy: Some(false),
        guests: vec![],
    });
    shop.ip_set = Some(IpSet {
        name: IpSetName::parse("blocked").unwrap(),
        id: "1e7c9a35".into(),
        arn: SET.into(),
        description: String::new(),
        version: "IPV4".into(),
        addresses: vec!["192.0.2.128/25".into()],
        lock: RevisionId::parse("lock-1").unwrap(),
    });
    shop.acl = Some(web_acl());
    shop
}

/// A web ACL with one rule, which blocks what is listed.
fn web_acl() -> WebAcl {
    let Value::Object(whole) = json!({
        "Name": "shop-edge", "Id": "5c1b7e02", "ARN": ACL, "Capacity": 1132,
        "DefaultAction": { "Allow": {} }, "VisibilityConfig": { "MetricName": "shop-edge" },
        "Rules": [{
            "Name": "listed", "Priority": 10, "Action": { "Block": {} },
            "Statement": { "IPSetReferenceStatement": { "ARN": SET } },
            "VisibilityConfig": { "MetricName": "block-listed" },
        }],
    }) else {
        panic!("no web ACL")
    };
    WebAcl {
        name: "shop-edge".into(),
        id: "5c1b7e02".into(),
        arn: ACL.parse().unwrap(),
        lock: RevisionId::parse("lock-1").unwrap(),
        capacity: 1132,
        managed: false,
        rules: whole["Rules"].as_array().unwrap().iter().map(AclRule::read).collect(),
        whole,
    }
}

fn rate_rule(limit: u32, window: u32, action: &str) -> Params {
    params(json!({
        "acl": ACL, "acl_name": "shop-edge", "limit": limit, "window": window, "action": action,
    }))
}

fn params(given: Value) -> Params {
    serde_json::from_value(given).unwrap()
}

fn redrive() -> Params {
    params(json!({
        "dead_letters": "orders-dlq", "queue": "orders-queue", "consumer": "orders-writer",
        "cause_is_mended": true,
    }))
}

fn purge() -> Params {
    params(json!({ "queue": "orders-dlq", "a_sample_was_read": true }))
}

fn block_public() -> Params {
    params(json!({ "bucket": "shop-assets", "no_website": true }))
}

fn block_ip() -> Params {
    params(json!({
        "range": "203.0.113.7/32", "set": "blocked", "ours": "office", "acl": ACL,
        "acl_name": "shop-edge", "rule": "block-listed",
    }))
}

async fn check(id: &str, params: Params, shop: &Shop) -> Result<Question, Box<Refusal>> {
    let runbook = built_in().map(Result::unwrap).find(|runbook| runbook.id == id).unwrap();
    let draft = runbook.compile(params, &place(), shop).await.unwrap();
    let checked = Plan::<_, Sim>::propose(draft).check(shop, &Cel, &ceremony(), now()).await?;
    Ok(checked.challenge().question().clone())
}

/// What becomes of one check on a shop that was spoiled.
async fn trap(id: &str, params: Params, spoil: fn(&mut Shop), name: &str, is: Standing) {
    let mut shop = shop();
    spoil(&mut shop);
    let evidence: Vec<Evidence> = match check(id, params, &shop).await {
        Ok(question) => question.evidence,
        Err(refusal) => refusal.evidence,
    };
    let found = evidence.iter().find(|evidence| evidence.id == name);
    let found = found.unwrap_or_else(|| panic!("no check {name}: {evidence:#?}"));
    assert_eq!(found.standing, is, "{found:#?}");
}

#[tokio::test]
async fn each_says_what_it_sends_and_how_it_is_taken_back() {
    let sends = [
        ("sqs.redrive", redrive(), "StartMessageMoveTask", "move orders-dlq back at 50 a second"),
        ("sqs.purge", purge(), "PurgeQueue", "purge orders-dlq of 40 messages"),
        (
            "s3.block-public",
            block_public(),
            "PutPublicAccessBlock",
            "block s3:shop-assets to all-four",
        ),
        ("waf.block-ip", block_ip(), "UpdateIPSet", "block 203.0.113.7/32@blocked: listed"),
    ];
    for (id, params, operation, phrase) in sends {
        let question = check(id, params, &shop()).await.unwrap();
        assert_eq!((question.calls.len(), question.calls[0].operation.as_str()), (1, operation));
        assert!(question.phrase.starts_with(phrase), "{}", question.phrase);
        assert!(!question.reversals[0].is_empty() && !question.blast_radius.is_empty());
    }
    let rotate = params(json!({
        "secret": "orders/db", "rotator": "orders-writer", "readers_read_anew": true,
    }));
    // The function of the shop has no `$LATEST` that could be read: a rotation is not planned on what nobody saw.
    assert!(check("secrets.rotate", rotate, &shop()).await.is_err());
}

#[tokio::test]
async fn cf16_what_others_have_listed_is_sent_along() {
    let question = check("waf.block-ip", block_ip(), &shop()).await.unwrap();
    let sent = &question.calls[0].params["Addresses"];
    assert_eq!(*sent, json!(["192.0.2.128/25", "203.0.113.7/32"]));
}

#[tokio::test]
async fn cf34_where_nothing_was_configured_the_way_back_takes_it_away() {
    let question = check("s3.block-public", block_public(), &shop()).await.unwrap();
    let [way] = &question.reversals[..] else { panic!("{:?}", question.reversals) };
    assert!(way.starts_with("take the public access block of bucket shop-assets away"), "{way}");
}

#[tokio::test]
async fn every_trap_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "sqs.redrive";
    trap(id, redrive(), |s| s.queues[0].dead_letters.clear(), "dead-letters", Stopped).await;
    trap(id, redrive(), |s| s.queues[1].visible = 0, "something", Stopped).await;
    let sick = |s: &mut Shop| {
        s.gauges.insert("Errors", 400.0);
    };
    trap(id, redrive(), sick, "consumer-is-well", Stopped).await;
    let mut nobody = redrive();
    nobody.insert("cause_is_mended".into(), json!(false));
    trap(id, nobody, |_| {}, "cause_is_mended", Stopped).await;

    let id = "sqs.purge";
    trap(id, purge(), |s| s.queues[1].visible = 2_000, "no-more", Stopped).await;
    trap(id, purge(), |s| s.queues[1].hidden = 2, "not-worked-on", Warned).await;

    let id = "s3.block-public";
    let guest = |s: &mut Shop| {
        let guests = &mut s.bucket.as_mut().unwrap().guests;
        guests.push("arn:aws:iam::210987654321:root".into());
    };
    trap(id, block_public(), guest, "no-guests", Warned).await;
    let public = |s: &mut Shop| s.bucket.as_mut().unwrap().public_policy = Some(true);
    trap(id, block_public(), public, "no-public-policy", Warned).await;
    let unseen = |s: &mut Shop| s.denied.push("s3:GetBucketPolicyStatus");
    // What is pinned and cannot be read is no plan at all.
    let mut shop = shop();
    unseen(&mut shop);
    assert!(check(id, block_public(), &shop).await.is_err());

    let id = "waf.block-ip";
    trap(id, block_ip(), |s| s.overlap.push("203.0.113.0/28".into()), "not-ours", Stopped).await;
    let counts = |s: &mut Shop| s.acl.as_mut().unwrap().rules[0].action = "count".into();
    trap(id, block_ip(), counts, "blocks", Stopped).await;
    let six = |s: &mut Shop| s.ip_set.as_mut().unwrap().version = "IPV6".into();
    trap(id, block_ip(), six, "family", Stopped).await;
}

#[tokio::test]
async fn cf28_a_task_that_runs_already_is_no_plan() {
    let mut shop = shop();
    shop.move_tasks.push(MoveTask {
        status: "RUNNING".into(),
        started: minutes_ago(3),
        rate: None,
        destination: String::new(),
        moved: 7,
        to_move: Some(40),
        failure: String::new(),
    });
    let no = check("sqs.redrive", redrive(), &shop).await.unwrap_err();
    assert!(no.what.contains("one task at a time"), "{no:?}");
}

#[tokio::test]
async fn what_is_so_already_is_no_plan() {
    let mut shop = shop();
    shop.public_block = Some(PublicBlock::ALL);
    let no = check("s3.block-public", block_public(), &shop).await.unwrap_err();
    assert!(no.what.contains("already"), "{no:?}");
    shop.ip_set.as_mut().unwrap().addresses.push("203.0.113.7/32".into());
    let no = check("waf.block-ip", block_ip(), &shop).await.unwrap_err();
    assert!(no.what.contains("already"), "{no:?}");
}

#[tokio::test]
async fn a_rate_rule_is_put_first_and_the_rest_is_sent_back_as_it_came() {
    let question = check("waf.rate-rule", rate_rule(100, 60, "count"), &shop()).await.unwrap();
    let sent = &question.calls[0];
    assert_eq!(sent.operation, "UpdateWebACL");
    assert_eq!(sent.params["Rules"][0], web_acl().whole["Rules"][0]);
    assert_eq!(sent.params["Rules"][1]["Priority"], 0);
    assert!(
        question.phrase.starts_with("limit rate@shop-edge: count-above-100-in-60s"),
        "{}",
        question.phrase
    );
    assert!(
        question.reversals[0].starts_with("take the rule ops-rate-"),
        "{:?}",
        question.reversals
    );
}

#[tokio::test]
async fn every_trap_of_a_rate_rule_is_seen() {
    use Standing::{Stopped, Warned};
    let (id, count) = ("waf.rate-rule", || rate_rule(100, 60, "count"));
    let full = |s: &mut Shop| s.acl.as_mut().unwrap().capacity = 4_999;
    let mut crowded = shop();
    full(&mut crowded);
    // The guard refuses by itself what AWS would: the check of the runbook says it before.
    assert!(check(id, count(), &crowded).await.is_err());
    let dear = |s: &mut Shop| s.acl.as_mut().unwrap().capacity = 1_499;
    trap(id, count(), dear, "dear", Warned).await;
    trap(id, count(), |s| s.acl.as_mut().unwrap().managed = true, "managed", Stopped).await;
    trap(id, count(), |s| s.acl.as_mut().unwrap().name = "other".into(), "name", Stopped).await;
    trap(id, rate_rule(100, 60, "block"), |_| {}, "counted-first", Warned).await;
    let allows = |s: &mut Shop| {
        let rule = &mut s.acl.as_mut().unwrap().rules[0];
        (rule.action, rule.priority) = ("allow".into(), 0);
    };
    trap(id, count(), allows, "no-way-round", Warned).await;
    let unknown = |s: &mut Shop| {
        let whole = &mut s.acl.as_mut().unwrap().whole;
        whole.insert("OfTomorrow".into(), json!({}));
    };
    let mut strange = shop();
    unknown(&mut strange);
    let no = check(id, count(), &strange).await.unwrap_err();
    assert!(no.what.contains("`OfTomorrow`"), "{no:?}");
    let mut held = shop();
    let like = AclRule::read(&json!({
        "Name": "theirs", "Priority": 1, "Action": { "Count": {} }, "Statement": {
            "RateBasedStatement": { "Limit": 100, "EvaluationWindowSec": 60, "AggregateKeyType": "IP" },
        },
    }));
    held.acl.as_mut().unwrap().rules.push(like);
    let no = check(id, count(), &held).await.unwrap_err();
    assert!(no.what.contains("already, by the rule theirs"), "{no:?}");
    let no = check(id, rate_rule(100, 90, "count"), &shop()).await.unwrap_err();
    assert!(no.what.contains("60, 120, 300 or 600 s"), "{no:?}");
}
