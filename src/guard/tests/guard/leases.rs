//! Two machines and one place for leases: nobody changes what somebody else holds, and the loser is told who does.

use std::time::Duration;

use watchdeck_domain::{Change, Clock as _, Environment, Reversal};
use watchdeck_guard::Tenure::{Lost, Returned, Taken};
use watchdeck_guard::journal::Record;
use watchdeck_guard::{
    Ceremony, Draft, Ended, Event, Gate, Lease, Passage, Question, Request, Risk, Tenure, Way,
};

use crate::support::account::Fault;
use crate::support::bench::{Bench, Session, ended, paused, refusal, together};
use crate::support::lender::Table;
use crate::support::{Absolute, PHRASE, setting, version};

/// Alice's machine and Bob's, in production, with one table.
fn machines() -> (Bench, Bench, Table) {
    let alone = Bench::new();
    let table = Table::new(&alone.clock);
    let house = || table.with(Ceremony::bare(Environment::Production));
    let (alice, bob) = (alone.beside(house()), alone.beside(house()));
    (alice, bob, table)
}

fn asked(bench: &Bench, session: &mut Session, risk: Risk) -> Question {
    let mut draft = bench.rollback();
    draft.risk = risk;
    session.propose(draft).unwrap()
}

fn passage(question: &Question) -> Passage {
    question.passages.iter().find(|one| one.gate == Gate::Lease).unwrap().clone()
}

/// Everything but the lease and the phrase.
fn ready(session: &mut Session, question: &Question) {
    let plan = question.plan.clone();
    session.ask(Request::GiveReason { plan: plan.clone(), reason: "INC-7".into() });
    session.ask(Request::BreakGlass { plan, reason: "INC-7".into() });
}

fn tenures(bench: &Bench) -> Vec<Tenure> {
    let tenure = |row: watchdeck_guard::journal::Row| match row.record {
        Record::Lease { tenure, .. } => Some(tenure),
        _ => None,
    };
    bench.rows().into_iter().filter_map(tenure).collect()
}

/// Begins a run, and lets it go on until its first change has landed.
fn begin(bench: &Bench, session: &mut Session, risk: Risk) -> Question {
    let question = asked(bench, session, risk);
    assert_eq!(passage(&question).way, Way::Passed, "{:?}", passage(&question));
    ready(session, &question);
    let answer = Request::Answer { plan: question.plan.clone(), typed: question.phrase.clone() };
    session.ask_until(answer, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    question
}

#[test]
fn gd11_who_comes_second_is_told_who_holds_it_since_when_and_until_when() {
    let (alice, bob, table) = machines();
    let mut first = alice.session_by("alice");
    let running = begin(&alice, &mut first, Risk::R3);
    let mut second = bob.session_by("bob");
    let question = second.propose(setting_of_the_alias(&bob)).unwrap();
    let found = passage(&question);
    assert!(found.way == Way::Closed && found.bars(), "{found:?}");
    for words in [
        "alice as oncall-write/operator holds 123456784021/eu-central-1/live@orders-writer",
        "since 2026-11-22T03:00:",
        "until 2026-11-22T03:0",
        running.plan.run().as_str(),
    ] {
        assert!(found.why.contains(words), "{words}: {}", found.why);
    }
    // Everything else is answered for; the lease came later than the glass was broken for Alice, and bars Bob.
    let plan = question.plan.clone();
    second.ask_until(Request::GiveReason { plan: plan.clone(), reason: "INC-8".into() }, gated);
    let events = second.answer(&plan, &question.phrase);
    assert!(events.iter().any(|e| matches!(e, Event::Held { why, .. } if !why.is_empty())));
    assert_eq!(alice.account.state().served, 1);
    // Alice is done: her lease is gone, and both journals can be read.
    first.go(Duration::from_mins(10), |events| ended(events).is_some());
    first.go(Duration::from_secs(1), |_| false);
    assert_eq!(tenures(&alice), [Tenure::Taken, Tenure::Returned]);
    assert!(table.state().leases.is_empty());
    let free = second.propose(setting_of_the_alias(&bob)).unwrap();
    assert_eq!(passage(&free).way, Way::Passed);
}

fn gated(events: &[Event]) -> bool {
    events.iter().any(|e| matches!(e, Event::Gated { .. }))
}

/// The alias pointed at 40, by whoever comes second.
fn setting_of_the_alias(bench: &Bench) -> Draft {
    let mut draft = bench.rollback();
    let Change::PointAlias(point) = &mut draft.first.change else { unreachable!() };
    point.version = version("40");
    draft.risk = Risk::R3;
    draft
}

#[test]
fn gd11_the_lease_of_a_holder_that_died_runs_out() {
    let (alice, bob, _) = machines();
    let mut first = alice.session_by("alice");
    alice.account.state().faults.push_back(Fault::DiesAfter);
    let question = asked(&alice, &mut first, Risk::R3);
    ready(&mut first, &question);
    first.answer(&question.plan, &question.phrase);
    assert!(!first.lives());
    alice.account.state().dead = false;
    let mut second = bob.session_by("bob");
    let question = second.propose(setting_of_the_alias(&bob)).unwrap();
    assert_eq!(passage(&question).way, Way::Closed, "it stands for five minutes");
    bob.clock.set(bob.clock.now() + Duration::from_secs(301));
    let question = second.propose(setting_of_the_alias(&bob)).unwrap();
    assert_eq!(passage(&question).way, Way::Passed);
    // What Alice's next process finds of it is told, and costs Bob nothing.
    let mut back = alice.session_by("alice");
    let events = back.resume(&back_run(&alice));
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:?}");
}

