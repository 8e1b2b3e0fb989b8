//! The simulated account through the official SDK, in process and on loopback: every question has an answer there.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use watchdeck_aws::{Connection, Keys, Where, Wire, WireBody, connect};
use watchdeck_domain::alarm::AlarmState;
use watchdeck_domain::finding::{Finding, Workflow};
use watchdeck_domain::insights::InsightsStatus;
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::*;
use watchdeck_domain::trail::TrailFilter;
use watchdeck_domain::{ChangeCalendar, FunctionName, Region, Source, Task, Timestamp, ask};
use watchdeck_sim::faults::Kind as Goes;
use watchdeck_sim::world::story::Story;
use watchdeck_sim::{Account, Fault, Setup, serve};

use super::{alias, function, group};

/// 2026-11-22T03:00:00Z.
const START: i64 = 1_795_316_400_000;

struct InProcess(Account);

impl Wire for InProcess {
    fn call(&self, request: http::Request<Bytes>) -> Task<'static, http::Response<WireBody>> {
        let account = self.0.clone();
        Box::pin(async move { account.call(request).await })
    }
}

fn account() -> Account {
    Account::open(Setup::new(Story::named("bad-deploy").unwrap(), 7, START))
}

fn keys(account: &Account) -> Keys {
    let (id, secret) = account.operator_credentials();
    Keys::new(id, secret)
}

fn region() -> Region {
    Region::parse("eu-central-1").unwrap()
}

async fn inside(account: &Account) -> Connection {
    let wire = Arc::new(InProcess(account.clone()));
    connect(Where::in_process(wire, keys(account), region())).await.unwrap()
}

async fn answers_everything(source: &dyn Source) {
    let functions = ask(source, Functions {}).await.unwrap();
    assert!(functions.iter().any(|one| one.name == function()), "{functions:?}");
    let versions = ask(source, Versions { function: function() }).await.unwrap();
    assert!(versions.len() > 2, "{versions:?}");
    let live = ask(source, AliasOf { function: function(), alias: alias() }).await.unwrap();
    assert_eq!(
        ask(source, Aliases { function: function() }).await.unwrap(),
        std::slice::from_ref(&live)
    );
    let version = VersionOf { function: function(), version: live.version.clone() };
    assert_eq!(ask(source, version).await.unwrap().version, live.version);
    ask(source, ReservedConcurrency { function: function() }).await.unwrap();
    ask(source, Provisioned { function: function(), alias: alias() }).await.unwrap();
    ask(source, EventSources { function: function() }).await.unwrap();
    let worker = FunctionName::parse("orders-worker").unwrap();
    let mappings = ask(source, EventSources { function: worker }).await.unwrap();
    let uuid = mappings.first().unwrap().uuid.clone();
    assert_eq!(Some(ask(source, EventSourceOf { uuid }).await.unwrap()), mappings.first().cloned());
    ask(source, Callers { function: function(), alias: Some(alias()) }).await.unwrap();
    ask(source, Callers { function: function(), alias: None }).await.unwrap();
    ask(source, Deployments {}).await.unwrap();
    let groups = ask(source, LogGroups { prefix: "/aws/lambda/".into(), limit: 3 }).await.unwrap();
    assert_eq!(groups.len(), 3);
    let now = Timestamp::from_millis(START);
    let hour = Duration::from_hours(1);
    let calendar = ChangeCalendar::built_in();
    assert!(ask(source, CalendarAt { calendar, at: now }).await.unwrap().is_open);
    let page = LogPage { group: group(), start: now - hour, end: now, pattern: None, next: None };
    let page = ask(source, page).await.unwrap();
    assert!(page.events.len() > 100, "{}", page.events.len());
    assert!(
        page.events.iter().any(|event| event.executed_version() == Some(live.version.as_str()))
    );
    // Its time stands still here, so that the query waits for ever, and is stopped.
    let query = "stats count(*) as n".into();
    let begun =
        InsightsStart { groups: vec![group()], start: now - hour, end: now, query, limit: None };
    let id = ask(source, begun).await.unwrap();
    let answer = ask(source, InsightsResults { id: id.clone() }).await.unwrap();
    assert_eq!(answer.status, InsightsStatus::Scheduled);
    assert!(ask(source, InsightsStop { id }).await.unwrap());
    let series = MetricQuery {
        id: "calls".into(),
        namespace: "AWS/Lambda".into(),
        metric: "Invocations".into(),
        dimensions: vec![
            ("FunctionName".into(), "orders-writer".into()),
            ("Resource".into(), "orders-writer:live".into()),
            ("ExecutedVersion".into(), live.version.to_string()),
        ],
        statistic: "Sum".into(),
    };
    let metrics = Metrics { series: vec![series], start: now - hour, end: now, period_s: 60 };
    let series = ask(source, metrics).await.unwrap();
    assert!(series[0].sum() > 0.0, "{series:?}");
    let filter = Some(TrailFilter::WritesOnly);
    let trail = Trail { filter, start: now - hour * 24, end: now, next: None };
    ask(source, trail).await.unwrap();
    answers_on_metrics_and_alarms(source).await;
    answers_on_findings(source).await;
    answers_on_databases(source).await;
}

