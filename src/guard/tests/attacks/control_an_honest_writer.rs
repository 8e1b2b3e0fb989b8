//! An honest writer, for any realm.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::*;
struct Honest;
impl<R: Realm> Writer<R> for Honest {
    fn serve(&self, warrant: Warrant<R>) -> Task<'_, Result<Receipt, Unserved>> {
        Box::pin(async move {
            match warrant.change() {
                Change::PointAlias(_) => Err(warrant.unsettled(Doubt::TimedOut("no reply".into()))),
            }
        })
    }
}

fn main() {}
