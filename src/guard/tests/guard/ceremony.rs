//! The ceremony at the desk: what a gate says no to is not sent, and what a person answers for stands in the journal.

use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::{Clock as _, Environment, Timestamp};
use watchdeck_guard::journal::{Record, View};
use watchdeck_guard::{
    ApproverKey, CalendarFile, Ceremony, Countersignature, Demand, Ended, Event, Gate, Handover,
    House, KillSwitch, Others, Passage, PlanId, Question, Request, Risk, Roster, Way, Why,
};

use crate::support::bench::{Bench, Session, ended, refusal};
use crate::support::{PHRASE, Tiny};

/// A bench in production, with this policy.
fn production(policy: &str) -> Bench {
    let house = House::read(policy, &Tiny).unwrap();
    Bench::with(Ceremony::of(Environment::Production, &house, vec![], KillSwitch::default()))
}

fn bare(environment: Environment) -> Bench {
    Bench::with(Ceremony::bare(environment))
}

/// Proposes the rollback as if it had this risk.
fn asked(bench: &Bench, session: &mut Session, risk: Risk) -> Question {
    let mut draft = bench.rollback();
    draft.risk = risk;
    session.propose(draft).unwrap()
}

fn held(events: &[Event]) -> Option<&str> {
    events.iter().rev().find_map(|event| match event {
        Event::Held { why, .. } => Some(why.as_str()),
        _ => None,
    })
}

fn gate(passages: &[Passage], gate: Gate) -> &Passage {
    passages.iter().find(|one| one.gate == gate).unwrap()
}

fn reason(plan: &PlanId) -> Request {
    Request::GiveReason { plan: plan.clone(), reason: "INC-7 orders are lost".into() }
}

const OPEN: &str = "schema = \"policy/1\"\n[[permit]]\nid = \"everybody\"\n";

#[test]
fn gd14_what_the_policy_forbids_is_refused_by_the_name_of_the_rule() {
    let bench =
        production(&format!("{OPEN}[[forbid]]\nid = \"no rollbacks\"\nrunbooks = [\"te?t\"]\n"));
    let mut session = bench.session();
    let refusal = session.propose(bench.rollback()).unwrap_err().unwrap();
    assert_eq!(refusal.why, Why::Policy);
    assert!(refusal.what.contains("rule `no rollbacks` forbids it"), "{refusal:?}");
    assert!(bench.rows().iter().any(
        |row| matches!(&row.record, Record::Refused { what, .. } if what.contains("no rollbacks"))
    ));
    assert_eq!(bench.account.state().served, 0);
}

#[test]
fn gd14_a_policy_that_cannot_be_understood_lets_nothing_be_changed() {
    let house = House::shut("line 3: unexpected `]`");
    let ceremony = Ceremony::of(Environment::Sandbox, &house, vec![], KillSwitch::default());
    let bench = Bench::with(ceremony);
    let refusal = bench.session().propose(bench.rollback()).unwrap_err().unwrap();
    assert!(refusal.what.contains("line 3"), "{refusal:?}");
}

#[test]
fn gd07_an_environment_that_nobody_named_asks_what_production_asks() {
    let bench = bare(Environment::default());
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let passage = gate(&question.passages, Gate::Reason);
    assert_eq!((passage.way, passage.state()), (Way::Waits, "open"));
    let events = session.answer(&question.plan, PHRASE);
    assert!(held(events).unwrap().contains("reason"), "{events:?}");
    assert_eq!(bench.account.state().served, 0);
    session.ask(reason(&question.plan));
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
    let said = |record: &Record| matches!(record, Record::Approval { reason: Some(why), .. } if why.starts_with("INC-7"));
    assert_eq!(bench.count(said), 1);
}

#[test]
fn a_sandbox_asks_no_reason_and_says_so() {
    let bench = bare(Environment::Sandbox);
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    assert_eq!(question.passages.len(), 15);
    assert_eq!(gate(&question.passages, Gate::Reason).state(), "not asked");
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
}

#[test]
fn what_cannot_be_undone_ends_its_phrase_with_the_consequence() {
    let bench = bare(Environment::Sandbox);
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R4);
    assert_eq!(question.phrase, format!("{PHRASE} irreversibly"));
}

/// An iCalendar file with one freeze.
fn freeze(folder: &std::path::Path, name: &str, from: &str, until: &str) -> Arc<CalendarFile> {
    let path = folder.join(name);
    let text = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:peak\r\nDTSTART:{from}\r\nDTEND:{until}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    std::fs::write(&path, text).unwrap();
    Arc::new(CalendarFile::at(path))
}