async fn answers_on_metrics_and_alarms(source: &dyn Source) {
    let names = ask(source, MetricNames { namespace: "AWS/Lambda".into() }).await.unwrap();
    assert!(names.iter().all(|one| one.namespace == "AWS/Lambda"), "{names:#?}");
    let errors = names.iter().find(|one| one.name == "Errors" && one.dimensions.len() == 1);
    assert!(errors.unwrap().dimension("FunctionName").is_some(), "{names:#?}");
    assert!(ask(source, MetricNames { namespace: "Nobody".into() }).await.unwrap().is_empty());

    let alarms = ask(source, Alarms {}).await.unwrap();
    let alarm = alarms.iter().find(|alarm| alarm.name == "orders-writer-errors").unwrap();
    assert_eq!((&alarm.state, alarm.composite), (&AlarmState::Ok, false));
    assert_eq!(alarm.condition, "Sum > 5 in 2 of 3 periods of 60 s");
    let metric = alarm.metric.as_ref().unwrap();
    assert_eq!(metric.dimension("FunctionName"), Some("orders-writer"));
    assert!(alarm.since < Timestamp::from_millis(START) && alarm.since.as_millis() > 0);
    let composite = alarms.iter().find(|alarm| alarm.composite).unwrap();
    assert!(composite.condition.contains("ALARM(\"orders-writer-errors\")"), "{composite:?}");
    assert_eq!((composite.metric.as_ref(), &composite.state), (None, &AlarmState::Ok));
    assert_eq!(ask(source, history("orders-writer-errors")).await.unwrap(), []);
}

fn history(alarm: &str) -> AlarmHistory {
    let now = Timestamp::from_millis(START);
    let hour = Duration::from_hours(1);
    AlarmHistory { alarm: alarm.into(), start: now - hour, end: now + hour }
}

