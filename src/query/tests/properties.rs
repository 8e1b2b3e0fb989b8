//! No query panics; a filter passes what a naive model passes; a `stats` gives what counting by hand gives.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test whose query is wrong must not run"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use watchdeck_query::json::{End, Members};
use watchdeck_query::{Query, Record, Value};

/// Text near the language, so that more than the first branch is reached.
fn near() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "fields ",
        "filter ",
        "parse ",
        "stats ",
        "sort ",
        "limit ",
        "dedup ",
        "display ",
        " | ",
        "@message",
        "@timestamp",
        "a",
        "b.c",
        "`x y`",
        " as ",
        " by ",
        "count(*)",
        "sum(",
        "avg(",
        "pct(a, 95)",
        "bin(5m)",
        "bin(300s)",
        "datefloor(",
        "concat(",
        "replace(",
        "substr(",
        "now()",
        ")",
        "(",
        ", ",
        " = ",
        " != ",
        " < ",
        " >= ",
        " like ",
        " not ",
        " and ",
        " or ",
        " in [",
        "]",
        " is null",
        "/",
        "(?<n>.*)",
        "'",
        "\"",
        "*",
        "5",
        "1e3",
        "-",
        "+",
        "^",
        "%",
        "#",
        "\\",
        "desc",
        "ä",
        "\0",
        "pattern ",
        "5m",
    ]);
    prop::collection::vec(prop_oneof![6 => pieces.prop_map(str::to_owned), 1 => "\\PC{0,3}"], 0..16)
        .prop_map(|pieces| pieces.concat())
}

#[derive(Clone, Debug)]
struct Line {
    level: Option<&'static str>,
    status: Option<i32>,
    at: i64,
}

impl Line {
    fn text(&self) -> String {
        let mut members = Vec::new();
        members.extend(self.level.map(|level| format!("\"level\":\"{level}\"")));
        members.extend(self.status.map(|status| format!("\"status\":{status}")));
        format!("{{{}}}", members.join(","))
    }
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let level = prop::option::of(prop::sample::select(vec!["INFO", "WARN", "ERROR"]));
    let line = (level, prop::option::of(-5..600_i32), 0..1_000_000_i64)
        .prop_map(|(level, status, at)| Line { level, status, at });
    prop::collection::vec(line, 0..40)
}

/// A condition, and what it says of a line: true, false, or unknown.
#[derive(Clone, Debug)]
enum Condition {
    Level(&'static str),
    Status(&'static str, i32),
    Like(&'static str),
    In(Vec<i32>),
    Present,
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

impl Condition {
    fn text(&self) -> String {
        match self {
            Self::Level(level) => format!("level = '{level}'"),
            Self::Status(how, status) => format!("status {how} {status}"),
            Self::Like(part) => format!("level like /{part}/"),
            Self::In(list) => format!("status in {list:?}"),
            Self::Present => "ispresent(status)".to_owned(),
            Self::Not(of) => format!("not ({})", of.text()),
            Self::And(a, b) => format!("({} and {})", a.text(), b.text()),
            Self::Or(a, b) => format!("({} or {})", a.text(), b.text()),
        }
    }

    fn holds(&self, line: &Line) -> Option<bool> {
        match self {
            Self::Level(level) => line.level.map(|l| l == *level),
            Self::Status(how, status) => line.status.map(|s| match *how {
                "=" => s == *status,
                "!=" => s != *status,
                "<" => s < *status,
                _ => s >= *status,
            }),
            Self::Like(part) => line.level.map(|l| l.contains(part)),
            Self::In(list) => line.status.map(|s| list.contains(&s)),
            Self::Present => Some(line.status.is_some()),
            Self::Not(of) => of.holds(line).map(|holds| !holds),
            Self::And(a, b) => match (a.holds(line), b.holds(line)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(a, b) => match (a.holds(line), b.holds(line)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["INFO", "WARN", "ERROR"]).prop_map(Condition::Level),
        (prop::sample::select(vec!["=", "!=", "<", ">="]), -5..600_i32)
            .prop_map(|(how, s)| Condition::Status(how, s)),
        prop::sample::select(vec!["R", "N", "INF"]).prop_map(Condition::Like),
        prop::collection::vec(-5..600_i32, 0..4).prop_map(Condition::In),
        Just(Condition::Present),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|of| Condition::Not(Box::new(of))),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| Condition::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Condition::Or(Box::new(a), Box::new(b))),
        ]
    })
}

/// Any JSON, not deeper than is looked into.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        "\\PC{0,8}".prop_map(serde_json::Value::from),
        "[\"\\\\/\n\t\u{1}😀]{0,4}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(6, 48, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z.\"ä]{0,3}", inner, 0..5)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// The scalars of a tree by their paths, the long way.
fn flattened(value: &serde_json::Value, path: &str, out: &mut Vec<(String, String)>) {
    let join =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        serde_json::Value::Object(members) => {
            members.iter().for_each(|(name, value)| flattened(value, &join(name), out));
        }
        serde_json::Value::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(n, value)| flattened(value, &join(&n.to_string()), out));
        }
        serde_json::Value::Null => out.push((path.to_owned(), String::new())),
        serde_json::Value::String(text) => out.push((path.to_owned(), text.clone())),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {
            out.push((path.to_owned(), value.to_string()));
        }
    }
}

