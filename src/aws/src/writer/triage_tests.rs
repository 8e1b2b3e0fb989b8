//! Warrants of triage: findings set and archived, and answers that are a yes to some of it.

use std::sync::Arc;

use serde_json::{Value, json};
use watchdeck_domain::change::{ArchiveThreats, FindingName, SetWorkflow};
use watchdeck_domain::finding::Workflow;
use watchdeck_domain::{Change, FindingId, ThreatId};
use watchdeck_guard::{Doubt, Draft, Ended};

use super::WRITE_LIMIT;
use super::tests::{Came, marked, setting, walk_with, writer};
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

fn id(n: usize) -> String {
    format!("arn:aws:securityhub:eu-central-1:123456784021:finding/{n}")
}

/// The ids of a request to find something, as they stand in its body.
fn asked(seen: &Seen) -> Vec<String> {
    let body: Value = serde_json::from_str(&seen.text()).unwrap();
    let filters = body.pointer("/Filters/Id").and_then(Value::as_array).cloned();
    let values = filters.unwrap_or_default();
    values.iter().map(|one| one["Value"].as_str().unwrap().to_owned()).collect()
}

/// What is there, whoever asks.
fn there(seen: &Seen) -> Option<Value> {
    match seen.path.as_str() {
        "/findings" => {
            let ids = asked(seen);
            // No more values fit in a filter.
            assert!(ids.len() <= 20, "{}", ids.len());
            let finding = |id: &String| {
                json!({
                    "Id": id, "ProductArn": "arn:product", "Workflow": { "Status": "NEW" },
                    "RecordState": "ACTIVE",
                })
            };
            Some(json!({ "Findings": ids.iter().map(finding).collect::<Vec<_>>() }))
        }
        "/detector" => Some(json!({ "detectorIds": ["8ac7e4c9"] })),
        "/detector/8ac7e4c9/findings/get" => Some(json!({ "findings": [{
            "id": "b0a4d7e2c5f14a68b3d9e1c7f6a2d804", "service": { "archived": false },
        }] })),
        _ => None,
    }
}

async fn serve(
    draft: &Draft,
    answer: impl Fn(&Seen) -> http::Response<WireBody> + Send + Sync + 'static,
) -> (Came, Vec<Seen>) {
    let fake: Arc<Fake> = Fake::new(move |seen| match there(seen) {
        Some(body) => marked(fake::json(200, body.to_string())),
        None => answer(seen),
    });
    let connection = fake::connection(&fake).await;
    let (_, came) = walk_with(draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    let sent = fake.seen().into_iter().filter(|seen| there(seen).is_none()).collect();
    (came, sent)
}

fn set(count: usize) -> Draft {
    let name = |n: usize| FindingName {
        id: FindingId::parse(id(n)).unwrap(),
        product_arn: "arn:product".into(),
    };
    let to = |workflow: Workflow, before: Workflow, note: &str| {
        let findings = (0..count).map(name).collect();
        Change::from(SetWorkflow { findings, workflow, before, note: note.into() })
    };
    setting(
        to(Workflow::Resolved, Workflow::New, "INC-12: mended"),
        to(Workflow::New, Workflow::Resolved, "taken back"),
    )
}

/// An answer that takes all but so many of the findings, the last ones.
fn taken(seen: &Seen, but: usize) -> http::Response<WireBody> {
    let body: Value = serde_json::from_str(&seen.text()).unwrap();
    let names = body["FindingIdentifiers"].as_array().unwrap().clone();
    let (yes, no) = names.split_at(names.len() - but);
    let left = no.iter().map(|name| {
        json!({
            "FindingIdentifier": name, "ErrorCode": "FindingNotFound", "ErrorMessage": "not found",
        })
    });
    let left: Vec<_> = left.collect();
    let answer = json!({ "ProcessedFindings": yes, "UnprocessedFindings": left });
    marked(fake::json(200, answer.to_string()))
}

#[tokio::test]
async fn findings_are_set_by_id_and_product_with_status_and_note() {
    let (came, sent) = serve(&set(1), |seen| taken(seen, 0)).await;
    let Came::Landed(landed) = came else { panic!("it did not land") };
    assert!(landed[0].left.is_empty());
    assert_eq!(
        (sent[0].method.as_str(), sent[0].path.as_str()),
        ("PATCH", "/findings/batchupdate")
    );
    let body: Value = serde_json::from_str(&sent[0].text()).unwrap();
    let wanted = json!({
        "FindingIdentifiers": [{ "Id": id(0), "ProductArn": "arn:product" }],
        "Note": { "Text": "INC-12: mended", "UpdatedBy": "watchdeck" },
        "Workflow": { "Status": "RESOLVED" },
    });
    assert_eq!(body, wanted);
}

#[tokio::test]
async fn cf26_a_yes_that_leaves_some_lands_and_names_them() {
    let (came, sent) = serve(&set(100), |seen| taken(seen, 3)).await;
    let Came::Landed(landed) = came else { panic!("it did not land") };
    assert_eq!((landed[0].left.len(), sent.len()), (3, 1));
    assert!(landed[0].left[0].contains("finding/97: FindingNotFound: not found"), "{landed:?}");
}

#[tokio::test]
async fn cf26_a_yes_that_leaves_all_is_a_no_and_one_that_does_not_add_up_is_open() {
    let (came, _) = serve(&set(2), |seen| taken(seen, 2)).await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("UnprocessedFindings") && why.contains("finding/1"), "{why}");
    let nothing = r#"{"ProcessedFindings":[],"UnprocessedFindings":[]}"#;
    let (came, _) = serve(&set(2), move |_| marked(fake::json(200, nothing))).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

fn archive() -> Draft {
    let to = |archived: bool| {
        let threats = vec![ThreatId::parse("b0a4d7e2c5f14a68b3d9e1c7f6a2d804").unwrap()];
        let (detector, before) = ("8ac7e4c9".into(), !archived);
        Change::from(ArchiveThreats { detector, threats, archived, before })
    };
    setting(to(true), to(false))
}

#[tokio::test]
async fn an_empty_answer_proves_that_findings_are_archived_if_aws_gave_it() {
    let (came, sent) = serve(&archive(), |_| marked(fake::json(200, "{}"))).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!(sent[0].path, "/detector/8ac7e4c9/findings/archive");
    let body: Value = serde_json::from_str(&sent[0].text()).unwrap();
    assert_eq!(body, json!({ "findingIds": ["b0a4d7e2c5f14a68b3d9e1c7f6a2d804"] }));
    let (came, _) = serve(&archive(), |_| fake::json(200, "{}")).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn cf27_a_member_account_is_a_definite_no() {
    let (came, sent) = serve(&archive(), |_| {
        let no = r#"{"__type":"InvalidInputException","message":"not the administrator"}"#;
        let mut answer = marked(fake::json(400, no));
        let code = http::HeaderValue::from_static("BadRequestException");
        answer.headers_mut().insert("x-amzn-errortype", code);
        answer
    })
    .await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("BadRequestException") && sent.len() == 1, "{why}");
}
