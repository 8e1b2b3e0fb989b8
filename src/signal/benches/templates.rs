//! Templates: lines taken by a miner, plain and JSON, known and of real logs where they are at hand, and their ranking.

#![expect(clippy::unwrap_used, reason = "a benchmark's support fails by panicking")]

use std::sync::OnceLock;
use std::time::Duration;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_signal::store::{LineId, LineRef, StreamName};
use watchdeck_signal::template::{Miner, Windows};

const COUNT: usize = 100_000;

fn main() {
    divan::main();
}

fn stream() -> &'static StreamName {
    static STREAM: OnceLock<StreamName> = OnceLock::new();
    STREAM.get_or_init(|| {
        let group = LogGroupName::parse("/aws/lambda/orders-writer").unwrap();
        StreamName { group, stream: "2026/11/22/[42]0f".into() }
    })
}

fn lines(messages: &[String]) -> Vec<LineRef<'_>> {
    (0..)
        .zip(messages)
        .map(|(number, message)| {
            let at = Timestamp::from_millis(i64::try_from(number).unwrap() * 20);
            let id = LineId { timestamp: at, ingested: at, number };
            let level = LogLevel::detect(message);
            LineRef { id, stream: stream(), message, level, late: false }
        })
        .collect()
}

fn bench(bencher: Bencher<'_, '_>, messages: &[String]) {
    let lines = lines(messages);
    bencher
        .counter(ItemsCount::new(lines.len()))
        .counter(BytesCount::new(messages.iter().map(String::len).sum::<usize>()))
        .with_inputs(Miner::default)
        .bench_local_refs(|miner| {
            for line in &lines {
                miner.take(line);
            }
            miner.len()
        });
}

fn plain() -> Vec<String> {
    let line = |nth: usize| match nth % 5 {
        0 => format!("START RequestId: 5f1c9c1e-aaaa-4bbb-8ccc-{nth:012x} Version: 42"),
        1 => format!(
            "2026-11-22T03:00:00.123Z\t5f1c9c1e-aaaa-4bbb-8ccc-{nth:012x}\tINFO\torder {nth} written in {} ms",
            nth % 90
        ),
        2 => format!(
            "2026-11-22T03:00:00.123Z\t5f1c9c1e-aaaa-4bbb-8ccc-{nth:012x}\tWARN\tno stock for item {nth} in any warehouse"
        ),
        3 => format!("END RequestId: 5f1c9c1e-aaaa-4bbb-8ccc-{nth:012x}"),
        _ => format!(
            "REPORT RequestId: 5f1c9c1e-aaaa-4bbb-8ccc-{nth:012x}\tDuration: {nth}.5 ms\tBilled Duration: {nth} ms\tMemory Size: 256 MB\tMax Memory Used: 90 MB"
        ),
    };
    (0..COUNT).map(line).collect()
}

fn json() -> Vec<String> {
    let line = |nth: usize| {
        format!(
            r#"{{"time":"2026-11-22T03:00:00.123Z","level":"INFO","service":"orders-writer","requestId":"5f1c9c1e-aaaa-4bbb-8ccc-{nth:012x}","xrayTraceId":"1-6921{nth:04x}-0123456789abcdef01234567","message":"order {nth} written in {} ms","table":"orders","status":200,"durationMs":{}}}"#,
            nth % 90,
            nth % 1000
        )
    };
    (0..COUNT).map(line).collect()
}

#[divan::bench(sample_count = 20)]
fn take_lines_of_functions(bencher: Bencher<'_, '_>) {
    bench(bencher, &plain());
}

#[divan::bench(sample_count = 20)]
fn take_json_lines(bencher: Bencher<'_, '_>) {
    bench(bencher, &json());
}

/// The messages of all sets, fifty times over.
#[expect(clippy::print_stdout, reason = "what is left out is told")]
#[divan::bench(sample_count = 10)]
fn take_messages_of_real_logs(bencher: Bencher<'_, '_>) {
    let folder = std::env::var_os("WATCHDECK_LOGHUB");
    if folder.is_none() {
        println!("skipped: WATCHDECK_LOGHUB names no folder with the loghub data sets");
        return;
    }
    let mut messages = Vec::new();
    for set in folder.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        for file in std::fs::read_dir(set.unwrap().path()).into_iter().flatten() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let names: Vec<_> = text.lines().next().unwrap_or_default().split(',').collect();
            let Some(at) = names.iter().position(|name| *name == "Content") else { continue };
            // good enough for a clock: columns before the message that hold commas shift it
            messages.extend(text.lines().skip(1).map(|row| {
                let mut rest = row;
                for _ in 0..at {
                    rest = rest.split_once(',').map_or(rest, |(_, rest)| rest);
                }
                let end = rest.rfind(",E").unwrap_or(rest.len());
                rest.get(..end).unwrap_or(rest).to_owned()
            }));
        }
    }
    let many: Vec<_> = std::iter::repeat_n(messages, 50).flatten().collect();
    bench(bencher, &many);
}

#[divan::bench(sample_count = 20)]
fn rank_four_thousand_templates(bencher: Bencher<'_, '_>) {
    let mut miner = Miner::default();
    let letter = |nth: usize, by: usize| char::from(b'a' + u8::try_from(nth / by % 16).unwrap());
    let name = |nth| [letter(nth, 1), letter(nth, 16), letter(nth, 256)].iter().collect::<String>();
    let messages: Vec<_> = (0..COUNT).map(|nth| format!("{} failed", name(nth))).collect();
    for line in lines(&messages) {
        miner.take(&line);
    }
    let now = Timestamp::from_millis(0) + Duration::from_mins(33);
    bencher.bench_local(|| miner.ranked(now, Windows::default(), 100).len());
}
