//! The account of the stories: `shop-prod` after a bad deploy of `orders-writer`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use watchdeck_domain::function::{Alias, Function, VersionConfig, VersionState};
use watchdeck_domain::log::{LogEvent, LogGroup};
use watchdeck_domain::metric::{MetricQuery, Series};
use watchdeck_domain::reading::{FindingsAnswer, Metrics, ReadFailure, Trail, TrailAnswer};
use watchdeck_domain::trail::{TrailEvent, TrailFilter};
use watchdeck_domain::{
    AccountId, AliasName, Answer, Arn, FunctionName, Identity, LogGroupName, MutationClass,
    Permission, Query, ReadError, RevisionId, RunId, Scope, Timestamp, TrailName, Version,
};
use watchdeck_guard::{
    Call, Difference, Evidence, Note, PlanId, Question, Risk, Standing, Verdict,
};

use super::estate;

pub(super) const ACCOUNT: &str = "123456784021";

/// Answers a question as the account would.
#[expect(clippy::too_many_lines, reason = "an arm for each question")]
pub(super) fn answer(query: &Query, now: Timestamp) -> Result<Answer, ReadError> {
    Ok(match query {
        Query::Elsewhere(there) => return Ok(estate::elsewhere(answer(&there.query, now)?)),
        Query::WhoAmI(_) => Answer::WhoAmI(identity()),
        Query::LogGroups(_) => Answer::LogGroups(groups()),
        Query::Functions(_) => Answer::Functions(functions()),
        Query::Versions(asked) => Answer::Versions(versions(&asked.function)),
        Query::Aliases(asked) => Answer::Aliases(vec![live(&asked.function, "42")]),
        Query::Metrics(asked) => Answer::Metrics(metrics(asked)),
        Query::Trail(asked) => Answer::Trail(trail(asked, now)),
        Query::MetricNames(asked) => Answer::MetricNames(estate::metric_names(&asked.namespace)),
        Query::Alarms(_) => Answer::Alarms(estate::alarms(now)),
        Query::Findings(_) => {
            Answer::Findings(FindingsAnswer { findings: estate::findings(now), next: None })
        }
        Query::Reports(_) => Answer::Reports(vec![]),
        Query::DbInstances(_) => Answer::DbInstances(estate::instances(now)),
        Query::AccountAlias(_) => Answer::AccountAlias(Some("shop-prod".into())),
        Query::DbClusters(_) => Answer::DbClusters(estate::clusters(now)),
        Query::GlobalDatabases(_) => Answer::GlobalDatabases(estate::global_databases()),
        Query::Queues(_) => Answer::Queues(estate::queues()),
        Query::Trails(_) => Answer::Trails(vec![TrailName::parse("shop-trail").unwrap()]),
        Query::Pipelines(_) => Answer::Pipelines(estate::pipelines()),
        Query::Stages(_) => Answer::Stages(estate::stages(now)),
        Query::Executions(_) => Answer::Executions(estate::executions(now)),
        Query::Principals(_) => Answer::Principals(estate::principals()),
        Query::AccessKeys(asked) => Answer::AccessKeys(estate::access_keys(&asked.user, now)),
        Query::AlarmHistory(asked) => Answer::AlarmHistory(estate::history(&asked.alarm, now)),
        Query::Foresee(_)
        | Query::CalendarAt(_)
        | Query::LogPage(_)
        | Query::InsightsStart(_)
        | Query::InsightsResults(_)
        | Query::InsightsStop(_)
        | Query::AliasOf(_)
        | Query::VersionOf(_)
        | Query::ReservedConcurrency(_)
        | Query::Provisioned(_)
        | Query::EventSources(_)
        | Query::EventSourceOf(_)
        | Query::Callers(_)
        | Query::TrailOf(_)
        | Query::PrincipalOf(_)
        | Query::AccessKeyOf(_)
        | Query::InlinePoliciesOf(_)
        | Query::InlinePolicyOf(_)
        | Query::Simulated(_)
        | Query::SimulatedSessions(_)
        | Query::Deployments(_)
        | Query::DeploymentOf(_)
        | Query::Distributions(_)
        | Query::DistributionOf(_)
        | Query::InvalidationBy(_)
        | Query::MuteOf(_)
        | Query::AlarmOf(_)
        | Query::StageOf(_)
        | Query::CameThrough(_)
        | Query::ExecutionOf(_)
        | Query::QueueOf(_)
        | Query::MoveTasks(_)
        | Query::Secrets(_)
        | Query::RotationOf(_)
        | Query::RestApis(_)
        | Query::ApiStages(_)
        | Query::ApiStageOf(_)
        | Query::ApiDeployments(_)
        | Query::CompareDeployments(_)
        | Query::Rules(_)
        | Query::RuleOf(_)
        | Query::Clusters(_)
        | Query::Services(_)
        | Query::ServiceOf(_)
        | Query::TaskDefinitions(_)
        | Query::TaskDefinitionOf(_)
        | Query::InstanceOf(_)
        | Query::RestoreGroundOf(_)
        | Query::ClusterOf(_)
        | Query::GlobalOf(_)
        | Query::NodeOf(_)
        | Query::LagOf(_)
        | Query::Snapshots(_)
        | Query::SnapshotOf(_)
        | Query::SnapshotRoomOf(_)
        | Query::MasterSecretOf(_)
        | Query::Buckets(_)
        | Query::BucketOf(_)
        | Query::PublicBlockOf(_)
        | Query::IpSets(_)
        | Query::IpSetOf(_)
        | Query::Overlap(_)
        | Query::TriageOf(_)
        | Query::ThreatsOf(_)
        | Query::DetectorAdministrator(_)
        | Query::Limited(_)
        | Query::HostedZones(_)
        | Query::WeightedNames(_)
        | Query::WeightedRecordsOf(_)
        | Query::DnsAnswerOf(_)
        | Query::DnsChangeOf(_)
        | Query::HealthChecks(_)
        | Query::HealthCheckOf(_)
        | Query::FollowersOf(_)
        | Query::ShiftableResources(_)
        | Query::ZonalStandingOf(_)
        | Query::WebAclOf(_) => {
            return Err(ReadError::new(
                ReadFailure::Unsupported,
                query.name(),
                "not in the fixture",
            ));
        }
    })
}

