//! Takes a rehearsal's warrant to production.
#![allow(unused)]
use watchdeck_guard::*;

async fn attack(writer: &dyn Writer<Live>, warrant: Warrant<Sim>) {
    let _served = writer.serve(warrant).await;
}

fn main() {}