/// R3 in staging is judged as R2: the calendar is advice there, and a must in production.
fn frozen(calendars: Vec<Arc<CalendarFile>>, environment: Environment) -> Bench {
    let calendars = calendars.into_iter().map(|one| one as Arc<dyn watchdeck_guard::Calendar>);
    let ceremony = Ceremony { calendars: calendars.collect(), ..Ceremony::bare(environment) };
    Bench::with(ceremony)
}

#[test]
fn gd05_a_freeze_that_ends_now_is_over_and_one_that_begins_meanwhile_stops_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    // The bench begins at 03:00:00; the calls are given five seconds.
    let over = freeze(folder.path(), "over.ics", "20261122T000000Z", "20261122T030000Z");
    let bench = frozen(vec![over.clone()], Environment::Production);
    let question = asked(&bench, &mut bench.session(), Risk::R3);
    assert_eq!(gate(&question.passages, Gate::Calendar).way, Way::Passed);

    let soon = freeze(folder.path(), "soon.ics", "20261122T030500Z", "20261122T040000Z");
    let bench = frozen(vec![over, soon], Environment::Staging);
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R4);
    assert_eq!(gate(&question.passages, Gate::Calendar).way, Way::Passed);
    // Everything else is answered for; then the freeze begins.
    session.ask(reason(&question.plan));
    let gates =
        session.ask(Request::BreakGlass { plan: question.plan.clone(), reason: "INC-7".into() });
    assert!(gates.iter().any(|e| matches!(e, Event::Gated { .. })));
    bench.clock.set(bench.clock.now() + Duration::from_mins(6));
    let events = session.answer(&question.plan, &question.phrase);
    // The glass was broken for what stood in the way then, and not for this.
    let refusal = refusal(events).unwrap();
    assert!(refusal.what.contains("`peak` of soon.ics freezes changes"), "{refusal:?}");
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

#[test]
fn gd05_a_freeze_is_advice_where_little_can_be_lost() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("later.ics");
    std::fs::write(&name, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").unwrap();
    let bench = frozen(vec![Arc::new(CalendarFile::at(&name))], Environment::Production);
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R2);
    assert_eq!(gate(&question.passages, Gate::Calendar).state(), "passed");
    freeze(folder.path(), "later.ics", "20261122T030000Z", "20261122T040000Z");
    session.ask(reason(&question.plan));
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(ended(events), Some(Ended::Succeeded), "a freeze is advice at R2");
}

#[test]
fn gd05_one_closed_calendar_closes_and_so_does_one_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let open = freeze(folder.path(), "open.ics", "20261101T000000Z", "20261102T000000Z");
    let closed = freeze(folder.path(), "closed.ics", "20261122T000000Z", "20261123T000000Z");
    let missing = Arc::new(CalendarFile::at(folder.path().join("missing.ics")));
    for (calendars, words) in [
        (vec![open.clone(), closed], "`peak` of closed.ics freezes changes"),
        (vec![open, missing], "missing.ics cannot be read"),
    ] {
        let bench = frozen(calendars, Environment::Production);
        let mut session = bench.session();
        let question = asked(&bench, &mut session, Risk::R3);
        let passage = gate(&question.passages, Gate::Calendar);
        assert!(passage.bars() && passage.why.contains(words), "{passage:?}");
        session.ask(reason(&question.plan));
        assert!(held(session.answer(&question.plan, PHRASE)).is_some());
        assert_eq!(bench.account.state().served, 0);
        let advised = asked(&bench, &mut session, Risk::R2);
        assert_eq!(gate(&advised.passages, Gate::Calendar).state(), "closed, as advice");
    }
}

#[test]
fn broken_glass_is_written_down_and_stays_open_until_it_is_reviewed() {
    let bench = bare(Environment::Production);
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R3);
    session.ask(reason(&question.plan));
    let events = session.answer(&question.plan, PHRASE);
    assert!(held(events).is_some(), "a gate that cannot be asked is closed at R3: {events:?}");
    let break_glass =
        |why: &str| Request::BreakGlass { plan: question.plan.clone(), reason: why.into() };
    assert!(held(session.ask(break_glass("  "))).is_some(), "not without a reason");
    session.ask(break_glass("INC-7 nobody else is awake"));
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
    let broke = |record: &Record| {
        matches!(record, Record::BrokeGlass { gates, .. }
            if *gates == [Gate::Preflight, Gate::SecondPerson, Gate::Lease])
    };
    assert_eq!(bench.count(broke), 1);
    // The next process lists it, until somebody closes it.
    drop(session);
    let mut session = bench.session();
    session.ask(Request::List { rows: 0 });
    let reviews = |events: &[Event]| {
        events.iter().rev().find_map(|event| match event {
            Event::Reviews { reviews } => Some(reviews.len()),
            _ => None,
        })
    };
    assert_eq!(reviews(&session.events), Some(1));
    let close =
        |note: &str| Request::CloseReview { plan: question.plan.clone(), note: note.into() };
    session.ask(close("seen with carol on 11-23: right"));
    assert_eq!(reviews(&session.events), Some(0));
    assert_eq!(refusal(session.ask(close("again"))).unwrap().why, Why::Absent);
    assert_eq!(View::default().reviews, vec![]);
}

