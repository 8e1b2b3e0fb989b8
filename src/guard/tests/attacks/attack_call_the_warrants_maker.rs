//! Calls the one function that makes warrants.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::*;
fn attack(scope: Scope, change: Change, run: RunId) -> Warrant<Live> {
    Warrant::new(scope, change, run, String::new(), KillSwitch::default())
}

fn main() {}
