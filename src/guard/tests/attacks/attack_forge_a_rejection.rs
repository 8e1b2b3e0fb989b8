//! Claims a definite no without a warrant.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::*;
fn attack(run: RunId) -> Rejection {
    Rejection { run, step: String::new(), code: String::new(), message: String::new(), request_id: None }
}

fn main() {}
