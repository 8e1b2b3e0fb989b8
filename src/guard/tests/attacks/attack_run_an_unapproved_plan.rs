//! Opens a run of a plan that nobody approved.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_guard::run::Ready;
fn attack(plan: Plan<Checked, Live>) -> Run<Ready, Live> {
    Run::open(plan)
}

fn main() {}
