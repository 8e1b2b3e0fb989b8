//! Every served operation of the standing services, its answer held against the shape of its model.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail so")]

mod shapes; // a value held against the shape of a model

use serde_json::{Value as Json, json};
use watchdeck_sim::services;
use watchdeck_sim::wire::call::{Call, Caller, Reply};
use watchdeck_sim::wire::value::Value;
use watchdeck_sim::world::story::Story;
use watchdeck_sim::world::{Opening, World};

use shapes::{model, violations};

const START: i64 = 1_780_000_000_000;

/// The services that have a life of their own are held by tests of their own.
const LIVING: [&str; 7] = ["logs", "lambda", "cloudwatch", "cloudtrail", "sso", "sso-oidc", "sts"];

fn world() -> World {
    let mut opening = Opening::new(Story::named("bad-deploy").unwrap(), 7, START);
    opening.history_minutes = 1;
    let mut world = World::open_with(&opening);
    world.advance_to(START + 130_000);
    world
}

/// A world in which nothing happens, for operations that change it.
fn quiet() -> World {
    let mut opening = Opening::new(Story::named("quiet-day").unwrap(), 7, START);
    opening.history_minutes = 1;
    World::open_with(&opening)
}

/// Whether an operation only reads, so that it may share its world with others.
fn reads(operation: &str) -> bool {
    ["Describe", "List", "Get", "BatchGet", "Head", "Test"]
        .iter()
        .any(|verb| operation.starts_with(verb))
        && operation != "TestFailover"
}

fn call(service: &str, operation: &str, region: &str, input: &Json) -> Call {
    Call {
        service: service.to_owned(),
        operation: operation.to_owned(),
        input: value(input),
        caller: Caller {
            access_key: "ASIASIMOPERATOR00001".to_owned(),
            arn: "arn:aws:sts::123456784021:assumed-role/oncall-write/operator".to_owned(),
            user_id: "AROASIM:operator".to_owned(),
            account: "123456784021".to_owned(),
        },
        region: region.to_owned(),
        request_id: "00000000-0000-4000-8000-000000000001".to_owned(),
        user_agent: "standing".to_owned(),
    }
}

fn value(json: &Json) -> Value {
    match json {
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap()), Value::Int),
        Json::String(text) => match text.strip_prefix("@") {
            Some(ms) => Value::Time(START + ms.parse::<i64>().unwrap()),
            None => Value::Text(text.clone()),
        },
        Json::Array(items) => Value::List(items.iter().map(value).collect()),
        Json::Object(members) => {
            Value::Map(members.iter().map(|(k, v)| (k.clone(), value(v))).collect())
        }
        Json::Null => Value::empty(),
    }
}

