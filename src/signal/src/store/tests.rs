//! The store against a plain sorted list, over seeded histories of late lines, evictions, gaps and small budgets.

use fastrand::Rng;
use watchdeck_domain::log::{LogEvent, LogLevel};
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_pattern::Search;

use super::*;
use crate::{Gap, GapCause, GapChange, GapId, Placed};

fn group(name: &str) -> LogGroupName {
    LogGroupName::parse(name).unwrap()
}

fn event(at: i64, ingested: i64, text: &str) -> LogEvent {
    LogEvent {
        group: group(if text.len().is_multiple_of(3) { "/a" } else { "/b" }),
        stream: format!("s[{}]x", at % 5),
        timestamp: Timestamp::from_millis(at),
        ingested: Timestamp::from_millis(ingested),
        message: text.into(),
        event_id: None,
    }
}

/// What the store should hold, line by line.
#[derive(Clone, Default)]
struct List {
    lines: Vec<(LineId, LogEvent)>,
    next: u64,
    gaps: Vec<Gap>,
}

impl List {
    fn append(&mut self, batch: &[LogEvent]) {
        let mut batch = batch.to_vec();
        batch.sort_by_key(|e| (e.timestamp, e.ingested));
        for event in batch {
            let id =
                LineId { timestamp: event.timestamp, ingested: event.ingested, number: self.next };
            self.next += 1;
            self.lines.push((id, event));
        }
        self.lines.sort_by_key(|(id, _)| *id);
    }

    /// The rows a filter shows, told as text.
    fn rows(&self, keep: impl Fn(&LogEvent) -> bool) -> Vec<(LineId, String)> {
        let lines =
            self.lines.iter().filter(|(_, e)| keep(e)).map(|(id, e)| (*id, e.message.clone()));
        let gaps = self.gaps.iter().map(|gap| (gap.line_id(), gap.to_string()));
        let mut rows: Vec<_> = lines.chain(gaps).collect();
        rows.sort();
        rows
    }
}

fn told(row: &Row<'_>) -> (LineId, String) {
    match row {
        Row::Line(line) => (line.id, line.message.into()),
        Row::Gap(gap) => (gap.line_id(), gap.to_string()),
    }
}

fn random_batch(rng: &mut Rng, clock: &mut i64) -> Vec<LogEvent> {
    let late = rng.u8(..) < 60;
    let older = rng.u8(..) < 30;
    (0..rng.usize(1..40))
        .map(|_| {
            *clock += rng.i64(0..4);
            let at = if older {
                rng.i64(0..50)
            } else if late {
                (*clock - rng.i64(0..400)).max(0)
            } else {
                *clock
            };
            let word = ["ok", "ERROR x", "INFO y", "DEBUG zz"][rng.usize(..4)];
            event(at, *clock + rng.i64(0..3), &format!("{word} {}", "n".repeat(rng.usize(0..9))))
        })
        .collect()
}

fn check_rows(seed: u64, rows: &Rows<'_>, wanted: &[(LineId, String)], rng: &mut Rng) {
    assert_eq!(rows.len(), wanted.len(), "seed {seed}");
    let from = rng.usize(0..=wanted.len());
    let to = (from + rng.usize(0..60)).min(wanted.len() + 2);
    let window: Vec<_> = rows.window(from..to).iter().map(told).collect();
    assert_eq!(window, wanted[from..to.min(wanted.len())], "seed {seed}");
    for _ in 0..4 {
        if wanted.is_empty() {
            break;
        }
        let at = rng.usize(..wanted.len());
        assert_eq!(rows.row(at).map(|row| told(&row)).as_ref(), Some(&wanted[at]), "seed {seed}");
        assert_eq!(rows.position(wanted[at].0), at, "seed {seed}");
    }
}

/// Searches of every kind: those that are scanned for in blocks, and those that ask each line.
const SEARCHES: [&str; 12] = [
    "ERROR",
    "-n",
    "/n{3}/",
    "!ok",
    "ERROR nnn",
    "nnnnnnn",
    "?ERROR ?zz",
    "/^ok n*$/",
    "/R.*n/",
    "[a, b=nn*]",
    "{ $.a = 1 }",
    "INFO -nnnn",
];

