//! A runbook before anybody gives it parameters: its calls as commands of the AWS CLI, the least policy, time, cost, reversal.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value, json};
use watchdeck_guard::{aws_command, kebab};

use crate::action::Action;
use crate::behaviour::Undo;
use crate::contract;
use crate::format::{Reading, Runbook};
use crate::resolve::{Estimate, metric_reads};
use crate::rollback::{SURVEYED, SURVEYING};

/// The guard waits so long for a change to come to rest.
const REST_S: u64 = 15 * 60;

/// What a runbook comes to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sketch {
    /// The calls that change something, in order.
    pub calls: Vec<SketchedCall>,
    /// The calls that only read.
    pub reads: Vec<String>,
    /// What IAM must allow, and no more: a policy document.
    pub policy: Value,
    /// How long it takes at most, from the answer on, in seconds.
    pub at_most_s: u64,
    /// What it may cost, in words.
    pub cost: String,
    /// How each step is taken back.
    pub reversal: Vec<String>,
}

/// One call that changes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SketchedCall {
    /// The step.
    pub step: String,
    /// The operation: `lambda:UpdateAlias`.
    pub operation: String,
    /// The command of the AWS CLI, with the parameters in capitals.
    pub command: String,
}

impl Runbook {
    /// What it comes to, whatever its parameters are.
    pub fn sketch(&self) -> Sketch {
        let calls: Vec<_> = self
            .steps
            .iter()
            .filter_map(|step| {
                let operation = Action::operation_of(&step.action)?;
                let action = Action::named(&step.action);
                let mut sent: Map<String, Value> = lacking(&operation).collect();
                for (name, value) in &step.with {
                    let theirs = action.and_then(|action| action.sent_as(name)).unwrap_or(name);
                    let value = shaped(name, theirs, placed(value));
                    match (sent.get_mut(theirs), value) {
                        (Some(Value::Array(patches)), Value::Array(more)) => patches.extend(more),
                        (_, value) => drop(sent.insert(theirs.to_owned(), value)),
                    }
                }
                let (service, name) = operation.split_once(':')?;
                let command = aws_command(service, name, &Value::Object(sent));
                Some(SketchedCall { step: step.id.clone(), operation, command })
            })
            .collect();
        let mut reads = self.reads();
        for (_, more) in BESIDES.iter().filter(|(read, _)| reads.contains(read)).collect::<Vec<_>>()
        {
            reads.extend(*more);
        }
        if self.facts.iter().any(|fact| fact.read == "restore-ground-of") {
            reads.extend(GROUND);
        }
        if SURVEYING.contains(&self.id.as_str()) {
            reads.extend(SURVEYED);
        }
        let waits = self.waits.iter().map(|wait| u64::from(wait.timeout_s));
        let verifications = self.verifications.iter().map(|verify| u64::from(verify.timeout_s));
        let rests = self.steps.iter().map(|it| it.timeout_s.map_or(REST_S, u64::from));
        let watched: u64 = waits.chain(verifications).sum();
        Sketch {
            policy: policy(&calls, &reads),
            reads: reads.into_iter().map(str::to_owned).collect(),
            at_most_s: rests.sum::<u64>().saturating_add(watched),
            cost: self.cost().to_string(),
            reversal: self.reversals(),
            calls,
        }
    }

    /// What reading its metrics may cost; what it changes is configuration, which is not billed.
    fn cost(&self) -> Estimate {
        let series = |facts: &[Reading]| -> u64 {
            let counts = facts
                .iter()
                .filter(|fact| fact.read == "metrics")
                .map(|fact| fact.with.get("series").and_then(Value::as_array).map_or(0, Vec::len));
            u64::try_from(counts.sum::<usize>()).unwrap_or(u64::MAX)
        };
        let looks = |every: u32, timeout: u32| u64::from(timeout / every.max(1)) + 1;
        let waits = self.waits.iter().map(|it| series(&it.facts) * looks(it.every_s, it.timeout_s));
        let seen =
            self.verifications.iter().map(|it| series(&it.facts) * looks(it.every_s, it.timeout_s));
        let steps = u64::try_from(self.steps.len()).unwrap_or(u64::MAX);
        // The facts are read for the plan, and again before each change.
        let before = series(&self.facts).saturating_mul(steps.saturating_add(1));
        metric_reads(before.saturating_add(waits.chain(seen).sum()))
    }

