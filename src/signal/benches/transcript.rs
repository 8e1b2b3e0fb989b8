//! Files: bytes to events with their times, and a million lines read on one thread and taken in on another.

#![expect(clippy::unwrap_used, reason = "a benchmark's support fails by panicking")]

use std::sync::OnceLock;
use std::sync::mpsc::sync_channel;
use std::thread;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use watchdeck_domain::log::{LogEvent, LogLevel};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_signal::Leaf;
use watchdeck_signal::store::{Filter, Store, View};
use watchdeck_signal::template::Miner;
use watchdeck_signal::transcript::{Sink, Transcript};

const MANY: usize = 1_000_000;
const FEW: usize = 20_000;
/// Bytes read at once.
const PORTION: usize = 256 << 10;

#[expect(clippy::print_stdout, reason = "a report of CPU seconds beside the figures of time")]
fn main() {
    let text = million();
    let before = spent();
    let lines = opened(text, false);
    let between = spent();
    let events = read(text, |_| {});
    println!(
        "{lines} lines, {} bytes: read and held for {:.2} CPU seconds, read alone ({events}) for {:.2}",
        text.len(),
        between - before,
        spent() - between
    );
    let before = spent();
    opened(text, true);
    println!("read, held, judged by level and put into templates: {:.2}", spent() - before);
    divan::main();
}

/// CPU seconds of this process so far; nothing where the system does not say.
fn spent() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// A line of a function that logs JSON: some 270 bytes, of which the ids are chance.
fn json(nth: usize, out: &mut String) {
    use std::fmt::Write as _;
    let level = if nth.is_multiple_of(50) { "ERROR" } else { "INFO" };
    let mut rng = fastrand::Rng::with_seed(nth as u64);
    let (id, trace) = (rng.u128(..), rng.u128(..) >> 32);
    let (millis, seconds, minutes) = (nth % 1000, nth / 1000 % 60, nth / 60_000 % 60);
    writeln!(
        out,
        r#"{{"time":"2026-11-22T03:{minutes:02}:{seconds:02}.{millis:03}Z","level":"{level}","service":"orders-writer","requestId":"{:08x}-0f1e-4aaa-8bbb-{:012x}","xrayTraceId":"1-6921{:04x}-{trace:024x}","message":"order {nth} written in {} ms","table":"orders","status":200,"durationMs":{}}}"#,
        id >> 96,
        id & 0xffff_ffff_ffff,
        nth / 1000,
        rng.u8(..),
        rng.u16(..)
    )
    .unwrap();
}

fn text(nth: usize, out: &mut String) {
    use std::fmt::Write as _;
    let (millis, seconds, minutes) = (nth % 1000, nth / 1000 % 60, nth / 60_000 % 60);
    writeln!(
        out,
        "2026-11-22 03:{minutes:02}:{seconds:02},{millis:03} INFO order {nth} written\n  at a.js"
    )
    .unwrap();
}

fn access(nth: usize, out: &mut String) {
    use std::fmt::Write as _;
    let (seconds, minutes) = (nth % 60, nth / 60 % 60);
    writeln!(
        out,
        "10.0.0.1 - - [22/Nov/2026:03:{minutes:02}:{seconds:02} +0000] \"GET /orders/{nth} HTTP/1.1\" 200 512"
    )
    .unwrap();
}

fn lines(count: usize, line: impl Fn(usize, &mut String)) -> String {
    let mut out = String::new();
    (0..count).for_each(|nth| line(nth, &mut out));
    out
}

fn million() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| lines(MANY, json))
}

/// Reads a text in portions, and gives the lines of each.
fn read(text: &str, mut each: impl FnMut(Leaf)) -> usize {
    let (mut transcript, mut count) = (Transcript::new("app.log"), 0);
    let leaf = || Lines(Leaf::new(LogGroupName::nearest("app.log")));
    for portion in text.as_bytes().chunks(PORTION) {
        let mut lines = leaf();
        transcript.feed(portion, &mut lines);
        count += lines.0.len();
        each(lines.0);
    }
    let mut lines = leaf();
    transcript.end(&mut lines);
    count += lines.0.len();
    each(lines.0);
    count
}

/// Takes lines together.
struct Lines(Leaf);

impl Sink for Lines {
    fn line(&mut self, _: &LogGroupName, time: Timestamp, text: &str) {
        self.0.push(time, text);
    }

    fn event(&mut self, event: LogEvent) {
        self.0.push(event.timestamp, &event.message);
    }
}

/// Reads a text on one thread and takes its lines in on this; with all that a screen keeps of them, or without.
fn opened(text: &'static str, indexed: bool) -> usize {
    let (send, receive) = sync_channel::<Leaf>(2);
    let reading = thread::spawn(move || {
        read(text, |leaf| send.send(leaf).unwrap());
    });
    let mut store = Store::new(2 << 30);
    let loud = |level| View::new(Filter { level: Some(level), ..Filter::default() });
    let mut views = [View::default(), loud(LogLevel::Warn), loud(LogLevel::Error)];
    let mut miner = Miner::default();
    for leaf in receive {
        leaf.load(&mut store);
        if indexed {
            for view in &mut views {
                while !view.advance(&store, usize::MAX).done {}
            }
            while !miner.advance(&store, usize::MAX).done {}
        }
    }
    reading.join().unwrap();
    store.len()
}

fn reading(bencher: Bencher<'_, '_>, text: &str) {
    bencher
        .counter(ItemsCount::new(text.lines().count()))
        .counter(BytesCount::of_str(text))
        .bench_local(|| read(text, |_| {}));
}

#[divan::bench(sample_count = 20)]
fn json_lines(bencher: Bencher<'_, '_>) {
    reading(bencher, &lines(FEW, json));
}

#[divan::bench(sample_count = 20)]
fn text_lines_with_traces(bencher: Bencher<'_, '_>) {
    reading(bencher, &lines(FEW, text));
}

#[divan::bench(sample_count = 20)]
fn access_lines(bencher: Bencher<'_, '_>) {
    reading(bencher, &lines(FEW, access));
}

#[divan::bench(sample_count = 3)]
fn a_million_json_lines_read_and_held(bencher: Bencher<'_, '_>) {
    let text = million();
    bencher.counter(ItemsCount::new(MANY)).bench_local(|| opened(text, false));
}