pub(super) fn identity() -> Identity {
    Identity {
        account: AccountId::parse(ACCOUNT).unwrap(),
        arn: Arn::parse(format!("arn:aws:sts::{ACCOUNT}:assumed-role/oncall-write/operator"))
            .unwrap(),
        user_id: "AROAEXAMPLE:operator".into(),
    }
}

pub(super) fn groups() -> Vec<LogGroup> {
    let names = [
        "/aws/apigateway/orders-write",
        "/aws/lambda/orders-reader",
        "/aws/lambda/orders-writer",
        "aws-waf-logs-shop-edge",
    ];
    let group = |name: &str| LogGroup {
        name: LogGroupName::parse(name).unwrap(),
        arn: format!("arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:{name}"),
        stored_bytes: 48_300_000,
    };
    names.map(group).to_vec()
}

pub(super) fn functions() -> Vec<Function> {
    let function = |name: &str| Function {
        name: FunctionName::parse(name).unwrap(),
        runtime: "nodejs22.x".into(),
        last_modified: "2026-11-22T03:01:10.000+0000".into(),
        memory_mb: 512,
        timeout_s: 10,
    };
    ["checkout-notify", "orders-reader", "orders-worker", "orders-writer"].map(function).to_vec()
}

fn versions(function: &FunctionName) -> Vec<VersionConfig> {
    let version = |version: &str, at: &str| VersionConfig {
        function: function.clone(),
        version: Version::parse(version).unwrap(),
        description: String::new(),
        code_sha256: format!("sha-{version}"),
        config_sha256: None,
        role: format!("arn:aws:iam::{ACCOUNT}:role/orders-lambda"),
        runtime: "nodejs22.x".into(),
        dead_letter: String::new(),
        state: VersionState::Active,
        state_reason: String::new(),
        last_modified: at.into(),
        revision: None,
        timeout_s: 10,
    };
    vec![
        version("$LATEST", "2026-11-22T03:01:10.000+0000"),
        version("40", "2026-10-02T09:30:00.000+0000"),
        version("41", "2026-11-12T14:05:00.000+0000"),
        version("42", "2026-11-22T03:01:10.000+0000"),
    ]
}

