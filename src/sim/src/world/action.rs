//! What IAM and CloudTrail call an operation: its action, resource, event source and event name.

use crate::wire::call::Call;
use crate::wire::value::Value;

use super::names::{ACCOUNT, arn};

/// The IAM prefix of a service.
fn prefix(service: &str) -> &str {
    match service {
        "elbv2" => "elasticloadbalancing",
        "apigatewayv2" => "apigateway",
        "s3control" => "s3",
        other => other,
    }
}

/// The IAM action of a call, such as `lambda:UpdateAlias`.
pub(crate) fn of(call: &Call) -> String {
    let name = match (call.service.as_str(), call.operation.as_str()) {
        ("lambda", "Invoke") => "InvokeFunction",
        ("s3", "ListObjectsV2" | "ListObjects" | "HeadBucket") => "ListBucket",
        ("s3", "ListBuckets") => "ListAllMyBuckets",
        ("s3", "HeadObject") => "GetObject",
        ("s3", "GetPublicAccessBlock") => "GetBucketPublicAccessBlock",
        ("s3", "PutPublicAccessBlock" | "DeletePublicAccessBlock") => "PutBucketPublicAccessBlock",
        // IAM knows the verbs of HTTP here.
        ("apigateway", name) if name.starts_with("Get") => "GET",
        ("apigateway", name) if name.starts_with("Update") => "PATCH",
        (_, name) => name,
    };
    format!("{}:{name}", prefix(&call.service))
}

/// The ARN the call is about, where it can be told.
pub(crate) fn resource(call: &Call) -> Option<String> {
    let text = |member: &str| call.input.text(member);
    match call.service.as_str() {
        "lambda" => {
            let name = text("FunctionName")?;
            let name = name.rsplit_once("function:").map_or(name, |(_, rest)| rest);
            let resource = match text("Qualifier") {
                Some(qualifier) if !name.contains(':') => format!("function:{name}:{qualifier}"),
                _ => format!("function:{name}"),
            };
            Some(arn("lambda", &call.region, &resource))
        }
        "logs" => {
            let first = |member: &str| call.input.items(member).first().and_then(Value::as_text);
            let name = text("logGroupName")
                .or_else(|| text("logGroupIdentifier"))
                .or_else(|| first("logGroupNames"))
                .or_else(|| first("logGroupIdentifiers"))?;
            if name.starts_with("arn:") {
                return Some(format!("{}:*", name.trim_end_matches(":*")));
            }
            Some(arn("logs", &call.region, &format!("log-group:{name}:*")))
        }
        "sts" => text("RoleArn").map(str::to_owned),
        "cloudtrail" => {
            let name = text("Name").or_else(|| text("TrailName"))?;
            Some(if name.starts_with("arn:") {
                name.to_owned()
            } else {
                arn("cloudtrail", &call.region, &format!("trail/{name}"))
            })
        }
        "s3" => text("Bucket").map(|bucket| match text("Key") {
            Some(key) => format!("arn:aws:s3:::{bucket}/{key}"),
            None => format!("arn:aws:s3:::{bucket}"),
        }),
        "sqs" => {
            let named = text("QueueUrl").or_else(|| text("QueueName"));
            let named = named.and_then(|url| url.rsplit('/').next());
            named
                .map(|name| arn("sqs", &call.region, name))
                .or_else(|| text("SourceArn").map(str::to_owned))
        }
        "wafv2" if call.operation.ends_with("IPSet") => {
            let (name, id) = (text("Name")?, text("Id")?);
            Some(arn("wafv2", &call.region, &format!("regional/ipset/{name}/{id}")))
        }
        "wafv2" if call.operation.ends_with("WebACL") => {
            let (name, id) = (text("Name")?, text("Id")?);
            Some(arn("wafv2", &call.region, &format!("regional/webacl/{name}/{id}")))
        }
        "securityhub" if call.operation.starts_with("Batch") => {
            Some(arn("securityhub", &call.region, "hub/default"))
        }
        "codepipeline" => {
            let pipeline = text("pipelineName").or_else(|| text("name"))?;
            let stage = text("stageName").map(|stage| format!("/{stage}")).unwrap_or_default();
            Some(arn("codepipeline", &call.region, &format!("{pipeline}{stage}")))
        }
        "cloudfront" => {
            let id = text("DistributionId").or_else(|| text("Id"))?;
            Some(format!("arn:aws:cloudfront::{ACCOUNT}:distribution/{id}"))
        }
        "apigateway" => {
            let (api, stage) = (text("restApiId")?, text("stageName")?);
            Some(format!("arn:aws:apigateway:{}::/restapis/{api}/stages/{stage}", call.region))
        }
        "events" => {
            let rule = text("Name").or_else(|| text("Rule"))?;
            let bus = text("EventBusName").unwrap_or("default");
            let name = if bus == "default" { rule.to_owned() } else { format!("{bus}/{rule}") };
            Some(arn("events", &call.region, &format!("rule/{name}")))
        }
        "ecs" if call.operation == "UpdateService" => {
            let (cluster, service) = (text("cluster").unwrap_or("default"), text("service")?);
            Some(arn("ecs", &call.region, &format!("service/{cluster}/{service}")))
        }
        "rds" => rds(call),
        "cloudwatch" => {
            text("AlarmName").map(|name| arn("cloudwatch", &call.region, &format!("alarm:{name}")))
        }
        _ => call
            .input
            .as_map()?
            .values()
            .find_map(|value| value.as_text().filter(|text| text.starts_with("arn:aws:")))
            .map(str::to_owned),
    }
}

