//! Stages, rules and services against moto: throttled, served, disabled, rolled, and taken back.

use serde_json::json;
use watchdeck_aws::Connection;
use watchdeck_domain::reading::{
    ApiDeployments, ApiStageOf, ReadFailure, RuleOf, ServiceOf, TaskDefinitionOf, TaskDefinitions,
};
use watchdeck_domain::{
    ApiStageName, BusName, ClusterName, RestApiName, RuleName, ServiceName, TaskDefinitionName, ask,
};
use watchdeck_tests::servers::{Kind, Server};

use super::connected;
use super::drill::{back, carried_out, drafted, params};

/// An API with a stage and two deployments, a rule with a target, a service and two task definitions.
const EDGE: &str = "
api = client('apigateway')
id = api.create_rest_api(name='orders-write')['id']
root = api.get_resources(restApiId=id)['items'][0]['id']
api.put_method(restApiId=id, resourceId=root, httpMethod='GET', authorizationType='NONE')
api.put_integration(restApiId=id, resourceId=root, httpMethod='GET', type='MOCK')
first = api.create_deployment(restApiId=id, stageName='prod')['id']
second = api.create_deployment(restApiId=id)['id']
print(first, second)
events = client('events')
events.put_rule(Name='order-stored', EventPattern='{\"source\":[\"shop\"]}')
events.put_targets(Rule='order-stored', Targets=[{'Id': 'a', 'Arn': 'arn:aws:sqs:eu-central-1:123456789012:orders'}])
ecs = client('ecs')
ecs.create_cluster(clusterName='shop')
for tag in ['117', '118']:
    ecs.register_task_definition(family='shop-web', containerDefinitions=[{
        'name': 'web', 'image': '123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:web-' + tag, 'memory': 64}])
ecs.create_service(cluster='shop', serviceName='shop-web', taskDefinition='shop-web:2', desiredCount=1)
";

async fn edge() -> Option<(Server, Connection, Vec<String>)> {
    let server = Server::start(Kind::Moto)?;
    let told = server.boto3(EDGE).unwrap();
    let connection = connected(&server).await;
    Some((server, connection, told.split_whitespace().map(str::to_owned).collect()))
}

fn stage() -> ApiStageOf {
    ApiStageOf {
        api: RestApiName::parse("orders-write").unwrap(),
        stage: ApiStageName::parse("prod").unwrap(),
    }
}

#[tokio::test]
async fn a_stage_is_throttled_on_moto() {
    let Some((_server, connection, _)) = edge().await else { return };
    let source = connection.source();
    assert_eq!(ask(&*source, stage()).await.unwrap().throttle, None, "nothing is set at first");
    let given = [
        ("api", json!("orders-write")),
        ("stage", json!("prod")),
        ("rate", json!(2.0)),
        ("burst", json!(4)),
    ];
    let draft = drafted(&connection, "apigw.throttle-stage", params(&given)).await;
    carried_out(&connection, draft).await;
    let throttle = ask(&*source, stage()).await.unwrap().throttle.unwrap();
    assert_eq!((throttle.rate, throttle.burst), (2.0, 4));
}

#[tokio::test]
async fn a_stage_serves_another_deployment_and_the_one_before_on_moto() {
    let Some((_server, connection, deployments)) = edge().await else { return };
    let [first, second] = &deployments[..] else { panic!("{deployments:?}") };
    let source = connection.source();
    let known = ask(&*source, ApiDeployments { api: stage().api }).await.unwrap();
    assert_eq!(known.len(), 2);
    let given =
        [("api", json!("orders-write")), ("stage", json!("prod")), ("deployment", json!(second))];
    let draft = drafted(&connection, "apigw.stage-rollback", params(&given)).await;
    carried_out(&connection, draft.clone()).await;
    assert_eq!(ask(&*source, stage()).await.unwrap().deployment.as_str(), second);
    carried_out(&connection, back(&draft)).await;
    assert_eq!(ask(&*source, stage()).await.unwrap().deployment.as_str(), first);
}

#[tokio::test]
async fn a_rule_is_disabled_and_enabled_again_on_moto() {
    let Some((_server, connection, _)) = edge().await else { return };
    let source = connection.source();
    let of = || RuleOf {
        bus: BusName::parse("default").unwrap(),
        rule: RuleName::parse("order-stored").unwrap(),
    };
    let there = ask(&*source, of()).await.unwrap();
    assert_eq!((there.rule.state.as_str(), there.targets.len()), ("ENABLED", 1));
    let given = [("rule", json!("order-stored")), ("loss_is_accepted", json!(true))];
    let draft = drafted(&connection, "eventbridge.disable-rule", params(&given)).await;
    carried_out(&connection, draft.clone()).await;
    assert_eq!(ask(&*source, of()).await.unwrap().rule.state, "DISABLED");
    carried_out(&connection, back(&draft)).await;
    assert_eq!(ask(&*source, of()).await.unwrap().rule.state, "ENABLED");
    let nothing = RuleOf { rule: RuleName::parse("nobody").unwrap(), ..of() };
    let error = ask(&*source, nothing).await.unwrap_err();
    assert_eq!(error.failure, ReadFailure::Missing, "{error}");
}

#[tokio::test]
async fn a_service_and_what_it_could_run_are_read_on_moto() {
    let Some((_server, connection, _)) = edge().await else { return };
    let source = connection.source();
    let cluster = || ClusterName::parse("shop").unwrap();
    let service = || ServiceName::parse("shop-web").unwrap();
    let there = ask(&*source, ServiceOf { cluster: cluster(), service: service() }).await.unwrap();
    assert_eq!((there.definition.as_str(), there.desired), ("shop-web:2", 1));
    let known = TaskDefinitions { cluster: cluster(), service: service() };
    let known = ask(&*source, known).await.unwrap();
    assert!(known.iter().any(|name| name.as_str() == "shop-web:1"), "{known:?}");
    let of = TaskDefinitionOf { definition: TaskDefinitionName::parse("shop-web:1").unwrap() };
    let definition = ask(&*source, of).await.unwrap();
    assert_eq!(definition.status, "ACTIVE");
    assert_eq!(definition.images[0].there, Some(false), "{:?}", definition.images);
}

#[tokio::test]
async fn a_service_is_rolled_and_rolled_back_on_moto() {
    let Some((server, connection, _)) = edge().await else { return };
    let source = connection.source();
    let of = || ServiceOf {
        cluster: ClusterName::parse("shop").unwrap(),
        service: ServiceName::parse("shop-web").unwrap(),
    };
    // The image must be there, or the runbook refuses.
    server
        .boto3(
            "
ecr = client('ecr')
ecr.create_repository(repositoryName='orders')
import json
for tag in ['web-117', 'web-118']:
    ecr.put_image(repositoryName='orders', imageTag=tag, imageManifest=json.dumps({
        'schemaVersion': 2, 'mediaType': 'application/vnd.docker.distribution.manifest.v2+json', 'tag': tag}))
",
        )
        .unwrap();
    let given = [
        ("cluster", json!("shop")),
        ("service", json!("shop-web")),
        ("definition", json!("shop-web:1")),
        ("data_is_compatible", json!(true)),
    ];
    let draft = drafted(&connection, "ecs.rollback", params(&given)).await;
    carried_out(&connection, draft.clone()).await;
    assert_eq!(ask(&*source, of()).await.unwrap().definition.as_str(), "shop-web:1");
}