fn run(query: &str, lines: &[Line]) -> Vec<Vec<Value<'static>>> {
    let mut run = Query::parse(query).expect(query).begin(0);
    for line in lines {
        run.feed(&Record { message: &line.text(), time: line.at, ..Record::default() });
    }
    run.finish().rows
}

fn size(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn near_to(a: &Value<'_>, b: f64) -> bool {
    a.number().is_some_and(|a| (a - b).abs() <= 1e-6 * b.abs().max(1.0))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_an_error_or_a_query(text in ".{0,200}", message in ".{0,200}") {
        if let Ok(query) = Query::parse(&text) {
            let mut run = query.begin(0);
            run.feed(&Record { message: &message, ..Record::default() });
            run.finish();
        }
    }

    #[test]
    fn text_near_the_language_is_an_error_or_a_query(text in near(), message in "\\PC{0,40}", time in any::<i64>()) {
        match Query::parse(&text) {
            Ok(query) => {
                let mut run = query.begin(time);
                for message in [message.as_str(), "{\"a\":1,\"b\":{\"c\":\"x\"}}", ""] {
                    run.feed(&Record { message, time, ingested: time, stream: "s", group: "g", pointer: "" });
                }
                let outcome = run.finish();
                prop_assert_eq!(outcome.statistics.scanned, 3);
                for row in &outcome.rows { prop_assert_eq!(row.len(), outcome.columns.len()); }
            }
            Err(error) => {
                prop_assert!(error.at <= text.chars().count(), "{error}");
                prop_assert!(error.caret().lines().count() == 2);
            }
        }
    }

    #[test]
    fn json_is_flattened_as_a_tree_would_be(value in json(), pretty in any::<bool>()) {
        prop_assume!(value.is_object() || value.is_array());
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        let mut members = Members::of(&text);
        let told: Vec<(String, String)> =
            members.by_ref().map(|member| (member.path.into_owned(), member.value.text().to_owned())).collect();
        let mut wanted = Vec::new();
        flattened(&value, "", &mut wanted);
        prop_assert_eq!(told, wanted);
        prop_assert_eq!(members.end(), Some(End::Whole));
    }

    #[test]
    fn json_that_was_cut_or_changed_is_walked_to_an_end(value in json(), at in 0..200_usize, byte in any::<char>()) {
        let mut text: Vec<char> = value.to_string().chars().collect();
        let at = at % (text.len() + 1);
        text.truncate(at);
        for text in [text.iter().collect::<String>(), text.iter().chain([&byte]).collect()] {
            let mut members = Members::of(&text);
            while members.advance().is_some() {}
            prop_assert!(members.end().is_some());
        }
    }

    #[test]
    fn a_filter_passes_what_the_model_passes(condition in condition(), lines in lines()) {
        let query = format!("fields level, status | filter {} | sort @timestamp, level, status", condition.text());
        let passed = run(&query, &lines).len();
        let wanted = lines.iter().filter(|line| condition.holds(line) == Some(true)).count();
        prop_assert_eq!(passed, wanted, "{}", query);
    }

    #[test]
    fn stats_are_what_counting_by_hand_gives(lines in lines()) {
        let rows = run(
            "stats count(*), count(status), sum(status), avg(status), min(status), max(status), count_distinct(status), pct(status, 90), stddev(status) by level",
            &lines,
        );
        let mut by_level: BTreeMap<Option<&str>, (u32, Vec<f64>)> = BTreeMap::new();
        for line in &lines {
            let group = by_level.entry(line.level).or_default();
            group.0 += 1;
            group.1.extend(line.status.map(f64::from));
        }
        prop_assert_eq!(rows.len(), by_level.len());
        for (row, (level, (count, numbers))) in rows.iter().zip(&mut by_level) {
            prop_assert_eq!(row[0].to_string(), level.unwrap_or_default());
            prop_assert!(near_to(&row[1], f64::from(*count)) && near_to(&row[2], size(numbers.len())));
            if numbers.is_empty() {
                prop_assert!(row[3..7].iter().all(Value::is_null));
                continue;
            }
            numbers.sort_by(f64::total_cmp);
            let sum: f64 = numbers.iter().sum();
            let mean = sum / size(numbers.len());
            let square = numbers.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / size(numbers.len());
            let mut distinct = numbers.clone();
            distinct.dedup();
            let rank = ((numbers.len() * 90).div_ceil(100)).max(1) - 1;
            for (cell, wanted) in row[3..].iter().zip([sum, mean, numbers[0], numbers[numbers.len() - 1], size(distinct.len()), numbers[rank], square.sqrt()]) {
                prop_assert!(near_to(cell, wanted), "{cell} is not {wanted}");
            }
        }
    }

    #[test]
    fn the_order_of_lines_does_not_matter_to_a_sum_by_time(lines in lines()) {
        let query = "stats count(*), sum(status) by bin(1m)";
        let mut turned = lines.clone();
        turned.reverse();
        prop_assert_eq!(run(query, &lines), run(query, &turned));
    }
}