fn back_run(bench: &Bench) -> watchdeck_domain::RunId {
    bench.rows().into_iter().find_map(|row| row.run).unwrap()
}

#[test]
fn gd11_a_clock_that_jumps_back_an_hour_neither_frees_a_target_nor_holds_it_for_longer() {
    let (alice, bob, table) = machines();
    let mut first = alice.session_by("alice");
    begin(&alice, &mut first, Risk::R3);
    let hour = Duration::from_hours(1);
    alice.clock.set(alice.clock.now() - hour);
    table.state().ahead = hour;
    let mut second = bob.session_by("bob");
    let held = second.propose(setting_of_the_alias(&bob)).unwrap();
    assert_eq!(passage(&held).way, Way::Closed, "{:?}", passage(&held));
    // Nobody renews it while Alice's machine sleeps.
    table.state().ahead = hour + Duration::from_secs(301);
    let free = second.propose(setting_of_the_alias(&bob)).unwrap();
    assert_eq!(passage(&free).way, Way::Passed);
}

#[test]
fn a_lease_is_renewed_for_as_long_as_its_run_is_watched() {
    let (alice, bob, table) = machines();
    // Nothing calls the version: it is watched until its time is over.
    alice.account.state().traffic.clear();
    let mut session = alice.session_by("alice");
    let mut draft = alice.rollback();
    draft.verifications[0].timeout_s = 3_000;
    draft.risk = Risk::R2;
    let question = session.propose(draft).unwrap();
    ready(&mut session, &question);
    let answer = Request::Answer { plan: question.plan.clone(), typed: question.phrase.clone() };
    session.ask_until(answer, |events| events.iter().any(|e| matches!(e, Event::Progress(_))));
    session.go(Duration::from_mins(40), |_| false);
    let mut second = bob.session_by("bob");
    let found = passage(&second.propose(setting_of_the_alias(&bob)).unwrap());
    assert!(found.way == Way::Closed && found.why.contains("alice"), "{found:?}");
    session.go(Duration::from_mins(20), |events| ended(events).is_some());
    session.go(Duration::from_secs(1), |_| false);
    assert_eq!(tenures(&alice), [Tenure::Taken, Tenure::Returned]);
    assert!(table.state().leases.is_empty());
}

#[test]
fn a_lease_is_given_back_also_when_the_console_is_closed_right_after_the_run() {
    let (alice, _, table) = machines();
    let mut session = alice.session_by("alice");
    begin(&alice, &mut session, Risk::R3);
    session.go(Duration::from_mins(10), |events| ended(events).is_some());
    session.close();
    session.go(Duration::from_secs(1), |_| false);
    assert!(!session.lives() && table.state().leases.is_empty());
}

