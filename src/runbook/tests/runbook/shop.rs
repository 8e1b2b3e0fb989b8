//! A small shop to read from: one function, its versions, its history. Tests change a field and look.

use std::collections::BTreeMap;

use serde_json::json;
use watchdeck_domain::bucket::{Bucket, PublicBlock};
use watchdeck_domain::delivery::Deployment;
use watchdeck_domain::firewall::{IpSet, WebAcl};
use watchdeck_domain::function::{
    Alias, Caller, EventSource, ProvisionedConcurrency, VersionConfig, VersionState,
};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::metric::Series;
use watchdeck_domain::queue::{MoveTask, Queue};
use watchdeck_domain::reading::{LiveTail, ReadFailure, TrailAnswer};
use watchdeck_domain::rotation::Rotation;
use watchdeck_domain::trail::{TrailEvent, TrailFilter, TrailScope, TrailStanding};
use watchdeck_domain::{
    AccountId, AliasName, Answer, Arn, FunctionName, Identity, Query, ReadError, Region,
    RevisionId, Scope, Source, Task, Timestamp, TrailName, Version,
};
use watchdeck_guard::{Reader, Sim};
use watchdeck_runbook::{Place, Rollback};

use crate::deliveries::Deliveries;
use crate::edge_shop::Edge;
use crate::identities::Identities;
use crate::traffic_shop::Leading;
use crate::triage::Board;

#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) alias: Alias,
    pub(crate) versions: BTreeMap<u64, VersionConfig>,
    pub(crate) reserved: Option<u32>,
    pub(crate) provisioned: Option<ProvisionedConcurrency>,
    pub(crate) deployments: Vec<Deployment>,
    pub(crate) event_sources: Vec<EventSource>,
    pub(crate) callers: Vec<Caller>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) move_tasks: Vec<MoveTask>,
    pub(crate) rotation: Option<Rotation>,
    pub(crate) bucket: Option<Bucket>,
    pub(crate) public_block: Option<PublicBlock>,
    pub(crate) ip_set: Option<IpSet>,
    /// What of one's own addresses is in the range.
    pub(crate) overlap: Vec<String>,
    pub(crate) acl: Option<WebAcl>,
    /// What metrics that are no counts of calls stand at: by their names.
    pub(crate) gauges: BTreeMap<&'static str, f64>,
    /// Calls in the time asked for: of the function, through the alias.
    pub(crate) traffic: (f64, f64),
    /// Calls, errors and throttles by version.
    pub(crate) calls: BTreeMap<String, (f64, f64, f64)>,
    /// When the alias was pointed where, by whom, with which error.
    pub(crate) history: Vec<(Timestamp, &'static str, &'static str, &'static str)>,
    /// Who acts.
    pub(crate) arn: &'static str,
    /// The account's trail.
    pub(crate) trail: TrailStanding,
    /// A stage, a rule, a service.
    pub(crate) edge: Edge,
    /// Weights of a name, a health check, zones.
    pub(crate) leading: Leading,
    /// Users and roles.
    pub(crate) identities: Identities,
    /// Findings.
    pub(crate) board: Board,
    /// A pipeline and a deployment.
    pub(crate) deliveries: Deliveries,
    /// What was signed with its keys of late.
    pub(crate) signed: usize,
    /// Operations that are denied.
    pub(crate) denied: Vec<&'static str>,
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-22T03:00:00Z").unwrap()
}

pub(crate) fn minutes_ago(minutes: u64) -> Timestamp {
    now() - std::time::Duration::from_secs(minutes * 60)
}

pub(crate) fn place() -> Place {
    let scope = Scope {
        account: AccountId::parse("123456784021").unwrap(),
        region: Region::parse("eu-central-1").unwrap(),
    };
    Place { scope, now: now() }
}

pub(crate) fn function() -> FunctionName {
    FunctionName::parse("orders-writer").unwrap()
}

pub(crate) fn alias() -> AliasName {
    AliasName::parse("live").unwrap()
}

pub(crate) fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

pub(crate) fn rollback(to: Option<&str>) -> Rollback {
    Rollback {
        function: function(),
        alias: alias(),
        version: to.map(version),
        more: BTreeMap::new(),
    }
}

