//! Readers against servers that are not AWS: pages, empty texts, HTML, unknown states, torn and silent streams.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::StreamExt as _;
use serde_json::json;
use watchdeck_domain::function::VersionState;
use watchdeck_domain::insights::{InsightsId, InsightsStatus};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::*;
use watchdeck_domain::{
    AliasName, Clock, FunctionName, LogGroupName, ReadError, Task, Timestamp, ask,
};

use crate::fake::{self, Fake, Seen, Then, event, event_stream, exception, html};

const JSON: &str = "application/json";
const HTML: &str = "text/html";

pub(super) fn function() -> FunctionName {
    FunctionName::parse("orders-writer").unwrap()
}

pub(super) fn alias() -> AliasName {
    AliasName::parse("live").unwrap()
}

fn alias_of() -> AliasOf {
    AliasOf { function: function(), alias: alias() }
}

async fn asked<Q: Question>(fake: &Arc<Fake>, question: Q) -> Result<Q::Answer, ReadError> {
    ask(&*fake::connection(fake).await.source(), question).await
}

pub(super) fn json(status: u16, body: &serde_json::Value) -> http::Response<crate::WireBody> {
    fake::json(status, body.to_string())
}

/// Versions as Lambda pages them, 50 at most, `$LATEST` first.
fn versions_page(all: u32, seen: &Seen) -> http::Response<crate::WireBody> {
    let from: u32 = seen.path.split("Marker=").nth(1).map_or(0, |marker| marker.parse().unwrap());
    let upto = (from + 50).min(all);
    let versions: Vec<_> = (from..upto)
        .map(|n| json!({"Version": if n == 0 { "$LATEST".into() } else { n.to_string() }, "State": "Active"}))
        .collect();
    let mut page = json!({"Versions": versions});
    if upto < all {
        page["NextMarker"] = json!(upto.to_string());
    }
    json(200, &page)
}

#[tokio::test]
async fn pages_are_read_to_their_end() {
    for (all, calls) in [(1, 1), (50, 1), (51, 2), (100, 2), (101, 3)] {
        let fake = Fake::new(move |seen| versions_page(all, seen));
        let versions = asked(&fake, Versions { function: function() }).await.unwrap();
        let distinct: BTreeSet<_> = versions.iter().map(|v| v.version.clone()).collect();
        assert_eq!(distinct.len(), usize::try_from(all).unwrap());
        assert_eq!(fake.seen().len(), calls, "{all} versions");
    }
}

#[tokio::test]
async fn a_server_that_repeats_its_page_token_is_not_asked_for_ever() {
    let fake = Fake::new(|_| json(200, &json!({"Functions": [], "NextMarker": "again"})));
    let error = asked(&fake, Functions {}).await.unwrap_err();
    assert_eq!(error.failure, ReadFailure::Malformed);
    assert_eq!(fake.seen().len(), 2);
}

#[tokio::test]
async fn an_empty_page_token_is_none() {
    let fake = Fake::new(|_| json(200, &json!({"Functions": [], "NextMarker": ""})));
    assert!(asked(&fake, Functions {}).await.unwrap().is_empty());
    let fake = Fake::new(|_| json(200, &json!({"events": [], "nextToken": ""})));
    let page = LogPage {
        group: LogGroupName::parse("/aws/lambda/orders").unwrap(),
        start: Timestamp::from_millis(0),
        end: Timestamp::from_millis(1),
        pattern: Some(String::new()),
        next: None,
    };
    assert_eq!(asked(&fake, page).await.unwrap().next, None);
    assert!(!fake.seen()[0].has("filterPattern"), "an empty pattern is not sent");
}

#[tokio::test]
async fn a_byte_that_is_no_text_costs_one_character_and_no_line() {
    let fake = Fake::new(|_| {
        fake::json(
            200,
            &b"{\"events\":[{\"timestamp\":1,\"message\":\"caf\xe9 closed\"},{\"timestamp\":2,\"message\":\"next\"}]}"[..],
        )
    });
    let page = LogPage {
        group: LogGroupName::parse("/aws/lambda/orders").unwrap(),
        start: Timestamp::from_millis(0),
        end: Timestamp::from_millis(9),
        pattern: None,
        next: None,
    };
    let events = asked(&fake, page).await.unwrap().events;
    let messages: Vec<_> = events.iter().map(|event| event.message.as_str()).collect();
    assert_eq!(messages, ["caf\u{fffd} closed", "next"]);
}

