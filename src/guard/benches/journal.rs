//! The journal: how long a row takes until it is on the disk, how fast a journal is verified, and what a proof costs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "a benchmark reads the clock, prints its figures, and fails by panicking"
)]

use std::time::{Duration, Instant};

use watchdeck_domain::Timestamp;
use watchdeck_guard::journal::{Book, Fate, Journal, Record, verify};
use watchdeck_guard::{PlanId, Why};

/// Rows that are written one by one.
const APPENDS: usize = 2_000;

/// Rows of the journal that is verified.
const ROWS: usize = 200_000;

fn main() {
    // On the disk that the build is on: a temporary folder may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let at = |ms: usize| Timestamp::from_millis(1_800_000_000_000 + ms as i64);

    let path = folder.path().join("appended");
    let mut journal = Journal::open(&path, at(0)).unwrap();
    let refused = |nth: usize| Record::Refused {
        plan: PlanId::draw(at(nth)),
        why: Why::Check,
        what: "x".repeat(400),
    };
    told(
        "a row, synchronised",
        &mut timed(|nth| drop(journal.append(at(nth), None, vec![refused(nth)]).unwrap())),
    );
    let outcome = || Record::Outcome { step: "point-alias".into(), fate: Fate::Absent };
    told(
        "a row that is signed at once",
        &mut timed(|nth| drop(journal.append(at(nth), None, vec![outcome()]).unwrap())),
    );

    let path = folder.path().join("verified");
    let mut journal = Journal::open(&path, at(0)).unwrap();
    for batch in 0..ROWS / 50 {
        journal.append(at(batch), None, (0..50).map(refused).collect()).unwrap();
    }
    drop(journal);
    let begun = Instant::now();
    let report = verify(&path).unwrap();
    let took = begun.elapsed();
    assert!(report.is_sound(), "{report}");
    let a_second = report.rows as f64 / took.as_secs_f64();
    println!("verify {} rows: {took:.2?}, {a_second:.0} rows/s", report.rows);

    let begun = Instant::now();
    let book = Book::open(&path).unwrap();
    println!("read, verify and build the tree: {:.2?}", begun.elapsed());
    told("a proof", &mut timed(|nth| drop(book.row(nth as u64 * 97).unwrap())));
    let begun = Instant::now();
    drop(Journal::open(&path, at(0)).unwrap());
    println!("open it for writing: {:.2?}", begun.elapsed());
}

fn timed(mut work: impl FnMut(usize)) -> Vec<Duration> {
    (0..APPENDS)
        .map(|nth| {
            let begun = Instant::now();
            work(nth);
            begun.elapsed()
        })
        .collect()
}

fn told(what: &str, spans: &mut [Duration]) {
    spans.sort();
    let at = |share: usize| spans[(spans.len() - 1) * share / 100];
    println!("{what}: p50 {:.1?}, p99 {:.1?}, max {:.1?}", at(50), at(99), at(100));
}