/// What a call of RDS is about: what it makes, before what it makes it from.
fn rds(call: &Call) -> Option<String> {
    const KINDS: [(&str, &str); 6] = [
        ("TargetDBInstanceIdentifier", "db"),
        ("DBSnapshotIdentifier", "snapshot"),
        ("DBInstanceIdentifier", "db"),
        ("DBClusterIdentifier", "cluster"),
        ("DBSubnetGroupName", "subgrp"),
        ("GlobalClusterIdentifier", "global-cluster"),
    ];
    let text = |member: &str| call.input.text(member);
    if let Some(arn) = text("ResourceName") {
        return Some(arn.to_owned());
    }
    // Of a failover the target is an instance, and what IAM asks about is the cluster.
    let fails_over = call.operation == "FailoverDBCluster";
    let mut kinds =
        KINDS.iter().filter(|(member, _)| !fails_over || *member == "DBClusterIdentifier");
    let (name, kind) = kinds.find_map(|(member, kind)| Some((text(member)?, kind)))?;
    if name.starts_with("arn:") {
        return Some(name.to_owned());
    }
    // A global database is of no region.
    let region = if *kind == "global-cluster" { "" } else { &call.region };
    Some(arn("rds", region, &format!("{kind}:{}", name.to_ascii_lowercase())))
}

/// The error code with which a service refuses.
pub(crate) fn denial(service: &str) -> &'static str {
    match service {
        "ec2" => "UnauthorizedOperation",
        "sts" | "iam" | "rds" | "elasticache" | "elbv2" | "cloudwatch" | "s3" | "s3control"
        | "route53" | "cloudfront" => "AccessDenied",
        _ => "AccessDeniedException",
    }
}

/// The event source of a service in CloudTrail.
pub(crate) fn source(service: &str) -> String {
    match service {
        "cloudwatch" => "monitoring.amazonaws.com".to_owned(),
        other => format!("{}.amazonaws.com", prefix(other)),
    }
}

/// The event name of a call in CloudTrail; Lambda's carry the date of the API.
pub(crate) fn event_name(service: &str, operation: &str) -> String {
    if service != "lambda" {
        return operation.to_owned();
    }
    match operation {
        "UpdateFunctionCode" => "UpdateFunctionCode20150331v2".to_owned(),
        "UpdateFunctionConfiguration" => "UpdateFunctionConfiguration20150331v2".to_owned(),
        "GetFunction" => "GetFunction20150331v2".to_owned(),
        "GetFunctionConfiguration" => "GetFunctionConfiguration20150331v2".to_owned(),
        "GetPolicy" => "GetPolicy20150331v2".to_owned(),
        "PutFunctionConcurrency" => "PutFunctionConcurrency20171031".to_owned(),
        "DeleteFunctionConcurrency" => "DeleteFunctionConcurrency20171031".to_owned(),
        "ListTags" => "ListTags20170331".to_owned(),
        "GetFunctionConcurrency"
        | "GetProvisionedConcurrencyConfig"
        | "PutProvisionedConcurrencyConfig"
        | "DeleteProvisionedConcurrencyConfig" => operation.to_owned(),
        other => format!("{other}20150331"),
    }
}

/// Whether an operation only reads.
pub(crate) fn is_read(operation: &str) -> bool {
    const VERBS: [&str; 14] = [
        "Get",
        "List",
        "Describe",
        "Lookup",
        "Filter",
        "Test",
        "BatchGet",
        "Search",
        "Simulate",
        "StartLiveTail",
        "StartQuery",
        "StopQuery",
        "Head",
        "Decode",
    ];
    VERBS.iter().any(|verb| operation.starts_with(verb)) || matches!(operation, "Scan" | "Query")
}

/// Whether CloudTrail records the call among its management events at all.
pub(crate) fn is_management(service: &str, operation: &str) -> bool {
    !matches!(
        (service, operation),
        ("lambda", "Invoke")
            | ("logs", "PutLogEvents" | "FilterLogEvents" | "GetLogEvents" | "StartLiveTail")
            | ("cloudwatch", "PutMetricData" | "GetMetricData")
            | ("s3", "GetObject" | "PutObject" | "HeadObject" | "ListObjectsV2" | "DeleteObject")
            | ("sqs", "SendMessage" | "ReceiveMessage" | "DeleteMessage")
            | ("dynamodb", "DeleteItem" | "GetItem" | "PutItem" | "Query" | "Scan" | "UpdateItem")
            | ("xray", "PutTraceSegments")
    )
}
