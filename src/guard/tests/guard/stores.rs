//! Queues, secrets and the firewall: what is there decides, and what others did stays.

use watchdeck_domain::Clock as _;
use watchdeck_guard::{Ended, Question, Why};

use crate::support::account::{Fault, Other};
use crate::support::bench::{Bench, Session, ended, outcome, refusal};
use crate::support::stores::THEIRS;
use crate::support::{Trigger, limiting, listing, rotation, trigger};

const KINDS: [Trigger; 4] = [Trigger::Redrive, Trigger::Purge, Trigger::Retry, Trigger::Stop];
const RANGE: &str = "203.0.113.7/32";

fn propose(kind: Trigger, bench: &Bench, session: &mut Session) -> Question {
    session.propose(trigger(kind, &bench.account, bench.clock.now())).unwrap()
}

#[test]
fn what_nothing_takes_back_is_not_offered_to_be_taken_back() {
    for kind in KINDS {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = propose(kind, &bench, &mut session);
        let events = session.answer(&question.plan, &question.phrase);
        assert_eq!(ended(events), Some(Ended::Succeeded), "{kind:?}: {events:#?}");
        assert!(!outcome(events).unwrap().undoable, "{kind:?}");
        let why = session.take_back(question.plan.run()).unwrap_err();
        assert!(why.contains("cannot be taken back"), "{kind:?}: {why}");
    }
}

#[test]
fn cf28_a_task_that_somebody_else_has_begun_since_stops_ours() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = propose(Trigger::Redrive, &bench, &mut session);
    bench.account.interfere();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(refusal(events).map(|no| no.why), Some(Why::Moved), "{events:#?}");
    assert_eq!(bench.account.state().served, 0);
}

#[test]
fn a_purge_throws_away_no_more_than_was_agreed_to() {
    for (holds, served) in [(54, 1), (55, 0)] {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = propose(Trigger::Purge, &bench, &mut session);
        assert!(question.phrase.contains("40 messages"), "{}", question.phrase);
        bench.account.state().stores.holds = holds;
        session.answer(&question.plan, &question.phrase);
        assert_eq!(bench.account.state().served, served, "{holds}");
    }
}

#[test]
fn a_lost_purge_of_which_nobody_can_tell_is_a_conflict_and_is_not_sent_again() {
    let bench = Bench::new();
    {
        let mut state = bench.account.state();
        state.faults.push_back(Fault::LostBefore);
        state.other = Other::AfterCall;
    }
    let mut session = bench.session();
    let question = propose(Trigger::Purge, &bench, &mut session);
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Conflict), "{events:#?}");
    assert_eq!(bench.account.state().served, 1);
}

#[test]
fn cf32_a_lost_rotation_is_known_by_its_token_whoever_else_rotates() {
    let bench = Bench::new();
    {
        let mut state = bench.account.state();
        state.faults.push_back(Fault::ReplyLost);
        state.other = Other::AfterCall;
    }
    let mut session = bench.session();
    let question = session.propose(rotation(&bench.account, bench.clock.now())).unwrap();
    session.answer(&question.plan, &question.phrase);
    assert_eq!(bench.landed(), [question.plan.run().clone()]);
    assert_eq!(bench.account.state().served, 1);
}

#[test]
fn a_rotation_is_taken_back_by_handing_the_version_before_out() {
    let bench = Bench::new();
    let before = bench.account.state().stores.current.clone();
    let mut session = bench.session();
    let question = session.propose(rotation(&bench.account, bench.clock.now())).unwrap();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    assert_ne!(bench.account.state().stores.current, before);
    let back = session.take_back(question.plan.run()).unwrap();
    assert_eq!(back.calls[0].operation, "UpdateSecretVersionStage");
    let events = session.answer(&back.plan, &back.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    assert_eq!(bench.account.state().stores.current, before);
}

#[test]
fn cf16_the_way_back_takes_out_our_range_and_keeps_what_another_has_listed_since() {
    let bench = Bench::new();
    let before = bench.account.state().stores.ip_set.addresses.clone();
    let mut session = bench.session();
    let question = session.propose(listing(RANGE, &bench.account, bench.clock.now())).unwrap();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    bench.account.interfere();
    let back = session.take_back(question.plan.run()).unwrap();
    let events = session.answer(&back.plan, &back.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    let wanted: Vec<_> = before.into_iter().chain([THEIRS.to_owned()]).collect();
    assert_eq!(bench.account.state().stores.ip_set.addresses, wanted);
}

#[test]
fn cf16_a_range_that_another_lists_since_the_question_is_kept_by_the_next_plan() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(listing(RANGE, &bench.account, bench.clock.now())).unwrap();
    bench.account.interfere();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(refusal(events).map(|no| no.why), Some(Why::Moved), "{events:#?}");
    let question = session.propose(listing(RANGE, &bench.account, bench.clock.now())).unwrap();
    session.answer(&question.plan, &question.phrase);
    let held = bench.account.state().stores.ip_set.addresses.clone();
    assert!(
        held.iter().any(|one| one == THEIRS) && held.iter().any(|one| one == RANGE),
        "{held:?}"
    );
}

#[test]
fn gd10_a_range_wider_than_a_site_or_of_nobody_outside_is_refused() {
    for range in
        ["198.18.0.0/15", "203.0.113.0/23", "10.0.0.7/32", "203.0.113.7/24", "2001:db8::/32"]
    {
        let bench = Bench::new();
        let mut session = bench.session();
        let no = session.propose(listing(range, &bench.account, bench.clock.now())).unwrap_err();
        let no = no.unwrap();
        assert_eq!(no.why, Why::Draft, "{range}: {no:?}");
    }
}

fn rules(bench: &Bench) -> Vec<String> {
    bench.account.state().stores.acl.rules.iter().map(|rule| rule.name.clone()).collect()
}

#[test]
fn cf15_however_often_the_lock_moves_each_plan_is_sent_once_and_the_next_keeps_what_others_did() {
    for conflicts in [1, 4, 6] {
        let bench = Bench::new();
        let mut session = bench.session();
        for _ in 0..conflicts {
            // Somebody is there between the last look and the call: AWS compares, and nothing of ours is done.
            bench.account.state().other = Other::BeforeCall;
            let question = session.propose(limiting(&bench.account, bench.clock.now())).unwrap();
            let events = session.answer(&question.plan, &question.phrase);
            assert_eq!(ended(events), Some(Ended::Rejected), "{events:#?}");
        }
        let question = session.propose(limiting(&bench.account, bench.clock.now())).unwrap();
        let events = session.answer(&question.plan, &question.phrase);
        assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
        let rules = rules(&bench);
        assert_eq!(rules.iter().filter(|name| name.starts_with("theirs-")).count(), conflicts);
        assert_eq!(rules.iter().filter(|name| name.starts_with("ops-rate-")).count(), 1);
        assert_eq!(bench.account.state().served as usize, conflicts + 1);
    }
}

#[test]
fn cf15_the_way_back_takes_out_our_rule_and_keeps_what_another_has_put_there_since() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(limiting(&bench.account, bench.clock.now())).unwrap();
    session.answer(&question.plan, &question.phrase);
    bench.account.interfere();
    let back = session.take_back(question.plan.run()).unwrap();
    let events = session.answer(&back.plan, &back.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    let rules = rules(&bench);
    assert!(
        rules.len() == 2 && rules[0] == "blocked" && rules[1].starts_with("theirs-"),
        "{rules:?}"
    );
}
