//! What CloudWatch Logs answers, and how it refuses.

use crate::services::testing::{START, ask, refused, world};
use crate::wire::call::{Reply, StreamEvent};
use crate::wire::value::Value;

const WRITER: &str = "/aws/lambda/orders-writer";
const WRITER_ARN: &str =
    "arn:aws:logs:eu-central-1:123456784021:log-group:/aws/lambda/orders-writer";

fn input(members: &[(&str, Value)]) -> Value {
    Value::record(members.iter().map(|(name, value)| (*name, value.clone())))
}

#[test]
fn pages_of_a_filter_give_every_event_once_in_order() {
    let mut world = world("quiet-day");
    let ask_page = |world: &mut _, token: Option<String>, limit: i64| {
        let request = input(&[("logGroupName", WRITER.into()), ("limit", limit.into())])
            .with_some("nextToken", token);
        ask(world, "logs", "FilterLogEvents", request)
    };
    let all = ask_page(&mut world, None, 10_000);
    let mut paged = Vec::new();
    let mut token = None;
    loop {
        let answer = ask_page(&mut world, token.take(), 70);
        paged.extend(answer.items("events").to_vec());
        token = answer.text("nextToken").map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert!(paged.len() > 200);
    assert_eq!(paged, all.items("events"));
    let mut ids: Vec<_> = paged.iter().map(|event| event.text("eventId").unwrap()).collect();
    ids.dedup();
    assert_eq!(ids.len(), paged.len());
    assert!(paged.is_sorted_by_key(|event| event.int("timestamp")));
}

#[test]
fn both_ends_of_a_filter_belong_to_it_and_patterns_narrow_it() {
    let mut world = world("quiet-day");
    let all = ask(&mut world, "logs", "FilterLogEvents", input(&[("logGroupName", WRITER.into())]));
    let at = all.items("events")[10].int("timestamp").unwrap();
    let one = input(&[
        ("logGroupIdentifier", WRITER_ARN.into()),
        ("startTime", at.into()),
        ("endTime", at.into()),
    ]);
    assert!(!ask(&mut world, "logs", "FilterLogEvents", one).items("events").is_empty());
    let stored = input(&[
        ("logGroupName", WRITER.into()),
        ("filterPattern", r#"{ $.message = "order stored" }"#.into()),
    ]);
    let stored = ask(&mut world, "logs", "FilterLogEvents", stored);
    assert!(stored.items("events").len() > 50);
    assert!(
        stored.items("events").iter().all(|e| e.text("message").unwrap().contains("order stored"))
    );
}

#[test]
fn refusals_have_the_words_of_aws() {
    let mut world = world("quiet-day");
    for (operation, request, message) in [
        (
            "FilterLogEvents",
            input(&[("logGroupName", "/nowhere".into())]),
            "The specified log group does not exist.",
        ),
        (
            "FilterLogEvents",
            input(&[("logGroupName", WRITER.into()), ("nextToken", "Zm9v".into())]),
            "The specified nextToken is invalid.",
        ),
        (
            "GetLogEvents",
            input(&[("logGroupName", WRITER.into()), ("logStreamName", "none".into())]),
            "The specified log stream does not exist.",
        ),
        (
            "CreateLogGroup",
            input(&[("logGroupName", WRITER.into())]),
            "The specified log group already exists",
        ),
    ] {
        assert_eq!(refused(&mut world, "logs", operation, request).message, message);
    }
}

#[test]
fn a_stream_is_read_to_its_end_where_the_token_repeats() {
    let mut world = world("quiet-day");
    let streams = input(&[
        ("logGroupName", WRITER.into()),
        ("orderBy", "LastEventTime".into()),
        ("descending", true.into()),
    ]);
    let streams = ask(&mut world, "logs", "DescribeLogStreams", streams);
    let name = streams.items("logStreams")[0].text("logStreamName").unwrap().to_owned();
    assert!(name.contains("/[41]"), "{name}");
    let (mut token, mut seen) = (None::<String>, 0);
    loop {
        let request = input(&[
            ("logGroupName", WRITER.into()),
            ("logStreamName", name.clone().into()),
            ("startFromHead", true.into()),
            ("limit", 40.into()),
        ])
        .with_some("nextToken", token.clone());
        let answer = ask(&mut world, "logs", "GetLogEvents", request);
        seen += answer.items("events").len();
        let next = answer.text("nextForwardToken").map(str::to_owned);
        if next == token {
            break;
        }
        token = next;
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn events_that_are_put_are_found_and_measured() {
    let mut world = world("quiet-day");
    ask(&mut world, "logs", "CreateLogGroup", input(&[("logGroupName", "/drill".into())]));
    let stream = input(&[("logGroupName", "/drill".into()), ("logStreamName", "s".into())]);
    ask(&mut world, "logs", "CreateLogStream", stream.clone());
    let transformation = input(&[
        ("metricName", "Drills".into()),
        ("metricNamespace", "Shop".into()),
        ("metricValue", "$.n".into()),
    ]);
    let filter = input(&[
        ("logGroupName", "/drill".into()),
        ("filterName", "drills".into()),
        ("filterPattern", "{ $.n > 1 }".into()),
        ("metricTransformations", vec![transformation].into()),
    ]);
    ask(&mut world, "logs", "PutMetricFilter", filter);
    let event =
        |at: i64, message: &str| input(&[("timestamp", at.into()), ("message", message.into())]);
    let events =
        vec![event(START - 20 * 86_400_000, "old"), event(START - 20 * 86_400_000 + 1, "old")];
    let answer = ask(&mut world, "logs", "PutLogEvents", stream.clone().with("logEvents", events));
    assert_eq!(answer.get("rejectedLogEventsInfo").unwrap().int("tooOldLogEventEndIndex"), Some(2));
    let events = vec![event(START, r#"{"n":1}"#), event(START, r#"{"n":5}"#)];
    ask(&mut world, "logs", "PutLogEvents", stream.clone().with("logEvents", events));
    world.advance_to(START + 60_000);
    let found =
        ask(&mut world, "logs", "FilterLogEvents", input(&[("logGroupName", "/drill".into())]));
    assert_eq!(found.items("events").len(), 2);
    let key = crate::world::metrics::Key::new("Shop", "Drills", []);
    let series = world.region("eu-central-1").metrics.find(&key).unwrap();
    let minute = START / 60_000 * 60_000;
    let points = series.points(minute, minute + 60_000, 60_000, crate::world::metrics::Stat::Sum);
    assert_eq!(points, [(minute, 5.0)]);
}

fn updates(reply: Reply) -> Vec<StreamEvent> {
    let Reply::Stream(mut receiver) = reply else { panic!("a live tail answers with a stream") };
    let mut events = Vec::new();
    while let Ok(event) = receiver.try_recv() {
        events.push(event);
    }
    events
}

#[test]
fn a_live_tail_updates_each_second_and_loses_nothing_when_time_runs_fast() {
    let mut world = world("bad-deploy");
    let request = input(&[("logGroupIdentifiers", vec![Value::from(WRITER_ARN)].into())]);
    let reply =
        crate::services::testing::call(&mut world, "logs", "StartLiveTail", request).unwrap();
    world.advance_to(START + 90_000);
    let events = updates(reply);
    assert!(matches!(&events[0], StreamEvent::Event("sessionStart", _)));
    let mut heard = 0;
    for event in &events[1..] {
        let StreamEvent::Event("sessionUpdate", update) = event else { panic!("{event:?}") };
        assert_eq!(update.get("sessionMetadata").unwrap().bool("sampled"), Some(false));
        heard += update.items("sessionResults").len();
    }
    let range = input(&[("logGroupName", WRITER.into())]);
    let logged = ask(&mut world, "logs", "FilterLogEvents", range);
    let since = |event: &&Value| event.int("ingestionTime").unwrap() > START;
    // The channel of sixteen is full at the start; what waits comes with the next flush.
    assert!(heard > 100 && heard <= logged.items("events").iter().filter(since).count(), "{heard}");
}

#[test]
fn a_live_tail_ends_after_three_hours() {
    let mut world = world("quiet-day");
    world.region("eu-central-1").logs.create_group("/idle", START);
    let arn = "arn:aws:logs:eu-central-1:123456784021:log-group:/idle";
    let request = input(&[("logGroupIdentifiers", vec![Value::from(arn)].into())]);
    let reply =
        crate::services::testing::call(&mut world, "logs", "StartLiveTail", request).unwrap();
    let Reply::Stream(mut receiver) = reply else { panic!("a live tail answers with a stream") };
    let mut last = None;
    for minute in 1..=181 {
        world.advance_to(START + minute * 60_000);
        while let Ok(event) = receiver.try_recv() {
            last = Some(event);
        }
    }
    assert!(matches!(last, Some(StreamEvent::Exception("SessionTimeoutException", _))), "{last:?}");
}

/// Asks a query about the last three minutes of the writer, and waits until it has run.
fn queried(world: &mut crate::world::World, text: &str) -> Value {
    let request = input(&[
        ("logGroupName", WRITER.into()),
        ("startTime", (START / 1000 - 180).into()),
        ("endTime", (START / 1000).into()),
        ("queryString", text.into()),
    ]);
    let asked = ask(world, "logs", "StartQuery", request);
    let id = input(&[("queryId", asked.text("queryId").unwrap().into())]);
    assert_eq!(ask(world, "logs", "GetQueryResults", id.clone()).text("status"), Some("Scheduled"));
    let now = world.now();
    world.advance_to(now + 500);
    let halfway = ask(world, "logs", "GetQueryResults", id.clone());
    assert_eq!(halfway.text("status"), Some("Running"));
    assert!(halfway.items("results").is_empty());
    world.advance_to(now + 10_000);
    ask(world, "logs", "GetQueryResults", id)
}

fn cell<'a>(row: &'a Value, name: &str) -> &'a str {
    let Value::List(cells) = row else { panic!("no row: {row:?}") };
    let found = cells.iter().find(|cell| cell.text("field") == Some(name));
    found.and_then(|cell| cell.text("value")).unwrap_or_default()
}

#[test]
fn a_query_counts_what_a_filter_finds() {
    let mut world = world("quiet-day");
    let stored = input(&[
        ("logGroupName", WRITER.into()),
        ("startTime", (START - 180_000).into()),
        ("endTime", START.into()),
        ("filterPattern", r#"{ $.message = "order stored" }"#.into()),
    ]);
    let stored = ask(&mut world, "logs", "FilterLogEvents", stored).items("events").len();
    let text = "filter message = 'order stored' | stats count(*) as n";
    let answer = queried(&mut world, text);
    assert_eq!(answer.text("status"), Some("Complete"));
    assert_eq!(cell(&answer.items("results")[0], "n"), stored.to_string());
    let statistics = answer.get("statistics").unwrap();
    let matched = statistics.float("recordsMatched").map(|matched| matched.to_string());
    assert_eq!(matched, Some(stored.to_string()));
    assert!(statistics.float("recordsScanned") > statistics.float("recordsMatched"));
    assert!(statistics.float("bytesScanned").unwrap() > 1_000.0);
}

#[test]
fn rows_of_lines_point_at_their_record() {
    let mut world = world("quiet-day");
    let answer = queried(&mut world, "fields @message, @log | sort @timestamp desc | limit 3");
    assert_eq!(answer.items("results").len(), 3);
    let row = &answer.items("results")[0];
    assert_eq!(cell(row, "@log"), "123456784021:/aws/lambda/orders-writer");
    let pointer = input(&[("logRecordPointer", cell(row, "@ptr").into())]);
    let record = ask(&mut world, "logs", "GetLogRecord", pointer);
    let record = record.get("logRecord").unwrap();
    assert_eq!(record.text("@message"), Some(cell(row, "@message")));
    let nowhere = input(&[("logRecordPointer", "bm93aGVyZQ".into())]);
    assert_eq!(
        refused(&mut world, "logs", "GetLogRecord", nowhere).code,
        "InvalidParameterException"
    );
}

#[test]
fn a_malformed_query_is_refused_with_its_place() {
    let mut world = world("quiet-day");
    let query = |text: &str| {
        input(&[
            ("logGroupNames", vec![WRITER.into()].into()),
            ("startTime", 0.into()),
            ("endTime", (START / 1000).into()),
            ("queryString", text.into()),
        ])
    };
    for (text, at, why) in [
        ("fields a | filtr b = 1", 11, "`filtr` is not a command"),
        ("fields a | pattern @message", 11, "`pattern` cannot be run here"),
    ] {
        let error = refused(&mut world, "logs", "StartQuery", query(text));
        assert_eq!(error.code, "MalformedQueryException");
        assert!(error.message.contains(why), "{}", error.message);
        let location = error.members["queryCompileError"].get("location").unwrap();
        assert_eq!(location.int("startCharOffset"), Some(at));
    }
    for language in ["SQL", "PPL"] {
        let asked = query("fields a").with("queryLanguage", language);
        let error = refused(&mut world, "logs", "StartQuery", asked);
        assert!(error.message.contains(language), "{}", error.message);
    }
}

#[test]
fn queries_are_limited_listed_and_stopped() {
    let mut world = world("quiet-day");
    let plain = input(&[
        ("startTime", (START / 1000 - 180).into()),
        ("endTime", (START / 1000).into()),
        ("queryString", "fields @message".into()),
    ]);
    let one = plain.clone().with("logGroupName", WRITER);
    let many: Vec<Value> = (0..51).map(|n| Value::from(format!("/g/{n}"))).collect();
    for (asked, code) in [
        (plain.clone(), "InvalidParameterException"),
        (plain.clone().with("logGroupNames", many), "InvalidParameterException"),
        (one.clone().with("logGroupNames", vec![WRITER.into()]), "InvalidParameterException"),
        (one.clone().with("startTime", START / 1000 + 1), "InvalidParameterException"),
        (plain.clone().with("logGroupName", "/nowhere"), "ResourceNotFoundException"),
        (one.clone().with("startTime", 0).with("endTime", 1_000), "MalformedQueryException"),
    ] {
        assert_eq!(refused(&mut world, "logs", "StartQuery", asked).code, code);
    }
    let asked = ask(&mut world, "logs", "StartQuery", one.clone().with("limit", 7));
    let short = input(&[("queryId", asked.text("queryId").unwrap().into())]);
    let asked = ask(&mut world, "logs", "StartQuery", one.clone());
    let id = input(&[("queryId", asked.text("queryId").unwrap().into())]);
    ask(&mut world, "logs", "StopQuery", id.clone());
    assert_eq!(
        ask(&mut world, "logs", "GetQueryResults", id.clone()).text("status"),
        Some("Cancelled")
    );
    assert_eq!(refused(&mut world, "logs", "StopQuery", id).code, "InvalidParameterException");
    world.advance_to(START + 10_000);
    let first = ask(&mut world, "logs", "GetQueryResults", short.clone().with("maxItems", 5));
    let next = first.text("nextToken").unwrap();
    let second = ask(&mut world, "logs", "GetQueryResults", short.with("nextToken", next));
    assert_eq!((first.items("results").len(), second.items("results").len()), (5, 2));
    let listed = ask(&mut world, "logs", "DescribeQueries", input(&[("maxResults", 1.into())]));
    assert_eq!(listed.items("queries")[0].text("status"), Some("Cancelled"));
    assert!(listed.text("nextToken").is_some());
    let complete =
        ask(&mut world, "logs", "DescribeQueries", input(&[("status", "Complete".into())]));
    assert_eq!(complete.items("queries").len(), 1);
    for _ in 0..100 {
        ask(&mut world, "logs", "StartQuery", one.clone());
    }
    assert_eq!(refused(&mut world, "logs", "StartQuery", one).code, "LimitExceededException");
}