/// The smallest sound input of an operation, where nothing is not enough; several where it branches.
#[expect(clippy::match_same_arms, reason = "an exception stands before its rule")]
fn inputs(service: &str, operation: &str) -> Vec<Json> {
    let balancer = "arn:aws:elasticloadbalancing:eu-central-1:123456784021:loadbalancer/app/shop-web/50dc6c495c0c9188";
    let group = "arn:aws:elasticloadbalancing:eu-central-1:123456784021:targetgroup/shop-web/73e2d6bc24d8a067";
    let bucket = json!({"Bucket": "shop-assets-123456784021"});
    let logs = json!({"Bucket": "shop-logs-123456784021"});
    let account = json!({"AccountId": "123456784021"});
    let detector = "8ac7e4c91f2b4d0e9b6a5c3d2e1f0a17";
    let finding = "e6c8b2f4a1d34f0c9b7e5a3d1c2f4e60";
    let subscription = "arn:aws:securityhub:eu-central-1:123456784021:subscription/cis-aws-foundations-benchmark/v/3.0.0";
    let pipeline = json!({"pipelineName": "orders-deploy"});
    let stage = json!({"pipelineName": "orders-deploy", "stageName": "Deploy", "transitionType": "Inbound", "reason": "x"});
    let api_stage = json!({"restApiId": "wr1te5m8qz", "stageName": "prod"});
    let queue = json!({"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456784021/orders-queue", "AttributeNames": ["All"]});
    let set = json!({"Name": "blocked", "Id": "1e7c9a35-6b2d-4f80-8c41-d5e3f7a9b062", "Scope": "REGIONAL"});
    let acl = json!({"Name": "shop-edge", "Id": "5c1b7e02-3f6a-4d84-9d0e-71f2a8c3b640", "Scope": "REGIONAL"});
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let one = |input: Json| vec![input];
    match (service, operation) {
        ("accessanalyzer", "ListFindingsV2") => one(
            json!({"analyzerArn": "arn:aws:access-analyzer:eu-central-1:123456784021:analyzer/shop-external"}),
        ),
        ("apigateway", "GetDeployment") => one(
            json!({"restApiId": "wr1te5m8qz", "deploymentId": "d3p8wr", "embed": ["apisummary"]}),
        ),
        ("apigateway", "GetRestApis") => one(json!({})),
        ("apigateway", "UpdateStage") => one(
            json!({"restApiId": "wr1te5m8qz", "stageName": "prod", "patchOperations": [{"op": "replace", "path": "/variables/lambdaAlias", "value": "live"}]}),
        ),
        ("apigateway", _) => one(api_stage),
        ("arc-zonal-shift", "ListManagedResources") => one(json!({})),
        ("arc-zonal-shift", "GetManagedResource") => one(json!({"resourceIdentifier": balancer})),
        ("arc-zonal-shift", "StartZonalShift") => one(
            json!({"resourceIdentifier": balancer, "awayFrom": "euc1-az2", "comment": "x", "expiresIn": "1h"}),
        ),
        ("cloudfront", "GetDistribution" | "GetDistributionConfig") => {
            one(json!({"Id": "E2SHOPEDGE4021"}))
        }
        ("cloudfront", "GetInvalidation") => {
            one(json!({"DistributionId": "E2SHOPEDGE4021", "Id": "I2SHOPINV0001AB"}))
        }
        ("cloudfront", "ListInvalidations") => one(json!({"DistributionId": "E2SHOPEDGE4021"})),
        ("cloudfront", "CreateInvalidation") => one(
            json!({"DistributionId": "E2SHOPEDGE4021", "InvalidationBatch": {"CallerReference": "n", "Paths": {"Quantity": 1, "Items": ["/*"]}}}),
        ),
        ("codedeploy", "GetDeployment") => one(json!({"deploymentId": "d-SHOP41XYZ"})),
        ("codepipeline", "GetPipelineState") => one(json!({"name": "orders-deploy"})),
        ("codepipeline", "DisableStageTransition" | "EnableStageTransition") => one(stage),
        ("codepipeline", "RollbackStage") => one(
            json!({"pipelineName": "orders-deploy", "stageName": "Deploy", "targetPipelineExecutionId": "3abeaa7b-90a0-582d-b1bd-c3d2bbaf72f4"}),
        ),
        ("codepipeline", "ListPipelines") => one(json!({})),
        ("codepipeline", "ListActionExecutions" | "ListPipelineExecutions") => one(pipeline),
        ("codepipeline", "GetPipelineExecution") => {
            one(json!({"pipelineName": "orders-deploy", "pipelineExecutionId": execution()}))
        }
        ("dynamodb", "GetItem") => {
            one(json!({"TableName": "sessions", "Key": {"id": {"S": "sess-6f1c"}}}))
        }
        ("dynamodb", "DeleteItem") => one(
            json!({"TableName": "sessions", "Key": {"id": {"S": "sess-6f1c"}}, "ReturnValues": "ALL_OLD"}),
        ),
        ("dynamodb", "PutItem") => one(
            json!({"TableName": "sessions", "Item": {"id": {"S": "sess-6f1c"}, "expires": {"N": "1"}}, "ReturnValues": "ALL_OLD"}),
        ),
        ("dynamodb", "UpdateTimeToLive") => one(
            json!({"TableName": "sessions", "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": false}}),
        ),
        ("dynamodb", _) => one(json!({"TableName": "sessions"})),
        ("ecr", "DescribeRepositories") => one(json!({})),
        ("ecr", "BatchGetImage" | "BatchDeleteImage") => one(
            json!({"repositoryName": "orders", "imageIds": [{"imageTag": "web-116"}, {"imageTag": "none"}]}),
        ),
        ("ecr", "DescribeImageScanFindings") => {
            one(json!({"repositoryName": "orders", "imageId": {"imageTag": "web-118"}}))
        }
        ("ecr", _) => one(json!({"repositoryName": "orders", "policyText": policy})),
        ("ecs", "DescribeServices") => {
            one(json!({"cluster": "shop", "services": ["shop-web", "nobody"], "include": ["TAGS"]}))
        }
        ("ecs", "UpdateService") => one(
            json!({"cluster": "shop", "service": "shop-web", "desiredCount": 4, "taskDefinition": "shop-web:117"}),
        ),
        ("ecs", "DescribeTaskDefinition") => one(json!({"taskDefinition": "shop-web:117"})),
        ("ecs", "ListClusters") => one(json!({})),
        ("ecs", "ListServices") => one(json!({"cluster": "shop"})),
        ("ecs", "ListTaskDefinitions") => one(json!({"familyPrefix": "shop-web", "sort": "DESC"})),
        ("elasticache", "TestFailover") => {
            one(json!({"ReplicationGroupId": "orders-cache", "NodeGroupId": "0001"}))
        }
        ("elasticache" | "rds", "DescribeEvents") => one(json!({"Duration": 20160})),
        ("elbv2", "DescribeListeners") => one(json!({"LoadBalancerArn": balancer})),
        ("elbv2", "DescribeTargetHealth") => vec![
            json!({"TargetGroupArn": group}),
            json!({"TargetGroupArn": group, "Targets": [{"Id": "10.0.0.1"}]}),
        ],
        ("events", "ListRules") => one(json!({})),
        ("events", "ListTargetsByRule") => one(json!({"Rule": "nightly-report"})),
        ("events", _) => one(json!({"Name": "nightly-report"})),
        ("guardduty", "GetFindings" | "ArchiveFindings" | "UnarchiveFindings") => {
            one(json!({"DetectorId": detector, "FindingIds": [finding]}))
        }
        ("guardduty", "GetAdministratorAccount") => one(json!({"DetectorId": detector})),
        ("guardduty", "ListFindings") => one(json!({"DetectorId": detector})),
        ("iam", "GetRole" | "ListRolePolicies") => one(json!({"RoleName": "orders-lambda"})),
        ("iam", "GetRolePolicy") => {
            one(json!({"RoleName": "orders-lambda", "PolicyName": "orders"}))
        }
        ("iam", "PutRolePolicy" | "DeleteRolePolicy") => {
            one(json!({"RoleName": "oncall-read", "PolicyName": "x", "PolicyDocument": policy}))
        }
        ("iam", "PutUserPolicy" | "DeleteUserPolicy") => {
            one(json!({"UserName": "ci-deploy", "PolicyName": "x", "PolicyDocument": policy}))
        }
        ("iam", "SimulatePrincipalPolicy") => one(
            json!({"PolicySourceArn": "arn:aws:iam::123456784021:role/oncall-write", "ActionNames": ["lambda:UpdateAlias"], "PermissionsBoundaryPolicyInputList": [policy]}),
        ),
        ("iam", "GetUserPolicy") => one(json!({"UserName": "ci-deploy", "PolicyName": "deploy"})),
        ("iam", "GetAccessKeyLastUsed") => one(json!({"AccessKeyId": "AKIASIMCIDEPLOY00001"})),
        ("iam", "GetUser" | "ListUserPolicies" | "ListAccessKeys" | "ListMFADevices") => {
            one(json!({"UserName": "ci-deploy"}))
        }
        ("iam", "UpdateAccessKey") => one(
            json!({"UserName": "ci-deploy", "AccessKeyId": "AKIASIMCIDEPLOY00001", "Status": "Inactive"}),
        ),
        ("inspector2", "BatchGetFindingDetails") => one(
            json!({"findingArns": ["arn:aws:inspector2:eu-central-1:123456784021:finding/1b2c4d6e8fa0437190c2e4f6a8b0d135", "arn:none"]}),
        ),
        ("kms", _) => one(json!({"KeyId": "alias/orders"})),
        ("macie2", "GetFindings") => one(
            json!({"findingIds": ["a7c5e3d1f9b84620d8c6e4a2f0b19375", "c9e7a5f3b1da4842fae8a6c4b2d3b597", "b8d6f4e2a0c94731e9d7f5b3a1c2a486"]}),
        ),
        ("rds", "AddTagsToResource" | "ListTagsForResource" | "RemoveTagsFromResource") => one(
            json!({"ResourceName": "arn:aws:rds:eu-central-1:123456784021:cluster:orders-db", "Tags": [{"Key": "a", "Value": "b"}], "TagKeys": ["a"]}),
        ),
        ("rds", "DescribeOrderableDBInstanceOptions") => {
            one(json!({"Engine": "aurora-postgresql"}))
        }
        ("rds", "FailoverDBCluster" | "ModifyDBCluster") => {
            one(json!({"DBClusterIdentifier": "orders-db"}))
        }
        ("rds", "FailoverGlobalCluster" | "SwitchoverGlobalCluster") => one(
            json!({"GlobalClusterIdentifier": "orders-global", "TargetDbClusterIdentifier": "arn:aws:rds:eu-west-1:123456784021:cluster:orders-db-west"}),
        ),
        ("rds", "ModifyDBInstance" | "RebootDBInstance") => {
            one(json!({"DBInstanceIdentifier": "orders-db-2"}))
        }
        ("rds", "PromoteReadReplica") => one(json!({"DBInstanceIdentifier": "ledger-db-west"})),
        ("rds", "DescribeDBSnapshotAttributes") => {
            one(json!({"DBSnapshotIdentifier": "ledger-db-audit"}))
        }
        ("rds", "ModifyDBSnapshotAttribute") => one(json!({
            "DBSnapshotIdentifier": "ledger-db-audit",
            "AttributeName": "restore",
            "ValuesToRemove": ["210987654321"],
        })),
        ("rds", "CreateDBSnapshot") => {
            one(json!({"DBInstanceIdentifier": "ledger-db", "DBSnapshotIdentifier": "by-hand"}))
        }
        ("rds", "DeleteDBInstance") => {
            one(json!({"DBInstanceIdentifier": "orders-db-2", "SkipFinalSnapshot": true}))
        }
        ("rds", "RestoreDBInstanceToPointInTime") => one(
            json!({"SourceDBInstanceIdentifier": "ledger-db", "TargetDBInstanceIdentifier": "copy", "UseLatestRestorableTime": true}),
        ),
        ("route53", "ChangeResourceRecordSets") => one(
            json!({"HostedZoneId": "Z04SHOPEXAMPLE1", "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": {"Name": "x.shop.example", "Type": "TXT", "TTL": 60, "ResourceRecords": [{"Value": "\"x\""}]}}]}}),
        ),
        ("route53", "GetHostedZone") => one(json!({"Id": "Z04SHOPEXAMPLE1"})),
        ("route53", "ListResourceRecordSets") => one(json!({"HostedZoneId": "Z04SHOPEXAMPLE1"})),
        ("route53", "TestDNSAnswer") => one(
            json!({"HostedZoneId": "Z04SHOPEXAMPLE1", "RecordName": "api.shop.example", "RecordType": "A"}),
        ),
        ("route53", "GetHealthCheck" | "GetHealthCheckStatus" | "UpdateHealthCheck") => {
            one(json!({"HealthCheckId": "4e6a8c0d-2f1b-4d35-8799-a1b3c5d7e9f0"}))
        }
        ("s3", "GetPublicAccessBlock") => one(logs),
        ("s3", "ListBuckets") => one(json!({})),
        ("s3", "GetObject") => {
            one(json!({"Bucket": "shop-audit-123456784021", "Key": "README.txt"}))
        }
        ("s3", "ListObjectsV2") => one(json!({"Bucket": "shop-audit-123456784021"})),
        ("s3", "PutObject") => {
            one(json!({"Bucket": "shop-audit-123456784021", "Key": "a", "IfNoneMatch": "*"}))
        }
        ("s3", "PutPublicAccessBlock") => one(
            json!({"Bucket": "shop-logs-123456784021", "PublicAccessBlockConfiguration": {"BlockPublicAcls": true}}),
        ),
        ("s3", _) => one(bucket),
        ("s3control", _) => one(account),
        ("secretsmanager", "DescribeSecret" | "ListSecretVersionIds") => {
            one(json!({"SecretId": "orders/db"}))
        }
        ("secretsmanager", "RotateSecret") => one(json!({"SecretId": "orders/cache"})),
        ("secretsmanager", "UpdateSecretVersionStage") => one(
            json!({"SecretId": "orders/db", "VersionStage": "AWSCURRENT", "MoveToVersionId": "5d7f9b1c-3e0a-4246-78ac-92b4d6e80a1c", "RemoveFromVersionId": "6e8a0c2d-4f1b-4357-89bd-a3c5e7f91b2d"}),
        ),
        ("securityhub", "BatchImportFindings") => one(
            json!({"Findings": [{"Id": "x", "AwsAccountId": "123456784021", "ProductArn": "arn:none", "GeneratorId": "x", "CreatedAt": "x", "UpdatedAt": "x", "SchemaVersion": "x", "Title": "x", "Description": "x", "Resources": []}]}),
        ),
        ("securityhub", "BatchUpdateFindings") => one(
            json!({"FindingIdentifiers": [{"Id": hub_finding(), "ProductArn": PRODUCT}, {"Id": "x", "ProductArn": "y"}], "Workflow": {"Status": "NOTIFIED"}, "Note": {"Text": "x", "UpdatedBy": "y"}}),
        ),
        ("securityhub", "DescribeStandardsControls") => {
            one(json!({"StandardsSubscriptionArn": subscription}))
        }
        ("securityhub", "GetFindingHistory") => {
            one(json!({"FindingIdentifier": {"Id": hub_finding(), "ProductArn": PRODUCT}}))
        }
        ("securityhub", "GetInsightResults") => {
            one(json!({"InsightArn": "arn:aws:securityhub:::insight/securityhub/default/29"}))
        }
        ("sqs", "GetQueueUrl") => one(json!({"QueueName": "orders-queue"})),
        ("sqs", "StartMessageMoveTask" | "ListMessageMoveTasks") => {
            one(json!({"SourceArn": "arn:aws:sqs:eu-central-1:123456784021:orders-dlq"}))
        }
        ("sqs", _) => one(queue),
        ("ssm", "GetCalendarState") => one(json!({"CalendarNames": ["shop-changes"]})),
        ("ssm", _) => {
            one(json!({"Name": "/shop/checkout/enabled", "Value": "false", "Overwrite": true}))
        }
        ("wafv2", "GetIPSet") => one(set),
        ("wafv2", "UpdateIPSet") => one(
            json!({"Name": "office", "Id": "2f8d0b46-7c3e-4091-9d52-e6f4a8bac173", "Scope": "REGIONAL", "Addresses": [], "LockToken": "d5b9f208-a4e1-4c67-9f3b-802e6d4ca751"}),
        ),
        ("wafv2", "GetWebACL") => one(acl),
        ("wafv2", "UpdateWebACL") => one(
            json!({"Name": "shop-edge", "Id": "5c1b7e02-3f6a-4d84-9d0e-71f2a8c3b640", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": {"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "x"}, "LockToken": "8d2f6a10-5b3c-4e97-a1d4-0c7e9b2f5386"}),
        ),
        ("wafv2", "GetRateBasedStatementManagedKeys") => one(
            json!({"WebACLName": "shop-edge", "WebACLId": "5c1b7e02-3f6a-4d84-9d0e-71f2a8c3b640", "Scope": "REGIONAL", "RuleName": "rate-per-address"}),
        ),
        ("wafv2", _) => one(json!({"Scope": "REGIONAL"})),
        _ => one(json!({})),
    }
}

