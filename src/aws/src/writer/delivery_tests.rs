//! Changes of pipelines, deployments, caches and alarms: what is sent, and which answers prove that it was done.

use std::sync::Arc;

use serde_json::{Value, json};
use watchdeck_domain::alarm::Mute;
use watchdeck_domain::change::{
    CloseStage, Invalidate, MuteAlarms, RetryStage, RollBackStage, StopDeployment,
};
use watchdeck_domain::{Change, PipelineName, Reversal, StageName, Timestamp};
use watchdeck_guard::{Doubt, Draft, Ended};

use super::WRITE_LIMIT;
use super::tests::{Came, draft, marked, setting, walk_with, writer};
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

const RUN: &str = "00000000-0000-4000-8000-000000000003";
const TARGET: &str = "00000000-0000-4000-8000-000000000001";

fn place() -> (PipelineName, StageName) {
    (PipelineName::parse("orders-deploy").unwrap(), StageName::parse("Deploy").unwrap())
}

/// What is there, whoever asks: a stage that has failed, its executions, a deployment that goes on.
fn there(seen: &Seen) -> Option<http::Response<WireBody>> {
    let operation = seen.target.rsplit('.').next().unwrap_or_default();
    let body = match operation {
        "GetPipelineState" => {
            json!({ "pipelineName": "orders-deploy", "pipelineVersion": 9, "stageStates": [{
            "stageName": "Deploy", "inboundTransitionState": { "enabled": true },
            "latestExecution": { "pipelineExecutionId": RUN, "status": "Failed" }, "actionStates": [],
        }] })
        }
        "ListPipelineExecutions" => json!({ "pipelineExecutionSummaries": [
            { "pipelineExecutionId": RUN, "status": "Failed", "startTime": 5.0 },
            { "pipelineExecutionId": TARGET, "status": "Succeeded", "startTime": 1.0 },
        ] }),
        "GetDeployment" => json!({ "deploymentInfo": { "status": "InProgress" } }),
        _ if seen.method == "GET" => {
            let none = "<InvalidationList><Marker/><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>0</Quantity></InvalidationList>";
            return Some(marked(fake::whole(200, "text/xml", none)));
        }
        _ if seen.path.ends_with("GetAlarmMuteRule") => {
            // A map of one text, as CBOR writes it.
            let name = "com.amazonaws.cloudwatch#ResourceNotFoundException";
            let mut none = vec![0xA1, 0x66];
            none.extend_from_slice(b"__type");
            none.extend_from_slice(&[0x78, u8::try_from(name.len()).unwrap()]);
            none.extend_from_slice(name.as_bytes());
            let mut none = marked(fake::whole(404, "application/cbor", none));
            none.headers_mut().insert("smithy-protocol", "rpc-v2-cbor".parse().unwrap());
            return Some(none);
        }
        _ => return None,
    };
    Some(marked(fake::json(200, body.to_string())))
}

/// Serves a change: how the call was answered, and what was sent.
async fn serve(draft: &Draft, answer: fn() -> http::Response<WireBody>) -> (Came, Vec<Seen>) {
    let fake: Arc<Fake> = Fake::new(move |seen| there(seen).unwrap_or_else(answer));
    let connection = fake::connection(&fake).await;
    let (_, came) = walk_with(draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    (came, fake.seen().into_iter().filter(|seen| there(seen).is_none()).collect())
}

fn body(sent: &[Seen]) -> Value {
    serde_json::from_str(&sent[0].text()).unwrap()
}

/// A draft of what nothing takes back.
fn for_good(change: Change) -> Draft {
    let mut draft = draft();
    draft.first.change = change;
    draft.first.reversal = Reversal::Never("what is done is done".into());
    draft
}

fn said(body: &'static str) -> http::Response<WireBody> {
    marked(fake::json(200, body))
}

fn close(closed: Option<&str>, before: Option<&str>) -> Change {
    let (pipeline, stage) = place();
    let (closed, before) = (closed.map(str::to_owned), before.map(str::to_owned));
    CloseStage { pipeline, stage, closed, before }.into()
}

#[tokio::test]
async fn cf30_a_stage_is_closed_inbound_with_its_reason_and_a_marked_answer_proves_it() {
    let draft = setting(close(Some("INC-12 r-1"), None), close(None, Some("INC-12 r-1")));
    let (came, sent) = serve(&draft, || said("{}")).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!(sent[0].target, "CodePipeline_20150709.DisableStageTransition");
    let wanted = json!({
        "pipelineName": "orders-deploy", "stageName": "Deploy", "transitionType": "Inbound",
        "reason": "INC-12 r-1",
    });
    assert_eq!(body(&sent), wanted);
    let (came, _) = serve(&draft, || fake::html(200, "<html>a portal</html>")).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

fn retry() -> Draft {
    let (pipeline, stage) = place();
    let execution = RUN.parse().unwrap();
    for_good(RetryStage { pipeline, stage, execution, all: false, seen: None }.into())
}

#[tokio::test]
async fn a_stage_is_tried_again_and_the_same_execution_proves_it() {
    let same = || said(r#"{"pipelineExecutionId":"00000000-0000-4000-8000-000000000003"}"#);
    let (came, sent) = serve(&retry(), same).await;
    assert!(matches!(came, Came::Landed(_)));
    let wanted = json!({
        "pipelineName": "orders-deploy", "stageName": "Deploy", "pipelineExecutionId": RUN,
        "retryMode": "FAILED_ACTIONS",
    });
    assert_eq!(body(&sent), wanted);
    let (came, sent) = serve(&retry(), || said("{}")).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))) && sent.len() == 1);
    for code in ["NotLatestPipelineExecutionException", "ConflictException"] {
        let no: fn() -> http::Response<WireBody> = match code {
            "ConflictException" => || refused("ConflictException"),
            _ => || refused("NotLatestPipelineExecutionException"),
        };
        let (came, sent) = serve(&retry(), no).await;
        assert!(matches!(came, Came::Stopped(Ended::Rejected, _)) && sent.len() == 1, "{code}");
    }
}

