//! What the store costs in CPU time, beside a plain scan of the same text in the same run: for a machine that others use.

#![expect(clippy::unwrap_used, reason = "a benchmark's support fails by panicking")]
#![expect(clippy::print_stdout, reason = "a table of figures")]

mod line; // what they look like

use std::hint::black_box;

use line::message;
use memchr::memmem;
use regex::bytes::Regex;
use watchdeck_domain::log::{LogEvent, LogLevel};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_pattern::Search;
use watchdeck_signal::Placed;
use watchdeck_signal::store::{Filter, Store, StreamName, View, Written};

const MANY: usize = 1_000_000;
/// A load or a page takes in so many lines at a time.
const PORTION: usize = 4_000;
const PAGE: usize = 500;
/// The events that arrive between two frames: 300,000 a second at 60 frames.
const FRAME: usize = 5_000;

fn main() {
    let text: String = (0..MANY).map(|nth| message(nth) + "\n").collect();
    let lines: Vec<&str> = text.lines().collect();
    println!("{MANY} lines, {} bytes; CPU milliseconds, the least of some runs", text.len());

    let word = memmem::Finder::new("ERROR");
    let plain = told("plain scan for a word, line ends included", 7, || {
        word.find_iter(text.as_bytes())
            .map(|at| memchr::memchr(b'\n', text.as_bytes().get(at..).unwrap()).unwrap())
            .sum()
    });
    let regex = Regex::new(r"order 99\d+ written in 25\d ms").unwrap();
    told("plain scan for a regular expression", 5, || regex.find_iter(text.as_bytes()).count());

    let stream = StreamName {
        group: LogGroupName::parse("/aws/lambda/orders-writer").unwrap(),
        stream: "orders.log".into(),
    };
    let mut store = Store::default();
    told("load and index", 3, || {
        store = Store::new(2 << 30);
        for portion in lines.chunks(PORTION) {
            store.load(&stream, &written(portion));
        }
        store.len()
    });
    let held = store.bytes();
    println!("held in {held} bytes: {:.3} a byte of text", ratio(held, text.len()));

    // `cargo bench .. -- TEXT` asks only the filters whose name holds it
    let only = std::env::args().skip(1).find(|word| !word.starts_with("--"));
    let chosen = |name: &str| only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    for (name, filter) in filters().into_iter().filter(|(name, _)| chosen(name)) {
        let took = told(&name, 7, || {
            let mut view = View::new(filter.clone());
            while !view.advance(&store, PORTION).done {}
            view.rows(&store).len()
        });
        println!("{:>60.2} of a plain scan", took / plain);
    }
    if only.is_some() {
        return;
    }
    told("a new filter's first portion", 20, || {
        View::new(Search::parse("ERROR").unwrap().into()).advance(&store, PORTION).scanned
    });
    drop(store);
    arrivals(&text);
}

/// Pages of events, and the frames that are drawn while they arrive.
fn arrivals(text: &str) {
    let pages = || {
        let lines: Vec<&str> = text.lines().collect();
        lines.chunks(PAGE).map(events).collect::<Vec<_>>()
    };
    let mut ready = vec![pages()];
    told("pages of events, decoded, into the store", 1, || {
        let mut store = Store::new(2 << 30);
        for page in ready.pop().unwrap_or_default() {
            store.append(page);
        }
        store.len()
    });
    let mut ready = vec![pages()];
    told("the same with a filtered view and a window of 60 rows a frame", 1, || {
        let mut store = Store::new(2 << 30);
        let mut found = View::new(Search::parse("ERROR").unwrap().into());
        let mut drawn = 0;
        for (nth, page) in ready.pop().unwrap_or_default().into_iter().enumerate() {
            store.append(page);
            if nth.is_multiple_of(FRAME / PAGE) {
                found.advance(&store, PORTION);
                for view in [&View::default(), &found] {
                    let rows = view.rows(&store);
                    let window = rows.window(rows.len().saturating_sub(60)..rows.len());
                    drawn +=
                        window.iter().filter_map(|row| Some(row.line()?.printable(200))).count();
                }
            }
        }
        black_box(drawn);
        store.len()
    });
}

fn filters() -> Vec<(String, Filter)> {
    let searches = [
        "ERROR",
        "!INFO",
        "-INFO",
        "00c0ffee",
        "\"order 99\"",
        r"/order 99\d+ written in 25\d ms/",
        r"/(?i)error/",
        r"/(?i)error|fatal|panic/",
        r"/[x-z]{3}\d/",
        r"/[d-f]{9}\d/",
        "{ $.level = \"ERROR\" && $.status = 200 }",
        "{ $.level = \"ERROR\" && $.status = 500 }",
        "{ $.status = 500 }",
        "{ $.durationMs > 65000 }",
    ];
    let mut filters: Vec<(String, Filter)> = searches
        .iter()
        .map(|text| ((*text).to_owned(), Search::parse(text).unwrap().into()))
        .collect();
    let level = Filter { level: Some(LogLevel::Error), ..Filter::default() };
    filters.push(("level".into(), level.clone()));
    let search = Some(Search::parse("{ $.status = 200 }").unwrap());
    filters.push(("level and { $.status = 200 }".into(), Filter { search, ..level }));
    filters
}

/// The least CPU time of some runs of a piece of work, in milliseconds.
fn told(name: &str, runs: usize, mut work: impl FnMut() -> usize) -> f64 {
    let mut least = f64::MAX;
    let mut result = 0;
    for _ in 0..runs {
        let before = cpu();
        result = black_box(work());
        least = least.min(cpu() - before);
    }
    println!("{name:<62} {least:>9.2} ms  ({result})");
    least
}

/// The CPU time of this thread in milliseconds, as the kernel counts it: to a tick of some milliseconds, or better.
fn cpu() -> f64 {
    // a thread that gives way is counted up to now
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanos: u64 = told.split(' ').next().unwrap().parse().unwrap();
    f64::from(u32::try_from(nanos / 1_000).unwrap_or(u32::MAX)) / 1_000.0
}

fn ratio(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(whole).unwrap())
}

fn at(nth: usize) -> Timestamp {
    Timestamp::from_millis(i64::try_from(nth).unwrap())
}

fn written<'t>(lines: &[&'t str]) -> Vec<Written<'t>> {
    let line = |message| Written { timestamp: at(0), ingested: at(0), message };
    lines.iter().copied().map(line).collect()
}

fn events(lines: &[&str]) -> Vec<Placed> {
    let group = LogGroupName::parse("/aws/lambda/orders-writer").unwrap();
    let event = |(nth, line): (usize, &&str)| {
        Placed::from(LogEvent {
            group: group.clone(),
            stream: format!("2026/11/22/[42]{:x}", nth % 16),
            timestamp: at(0),
            ingested: at(0),
            message: (*line).to_owned(),
            event_id: Some(format!("{nth:056}")),
        })
    };
    lines.iter().enumerate().map(event).collect()
}
