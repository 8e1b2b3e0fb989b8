//! Sources and concurrency of functions, as they are set.

use watchdeck_domain::change::{ProvisionConcurrency, ReserveConcurrency, SwitchSource};
use watchdeck_domain::{AliasName, Change, FunctionName};
use watchdeck_guard::{Doubt, Draft, Ended};

use super::tests::{Came, marked, setting, walk_with, writer};
use super::*;
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

const MAPPING: &str = "5f7a2c1e-8d34-4b0a-9c55-1f2e3d4c5b6a";

fn switch(enabled: bool) -> Change {
    Change::SwitchSource(SwitchSource {
        function: FunctionName::parse("orders-writer").unwrap(),
        uuid: MAPPING.into(),
        source: "orders-queue".into(),
        enabled,
        seen: None,
    })
}

fn reserve(reserved: Option<u32>, before: Option<u32>) -> Change {
    let function = FunctionName::parse("orders-writer").unwrap();
    Change::ReserveConcurrency(ReserveConcurrency { function, reserved, before })
}

fn provision(provisioned: Option<u32>, before: Option<u32>) -> Change {
    let function = FunctionName::parse("orders-writer").unwrap();
    let alias = AliasName::parse("live").unwrap();
    Change::ProvisionConcurrency(ProvisionConcurrency { function, alias, provisioned, before })
}

/// Serves one of these changes: what is there, how the call is answered, and what was sent.
async fn set(
    draft: &Draft,
    there: &'static str,
    answer: http::Response<WireBody>,
) -> (Came, Vec<Seen>) {
    let answer = std::sync::Mutex::new(Some(answer));
    let fake = Fake::new(move |seen| {
        if seen.method == "GET" {
            return marked(fake::json(200, there));
        }
        answer.lock().unwrap().take().unwrap()
    });
    let connection = fake::connection(&fake).await;
    let (_, came) = walk_with(draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    (
        came,
        fake.seen().into_iter().filter(|seen| ["PUT", "DELETE"].contains(&&*seen.method)).collect(),
    )
}

fn ours() -> Draft {
    setting(switch(false), switch(true))
}

const ENABLED: &str = r#"{"UUID":"5f7a2c1e-8d34-4b0a-9c55-1f2e3d4c5b6a","State":"Enabled","EventSourceArn":"arn:aws:sqs:eu-central-1:1:orders-queue","FunctionArn":"arn:aws:lambda:eu-central-1:1:function:orders-writer"}"#;

#[tokio::test]
async fn an_event_source_is_switched_by_its_id() {
    let answer = marked(fake::json(202, format!(r#"{{"UUID":"{MAPPING}","State":"Disabling"}}"#)));
    let (came, sent) = set(&ours(), ENABLED, answer).await;
    let Came::Landed(landed) = came else { panic!("it did not land") };
    assert_eq!(landed[0].request_id.as_ref().unwrap().as_str(), "req-1");
    assert_eq!(landed[0].revision, None);
    assert_eq!(sent[0].path, format!("/2015-03-31/event-source-mappings/{MAPPING}"));
    assert_eq!(sent[0].text(), r#"{"Enabled":false}"#);
    // Another mapping's answer proves nothing of ours.
    let other = marked(fake::json(202, r#"{"UUID":"other","State":"Disabling"}"#));
    let (came, sent) = set(&ours(), ENABLED, other).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))) && sent.len() == 1);
    let busy = marked(fake::json(400, r#"{"__type":"ResourceInUseException","Message":"busy"}"#));
    let (came, sent) = set(&ours(), ENABLED, busy).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)) && sent.len() == 1);
}

#[tokio::test]
async fn concurrency_is_reserved_and_given_back_and_nothing_is_not_0() {
    let path = "/2017-10-31/functions/arn%3Aaws%3Alambda%3Aeu-central-1%3A123456784021%3Afunction%3Aorders-writer/concurrency";
    let put = setting(reserve(Some(0), None), reserve(None, Some(0)));
    let answer = marked(fake::json(200, r#"{"ReservedConcurrentExecutions":0}"#));
    let (came, sent) = set(&put, "{}", answer).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!((sent[0].method.as_str(), sent[0].path.as_str()), ("PUT", path));
    assert_eq!(sent[0].text(), r#"{"ReservedConcurrentExecutions":0}"#);
    // An answer with another amount, or with none.
    let (came, _) = set(&put, "{}", marked(fake::json(200, "{}"))).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));

    let delete = setting(reserve(None, Some(5)), reserve(Some(5), None));
    let there = r#"{"ReservedConcurrentExecutions":5}"#;
    let (came, sent) = set(&delete, there, marked(fake::json(204, ""))).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!((sent[0].method.as_str(), sent[0].path.as_str()), ("DELETE", path));
    // The page of a portal is no deletion.
    let (came, _) = set(&delete, there, fake::html(200, "<html>a portal</html>")).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn environments_are_provisioned_for_an_alias() {
    let there = r#"{"RequestedProvisionedConcurrentExecutions":2,"Status":"READY"}"#;
    let put = setting(provision(Some(5), Some(2)), provision(Some(2), Some(5)));
    let body = r#"{"RequestedProvisionedConcurrentExecutions":5,"Status":"IN_PROGRESS"}"#;
    let (came, sent) = set(&put, there, marked(fake::json(202, body))).await;
    assert!(matches!(came, Came::Landed(_)));
    assert!(sent[0].path.ends_with("/provisioned-concurrency?Qualifier=live"), "{}", sent[0].path);
    assert_eq!(sent[0].text(), r#"{"ProvisionedConcurrentExecutions":5}"#);
    let delete = setting(provision(None, Some(2)), provision(Some(2), None));
    let (came, sent) = set(&delete, there, marked(fake::json(204, ""))).await;
    assert!(matches!(came, Came::Landed(_)) && sent[0].method == "DELETE");
}
