//! Stages and deployments: what is there decides, and what others did stays.

use watchdeck_domain::Clock as _;
use watchdeck_guard::{Ended, Why};

use crate::support::account::{Fault, Other};
use crate::support::bench::{Bench, ended, outcome, refusal};
use crate::support::deliveries::execution;
use crate::support::{Trigger, invalidation, rollback_of_stage, trigger};

#[test]
fn a_stage_that_was_rolled_back_is_rolled_forward_to_what_it_held() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(rollback_of_stage(&bench.account, bench.clock.now())).unwrap();
    assert_eq!(question.differences[0].after, "00000000");
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    assert!(outcome(events).unwrap().undoable);
    assert_eq!(bench.account.state().deliveries.holds(), execution(1).as_str());
    let back = session.take_back(question.plan.run()).unwrap();
    assert_eq!(back.calls[0].params["targetPipelineExecutionId"], execution(2).as_str());
    let events = session.answer(&back.plan, &back.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    let runs = bench.account.state().deliveries.runs.clone();
    let targets: Vec<_> = runs.iter().map(|run| run.target.clone()).collect();
    assert_eq!(targets, [execution(2).as_str(), execution(1).as_str(), "", ""]);
}

#[test]
fn a_release_that_has_begun_since_the_question_stops_a_rollback() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(rollback_of_stage(&bench.account, bench.clock.now())).unwrap();
    bench.account.interfere();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(refusal(events).map(|no| no.why), Some(Why::Moved), "{events:#?}");
    assert_eq!(bench.account.state().served, 0);
}

#[test]
fn cf31_what_rolled_back_is_not_rolled_back_to() {
    let bench = Bench::new();
    bench.account.state().deliveries.runs[1].kind = "ROLLBACK".into();
    let mut session = bench.session();
    let no = session.propose(rollback_of_stage(&bench.account, bench.clock.now())).unwrap_err();
    let no = no.unwrap();
    assert!(no.what.contains("is itself a rollback"), "{no:?}");
}

#[test]
fn a_lost_retry_of_a_stage_that_another_release_has_entered_since_is_a_conflict() {
    let bench = Bench::new();
    {
        let mut state = bench.account.state();
        state.faults.push_back(Fault::LostBefore);
        state.other = Other::AfterCall;
    }
    let mut session = bench.session();
    let question =
        session.propose(trigger(Trigger::Retry, &bench.account, bench.clock.now())).unwrap();
    let events = session.answer(&question.plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Conflict), "{events:#?}");
    assert_eq!(bench.account.state().served, 1);
}

#[test]
fn what_has_not_failed_is_not_tried_again_and_what_has_ended_is_not_stopped() {
    for (kind, wanted) in [(Trigger::Retry, "only what failed"), (Trigger::Stop, "is not stopped")]
    {
        let bench = Bench::new();
        {
            let mut state = bench.account.state();
            state.deliveries.inside.1 = "Succeeded";
            state.deliveries.deployment = "Succeeded";
        }
        let mut session = bench.session();
        let no = session.propose(trigger(kind, &bench.account, bench.clock.now())).unwrap_err();
        let no = no.unwrap();
        assert!(no.what.contains(wanted), "{kind:?}: {no:?}");
    }
}

#[test]
fn cf38_a_lost_invalidation_is_known_by_its_reference_whoever_else_takes_out_the_same() {
    let bench = Bench::new();
    {
        let mut state = bench.account.state();
        state.faults.push_back(Fault::ReplyLost);
        state.other = Other::AfterCall;
    }
    let mut session = bench.session();
    let question = session.propose(invalidation(&bench.account, bench.clock.now())).unwrap();
    session.answer(&question.plan, &question.phrase);
    assert_eq!(bench.landed(), [question.plan.run().clone()]);
    assert_eq!(bench.account.state().served, 1);
    // Made once more by hand, it is the same one: its reference is taken already.
    let reference = format!("watchdeck-{}", question.plan.run());
    let state = bench.account.state();
    let ours = state.deliveries.invalidations.iter().filter(|it| it.reference == reference);
    assert_eq!(ours.count(), 1);
}
