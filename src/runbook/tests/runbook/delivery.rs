//! The runbooks of delivery, through the guard's own check: what they propose, and every trap.

use serde_json::{Value, json};
use watchdeck_domain::{Change, Reversal};
use watchdeck_guard::Standing::{Stopped, Warned};
use watchdeck_guard::{Standing, Why};
use watchdeck_runbook::{Params, parse};

use crate::deliveries::{alarm, execution};
use crate::setting::{check, draft, sound, trap_on};
use crate::shop::Shop;

fn of_stage(more: &Value) -> Params {
    let mut params = json!({ "pipeline": "orders-deploy", "stage": "Deploy" });
    let more = more.as_object().unwrap().clone();
    params.as_object_mut().unwrap().extend(more);
    serde_json::from_value(params).unwrap()
}

fn freeze(reason: &str) -> Params {
    of_stage(&json!({ "reason": reason }))
}

fn retry() -> Params {
    of_stage(&json!({ "execution": execution(3), "cause_is_mended": true }))
}

fn back(to: usize) -> Params {
    of_stage(&json!({ "execution": execution(to), "old_one_still_fits": true }))
}

fn stop() -> Params {
    serde_json::from_value(json!({
        "deployment": "d-ABCDEF123", "function": "orders-writer", "alias": "live",
    }))
    .unwrap()
}

/// The shop whose newest release has failed in the stage.
fn failed() -> Shop {
    let mut shop = Shop::new();
    shop.deliveries.stage.status = "Failed".into();
    shop.deliveries.came = vec![1, 2];
    shop
}

const STAGE: &str = "arn:aws:codepipeline:eu-central-1:123456784021:orders-deploy/Deploy";

#[tokio::test]
async fn cf30_a_reason_is_sent_of_what_codepipeline_takes_and_bears_the_run() {
    let question = sound("cp.freeze", freeze("INC-12: fix / a,b"), &Shop::new()).await;
    assert_eq!(question.phrase, "freeze Deploy@orders-deploy to closed in ..4021");
    let (call, run) = (&question.calls[0], question.plan.run());
    assert_eq!(call.operation, "DisableStageTransition");
    let wanted = json!({
        "pipelineName": "orders-deploy", "stageName": "Deploy", "transitionType": "Inbound",
        "reason": format!("INC-12- fix - a-b {run}"),
    });
    assert_eq!(call.params, wanted);
    assert_eq!(question.permissions[0].actions, ["codepipeline:DisableStageTransition"]);
    assert_eq!(question.permissions[0].resources, [STAGE]);
    let [difference] = &question.differences[..] else { panic!("{:?}", question.differences) };
    assert_eq!(difference.before, "open");
    assert!(difference.after.starts_with("closed (INC-12-"), "{difference:?}");
    assert_eq!(
        question.reversals,
        ["let executions enter stage Deploy of orders-deploy, as a plan of its own"]
    );
    let long = draft("cp.freeze", freeze(&"x".repeat(241)), &Shop::new()).await.unwrap_err();
    assert!(long.what.contains("longer than 240"), "{long:?}");
}

#[tokio::test]
async fn every_trap_of_a_freeze_is_seen() {
    let trap = async |spoil: fn(&mut Shop), name: &str, is: Standing| {
        trap_on(Shop::new(), "cp.freeze", freeze("INC-12"), spoil, name, is).await;
    };
    trap(|s| s.deliveries.stage.closed = Some("theirs".into()), "open", Stopped).await;
    trap(|s| s.deliveries.stage.first = true, "not-source", Stopped).await;
    trap(|s| s.deliveries.stage.status = "InProgress".into(), "none-inside", Warned).await;
}

#[tokio::test]
async fn a_stage_is_tried_again_with_the_execution_that_failed_there() {
    let question = sound("cp.retry-stage", retry(), &failed()).await;
    assert_eq!(question.phrase, "retry Deploy@orders-deploy of 00000000 in ..4021");
    let wanted = json!({
        "pipelineName": "orders-deploy", "stageName": "Deploy",
        "pipelineExecutionId": execution(3), "retryMode": "FAILED_ACTIONS",
    });
    assert_eq!(question.calls[0].params, wanted);
    assert_eq!(question.permissions[0].resources, [STAGE]);
    assert!(question.reversals[0].contains("cp.rollback-stage"), "{:?}", question.reversals);
}

