//! Records a run that was not verified.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::Timestamp;
use watchdeck_guard::run::Ready;
fn attack(run: Run<Ready, Live>, journal: &mut Journal, now: Timestamp) {
    let _recorded = run.record(journal, now);
}

fn main() {}
