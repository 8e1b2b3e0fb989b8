//! Acts twice on one record.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::Clock;
use watchdeck_guard::run::Recorded;
async fn attack(run: Run<Recorded, Live>, writer: &dyn Writer<Live>, journal: &mut Journal, clock: &dyn Clock) {
    let _first = run.act(writer, journal, clock).await;
    let _second = run.act(writer, journal, clock).await;
}

fn main() {}
