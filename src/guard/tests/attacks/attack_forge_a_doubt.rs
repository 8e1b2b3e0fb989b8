//! Claims an open outcome without a warrant.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::*;
fn attack(run: RunId) -> Unsettled {
    Unsettled { run, step: String::new(), why: Doubt::Interrupted }
}

fn main() {}