/// A trail that somebody has stopped, and that is sound otherwise.
fn still_trail() -> TrailStanding {
    TrailStanding {
        name: TrailName::parse("shop-trail").unwrap(),
        arn: Arn::parse("arn:aws:cloudtrail:eu-central-1:123456784021:trail/shop-trail").unwrap(),
        account: "123456784021".into(),
        home: "eu-central-1".into(),
        at_home: true,
        scope: TrailScope { every_region: true, management: true, validated: true },
        bucket: "shop-logs".into(),
        logging: false,
        stopped: Some(minutes_ago(12)),
        delivered: Some(minutes_ago(13)),
        delivery_error: String::new(),
        digest: Some(minutes_ago(40)),
    }
}

impl Shop {
    pub(crate) fn new() -> Self {
        let config = |number: u64| VersionConfig {
            function: function(),
            version: version(&number.to_string()),
            description: String::new(),
            code_sha256: format!("code-{number}"),
            config_sha256: None,
            role: "arn:aws:iam::123456784021:role/orders-lambda".into(),
            runtime: "nodejs22.x".into(),
            dead_letter: String::new(),
            state: VersionState::Active,
            state_reason: String::new(),
            last_modified: String::new(),
            revision: None,
            timeout_s: 3,
        };
        Self {
            alias: Alias {
                function: function(),
                name: alias(),
                version: version("42"),
                weights: BTreeMap::new(),
                description: "production".into(),
                revision: RevisionId::parse("revision-9").unwrap(),
                arn: String::new(),
            },
            versions: [39, 40, 41, 42].map(|number| (number, config(number))).into(),
            reserved: None,
            provisioned: None,
            deployments: vec![],
            event_sources: vec![],
            callers: vec![],
            queues: vec![],
            move_tasks: vec![],
            rotation: None,
            bucket: None,
            public_block: None,
            ip_set: None,
            overlap: vec![],
            acl: None,
            gauges: BTreeMap::from([
                ("ApproximateAgeOfOldestMessage", 12.0),
                ("ApproximateNumberOfMessagesVisible", 3.0),
                ("ConcurrentExecutions", 14.0),
                ("Count", 90.0),
                ("TriggeredRules", 30.0),
            ]),
            traffic: (900.0, 900.0),
            calls: BTreeMap::from([
                ("40".into(), (5_000.0, 20.0, 0.0)),
                ("41".into(), (9_000.0, 18.0, 0.0)),
                ("42".into(), (300.0, 105.0, 0.0)),
            ]),
            history: vec![
                (minutes_ago(5), "orders-writer", "42", ""),
                (minutes_ago(6), "orders-reader", "7", ""),
                (
                    minutes_ago(300),
                    "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer",
                    "41",
                    "",
                ),
                (minutes_ago(301), "orders-writer", "39", "PreconditionFailedException"),
                (minutes_ago(900), "orders-writer", "40", ""),
            ],
            arn: "arn:aws:sts::123456784021:assumed-role/oncall-write/operator",
            trail: still_trail(),
            edge: Edge::new(),
            leading: Leading::new(),
            identities: Identities::new(),
            board: Board::new(),
            deliveries: Deliveries::new(),
            signed: 0,
            denied: vec![],
        }
    }

