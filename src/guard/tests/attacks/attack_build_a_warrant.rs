//! Builds a warrant out of nothing.
#![allow(unused)]
use watchdeck_guard::*;
use std::marker::PhantomData;
use watchdeck_domain::*;
fn attack(scope: Scope, change: Change, run: RunId) -> Warrant<Live> {
    Warrant { home: scope.clone(), scope, change, run, step: String::new(), called: false.into(), switch: KillSwitch::default(), realm: PhantomData }
}

fn main() {}