fn live(function: &FunctionName, version: &str) -> Alias {
    Alias {
        function: function.clone(),
        name: AliasName::parse("live").unwrap(),
        version: Version::parse(version).unwrap(),
        weights: BTreeMap::new(),
        description: "deployed by orders-deploy".into(),
        revision: RevisionId::parse("8f1e0e0c").unwrap(),
        arn: format!("arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{function}:live"),
    }
}

/// Version 41 served until three minutes ago; version 42 fails a third of its calls since.
fn metrics(asked: &Metrics) -> Vec<Series> {
    let dimension = |query: &MetricQuery, name: &str| {
        query.dimensions.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    let series = asked.series.iter().map(|query| {
        let version = dimension(query, "ExecutedVersion").unwrap_or_default();
        if version.is_empty() {
            return whole(asked.start, query);
        }
        let minutes: std::ops::Range<u64> = match version.as_str() {
            "41" => 0..57,
            "42" => 57..60,
            _ => 0..0,
        };
        let value = |minute: u64| match (query.metric.as_str(), version.as_str()) {
            ("Invocations", _) => 120.0,
            ("Errors", "42") => 42.0,
            ("Errors", "41") if minute.is_multiple_of(20) => 1.0,
            _ => 0.0,
        };
        let point = |minute: u64| (asked.start + Duration::from_mins(minute), value(minute));
        Series { id: query.id.clone(), points: minutes.map(point).collect(), partial: false }
    });
    series.collect()
}

/// A number of a whole component: steady, but for the errors of the function that was deployed three minutes ago.
fn whole(start: Timestamp, query: &MetricQuery) -> Series {
    let named = |name: &str| query.dimensions.iter().any(|(_, value)| value == name);
    let value = |minute: u64| match query.metric.as_str() {
        "Errors" if named("orders-writer") && minute >= 50 => 42.0,
        "Errors" | "5XXError" | "5xxErrorRate" => 0.0,
        "CPUUtilization" => 34.0,
        "Duration" | "Latency" => 80.0,
        "DatabaseConnections" => 46.0,
        _ => f64::from(u32::try_from(100 + minute % 7 * 5).unwrap()),
    };
    let point = |minute: u64| (start + Duration::from_mins(minute), value(minute));
    Series { id: query.id.clone(), points: (0..60).map(point).collect(), partial: false }
}

fn trail(asked: &Trail, now: Timestamp) -> TrailAnswer {
    let writes = asked.filter == Some(TrailFilter::WritesOnly);
    let mut events = vec![deploy(now, 170, "42"), deploy(now, 60_000, "41")];
    if !matches!(asked.filter, Some(TrailFilter::EventName(_))) {
        events.extend([refused(now), read(now)]);
    }
    events.retain(|event| !writes || !event.read_only);
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    TrailAnswer { events, next: None }
}

/// The alias is pointed at a version.
pub(super) fn deploy(now: Timestamp, ago: u64, version: &str) -> TrailEvent {
    TrailEvent {
        id: format!("e-{version}"),
        at: now - Duration::from_secs(ago),
        name: "UpdateAlias20150331".into(),
        source: "lambda.amazonaws.com".into(),
        user: "ci-deploy".into(),
        error: String::new(),
        read_only: false,
        request_id: format!("q-{version}"),
        record: json!({
            "userIdentity": {
                "type": "AssumedRole",
                "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci-deploy"),
                "accountId": ACCOUNT,
                "accessKeyId": "ASIAEXAMPLE",
                "sessionContext": {
                    "sessionIssuer": {"userName": "deploy"},
                    "attributes": {"mfaAuthenticated": "false"},
                },
            },
            "sourceIPAddress": "198.51.100.7",
            "userAgent": "aws-cli/2",
            "requestParameters": {
                "functionName": "orders-writer", "name": "live", "functionVersion": version,
            },
            "responseElements": {"functionVersion": version},
        })
        .to_string(),
    }
}

