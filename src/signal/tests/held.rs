//! The store at its true sizes: what held lines take, and filters over packed text against asking line by line.

#![expect(clippy::unwrap_used, reason = "a test's support fails by panicking")]

use fastrand::Rng;
use watchdeck_domain::log::{LogEvent, LogLevel};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_pattern::Search;
use watchdeck_signal::Placed;
use watchdeck_signal::store::{Filter, Store, View};
use watchdeck_signal::template::{Miner, Windows};

fn event(rng: &mut Rng, at: i64) -> Placed {
    let level = if at % 50 == 0 { "ERROR" } else { "INFO" };
    let (id, trace) = (rng.u128(..), rng.u128(..));
    let message = match at % 997 {
        0 => format!("{level} order {at} is late: {}", "é ".repeat(rng.usize(..40_000))),
        1 => String::new(),
        2 => "a\nb\n".into(),
        _ => format!(
            r#"{{"level":"{level}","service":"orders-writer","requestId":"{id:032x}","xrayTraceId":"1-6921aaaa-{trace:032x}","message":"order {at} written in {} ms","table":"orders","status":200}}"#,
            rng.u8(..)
        ),
    };
    Placed::from(LogEvent {
        group: LogGroupName::parse(if at % 3 == 0 { "/a" } else { "/b" }).unwrap(),
        stream: format!("2026/11/22/[42]{}", at % 16),
        timestamp: Timestamp::from_millis(at),
        ingested: Timestamp::from_millis(at + 5),
        message,
        event_id: None,
    })
}

/// A store of so many lines, among them a page that came late.
fn filled(lines: i64) -> Store {
    let mut rng = Rng::with_seed(5);
    let mut store = Store::new(1 << 30);
    for from in (0..lines).step_by(500) {
        store.append((from..from + 500).map(|at| event(&mut rng, at)).collect());
    }
    store.append((0..700).map(|at| event(&mut rng, at * 40)).collect());
    for _ in 0..200 {
        store.append(Vec::new());
    }
    store
}

#[test]
fn packed_text_takes_less_than_half_of_what_it_took() {
    let store = filled(40_000);
    let view = View::default();
    let rows = view.rows(&store);
    let text: usize = rows.iter_from(0).filter_map(|row| row.line()).map(|l| l.message.len()).sum();
    // the newest two segments, 2 MiB of text, are not packed
    let allowed = (text - (2 << 20)) * 40 / 100 + (3 << 20);
    assert!(store.bytes() < allowed, "{} bytes for {text} of text", store.bytes());
}

#[test]
fn filters_over_packed_text_find_what_asking_each_line_finds() {
    let store = filled(16_000);
    let mut miner = Miner::default();
    while !miner.advance(&store, 5_000).done {}
    let search = |text: &str| Filter::from(Search::parse(text).unwrap());
    let group = Some([LogGroupName::parse("/a").unwrap()].into());
    let mut filters: Vec<Filter> = [
        "order 15",
        "\"order 15999 written\"",
        "ERROR late",
        "-INFO",
        "!INFO",
        "!/order 1\\d*7 written/",
        "!ERROR late",
        "!zzzzzz",
        "?late ?boom",
        "/late: .*é/",
        "/(?i)LATE: /",
        "/(?i)service\\W+x/",
        "!/(?i)service/",
        "/order 1\\d*7 written/",
        "/^a/",
        "/b$/",
        "/é\\b/",
        "{ $.level = \"ERROR\" && $.status = 200 }",
        "[a=ERROR, ...]",
        "zzzzzz",
    ]
    .map(search)
    .into();
    filters.push(Filter { level: Some(LogLevel::Error), ..search("written") });
    filters.push(Filter { level: Some(LogLevel::Error), ..search("!late") });
    filters.push(Filter { level: Some(LogLevel::Error), groups: group, ..Filter::default() });
    let rows = miner.ranked(Timestamp::from_millis(0), Windows::default(), 9);
    let shapes = || rows.iter().filter_map(|row| miner.shape(row.id));
    filters.extend(shapes().map(Filter::from));
    filters.extend(shapes().map(|shape| Filter { template: Some(shape), ..search("!99") }));
    assert!(filters.len() > 18);
    let all = View::default();
    let lines: Vec<_> = all.rows(&store).iter_from(0).filter_map(|row| row.line()).collect();
    for filter in filters {
        let wanted: Vec<_> =
            lines.iter().filter(|line| filter.admits(line)).map(|line| line.id).collect();
        let mut view = View::new(filter);
        while !view.advance(&store, 3_333).done {}
        let found: Vec<_> = view.rows(&store).iter_from(0).map(|row| row.id()).collect();
        assert_eq!(found.len(), wanted.len(), "{:?}", view.filter());
        assert!(found == wanted, "{:?}", view.filter());
    }
}