#[test]
fn every_history_shows_what_a_sorted_list_would() {
    for seed in 0..300 {
        let mut rng = Rng::with_seed(seed);
        let mut store = Store::new(if seed % 3 == 0 { 12_000 } else { 1 << 20 });
        let mut list = List::default();
        let mut all = View::new(Filter::default());
        let search = Search::parse(SEARCHES[rng.usize(..SEARCHES.len())]).unwrap();
        let mut found = View::new(Filter::from(search.clone()));
        let mut loud = View::new(Filter { level: Some(LogLevel::Error), ..Filter::default() });
        let mut clock = 1000;
        let mut gap_number = 0;
        for _ in 0..rng.usize(5..40) {
            match rng.u8(..10) {
                0 => {
                    let gap = Gap {
                        id: GapId(gap_number),
                        group: group("/a"),
                        from: Timestamp::from_millis(rng.i64(0..=clock)),
                        to: None,
                        cause: GapCause::Sampled,
                    };
                    gap_number += 1;
                    list.gaps.push(gap.clone());
                    store.change_gap(GapChange::Set(gap));
                }
                1 if !list.gaps.is_empty() => {
                    let gone = list.gaps.swap_remove(rng.usize(..list.gaps.len()));
                    store.change_gap(GapChange::Closed(gone.id));
                }
                2 => {
                    // a screen drawn with a view that lags behind must not fail
                    let rows = found.rows(&store);
                    drop(rows.window(0..rows.len() + 1));
                }
                _ => {
                    let batch = random_batch(&mut rng, &mut clock);
                    list.append(&batch);
                    let before = store.clone();
                    let (held, version) = (before.len(), before.version());
                    store.append(batch.into_iter().map(Placed::from).collect());
                    assert_eq!((before.len(), before.version()), (held, version), "seed {seed}");
                }
            }
            if let Some(oldest) = store.oldest() {
                list.lines.retain(|(id, _)| *id >= oldest.id);
            }
            assert_eq!(store.len() as u64 + store.evicted(), list.next, "seed {seed}");
            let budget = rng.usize(1..50);
            for view in [&mut found, &mut loud] {
                let progress = view.advance(&store, budget);
                assert!(
                    progress.scanned <= progress.total && progress.total == store.len(),
                    "seed {seed}"
                );
            }
            all.advance(&store, 1);
            check_rows(seed, &all.rows(&store), &list.rows(|_| true), &mut rng);
        }
        let mut rounds = 0;
        while !found.advance(&store, 7).done || !loud.advance(&store, 7).done {
            rounds += 1;
            assert!(rounds < 10_000, "seed {seed}: the view never ends");
        }
        let wanted = list.rows(|e| search.matches(&e.message));
        check_rows(seed, &found.rows(&store), &wanted, &mut rng);
        let wanted = list.rows(|e| LogLevel::detect(&e.message) == Some(LogLevel::Error));
        check_rows(seed, &loud.rows(&store), &wanted, &mut rng);
        assert_eq!(found.advance(&store, 1).scanned, store.len(), "seed {seed}");
    }
}

#[test]
fn a_new_view_fills_from_the_newest_line_down() {
    let mut store = Store::default();
    for at in 0..200 {
        store.append(vec![event(at, at, "ERROR n").into()]);
    }
    let mut view = View::new(Filter { level: Some(LogLevel::Error), ..Filter::default() });
    let Progress { scanned, total, done } = view.advance(&store, 30);
    // a packed block is asked for all its lines at once
    assert!((30..50).contains(&scanned) && total == 200 && !done, "{scanned}");
    let shown: Vec<_> =
        view.rows(&store).window(0..99).iter().map(|row| row.id().timestamp.as_millis()).collect();
    assert_eq!(shown, (200 - i64::try_from(scanned).unwrap()..200).collect::<Vec<_>>());
    store.append(vec![event(200, 200, "ERROR n").into()]);
    view.advance(&store, 1);
    let rows = view.rows(&store);
    assert_eq!(rows.row(rows.len() - 1).unwrap().id().timestamp.as_millis(), 200);
}

#[test]
fn a_selected_line_stays_selected() {
    let mut store = Store::new(5_000);
    store.append((0..40).map(|at| event(at * 10, at * 10, "INFO n").into()).collect());
    let mut view = View::new(Filter { level: Some(LogLevel::Info), ..Filter::default() });
    view.advance(&store, usize::MAX);
    let selected = view.rows(&store).row(30).unwrap().id();
    store.append(vec![event(5, 400, "INFO late").into(), event(395, 400, "INFO new").into()]);
    view.advance(&store, usize::MAX);
    let rows = view.rows(&store);
    assert_eq!(rows.position(selected), 31);
    assert_eq!(rows.row(31).unwrap().id(), selected);
    store.append((0..150).map(|at| event(400 + at, 400 + at, "INFO n").into()).collect());
    view.advance(&store, usize::MAX);
    assert!(store.evicted() > 0 && store.find(selected).is_none());
    assert_eq!(
        view.rows(&store).position(selected),
        0,
        "what was evicted gives way to the oldest row"
    );
}

