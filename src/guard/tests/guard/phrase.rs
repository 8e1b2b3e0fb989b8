//! The phrase is exact: what only looks right is wrong.

use watchdeck_guard::{Event, PlanId};

use crate::support::PHRASE;
use crate::support::bench::Bench;

#[test]
fn near_misses_hand_the_question_back() {
    let near = [
        String::new(),
        format!("{PHRASE} "),
        format!(" {PHRASE}"),
        format!("{PHRASE}\u{a0}"),
        format!("{PHRASE}\n"),
        PHRASE.replace(' ', "\u{a0}"),
        PHRASE.to_uppercase(),
        PHRASE.replace("Rollback", "rollback").replace("live", "Live"),
        PHRASE.replace('a', "\u{430}"),
        PHRASE.replace("41", "\u{ff14}\u{ff11}"),
        PHRASE.replace("41", "42"),
        PHRASE.replace("..4021", "..4022"),
        PHRASE.replace("to", "t\u{200b}o"),
        format!("{PHRASE}{PHRASE}"),
        PHRASE.trim_end_matches('1').to_owned(),
        "y".into(),
        "yes".into(),
    ];
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    for typed in near {
        let events = session.answer(&question.plan, &typed);
        assert!(
            matches!(&events[0], Event::Mistyped { plan, why } if *plan == question.plan && !why.is_empty()),
            "{typed:?}: {events:?}"
        );
    }
    assert_eq!(bench.account.state().served, 0);
    assert!(!session.answer(&question.plan, PHRASE).is_empty());
    assert_eq!(bench.account.state().served, 1);
}

#[test]
fn the_right_phrase_for_another_plan_is_no_answer() {
    let bench = Bench::new();
    let mut session = bench.session();
    let first = session.propose(bench.rollback()).unwrap();
    let unknown = PlanId::draw(first.checked);
    let events = session.answer(&unknown, PHRASE);
    assert!(matches!(&events[0], Event::Refused { .. }));
    assert_eq!(bench.account.state().served, 0);
}
