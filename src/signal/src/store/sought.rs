//! What filters find in open, packed and half packed blocks, against asking line by line.

use fastrand::Rng;
use watchdeck_domain::log::{LogEvent, LogLevel};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_pattern::Search;

use super::*;
use crate::Placed;
use crate::template::{Miner, Windows};

/// A line of one of the forms that logs have.
fn text(rng: &mut Rng) -> String {
    let level = ["INFO", "ERROR", "WARN"][rng.usize(..3)];
    let (id, n) = (rng.u128(..), rng.u16(..300));
    match rng.u8(..12) {
        0..=2 => format!(
            r#"{{"time":"2026-11-22T03:00:{:02}.{n:03}Z","level":"{level}","id":"{id:032x}","status":{},"ms":{}.{n}}}"#,
            rng.u8(..60),
            [200, 404, 500][rng.usize(..3)],
            rng.u8(..20),
        ),
        3..=4 => format!(r#"{{"level":"{level}","message":"order {n} written","n":{n}}}"#),
        5..=6 => format!("{level} order {n} written in {} ms by worker-{}", rng.u8(..), n % 4),
        7 => {
            format!("REPORT RequestId: {:08X}-{:04X}\tDuration: {n}.5 ms", rng.u32(..), rng.u16(..))
        }
        8 => format!("10.0.{}.{} GET /orders/{n} HTTP/1.1 500", rng.u8(..3), rng.u8(..)),
        9 => {
            ["", "\n", "a\nb 7\n", "é", "order", "{\"level\":\"ERROR\""][rng.usize(..6)].to_owned()
        }
        10 => format!(r#"{{"level":"{level}","who":"é{n}","note":"a \"word\" \u00e9 {n}"}}"#),
        _ => "é ".repeat(rng.usize(..90)) + level,
    }
}

/// A part of a line that is there, or nearly.
fn word(rng: &mut Rng, lines: &[LogEvent]) -> String {
    let line: Vec<char> = lines[rng.usize(..lines.len())].message.chars().collect();
    let from = rng.usize(..=line.len());
    let to = line.len().min(from + rng.usize(1..14));
    let mut word: String = line[from..to].iter().collect();
    if rng.u8(..5) == 0 {
        word.push(['7', 'x', '"'][rng.usize(..3)]);
    }
    word
}

fn search(rng: &mut Rng, lines: &[LogEvent]) -> Option<Search> {
    let quoted = |word: &str| format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""));
    let (one, other) = (word(rng, lines), word(rng, lines));
    let members = [
        "{ $.status = 500 }",
        "{ $.level = \"ERROR\" && $.status = 500 }",
        "{ $.level = \"ERROR\" && $.status != 200 }",
        "{ $.ms > 7.2 }",
        "{ $.n > 150 || $.who = \"é1*\" }",
        "{ $.status NOT EXISTS }",
        "{ $.note = %word% }",
        "!{ $.level = \"INFO\" }",
    ];
    let text = match rng.u8(..10) {
        0 => quoted(&one),
        1 => format!("!{}", quoted(&one)),
        2 => format!("{} {}", quoted(&one), quoted(&other)),
        3 => format!("{} -{}", quoted(&one), quoted(&other)),
        4 => format!("-{} -{}", quoted(&one), quoted(&other)),
        5 => format!("?{} ?{}", quoted(&one), quoted(&other)),
        6 => [
            "/order \\d*7 written/",
            "/(?i)error/",
            "/(?i)warn|order 1|é/",
            "!/(?i)LEVEL.*z/",
            "/^\\{.*5/",
            "!/in \\d\\d ms/",
            "/(GET|order) ?/",
            "[a, b, ...]",
            "/[x-z]\\d/",
            "!/[G-Z]{3}\\d/",
            "/^$|[^ -z]\\d/",
            "/[d-f]{2}\\d/",
            "!/\\d[a-c]\\d\\D/",
            "/^.{9,30}[0-3]{3}/",
            "/\\b\\d\\d\\b.?$/",
        ][rng.usize(..15)]
        .to_owned(),
        7 => format!("/{}/", one.replace(|c: char| !c.is_ascii_alphanumeric() && c != ' ', ".")),
        _ => members[rng.usize(..members.len())].to_owned(),
    };
    Search::parse(&text).ok()
}

#[test]
fn a_filter_finds_what_asking_each_line_finds_however_much_is_packed() {
    let group = |name: &str| LogGroupName::parse(name).unwrap();
    let (mut evicted, mut found) = (0, 0);
    for seed in 0..120 {
        let mut rng = Rng::with_seed(seed);
        let mut store = Store::new(if seed % 3 == 0 { 12_000 } else { 1 << 20 });
        let mut lines = Vec::new();
        for round in 0..rng.i64(2..14) {
            let late = if rng.u8(..5) == 0 { rng.i64(0..300) } else { 0 };
            let batch = (0..rng.i64(1..40)).map(|nth| LogEvent {
                group: group(["/a", "/b"][rng.usize(..2)]),
                stream: "s".into(),
                timestamp: Timestamp::from_millis(1_000 + round * 50 + nth - late),
                ingested: Timestamp::from_millis(1_000 + round * 50 + nth),
                message: text(&mut rng),
                event_id: None,
            });
            let batch: Vec<LogEvent> = batch.collect();
            lines.extend(batch.iter().cloned());
            store.append(batch.into_iter().map(Placed::from).collect());
        }
        let copy = store.clone();
        (0..rng.usize(..9)).for_each(|_| store.tend());
        let mut miner = Miner::default();
        while !miner.advance(&store, 500).done {}
        let rows = miner.ranked(Timestamp::from_millis(0), Windows::default(), 3);
        for nth in 0..8 {
            let filter = Filter {
                search: search(&mut rng, &lines),
                level: (rng.u8(..4) == 0).then_some(LogLevel::Error),
                groups: (rng.u8(..6) == 0).then(|| [group("/a")].into()),
                template: rows.get(nth).and_then(|row| miner.shape(row.id)),
            };
            for store in [&store, &copy] {
                let all = store.numbered(0..store.len());
                let wanted: Vec<LineId> =
                    all.iter().filter(|line| filter.admits(line)).map(|line| line.id).collect();
                let mut view = View::new(filter.clone());
                let budget = rng.usize(1..200);
                while !view.advance(store, budget).done {}
                let told: Vec<_> = view.rows(store).iter_from(0).map(|row| row.id()).collect();
                assert_eq!(told, wanted, "seed {seed}: {filter:?}");
                found += wanted.len();
            }
        }
        evicted += store.evicted();
    }
    assert!(evicted > 0 && found > 5_000, "{evicted} {found}");
}
