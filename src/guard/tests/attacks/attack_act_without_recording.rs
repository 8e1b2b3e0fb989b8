//! Acts before the intent is on disk.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::Clock;
use watchdeck_guard::run::Verified;
async fn attack(run: Run<Verified, Live>, writer: &dyn Writer<Live>, journal: &mut Journal, clock: &dyn Clock) {
    let _next = run.act(writer, journal, clock).await;
}

fn main() {}
