//! Turns a rehearsal into the real thing.
#![allow(unused)]
use watchdeck_guard::*;

fn attack(plan: &Plan<Proposed, Live>) -> Plan<Proposed, Live> {
    plan.rehearsal()
}

fn main() {}
