//! Asks about a plan that nobody looked at.
#![allow(unused)]
use watchdeck_guard::*;

fn attack(plan: Plan<Proposed, Live>) -> Challenge<Live> {
    plan.challenge()
}

fn main() {}