async fn answers_on_findings(source: &dyn Source) {
    let page = ask(source, Findings { workflow: vec![], next: None }).await.unwrap();
    let ranks: Vec<_> = page.findings.iter().map(|finding| finding.severity).collect();
    assert!(ranks.len() > 10 && ranks.is_sorted(), "{ranks:?}");
    for finding in &page.findings {
        assert_eq!(finding.record_state, "ACTIVE");
        assert!(!finding.title.is_empty() && !finding.product.is_empty(), "{finding:#?}");
        assert!(!finding.resources.is_empty() && finding.updated.as_millis() > 0, "{finding:#?}");
        let record: serde_json::Value = serde_json::from_str(&finding.record).unwrap();
        assert_eq!(record["Id"], finding.id.as_str());
    }
    let workflow = vec![Workflow::Suppressed, Workflow::Notified];
    let some = ask(source, Findings { workflow: workflow.clone(), next: None }).await.unwrap();
    assert!(some.findings.iter().all(|finding| workflow.contains(&finding.workflow)));
    assert!(some.findings.len() < page.findings.len());
    // By their ids, more than fit in one filter; and those of the detector.
    let ids: Vec<_> = page.findings.iter().take(45).map(|one| one.id.parse().unwrap()).collect();
    let stands = ask(source, TriageOf { findings: ids.clone() }).await.unwrap();
    assert_eq!(stands.findings.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), ids);
    let threats: Vec<_> = page.findings.iter().filter_map(Finding::threat).collect();
    let here = page.findings.iter().filter(|one| one.region == "eu-central-1");
    let wanted = here.filter(|one| one.threat().is_some()).count();
    let found = ask(source, ThreatsOf { threats }).await.unwrap();
    assert_eq!(found.threats.len(), wanted, "{found:#?}");
    assert_eq!(ask(source, DetectorAdministrator {}).await.unwrap(), "");
}

async fn answers_on_databases(source: &dyn Source) {
    let instances = ask(source, DbInstances {}).await.unwrap();
    let ids: Vec<_> = instances.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["orders-db-1", "orders-db-2", "orders-db-standby", "ledger-db"]);
    let ground = RestoreGroundOf {
        source: "ledger-db".parse().unwrap(),
        at: None,
        subnets: "reporting".into(),
        parameters: "reporting-pg16".into(),
    };
    let ground = ask(source, ground).await.unwrap();
    assert!(ground.earliest < ground.latest, "{ground:#?}");
    assert_eq!((ground.instances, ground.most, ground.zones), (4, Some(40), 2), "{ground:#?}");
    assert_eq!(
        (ground.family.as_str(), ground.source_family.as_str()),
        ("postgres16", "postgres16")
    );
    assert_eq!(ask(source, Reports {}).await.unwrap(), [], "none is tagged as one");
    let nobody = InstanceOf { instance: "nobody".parse().unwrap() };
    assert_eq!(ask(source, nobody).await.unwrap(), None);
    assert_eq!(instances[0].cluster, "orders-db");
    assert!(instances[0].endpoint.ends_with(".rds.amazonaws.com:5432"), "{instances:#?}");
    let clusters = ask(source, DbClusters {}).await.unwrap();
    let members = clusters[0].members.iter().map(|one| (one.instance.as_str(), one.writer));
    let wanted = [("orders-db-1", true), ("orders-db-2", false), ("orders-db-standby", false)];
    assert_eq!(members.collect::<Vec<_>>(), wanted);
    assert_eq!(clusters[0].engine, "aurora-postgresql 16.6");
    assert!(clusters[0].restorable_from < clusters[0].restorable_until);
    let globals = ask(source, GlobalDatabases {}).await.unwrap();
    let members = globals[0].members.iter().map(|one| (one.region(), one.writer));
    assert_eq!(members.collect::<Vec<_>>(), [("eu-central-1", true), ("eu-west-1", false)]);
    assert_eq!(globals[0].moving_to, "");
}

#[tokio::test]
async fn the_simulated_account_answers_every_question_in_process() {
    let account = account();
    let connection = inside(&account).await;
    assert_eq!(connection.scope().to_string(), "123456784021/eu-central-1");
    answers_everything(&*connection.source()).await;
    requests_and_answers_are_as_the_models_say(&account);
}

/// What we sent holds nothing that the API models do not know, and what was answered breaks none of them.
fn requests_and_answers_are_as_the_models_say(account: &Account) {
    let served = account.served();
    assert!(served.len() >= 25, "only {} requests were seen", served.len());
    for request in served {
        assert_eq!(request.strays, Vec::<String>::new(), "{}", request.operation);
        assert_eq!(request.violations, Vec::<String>::new(), "{}", request.operation);
    }
}