    #[expect(clippy::too_many_lines, reason = "an arm for each question")]
    fn answer(&self, query: &Query) -> Result<Answer, ReadError> {
        let fail = |failure, said| Err(ReadError::new(failure, query.name(), said));
        if self.denied.contains(&query.name()) {
            return fail(ReadFailure::Denied, "not allowed");
        }
        if let Some(answer) = self.identities.answer(query) {
            return answer;
        }
        if let Some(answer) = self.board.answer(query) {
            return Ok(answer);
        }
        if let Some(answer) = self.deliveries.answer(query) {
            return answer;
        }
        if let Some(answer) = self.edge.answer(query) {
            return answer;
        }
        if let Some(answer) = self.leading.answer(query) {
            return Ok(answer);
        }
        Ok(match query {
            // The shop is the same wherever it is asked.
            Query::Elsewhere(there) => return self.answer(&there.query),
            Query::WhoAmI(_) => Answer::WhoAmI(Identity {
                account: place().scope.account,
                arn: Arn::parse(self.arn).unwrap(),
                user_id: "AROA:operator".into(),
            }),
            Query::AliasOf(_) => Answer::AliasOf(self.alias.clone()),
            Query::Versions(_) => Answer::Versions(self.versions.values().cloned().collect()),
            Query::VersionOf(of) => match of.version.number().and_then(|n| self.versions.get(&n)) {
                Some(config) => Answer::VersionOf(config.clone()),
                None => return fail(ReadFailure::Missing, "no such version"),
            },
            Query::ReservedConcurrency(_) => Answer::ReservedConcurrency(self.reserved),
            Query::Provisioned(_) => Answer::Provisioned(self.provisioned.clone()),
            Query::Deployments(_) => Answer::Deployments(self.deployments.clone()),
            Query::EventSources(_) => Answer::EventSources(self.event_sources.clone()),
            Query::EventSourceOf(of) => {
                match self.event_sources.iter().find(|source| source.uuid == of.uuid) {
                    Some(source) => Answer::EventSourceOf(source.clone()),
                    None => return fail(ReadFailure::Missing, "no such mapping"),
                }
            }
            Query::QueueOf(_)
            | Query::MoveTasks(_)
            | Query::RotationOf(_)
            | Query::BucketOf(_)
            | Query::PublicBlockOf(_)
            | Query::IpSetOf(_)
            | Query::Overlap(_)
            | Query::Limited(_)
            | Query::WebAclOf(_) => return self.stored(query),
            Query::Callers(_) => Answer::Callers(self.callers.clone()),
            Query::Trail(trail) => {
                Answer::Trail(self.trail(trail.filter.as_ref(), trail.next.as_deref()))
            }
            Query::Metrics(metrics) => Answer::Metrics(
                metrics
                    .series
                    .iter()
                    .map(|series| {
                        let of = |name: &str| {
                            series
                                .dimensions
                                .iter()
                                .find(|(n, _)| n == name)
                                .map(|(_, v)| v.as_str())
                        };
                        let (calls, errors, throttles) = of("ExecutedVersion")
                            .map(|v| self.calls.get(v).copied().unwrap_or_default())
                            .unwrap_or_default();
                        let gauge = self.gauges.get(series.metric.as_str()).copied();
                        let counted =
                            match (series.metric.as_str(), of("ExecutedVersion"), of("Resource")) {
                                ("Invocations", Some(_), _) => calls,
                                ("Errors", Some(_), _) => errors,
                                ("Throttles", _, _) => {
                                    self.calls.get("41").map_or(throttles, |c| c.2)
                                }
                                (_, None, Some(_)) => self.traffic.1,
                                (_, None, None) => self.traffic.0,
                                (_, Some(_), _) => 0.0,
                            };
                        let known = ["Invocations", "Errors", "Throttles"];
                        let counted =
                            if known.contains(&series.metric.as_str()) { counted } else { 0.0 };
                        let value = gauge.unwrap_or(counted);
                        let points =
                            if value > 0.0 { vec![(metrics.start, value)] } else { vec![] };
                        Series { id: series.id.clone(), points, partial: false }
                    })
                    .collect(),
            ),
            Query::TrailOf(_) => Answer::TrailOf(self.trail.clone()),
            Query::StageOf(_)
            | Query::Executions(_)
            | Query::CameThrough(_)
            | Query::Distributions(_)
            | Query::DistributionOf(_)
            | Query::InvalidationBy(_)
            | Query::MuteOf(_)
            | Query::AlarmOf(_)
            | Query::ExecutionOf(_)
            | Query::DeploymentOf(_)
            | Query::Trails(_)
            | Query::Principals(_)
            | Query::PrincipalOf(_)
            | Query::AccessKeys(_)
            | Query::AccessKeyOf(_)
            | Query::InlinePoliciesOf(_)
            | Query::InlinePolicyOf(_)
            | Query::Simulated(_)
            | Query::SimulatedSessions(_)
            | Query::TriageOf(_)
            | Query::ThreatsOf(_)
            | Query::DetectorAdministrator(_)
            | Query::LogGroups(_)
            | Query::LogPage(_)
            | Query::InsightsStart(_)
            | Query::InsightsResults(_)
            | Query::InsightsStop(_)
            | Query::Functions(_)
            | Query::Aliases(_)
            | Query::MetricNames(_)
            | Query::Alarms(_)
            | Query::AlarmHistory(_)
            | Query::Findings(_)
            | Query::DbInstances(_)
            | Query::AccountAlias(_)
            | Query::Foresee(_)
            | Query::CalendarAt(_)
            | Query::DbClusters(_)
            | Query::GlobalDatabases(_)
            | Query::Pipelines(_)
            | Query::Stages(_)
            | Query::RestApis(_)
            | Query::ApiStages(_)
            | Query::ApiDeployments(_)
            | Query::Rules(_)
            | Query::Clusters(_)
            | Query::Services(_)
            | Query::TaskDefinitions(_)
            | Query::ApiStageOf(_)
            | Query::CompareDeployments(_)
            | Query::RuleOf(_)
            | Query::ServiceOf(_)
            | Query::TaskDefinitionOf(_)
            | Query::InstanceOf(_)
            | Query::Reports(_)
            | Query::RestoreGroundOf(_)
            | Query::ClusterOf(_)
            | Query::GlobalOf(_)
            | Query::NodeOf(_)
            | Query::LagOf(_)
            | Query::Snapshots(_)
            | Query::SnapshotOf(_)
            | Query::SnapshotRoomOf(_)
            | Query::MasterSecretOf(_)
            | Query::Queues(_)
            | Query::Secrets(_)
            | Query::Buckets(_)
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
            | Query::IpSets(_) => {
                return fail(ReadFailure::Unsupported, "not in this shop");
            }
        })
    }

