//! What may be read: one cheap call for each reading operation, and the least policy that allows what is denied.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use watchdeck_aws::READING;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::{
    AccountAlias, AlarmHistory, Alarms, AliasOf, Aliases, Callers, DbClusters, DbInstances,
    Deployments, EventSourceOf, EventSources, Findings, Functions, GlobalDatabases,
    InsightsResults, InsightsStart, InsightsStop, LogGroups, LogPage, MetricNames, Metrics,
    Provisioned, ReadFailure, ReservedConcurrency, Trail, VersionOf, Versions,
};
use watchdeck_domain::{
    AliasName, FunctionName, LogGroupName, Question, ReadError, Scope, Source, Timestamp, Version,
    ask as put,
};

use super::finding::{Finding, Verdict};
use crate::app::RealmName;

/// How far back is looked: what is found does not matter.
const SPAN: Duration = Duration::from_mins(5);
/// Asked about where nothing is known to ask about: IAM decides before anybody looks whether it is there.
const NOBODY: &str = "watchdeck-doctor";

/// A mapping that nobody has: whether it may be looked at is answered all the same.
const NO_MAPPING: &str = "00000000-0000-0000-0000-000000000000";

/// One operation, and what came of asking it.
#[derive(Debug)]
pub(super) struct Asked {
    /// As IAM names it, such as `lambda:GetAlias`.
    action: String,
    outcome: Outcome,
}

/// What came of it.
#[derive(Debug)]
enum Outcome {
    /// It is allowed: it answered, or had nothing to answer with.
    Allowed,
    /// IAM says no.
    Denied(ReadError),
    /// It failed for another reason.
    Failed(ReadError),
    /// It was not asked.
    Skipped(&'static str),
}

/// Asks each operation once.
pub(super) async fn ask(
    source: &dyn Source,
    realm: RealmName,
    now: Timestamp,
    wanted: &[LogGroupName],
) -> Vec<Asked> {
    let mut asking = Asking { source, asked: Vec::new(), over: false };
    // Connecting has asked it already.
    asking.note("sts:GetCallerIdentity", Outcome::Allowed);
    asking.logs(realm, now, wanted).await;
    asking.functions().await;
    asking.deployments().await;
    asking.metrics(now).await;
    asking.put(Findings { workflow: Vec::new(), next: None }).await;
    asking.put(DbInstances {}).await;
    asking.put(AccountAlias {}).await;
    asking.put(DbClusters {}).await;
    asking.put(GlobalDatabases {}).await;
    asking.put(Trail { filter: None, start: now - SPAN, end: now, next: None }).await;
    asking.rest();
    asking.asked
}

struct Asking<'a> {
    source: &'a dyn Source,
    asked: Vec<Asked>,
    /// Nothing more will be answered: asking on would only wait.
    over: bool,
}