fn refused(code: &str) -> http::Response<WireBody> {
    marked(fake::json(400, json!({ "__type": code, "message": "no" }).to_string()))
}

#[tokio::test]
async fn cf31_a_rollback_names_its_target_and_a_refused_one_is_a_definite_no() {
    let (pipeline, stage) = place();
    let target = TARGET.parse().unwrap();
    let seen = Some(Timestamp::from_millis(5_000));
    let draft = for_good(RollBackStage { pipeline, stage, target, before: None, seen }.into());
    let made = || said(r#"{"pipelineExecutionId":"00000000-0000-4000-8000-000000000004"}"#);
    let (came, sent) = serve(&draft, made).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!(body(&sent)["targetPipelineExecutionId"], TARGET);
    let (came, sent) = serve(&draft, || refused("UnableToRollbackStageException")).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)) && sent.len() == 1);
    let (came, _) = serve(&draft, || said("{}")).await;
    assert!(matches!(came, Came::Adrift(_)));
}

#[tokio::test]
async fn a_deployment_is_stopped_with_a_rollback() {
    let deployment = "d-ABCDEF123".parse().unwrap();
    let group = "orders/orders-writer".into();
    let draft = for_good(StopDeployment { deployment, group, shifts: String::new() }.into());
    let (came, sent) = serve(&draft, || said(r#"{"status":"Pending"}"#)).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!(body(&sent), json!({ "deploymentId": "d-ABCDEF123", "autoRollbackEnabled": true }));
    let (came, _) = serve(&draft, || refused("DeploymentAlreadyCompletedException")).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)));
    let (came, _) = serve(&draft, || said("{}")).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn cf38_an_invalidation_bears_the_reference_of_its_run() {
    let mut draft = for_good(close(None, None));
    let reference = Invalidate::reference_of(draft.id.run());
    draft.first.change = Invalidate {
        distribution: "EDFDVBD632BHDS5".parse().unwrap(),
        arn: "arn:aws:cloudfront::123456784021:distribution/EDFDVBD632BHDS5".into(),
        name: "shop.example".into(),
        paths: vec!["/a".into()],
        reference: reference.clone(),
        since: Timestamp::default(),
    }
    .into();
    let other = || {
        let of = "<Invalidation><Id>I1</Id><Status>InProgress</Status><CreateTime>2026-01-01T00:00:00Z</CreateTime><InvalidationBatch><Paths>\
                  <Quantity>1</Quantity></Paths><CallerReference>theirs</CallerReference></InvalidationBatch></Invalidation>";
        marked(fake::whole(201, "text/xml", of))
    };
    let (came, sent) = serve(&draft, other).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))), "it is another's");
    let text = sent[0].text();
    for part in
        [format!("<CallerReference>{reference}<"), "<Path>/a<".into(), "<Quantity>1<".into()]
    {
        assert!(text.contains(&part), "{part} in {text}");
    }
}

#[tokio::test]
async fn cf40_a_rule_that_mutes_is_sent_with_its_end() {
    let from = Timestamp::from_millis(1_790_000_040_000);
    let until = from + std::time::Duration::from_mins(30);
    let mute = Some(Mute { alarms: vec!["orders-errors".into()], from, until });
    let put = MuteAlarms { rule: "ours".into(), mute: mute.clone(), before: None };
    let back = MuteAlarms { rule: "ours".into(), mute: None, before: mute };
    let (came, sent) = serve(&setting(put.into(), back.into()), || said("{}")).await;
    assert_eq!(sent.len(), 1);
    // The call is binary: its words can be read all the same.
    let text = String::from_utf8_lossy(sent[0].text().as_bytes()).into_owned();
    for part in ["ExpireDate", "orders-errors", "PT30M", "at("] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!matches!(came, Came::Stopped(..)));
}