/// Somebody may not do what they tried.
fn refused(now: Timestamp) -> TrailEvent {
    TrailEvent {
        id: "e-refused".into(),
        name: "DeleteDBCluster".into(),
        source: "rds.amazonaws.com".into(),
        user: "jo".into(),
        error: "AccessDenied".into(),
        record: json!({
            "userIdentity": {"type": "IAMUser", "userName": "jo", "accessKeyId": null},
            "sourceIPAddress": "203.0.113.9",
            "errorCode": "AccessDenied",
            "errorMessage": "jo is not authorized to perform rds:DeleteDBCluster",
            "requestParameters": {"dBClusterIdentifier": "shop-db"},
        })
        .to_string(),
        ..deploy(now, 400, "refused")
    }
}

/// Somebody looked.
fn read(now: Timestamp) -> TrailEvent {
    TrailEvent {
        id: "e-read".into(),
        name: "GetFunction20150331v2".into(),
        user: "jo".into(),
        read_only: true,
        record: "no JSON \u{1b}[2J".into(),
        ..deploy(now, 30, "read")
    }
}

/// A log event of a group whose name ends in `group`.
pub(super) fn event(group: &str, message: &str, at: Timestamp) -> LogEvent {
    let mut groups = groups().into_iter();
    let name = groups.find(|known| known.name.as_str().ends_with(group)).unwrap().name;
    LogEvent {
        group: name,
        stream: "2026/11/22/[42]0f1e2d3c".into(),
        timestamp: at,
        ingested: at + Duration::from_millis(300),
        message: message.into(),
        event_id: None,
    }
}

/// The plan's id, and so the run's.
pub(super) fn plan() -> PlanId {
    PlanId::parse(&format!("p-{}", "0199".repeat(8))).unwrap()
}

pub(super) fn run() -> RunId {
    plan().run().clone()
}

/// The question of the rollback.
pub(super) fn question(now: Timestamp) -> Question {
    let check =
        |id: &str, title: &str, standing: Standing, verdict: Verdict, message: &str| Evidence {
            id: id.into(),
            title: title.into(),
            expression: String::new(),
            verdict,
            standing,
            message: message.into(),
            at: now,
        };
    Question {
        plan: plan(),
        title: "roll live@orders-writer back from 42 to 41".into(),
        phrase: "rollback orders-writer:live to 41 in ..4021".into(),
        realm: "sim".into(),
        scope: Scope {
            account: AccountId::parse(ACCOUNT).unwrap(),
            region: watchdeck_domain::Region::parse("eu-central-1").unwrap(),
        },
        identity: identity(),
        risk: Risk::R2,
        calls: vec![Call {
            step: "point-alias".into(),
            service: "Lambda".into(),
            operation: "UpdateAlias".into(),
            params: json!({
                "FunctionName": format!("arn:aws:lambda:eu-central-1:{ACCOUNT}:function:orders-writer"),
                "Name": "live", "FunctionVersion": "41",
                "RoutingConfig": {"AdditionalVersionWeights": {}}, "RevisionId": "8f1e0e0c",
            }),
            class: MutationClass::Cas,
            region: None,
        }],
        differences: vec![Difference {
            field: "orders-writer:live version".into(),
            before: "42".into(),
            after: "41".into(),
        }],
        blast_radius: vec!["all calls of orders-writer that come through live".into()],
        permissions: vec![Permission {
            actions: vec!["lambda:UpdateAlias".into()],
            resources: vec![format!(
                "arn:aws:lambda:eu-central-1:{ACCOUNT}:function:orders-writer"
            )],
        }],
        reversals: vec!["point alias live of orders-writer at version 42".into()],
        passages: Vec::new(),
        handover: None,
        evidence: vec![
            check("active", "version 41 can be invoked", Standing::Passed, Verdict::True, ""),
            check(
                "deployment",
                "no deployment is in flight",
                Standing::Warned,
                Verdict::Unknown("codedeploy:ListDeployments: access denied".into()),
                "CodeDeploy owns an alias while it deploys",
            ),
        ],
        fingerprints: Vec::new(),
        notes: vec![Note {
            title: "Before you answer".into(),
            lines: vec!["Freeze the pipeline that deployed 42.".into()],
        }],
        afterwards: vec!["version 41 answers, and few of its calls fail".into()],
        runbook: "lambda.rollback v1 (sha256 1f2e..)".into(),
        undoes: None,
        checked: now,
        expires: now + Duration::from_mins(10),
        hash: "9".repeat(64),
        content: "c0".repeat(32),
    }
}
