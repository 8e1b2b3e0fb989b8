//! Copies a warrant to use it again.
#![allow(unused)]
use watchdeck_guard::*;

fn attack(warrant: Warrant<Live>) -> (Warrant<Live>, Warrant<Live>) {
    (warrant.clone(), warrant)
}

fn main() {}