#[tokio::test]
async fn every_trap_of_a_retry_is_seen() {
    let trap = async |spoil: fn(&mut Shop), name: &str, is: Standing| {
        trap_on(failed(), "cp.retry-stage", retry(), spoil, name, is).await;
    };
    trap(|s| s.deliveries.structure = Some(8), "same-structure", Stopped).await;
    trap(|s| s.deliveries.structure = None, "same-structure", Stopped).await;
    trap(|s| s.deliveries.stage.waiting = execution(4), "not-superseded", Warned).await;
    let of = |spoil: fn(&mut Shop)| {
        let mut shop = failed();
        spoil(&mut shop);
        shop
    };
    let other = of(|s| s.deliveries.stage.execution = execution(2));
    let refusal = check("cp.retry-stage", retry(), &other).await.unwrap_err();
    assert_eq!(refusal.why, Why::Moved, "{refusal:?}");
    let going = of(|s| s.deliveries.stage.status = "InProgress".into());
    let refusal = check("cp.retry-stage", retry(), &going).await.unwrap_err();
    assert!(refusal.what.contains("only what failed"), "{refusal:?}");
}

#[tokio::test]
async fn a_stage_is_rolled_back_by_an_execution_that_came_through_it() {
    let question = sound("cp.rollback-stage", back(2), &Shop::new()).await;
    assert_eq!(question.phrase, "roll back Deploy@orders-deploy to 00000000 in ..4021");
    let wanted = json!({
        "pipelineName": "orders-deploy", "stageName": "Deploy",
        "targetPipelineExecutionId": execution(2),
    });
    assert_eq!(question.calls[0].params, wanted);
    let draft = draft("cp.rollback-stage", back(2), &Shop::new()).await.unwrap();
    let Reversal::By(back) = draft.first.reversal else { panic!("it can be undone") };
    let Change::RollBackStage(back) = *back else { panic!("it rolls back") };
    assert_eq!(back.target.as_str(), execution(3));
}

#[tokio::test]
async fn what_the_stage_holds_after_a_rollback_is_what_that_led_to() {
    let mut shop = Shop::new();
    shop.deliveries.runs[0].kind = "ROLLBACK".into();
    shop.deliveries.runs[0].target = execution(1);
    let draft = draft("cp.rollback-stage", back(2), &shop).await.unwrap();
    let Reversal::By(back) = draft.first.reversal else { panic!("it can be undone") };
    let Change::RollBackStage(back) = *back else { panic!("it rolls back") };
    assert_eq!(back.target.as_str(), execution(1));
}

#[tokio::test]
async fn nothing_leads_back_to_what_failed_and_that_has_to_be_meant() {
    let refused = draft("cp.rollback-stage", back(2), &failed()).await.unwrap_err();
    assert!(refused.what.contains("nothing leads back"), "{refused:?}");
    let mut meant = back(2);
    meant.insert("one_way".into(), json!(true));
    let question = sound("cp.rollback-stage", meant, &failed()).await;
    assert!(question.reversals[0].contains("cannot be taken back"), "{:?}", question.reversals);
}

