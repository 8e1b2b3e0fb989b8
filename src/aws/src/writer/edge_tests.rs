//! Changes of stages, rules and services: what is sent, and which answers prove that it was done.

use std::sync::Arc;

use serde_json::{Value, json};
use watchdeck_domain::change::{RollService, ServeDeployment, SwitchRule, ThrottleStage};
use watchdeck_domain::gateway::Throttle;
use watchdeck_domain::{
    ApiDeploymentId, ApiStageName, BusName, Change, ClusterName, RestApiName, RuleName,
    ServiceName, TaskDefinitionName,
};
use watchdeck_guard::{Doubt, Draft, Ended};

use super::WRITE_LIMIT;
use super::tests::{Came, marked, setting, walk_with, writer};
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

const STAGE: &str = "/restapis/wr1te5m8qz/stages/prod";
const DEFINITION: &str = "arn:aws:ecs:eu-central-1:123456784021:task-definition/shop-web:118";

/// What is there, whoever asks. The stage of this throttle.
fn there(seen: &Seen, throttle: Option<(f64, u32)>) -> Option<Value> {
    if seen.method == "GET" && seen.path.starts_with("/restapis?") {
        return Some(json!({ "item": [{ "id": "wr1te5m8qz", "name": "orders-write" }] }));
    }
    if seen.method == "GET" && seen.path.starts_with(STAGE) {
        let settings = throttle.map(|(rate, burst)| {
            json!({ "*/*": { "throttlingRateLimit": rate, "throttlingBurstLimit": burst } })
        });
        return Some(json!({
            "stageName": "prod", "deploymentId": "d3p9wr",
            "methodSettings": settings.unwrap_or_else(|| json!({})),
        }));
    }
    let operation = seen.target.rsplit('.').next().unwrap_or_default();
    Some(match operation {
        "DescribeRule" => json!({ "Name": "order-stored", "Arn": "arn:rule", "State": "ENABLED" }),
        "ListTargetsByRule" => json!({ "Targets": [] }),
        "DescribeServices" => json!({ "services": [{
            "serviceName": "shop-web", "status": "ACTIVE", "taskDefinition": DEFINITION,
            "desiredCount": 1, "runningCount": 1, "pendingCount": 0,
            "deployments": [{
                "id": "ecs-svc/1", "status": "PRIMARY", "taskDefinition": DEFINITION,
                "rolloutState": "COMPLETED", "runningCount": 1,
            }],
        }] }),
        _ => return None,
    })
}

/// Serves a change: how the call was answered, and what was sent.
async fn serve(
    draft: &Draft,
    throttle: Option<(f64, u32)>,
    answer: fn() -> http::Response<WireBody>,
) -> (Came, Vec<Seen>) {
    let fake: Arc<Fake> = Fake::new(move |seen| match there(seen, throttle) {
        Some(body) => marked(fake::json(200, body.to_string())),
        None => answer(),
    });
    let connection = fake::connection(&fake).await;
    let (_, came) = walk_with(draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    let is_change = |seen: &Seen| there(seen, throttle).is_none();
    (came, fake.seen().into_iter().filter(is_change).collect())
}

fn body(sent: &[Seen]) -> Value {
    serde_json::from_str(&sent[0].text()).unwrap()
}

fn throttled(throttle: Option<Throttle>, before: Option<Throttle>) -> Change {
    Change::ThrottleStage(ThrottleStage {
        api: RestApiName::parse("orders-write").unwrap(),
        id: "wr1te5m8qz".into(),
        stage: ApiStageName::parse("prod").unwrap(),
        throttle,
        before,
    })
}

const LIMIT: Option<Throttle> = Some(Throttle { rate: 0.5, burst: 1, more: false });

fn stage() -> http::Response<WireBody> {
    marked(fake::json(200, r#"{"stageName":"prod","deploymentId":"d3p9wr"}"#))
}

fn no() -> http::Response<WireBody> {
    marked(fake::json(400, r#"{"__type":"BadRequestException","message":"no"}"#))
}

fn portal() -> http::Response<WireBody> {
    fake::html(200, "<html>a portal</html>")
}

#[tokio::test]
async fn a_stage_is_throttled_by_rate_and_burst_together() {
    let draft = setting(throttled(LIMIT, None), throttled(None, LIMIT));
    let (came, sent) = serve(&draft, None, stage).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!((sent.len(), sent[0].method.as_str(), sent[0].path.as_str()), (1, "PATCH", STAGE));
    let wanted = json!({ "patchOperations": [
        { "op": "replace", "path": "/*/*/throttling/rateLimit", "value": "0.5" },
        { "op": "replace", "path": "/*/*/throttling/burstLimit", "value": "1" },
    ] });
    assert_eq!(body(&sent), wanted);
    let (came, _) = serve(&draft, None, no).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)));
    let (came, _) = serve(&draft, None, portal).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
    let (came, _) = serve(&draft, None, || marked(fake::json(200, "{}"))).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))), "an answer that names no stage");
}

