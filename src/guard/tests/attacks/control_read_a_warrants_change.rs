//! Reading a warrant's change is everybody's right.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::*;
fn control(warrant: &Warrant<Live>) -> (&Change, &Scope, &RunId) {
    (warrant.change(), warrant.scope(), warrant.run())
}

fn main() {}