/// Production, with a file of approvers beside it: bob approves with seed 2, the operator of the bench asks.
fn with_approvers(folder: &std::path::Path) -> Bench {
    let path = folder.join("approvers.toml");
    let key = ApproverKey::from_seed(&[2; 32]).public();
    let own = ApproverKey::from_seed(&[1; 32]).public();
    let text = format!(
        "[[approver]]\nname = \"bob\"\nteam = \"shop\"\nkey = \"{key}\"\n\
         [[approver]]\nname = \"operator\"\nteam = \"shop\"\nkey = \"{own}\"\n"
    );
    std::fs::write(&path, text).unwrap();
    Bench::with(Ceremony { roster: Roster::File(path), ..Ceremony::bare(Environment::Production) })
}

fn signed(question: &Question, seed: u8) -> Countersignature {
    let asked = Handover::parse(question.handover.as_deref().unwrap()).unwrap();
    assert_eq!((asked.hash.as_str(), &asked.plan), (question.hash.as_str(), &question.plan));
    asked.sign(&ApproverKey::from_seed(&[seed; 32]))
}

fn back(question: &Question, back: &Countersignature) -> Request {
    Request::Countersign { plan: question.plan.clone(), line: back.line() }
}

fn second_person(events: &[Event]) -> Way {
    let passages = events.iter().rev().find_map(|event| match event {
        Event::Gated { passages, .. } => Some(passages),
        _ => None,
    });
    gate(passages.unwrap(), Gate::SecondPerson).way
}

#[test]
fn a_second_person_opens_the_gate_and_stands_in_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let bench = with_approvers(folder.path());
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R3);
    assert_eq!(second_person(session.ask(back(&question, &signed(&question, 2)))), Way::Passed);
    let by_bob = |record: &Record| matches!(record, Record::Countersigned { approval, .. } if approval.by == "bob");
    assert_eq!(bench.count(by_bob), 1);
    // The rest of R3 is answered for alone; the second person is not among it any more.
    session.ask(reason(&question.plan));
    session.ask(Request::BreakGlass { plan: question.plan.clone(), reason: "INC-7".into() });
    let broke = |record: &Record| matches!(record, Record::BrokeGlass { gates, .. } if !gates.contains(&Gate::SecondPerson));
    assert_eq!(bench.count(broke), 1);
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
}

#[test]
fn gd04_a_runbook_that_asks_for_two_of_different_teams_gets_them_whatever_its_risk() {
    let folder = tempfile::tempdir().unwrap();
    let bench = with_approvers(folder.path());
    let key = |seed| ApproverKey::from_seed(&[seed; 32]).public();
    let more = |name, team, seed| {
        format!("[[approver]]\nname = \"{name}\"\nteam = \"{team}\"\nkey = \"{}\"\n", key(seed))
    };
    let text = [("bob", "shop", 2), ("carol", "shop", 3), ("dan", "platform", 4)];
    let text: String = text.map(|(name, team, seed)| more(name, team, seed)).concat();
    std::fs::write(folder.path().join("approvers.toml"), text).unwrap();
    let mut session = bench.session();
    let mut draft = bench.rollback();
    draft.others = Some(Others { count: 2, distinct_teams: true });
    let question = session.propose(draft).unwrap();
    assert_eq!(question.risk, Risk::R2);
    let gate = gate(&question.passages, Gate::SecondPerson);
    assert_eq!((gate.demand, gate.way), (Demand::Passage, Way::Waits), "{gate:?}");
    let waits = |events: &[Event], there: &str| {
        assert_eq!(second_person(events), Way::Waits, "{there}");
    };
    waits(session.ask(back(&question, &signed(&question, 2))), "bob alone");
    waits(session.ask(back(&question, &signed(&question, 3))), "carol is of bob's team");
    assert_eq!(second_person(session.ask(back(&question, &signed(&question, 4)))), Way::Passed);
    session.ask(reason(&question.plan));
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
}

