//! Records, health checks and zones, as they are called: what is sent, and which answers prove that it was done.

use std::sync::Arc;

use serde_json::{Value, json};
use watchdeck_domain::change::{InvertCheck, Shift, ShiftWeights, ShiftZone};
use watchdeck_domain::dns::{AliasTarget, WeightedRecord};
use watchdeck_domain::{Change, RevisionId};
use watchdeck_guard::{Doubt, Draft, Ended};

use super::WRITE_LIMIT;
use super::tests::{Came, marked, setting, walk_with, writer};
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

const CHECK: &str = "4e6a8c0d-2f1b-4d35-8799-a1b3c5d7e9f0";
const BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456784021:loadbalancer/app/shop-web/50dc6c49";

fn xml(body: &str) -> http::Response<WireBody> {
    let body = format!("<?xml version=\"1.0\"?>{body}");
    marked(fake::whole(200, "text/xml", body))
}

/// What is there, whoever asks. The weight of the first record, and the version of the check.
fn there(seen: &Seen) -> Option<http::Response<WireBody>> {
    if seen.method != "GET" {
        return None;
    }
    if seen.path.contains("/rrset") {
        return Some(xml("<ListResourceRecordSetsResponse><ResourceRecordSets>\
            <ResourceRecordSet><Name>pay.shop.example.</Name><Type>CNAME</Type><SetIdentifier>home</SetIdentifier>\
            <Weight>100</Weight><TTL>60</TTL><ResourceRecords><ResourceRecord><Value>home.example</Value></ResourceRecord>\
            </ResourceRecords><HealthCheckId>h-1</HealthCheckId></ResourceRecordSet>\
            <ResourceRecordSet><Name>pay.shop.example.</Name><Type>CNAME</Type><SetIdentifier>west</SetIdentifier>\
            <Weight>0</Weight><AliasTarget><HostedZoneId>Z2</HostedZoneId><DNSName>west.example.</DNSName>\
            <EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget></ResourceRecordSet>\
            </ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>"));
    }
    if seen.path.ends_with("/status") {
        return Some(xml(
            "<GetHealthCheckStatusResponse><HealthCheckObservations/></GetHealthCheckStatusResponse>",
        ));
    }
    if seen.path.contains("/healthcheck/") {
        return Some(xml(&health_check("GetHealthCheckResponse", 3, false)));
    }
    let weights = json!({ "euc1-az1": 1.0, "euc1-az2": 1.0 });
    let body = json!({ "arn": BALANCER, "name": "shop-web", "appliedWeights": weights, "zonalShifts": [] });
    Some(marked(fake::json(200, body.to_string())))
}

fn health_check(shape: &str, version: u32, inverted: bool) -> String {
    format!(
        "<{shape}><HealthCheck><Id>{CHECK}</Id><CallerReference>r</CallerReference><HealthCheckConfig><Type>HTTPS</Type>\
         <FullyQualifiedDomainName>shop.example</FullyQualifiedDomainName><Inverted>{inverted}</Inverted></HealthCheckConfig>\
         <HealthCheckVersion>{version}</HealthCheckVersion></HealthCheck></{shape}>"
    )
}

/// Serves a change: how the call was answered, and what was sent.
async fn serve(
    draft: &Draft,
    answer: impl Fn() -> http::Response<WireBody> + Send + Sync + 'static,
) -> (Came, Vec<Seen>) {
    let fake: Arc<Fake> = Fake::new(move |seen| there(seen).unwrap_or_else(&answer));
    let connection = fake::connection(&fake).await;
    let (_, came) = walk_with(draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    (came, fake.seen().into_iter().filter(|seen| there(seen).is_none()).collect())
}

fn records(home: u32, west: u32) -> Vec<WeightedRecord> {
    let record = |set: &str, weight| WeightedRecord {
        set: set.into(),
        weight,
        ttl: None,
        values: vec![],
        alias: None,
        health_check: None,
        policy: String::new(),
    };
    let home = WeightedRecord {
        ttl: Some(60),
        values: vec!["home.example".into()],
        health_check: Some("h-1".into()),
        ..record("home", home)
    };
    let alias = AliasTarget { zone: "Z2".into(), name: "west.example.".into(), evaluates: true };
    vec![home, WeightedRecord { alias: Some(alias), ..record("west", west) }]
}

fn weighed() -> Draft {
    let weigh = |records, before| {
        Change::ShiftWeights(ShiftWeights {
            zone: "Z04SHOPEXAMPLE1".parse().unwrap(),
            name: "pay.shop.example.".parse().unwrap(),
            kind: "CNAME".into(),
            records,
            before,
        })
    };
    let (before, after) = (records(100, 0), records(0, 100));
    setting(weigh(after.clone(), before.clone()), weigh(before, after))
}

fn portal() -> http::Response<WireBody> {
    fake::html(200, "<html>a portal</html>")
}

fn refusal(status: u16, code: &str) -> http::Response<WireBody> {
    let body = format!(
        "<ErrorResponse xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type><Code>{code}</Code>\
         <Message>no</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"
    );
    marked(fake::whole(status, "text/xml", body))
}

fn change() -> http::Response<WireBody> {
    xml(
        "<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C2682N5HXP0BZ4</Id><Status>PENDING</Status>\
         <SubmittedAt>2026-11-22T03:00:00Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>",
    )
}

#[tokio::test]
async fn every_record_of_another_weight_is_sent_whole_and_in_one_batch() {
    let (came, sent) = serve(&weighed(), change).await;
    let Came::Landed(landed) = came else { panic!("it did not land") };
    assert_eq!(landed[0].revision.as_ref().unwrap().as_str(), "/change/C2682N5HXP0BZ4");
    assert_eq!((sent.len(), sent[0].method.as_str()), (1, "POST"));
    assert!(sent[0].path.starts_with("/2013-04-01/hostedzone/Z04SHOPEXAMPLE1/rrset"));
    let body = sent[0].text();
    for part in [
        "<Action>UPSERT</Action>",
        "<SetIdentifier>home</SetIdentifier><Weight>0</Weight><TTL>60</TTL>",
        "<ResourceRecord><Value>home.example</Value></ResourceRecord>",
        "<HealthCheckId>h-1</HealthCheckId>",
        "<SetIdentifier>west</SetIdentifier><Weight>100</Weight><AliasTarget>",
        "<EvaluateTargetHealth>true</EvaluateTargetHealth>",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
    let (came, _) = serve(&weighed(), portal).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn cf17_a_zone_that_is_busy_is_a_no_and_another_plan_lands() {
    let (came, sent) = serve(&weighed(), || refusal(400, "PriorRequestNotComplete")).await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("PriorRequestNotComplete"), "{why}");
    assert_eq!(sent.len(), 1, "it is sent again by nobody but the operator");
    assert!(matches!(serve(&weighed(), change).await.0, Came::Landed(_)));
}

#[tokio::test]
async fn cf18_an_invalid_batch_is_a_no() {
    let (came, _) = serve(&weighed(), || refusal(400, "InvalidChangeBatch")).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)));
}

