//! What AWS sets without comparing: it lands, it is taken back, and whoever else has been there is not overwritten in
//! silence.

use std::time::Duration;

use watchdeck_domain::bucket::PublicBlock;
use watchdeck_domain::{Clock as _, RunId};
use watchdeck_guard::{Ended, Event, Question, Request, Why};

use crate::support::account::{Fault, Other, State};
use crate::support::bench::{Bench, Session, ended, outcome, refusal};
use crate::support::{Absolute, setting};

const KINDS: [Absolute; 17] = [
    Absolute::Source,
    Absolute::Reserved,
    Absolute::Provisioned,
    Absolute::Bucket,
    Absolute::Key,
    Absolute::DenyAll,
    Absolute::Sessions,
    Absolute::Findings,
    Absolute::Threats,
    Absolute::Stage,
    Absolute::Mute,
    Absolute::Throttle,
    Absolute::Deployment,
    Absolute::Rule,
    Absolute::Roll,
    Absolute::Weights,
    Absolute::Shared,
];

fn propose(kind: Absolute, bench: &Bench, session: &mut Session) -> Question {
    session.propose(setting(kind, &bench.account, bench.clock.now())).unwrap()
}

fn undo(run: RunId, session: &mut Session) -> &[Event] {
    session.ask_until(Request::Undo { run }, |events| {
        events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
    })
}

/// What they are set to, in words.
fn stands(state: &State) -> String {
    let State {
        source,
        reserved,
        provisioned,
        key,
        policies,
        stores,
        deliveries,
        edge,
        leading,
        snapshots,
        ..
    } = state;
    let (block, archived) = (stores.block, &stores.archived);
    let workflows: Vec<_> = stores.workflows.iter().map(|(_, word, _)| word).collect();
    let (closed, mute) = (&deliveries.closed, &deliveries.mutes);
    let edge = format!(
        "{:?} {} {} {} {} {}",
        edge.throttle,
        edge.deployment,
        edge.rule,
        edge.service.definition,
        leading.stands(),
        snapshots.stands()
    );
    format!(
        "{} {reserved:?} {provisioned:?} {block:?} {key} {policies:?} {workflows:?} {archived:?} {closed:?} {mute:?} {edge}",
        source.state
    )
}

#[test]
fn what_is_set_lands_comes_to_rest_and_is_put_back_as_it_was() {
    for kind in KINDS {
        let bench = Bench::new();
        let before = stands(&bench.account.state());
        let mut session = bench.session();
        let question = propose(kind, &bench, &mut session);
        assert_eq!(question.differences.len(), 1, "{kind:?}");
        let events = session.answer(&question.plan, &question.phrase);
        assert_eq!(ended(events), Some(Ended::Succeeded), "{kind:?}: {events:#?}");
        assert!(outcome(events).unwrap().undoable);
        assert_ne!(stands(&bench.account.state()), before, "{kind:?}");
        let events = undo(question.plan.run().clone(), &mut session);
        let back = events.iter().find_map(|event| match event {
            Event::Asked { question, .. } => Some((**question).clone()),
            _ => None,
        });
        let back = back.unwrap_or_else(|| panic!("{kind:?}: {events:#?}"));
        let events = session.answer(&back.plan, &back.phrase);
        assert_eq!(ended(events), Some(Ended::Succeeded), "{kind:?}: {events:#?}");
        assert_eq!(stands(&bench.account.state()), before, "{kind:?}");
        assert_eq!(bench.account.state().served, 2, "{kind:?}");
    }
}

#[test]
fn what_somebody_else_has_set_since_the_question_is_not_overwritten() {
    for kind in KINDS {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = propose(kind, &bench, &mut session);
        bench.account.interfere();
        let theirs = stands(&bench.account.state());
        let events = session.answer(&question.plan, &question.phrase);
        assert_eq!(refusal(events).map(|no| no.why), Some(Why::Moved), "{kind:?}: {events:#?}");
        assert_eq!(stands(&bench.account.state()), theirs, "{kind:?}");
        assert_eq!(bench.account.state().served, 0, "{kind:?}");
    }
}

#[test]
fn a_way_back_does_not_overwrite_what_somebody_else_has_set_since() {
    for kind in KINDS {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = propose(kind, &bench, &mut session);
        session.answer(&question.plan, &question.phrase);
        bench.account.interfere();
        let events = undo(question.plan.run().clone(), &mut session);
        let no = refusal(events).unwrap_or_else(|| panic!("{kind:?}: {events:#?}"));
        assert!(matches!(no.why, Why::Moved | Why::Check), "{kind:?}: {no:?}");
        assert_eq!(bench.account.state().served, 1, "{kind:?}");
    }
}

#[test]
fn a_lost_call_that_overwrites_somebody_else_later_is_told() {
    // What takes out of a list only what was read leaves whatever others have put there.
    for kind in KINDS.into_iter().filter(|kind| *kind != Absolute::Shared) {
        let bench = Bench::new();
        {
            let mut state = bench.account.state();
            state.faults.push_back(Fault::VeryLate);
            state.other = Other::AfterCall;
        }
        let mut session = bench.session();
        let question = propose(kind, &bench, &mut session);
        let events = session.answer(&question.plan, &question.phrase);
        assert_eq!(ended(events), Some(Ended::Conflict), "{kind:?}: {events:#?}");
        let why = &outcome(events).unwrap().why;
        assert!(why.contains("AWS compares nothing here"), "{kind:?}: {why}");
        let from = session.events.len();
        session.go(Duration::from_mins(30), |_| false);
        let late = session.events[from..].iter().any(|e| matches!(e, Event::Late { .. }));
        assert!(late, "{kind:?}: nobody told that their setting is gone");
    }
}

#[test]
fn what_a_later_run_has_set_is_not_taken_for_the_late_effect_of_an_earlier_one() {
    for kind in KINDS {
        let bench = Bench::new();
        bench.account.state().faults.push_back(Fault::LostBefore);
        let mut session = bench.session();
        let lost = propose(kind, &bench, &mut session);
        assert_eq!(ended(session.answer(&lost.plan, &lost.phrase)), Some(Ended::Absent));
        let second = propose(kind, &bench, &mut session);
        assert_eq!(ended(session.answer(&second.plan, &second.phrase)), Some(Ended::Succeeded));
        session.go(Duration::from_mins(30), |_| false);
        assert_eq!(bench.landed(), [second.plan.run().clone()], "{kind:?}");
    }
}

#[test]
fn cf34_where_no_block_was_configured_the_way_back_takes_it_away() {
    let bench = Bench::new();
    let mut session = bench.session();
    assert_eq!(bench.account.state().stores.block, None);
    let question = propose(Absolute::Bucket, &bench, &mut session);
    session.answer(&question.plan, &question.phrase);
    assert_eq!(bench.account.state().stores.block, Some(PublicBlock::ALL));
    let events = undo(question.plan.run().clone(), &mut session);
    let back = events.iter().find_map(|event| match event {
        Event::Asked { question, .. } => Some((**question).clone()),
        _ => None,
    });
    let back = back.unwrap();
    assert_eq!(back.calls[0].operation, "DeletePublicAccessBlock");
    session.answer(&back.plan, &back.phrase);
    assert_eq!(bench.account.state().stores.block, None);
}
