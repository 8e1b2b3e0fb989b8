//! What CloudWatch answers, and how it refuses.

use crate::services::testing::{START, ask, refused, world};
use crate::wire::value::Value;

fn query(id: &str, name: &str, dimensions: &[(&str, &str)], stat: &str, period: i64) -> Value {
    let dimensions: Vec<Value> = dimensions
        .iter()
        .map(|(name, value)| Value::empty().with("Name", *name).with("Value", *value))
        .collect();
    let metric = Value::empty()
        .with("Namespace", "AWS/Lambda")
        .with("MetricName", name)
        .with("Dimensions", dimensions);
    let stat = Value::empty().with("Metric", metric).with("Stat", stat).with("Period", period);
    Value::empty().with("Id", id).with("MetricStat", stat)
}

fn between(start: i64, end: i64, queries: Vec<Value>) -> Value {
    Value::empty()
        .with("StartTime", Value::Time(start))
        .with("EndTime", Value::Time(end))
        .with("MetricDataQueries", queries)
}

const WRITER: [(&str, &str); 1] = [("FunctionName", "orders-writer")];

#[test]
fn metrics_by_executed_version_tell_good_from_bad() {
    let mut world = world("bad-deploy");
    world.advance_to(START + 300_000);
    let rate = |version: &'static str| {
        let dimensions = [
            ("FunctionName", "orders-writer"),
            ("Resource", "orders-writer:live"),
            ("ExecutedVersion", version),
        ];
        vec![
            query("e", "Errors", &dimensions, "Sum", 600).with("ReturnData", false),
            query("i", "Invocations", &dimensions, "Sum", 600).with("ReturnData", false),
            Value::empty().with("Id", "rate").with("Expression", "e / i"),
        ]
    };
    let mut of = |version| {
        let request = between(START - 600_000, START + 600_000, rate(version));
        let answer = ask(&mut world, "cloudwatch", "GetMetricData", request);
        let result = answer.items("MetricDataResults")[0].clone();
        assert_eq!(answer.items("MetricDataResults").len(), 1);
        assert_eq!(result.text("StatusCode"), Some("Complete"));
        let Value::Float(newest) = result.items("Values")[0] else {
            panic!("no data for {version}")
        };
        newest
    };
    assert!(of("41") < 0.05);
    assert!((0.2..0.5).contains(&of("42")));
}

