//! Claims a deed without a warrant.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::*;
fn attack(run: RunId, change: Change) -> Receipt {
    Receipt { run, step: String::new(), change, request_id: None, revision: None, left: Vec::new() }
}

fn main() {}