impl Asking<'_> {
    fn note(&mut self, action: &str, outcome: Outcome) {
        self.asked.push(Asked { action: action.to_owned(), outcome });
    }

    /// Puts one question, and notes what came of it under the operation that said so.
    async fn put<Q: Question + Clone>(&mut self, question: Q) -> Option<Q::Answer> {
        let action = question.clone().into_query().name();
        if self.over {
            self.note(action, Outcome::Skipped("not asked: the account does not answer any more"));
            return None;
        }
        match put(self.source, question).await {
            Ok(answer) => {
                self.note(action, Outcome::Allowed);
                Some(answer)
            }
            Err(error) => {
                if error.operation != action {
                    // Of two operations behind the question the first answered.
                    self.note(action, Outcome::Allowed);
                }
                let action = error.operation.clone();
                let outcome = self.judge(error);
                self.note(&action, outcome);
                None
            }
        }
    }

    fn judge(&mut self, error: ReadError) -> Outcome {
        match error.failure {
            ReadFailure::Denied => Outcome::Denied(error),
            // Who may not ask is not told that there is nothing.
            ReadFailure::Missing => Outcome::Allowed,
            ReadFailure::Expired | ReadFailure::NoCredentials | ReadFailure::Unreachable => {
                self.over = true;
                Outcome::Failed(error)
            }
            ReadFailure::Throttled
            | ReadFailure::Refused
            | ReadFailure::TimedOut
            | ReadFailure::Unsupported
            | ReadFailure::Malformed
            | ReadFailure::Fault => Outcome::Failed(error),
        }
    }

    async fn logs(&mut self, realm: RealmName, now: Timestamp, wanted: &[LogGroupName]) {
        let prefix = wanted.first().map(ToString::to_string).unwrap_or_default();
        let found = self.put(LogGroups { prefix, limit: 1 }).await;
        let first = found.and_then(|groups| groups.into_iter().next());
        let known = wanted.first().cloned().or_else(|| Some(first.as_ref()?.name.clone()));
        if let Some(group) = known.or_else(|| LogGroupName::parse(NOBODY).ok()) {
            let (start, end) = (now - SPAN, now);
            self.query(realm, group.clone(), now).await;
            self.put(LogPage { group, start, end, pattern: None, next: None }).await;
        }
        self.tail(realm, first).await;
    }

    /// AWS bills a query by what it scans, so a real account's is not begun to look.
    async fn query(&mut self, realm: RealmName, group: LogGroupName, now: Timestamp) {
        if realm == RealmName::Live {
            for action in ["logs:StartQuery", "logs:GetQueryResults", "logs:StopQuery"] {
                self.note(
                    action,
                    Outcome::Skipped("not begun: AWS bills a query by what it scans"),
                );
            }
            return;
        }
        let (start, query) = (now - SPAN, "limit 1".to_owned());
        let ask = InsightsStart { groups: vec![group], start, end: now, query, limit: None };
        if let Some(id) = self.put(ask).await {
            self.put(InsightsResults { id: id.clone() }).await;
            self.put(InsightsStop { id }).await;
        }
    }

    /// AWS bills a live tail by the minute, so a real account's is not opened to look.
    async fn tail(&mut self, realm: RealmName, group: Option<LogGroup>) {
        let outcome = match (realm, group) {
            (RealmName::Live | RealmName::Files, _) => {
                Outcome::Skipped("not opened: AWS bills a live tail by the minute")
            }
            (RealmName::Simulated | RealmName::Served, None) => {
                Outcome::Skipped("no log group is known to tail")
            }
            (RealmName::Simulated | RealmName::Served, Some(_)) if self.over => {
                Outcome::Skipped("not asked: the account does not answer any more")
            }
            (RealmName::Simulated | RealmName::Served, Some(group)) => {
                match self.source.live_tail(vec![group], None).await {
                    Ok(stream) => {
                        drop(stream);
                        Outcome::Allowed
                    }
                    Err(error) => self.judge(error),
                }
            }
        };
        self.note("logs:StartLiveTail", outcome);
    }

    async fn functions(&mut self) {
        let found = self.put(Functions {}).await.unwrap_or_default();
        let known = found.into_iter().next().map(|function| function.name);
        let Some(function) = known.or_else(|| FunctionName::parse(NOBODY).ok()) else { return };
        self.put(Versions { function: function.clone() }).await;
        self.put(ReservedConcurrency { function: function.clone() }).await;
        let sources = self.put(EventSources { function: function.clone() }).await;
        let known = sources.unwrap_or_default().into_iter().next().map(|source| source.uuid);
        self.put(EventSourceOf { uuid: known.unwrap_or_else(|| NO_MAPPING.to_owned()) }).await;
        self.put(Callers { function: function.clone(), alias: None }).await;
        if let Ok(version) = Version::parse("$LATEST") {
            self.put(VersionOf { function: function.clone(), version }).await;
        }
        let aliases = self.put(Aliases { function: function.clone() }).await.unwrap_or_default();
        let known = aliases.into_iter().next().map(|alias| alias.name);
        let Some(alias) = known.or_else(|| AliasName::parse(NOBODY).ok()) else { return };
        self.put(AliasOf { function: function.clone(), alias: alias.clone() }).await;
        self.put(Provisioned { function, alias }).await;
    }

    async fn deployments(&mut self) {
        let found = self.put(Deployments {}).await;
        if !self.knows("codedeploy:GetDeployment") {
            let outcome = if found.is_some_and(|found| !found.is_empty()) {
                Outcome::Allowed
            } else {
                Outcome::Skipped("asked only while a deployment is under way")
            };
            self.note("codedeploy:GetDeployment", outcome);
        }
    }

    async fn metrics(&mut self, now: Timestamp) {
        let series = MetricQuery {
            id: "errors".to_owned(),
            namespace: "AWS/Lambda".to_owned(),
            metric: "Errors".to_owned(),
            dimensions: Vec::new(),
            statistic: "Sum".to_owned(),
        };
        let (start, end) = ((now - SPAN).floor(Duration::from_mins(1)), now);
        self.put(Metrics { series: vec![series], start, end, period_s: 60 }).await;
        self.put(MetricNames { namespace: "AWS/Lambda".to_owned() }).await;
        let alarms = self.put(Alarms {}).await.unwrap_or_default();
        let known = alarms.into_iter().next().map(|alarm| alarm.name);
        let alarm = known.unwrap_or_else(|| NOBODY.to_owned());
        self.put(AlarmHistory { alarm, start: now - SPAN, end: now }).await;
    }

    /// What the console may read and is not asked here: said, and not left out.
    fn rest(&mut self) {
        for (service, operation) in READING {
            let action = action(service, operation);
            if !self.knows(&action) {
                self.note(&action, Outcome::Skipped("nothing here asks it"));
            }
        }
    }

    fn knows(&self, action: &str) -> bool {
        self.asked.iter().any(|asked| asked.action == action)
    }
}

