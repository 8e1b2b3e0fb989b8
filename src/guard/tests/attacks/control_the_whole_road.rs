//! The whole road, walked in order.
#![allow(unused)]
use watchdeck_guard::*;
use watchdeck_domain::*;
async fn control(
    draft: Draft,
    reader: &dyn Reader<Sim>,
    writer: &dyn Writer<Sim>,
    judge: &dyn Judge,
    journal: &mut Journal,
    clock: &dyn Clock,
    by: &Operator,
) -> Option<Next<Sim>> {
    let plan = Plan::<_, Sim>::propose(draft);
    let checked = plan.check(reader, judge, clock.now()).await.ok()?;
    let approved = checked.challenge().answer("typed", by, clock.now()).ok()?;
    let verified = Run::open(approved).verify(reader, judge, clock.now()).await.ok()?;
    let recorded = verified.record(journal, clock.now()).ok()?;
    match recorded.act(writer, journal, clock).await {
        Ok(next) => Some(next),
        Err(adrift) => adrift.reconcile(reader, clock).await.ok()?.conclude(journal, clock.now()).ok(),
    }
}

fn main() {}