#[test]
fn who_has_lost_the_lease_between_two_steps_pauses_and_goes_on_once_it_is_free() {
    let (alice, _, table) = machines();
    let mut session = alice.session_by("alice");
    let mut draft = alice.rollback();
    draft.risk = Risk::R3;
    let there = alice.account.state().second.clone();
    let mut step = draft.first.clone();
    step.id = "second".into();
    let Change::PointAlias(change) = &mut step.change else { unreachable!() };
    (change.function, change.version, change.revision) =
        (there.function.clone(), version("7"), there.revision.clone());
    step.reversal = Reversal::Never("a test".into());
    draft.rest.push(step);
    let question = session.propose(draft).unwrap();
    ready(&mut session, &question);
    table.state().steal = true;
    let events = session.answer(&question.plan, &question.phrase).to_vec();
    let why = paused(&events).unwrap_or_else(|| panic!("{events:#?}"));
    assert!(why.contains("stopped before step 2"), "{why}");
    assert!(why.contains("the lease ran out: bob as oncall/bob"), "{why}");
    assert_eq!(alice.account.state().served, 1);
    // The one is Bob's by now, and the other is given back.
    session.go(Duration::from_secs(1), |_| false);
    assert_eq!(tenures(&alice), [Taken, Taken, Lost, Returned]);
    let run = question.plan.run().clone();
    // Bob holds what has landed: that bars nothing. He holds what is left: that does.
    let mine = table.state().leases.pop_first().unwrap().1;
    let target = "123456784021/eu-central-1/live@orders-reader".to_owned();
    let theirs = Lease { target: target.clone(), ..mine };
    table.state().leases.insert(target, theirs);
    let barred = session.take_up(&run).unwrap();
    assert!(passage(&barred).bars(), "{:?}", passage(&barred));
    session.ask(Request::Withdraw { plan: barred.plan });
    table.state().leases.clear();
    let question = session.take_up(&run).unwrap();
    ready(&mut session, &question);
    assert_eq!(passage(&question).way, Way::Passed);
    let events = session.answer(&question.plan, &question.phrase).to_vec();
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
    session.go(Duration::from_secs(1), |_| false);
    assert_eq!(tenures(&alice), [Taken, Taken, Lost, Returned, Taken, Returned]);
    assert!(table.state().leases.is_empty());
    assert_eq!(alice.account.state().served, 2);
}

#[test]
fn a_place_for_leases_that_does_not_answer_is_closed_at_r3_and_advice_at_r2() {
    let (alice, _, table) = machines();
    let mut session = alice.session_by("alice");
    let open = asked(&alice, &mut session, Risk::R3);
    ready(&mut session, &open);
    table.state().throttled = true;
    let events = session.answer(&open.plan, &open.phrase);
    assert!(refusal(events).unwrap().what.contains("cannot tell who holds it"), "{events:?}");
    assert_eq!((alice.account.state().served, alice.intents()), (0, 0));
    let found = passage(&asked(&alice, &mut session, Risk::R3));
    assert!(
        found.way == Way::Unable && found.bars() && found.why.contains("throttled"),
        "{found:?}"
    );
    let question = asked(&alice, &mut session, Risk::R2);
    assert_eq!(passage(&question).state(), "cannot be told");
    session.ask(Request::GiveReason { plan: question.plan.clone(), reason: "INC-7".into() });
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
    assert_eq!(tenures(&alice), []);
}

#[test]
fn what_was_taken_for_a_run_that_does_not_begin_is_given_back() {
    let (alice, _, table) = machines();
    let mut session = alice.session_by("alice");
    let question = asked(&alice, &mut session, Risk::R3);
    ready(&mut session, &question);
    alice.account.interfere();
    let events = session.answer(&question.plan, &question.phrase);
    assert!(refusal(events).is_some(), "{events:?}");
    session.go(Duration::from_secs(1), |_| false);
    let (taken, left) = {
        let state = table.state();
        (state.taken, state.leases.len())
    };
    assert_eq!((taken, left), (1, 0));
    assert_eq!(alice.account.state().served, 0);
}

