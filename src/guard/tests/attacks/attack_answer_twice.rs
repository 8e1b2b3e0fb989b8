//! Uses one answer for two approvals.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::Timestamp;
fn attack(challenge: Challenge<Live>, by: &Operator, now: Timestamp) {
    let _first = challenge.answer("yes", by, now);
    let _second = challenge.answer("yes", by, now);
}

fn main() {}
