//! A change of a runbook, carried out on a server that nobody here wrote, and taken back.

use std::sync::Arc;

use serde_json::Value;
use watchdeck_aws::{Armed, Connection};
use watchdeck_domain::{Clock as _, Environment, Reversal};
use watchdeck_guard::{Ceremony, Draft, Journal, Live, Next, Operator, Plan, Run};
use watchdeck_runbook::{Catalogue, Cel, Params, Place};
use watchdeck_tests::hurried::Hurried;

pub(super) fn params(pairs: &[(&str, Value)]) -> Params {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

pub(super) async fn drafted(connection: &Connection, id: &str, params: Params) -> Draft {
    let place = Place { scope: connection.scope(), now: Hurried::start().now() };
    let catalogue = Catalogue::new(Vec::new());
    catalogue.propose(id, params, &place, &*connection.source()).await.unwrap()
}

/// Walks the whole road with a draft of one step, up to what the server makes of the call.
pub(super) async fn carried_out(connection: &Connection, draft: Draft) {
    let Armed::Live(hands) = connection.arm() else { panic!("a URL is never the simulated realm") };
    let clock = Hurried::start();
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(&folder.path().join("journal"), clock.now()).unwrap();
    let ceremony = Arc::new(Ceremony::bare(Environment::Sandbox));
    let plan = Plan::<_, Live>::propose(draft).check(&*hands.reader, &Cel, &ceremony, clock.now());
    let mut challenge = plan.await.unwrap().challenge();
    challenge.give_reason("a drill");
    challenge.break_glass("a drill");
    let phrase = challenge.question().phrase.clone();
    let operator = Operator { name: "tester".into() };
    let plan = challenge.answer(&phrase, &operator, clock.now()).map_err(|(_, why)| why).unwrap();
    let run = Run::open(plan).verify(&*hands.reader, &Cel, clock.now()).await;
    let run = run.map_err(|(_, why)| why).unwrap();
    let run = run.record(&mut journal, clock.now()).map_err(|(_, why)| why).unwrap();
    let next = run.act(&*hands.writer, &mut journal, &clock).await.unwrap();
    assert!(matches!(next, Next::Settled(_)), "{next:?}");
}

/// The same draft, turned round: what led back is done, and what was done leads back.
pub(super) fn back(draft: &Draft) -> Draft {
    let Reversal::By(back) = &draft.first.reversal else { panic!("nothing leads back") };
    let mut turned = draft.clone();
    turned.first.reversal = Reversal::By(Box::new(draft.first.change.clone()));
    turned.first.change = (**back).clone();
    unchecked(turned)
}

/// A draft of which nothing is read but what the guard itself must know: a server that is no AWS lacks the rest.
pub(super) fn unchecked(mut draft: Draft) -> Draft {
    (draft.facts, draft.pins, draft.checks) = (Vec::new(), Vec::new(), Vec::new());
    draft
}
