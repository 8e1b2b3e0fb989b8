//! How long the simulated account takes to open: an hour of logs and three of metrics are lived through before the first call.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up has nothing to say")]

use watchdeck_sim::world::story::Story;
use watchdeck_sim::{Account, Setup};

const START: i64 = 1_795_327_200_000;

fn main() {
    divan::main();
}

#[divan::bench(args = ["quiet-day", "bad-deploy"])]
fn an_account_opens(bencher: divan::Bencher<'_, '_>, story: &str) {
    bencher
        .with_inputs(|| Setup::new(Story::named(story).unwrap(), 7, START))
        .bench_values(Account::open);
}
