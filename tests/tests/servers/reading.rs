//! Questions on functions, logs and deployments, asked of moto and of ministack. Where one lacks an operation, the test says which.

use std::time::Duration;

use futures_util::StreamExt as _;
use watchdeck_domain::function::VersionState;
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::*;
use watchdeck_domain::trail::TrailFilter;
use watchdeck_domain::{Clock as _, Source, Version, ask};
use watchdeck_tests::hurried::Hurried;
use watchdeck_tests::servers::{Kind, Server};

use super::{alias, connected, function, group, shop};

/// What both servers have.
async fn reads_what_both_have(server: &Server) {
    let source = connected(server).await.source();
    let source = &*source;
    let functions = ask(source, Functions {}).await.unwrap();
    assert_eq!(functions.len(), 1);
    let found = &functions[0];
    let shape = (found.name.as_str(), found.runtime.as_str(), found.memory_mb, found.timeout_s);
    assert_eq!(shape, ("orders-writer", "python3.12", 256, 7));

    let versions = ask(source, Versions { function: function() }).await.unwrap();
    let names: Vec<_> = versions.iter().map(|v| v.version.as_str()).collect();
    assert_eq!(names, ["$LATEST", "1", "2"]);
    assert!(versions.iter().all(|v| v.state == VersionState::Active));
    assert_ne!(versions[1].code_sha256, versions[2].code_sha256);
    let first = Version::parse("1").unwrap();
    let version = ask(source, VersionOf { function: function(), version: first }).await.unwrap();
    assert_eq!((version.version.as_str(), version.description.as_str()), ("1", "works"));

    let aliases = ask(source, Aliases { function: function() }).await.unwrap();
    let live = ask(source, AliasOf { function: function(), alias: alias() }).await.unwrap();
    assert_eq!(aliases, std::slice::from_ref(&live));
    assert_eq!((live.version.as_str(), live.weights.len()), ("2", 0));
    assert_eq!(live.description, "what callers use");

    assert_eq!(ask(source, ReservedConcurrency { function: function() }).await.unwrap(), None);
    assert_eq!(ask(source, EventSources { function: function() }).await.unwrap(), []);
    assert_eq!(ask(source, Callers { function: function(), alias: None }).await.unwrap(), []);

    let groups = ask(source, LogGroups { prefix: "/aws/".into(), limit: 50 }).await.unwrap();
    assert_eq!((groups.len(), &groups[0].name), (1, &group()));
    assert!(groups[0].arn.ends_with(":log-group:/aws/lambda/orders-writer"), "{}", groups[0].arn);
    reads_events(source).await;
}

async fn reads_events(source: &dyn Source) {
    let now = Hurried::start().now();
    let page = |pattern: Option<&str>| LogPage {
        group: group(),
        start: now - Duration::from_hours(1),
        end: now + Duration::from_hours(1),
        pattern: pattern.map(str::to_owned),
        next: None,
    };
    let all = ask(source, page(None)).await.unwrap();
    assert_eq!((all.events.len(), all.next), (3, None));
    assert_eq!(all.events[1].message, "ERROR total is undefined ✓");
    assert_eq!(LogLevel::detect(&all.events[1].message), Some(LogLevel::Error));
    assert_eq!(all.events[1].executed_version(), Some("2"));
    assert!(all.events.iter().all(|event| event.event_id.is_some()));
    let errors = ask(source, page(Some("ERROR"))).await.unwrap();
    assert_eq!(errors.events.len(), 1);
}

fn provisioned() -> Provisioned {
    Provisioned { function: function(), alias: alias() }
}

fn trail() -> Trail {
    let now = Hurried::start().now();
    let (start, end) = (now - Duration::from_hours(1), now + Duration::from_hours(1));
    Trail { filter: Some(TrailFilter::WritesOnly), start, end, next: None }
}

