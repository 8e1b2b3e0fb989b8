//! The store: memory, taking lines in, filtering a million, and reading a window at a thousand and at a million held.

#![expect(clippy::unwrap_used, reason = "a benchmark's support fails by panicking")]

mod line; // what they look like

use std::hint::black_box;
use std::sync::OnceLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use line::message;
use watchdeck_domain::log::{LogEvent, LogLevel};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_pattern::Search;
use watchdeck_signal::Placed;
use watchdeck_signal::store::{Filter, Histogram, Span, Store, View};

const MANY: usize = 1_000_000;

#[expect(clippy::print_stdout, reason = "a report of memory beside the figures of time")]
fn main() {
    let store = filled(MANY);
    let text: usize = (0..MANY).map(|nth| message(nth).len()).sum();
    let (lines, bytes) = (store.len(), store.bytes());
    println!("{lines} lines, {text} bytes of text, held in {bytes}: {} %", bytes * 100 / text);
    drop(store);
    divan::main();
}

fn lines(from: usize, count: usize) -> Vec<Placed> {
    let group = LogGroupName::parse("/aws/lambda/orders-writer").unwrap();
    (from..from + count)
        .map(|nth| {
            let at = Timestamp::from_millis(i64::try_from(nth).unwrap());
            Placed::from(LogEvent {
                group: group.clone(),
                stream: format!("2026/11/22/[42]{:x}", nth % 16),
                timestamp: at,
                ingested: at,
                message: message(nth),
                event_id: None,
            })
        })
        .collect()
}

fn filled(count: usize) -> Store {
    let mut store = Store::new(2 << 30);
    for from in (0..count).step_by(1_000) {
        store.append(lines(from, 1_000.min(count - from)));
    }
    store
}

fn many() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| filled(MANY))
}

#[divan::bench(sample_count = 20)]
fn append_ten_thousand_in_order(bencher: Bencher<'_, '_>) {
    bencher
        .counter(ItemsCount::new(10_000usize))
        .with_inputs(|| lines(0, 10_000))
        .bench_values(|lines| Store::default().append(lines));
}

#[divan::bench(sample_count = 20)]
fn append_a_page_of_five_hundred_at_a_million_held(bencher: Bencher<'_, '_>) {
    let mut store = filled(MANY);
    let mut nth = MANY;
    bencher
        .with_inputs(|| {
            nth += 500;
            lines(nth, 500)
        })
        .bench_local_values(|lines| store.append(lines));
}

#[divan::bench(sample_count = 20)]
fn append_a_page_among_held_lines(bencher: Bencher<'_, '_>) {
    let store = many();
    bencher
        .counter(ItemsCount::new(10_000usize))
        .with_inputs(|| (store.clone(), lines(500_000, 10_000)))
        .bench_values(|(mut store, lines)| store.append(lines));
}

fn filter(bencher: Bencher<'_, '_>, filter: &Filter) {
    let store = many();
    bencher
        .counter(ItemsCount::new(MANY))
        .with_inputs(|| View::new(filter.clone()))
        .bench_values(|mut view| view.advance(store, usize::MAX));
}

#[divan::bench(sample_count = 5)]
fn filter_a_million_by_an_id(bencher: Bencher<'_, '_>) {
    filter(bencher, &Search::parse("00c0ffee").unwrap().into());
}

#[divan::bench(sample_count = 5)]
fn filter_a_million_by_a_word_every_block_holds(bencher: Bencher<'_, '_>) {
    filter(bencher, &Search::parse("ERROR").unwrap().into());
}

#[divan::bench(sample_count = 5)]
fn filter_a_million_by_a_regular_expression(bencher: Bencher<'_, '_>) {
    filter(bencher, &Search::parse(r"/order 99\d+ written in 25\d ms/").unwrap().into());
}

#[divan::bench(sample_count = 5)]
fn first_portion_of_a_new_filter(bencher: Bencher<'_, '_>) {
    let store = many();
    bencher
        .with_inputs(|| View::new(Search::parse("ERROR").unwrap().into()))
        .bench_values(|mut view| view.advance(store, 4_000));
}

#[divan::bench(sample_count = 5)]
fn filter_a_million_by_its_absence(bencher: Bencher<'_, '_>) {
    filter(bencher, &Search::parse("!INFO").unwrap().into());
}

#[divan::bench(sample_count = 5)]
fn filter_a_million_by_a_json_member(bencher: Bencher<'_, '_>) {
    filter(bencher, &Search::parse("{ $.level = \"ERROR\" && $.status = 200 }").unwrap().into());
}

#[divan::bench(sample_count = 5)]
fn filter_a_million_by_level(bencher: Bencher<'_, '_>) {
    filter(bencher, &Filter { level: Some(LogLevel::Error), ..Filter::default() });
}

#[divan::bench(args = [1_000, MANY])]
fn window_of_sixty_rows(bencher: Bencher<'_, '_>, held: usize) {
    let own;
    let store = if held == MANY {
        many()
    } else {
        own = filled(held);
        &own
    };
    let view = View::new(Filter::default());
    bencher.bench_local(|| {
        let rows = view.rows(store);
        black_box(rows.window(rows.len() / 2..rows.len() / 2 + 60).len())
    });
}

#[divan::bench(args = [1_000, MANY])]
fn window_of_sixty_filtered_rows(bencher: Bencher<'_, '_>, held: usize) {
    let own;
    let store = if held == MANY {
        many()
    } else {
        own = filled(held);
        &own
    };
    let mut view = View::new(Search::parse("INFO").unwrap().into());
    view.advance(store, usize::MAX);
    bencher.bench_local(|| {
        let rows = view.rows(store);
        black_box(rows.window(rows.len() / 2..rows.len() / 2 + 60).len())
    });
}

#[divan::bench]
fn catch_up_with_one_line_at_a_million_held(bencher: Bencher<'_, '_>) {
    let mut view = View::new(Search::parse("ERROR").unwrap().into());
    let mut store = many().clone();
    view.advance(&store, usize::MAX);
    let mut nth = MANY;
    bencher.bench_local(|| {
        nth += 1;
        store.append(lines(nth, 1));
        view.advance(&store, 10_000)
    });
}

/// The histogram of a wide terminal, as each frame asks for it.
#[divan::bench]
fn histogram_of_a_million(bencher: Bencher<'_, '_>) {
    let store = many();
    let mut views = [LogLevel::Trace, LogLevel::Warn, LogLevel::Error]
        .map(|level| View::new(Filter { level: Some(level), ..Filter::default() }));
    for view in &mut views {
        while !view.advance(store, 100_000).done {}
    }
    let (first, last) = store.ends().unwrap();
    let span = Span { from: first.timestamp, to: last.timestamp };
    bencher.bench_local(|| {
        let [all, warnings, errors] = views.each_ref().map(|view| view.rows(store));
        Histogram::of([&all, &warnings, &errors], black_box(span), None, 190).most()
    });
}
