//! Stages, rules and services of servers that are not AWS: names that mean two, methods that are opened, images that are gone.

use serde_json::{Value, json};
use watchdeck_domain::reading::{
    ApiDeployments, ApiStageOf, ApiStages, Clusters, CompareDeployments, ReadFailure, RestApis,
    RuleOf, Rules, ServiceOf, Services, TaskDefinitionOf, TaskDefinitions,
};
use watchdeck_domain::{Query, Question, ReadError, ask};

use crate::fake::{self, Fake};

fn stage() -> ApiStageOf {
    ApiStageOf { api: "orders-write".parse().unwrap(), stage: "prod".parse().unwrap() }
}

fn service() -> ServiceOf {
    ServiceOf { cluster: "shop".parse().unwrap(), service: "shop-web".parse().unwrap() }
}

fn rule() -> RuleOf {
    RuleOf { bus: "default".parse().unwrap(), rule: "order-stored".parse().unwrap() }
}

fn compare() -> CompareDeployments {
    let ApiStageOf { api, stage } = stage();
    CompareDeployments { api, stage, deployment: "old".parse().unwrap() }
}

/// Every question that this file is about.
pub(super) fn queries() -> Vec<Query> {
    let (ApiStageOf { api, .. }, ServiceOf { cluster, service: name }) = (stage(), service());
    vec![
        RestApis {}.into_query(),
        ApiStages { api: api.clone() }.into_query(),
        stage().into_query(),
        ApiDeployments { api }.into_query(),
        compare().into_query(),
        Rules { bus: rule().bus }.into_query(),
        rule().into_query(),
        Clusters {}.into_query(),
        Services { cluster: cluster.clone() }.into_query(),
        service().into_query(),
        TaskDefinitions { cluster, service: name }.into_query(),
        TaskDefinitionOf { definition: "shop-web:117".parse().unwrap() }.into_query(),
    ]
}

async fn asked<Q: Question>(
    question: Q,
    answer: impl Fn(&fake::Seen) -> (u16, Value) + Send + Sync + 'static,
) -> Result<Q::Answer, ReadError> {
    let fake = Fake::new(move |seen| {
        let (status, body) = answer(seen);
        fake::json(status, body.to_string())
    });
    ask(&*fake::connection(&fake).await.source(), question).await
}

fn apis(ids: &[&str]) -> Value {
    let named = |id: &&str| json!({ "id": id, "name": "orders-write" });
    json!({ "item": ids.iter().map(named).collect::<Vec<_>>() })
}

#[tokio::test]
async fn of_two_apis_of_one_name_neither_is_taken() {
    let two = asked(stage(), |_| (200, apis(&["a1", "b2"]))).await.unwrap_err();
    assert_eq!(two.failure, ReadFailure::Refused);
    assert!(two.to_string().contains("a1, b2 are all called orders-write"), "{two}");
    let none = asked(stage(), |_| (200, apis(&[]))).await.unwrap_err();
    assert_eq!(none.failure, ReadFailure::Missing);
}

#[tokio::test]
async fn a_stage_without_settings_for_all_methods_sets_no_throttle() {
    let read = async |settings: Value| {
        let there = asked(stage(), move |seen| {
            if seen.path.starts_with("/restapis?") {
                return (200, apis(&["a1"]));
            }
            let settings = settings.clone();
            let body = json!({
                "stageName": "prod", "deploymentId": "d1", "methodSettings": settings,
            });
            (200, body)
        });
        there.await.unwrap()
    };
    assert_eq!(read(json!({})).await.throttle, None);
    let own = json!({ "~1orders/POST": { "throttlingRateLimit": 5.0, "throttlingBurstLimit": 9 } });
    let there = read(own).await;
    assert_eq!((there.throttle, there.methods), (None, vec!["/orders/POST".to_owned()]));
    let every = json!({ "*/*": {
        "throttlingRateLimit": 0.5, "throttlingBurstLimit": -1, "metricsEnabled": true,
    } });
    let throttle = read(every).await.throttle.unwrap();
    assert_eq!((throttle.rate, throttle.burst, throttle.more), (0.5, u32::MAX, true));
}

#[tokio::test]
async fn a_deployment_that_asks_nobody_any_more_is_told() {
    let compared = asked(compare(), |seen| {
        let methods = |asks: &str| json!({ "POST": { "authorizationType": asks } });
        let body = if seen.path.starts_with("/restapis?") {
            apis(&["a1"])
        } else if seen.path.contains("/stages/") {
            json!({ "stageName": "prod", "deploymentId": "new" })
        } else if seen.path.contains("/deployments/new") {
            json!({ "id": "new", "apiSummary": {
                "/orders": methods("AWS_IAM"), "/batch": methods("NONE"),
            } })
        } else {
            json!({ "id": "old", "apiSummary": {
                "/orders": methods("NONE"), "/import": methods("NONE"),
            } })
        };
        (200, body)
    });
    let compared = compared.await.unwrap();
    assert!(compared.told);
    assert_eq!(compared.opened, ["POST /orders"]);
    assert_eq!(compared.authorized_otherwise, ["POST /orders"]);
    assert_eq!(
        (compared.missing, compared.back),
        (vec!["POST /batch".to_owned()], vec!["POST /import".to_owned()],)
    );
}

#[tokio::test]
async fn an_image_is_there_or_gone_or_nobody_can_tell() {
    let look = async |status: u16, body: Value| {
        let of = TaskDefinitionOf { definition: "shop-web:117".parse().unwrap() };
        let there = asked(of, move |seen| {
            if seen.target.ends_with("DescribeTaskDefinition") {
                let image = "123456784021.dkr.ecr.eu-central-1.amazonaws.com/orders:web-117";
                let container = json!({ "name": "web", "image": image });
                let body = json!({ "taskDefinition": {
                    "family": "shop-web", "revision": 117, "status": "ACTIVE",
                    "containerDefinitions": [container],
                } });
                return (200, body);
            }
            (status, body.clone())
        });
        let image = there.await.unwrap().images.remove(0);
        (image.there, image.why.is_empty())
    };
    let found = json!({ "imageDetails": [{ "imageDigest": "sha256:ab" }] });
    assert_eq!(look(200, found).await, (Some(true), true));
    let gone = json!({ "__type": "ImageNotFoundException", "message": "it is gone" });
    assert_eq!(look(400, gone).await, (Some(false), true));
    let denied = json!({ "__type": "AccessDeniedException", "message": "not for you" });
    assert_eq!(look(400, denied).await, (None, false));
}

#[tokio::test]
async fn a_service_that_is_not_there_is_missing_and_says_why() {
    let error = asked(service(), |_| {
        (200, json!({ "services": [], "failures": [{ "reason": "MISSING" }] }))
    });
    let error = error.await.unwrap_err();
    assert_eq!(error.failure, ReadFailure::Missing);
    assert!(error.to_string().contains("no service shop-web in shop: MISSING"), "{error}");
}
