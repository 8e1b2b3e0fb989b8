//! Waits that a runbook asks for: one whose words turn bad ends at once, and badly.

use std::time::Duration;

use watchdeck_domain::reading::{AliasOf, Question as _};
use watchdeck_guard::{Draft, Ended, Fact, Wait};

use crate::support::PHRASE;
use crate::support::bench::{Bench, outcome};

/// The rollback, and a wait for what the alias's version says.
fn waiting(bench: &Bench, until: &str, fail: Option<&str>) -> Draft {
    let mut draft = bench.rollback();
    let there = bench.account.state().alias.clone();
    let query = AliasOf { function: there.function, alias: there.name }.into_query();
    draft.waits.push(Wait {
        id: "status".into(),
        title: "it says what it should".into(),
        facts: vec![Fact { name: "alias".into(), query, window: None }],
        until: until.into(),
        fail: fail.map(str::to_owned),
        every_s: 10,
        timeout_s: 600,
    });
    draft
}

/// How a run with this wait ends, and how long that takes.
fn check(until: &str, fail: Option<&str>) -> (Ended, Duration) {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(waiting(&bench, until, fail)).unwrap();
    let events = session.answer(&question.plan, PHRASE).to_vec();
    let outcome = outcome(&events).unwrap();
    (outcome.ended, outcome.at.since(question.checked))
}

#[test]
fn a_wait_whose_status_turns_bad_fails_at_once() {
    let (ended, took) = check("alias.version == 99", Some("alias.version == 41"));
    assert_eq!(ended, Ended::Failed);
    assert!(took < Duration::from_mins(10), "{took:?}");
}

#[test]
fn a_wait_that_has_no_bad_word_lasts_its_time() {
    let (ended, took) = check("alias.version == 99", None);
    assert_eq!(ended, Ended::Failed);
    assert!(took >= Duration::from_mins(10), "{took:?}");
    assert_eq!(check("alias.version == 41", Some("alias.version == 99")).0, Ended::Succeeded);
}