#[tokio::test]
async fn unknown_and_empty_states_are_kept_as_they_are() {
    let fake = Fake::new(|_| {
        let of = |n: &str, state: &str| json!({"Version": n, "State": state, "RevisionId": "", "Runtime": ""});
        json(
            200,
            &json!({"Versions": [of("1", ""), of("2", "Deactivated"), of("3", "Melted"), {"Version": "4"}]}),
        )
    });
    let versions = asked(&fake, Versions { function: function() }).await.unwrap();
    let states: Vec<_> = versions.iter().map(|v| v.state.clone()).collect();
    let other = |text: &str| VersionState::Other(text.into());
    assert_eq!(
        states,
        [VersionState::Unsaid, other("Deactivated"), other("Melted"), VersionState::Unsaid]
    );
    assert!(versions.iter().all(|v| v.revision.is_none() && v.runtime.is_empty()));
}

#[tokio::test]
async fn an_alias_without_a_revision_is_no_alias() {
    let fake = Fake::new(|_| {
        json(200, &json!({"Name": "live", "FunctionVersion": "41", "RevisionId": ""}))
    });
    let error = asked(&fake, alias_of()).await.unwrap_err();
    assert_eq!(
        (error.failure, error.operation.as_str()),
        (ReadFailure::Malformed, "lambda:GetAlias")
    );
}