fn inverted() -> Draft {
    let invert = |inverted| {
        Change::InvertCheck(InvertCheck {
            check: CHECK.parse().unwrap(),
            endpoint: "shop.example".into(),
            inverted,
            lock: RevisionId::parse("3").unwrap(),
        })
    };
    setting(invert(true), invert(false))
}

#[tokio::test]
async fn a_health_check_is_inverted_under_its_version() {
    let done = || xml(&health_check("UpdateHealthCheckResponse", 4, true));
    let (came, sent) = serve(&inverted(), done).await;
    let Came::Landed(landed) = came else { panic!("it did not land") };
    assert_eq!(landed[0].revision.as_ref().unwrap().as_str(), "4");
    assert_eq!(sent[0].path, format!("/2013-04-01/healthcheck/{CHECK}"));
    let body = sent[0].text();
    assert!(body.contains("<HealthCheckVersion>3</HealthCheckVersion>"), "{body}");
    assert!(body.contains("<Inverted>true</Inverted>"), "{body}");
    assert_eq!(body.matches("</").count(), 3, "nothing else of it is sent: {body}");
}

#[tokio::test]
async fn cf21_a_version_that_somebody_has_moved_is_a_no() {
    let (came, _) = serve(&inverted(), || refusal(409, "HealthCheckVersionMismatch")).await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("HealthCheckVersionMismatch"), "{why}");
}

fn shifted() -> Draft {
    let wanted = Some(Shift { away: "euc1-az2".parse().unwrap(), comment: "INC-7".into() });
    let shift = |shift, before| {
        Change::ShiftZone(ShiftZone {
            resource: BALANCER.parse().unwrap(),
            name: "shop-web".into(),
            shift,
            before,
            id: String::new(),
            minutes: 90,
        })
    };
    setting(shift(wanted.clone(), None), shift(None, wanted))
}

fn begun(away: &str) -> Value {
    json!({
        "zonalShiftId": "9ac9ec1e", "resourceIdentifier": BALANCER, "awayFrom": away, "comment": "INC-7",
        "startTime": 1_780_000_000, "expiryTime": 1_780_005_400, "status": "ACTIVE",
    })
}

#[tokio::test]
async fn traffic_is_led_away_from_a_zone_with_an_end() {
    let done = || marked(fake::json(201, begun("euc1-az2").to_string()));
    let (came, sent) = serve(&shifted(), done).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!((sent[0].method.as_str(), sent[0].path.as_str()), ("POST", "/zonalshifts"));
    let body: Value = serde_json::from_str(&sent[0].text()).unwrap();
    let wanted = json!({
        "resourceIdentifier": BALANCER, "awayFrom": "euc1-az2", "expiresIn": "90m", "comment": "INC-7",
    });
    assert_eq!(body, wanted);
    let other = || marked(fake::json(201, begun("euc1-az1").to_string()));
    assert!(matches!(serve(&shifted(), other).await.0, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn cf39_a_shift_beside_another_is_a_no() {
    let active = || {
        let why = r#"{"__type":"ConflictException","message":"There is already an active zonal shift","reason":"ZonalShiftAlreadyExists"}"#;
        marked(fake::json(409, why))
    };
    let (came, _) = serve(&shifted(), active).await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("ConflictException"), "{why}");
}
