//! The controls: what honest code does compiles, so the attacks fail for their own reasons.

use std::sync::Arc;

use watchdeck_domain::{Change, Clock, RunId, Scope, Task};
use watchdeck_guard::{
    Ceremony, Doubt, Draft, Journal, Judge, Next, Operator, Plan, Reader, Realm, Receipt, Run, Sim,
    Unserved, Warrant, Writer,
};

use crate::support::bench::Bench;
use crate::support::clock::run;
use crate::support::hands::Hands;
use crate::support::memory::Memory;
use crate::support::{PHRASE, Tiny};

/// Reading what a warrant permits is everybody's right.
fn read<R: Realm>(warrant: &Warrant<R>) -> (&Change, &Scope, &RunId, &str) {
    (warrant.change(), warrant.scope(), warrant.run(), warrant.step())
}

/// An honest writer, for any realm: it looks, and hands its warrant in.
struct Honest;

impl<R: Realm> Writer<R> for Honest {
    fn serve(&self, warrant: Warrant<R>) -> Task<'_, Result<Receipt, Unserved>> {
        Box::pin(async move {
            let (_, _, _, step) = read(&warrant);
            let said = format!("{step}: no reply");
            Err(warrant.unsettled(Doubt::TimedOut(said)))
        })
    }
}

/// The road, by hand, in order.
async fn walk<R: Realm>(
    draft: Draft,
    reader: &dyn Reader<R>,
    writer: &dyn Writer<R>,
    judge: &dyn Judge,
    ceremony: &Arc<Ceremony>,
    journal: &mut Journal,
    clock: &dyn Clock,
) -> Option<Next<R>> {
    let by = Operator { name: "operator".into() };
    let checked = Plan::propose(draft).check(reader, judge, ceremony, clock.now()).await.ok()?;
    let approved = checked.challenge().answer(PHRASE, &by, clock.now()).ok()?;
    let verified = Run::open(approved).verify(reader, judge, clock.now()).await.ok()?;
    let recorded = verified.record(journal, clock.now()).ok()?;
    match recorded.act(writer, journal, clock).await {
        Ok(next) => Some(next),
        Err(adrift) => {
            adrift.reconcile(reader, judge, clock).await.ok()?.conclude(journal, clock.now()).ok()
        }
    }
}

#[test]
fn the_whole_road_can_be_walked_by_hand() {
    let bench = Bench::new();
    let hands = Hands(bench.account.clone());
    let signer = watchdeck_guard::journal::Signer::from_seed(&[1; 32]);
    let mut journal =
        Journal::over(Box::new(Memory::default()), signer, bench.clock.now()).unwrap();
    let road = walk::<Sim>(
        bench.rollback(),
        &hands,
        &hands,
        &Tiny,
        &bench.ceremony,
        &mut journal,
        &bench.clock,
    );
    let next = run(&bench.clock, road);
    assert!(matches!(next, Some(Next::Settled(settled)) if settled.landed().len() == 1));
}

#[test]
fn a_writer_that_never_hears_back_leaves_nothing_behind() {
    let bench = Bench::new();
    let hands = Hands(bench.account.clone());
    let signer = watchdeck_guard::journal::Signer::from_seed(&[1; 32]);
    let mut journal =
        Journal::over(Box::new(Memory::default()), signer, bench.clock.now()).unwrap();
    let road = walk::<Sim>(
        bench.rollback(),
        &hands,
        &Honest,
        &Tiny,
        &bench.ceremony,
        &mut journal,
        &bench.clock,
    );
    let next = run(&bench.clock, road);
    assert!(matches!(next, Some(Next::Stopped(_, watchdeck_guard::Stop::Absent(_)))));
}