/// An operation of the reading list as IAM names it.
fn action(service: &str, operation: &str) -> String {
    let prefix = match service {
        "CloudWatch Logs" => "logs".to_owned(),
        other => other.to_lowercase().replace(' ', ""),
    };
    let operation = match (service, operation) {
        ("S3", "GetPublicAccessBlock") => "GetBucketPublicAccessBlock",
        ("S3", "ListBuckets") => "ListAllMyBuckets",
        (_, other) => other,
    };
    format!("{prefix}:{operation}")
}

/// What was found, operation by operation.
pub(super) fn findings(asked: &[Asked]) -> Vec<Finding> {
    asked.iter().map(finding).collect()
}

fn finding(asked: &Asked) -> Finding {
    let check = asked.action.as_str();
    let said = |error: &ReadError| {
        if error.code.is_empty() {
            error.message.clone()
        } else {
            format!("{}: {}", error.code, error.message)
        }
    };
    match &asked.outcome {
        Outcome::Allowed => Finding::ok(check, "allowed"),
        Outcome::Skipped(why) => Finding::skipped(check, *why),
        Outcome::Denied(error) => Finding::new(
            check,
            Verdict::Bad,
            "denied",
            said(error),
            "ask for the statement below, or choose a role that has it",
        ),
        Outcome::Failed(error) => {
            let verdict = match error.failure {
                // Refused: a service that is not switched on, such as Security Hub, answers so.
                ReadFailure::Throttled
                | ReadFailure::TimedOut
                | ReadFailure::Unsupported
                | ReadFailure::Refused => Verdict::Warn,
                ReadFailure::Denied
                | ReadFailure::Expired
                | ReadFailure::NoCredentials
                | ReadFailure::Missing
                | ReadFailure::Unreachable
                | ReadFailure::Malformed
                | ReadFailure::Fault => Verdict::Bad,
            };
            Finding::new(check, verdict, error.failure.to_string(), said(error), error.hint())
        }
    }
}