#[tokio::test]
async fn the_simulated_account_answers_every_question_on_loopback() {
    let account = account();
    let server = serve(account.clone(), 0).await.unwrap();
    let place =
        Where { region: Some(region()), keys: Some(keys(&account)), ..Where::url(server.url()) };
    let connection = connect(place).await.unwrap();
    answers_everything(&*connection.source()).await;
    requests_and_answers_are_as_the_models_say(&account);
    server.stop().await;
}

async fn frames(
    account: &Account,
    connection: &Connection,
    most: usize,
) -> Vec<Result<TailFrame, ReadError>> {
    let source = connection.source();
    let groups = LogGroups { prefix: "/aws/lambda/orders-writer".into(), limit: 1 };
    let groups = ask(&*source, groups).await.unwrap();
    let mut tail = source.live_tail(groups, None).await.unwrap();
    let mut seen = Vec::new();
    while seen.len() < most {
        account.advance_to(account.now_ms() + 1_000);
        match tokio::time::timeout(Duration::from_secs(20), tail.next()).await.unwrap() {
            Some(frame) => seen.push(frame),
            None => break,
        }
    }
    seen
}

#[tokio::test]
async fn a_bad_deploy_raises_its_alarms_and_their_history_tells_it() {
    let account = account();
    let connection = inside(&account).await;
    let source = connection.source();
    account.advance_to(START + 300_000);
    let alarms = ask(&*source, Alarms {}).await.unwrap();
    let raised = alarms.iter().filter(|alarm| alarm.state == AlarmState::Alarm);
    let raised: Vec<_> = raised.map(|alarm| alarm.name.as_str()).collect();
    for name in ["orders-writer-errors", "orders-unwell"] {
        assert!(raised.contains(&name), "{raised:?}");
        let changes = ask(&*source, history(name)).await.unwrap();
        let moved = changes.iter().find(|change| change.kind == "StateUpdate").unwrap();
        assert_eq!(moved.states, Some((AlarmState::Ok, AlarmState::Alarm)));
        let alarm = alarms.iter().find(|alarm| alarm.name == name).unwrap();
        assert_eq!(alarm.since, moved.at, "{name}");
        assert!(changes.is_sorted_by_key(|change| std::cmp::Reverse(change.at)));
    }
}

#[tokio::test]
async fn the_simulated_account_is_tailed_through_the_sdk() {
    let account = account();
    let connection = inside(&account).await;
    // The bad deploy comes within a minute and a half.
    let frames = frames(&account, &connection, 150).await;
    assert!(matches!(frames[0], Ok(TailFrame::Opened { .. })), "{:?}", frames[0]);
    let mut bad = 0;
    for frame in frames.into_iter().skip(1) {
        let TailFrame::Update { events, .. } = frame.unwrap() else { panic!("it ended") };
        assert!(events.iter().all(|event| event.group == group()));
        let of_42 = events.iter().filter(|event| event.executed_version() == Some("42"));
        bad +=
            of_42.filter(|event| LogLevel::detect(&event.message) == Some(LogLevel::Error)).count();
    }
    assert!(bad > 0, "version 42 does not fail");
}

#[tokio::test]
async fn faults_of_the_simulated_account_are_told_apart() {
    let account = account();
    let connection = inside(&account).await;
    let source = connection.source();
    let cases = [
        (Goes::Deny, ReadFailure::Denied),
        (Goes::ExpiredToken, ReadFailure::Expired),
        (Goes::LostReply, ReadFailure::Unreachable),
        (Goes::ErrorBefore, ReadFailure::Fault),
        (Goes::Throttle, ReadFailure::Throttled),
    ];
    for (goes, wanted) in cases {
        account.faults().arm(Fault {
            service: None,
            operation: Some("GetAlias".into()),
            kind: goes,
            times: None,
            region: None,
        });
        let asked = ask(&*source, AliasOf { function: function(), alias: alias() }).await;
        let error = asked.unwrap_err();
        assert_eq!(error.failure, wanted, "{goes:?}: {error}");
        account.faults().clear();
    }
    ask(&*source, AliasOf { function: function(), alias: alias() }).await.unwrap();
}
