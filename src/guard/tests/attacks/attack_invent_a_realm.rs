//! Invents a realm.
#![allow(unused)]
use watchdeck_guard::*;

#[derive(Debug)]
enum Mine {}
impl Realm for Mine {
    const NAME: &'static str = "mine";
}

fn main() {}
