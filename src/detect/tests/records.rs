//! The rules over real records: what is known to be in them is found, and not much more.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's support fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use watchdeck_detect::{
    Detector, LooksFor, OriginKind, Rules, Survey, complaints, load, metric_filter, stories, with,
};
use watchdeck_domain::finding::Severity;

fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}

fn invictus() -> Vec<String> {
    let text = unpacked(include_bytes!("data/cloudtrail-invictus.jsonl.gz"));
    text.lines().map(str::to_owned).collect()
}

/// Each with the technique that it is of.
fn stratus() -> Vec<(String, String)> {
    let text = unpacked(include_bytes!("data/cloudtrail-stratus.jsonl.gz"));
    let of = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        (line["technique"].as_str().unwrap().to_owned(), line["event"].to_string())
    };
    text.lines().map(of).collect()
}

fn sigma() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sigma-aws");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    let named = |path: std::path::PathBuf| {
        (path.display().to_string(), std::fs::read_to_string(path).unwrap())
    };
    files.into_iter().map(named).collect()
}

fn sigma_rules() -> Arc<Rules> {
    let load = |(file, text): &(String, String)| {
        let loaded = load(file, text, OriginKind::Sigma);
        assert_eq!(loaded.complaints, [], "{file}");
        loaded.rules
    };
    Arc::new(Rules::new(sigma().iter().flat_map(load).collect()))
}

fn built_in() -> Arc<Rules> {
    assert_eq!(complaints(), []);
    Arc::new(Rules::new(with([])))
}

/// How often each rule fires.
fn hits<'r>(rules: &Arc<Rules>, records: impl Iterator<Item = &'r str>) -> BTreeMap<String, u64> {
    let mut detector = Detector::new(Arc::clone(rules));
    let mut hits = BTreeMap::new();
    for record in records {
        for at in detector.ask(record).unwrap() {
            *hits.entry(rules.get(*at).unwrap().id.clone()).or_default() += 1;
        }
    }
    hits
}

#[test]
fn the_filters_of_cis_hit_as_often_as_they_are_known_to() {
    let wanted = [
        ("4.1", 60, 51),
        ("4.2", 1, 1),
        ("4.3", 0, 0),
        ("4.4", 26, 2),
        ("4.5", 13, 2),
        ("4.6", 0, 0),
        ("4.7", 0, 0),
        ("4.8", 6, 0),
        ("4.9", 0, 0),
        ("4.10", 8, 1),
        ("4.11", 0, 0),
        ("4.12", 15, 0),
        ("4.13", 40, 0),
        ("4.14", 16, 0),
        ("4.15", 1, 1),
    ];
    let rules = built_in();
    let (invictus, stratus) = (invictus(), stratus());
    let first = hits(&rules, invictus.iter().map(String::as_str));
    let second = hits(&rules, stratus.iter().map(|(_, record)| record.as_str()));
    for (id, in_invictus, in_stratus) in wanted {
        let of = |hits: &BTreeMap<String, u64>| {
            hits.get(&format!("cis-{id}")).copied().unwrap_or_default()
        };
        assert_eq!((of(&first), of(&second)), (in_invictus, in_stratus), "{id}");
    }
}

#[test]
fn every_technique_of_stratus_raises_an_alert_of_medium_or_above() {
    let rules = built_in();
    let mut by_technique: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (technique, record) in stratus() {
        by_technique.entry(technique).or_default().push(record);
    }
    assert_eq!(by_technique.len(), 35);
    for (technique, records) in by_technique {
        let mut survey = Survey::new(Arc::clone(&rules));
        for record in &records {
            survey.take(record).unwrap();
        }
        let worst = survey.alerts().iter().map(|it| rules.get(it.rule).unwrap().severity).min();
        assert!(worst.is_some_and(|worst| worst <= Severity::Medium), "{technique}: {worst:?}");
    }
}

#[test]
fn an_attack_of_an_hour_is_a_screen_of_alerts_and_few_stories() {
    let rules = built_in();
    let mut survey = Survey::new(Arc::clone(&rules));
    for record in invictus() {
        survey.take(&record).unwrap();
    }
    assert_eq!((survey.records(), survey.unkept()), (2_900, 0));
    let alerts = survey.alerts();
    assert!(alerts.len() <= 115, "{}", alerts.len());
    let count = alerts.len();
    let stories = stories(&rules, alerts);
    assert_eq!(stories.iter().map(|story| story.alerts.len()).sum::<usize>(), count);
    assert_eq!(stories[0].severity, Severity::Critical);
}

#[test]
fn alerts_do_not_depend_on_the_order_of_records_nor_on_repeats() {
    let rules = built_in();
    let records = invictus();
    let told = |records: &mut dyn Iterator<Item = &String>| {
        let mut survey = Survey::new(Arc::clone(&rules));
        for record in records {
            survey.take(record).unwrap();
        }
        survey.alerts()
    };
    let forward = told(&mut records.iter());
    assert_eq!(forward, told(&mut records.iter().rev()));
    assert_eq!(forward, told(&mut records.iter().chain(&records)));
}

#[test]
fn rules_of_sigma_load_as_they_are_and_hit_as_often_as_they_are_known_to() {
    let rules = sigma_rules();
    assert_eq!(rules.all().len(), 57);
    let (invictus, stratus) = (invictus(), stratus());
    let of = |hits: BTreeMap<String, u64>| (hits.values().sum::<u64>(), hits.len());
    assert_eq!(of(hits(&rules, invictus.iter().map(String::as_str))), (109, 11));
    assert_eq!(of(hits(&rules, stratus.iter().map(|(_, record)| record.as_str()))), (80, 10));
}

#[test]
fn a_rule_of_sigma_keeps_its_author_technique_and_severity() {
    let rules = sigma_rules();
    let rule = rules.find("4db60cc0-36fb-42b7-9b58-a5b53019fb74").unwrap();
    assert_eq!((rule.severity, rule.technique.as_str()), (Severity::Medium, "T1685.002"));
    assert!(rules.all().iter().all(|rule| !rule.origin.author.is_empty()), "authors are kept");
}

/// A pattern asked of slots is a pattern asked of text.
#[test]
fn every_rule_fires_where_its_pattern_matches_the_text_of_the_record() {
    let rules = built_in();
    let mut detector = Detector::new(Arc::clone(&rules));
    let stratus = stratus();
    let invictus = invictus();
    let some = invictus.iter().step_by(3);
    for record in some.chain(stratus.iter().map(|(_, record)| record)) {
        let fired: BTreeSet<usize> = detector.ask(record).unwrap().iter().copied().collect();
        for (at, rule) in rules.all().iter().enumerate() {
            let LooksFor::Pattern(pattern) = &rule.looks_for else { continue };
            assert_eq!(fired.contains(&at), pattern.matches(record), "{} {record}", rule.id);
        }
    }
}

#[test]
fn every_built_in_rule_can_be_put_as_a_metric_filter() {
    for rule in built_in().all() {
        let commands = metric_filter(rule).unwrap();
        assert!(commands.contains("aws logs put-metric-filter"), "{commands}");
    }
    assert_eq!(metric_filter(&sigma_rules().all()[0]), None);
    insta::assert_snapshot!(metric_filter(built_in().find("denied-burst").unwrap()).unwrap());
}