#[test]
fn a_run_that_is_taken_back_while_it_is_watched_hands_its_lease_on() {
    let (alice, _, table) = machines();
    let mut session = alice.session_by("alice");
    let running = begin(&alice, &mut session, Risk::R2);
    let run = running.plan.run().clone();
    let events = session.ask_until(Request::Undo { run }, |events| {
        events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
    });
    let undo = events.iter().find_map(|event| match event {
        Event::Asked { question, .. } => Some((**question).clone()),
        _ => None,
    });
    let undo = undo.unwrap_or_else(|| panic!("{events:#?}"));
    assert_eq!(passage(&undo).way, Way::Passed, "{:?}", passage(&undo));
    let plan = undo.plan.clone();
    session.ask_until(Request::GiveReason { plan: plan.clone(), reason: "INC-7".into() }, gated);
    session.answer(&plan, &undo.phrase);
    session.go(Duration::from_mins(20), |_| false);
    assert_eq!(alice.account.alias().version, version("42"));
    assert!(table.state().leases.is_empty(), "{:?}", table.state().leases);
}

#[test]
fn without_a_place_for_leases_the_gate_says_what_to_do() {
    let bench = Bench::with(Ceremony::bare(Environment::Production));
    let mut session = bench.session();
    let found = passage(&asked(&bench, &mut session, Risk::R3));
    assert!(found.way == Way::Unable && found.bars(), "{found:?}");
    assert!(found.why.contains("name a lease table in the context"), "{found:?}");
    assert!(!passage(&asked(&bench, &mut session, Risk::R2)).bars());
}

/// Two machines that reserve concurrency at the same time, where AWS compares nothing. How often the change was made.
fn raced(seed: u64, leased: bool) -> (u32, Vec<String>) {
    let alone = Bench::new();
    let table = Table::new(&alone.clock);
    let house = || {
        let bare = Ceremony::bare(Environment::Production);
        if leased { table.with(bare) } else { bare }
    };
    let (alice, bob) = (alone.beside(house()), alone.beside(house()));
    let mut pair = [alice.session_by("alice"), bob.session_by("bob")];
    let mut questions = vec![];
    for (bench, session) in [&alice, &bob].into_iter().zip(&mut pair) {
        let mut draft = setting(Absolute::Reserved, &bench.account, bench.clock.now());
        draft.risk = Risk::R3;
        let verification = bench.rollback().verifications.remove(0);
        draft.verifications.push(verification);
        let question = session.propose(draft).unwrap();
        ready(session, &question);
        questions.push(question);
    }
    let mut random = fastrand::Rng::with_seed(seed);
    alone.account.state().jitter = Some(random.fork());
    table.state().jitter = Some(random.fork());
    for (question, session) in questions.iter().zip(&pair) {
        let (plan, typed) = (question.plan.clone(), question.phrase.clone());
        session.post(Request::Answer { plan, typed });
    }
    let [first, second] = &mut pair;
    // One comes a little later than the other.
    together([first, second], Duration::from_secs(2));
    let refusals = pair.iter().filter_map(|session| refusal(&session.events));
    let refusals = refusals.map(|refusal| refusal.what.clone()).collect();
    let served = alone.account.state().served;
    (served, refusals)
}

#[test]
fn t15_of_two_consoles_at_once_one_changes_it_and_the_other_is_told_who_does() {
    let seed = std::env::var("WATCHDECK_SEED").ok().and_then(|text| text.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("WATCHDECK_SEED={seed}");
    let worlds = std::env::var("WATCHDECK_WORLDS").ok().and_then(|text| text.parse().ok());
    let (mut told, mut doubles) = (0, 0);
    for world in 0..worlds.unwrap_or(400) {
        let seed = seed.wrapping_add(world);
        let (served, refusals) = raced(seed, true);
        assert_eq!((served, refusals.len()), (1, 1), "seed {seed}: {refusals:?}");
        told += u32::from(refusals[0].contains(" as oncall-write/operator holds "));
        if world % 8 == 0 {
            doubles += u32::from(raced(seed, false).0 > 1);
        }
    }
    println!("told who holds it: {told}; without leases {doubles} were made twice");
    assert!(told > 0 && doubles > 0, "the worlds are not wild enough: {told}, {doubles}");
}
