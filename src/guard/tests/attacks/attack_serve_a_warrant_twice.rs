//! Spends a warrant twice.
#![allow(unused)]
use watchdeck_guard::*;

async fn attack(writer: &dyn Writer<Live>, warrant: Warrant<Live>) {
    let _first = writer.serve(warrant).await;
    let _second = writer.serve(warrant).await;
}

fn main() {}