#[test]
fn gd03_gd04_what_does_not_count_leaves_the_gate_open_and_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let bench = with_approvers(folder.path());
    let mut session = bench.session();
    let other = asked(&bench, &mut session, Risk::R3);
    let question = asked(&bench, &mut session, Risk::R3);
    let check = |session: &mut Session, line: &Countersignature, words: &str| {
        let events = session.ask(back(&question, line));
        assert!(held(events).unwrap().contains(words), "{events:?}");
        assert_eq!(second_person(events), Way::Waits);
    };
    check(&mut session, &signed(&other, 2), "not as it stands here");
    check(&mut session, &signed(&question, 1), "cannot approve as well");
    check(&mut session, &signed(&question, 9), "no longer");
    bench.clock.set(bench.clock.now() + Duration::from_secs(15 * 60 + 1));
    check(&mut session, &signed(&question, 2), "counted until");
    let refused = |record: &Record| matches!(record, Record::Refused { what, .. } if what.contains("does not count"));
    assert_eq!(bench.count(refused), 4);
}

#[test]
fn gd04_a_key_that_is_taken_out_before_the_change_counts_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let bench = with_approvers(folder.path());
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R3);
    session.ask(back(&question, &signed(&question, 2)));
    session.ask(Request::BreakGlass { plan: question.plan.clone(), reason: "INC-7".into() });
    session.ask(reason(&question.plan));
    std::fs::write(folder.path().join("approvers.toml"), "").unwrap();
    let events = session.answer(&question.plan, PHRASE);
    assert!(refusal(events).unwrap().what.contains("0 of 1 have approved"), "{events:?}");
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

/// GD02: ten minutes to the millisecond, then not.
#[test]
fn gd02_a_plan_stands_for_its_ten_minutes_and_no_longer() {
    for (after, stands) in [(600_000, true), (600_001, false)] {
        let bench = bare(Environment::Sandbox);
        let mut session = bench.session();
        let question = session.propose(bench.rollback()).unwrap();
        let until = question.checked + Duration::from_millis(after);
        bench.clock.set(until);
        let events = session.answer(&question.plan, PHRASE);
        assert_eq!(refusal(events).is_none(), stands, "{events:?}");
        assert_eq!(bench.account.state().served, u32::from(stands));
    }
}

/// GD08: a million near misses, and none is taken.
#[test]
fn gd08_a_million_near_misses_are_refused() {
    use watchdeck_guard::{Operator, Plan, Sim};

    let seed = std::env::var("WATCHDECK_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("WATCHDECK_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let bench = bare(Environment::Sandbox);
    let hands = crate::support::hands::Hands(bench.account.clone());
    let now: Timestamp = bench.clock.now();
    let mut draft = bench.rollback();
    draft.risk = Risk::R4;
    let plan = Plan::<_, Sim>::propose(draft);
    let checked = plan.check(&hands, &Tiny, &bench.ceremony, now);
    let mut challenge = crate::support::clock::run(&bench.clock, checked).unwrap().challenge();
    // Only the phrase is left to be wrong.
    challenge.give_reason("INC-7");
    challenge.break_glass("INC-7");
    let phrase: Vec<char> = challenge.question().phrase.chars().collect();
    let by = Operator { name: "operator".into() };
    let alike =
        [('a', 'а'), ('o', 'о'), ('e', 'е'), ('l', 'I'), ('4', '４'), ('1', 'l'), (' ', '\u{a0}')];
    for _ in 0..1_000_000 {
        let mut typed = phrase.clone();
        for _ in 0..random.usize(1..=2) {
            let at = random.usize(..typed.len());
            match random.u8(0..8) {
                0 => drop(typed.remove(at)),
                1 => typed.insert(at, typed[at]),
                2 => typed[at] = char::from(random.u8(32..127)),
                3 => typed[at] = typed[at].to_ascii_uppercase(),
                4 => typed
                    .insert(at, *random.choice(&[' ', '\u{200b}', '\u{a0}', '\n', '\t']).unwrap()),
                5 => {
                    let other = random.usize(..typed.len());
                    typed.swap(at, other);
                }
                6 => typed.push(*random.choice(&[' ', '\u{a0}', '\r', 'y']).unwrap()),
                _ => {
                    let (from, to) = *random.choice(&alike).unwrap();
                    typed.iter_mut().filter(|c| **c == from).take(1).for_each(|c| *c = to);
                }
            }
        }
        if typed == phrase {
            continue;
        }
        let typed: String = typed.into_iter().collect();
        match challenge.answer(&typed, &by, now) {
            Ok(_) => unreachable!("seed {seed}: {typed:?} was taken"),
            Err((back, refusal)) => {
                assert_eq!(refusal.why, Why::Phrase, "seed {seed}: {typed:?}");
                challenge = back;
            }
        }
    }
    let right: String = phrase.into_iter().collect();
    assert!(challenge.answer(&right, &by, now).is_ok());
}
