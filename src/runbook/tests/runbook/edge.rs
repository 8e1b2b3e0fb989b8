//! The runbooks of stages, rules and services, through the guard's own check: what they propose, and every trap.

use serde_json::{Value, json};
use watchdeck_guard::Standing;
use watchdeck_runbook::Params;

use crate::edge_shop::task_definition;
use crate::setting::{check, draft, sound, trap_on};
use crate::shop::Shop;

fn params(pairs: &[(&str, Value)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn throttled(rate: Value, burst: Value) -> Params {
    let stage = [("api", json!("orders-write")), ("stage", json!("prod"))];
    let mut given = params(&stage);
    given.extend([("rate".to_owned(), rate), ("burst".to_owned(), burst)]);
    given
}

fn served(deployment: &str) -> Params {
    params(&[
        ("api", json!("orders-write")),
        ("stage", json!("prod")),
        ("deployment", json!(deployment)),
    ])
}

fn disabled() -> Params {
    params(&[("rule", json!("order-stored")), ("loss_is_accepted", json!(true))])
}

fn rolled(definition: &str) -> Params {
    params(&[
        ("cluster", json!("shop")),
        ("service", json!("shop-web")),
        ("definition", json!(definition)),
        ("data_is_compatible", json!(true)),
    ])
}

#[tokio::test]
async fn a_stage_is_throttled_and_what_it_set_is_put_back() {
    let question =
        sound("apigw.throttle-stage", throttled(json!(0.5), json!(1)), &Shop::new()).await;
    assert_eq!(question.phrase, "set throttle:orders-write/prod to 0.5/s+1 in ..4021");
    let call = &question.calls[0];
    assert_eq!((call.service.as_str(), call.operation.as_str()), ("API Gateway", "UpdateStage"));
    assert_eq!(call.params["patchOperations"][0]["value"], "0.5");
    assert_eq!(question.permissions[0].actions, ["apigateway:PATCH"]);
    let stage = "arn:aws:apigateway:eu-central-1::/restapis/wr1te5m8qz/stages/prod";
    assert_eq!(question.permissions[0].resources, [stage]);
    let [difference] = &question.differences[..] else { panic!("{:?}", question.differences) };
    assert_eq!(
        (difference.before.as_str(), difference.after.as_str()),
        ("400/s+200", "0.5/s+1"),
        "{difference:?}"
    );
    assert!(question.reversals[0].contains("at 400 a second, 200 at once"), "{question:?}");
    let mut bare = Shop::new();
    bare.edge.stage.throttle = None;
    let question = sound("apigw.throttle-stage", throttled(json!(0.5), json!(1)), &bare).await;
    assert!(question.reversals[0].contains("take the throttle of stage prod"), "{question:?}");
}

#[tokio::test]
async fn every_trap_of_a_throttle_is_seen() {
    use Standing::Warned;
    let id = "apigw.throttle-stage";
    let usual = || throttled(json!(0.5), json!(1));
    let trap = async |params: Params, spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), id, params, spoil, check, is).await;
    };
    trap(usual(), |s| s.edge.stage.canary = Some(10.0), "no-canary", Warned).await;
    trap(usual(), |s| s.edge.stage.methods.push("orders/POST".into()), "reaches-all", Warned).await;
    trap(usual(), |s| s.denied.push("cloudwatch:GetMetricData"), "felt", Warned).await;
    trap(throttled(json!(1_000), json!(200)), |_| {}, "narrower", Warned).await;
    trap(throttled(json!(100), json!(200)), |_| {}, "felt", Warned).await;
    trap(throttled(json!(0), json!(0)), |_| {}, "not-shut", Warned).await;
    let half = draft(id, throttled(json!(1), json!(1.5)), &Shop::new()).await;
    assert!(half.is_err(), "half a request does not come at once");
    // What was read of a stage that is not there, or of two APIs of one name, is nothing to change.
    let mut odd = Shop::new();
    odd.denied.push("apigateway:GetStage");
    assert!(draft(id, usual(), &odd).await.is_err());
}