const PRODUCT: &str = "arn:aws:securityhub:eu-central-1::product/aws/guardduty";

/// A finding of Security Hub that stands in the fixture.
fn hub_finding() -> &'static str {
    "arn:aws:guardduty:eu-central-1:123456784021:detector/8ac7e4c91f2b4d0e9b6a5c3d2e1f0a17/finding/e6c8b2f4a1d34f0c9b7e5a3d1c2f4e60"
}

/// The newest execution of the pipeline.
fn execution() -> String {
    let input = json!({"pipelineName": "orders-deploy"});
    let call = call("codepipeline", "ListPipelineExecutions", "eu-central-1", &input);
    match world().perform(&call).unwrap().unwrap() {
        Reply::Output(output) => output.items("pipelineExecutionSummaries")[0]
            .text("pipelineExecutionId")
            .unwrap()
            .to_owned(),
        Reply::Stream(_) => String::new(),
    }
}

/// Operations that in this account can only refuse, and the code they refuse with.
const REFUSALS: [(&str, &str, &str); 16] = [
    ("apigatewayv2", "GetStage", "NotFoundException"),
    ("apigatewayv2", "GetStages", "NotFoundException"),
    ("apigatewayv2", "UpdateStage", "NotFoundException"),
    ("arc-zonal-shift", "CancelZonalShift", "ResourceNotFoundException"),
    ("arc-zonal-shift", "UpdateZonalShift", "ResourceNotFoundException"),
    ("cloudfront", "UpdateDistribution", "NoSuchDistribution"),
    ("codedeploy", "StopDeployment", "DeploymentDoesNotExistException"),
    ("codepipeline", "RetryStageExecution", "StageNotFoundException"),
    ("codepipeline", "StopPipelineExecution", "PipelineExecutionNotFoundException"),
    ("iam", "GetCredentialReport", "CredentialReportNotPresentException"),
    // The replica is in the other region.
    ("rds", "PromoteReadReplica", "DBInstanceNotFoundFault"),
    ("route53", "GetChange", "NoSuchChange"),
    ("ssm", "GetAutomationExecution", "AutomationExecutionNotFoundException"),
    ("securityhub", "EnableSecurityHub", "ResourceConflictException"),
    ("securityhub", "GetFindingAggregator", "ResourceNotFoundException"),
    ("sqs", "CancelMessageMoveTask", "ResourceNotFoundException"),
];