    /// What queues, secrets, buckets and the firewall answer.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are answered before")]
    fn stored(&self, query: &Query) -> Result<Answer, ReadError> {
        let there = match query {
            Query::QueueOf(of) => {
                let held = self.queues.iter().find(|held| held.name == of.queue);
                held.cloned().map(Answer::QueueOf)
            }
            Query::MoveTasks(_) => Some(Answer::MoveTasks(self.move_tasks.clone())),
            Query::RotationOf(_) => self.rotation.clone().map(Answer::RotationOf),
            Query::BucketOf(_) => self.bucket.clone().map(Answer::BucketOf),
            Query::PublicBlockOf(_) => Some(Answer::PublicBlockOf(self.public_block)),
            Query::IpSetOf(_) => self.ip_set.clone().map(Answer::IpSetOf),
            Query::Overlap(_) => Some(Answer::Overlap(self.overlap.clone())),
            Query::Limited(_) => Some(Answer::Limited(vec![])),
            Query::WebAclOf(_) => self.acl.clone().map(Answer::WebAclOf),
            _ => None,
        };
        there.ok_or_else(|| ReadError::new(ReadFailure::Missing, query.name(), "not there"))
    }

    /// One event a page: whoever reads must turn the pages.
    fn trail(&self, filter: Option<&TrailFilter>, next: Option<&str>) -> TrailAnswer {
        if let Some(TrailFilter::AccessKeyId(_)) = filter {
            let event = TrailEvent {
                id: "signed".into(),
                at: minutes_ago(1),
                name: "ListUsers".into(),
                source: "iam.amazonaws.com".into(),
                user: "ci-deploy".into(),
                error: String::new(),
                read_only: true,
                request_id: String::new(),
                record: String::new(),
            };
            return TrailAnswer { events: vec![event; self.signed], next: None };
        }
        let wanted = TrailFilter::EventName("UpdateAlias20150331".into());
        if filter != Some(&wanted) {
            return TrailAnswer { events: vec![], next: None };
        }
        let at = next.map_or(0, |next| next.parse::<usize>().unwrap());
        let events = self.history.get(at).map(|(when, function, version, error)| TrailEvent {
            id: at.to_string(),
            at: *when,
            name: "UpdateAlias20150331".into(),
            source: "lambda.amazonaws.com".into(),
            user: "ci-deploy".into(),
            error: (*error).into(),
            read_only: false,
            request_id: String::new(),
            record: json!({"requestParameters": {
                "functionName": function, "name": "live", "functionVersion": version,
            }})
            .to_string(),
        });
        let next = (at + 1 < self.history.len()).then(|| (at + 1).to_string());
        TrailAnswer { events: events.into_iter().collect(), next }
    }
}

impl Source for Shop {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        Box::pin(async move { self.answer(&query) })
    }

    fn live_tail(
        &self,
        _groups: Vec<LogGroup>,
        _pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>> {
        Box::pin(async {
            Err(ReadError::new(ReadFailure::Unsupported, "logs:StartLiveTail", "not here"))
        })
    }
}

impl Reader<Sim> for Shop {
    fn scope(&self) -> Scope {
        place().scope
    }
}