/// The least policy that allows what is denied; nothing where nothing is.
pub(super) fn policy(asked: &[Asked], scope: &Scope, wanted: &[LogGroupName]) -> Option<Value> {
    let mut by_resource: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
    for Asked { action, outcome } in asked {
        if matches!(outcome, Outcome::Denied(_)) {
            by_resource.entry(resources(action, scope, wanted)).or_default().push(action);
        }
    }
    if by_resource.is_empty() {
        return None;
    }
    let statements = by_resource.into_iter().map(|(resources, actions)| {
        json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
    });
    Some(json!({ "Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>() }))
}

/// The resources on which IAM decides about an action, as the service authorization reference says. The lists of
/// functions, mappings, metrics and events know none smaller than all.
fn resources(action: &str, scope: &Scope, wanted: &[LogGroupName]) -> Vec<String> {
    let Scope { account, region } = scope;
    let arn = |service: &str, rest: &str| {
        format!("arn:{}:{service}:{region}:{account}:{rest}", region.partition())
    };
    match action {
        "logs:FilterLogEvents" | "logs:StartLiveTail" | "logs:StartQuery" if !wanted.is_empty() => {
            wanted
                .iter()
                .flat_map(|group| {
                    [
                        arn("logs", &format!("log-group:{group}")),
                        arn("logs", &format!("log-group:{group}:*")),
                    ]
                })
                .collect()
        }
        "logs:DescribeLogGroups"
        | "logs:FilterLogEvents"
        | "logs:StartLiveTail"
        | "logs:StartQuery" => {
            vec![arn("logs", "log-group:*")]
        }
        "lambda:GetAlias"
        | "lambda:GetFunctionConcurrency"
        | "lambda:GetFunctionConfiguration"
        | "lambda:GetPolicy"
        | "lambda:GetProvisionedConcurrencyConfig"
        | "lambda:ListAliases"
        | "lambda:ListVersionsByFunction" => vec![arn("lambda", "function:*")],
        "lambda:GetEventSourceMapping" => vec![arn("lambda", "event-source-mapping:*")],
        "cloudfront:GetDistribution"
        | "cloudfront:GetInvalidation"
        | "cloudfront:ListInvalidations" => {
            vec![format!("arn:{}:cloudfront::{account}:distribution/*", region.partition())]
        }
        "cloudwatch:GetAlarmMuteRule" => vec![arn("cloudwatch", "alarm-mute-rule:*")],
        "codepipeline:GetPipelineExecution"
        | "codepipeline:GetPipelineState"
        | "codepipeline:ListPipelineExecutions" => vec![arn("codepipeline", "*")],
        "codedeploy:GetDeployment" | "codedeploy:ListDeployments" => {
            vec![arn("codedeploy", "deploymentgroup:*")]
        }
        "cloudwatch:DescribeAlarmHistory" | "cloudwatch:DescribeAlarms" => {
            vec![arn("cloudwatch", "alarm:*")]
        }
        "rds:DescribeDBClusters" => vec![arn("rds", "cluster:*")],
        "rds:DescribeDBInstances" => vec![arn("rds", "db:*")],
        "rds:DescribeDBSubnetGroups" => vec![arn("rds", "subgrp:*")],
        "rds:DescribeDBParameterGroups" => vec![arn("rds", "pg:*")],
        // A global database belongs to no region.
        "rds:DescribeGlobalClusters" => {
            vec![format!("arn:{}:rds::{account}:global-cluster:*", region.partition())]
        }
        "securityhub:GetFindings" => vec![arn("securityhub", "hub/default")],
        _ => vec!["*".to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::{AccountId, Region};

    use super::*;

    fn denied(action: &str) -> Asked {
        let error = ReadError::new(ReadFailure::Denied, action, "not authorized");
        Asked { action: action.to_owned(), outcome: Outcome::Denied(error) }
    }

    fn scope() -> Scope {
        Scope {
            account: AccountId::parse("123456784021").unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        }
    }

    #[test]
    fn a_policy_allows_what_is_denied_on_the_resources_it_is_decided_on() {
        let mut asked: Vec<_> = [
            "lambda:GetAlias",
            "lambda:ListAliases",
            "lambda:ListFunctions",
            "logs:FilterLogEvents",
        ]
        .map(denied)
        .into();
        asked.push(Asked { action: "lambda:GetPolicy".into(), outcome: Outcome::Allowed });
        let group = LogGroupName::parse("/aws/lambda/a").unwrap();
        let logs = "arn:aws:logs:eu-central-1:123456784021:log-group:/aws/lambda/a";
        assert_eq!(
            policy(&asked, &scope(), &[group]).unwrap(),
            json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": ["lambda:ListFunctions"], "Resource": ["*"] },
                { "Effect": "Allow", "Action": ["lambda:GetAlias", "lambda:ListAliases"],
                  "Resource": ["arn:aws:lambda:eu-central-1:123456784021:function:*"] },
                { "Effect": "Allow", "Action": ["logs:FilterLogEvents"],
                  "Resource": [logs, format!("{logs}:*")] },
            ] })
        );
        assert_eq!(policy(&[], &scope(), &[]), None);
    }

    #[test]
    fn the_reading_list_speaks_as_iam_does() {
        assert_eq!(action("CloudWatch Logs", "StartLiveTail"), "logs:StartLiveTail");
        assert_eq!(action("CloudWatch", "GetMetricData"), "cloudwatch:GetMetricData");
        assert_eq!(action("STS", "GetCallerIdentity"), "sts:GetCallerIdentity");
        assert_eq!(action("S3", "ListBuckets"), "s3:ListAllMyBuckets");
        assert_eq!(action("Secrets Manager", "ListSecrets"), "secretsmanager:ListSecrets");
    }
}