#[test]
fn datapoints_are_paged_and_come_newest_first_unless_asked_otherwise() {
    let mut world = world("quiet-day");
    let request = between(
        START - 420_000,
        START,
        vec![
            query("a", "Invocations", &WRITER, "Sum", 60),
            query("b", "Duration", &WRITER, "p90", 60),
        ],
    );
    let whole = ask(&mut world, "cloudwatch", "GetMetricData", request.clone());
    let times = |answer: &Value, at: usize| {
        answer.items("MetricDataResults")[at].items("Timestamps").to_vec()
    };
    let (Value::Time(first), Value::Time(second)) = (&times(&whole, 0)[0], &times(&whole, 0)[1])
    else {
        panic!("timestamps are times")
    };
    assert!(first > second);
    let (mut token, mut counts) = (None::<String>, [0, 0]);
    loop {
        let page = request
            .clone()
            .with("MaxDatapoints", 5_i64)
            .with("ScanBy", "TimestampAscending")
            .with_some("NextToken", token.take());
        let answer = ask(&mut world, "cloudwatch", "GetMetricData", page);
        counts[0] += times(&answer, 0).len();
        counts[1] += times(&answer, 1).len();
        token = answer.text("NextToken").map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(counts, [times(&whole, 0).len(), times(&whole, 1).len()]);
}

#[test]
fn queries_that_make_no_sense_are_refused() {
    let mut world = world("quiet-day");
    let good = || query("a", "Errors", &WRITER, "Sum", 60);
    for (request, part) in [
        (between(START, START, vec![good()]), "EndTime must be greater"),
        (between(0, START, vec![good(), good()]), "not unique"),
        (between(0, START, vec![good().with("Id", "A")]), "expected pattern"),
        (between(0, START, vec![query("a", "Errors", &WRITER, "Most", 60)]), "parameter Stat"),
        (between(0, START, vec![query("a", "Errors", &WRITER, "Sum", 61)]), "parameter Period"),
        (
            between(0, START, vec![Value::empty().with("Id", "x").with("Expression", "y + 1")]),
            "Error in expression 'x'",
        ),
    ] {
        let error = refused(&mut world, "cloudwatch", "GetMetricData", request);
        assert_eq!(error.code, "ValidationError");
        assert!(error.message.contains(part), "{}", error.message);
    }
}

#[test]
fn one_s_own_metric_can_be_written_listed_and_watched() {
    let mut world = world("quiet-day");
    let datum = Value::empty().with("MetricName", "Depth").with("Value", 9.0);
    let data = Value::empty().with("Namespace", "Shop").with("MetricData", vec![datum]);
    ask(&mut world, "cloudwatch", "PutMetricData", data.clone());
    let error =
        refused(&mut world, "cloudwatch", "PutMetricData", data.with("Namespace", "AWS/Own"));
    assert_eq!(error.code, "InvalidParameterValueException");
    let listed =
        ask(&mut world, "cloudwatch", "ListMetrics", Value::empty().with("Namespace", "Shop"));
    assert_eq!(listed.items("Metrics").len(), 1);
    let alarm = Value::empty()
        .with("AlarmName", "depth")
        .with("Namespace", "Shop")
        .with("MetricName", "Depth")
        .with("Statistic", "Maximum")
        .with("Period", 60_i64)
        .with("EvaluationPeriods", 1_i64)
        .with("Threshold", 5.0)
        .with("ComparisonOperator", "GreaterThanThreshold");
    ask(&mut world, "cloudwatch", "PutMetricAlarm", alarm);
    let silence = Value::empty().with("AlarmNames", vec![Value::from("depth")]);
    ask(&mut world, "cloudwatch", "DisableAlarmActions", silence.clone());
    world.advance_to(START + 60_000);
    let described = ask(&mut world, "cloudwatch", "DescribeAlarms", silence);
    let depth = &described.items("MetricAlarms")[0];
    assert_eq!(depth.text("StateValue"), Some("ALARM"));
    assert_eq!(depth.bool("ActionsEnabled"), Some(false));
    let history = Value::empty().with("AlarmName", "depth");
    let history = ask(&mut world, "cloudwatch", "DescribeAlarmHistory", history);
    let kinds: Vec<_> = history
        .items("AlarmHistoryItems")
        .iter()
        .map(|i| i.text("HistoryItemType").unwrap())
        .collect();
    assert_eq!(kinds, ["StateUpdate", "ConfigurationUpdate"]);
}

#[test]
fn composite_alarms_are_shown_to_those_who_name_their_type_or_their_kin() {
    let mut world = world("bad-deploy");
    world.advance_to(START + 300_000);
    let mut count = |input: Value| {
        let answer = ask(&mut world, "cloudwatch", "DescribeAlarms", input);
        (answer.items("CompositeAlarms").len(), answer.items("MetricAlarms").len())
    };
    let both = || {
        let types = ["CompositeAlarm", "MetricAlarm"].map(Value::from).to_vec();
        Value::empty().with("AlarmTypes", types)
    };
    assert_eq!(count(Value::empty()), (0, 8));
    assert_eq!(count(both()), (1, 8));
    assert_eq!(count(both().with("MaxRecords", 5_i64)), (1, 4), "a page holds both kinds");
    assert_eq!(count(both().with("AlarmNamePrefix", "orders-un")), (1, 0));
    assert_eq!(count(Value::empty().with("ChildrenOfAlarmName", "orders-unwell")), (0, 2));
    assert_eq!(count(Value::empty().with("ParentsOfAlarmName", "orders-writer-errors")), (1, 0));
    assert_eq!(count(Value::empty().with("ParentsOfAlarmName", "orders-db-cpu")), (0, 0));

    let of = Value::empty().with("AlarmName", "orders-unwell");
    let mut history = |input| {
        let answer = ask(&mut world, "cloudwatch", "DescribeAlarmHistory", input);
        answer.items("AlarmHistoryItems").to_vec()
    };
    assert!(history(of.clone()).is_empty());
    let told = history(of.with("AlarmTypes", vec![Value::from("CompositeAlarm")]));
    assert!(told.iter().all(|item| item.text("AlarmType") == Some("CompositeAlarm")));
    let newest = told.iter().find(|item| item.text("HistoryItemType") == Some("StateUpdate"));
    assert_eq!(newest.unwrap().text("HistorySummary"), Some("Alarm updated from OK to ALARM"));
}

#[test]
fn metrics_are_listed_by_page_and_the_idle_ones_on_request_only() {
    let mut world = world("quiet-day");
    let data = (0..501).map(|n| {
        let datum = Value::empty().with("MetricName", format!("m-{n}")).with("Value", 1.0);
        let at = if n == 0 { START - 4 * 3_600_000 } else { START };
        datum.with("Timestamp", Value::Time(at))
    });
    let data =
        Value::empty().with("Namespace", "Shop").with("MetricData", data.collect::<Vec<_>>());
    ask(&mut world, "cloudwatch", "PutMetricData", data);
    let mut listed = |input: Value| {
        let answer = ask(&mut world, "cloudwatch", "ListMetrics", input.with("Namespace", "Shop"));
        (answer.items("Metrics").len(), answer.text("NextToken").map(str::to_owned))
    };
    assert_eq!(listed(Value::empty().with("RecentlyActive", "PT3H")), (500, None));
    let (count, next) = listed(Value::empty());
    assert_eq!(count, 500);
    assert_eq!(listed(Value::empty().with_some("NextToken", next)), (1, None));
}

#[test]
fn a_muted_alarm_judges_and_tells_nobody_until_its_end() {
    let mut world = world("bad-deploy");
    let now = world.now();
    let minute = |ms: i64| crate::world::measure::timestamp(ms, "%Y-%m-%dT%H:%M");
    let schedule =
        Value::empty().with("Expression", format!("at({})", minute(now))).with("Duration", "PT20M");
    let put = Value::empty()
        .with("Name", "quiet")
        .with("Rule", Value::empty().with("Schedule", schedule))
        .with("ExpireDate", Value::Time(now + 20 * 60_000))
        .with(
            "MuteTargets",
            Value::empty().with("AlarmNames", Value::list(["orders-writer-errors"])),
        );
    ask(&mut world, "cloudwatch", "PutAlarmMuteRule", put);
    world.advance_to(now + 600_000);
    let of = |kind: &str| {
        Value::empty().with("AlarmName", "orders-writer-errors").with("HistoryItemType", kind)
    };
    let told = ask(&mut world, "cloudwatch", "DescribeAlarmHistory", of("StateUpdate"));
    assert!(!told.items("AlarmHistoryItems").is_empty(), "it goes on judging");
    let told = ask(&mut world, "cloudwatch", "DescribeAlarmHistory", of("Action"));
    assert!(told.items("AlarmHistoryItems").is_empty(), "{told:?}");
    let rule = Value::empty().with("AlarmMuteRuleName", "quiet");
    let held = ask(&mut world, "cloudwatch", "GetAlarmMuteRule", rule.clone());
    assert_eq!(held.text("Status"), Some("ACTIVE"));
    world.advance_to(now + 21 * 60_000);
    let held = ask(&mut world, "cloudwatch", "GetAlarmMuteRule", rule.clone());
    assert_eq!(held.text("Status"), Some("EXPIRED"));
    ask(&mut world, "cloudwatch", "DeleteAlarmMuteRule", rule.clone());
    let gone = refused(&mut world, "cloudwatch", "GetAlarmMuteRule", rule);
    assert_eq!(gone.code, "ResourceNotFoundException");
}
