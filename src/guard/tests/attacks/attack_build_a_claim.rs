//! Builds a claim out of nothing, to write into the place where leases are kept.
#![allow(unused)]
use std::time::Duration;
use watchdeck_domain::*;
use watchdeck_guard::*;
fn attack(run: RunId) -> Claim {
    Claim { target: String::new(), holder: String::new(), run, nonce: String::new(), span: Duration::ZERO, undoes: None }
}

fn main() {}
