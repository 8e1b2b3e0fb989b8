//! Builds the proof of an approval.
#![allow(unused)]
use watchdeck_guard::*;

fn attack() -> Approved {
    Approved { seen: panic!(), pass: panic!(), by: String::new(), earlier: None }
}

fn main() {}
