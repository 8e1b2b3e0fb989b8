//! Ships a text of one's own as if a journal had signed it.
#![allow(unused)]
use watchdeck_guard::*;
fn attack() -> Parcel {
    Parcel::of("key".into(), "journal".into(), vec![(1, "mine".into())])
}

fn main() {}
