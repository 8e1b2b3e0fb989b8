//! Checkpoints on their way to where others keep them: in order, again until they are there, and in nobody's way.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use watchdeck_domain::{Clock as _, Environment, Task};
use watchdeck_guard::journal::Shipped;
use watchdeck_guard::{Ceremony, Ended, Event, Found, Parcel, Request, Shipper, Unshipped};

use crate::support::bench::{Bench, Session, ended};
use crate::support::clock::Jumping;

#[derive(Default)]
struct State {
    there: Vec<(u64, String)>,
    /// Why it takes nothing.
    down: Option<String>,
    /// How long it takes to answer.
    slow: Duration,
    tried: u32,
}

/// A place that keeps checkpoints.
#[derive(Clone)]
struct Shelf {
    state: Arc<Mutex<State>>,
    clock: Jumping,
}

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn sizes(&self) -> Vec<u64> {
        self.state().there.iter().map(|(size, _)| *size).collect()
    }
}

impl Shipper for Shelf {
    fn name(&self) -> String {
        "logs:/the/test".into()
    }

    fn ship<'a>(&'a self, parcel: &'a Parcel) -> Task<'a, Result<(), String>> {
        Box::pin(async move {
            let slow = self.state().slow;
            self.clock.sleep(slow).await;
            let mut state = self.state();
            state.tried += 1;
            if let Some(why) = state.down.clone() {
                return Err(why);
            }
            let pieces = parcel.pieces().iter();
            state.there.extend(pieces.map(|piece| (piece.size(), piece.text().to_owned())));
            Ok(())
        })
    }

    fn read<'a>(&'a self, _: &'a str) -> Task<'a, Result<Vec<Found>, String>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

fn shop() -> (Bench, Shelf) {
    let alone = Bench::new();
    let shelf = Shelf { state: Arc::default(), clock: alone.clock.clone() };
    let shipper: Arc<dyn Shipper> = Arc::new(shelf.clone());
    let ceremony = Ceremony { shipper: Some(shipper), ..Ceremony::bare(Environment::Sandbox) };
    (alone.beside(ceremony), shelf)
}

/// The sizes of the checkpoints on the disk from the first that was shipped on.
fn signed(bench: &Bench, from: u64) -> Vec<u64> {
    let disk = bench.disk.0.lock().unwrap();
    let sizes = disk.checkpoints.iter().map(|checkpoint| checkpoint.size);
    sizes.filter(|size| *size >= from).collect()
}

fn unshipped(events: &[Event]) -> Vec<&Unshipped> {
    let each = events.iter().filter_map(|event| match event {
        Event::Unshipped(unshipped) => Some(unshipped),
        _ => None,
    });
    each.collect()
}

fn carry_out(bench: &Bench, session: &mut Session) -> Option<Ended> {
    let question = session.propose(bench.rollback()).unwrap();
    let events = session.answer(&question.plan, &question.phrase);
    ended(events)
}

#[test]
fn every_checkpoint_of_a_run_is_shipped_in_order_and_names_the_one_before() {
    let (bench, shelf) = shop();
    let mut session = bench.session();
    assert_eq!(carry_out(&bench, &mut session), Some(Ended::Succeeded));
    session.go(Duration::from_secs(1), |_| false);
    let sizes = shelf.sizes();
    assert_eq!(sizes, signed(&bench, sizes[0]), "in order, and none is left out");
    assert!(sizes.len() > 3, "intent, outcome and end: {sizes:?}");
    let mut before = 0;
    for (size, text) in &shelf.state().there {
        let shipped: Shipped = serde_json::from_str(text).unwrap();
        assert!(shipped.is_signed());
        assert_eq!((shipped.after, shipped.checkpoint.size), (before, *size));
        before = *size;
    }
    assert!(unshipped(&session.events).is_empty());
}

#[test]
fn an_idle_desk_ships_its_heartbeats() {
    let (bench, shelf) = shop();
    let mut session = bench.session();
    session.go(Duration::from_hours(3) + Duration::from_mins(1), |_| false);
    assert!(shelf.sizes().len() >= 4, "the start and three hours: {:?}", shelf.sizes());
}

#[test]
fn a_place_that_is_down_bars_nothing_and_is_told_in_the_plan_and_caught_up_with() {
    let (bench, shelf) = shop();
    shelf.state().down = Some("logs:PutLogEvents: not allowed".into());
    let mut session = bench.session();
    session.go(Duration::from_mins(2), |_| false);
    let told = unshipped(&session.events);
    assert_eq!(told.len(), 1, "once, not with every try: {told:?}");
    assert!(told[0].told().contains("logs:/the/test") && told[0].told().contains("not allowed"));
    assert!(shelf.state().tried >= 5, "it is tried again");
    let question = session.propose(bench.rollback()).unwrap();
    let note = question.notes.iter().find(|note| note.title == "THE JOURNAL IS NOT WITNESSED");
    assert!(note.unwrap().lines[0].contains("not allowed"), "{:?}", question.notes);
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "it bars nothing");
    shelf.state().down = None;
    session.go(Duration::from_mins(6), |_| false);
    assert!(session.events.iter().any(|e| matches!(e, Event::Shipped { .. })));
    let newest = signed(&bench, 0).last().copied();
    assert_eq!(shelf.sizes().last().copied(), newest);
    let question = session.propose(bench.rollback());
    let notes = question.map(|question| question.notes).unwrap_or_default();
    assert!(notes.iter().all(|note| note.title != "THE JOURNAL IS NOT WITNESSED"), "{notes:?}");
}

#[test]
fn what_was_not_shipped_is_shipped_at_the_next_start_and_none_is_left_out() {
    let (bench, shelf) = shop();
    let mut session = bench.session();
    session.go(Duration::from_secs(1), |_| false);
    let first = shelf.sizes();
    assert_eq!(first.len(), 1, "the start");
    shelf.state().down = Some("down".into());
    assert_eq!(carry_out(&bench, &mut session), Some(Ended::Succeeded));
    session.close();
    session.go(Duration::from_mins(1), |_| false);
    assert!(!session.lives(), "it does not wait for ever");
    assert_eq!(shelf.sizes(), first);
    shelf.state().down = None;
    let mut session = bench.session();
    session.go(Duration::from_secs(5), |_| false);
    assert_eq!(shelf.sizes(), signed(&bench, first[0]));
}

#[test]
fn a_slow_place_delays_no_step() {
    let (bench, shelf) = shop();
    let fast = {
        let mut session = bench.session();
        let begun = bench.clock.now();
        assert_eq!(carry_out(&bench, &mut session), Some(Ended::Succeeded));
        bench.clock.now().since(begun)
    };
    let (bench, slow) = shop();
    slow.state().slow = Duration::from_secs(20);
    let mut session = bench.session();
    let begun = bench.clock.now();
    assert_eq!(carry_out(&bench, &mut session), Some(Ended::Succeeded));
    assert_eq!(bench.clock.now().since(begun), fast);
    drop(shelf);
}

#[test]
fn the_last_ones_are_shipped_when_the_desk_closes() {
    let (bench, shelf) = shop();
    let mut session = bench.session();
    session.go(Duration::from_secs(1), |_| false);
    shelf.state().slow = Duration::from_millis(500);
    session.ask_until(Request::Stop, |events| !events.is_empty());
    session.close();
    session.go(Duration::from_mins(1), |_| false);
    assert!(!session.lives());
    assert_eq!(shelf.sizes().last(), signed(&bench, 0).last());
}