#[tokio::test]
async fn cf31_every_trap_of_a_rollback_is_seen() {
    let trap = async |spoil: fn(&mut Shop), name: &str, is: Standing| {
        trap_on(Shop::new(), "cp.rollback-stage", back(2), spoil, name, is).await;
    };
    trap(|s| s.deliveries.stage.first = true, "not-source", Stopped).await;
    trap(|s| s.deliveries.structure = Some(8), "same-structure", Stopped).await;
    trap(|s| s.deliveries.came = vec![0, 2], "came-through", Stopped).await;
    trap(|s| s.deliveries.stage.status = "InProgress".into(), "quiet", Stopped).await;
    trap(|s| s.deliveries.runs[2].status = "InProgress".into(), "none-on-its-way", Warned).await;
    let mut shop = Shop::new();
    shop.deliveries.runs[1].kind = "ROLLBACK".into();
    let refusal = check("cp.rollback-stage", back(2), &shop).await.unwrap_err();
    assert!(refusal.what.contains("is itself a rollback"), "{refusal:?}");
    let refusal = check("cp.rollback-stage", back(3), &Shop::new()).await.unwrap_err();
    assert!(refusal.what.contains("holds already"), "{refusal:?}");
}

#[tokio::test]
async fn a_deployment_is_stopped_and_led_back() {
    let question = sound("cd.stop", stop(), &Shop::new()).await;
    assert_eq!(question.phrase, "stop d-ABCDEF123@orders/orders-writer: stopped in ..4021");
    let wanted = json!({ "deploymentId": "d-ABCDEF123", "autoRollbackEnabled": true });
    assert_eq!(question.calls[0].params, wanted);
    assert_eq!(question.permissions[0].resources, ["*"]);
    let shifts = "live of orders-writer, on its way from version 42 to 43";
    assert!(question.blast_radius.iter().any(|line| line == shifts), "{:?}", question.blast_radius);
}

#[tokio::test]
async fn every_trap_of_a_stop_is_seen() {
    let trap = async |spoil: fn(&mut Shop), name: &str, is: Standing| {
        trap_on(Shop::new(), "cd.stop", stop(), spoil, name, is).await;
    };
    trap(|s| s.deliveries.deployment.alias = "next".into(), "named", Stopped).await;
    trap(|s| s.deliveries.deployment.function = String::new(), "named", Stopped).await;
    trap(|s| s.deliveries.deployment.platform = "ECS".into(), "named", Stopped).await;
    trap(|s| s.deliveries.deployment.from = "41".into(), "known-way-back", Warned).await;
    let creator = |s: &mut Shop| s.deliveries.deployment.creator = "codeDeployRollback".into();
    trap(creator, "not-a-rollback", Stopped).await;
    let mut shop = Shop::new();
    shop.deliveries.deployment.status = "Succeeded".into();
    let refusal = check("cd.stop", stop(), &shop).await.unwrap_err();
    assert!(refusal.what.contains("what has ended is not stopped"), "{refusal:?}");
}

fn invalidate(paths: &str) -> Params {
    serde_json::from_value(json!({
        "distribution": "E2SHOPEDGE4021", "paths": paths, "origin_is_right": true,
    }))
    .unwrap()
}

fn mute(more: &str) -> Params {
    serde_json::from_value(json!({ "alarm": "orders-errors", "more": more, "lasts": "30m" }))
        .unwrap()
}

#[tokio::test]
async fn cf38_paths_are_taken_out_under_the_reference_of_the_run() {
    let paths = "/index.html /assets/*  /index.html";
    let question = sound("cf.invalidate", invalidate(paths), &Shop::new()).await;
    let wanted = "invalidate /assets/* /index.html of E2SHOPEDGE4021 in ..4021";
    assert_eq!(question.phrase, wanted);
    let reference = format!("watchdeck-{}", question.plan.run());
    let batch = json!({
        "CallerReference": reference,
        "Paths": { "Quantity": 2, "Items": ["/assets/*", "/index.html"] },
    });
    let wanted = json!({ "DistributionId": "E2SHOPEDGE4021", "InvalidationBatch": batch });
    assert_eq!(question.calls[0].params, wanted);
    let arn = "arn:aws:cloudfront::123456784021:distribution/E2SHOPEDGE4021";
    assert_eq!(question.permissions[0].resources, [arn]);
    assert!(question.reversals[0].contains("cannot be taken back"), "{:?}", question.reversals);
}

