//! Reads an approval from a file.
#![allow(unused)]
use watchdeck_guard::*;

fn attack(text: &str) -> Plan<Approved, Live> {
    serde_json::from_str(text).unwrap()
}

fn main() {}
