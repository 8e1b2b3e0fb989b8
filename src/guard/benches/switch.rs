//! The kill switch: how long a look at it takes, how long it takes to pull, and when somebody else is stopped by it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a benchmark reads the clock, prints its figures, and fails by panicking"
)]

use std::time::{Duration, Instant};

use watchdeck_guard::KillSwitch;

/// How often each is measured.
const TIMES: usize = 1_000;

fn main() {
    // On the disk that the build is on: a temporary folder may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let file = folder.path().join("STOP");
    let ours = KillSwitch::over(Some(file.clone()), vec![]);
    let theirs = KillSwitch::over(Some(file.clone()), vec![]);

    told("a look at it", &mut timed(|| assert!(!ours.is_pulled())));
    let mut pulls = Vec::with_capacity(TIMES);
    let mut heeds = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let begun = Instant::now();
        theirs.pull("somebody else").unwrap();
        pulls.push(begun.elapsed());
        while !ours.is_pulled() {}
        heeds.push(begun.elapsed());
        theirs.release().unwrap();
    }
    told("pulled", &mut pulls);
    told("pulled, and heeded by another console", &mut heeds);
}

fn timed(mut work: impl FnMut()) -> Vec<Duration> {
    let once = |_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    (0..TIMES).map(once).collect()
}

fn told(what: &str, spans: &mut [Duration]) {
    spans.sort();
    let at = |share: usize| spans[(spans.len() - 1) * share / 100];
    println!("{what}: p50 {:.1?}, p99 {:.1?}, max {:.1?}", at(50), at(99), at(100));
}