fn errors() -> Metrics {
    let now = Hurried::start().now();
    let series = vec![MetricQuery {
        id: "errors".into(),
        namespace: "AWS/Lambda".into(),
        metric: "Errors".into(),
        dimensions: vec![("FunctionName".into(), "orders-writer".into())],
        statistic: "Sum".into(),
    }];
    let (start, end) = (now - Duration::from_hours(1), now + Duration::from_hours(1));
    Metrics { series, start, end, period_s: 60 }
}

pub(super) fn lacks<T: std::fmt::Debug>(answer: Result<T, ReadError>, operation: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.failure, ReadFailure::Unsupported, "{error}");
    assert_eq!(error.operation, operation);
    assert!(!error.message.chars().any(char::is_control), "{error}");
}

#[tokio::test]
async fn moto_answers_plain_reads_and_what_it_lacks_is_said() {
    let Some(server) = shop(Kind::Moto) else { return };
    let connection = connected(&server).await;
    assert_eq!(connection.identity().account.as_str(), "123456789012");
    reads_what_both_have(&server).await;
    let source = connection.source();
    assert_eq!(ask(&*source, Deployments {}).await.unwrap(), []);
    // Moto has no GetProvisionedConcurrencyConfig (an HTML 404), no LookupEvents (an HTML 500), and speaks no CBOR,
    // in which the SDK asks for GetMetricData (an HTML 404).
    let provisioned = ask(&*source, provisioned()).await;
    lacks(provisioned, "lambda:GetProvisionedConcurrencyConfig");
    lacks(ask(&*source, trail()).await, "cloudtrail:LookupEvents");
    lacks(ask(&*source, errors()).await, "cloudwatch:GetMetricData");
    let groups = ask(&*source, LogGroups { prefix: String::new(), limit: 1 }).await.unwrap();
    // Moto's live tail tells what is there already, and ends; ministack's and AWS's goes on.
    let tail = source.live_tail(groups, None).await.unwrap();
    let frames: Vec<_> = tail.map(Result::unwrap).collect().await;
    let [TailFrame::Opened { .. }, TailFrame::Update { events, .. }, TailFrame::Ended { .. }] =
        &frames[..]
    else {
        panic!("{frames:#?}")
    };
    assert_eq!(events.len(), 3);
}

#[tokio::test]
async fn ministack_answers_nearly_everything_and_what_it_lacks_is_said() {
    let Some(server) = shop(Kind::Ministack) else { return };
    let connection = connected(&server).await;
    assert_eq!(connection.identity().account.as_str(), "000000000000");
    reads_what_both_have(&server).await;
    let source = connection.source();
    assert_eq!(ask(&*source, provisioned()).await.unwrap(), None);
    // Metrics over CBOR.
    let series = ask(&*source, errors()).await.unwrap();
    assert_eq!((series.len(), series[0].sum(), series[0].partial), (1, 10.0, false));
    // It records calls under names of its own, and no resource names; that they come is what counts.
    let page = ask(&*source, trail()).await.unwrap();
    assert!(page.events.iter().all(|event| !event.id.is_empty() && !event.read_only));
    assert!(page.events.iter().any(|event| event.name == "PutMetricData"), "{:?}", page.events);
    // Ministack has no CodeDeploy ListDeployments (a JSON 400 without a type).
    lacks(ask(&*source, Deployments {}).await, "codedeploy:ListDeployments");
}

#[tokio::test]
async fn a_function_that_is_not_there_is_missing_on_both() {
    for kind in [Kind::Moto, Kind::Ministack] {
        let Some(server) = Server::start(kind) else { return };
        let source = connected(&server).await.source();
        let error =
            ask(&*source, AliasOf { function: function(), alias: alias() }).await.unwrap_err();
        assert_eq!(error.failure, ReadFailure::Missing, "{kind:?}: {error}");
        server.reset().unwrap();
        assert_eq!(ask(&*source, Functions {}).await.unwrap(), []);
    }
}
