//! Sends again what may have been done.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::Clock;
async fn attack(adrift: Adrift<Live>, writer: &dyn Writer<Live>, journal: &mut Journal, clock: &dyn Clock) {
    let _next = adrift.act(writer, journal, clock).await;
}

fn main() {}
