//! Acts on a world that nobody looked at again.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::Clock;
use watchdeck_guard::run::Ready;
async fn attack(run: Run<Ready, Live>, writer: &dyn Writer<Live>, journal: &mut Journal, clock: &dyn Clock) {
    let _next = run.act(writer, journal, clock).await;
}

fn main() {}
