//! Claims to have found what was adrift.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_guard::run::Sighted;
fn attack(adrift: Adrift<Live>) -> Sighted<Live> {
    Sighted { adrift, sighting: Sighting::Absent }
}

fn main() {}
