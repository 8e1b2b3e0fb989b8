//! What cannot be planned, and what any drift does to a plan.

use std::collections::BTreeMap;

use proptest::prelude::*;
use watchdeck_domain::change::PointAlias;
use watchdeck_domain::{Change, Clock as _, Reversal};
use watchdeck_guard::{Draft, OnFail, Operator, Plan, Question, Refusal, Risk, Run, Sim, Why};

use crate::support::bench::Bench;
use crate::support::clock::run;
use crate::support::hands::Hands;
use crate::support::{PHRASE, Tiny, check, version};

fn question(bench: &Bench, draft: Draft) -> Result<Question, Box<Refusal>> {
    let now = bench.clock.now();
    let hands = Hands(bench.account.clone());
    let plan = Plan::<_, Sim>::propose(draft);
    let checked = run(&bench.clock, plan.check(&hands, &Tiny, &bench.ceremony, now))?;
    Ok(checked.challenge().question().clone())
}

fn point(draft: &mut Draft) -> &mut PointAlias {
    let Change::PointAlias(point) = &mut draft.first.change else { unreachable!() };
    point
}

#[test]
fn drafts_that_cannot_be_carried_out_are_refused_with_the_reason() {
    type Spoil = fn(&mut Draft);
    let spoils: [(Spoil, Why, &str); 17] = [
        (|d| d.phrase = "yes".into(), Why::Draft, "lacks {target}"),
        (|d| d.phrase = "undo {target} {to} {account} {x}".into(), Why::Draft, "cannot be typed"),
        (|d| d.phrase = "\u{202e}{target} {to} {account}".into(), Why::Draft, "cannot be typed"),
        (|d| d.ttl_s = 360_001, Why::Draft, "it must be 1 to 360000"),
        (|d| d.risk = Risk::R0, Why::Draft, "may have 0"),
        (|d| d.rest.push(d.first.clone()), Why::Draft, "twice"),
        (|d| d.first.settle_ms = 0, Why::Draft, "settles in 0 ms"),
        (|d| point(d).description = "no mark".into(), Why::Draft, "does not name the run"),
        (|d| point(d).description.push_str(&"x".repeat(300)), Why::Draft, "longer than 256"),
        (
            |d| point(d).weights = BTreeMap::from([("42".into(), 1.5)]),
            Why::Draft,
            "not between 0 and 1",
        ),
        (|d| point(d).weights = BTreeMap::from([("41".into(), 0.5)]), Why::Draft, "its own second"),
        (
            |d| point(d).weights = BTreeMap::from([("$LATEST".into(), 0.5)]),
            Why::Draft,
            "cannot share",
        ),
        (
            |d| point(d).weights = BTreeMap::from([("40".into(), 0.1), ("42".into(), 0.1)]),
            Why::Draft,
            "at most two",
        ),
        (|d| point(d).version = version("42"), Why::Check, "already points at 42"),
        (
            |d| point(d).revision = crate::support::account::revision(9),
            Why::Moved,
            "has been changed",
        ),
        (
            |d| {
                let Reversal::By(back) = &mut d.first.reversal else { unreachable!() };
                let Change::PointAlias(back) = back.as_mut() else { unreachable!() };
                back.version = version("40");
            },
            Why::Draft,
            "the reversal leads to 40",
        ),
        (
            |d| d.scope.account = watchdeck_domain::AccountId::parse("111111111111").unwrap(),
            Why::Identity,
            "switch",
        ),
    ];
    for (spoil, why, wanted) in spoils {
        let bench = Bench::new();
        let mut draft = bench.rollback();
        spoil(&mut draft);
        let refusal = question(&bench, draft).unwrap_err();
        assert_eq!(refusal.why, why, "{refusal:?}");
        assert!(refusal.what.contains(wanted) || refusal.hint.contains(wanted), "{refusal:?}");
    }
}