#[test]
fn the_bound_in_bytes_is_kept() {
    let mut store = Store::new(50_000);
    for at in 0..2_000 {
        store.append(vec![event(at, at, "some text of a line").into()]);
        assert!(store.bytes() < 50_000 + 8_000, "{}", store.bytes());
    }
    assert!(store.len() > 100);
    assert_eq!(store.len() as u64 + store.evicted(), 2_000);
}

#[test]
fn text_is_kept_as_written_and_shown_safe() {
    let mut store = Store::default();
    store.append(vec![event(1, 1, "a\u{1b}[31mred\n").into()]);
    let line = store.newest().unwrap();
    assert_eq!(line.message, "a\u{1b}[31mred\n");
    assert_eq!(line.printable(80).as_str(), "a\\u{1b}[31mred");
    assert_eq!(line.printable(1).as_str(), "a");
    assert_eq!(line.executed_version(), Some("1"));
}

#[test]
fn what_was_unpacked_to_be_looked_at_is_let_go_again() {
    let mut store = Store::default();
    let text = |at: i64| format!("INFO order {at} written by the writer of the orders");
    store.append((0..2_000).map(|at| event(at, at, &text(at)).into()).collect());
    let open = store.bytes();
    for _ in 0..200 {
        store.append(Vec::new());
    }
    assert!(store.bytes() < open, "{} of {open}", store.bytes());
    let view = View::default();
    for _ in 0..2 {
        let rows = view.rows(&store);
        for (at, row) in (0..).zip(rows.window(0..2_000)) {
            assert_eq!(row.line().unwrap().message, text(at));
        }
        assert!(store.unpacked() > 50);
        store.tend();
        assert_eq!(store.unpacked(), 0, "though nothing arrived");
    }
    let mut found = View::new(Search::parse("/order \\d*7 written/").unwrap().into());
    assert!(found.advance(&store, usize::MAX).done);
    assert_eq!(
        (found.rows(&store).len(), store.unpacked()),
        (200, 0),
        "a search unpacks for itself"
    );
}

#[test]
fn a_copy_and_its_original_pack_and_change_apart() {
    let mut store = Store::default();
    store.append((0..500).map(|at| event(at, at, &format!("INFO line {at}")).into()).collect());
    let mut copy = store.clone();
    for at in 0..100 {
        copy.append(vec![event(at * 3, 900, "INFO late").into()]);
        store.append(Vec::new());
    }
    drop(store.clone());
    let told = |store: &Store| {
        let view = View::default();
        let rows = view.rows(store);
        rows.window(0..9_999)
            .iter()
            .map(|row| row.line().unwrap().message.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(told(&store), (0..500).map(|at| format!("INFO line {at}")).collect::<Vec<_>>());
    assert_eq!(told(&copy).iter().filter(|text| *text == "INFO late").count(), 100);
}

#[test]
fn lines_loaded_from_a_text_stand_as_if_they_had_been_appended() {
    let stream = StreamName { group: group("/file"), stream: "orders.log".into() };
    let mut rng = Rng::with_seed(3);
    let texts: Vec<String> = (0..400).map(|at| format!("INFO \u{e9} line {at}")).collect();
    let times: Vec<_> = (0..400).map(|at| Timestamp::from_millis(at + rng.i64(0..9))).collect();
    let (mut loaded, mut appended) = (Store::default(), Store::default());
    for from in (0..400).step_by(80) {
        let part = from..from + 80;
        let lines: Vec<_> = part
            .clone()
            .map(|at| Written { timestamp: times[at], ingested: times[at], message: &texts[at] })
            .collect();
        let events = part.map(|at| {
            Placed::from(LogEvent {
                group: stream.group.clone(),
                stream: stream.stream.clone(),
                timestamp: times[at],
                ingested: times[at],
                message: texts[at].clone(),
                event_id: None,
            })
        });
        assert_eq!(loaded.load(&stream, &lines), appended.append(events.collect()));
    }
    let told = |store: &Store| -> Vec<_> {
        let lines = store.numbered(0..999).into_iter();
        lines.map(|l| (l.id, l.stream.clone(), l.message.to_owned(), l.level)).collect()
    };
    assert_eq!(told(&loaded), told(&appended));
    assert_eq!(told(&loaded).len(), 400);
    assert!(
        loaded.load(&stream, &[]).lines == 0 && loaded.newest().unwrap().group() == &stream.group
    );
}