fn refusal(service: &str, operation: &str) -> Option<&'static str> {
    REFUSALS.iter().find(|(s, o, _)| *s == service && *o == operation).map(|(.., code)| *code)
}

#[test]
fn every_answer_has_the_shape_of_its_model() {
    let mut found = Vec::new();
    let mut seen = 0;
    let mut shared = world();
    for (service, operation) in services::served().filter(|(service, _)| !LIVING.contains(service))
    {
        let model = model(service);
        let output = &model["operations"][operation]["output"]["shape"];
        assert!(!model["operations"][operation].is_null(), "{service} {operation} is in no model");
        // What makes a change undone by the operation must stand first.
        let mut fresh = (!reads(operation)).then(quiet);
        let world = fresh.as_mut().unwrap_or(&mut shared);
        if matches!((service, operation), ("iam", "DeleteRolePolicy" | "DeleteUserPolicy")) {
            let put = operation.replace("Delete", "Put");
            let input = &inputs(service, &put)[0];
            assert!(world.perform(&call(service, &put, "eu-central-1", input)).unwrap().is_ok());
        }
        for input in inputs(service, operation) {
            let path = format!("{service} {operation}");
            let input = if refusal(service, operation).is_some() {
                json!({"pipelineName": "orders-deploy"})
            } else {
                input
            };
            let call = call(service, operation, "eu-central-1", &input);
            match (world.perform(&call).unwrap(), refusal(service, operation)) {
                (Ok(Reply::Output(answer)), None) => {
                    seen += 1;
                    match output.as_str() {
                        Some(shape) => violations(&model, shape, &answer, &path, &mut found),
                        None if answer == Value::empty() => {}
                        None => {
                            found.push(format!("{path}: answers {answer:?}, the model nothing"));
                        }
                    }
                }
                (Err(error), Some(code)) if error.code == code => {}
                (answer, _) => found.push(format!("{path}: {answer:?}")),
            }
        }
    }
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
    assert!(seen > 120, "only {seen} operations were walked");
}

