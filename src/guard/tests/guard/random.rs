//! Any sequence of requests: no change without an answered question, and the books balance.

use std::collections::BTreeSet;

use proptest::prelude::*;
use watchdeck_domain::Clock as _;
use watchdeck_guard::journal::{Fate, Record};
use watchdeck_guard::{Draft, Ended, Event, PlanId, Request};

use crate::support::account::Fault;
use crate::support::bench::Bench;
use crate::support::{
    Absolute, PHRASE, Trigger, invalidation, limiting, listing, rotation, setting, snapshotting,
    trigger,
};

const FAULTS: [Fault; 6] = [
    Fault::Fine,
    Fault::LostBefore,
    Fault::ReplyLost,
    Fault::Late,
    Fault::Throttled,
    Fault::Expired,
];

/// What is proposed: mostly what AWS compares, and each kind that it does not.
fn draft(deed: u8, bench: &Bench) -> Draft {
    let (account, now) = (&bench.account, bench.clock.now());
    match deed {
        0 => trigger(Trigger::Redrive, account, now),
        1 => trigger(Trigger::Purge, account, now),
        2 => rotation(account, now),
        3 => listing("203.0.113.7/32", account, now),
        4 => setting(Absolute::Bucket, account, now),
        5 => setting(Absolute::Findings, account, now),
        6 => setting(Absolute::Threats, account, now),
        7 => limiting(account, now),
        8 => setting(Absolute::Stage, account, now),
        9 => trigger(Trigger::Retry, account, now),
        10 => trigger(Trigger::RollBack, account, now),
        11 => trigger(Trigger::Stop, account, now),
        12 => invalidation(account, now),
        13 => setting(Absolute::Mute, account, now),
        14 => setting(Absolute::Throttle, account, now),
        15 => setting(Absolute::Deployment, account, now),
        16 => setting(Absolute::Rule, account, now),
        17 => setting(Absolute::Roll, account, now),
        18 => trigger(Trigger::FailOver, account, now),
        19 => trigger(Trigger::Switch, account, now),
        20 => trigger(Trigger::Lose, account, now),
        21 => trigger(Trigger::Standby, account, now),
        22 => trigger(Trigger::Promote, account, now),
        23 => trigger(Trigger::Master, account, now),
        24 => snapshotting(account, now),
        25 => setting(Absolute::Shared, account, now),
        _ => bench.rollback(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance(
        requests in proptest::collection::vec(0_u8..9, 1..24),
        faults in proptest::collection::vec(0_usize..6, 0..8),
        deed in 0_u8..28,
    ) {
        let bench = Bench::new();
        bench.account.state().faults = faults.iter().map(|at| FAULTS[*at]).collect();
        let mut session = bench.session();
        let mut answered = 0;
        for kind in requests {
            let plans: Vec<PlanId> = session.events.iter().filter_map(|e| match e {
                Event::Asked { plan, .. } => Some(plan.clone()),
                _ => None,
            }).collect();
            let plan = plans.last().cloned().unwrap_or_else(|| PlanId::draw(watchdeck_domain::Timestamp::default()));
            let run = plan.run().clone();
            match kind {
                0 | 1 => {
                    // Proposing from what is there is refused once it is at 41 already: no matter.
                    let _question = session.propose(draft(deed, &bench));
                }
                2 => {
                    session.answer(&plan, "yes");
                }
                3 => {
                    let phrase = session.events.iter().rev().find_map(|e| match e {
                        Event::Asked { question, .. } => Some(question.phrase.clone()),
                        _ => None,
                    });
                    answered += 1;
                    session.answer(&plan, phrase.as_deref().unwrap_or(PHRASE));
                }
                4 => {
                    session.ask(Request::Withdraw { plan });
                }
                5 => {
                    session.ask(Request::Abort { run });
                }
                6 => {
                    session.resume(&run);
                }
                7 => {
                    session.ask(Request::Undo { run });
                }
                _ => bench.account.interfere(),
            }
        }
        let served = usize::try_from(bench.account.state().served).unwrap();
        let fates = bench.count(|r| matches!(r, Record::Outcome { .. }));
        let landed = bench.count(|r| matches!(r, Record::Outcome { fate: Fate::Landed { .. }, .. }));
        let open = session.unfinished().iter().filter(|run| run.adrift.is_some()).count();
        let of = |wanted: fn(&Record) -> bool| -> BTreeSet<_> {
            bench.rows().into_iter().filter(|row| wanted(&row.record)).filter_map(|row| row.run).collect()
        };
        // Plans of one step: a run has one intent, and one outcome at most.
        let given_up = of(|r| matches!(r, Record::RunEnd { ended: Ended::Abandoned, .. }));
        let told = of(|r| matches!(r, Record::Outcome { .. }));
        let sent = of(|r| matches!(r, Record::Intent { .. }));
        let abandoned = given_up.iter().filter(|run| sent.contains(run) && !told.contains(run)).count();
        prop_assert!(served <= answered, "no change without an answered question");
        prop_assert_eq!(served, bench.intents(), "every recorded intent was sent, and nothing else");
        prop_assert_eq!(served, fates + open + abandoned, "every call has a fate, or is known to have none");
        prop_assert!(landed <= bench.account.state().effects.len(), "nothing is claimed that was not done");
        let approvals = bench.count(|r| matches!(r, Record::Approval { .. }));
        prop_assert_eq!(approvals, bench.intents());
    }
}
