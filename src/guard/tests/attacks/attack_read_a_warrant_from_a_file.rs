//! Reads a warrant from a file.
#![allow(unused)]
use watchdeck_guard::*;

fn attack(text: &str) -> Warrant<Live> {
    serde_json::from_str(text).unwrap()
}

fn main() {}
