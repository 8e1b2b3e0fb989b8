//! How long one frame takes: the cost must not grow with the number of lines held.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark stops where it is wrong"
)]

use std::hint::black_box;
use std::time::Duration;

use divan::Bencher;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use watchdeck::app::destinations::Destinations;
use watchdeck::app::shell::Screen;
use watchdeck::app::{
    Arms, Lease, Link, Mark, Meter, Model, Msg, Place, RealmName, Setup, Wishes, start, update,
};
use watchdeck::keymap::Keymap;
use watchdeck::look::choice::{self, Surroundings, choose};
use watchdeck::look::colour::Depth;
use watchdeck::look::{Look, Theme};
use watchdeck::ui;
use watchdeck_domain::log::{LogEvent, LogGroup};
use watchdeck_domain::{LogGroupName, Printable, Region, Timestamp};
use watchdeck_signal::News;

fn main() {
    divan::main();
}

/// A console of 200 x 60 that holds so many log lines.
fn console(lines: u64) -> Model {
    let now = Timestamp::from_millis(1_795_316_640_000);
    let place = Place {
        alias: Printable::new("shop-prod"),
        context: Printable::new("bench"),
        region: Region::parse("eu-central-1").expect("a region"),
        realm: RealmName::Simulated,
        arms: Arms::ReadOnly,
        link: Link::Connecting,
        mark: Mark::default(),
        lease: Lease::default(),
        meter: Meter::default(),
    };
    let keymap = Keymap::built_in().expect("the built-in keymap is in order");
    let surroundings = Surroundings { colourless: false, unicode: true, depth: Depth::True };
    let none = choice::Preferences::default();
    let themes = Theme::built_in().expect("the built-in themes are in order");
    let look = Look::new(themes, &choose(&none, &none, &none, surroundings));
    let setup = Setup {
        place,
        keymap,
        look,
        groups: Vec::new(),
        destinations: Destinations::default(),
        store_bytes: 1 << 30,
        start: Screen::Logs,
        wishes: Wishes::default(),
    };
    let mut model = Model::new(setup, now);
    start(&mut model);
    update(&mut model, Msg::Resized { width: 200, height: 60 }, now);
    let names = ["orders-reader", "orders-writer", "orders-worker"];
    let groups: Vec<LogGroup> = names
        .iter()
        .map(|name| LogGroup {
            name: LogGroupName::parse(format!("/aws/lambda/{name}")).expect("a name"),
            arn: String::new(),
            stored_bytes: 0,
        })
        .collect();
    model.watch(groups.clone());
    let ticket = model.logs.tail.expect("a tail was begun");
    let mut number = 0;
    while number < lines {
        let batch = 5_000.min(lines - number);
        let events = (number..number + batch).map(|at| {
            let group = &groups[usize::try_from(at % 3).expect("small")];
            let level = if at % 17 == 0 { "ERROR" } else { "INFO" };
            let timestamp = now + Duration::from_millis(at * 10);
            LogEvent {
                group: group.name.clone(),
                stream: "2026/11/22/[42]0f1e2d3c".into(),
                timestamp,
                ingested: timestamp,
                message: format!(
                    r#"{{"level":"{level}","message":"order {at} taken","request_id":"{at:08x}","ms":{}}}"#,
                    at % 90
                ),
                event_id: None,
            }
        });
        let news = News { lines: events.map(Into::into).collect(), gaps: Vec::new() };
        update(&mut model, Msg::Tailed { ticket, news: Box::new(news) }, now);
        number += batch;
    }
    while !update(&mut model, Msg::Continued, now).is_empty() {}
    model
}

/// One frame, from the model to cells.
#[divan::bench(args = [1_000, 1_000_000])]
fn frame(bencher: Bencher<'_, '_>, lines: u64) {
    let model = console(lines);
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).expect("a test backend");
    bencher.bench_local(|| {
        terminal.draw(|frame| ui::view(black_box(&model), frame)).expect("a test backend").count
    });
}

/// One key and the frame after it.
#[divan::bench(args = [1_000, 1_000_000])]
fn key_and_frame(bencher: Bencher<'_, '_>, lines: u64) {
    let mut model = console(lines);
    let now = model.now;
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).expect("a test backend");
    let key = watchdeck::keymap::key::Chord::char('k');
    bencher.bench_local(|| {
        update(&mut model, Msg::Key(key), now);
        terminal.draw(|frame| ui::view(black_box(&model), frame)).expect("a test backend").count
    });
}

/// A second of the busiest tail: 500 lines taken in.
#[divan::bench(args = [1_000, 1_000_000])]
fn five_hundred_lines_taken_in(bencher: Bencher<'_, '_>, lines: u64) {
    let mut model = console(lines);
    let now = model.now;
    let ticket = model.logs.tail.expect("a tail was begun");
    let group = model.logs.watched[0].name.clone();
    let mut at = now + Duration::from_hours(24);
    bencher
        .with_inputs(|| {
            let events = (0..500).map(|_| {
                at = at + Duration::from_millis(2);
                LogEvent {
                    group: group.clone(),
                    stream: "2026/11/22/[42]0f1e2d3c".into(),
                    timestamp: at,
                    ingested: at,
                    message: r#"{"level":"INFO","message":"order taken"}"#.into(),
                    event_id: None,
                }
            });
            News { lines: events.map(Into::into).collect(), gaps: Vec::new() }
        })
        .bench_local_values(|news| {
            update(&mut model, Msg::Tailed { ticket, news: Box::new(news) }, now).len()
        });
}
