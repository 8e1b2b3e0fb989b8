//! Over any record and any text: a rule asked of slots answers as its pattern does of the text, and nothing panics.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use watchdeck_detect::{Detector, LooksFor, OriginKind, Rules, Survey, load};

const PATTERNS: [&str; 12] = [
    r#"{ $.a = "x" }"#,
    "{ $.a.b = 1 || $.a.b = 2.5 }",
    "{ $.a.b[0] IS NULL }",
    "{ $.a[*].b = x* }",
    "{ $.*.a IS TRUE }",
    "{ $.a != x && $.b NOT EXISTS }",
    "{ $.b.a.b > 1 }",
    "{ $.a.* = x }",
    "{ $.eventName = \"a*\" && $.a.b IS FALSE }",
    "{ ($.eventSource = b && $.eventName = a) || $.b.b NOT EXISTS }",
    "{ $.['a.b'] = x }",
    "x -b",
];

fn rules() -> Arc<Rules> {
    let mut text = String::new();
    for (at, pattern) in PATTERNS.iter().enumerate() {
        let _ = writeln!(text, "[[rule]]\nid='r{at}'\ntitle='t'\nseverity='low'");
        let _ = writeln!(text, "pattern='''{pattern}'''");
    }
    let loaded = load("own.toml", &text, OriginKind::Own);
    assert_eq!(loaded.complaints, []);
    Arc::new(Rules::new(loaded.rules))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        prop_oneof![Just(json!(1)), Just(json!(2.5)), Just(json!(-7))],
        prop_oneof![Just("x"), Just("xy"), Just("b"), Just("\"\\\u{e9}\n{")].prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = prop_oneof![Just("a"), Just("b"), Just("a.b"), Just("\u{e9}\"")];
        let members = prop::collection::vec((name, inner.clone()), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::Array),
            members.prop_map(|members| {
                Value::Object(members.into_iter().map(|(name, it)| (name.to_owned(), it)).collect())
            }),
        ]
    })
}

fn record() -> impl Strategy<Value = Value> {
    let name = prop_oneof![Just("a"), Just("abc"), Just("b"), Just("\u{e9}\\")];
    (name.clone(), name, value(), prop::option::of(value()), value()).prop_map(
        |(call, service, a, b, dotted)| {
            let mut record = Map::new();
            record.insert("eventTime".into(), json!("2026-11-22T03:00:00Z"));
            record.insert("eventName".into(), json!(call));
            record.insert("eventSource".into(), json!(service));
            record.insert("a".into(), a);
            record.insert("a.b".into(), dotted);
            if let Some(b) = b {
                record.insert("b".into(), b);
            }
            Value::Object(record)
        },
    )
}

proptest! {
    #[test]
    fn a_rule_fires_where_its_pattern_matches(records in prop::collection::vec(record(), 1..8)) {
        let rules = rules();
        let mut detector = Detector::new(Arc::clone(&rules));
        for record in records {
            for text in [record.to_string(), serde_json::to_string_pretty(&record).unwrap()] {
                let fired = detector.ask(&text).unwrap().to_vec();
                for (at, rule) in rules.all().iter().enumerate() {
                    let LooksFor::Pattern(pattern) = &rule.looks_for else { continue };
                    prop_assert_eq!(fired.contains(&at), pattern.matches(&text), "{} {}", pattern, text);
                }
            }
        }
    }

    #[test]
    fn what_is_cut_off_anywhere_is_no_record(record in record(), cut in any::<prop::sample::Index>()) {
        let text = record.to_string();
        let at = cut.index(text.len());
        let part = text.get(..at).unwrap_or_default();
        let mut survey = Survey::new(rules());
        prop_assert!(survey.take(part).is_err());
        prop_assert_eq!((survey.records(), survey.malformed().values().sum::<u64>()), (0, 1));
    }

    #[test]
    fn any_text_is_a_file_of_rules_or_complaints(text in "[-a-z:*'|\\[\\]{} \n=\"]{0,80}", head in any::<bool>()) {
        let head = if head { "title: t\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n" } else { "" };
        for file in ["r.yml", "r.toml"] {
            let loaded = load(file, &format!("{head}{text}"), OriginKind::Own);
            let lines = head.lines().count() + text.lines().count() + 2;
            prop_assert!(loaded.complaints.iter().all(|it| it.line >= 1 && it.line <= lines));
        }
    }
}
