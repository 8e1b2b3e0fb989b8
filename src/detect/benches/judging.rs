//! The built-in rules over real records.

#![expect(clippy::panic, reason = "a benchmark without its records must not run")]

use std::io::Read as _;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use watchdeck_detect::{Detector, Rules, Survey, with};

fn main() {
    divan::main();
}

/// 2,900 records of a staged attack.
fn records() -> Vec<String> {
    let packed = include_bytes!("../tests/data/cloudtrail-invictus.jsonl.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..])
        .read_to_string(&mut text)
        .unwrap_or_else(|error| panic!("{error}"));
    text.lines().map(str::to_owned).collect()
}

#[divan::bench]
fn every_rule_asked(bencher: Bencher<'_, '_>) {
    let records = records();
    let bytes: usize = records.iter().map(String::len).sum();
    let mut detector = Detector::new(Arc::new(Rules::new(with([]))));
    bencher.counter(ItemsCount::new(records.len())).counter(BytesCount::new(bytes)).bench_local(
        || {
            records
                .iter()
                .filter(|record| detector.ask(record).is_ok_and(|it| !it.is_empty()))
                .count()
        },
    );
}

#[divan::bench]
fn surveyed_with_alerts(bencher: Bencher<'_, '_>) {
    let records = records();
    let rules = Arc::new(Rules::new(with([])));
    bencher.counter(ItemsCount::new(records.len())).bench_local(|| {
        let mut survey = Survey::new(Arc::clone(&rules));
        for record in &records {
            let _malformed = survey.take(record);
        }
        survey.alerts().len()
    });
}

#[divan::bench]
fn nothing_asked(bencher: Bencher<'_, '_>) {
    let records = records();
    let mut detector = Detector::new(Arc::new(Rules::new(Vec::new())));
    bencher
        .counter(ItemsCount::new(records.len()))
        .bench_local(|| records.iter().filter(|record| detector.ask(record).is_ok()).count());
}