#[tokio::test]
async fn every_trap_of_an_invalidation_is_seen() {
    let trap = async |paths: &str, spoil: fn(&mut Shop), name: &str, is: Standing| {
        trap_on(Shop::new(), "cf.invalidate", invalidate(paths), spoil, name, is).await;
    };
    trap("/a /*", |_| {}, "not-all", Stopped).await;
    trap("/a", |s| s.deliveries.distribution.enabled = false, "answers", Stopped).await;
    let spreading = |s: &mut Shop| s.deliveries.distribution.status = "InProgress".into();
    trap("/a", spreading, "settled", Warned).await;
    trap("/a", |s| s.deliveries.distribution.invalidating = Some(2), "few-at-a-time", Warned).await;
    trap("/a", |s| s.deliveries.distribution.invalidating = None, "few-at-a-time", Warned).await;
    let many = (0..31).map(|n| format!("/a{n}")).collect::<Vec<_>>().join(" ");
    for odd in ["index.html", "/a*b", "/a\"b", "/a{b}", many.as_str()] {
        let refusal = check("cf.invalidate", invalidate(odd), &Shop::new()).await.unwrap_err();
        assert_eq!(refusal.why, Why::Draft, "{odd}: {refusal:?}");
    }
}

#[tokio::test]
async fn alarms_are_muted_by_a_rule_of_the_run_until_a_minute_that_is_typed() {
    let question = sound("cw.mute-alarms", mute(""), &Shop::new()).await;
    assert_eq!(question.phrase, "mute orders-errors until 2026-11-22T03:30Z in ..4021");
    let rule = format!("watchdeck-{}", question.plan.run());
    let wanted = json!({
        "Name": rule,
        "Rule": { "Schedule": { "Expression": "at(2026-11-22T03:00)", "Duration": "PT30M" } },
        "ExpireDate": "2026-11-22T03:30:00.000Z",
        "MuteTargets": { "AlarmNames": ["orders-errors"] },
    });
    assert_eq!(question.calls[0].params, wanted);
    let arn = |tail: &str| format!("arn:aws:cloudwatch:eu-central-1:123456784021:{tail}");
    let wanted = [arn(&format!("alarm-mute-rule:{rule}")), arn("alarm:orders-errors")];
    assert_eq!(question.permissions[0].resources, wanted);
    let several = sound("cw.mute-alarms", mute("orders: 5xx"), &Shop::new()).await;
    assert!(several.phrase.starts_with("mute 2 alarms until "), "{}", several.phrase);
    let odd = draft("cw.mute-alarms", mute("orders-error"), &Shop::new()).await.unwrap_err();
    assert!(odd.what.contains("no alarm `orders-error`"), "{odd:?}");
}

#[tokio::test]
async fn every_trap_of_a_mute_is_seen() {
    let trap = async |spoil: fn(&mut Shop), name: &str, is: Standing| {
        trap_on(Shop::new(), "cw.mute-alarms", mute(""), spoil, name, is).await;
    };
    trap(|s| s.deliveries.alarms[0].actions_enabled = false, "tells", Warned).await;
    let over = |s: &mut Shop| {
        let mut over = alarm("orders-down");
        over.composite = true;
        over.condition = "ALARM(\"orders-errors\") OR ALARM(\"orders: 5xx\")".into();
        s.deliveries.alarms.push(over);
    };
    trap(over, "not-composite", Warned).await;
}

#[tokio::test]
async fn cf40_a_mute_without_an_end_is_neither_sound_nor_proposed() {
    let mut endless = mute("");
    endless.remove("lasts");
    let lacking = draft("cw.mute-alarms", endless, &Shop::new()).await.unwrap_err();
    assert!(lacking.what.contains("lasts"), "{lacking:?}");
    let text = include_str!("../../../../runbooks/cw-mute-alarms.toml");
    let endless = text.replace("lasts_s = \"{lasts}\"\n", "");
    let complaints: Vec<_> =
        parse(&endless).unwrap().lint().iter().map(|one| one.what.clone()).collect();
    assert!(
        complaints.iter().any(|what| what.contains("needs the member `lasts_s`")),
        "{complaints:?}"
    );
}
