//! What is signed, what is sent of it, and where to.

use std::time::Duration;

use watchdeck_domain::{Environment, Region, Scope};
use watchdeck_guard::{Handover, PlanId, Risk};

use super::*;
use crate::Connection;
use crate::fake::{self, ACCOUNT, Fake};

/// A clock that stands.
struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn sleep(&self, span: Duration) -> Task<'_, ()> {
        Box::pin(tokio::time::sleep(span))
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn asked() -> Handover {
    Handover {
        plan: PlanId::parse(&format!("p-{}", "0".repeat(32))).unwrap(),
        hash: "aa".into(),
        nonce: "n1".into(),
        title: "roll live@orders-writer back to 41".into(),
        calls: vec!["Lambda UpdateAlias".into()],
        risk: Risk::R3,
        realm: "live".into(),
        scope: Scope {
            account: AccountId::parse(ACCOUNT).unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        },
        environment: Environment::Production,
        asks: format!("arn:aws:sts::{ACCOUNT}:assumed-role/oncall/alice"),
        until: at("2026-11-22T03:15:00Z"),
    }
}

const NOW: &str = "2026-11-22T03:01:00Z";

fn attester(connection: &Connection) -> Arc<dyn Attester> {
    connection.attester(Arc::new(Still(at(NOW)))).unwrap()
}

#[tokio::test]
async fn what_was_signed_is_sent_as_it_is_and_nothing_of_ours_with_it() {
    let fake = Fake::new(|_| fake::json(500, "{}"));
    let connection = fake::connection(&fake).await;
    let attester = attester(&connection);
    assert_eq!(attester.endpoint(), "https://sts.eu-central-1.amazonaws.com");
    let back = connection.presign(&asked(), at(NOW)).await.unwrap();
    let inquiry = asked().inspect(&back, attester.endpoint(), at(NOW), at(NOW)).unwrap();
    let who = attester.ask(&inquiry).await.unwrap();
    assert_eq!(who.user_id, "AROA:operator");
    let seen = fake.all().pop().unwrap();
    assert_eq!((seen.method.as_str(), seen.signed.as_str(), seen.body.len()), ("GET", "", 0));
    assert_eq!(seen.path, format!("/?{}", inquiry.parameters()));
    for part in ["Action=GetCallerIdentity", "X-Amz-Expires=900", "20261122T030100Z"] {
        assert!(seen.path.contains(part), "{}", seen.path);
    }
    assert!(seen.path.contains("host%3Bx-watchdeck-asked%3Bx-watchdeck-hash%3Bx-watchdeck-nonce"));
}

#[tokio::test]
async fn a_request_for_another_region_is_not_signed() {
    let fake = Fake::new(|_| fake::json(500, "{}"));
    let connection = fake::connection(&fake).await;
    let scope = Scope { region: Region::parse("eu-west-1").unwrap(), ..asked().scope };
    let error = connection.presign(&Handover { scope, ..asked() }, at(NOW)).await.unwrap_err();
    assert!(error.to_string().contains("eu-west-1"), "{error}");
}

#[tokio::test]
async fn a_no_of_sts_names_nobody() {
    let fake = Fake::new(|_| fake::json(500, "{}"));
    let connection = fake::connection(&fake).await;
    let back = connection.presign(&asked(), at(NOW)).await.unwrap();
    let refusing = Fake::stranger(|seen| {
        if seen.method == "POST" {
            return fake::whoami();
        }
        let body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code>\
                    <Message>no match</Message></Error></ErrorResponse>";
        fake::whole(403, "text/xml", body)
    });
    let connection = fake::connection(&refusing).await;
    let attester = attester(&connection);
    let inquiry = asked().inspect(&back, attester.endpoint(), at(NOW), at(NOW)).unwrap();
    let why = attester.ask(&inquiry).await.unwrap_err();
    assert!(why.contains("STS does not say who signed it"), "{why}");
    // A signature does not reach a message.
    assert!(!why.contains("X-Amz-Signature") && !format!("{inquiry:?}{back:?}").contains("X-Amz"));
}

#[test]
fn sts_is_asked_where_the_partition_has_it() {
    for (region, wanted) in [
        ("eu-central-1", "https://sts.eu-central-1.amazonaws.com"),
        ("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"),
    ] {
        let config = SdkConfig::builder().region(aws_config::Region::new(region)).build();
        assert_eq!(endpoint(&Endpoint::Aws, &config).as_deref(), Some(wanted));
    }
    let config = SdkConfig::builder().build();
    let url = Endpoint::Url("http://127.0.0.1:4599/".into());
    assert_eq!(endpoint(&url, &config).as_deref(), Some("http://127.0.0.1:4599"));
}