    fn reversals(&self) -> Vec<String> {
        let told = self.steps.iter().map(|step| {
            let how = match (&step.undo, &step.irreversible) {
                (Some(Undo::Restore(_)), _) => {
                    "what was there is put back, as a plan of its own".to_owned()
                }
                (Some(Undo::Call(undo)), _) => format!("by `{}`", undo.action),
                (None, why) => {
                    format!("cannot be taken back: {}", why.as_deref().unwrap_or_default())
                }
            };
            format!("{}: {how}", step.id)
        });
        told.collect()
    }
}

/// The members that AWS refuses the call without, in capitals: what a step does not name is found out when the plan is made.
fn lacking(operation: &str) -> impl Iterator<Item = (String, Value)> + use<> {
    let members = contract::operation(operation).map(|it| &it.members);
    let required = members.into_iter().flatten().filter(|(_, member)| member.required);
    required.map(|(name, _)| (name.clone(), Value::String(kebab(name).to_ascii_uppercase())))
}

/// A member as the call takes it: the weights of an alias lie in a structure of their own, a stage is patched.
fn shaped(ours: &str, theirs: &str, value: Value) -> Value {
    let path = match ours {
        "rate" => "/*/*/throttling/rateLimit",
        "burst" => "/*/*/throttling/burstLimit",
        _ => "/deploymentId",
    };
    match theirs {
        // An API is named by people, and called by its id.
        "restApiId" => json!("ID-OF-API"),
        // Each record of another weight is sent whole, as it is read when the plan is made.
        "ChangeBatch" => json!({ "Changes": [{ "Action": "UPSERT", "ResourceRecordSet": {
            "Name": value.get("name"), "Type": value.get("kind"), "Weight": value.get("weights"),
        } }] }),
        "RoutingConfig" => json!({ "AdditionalVersionWeights": value }),
        "patchOperations" => json!([{ "op": "replace", "path": path, "value": value }]),
        _ => value,
    }
}

