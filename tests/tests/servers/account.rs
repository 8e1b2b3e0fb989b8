//! The simulated account through the official SDK, in process and on loopback: every question has an answer there.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use watchdeck_aws::{Connection, Keys, Where, Wire, WireBody, connect};
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::*;
use watchdeck_domain::trail::TrailFilter;
use watchdeck_domain::{Region, Source, Task, Timestamp, ask};
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
    ask(source, Callers { function: function(), alias: Some(alias()) }).await.unwrap();
    ask(source, Callers { function: function(), alias: None }).await.unwrap();
    ask(source, Deployments {}).await.unwrap();
    let groups = ask(source, LogGroups { prefix: "/aws/lambda/".into(), limit: 3 }).await.unwrap();
    assert_eq!(groups.len(), 3);
    let now = Timestamp::from_millis(START);
    let hour = Duration::from_hours(1);
    let page = LogPage { group: group(), start: now - hour, end: now, pattern: None, next: None };
    let page = ask(source, page).await.unwrap();
    assert!(page.events.len() > 100, "{}", page.events.len());
    assert!(
        page.events.iter().any(|event| event.executed_version() == Some(live.version.as_str()))
    );
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
    assert!(served.len() >= 15, "only {} requests were seen", served.len());
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
        });
        let asked = ask(&*source, AliasOf { function: function(), alias: alias() }).await;
        let error = asked.unwrap_err();
        assert_eq!(error.failure, wanted, "{goes:?}: {error}");
        account.faults().clear();
    }
    ask(&*source, AliasOf { function: function(), alias: alias() }).await.unwrap();
}
