//! Databases that are failed over, or get another password: told by who writes, and by what RDS says of what came to nothing.

use watchdeck_domain::Clock as _;
use watchdeck_guard::{Ended, Why};

use crate::support::account::Fault;
use crate::support::bench::{Bench, ended, outcome, refusal};
use crate::support::{Trigger, trigger};

const KINDS: [Trigger; 6] = [
    Trigger::FailOver,
    Trigger::Switch,
    Trigger::Lose,
    Trigger::Standby,
    Trigger::Promote,
    Trigger::Master,
];

#[test]
fn a_failover_is_made_once_and_a_lost_answer_is_not_sent_again() {
    for (kind, fault) in
        KINDS.into_iter().flat_map(|kind| [(kind, Fault::Fine), (kind, Fault::ReplyLost)])
    {
        let bench = Bench::new();
        bench.account.state().faults.push_back(fault);
        let mut session = bench.session();
        let question = session.propose(trigger(kind, &bench.account, bench.clock.now())).unwrap();
        let events = session.answer(&question.plan, &question.phrase);
        assert_eq!(ended(events), Some(Ended::Succeeded), "{kind:?}: {events:#?}");
        assert_eq!(bench.account.state().served, 1, "{kind:?}");
    }
}

#[test]
fn cf25_what_rds_gives_up_ends_the_run_at_once() {
    for (kind, said) in [(Trigger::FailOver, "previous primary"), (Trigger::Standby, "Abandoning")]
    {
        let bench = Bench::new();
        bench.account.state().databases.gives_up = true;
        let mut session = bench.session();
        let question = session.propose(trigger(kind, &bench.account, bench.clock.now())).unwrap();
        let events = session.answer(&question.plan, &question.phrase);
        assert_eq!(ended(events), Some(Ended::Failed), "{kind:?}: {events:#?}");
        let why = outcome(events).unwrap().why.clone();
        assert!(why.contains(said), "{kind:?}: {why}");
    }
}

#[test]
fn what_somebody_else_has_moved_since_the_question_is_not_moved_again() {
    for kind in KINDS {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = session.propose(trigger(kind, &bench.account, bench.clock.now())).unwrap();
        bench.account.interfere();
        let events = session.answer(&question.plan, &question.phrase);
        assert_eq!(refusal(events).map(|no| no.why), Some(Why::Moved), "{kind:?}: {events:#?}");
        assert_eq!(bench.account.state().served, 0, "{kind:?}");
    }
}

#[test]
fn cf23_a_failover_to_another_region_is_never_asked_for_without_leave_to_lose_data() {
    let bench = Bench::new();
    let mut session = bench.session();
    let lose = trigger(Trigger::Lose, &bench.account, bench.clock.now());
    let question = session.propose(lose).unwrap();
    assert_eq!(question.calls[0].operation, "FailoverGlobalCluster");
    assert_eq!(question.calls[0].params["AllowDataLoss"], true);
    let radius = question.blast_radius.join("\n");
    assert!(radius.contains("data-loss: about 77 writes are lost"), "{radius}");
    assert!(radius.contains("420 ms behind") && radius.contains("850 ms at the worst"));
    let mut session = bench.session();
    let switch = trigger(Trigger::Switch, &bench.account, bench.clock.now());
    let question = session.propose(switch).unwrap();
    assert_eq!(question.calls[0].operation, "SwitchoverGlobalCluster");
    assert_eq!(question.calls[0].params.get("AllowDataLoss"), None);
}