/// Places as an operator writes what is to be replaced: `{function}` is `FUNCTION`.
fn placed(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(capitals(text)),
        Value::Array(items) => Value::Array(items.iter().map(placed).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, it)| (capitals(key), placed(it))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn capitals(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive('}') {
        match part.split_once('{') {
            Some((before, place)) => {
                let name = place.trim_end_matches('}').trim_end_matches("|plain");
                write!(out, "{before}{}", name.to_ascii_uppercase()).unwrap_or_default();
            }
            None => out.push_str(part),
        }
    }
    match out.as_str() {
        "as-read" => "AS-READ".into(),
        "as-left" => "AS-LEFT".into(),
        "of-the-run" => "TOKEN-OF-THE-RUN".into(),
        _ => out,
    }
}

/// What a restore is made from is asked of RDS in several calls.
const GROUND: [&str; 4] = [
    "rds:DescribeAccountAttributes",
    "rds:DescribeDBInstanceAutomatedBackups",
    "rds:DescribeDBParameterGroups",
    "rds:DescribeDBSubnetGroups",
];

/// What some questions ask besides the operation that they are named by.
const BESIDES: [(&str, &[&str]); 6] = [
    ("cloudfront:ListInvalidations", &["cloudfront:GetInvalidation"]),
    ("cloudtrail:GetTrailStatus", &["cloudtrail:DescribeTrails", "cloudtrail:GetEventSelectors"]),
    ("iam:GetRole", &["iam:GetUser"]),
    ("iam:GetRolePolicy", &["iam:GetUserPolicy", "iam:ListRolePolicies", "iam:ListUserPolicies"]),
    ("iam:ListAccessKeys", &["iam:GetAccessKeyLastUsed", "iam:GetUser"]),
    ("iam:SimulatePrincipalPolicy", &["iam:GetRole", "iam:GetUser"]),
];

/// Calls of Lambda that IAM can hold to one function.
const OF_A_FUNCTION: [&str; 7] = [
    "lambda:GetAlias",
    "lambda:GetFunctionConfiguration",
    "lambda:GetFunctionConcurrency",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:GetPolicy",
    "lambda:ListVersionsByFunction",
    "lambda:ListAliases",
];

/// The IAM actions behind a question: its own operation, and those that it is put together of.
fn needs<'a>(read: &&'a str) -> Vec<&'a str> {
    match *read {
        "sqs:GetQueueAttributes" => vec!["sqs:GetQueueAttributes", "sqs:GetQueueUrl"],
        "sqs:ListMessageMoveTasks" => {
            vec!["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListMessageMoveTasks"]
        }
        "s3:GetPublicAccessBlock" => vec!["s3:GetBucketPublicAccessBlock"],
        "s3:GetBucketPolicyStatus" => {
            vec!["s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:GetBucketPolicyStatus"]
        }
        "wafv2:GetIPSet" => vec!["wafv2:GetIPSet", "wafv2:ListIPSets"],
        // IAM knows the verbs of HTTP here.
        read if read.starts_with("apigateway:") => vec!["apigateway:GET"],
        "events:DescribeRule" => vec!["events:DescribeRule", "events:ListTargetsByRule"],
        "route53:ListResourceRecordSets" => {
            vec![
                "route53:GetHealthCheck",
                "route53:GetHealthCheckStatus",
                "route53:ListResourceRecordSets",
            ]
        }
        "route53:GetHealthCheck" => vec!["route53:GetHealthCheck", "route53:GetHealthCheckStatus"],
        "ecs:DescribeTaskDefinition" => vec!["ecr:DescribeImages", "ecs:DescribeTaskDefinition"],
        other => vec![other],
    }
}

/// The least that IAM must allow. Region and account are left to the account that the role is in.
fn policy(calls: &[SketchedCall], reads: &BTreeSet<&'static str>) -> Value {
    let function = "arn:aws:lambda:*:*:function:FUNCTION";
    let mut by_resource: BTreeMap<Vec<&str>, BTreeSet<String>> = BTreeMap::new();
    let asked = reads.iter().filter(|read| **read != "sts:GetCallerIdentity");
    for read in asked.flat_map(|read| needs(read)) {
        let resources = if OF_A_FUNCTION.contains(&read) {
            vec![function, "arn:aws:lambda:*:*:function:FUNCTION:*"]
        } else {
            vec!["*"]
        };
        by_resource.entry(resources).or_default().insert(read.to_owned());
    }
    for call in calls {
        let allow = contract::operation(&call.operation).and_then(|it| it.allow.first());
        let resource = if call.operation.starts_with("lambda:") { function } else { "*" };
        by_resource
            .entry(vec![resource])
            .or_default()
            .insert(allow.cloned().unwrap_or_else(|| call.operation.clone()));
    }
    let statements: Vec<_> = by_resource
        .into_iter()
        .map(|(resources, actions)| {
            json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_rollback_is_one_call_on_one_function() {
        let sketch = crate::lambda_rollback().unwrap().sketch();
        assert_eq!(sketch.calls.len(), 1);
        let command = &sketch.calls[0].command;
        assert!(command.starts_with("aws lambda update-alias --description "), "{command}");
        for option in [
            "--function-name FUNCTION",
            "--name ALIAS",
            "--revision-id AS-READ",
            "--routing-config '{\"AdditionalVersionWeights\":{}}'",
        ] {
            assert!(command.contains(option), "{command}");
        }
        let policy = sketch.policy.to_string();
        for action in
            ["lambda:UpdateAlias", "lambda:ListVersionsByFunction", "cloudtrail:LookupEvents"]
        {
            assert!(policy.contains(action), "{policy}");
        }
        assert!(!policy.contains("GetCallerIdentity"), "it needs no permission");
        assert_eq!(sketch.at_most_s, 15 * 60 + 420);
        assert_eq!(sketch.reversal.len(), 1);
    }
}
