//! Checks a plan for production against the simulated account.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::Timestamp;
async fn attack(plan: Plan<Proposed, Live>, reader: &dyn Reader<Sim>, judge: &dyn Judge, ceremony: &std::sync::Arc<Ceremony>, now: Timestamp) {
    let _checked = plan.check(reader, judge, ceremony, now).await;
}

fn main() {}