#[tokio::test]
async fn where_a_stage_set_nothing_its_settings_are_taken_away() {
    let draft = setting(throttled(None, LIMIT), throttled(LIMIT, None));
    let (came, sent) = serve(&draft, Some((0.5, 1)), stage).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!(body(&sent), json!({ "patchOperations": [{ "op": "remove", "path": "/*/*" }] }));
}

#[tokio::test]
async fn a_stage_serves_another_deployment() {
    let serve_it = |deployment: &str, before: &str| {
        Change::ServeDeployment(ServeDeployment {
            api: RestApiName::parse("orders-write").unwrap(),
            id: "wr1te5m8qz".into(),
            stage: ApiStageName::parse("prod").unwrap(),
            deployment: ApiDeploymentId::parse(deployment).unwrap(),
            before: ApiDeploymentId::parse(before).unwrap(),
        })
    };
    let draft = setting(serve_it("d3p8wr", "d3p9wr"), serve_it("d3p9wr", "d3p8wr"));
    let (came, sent) = serve(&draft, None, stage).await;
    assert!(matches!(came, Came::Landed(_)));
    let patch = json!({ "op": "replace", "path": "/deploymentId", "value": "d3p8wr" });
    assert_eq!(body(&sent), json!({ "patchOperations": [patch] }));
}

#[tokio::test]
async fn a_rule_is_disabled_on_its_bus() {
    let switch = |enabled: bool, before: &str| {
        Change::SwitchRule(SwitchRule {
            rule: RuleName::parse("order-stored").unwrap(),
            bus: BusName::parse("orders").unwrap(),
            enabled,
            before: before.into(),
        })
    };
    let draft = setting(switch(false, "ENABLED"), switch(true, "DISABLED"));
    let empty = || marked(fake::json(200, ""));
    let (came, sent) = serve(&draft, None, empty).await;
    assert!(matches!(came, Came::Landed(_)));
    assert_eq!((sent.len(), sent[0].target.as_str()), (1, "AWSEvents.DisableRule"));
    assert_eq!(body(&sent), json!({ "Name": "order-stored", "EventBusName": "orders" }));
    let managed = || {
        let why = r#"{"__type":"ManagedRuleException","message":"it is managed"}"#;
        marked(fake::json(400, why))
    };
    let (came, _) = serve(&draft, None, managed).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)));
    let (came, _) = serve(&draft, None, portal).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}

#[tokio::test]
async fn a_service_is_rolled_by_cluster_service_and_task_definition() {
    let roll = |definition: &str, before: &str, seen: &str| {
        Change::RollService(RollService {
            cluster: ClusterName::parse("shop").unwrap(),
            service: ServiceName::parse("shop-web").unwrap(),
            definition: TaskDefinitionName::parse(definition).unwrap(),
            before: TaskDefinitionName::parse(before).unwrap(),
            seen: seen.into(),
        })
    };
    let back = || roll("shop-web:118", "shop-web:117", "ecs-svc/1");
    let draft = setting(roll("shop-web:117", "shop-web:118", "ecs-svc/1"), back());
    let service = || marked(fake::json(200, r#"{"service":{"serviceName":"shop-web"}}"#));
    let (came, sent) = serve(&draft, None, service).await;
    assert!(matches!(came, Came::Landed(_)));
    assert!(sent[0].target.ends_with(".UpdateService"), "{}", sent[0].target);
    let wanted =
        json!({ "cluster": "shop", "service": "shop-web", "taskDefinition": "shop-web:117" });
    assert_eq!(body(&sent), wanted);
    let (came, _) = serve(&draft, None, || marked(fake::json(200, "{}"))).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
}