#[tokio::test]
async fn bad_answers_become_failures_an_operator_can_act_on() {
    type Body = (u16, &'static str, &'static str);
    let error = |kind: &str| format!(r#"{{"__type":"{kind}","message":"why\u001b[2J"}}"#);
    let check = async |(status, kind, body): Body, wanted: ReadFailure| {
        let fake = Fake::new(move |_| fake::whole(status, kind, body));
        let error = asked(&fake, alias_of()).await.unwrap_err();
        assert_eq!(error.failure, wanted, "HTTP {status} {body}: {error}");
        assert!(!error.message.chars().any(char::is_control), "{error}");
    };
    check((404, HTML, "<html>not found</html>"), ReadFailure::Unsupported).await;
    check((500, HTML, "<html>NotImplementedError</html>"), ReadFailure::Unsupported).await;
    check((400, JSON, r#"{"error":"unsupported service"}"#), ReadFailure::Unsupported).await;
    check((403, HTML, "<html>proxy</html>"), ReadFailure::Denied).await;
    check((503, HTML, "<html>unavailable</html>"), ReadFailure::Fault).await;
    check((200, HTML, "<html>a captive portal</html>"), ReadFailure::Malformed).await;
    check((200, JSON, "{"), ReadFailure::Malformed).await;
    check((200, JSON, ""), ReadFailure::Malformed).await;
    let coded = async |status: u16, code: &str, wanted: ReadFailure| {
        let body: &'static str = error(code).leak();
        check((status, JSON, body), wanted).await;
    };
    coded(403, "AccessDeniedException", ReadFailure::Denied).await;
    coded(403, "ExpiredTokenException", ReadFailure::Expired).await;
    coded(403, "UnrecognizedClientException", ReadFailure::NoCredentials).await;
    coded(404, "ResourceNotFoundException", ReadFailure::Missing).await;
    coded(400, "InvalidParameterValueException", ReadFailure::Refused).await;
    coded(400, "UnknownOperationException", ReadFailure::Unsupported).await;
}

#[tokio::test]
async fn absence_is_an_answer_where_aws_calls_it_an_error() {
    let answer = |status: u16, kind: &'static str, message: &'static str| {
        Fake::new(move |_| json(status, &json!({"__type": kind, "Message": message})))
    };
    let fake = answer(404, "ProvisionedConcurrencyConfigNotFoundException", "none");
    let provisioned = Provisioned { function: function(), alias: alias() };
    assert_eq!(asked(&fake, provisioned.clone()).await.unwrap(), None);
    let fake = answer(404, "ResourceNotFoundException", "Function not found: arn:..");
    assert_eq!(asked(&fake, provisioned).await.unwrap_err().failure, ReadFailure::Missing);
    let callers = Callers { function: function(), alias: None };
    assert_eq!(asked(&fake, callers.clone()).await.unwrap_err().failure, ReadFailure::Missing);
    let fake = answer(
        404,
        "ResourceNotFoundException",
        "No policy is associated with the given resource.",
    );
    assert_eq!(asked(&fake, callers).await.unwrap(), []);
    let fake = Fake::new(|_| json(200, &json!({})));
    let reserved = ReservedConcurrency { function: function() };
    assert_eq!(asked(&fake, reserved).await.unwrap(), None);
}

#[tokio::test]
async fn callers_are_read_from_the_policy() {
    let policy = json!({"Statement": [
        {"Sid": "api", "Principal": {"Service": "apigateway.amazonaws.com"}, "Resource": "arn:f:live",
         "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:x"}}},
        {"Sid": "open", "Principal": "*", "Resource": "arn:f"},
    ]});
    let fake = Fake::new(move |_| json(200, &json!({"Policy": policy.to_string()})));
    let callers =
        asked(&fake, Callers { function: function(), alias: Some(alias()) }).await.unwrap();
    assert!(fake.seen()[0].path.contains("Qualifier=live"));
    let found: Vec<_> = callers
        .iter()
        .map(|c| (c.statement.as_str(), c.principal.as_str(), c.source_arn.as_str()))
        .collect();
    let api = ("api", "apigateway.amazonaws.com", "arn:aws:execute-api:x");
    assert_eq!(found, [api, ("open", "*", "")]);
}

#[tokio::test]
async fn event_sources_of_aliases_are_found_too() {
    let fake = Fake::new(|_| {
        let arn =
            |tail: &str| format!("arn:aws:lambda:eu-central-1:{}:function:{tail}", fake::ACCOUNT);
        let of = |id: &str, tail: &str| json!({"UUID": id, "FunctionArn": arn(tail), "State": "Enabled"});
        json(
            200,
            &json!({"EventSourceMappings": [
                of("plain", "orders-writer"), of("alias", "orders-writer:live"), of("other", "orders-writer-2")
            ]}),
        )
    });
    let sources = asked(&fake, EventSources { function: function() }).await.unwrap();
    let ids: Vec<_> = sources.iter().map(|s| s.uuid.as_str()).collect();
    assert_eq!(ids, ["plain", "alias"]);
}

pub(super) fn insights_start() -> InsightsStart {
    let groups = vec![LogGroupName::parse("g").unwrap()];
    let (start, end) = (Timestamp::from_millis(1_999), Timestamp::from_millis(3_000));
    InsightsStart { groups, start, end, query: "fields a".into(), limit: Some(5) }
}

#[tokio::test]
async fn a_query_is_begun_in_seconds_and_its_rows_are_paged_to_the_end() {
    let fake = Fake::new(|seen| {
        if seen.target.ends_with("StartQuery") {
            return json(200, &json!({"queryId": "q-1"}));
        }
        let row =
            |value: &str| json!([{"field": "a", "value": value}, {"field": "@ptr", "value": "p"}]);
        let statistics =
            json!({"recordsMatched": 2.0, "recordsScanned": 7.0, "bytesScanned": 900.0});
        if seen.text().contains("nextToken") {
            return json(
                200,
                &json!({"status": "Complete", "results": [row("2")], "statistics": statistics}),
            );
        }
        json(200, &json!({"status": "Complete", "results": [row("1")], "nextToken": "n"}))
    });
    let id = asked(&fake, insights_start()).await.unwrap();
    assert_eq!(id, InsightsId("q-1".into()));
    let sent = fake.seen().pop().unwrap().text();
    for part in [r#""startTime":1,"#, r#""endTime":3"#, r#""limit":5"#, r#""logGroupNames":["g"]"#]
    {
        assert!(sent.contains(part), "{part} in {sent}");
    }
    let answer = asked(&fake, InsightsResults { id }).await.unwrap();
    assert_eq!(answer.status, InsightsStatus::Complete);
    assert_eq!((answer.scanned.matched, answer.scanned.records, answer.scanned.bytes), (2, 7, 900));
    let cells: Vec<_> = answer.rows.iter().map(|row| row[0].1.as_str()).collect();
    assert_eq!(cells, ["1", "2"]);
}

pub(super) fn tailed(name: &str) -> LogGroup {
    let arn = format!("arn:aws:logs:eu-central-1:{}:log-group:{name}", fake::ACCOUNT);
    LogGroup { name: LogGroupName::parse(name).unwrap(), arn, stored_bytes: 0 }
}

/// A clock on which every wait is over at once.
struct Impatient;

impl Clock for Impatient {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000)
    }
    fn sleep(&self, _: std::time::Duration) -> Task<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// All frames of a tail over one group, then what ended it.
async fn tail(
    messages: Vec<bytes::Bytes>,
    then: fn() -> Then,
) -> Vec<Result<TailFrame, ReadError>> {
    let fake = Fake::new(move |_| event_stream(messages.clone(), then()));
    let mut place = fake::place(&fake);
    if matches!(then(), Then::Silence) {
        place.clock = Some(Arc::new(Impatient));
    }
    let source = crate::connect(place).await.unwrap().source();
    source.live_tail(vec![tailed("shop"), tailed("shop/b")], None).await.unwrap().collect().await
}

pub(super) fn opened() -> bytes::Bytes {
    event("sessionStart", r#"{"sessionId":"s-1","requestId":"r"}"#)
}

fn update(group: &str) -> bytes::Bytes {
    let row = json!({"logGroupIdentifier": group, "logStreamName": "s", "message": "m\u{1b}", "timestamp": 5});
    event(
        "sessionUpdate",
        &json!({"sessionMetadata": {"sampled": true}, "sessionResults": [row]}).to_string(),
    )
}

#[tokio::test]
async fn a_live_tail_gives_frames_in_order_and_ends() {
    let group = format!("{}:shop/b", fake::ACCOUNT);
    let frames =
        tail(vec![opened(), update(&group), event("sessionUpdate", "{}")], || Then::End).await;
    let frames: Vec<_> = frames.into_iter().map(Result::unwrap).collect();
    assert_eq!(frames[0], TailFrame::Opened { session: "s-1".into() });
    let TailFrame::Update { events, sampled } = &frames[1] else { panic!("{frames:?}") };
    assert!(*sampled);
    assert_eq!((events[0].group.as_str(), events[0].message.as_str()), ("shop/b", "m\u{1b}"));
    assert_eq!(
        (events[0].ingested, events[0].event_id.as_deref()),
        (Timestamp::from_millis(5), None)
    );
    assert_eq!(frames[2], TailFrame::Update { events: vec![], sampled: false });
    assert_eq!(frames[3], TailFrame::Ended { why: "the server closed the stream".into() });
    assert_eq!(frames.len(), 4);
}

#[tokio::test]
async fn a_silent_live_tail_is_noticed() {
    let frames = tail(vec![opened()], || Then::Silence).await;
    let error = frames.last().unwrap().clone().unwrap_err();
    assert_eq!(error.failure, ReadFailure::TimedOut);
    assert_eq!(error.message, "no frame for 5 s; the stream is dead");
}

#[tokio::test]
async fn a_torn_live_tail_is_an_error_and_not_an_end() {
    let frames = tail(vec![opened()], || Then::Tear).await;
    assert_eq!(frames.len(), 2, "{frames:?}");
    assert_eq!(frames[1].clone().unwrap_err().failure, ReadFailure::Unreachable);
    let half = opened();
    let frames = tail(vec![opened(), half.slice(..half.len() / 2)], || Then::End).await;
    assert_eq!(frames[1].clone().unwrap_err().failure, ReadFailure::Unreachable, "{frames:?}");
}

#[tokio::test]
async fn the_three_hours_of_a_session_end_it_in_order_and_other_exceptions_do_not() {
    let over = exception("SessionTimeoutException", r#"{"message":"three hours are over"}"#);
    let frames = tail(vec![over], || Then::End).await;
    assert_eq!(frames, [Ok(TailFrame::Ended { why: "three hours are over".into() })]);
    let broken = exception("SessionStreamingException", r#"{"message":"broken"}"#);
    let frames = tail(vec![broken], || Then::End).await;
    assert_eq!(frames[0].clone().unwrap_err().failure, ReadFailure::Fault);
}

#[tokio::test]
async fn frames_name_their_group_in_many_ways() {
    for name in
        ["shop", "123456784021:shop", "arn:aws:logs:eu-central-1:123456784021:log-group:shop:*"]
    {
        let frames = tail(vec![update(name)], || Then::End).await;
        let Ok(TailFrame::Update { events, .. }) = &frames[0] else { panic!("{frames:?}") };
        assert_eq!(events[0].group.as_str(), "shop", "{name}");
    }
}

#[tokio::test]
async fn a_tail_over_more_groups_than_aws_takes_is_refused_here() {
    let fake = Fake::new(|_| html(500, ""));
    let source = fake::connection(&fake).await.source();
    for count in [0, 11] {
        let groups = (0..count).map(|n| tailed(&format!("g{n}"))).collect();
        let Err(error) = source.live_tail(groups, None).await else { panic!("{count} groups") };
        assert_eq!(error.failure, ReadFailure::Refused);
    }
    assert!(fake.seen().is_empty());
}