#[test]
fn lists_of_the_second_region_have_the_shape_of_their_model() {
    let mut found = Vec::new();
    let mut world = world();
    for (service, operation) in services::served().filter(|(service, _)| !LIVING.contains(service))
    {
        let model = model(service);
        let (Some(output), true) =
            (model["operations"][operation]["output"]["shape"].as_str(), reads(operation))
        else {
            continue;
        };
        let input = call(service, operation, "eu-west-1", &json!({}));
        if let Ok(Reply::Output(answer)) = world.perform(&input).unwrap() {
            violations(&model, output, &answer, &format!("{service} {operation}"), &mut found);
        }
    }
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_error_code_is_modelled_or_common() {
    let mut quiet = quiet();
    let common =
        ["AccessDenied", "InvalidAccessException", "ValidationException", "ValidationError"];
    let mut found = Vec::new();
    for (service, operation) in services::served().filter(|(service, _)| !LIVING.contains(service))
    {
        let model = model(service);
        let call = call(service, operation, "eu-central-1", &json!({}));
        if let Err(error) = quiet.perform(&call).unwrap() {
            let listed = model["operations"][operation]["errors"].as_array();
            let modelled = model["shapes"][&error.code].is_object()
                || listed.into_iter().flatten().any(|e| e["shape"] == json!(error.code));
            // S3 and EC2 leave most of their codes out of the model, RDS those of inputs that it does not take.
            let open = matches!(service, "s3" | "ec2")
                || (service == "rds" && error.code.starts_with("InvalidParameter"));
            if !modelled && !open && !common.contains(&error.code.as_str()) {
                found.push(format!("{service} {operation}: {}", error.code));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
