//! A writer that hands in a receipt and keeps its warrant.
#![allow(unused)]
use watchdeck_guard::*;

fn attack(warrant: Warrant<Live>) -> (Receipt, Warrant<Live>) {
    (warrant.landed(None, None), warrant)
}

fn main() {}
