//! Builds an approved plan out of a draft.
#![allow(unused)]
use watchdeck_guard::*;
use std::marker::PhantomData;
fn attack(draft: Box<Draft>, stage: Approved) -> Plan<Approved, Live> {
    Plan { draft, stage, realm: PhantomData }
}

fn main() {}