#[test]
fn what_cannot_be_judged_never_passes() {
    for (expression, stops) in
        [("nothing.here == 1", true), ("no expression", true), ("target.state == Active", false)]
    {
        let bench = Bench::new();
        let mut draft = bench.rollback();
        draft.checks = vec![check("it", expression, OnFail::Stop)];
        assert_eq!(question(&bench, draft.clone()).is_err(), stops, "{expression}");
        draft.checks = vec![check("it", expression, OnFail::Warn)];
        let question = question(&bench, draft).unwrap();
        assert_eq!(question.evidence[0].verdict.holds(), !stops, "{expression}");
    }
}

#[test]
fn a_denied_read_is_not_taken_for_nothing_being_there() {
    let bench = Bench::new();
    let mut draft = bench.rollback();
    // This account answers no such question: the fact is no variable, not even an empty one.
    draft.facts[1].query =
        watchdeck_domain::Question::into_query(watchdeck_domain::reading::Buckets {});
    let refusal = question(&bench, draft).unwrap_err();
    assert!(refusal.what.contains("`target` could not be read"), "{}", refusal.what);
}

#[test]
fn the_hash_is_of_everything_that_a_yes_commits_to() {
    let bench = Bench::new();
    let draft = bench.rollback();
    let base = question(&bench, draft.clone()).unwrap().hash;
    assert_eq!(question(&bench, draft.clone()).unwrap().hash, base);
    let mut other = draft.clone();
    other.title.push('!');
    assert_ne!(question(&bench, other).unwrap().hash, base);
    bench.account.state().identity.user_id = "AROB:other".into();
    assert_ne!(question(&bench, draft).unwrap().hash, base);
}

#[test]
fn a_draft_survives_the_journey_through_json() {
    let bench = Bench::new();
    let draft = bench.rollback();
    let text = serde_json::to_string(&draft).unwrap();
    assert_eq!(serde_json::from_str::<Draft>(&text).unwrap(), draft);
    assert!(serde_json::from_str::<Draft>(&text.replacen('{', "{\"approved\":true,", 1)).is_err());
}

/// Ways in which an account can move between check and act.
fn shift(bench: &Bench, kind: u8) {
    let mut state = bench.account.state();
    let target = "41";
    match kind {
        0 => state.alias.revision = crate::support::account::revision(99),
        1 => state.alias.version = version("40"),
        2 => {
            state.alias.weights.insert("41".into(), 0.1);
        }
        3 => {
            // It may be gone already: then it has moved as well.
            if let Some(config) = state.versions.get_mut(target) {
                config.code_sha256.push('x');
            }
        }
        4 => {
            state.versions.remove(target);
        }
        5 => {
            state.identity.arn = watchdeck_domain::Arn::parse(
                "arn:aws:sts::123456784021:assumed-role/other/operator",
            )
            .unwrap();
        }
        6 => state.identity.account = watchdeck_domain::AccountId::parse("111111111111").unwrap(),
        _ => state.dark = Some(watchdeck_domain::reading::ReadFailure::Unreachable),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever moves of what the plan depends on, verify refuses; and when nothing moves, it does not.
    #[test]
    fn any_drift_is_refused(kinds in proptest::collection::vec(0_u8..8, 0..3)) {
        let bench = Bench::new();
        let hands = Hands(bench.account.clone());
        let now = bench.clock.now();
        let plan = Plan::<_, Sim>::propose(bench.rollback());
        let checked = run(&bench.clock, plan.check(&hands, &Tiny, &bench.ceremony, now)).unwrap();
        let by = Operator { name: "operator".into() };
        let approved = checked.challenge().answer(PHRASE, &by, now).unwrap();
        for kind in &kinds {
            shift(&bench, *kind);
        }
        let verified = run(&bench.clock, Run::open(approved).verify(&hands, &Tiny, now));
        prop_assert_eq!(verified.is_ok(), kinds.is_empty());
    }
}

#[test]
fn a_rehearsal_is_another_realm_and_leaves_the_live_plan_alone() {
    let live = Plan::<_, watchdeck_guard::Live>::propose(Bench::new().rollback());
    let rehearsal: Plan<_, Sim> = live.rehearsal();
    assert_eq!(rehearsal.draft(), live.draft());
}
