//! Invents a stage that skips the others.
#![allow(unused)]
use watchdeck_guard::*;

struct Skipped;
impl Stage for Skipped {}

fn main() {}
