//! Makes a claim of a lease that was read somewhere, to give back what somebody else holds.
#![allow(unused)]
use std::time::Duration;
use watchdeck_guard::*;
fn attack(lease: &Lease) -> Claim {
    Claim::behind(lease, Duration::ZERO)
}

fn main() {}