#[tokio::test]
async fn every_trap_of_an_earlier_deployment_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "apigw.stage-rollback";
    let question = sound(id, served("d3p8wr"), &Shop::new()).await;
    assert_eq!(question.phrase, "set api:orders-write/prod to d3p8wr in ..4021");
    let trap = async |spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), id, served("d3p8wr"), spoil, check, is).await;
    };
    let opened = |s: &mut Shop| s.edge.compared.as_mut().unwrap().opened.push("POST /x".into());
    trap(opened, "as-shut", Stopped).await;
    trap(|s| s.edge.compared.as_mut().unwrap().missing.push("GET /x".into()), "all-routes", Warned)
        .await;
    trap(|s| s.edge.compared.as_mut().unwrap().told = false, "all-routes", Warned).await;
    trap(
        |s| s.edge.compared.as_mut().unwrap().authorized_otherwise.push("GET /x".into()),
        "same-authorizers",
        Warned,
    )
    .await;
    trap(|s| s.edge.stage.canary = Some(5.0), "no-canary", Stopped).await;
    trap(|s| s.edge.compared = None, "belongs", Stopped).await;
    trap(
        |s| {
            let compared = s.edge.compared.as_mut().unwrap();
            std::mem::swap(&mut compared.current.created, &mut compared.other.created);
        },
        "back",
        Warned,
    )
    .await;
    let mut meant = served("d3p8wr");
    meant.insert("allow_opened".into(), json!(true));
    let mut shop = Shop::new();
    opened(&mut shop);
    assert!(check(id, meant, &shop).await.is_ok(), "whoever says so may open it");
    let refusal = check(id, served("d3p9wr"), &Shop::new()).await.unwrap_err();
    assert!(refusal.what.contains("d3p9wr already"), "{refusal:?}");
}

#[tokio::test]
async fn every_trap_of_a_rule_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "eventbridge.disable-rule";
    let question = sound(id, disabled(), &Shop::new()).await;
    assert_eq!(question.phrase, "set order-stored to DISABLED in ..4021");
    assert_eq!(
        question.permissions[0].resources,
        ["arn:aws:events:eu-central-1:123456784021:rule/order-stored"]
    );
    let trap = async |spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), id, disabled(), spoil, check, is).await;
    };
    trap(
        |s| s.edge.rule.rule.managed_by = "autoscaling.amazonaws.com".into(),
        "not-managed",
        Stopped,
    )
    .await;
    trap(|s| s.edge.rule.targets.clear(), "calls-somebody", Warned).await;
    trap(|s| s.gauges.retain(|name, _| *name != "TriggeredRules"), "fires", Warned).await;
    let mut lossy = disabled();
    lossy.insert("loss_is_accepted".into(), json!(false));
    trap_on(Shop::new(), id, lossy, |_| {}, "loss_is_accepted", Stopped).await;
    let mut shop = Shop::new();
    shop.edge.rule.rule.state = "DISABLED".into();
    let refusal = check(id, disabled(), &shop).await.unwrap_err();
    assert!(refusal.what.contains("is DISABLED already"), "{refusal:?}");
    shop.edge.rule.rule.state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS".into();
    let refusal = draft(id, disabled(), &shop).await.unwrap_err();
    assert!(refusal.what.contains("no call of this program puts that back"), "{refusal:?}");
}

#[tokio::test]
async fn every_trap_of_an_earlier_task_definition_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "ecs.rollback";
    let question = sound(id, rolled("shop-web:117"), &Shop::new()).await;
    assert_eq!(question.phrase, "roll shop/shop-web to shop-web:117 in ..4021");
    assert_eq!(
        question.permissions[0].resources,
        ["arn:aws:ecs:eu-central-1:123456784021:service/shop/shop-web"]
    );
    let trap = async |spoil: fn(&mut Shop), check: &str, is: Standing| {
        trap_on(Shop::new(), id, rolled("shop-web:117"), spoil, check, is).await;
    };
    trap(|s| s.edge.service.desired = 0, "active", Stopped).await;
    trap(|s| s.edge.service.controller = "CODE_DEPLOY".into(), "by-ecs", Stopped).await;
    trap(|s| s.edge.definition.family = "shop".into(), "same-family", Stopped).await;
    trap(|s| s.edge.definition.status = "INACTIVE".into(), "runnable", Stopped).await;
    trap(|s| s.edge.definition.images[0].there = Some(false), "images", Stopped).await;
    trap(|s| s.edge.definition.images[0].there = None, "images-seen", Warned).await;
    trap(|s| s.edge.definition.revision = 119, "back", Warned).await;
    trap(|s| s.edge.service.running = 2, "at-rest", Warned).await;
    trap(|s| s.edge.service.reverts = false, "breaker", Warned).await;
    let refusal = check(id, rolled("shop-web:118"), &Shop::new()).await.unwrap_err();
    assert!(refusal.what.contains("at shop-web:118 already"), "{refusal:?}");
    // A rollout that ECS gave up before, of the same task definition, says nothing of this one.
    let mut shop = Shop::new();
    let mut old = shop.edge.service.rollouts[0].clone();
    (old.definition, old.state) = (task_definition("shop-web:117"), "FAILED".into());
    old.status = "ACTIVE".into();
    shop.edge.service.rollouts.push(old);
    let question = check(id, rolled("shop-web:117"), &shop).await.unwrap();
    assert!(question.evidence.iter().any(|e| e.id == "at-rest" && e.standing == Warned));
}
