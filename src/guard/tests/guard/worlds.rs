//! Every world: crash points times faults times other actors. Nothing twice, nothing claimed that is not so, nothing lost.

use watchdeck_domain::Clock as _;
use watchdeck_guard::{Draft, Ended, Sim};

use crate::support::account::{Fault, Other};
use crate::support::bench::{Bench, Session, ended};
use crate::support::memory::{Death, Point};
use crate::support::{
    Absolute, Trigger, invalidation, inverting, limiting, listing, rotation, setting, snapshotting,
    trigger,
};

const FAULTS: [Fault; 10] = [
    Fault::Fine,
    Fault::LostBefore,
    Fault::ReplyLost,
    Fault::Late,
    Fault::VeryLate,
    Fault::Throttled,
    Fault::Expired,
    Fault::DiesBefore,
    Fault::DiesAfter,
    Fault::DiesLate,
];

/// What is done in the worlds: one change that AWS compares, and those that it does not.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Rollback,
    Setting(Absolute),
    Trigger(Trigger),
    Rotation,
    Listing,
    Limiting,
    Invalidation,
    Inverting,
    Snapshot,
}

impl Deed {
    fn draft(self, bench: &Bench) -> Draft {
        match self {
            Self::Rollback => bench.rollback(),
            Self::Setting(kind) => setting(kind, &bench.account, bench.clock.now()),
            Self::Listing => listing("203.0.113.7/32", &bench.account, bench.clock.now()),
            Self::Limiting => limiting(&bench.account, bench.clock.now()),
            Self::Invalidation => invalidation(&bench.account, bench.clock.now()),
            Self::Inverting => inverting(&bench.account, bench.clock.now()),
            Self::Snapshot => snapshotting(&bench.account, bench.clock.now()),
            Self::Rotation => rotation(&bench.account, bench.clock.now()),
            Self::Trigger(kind) => trigger(kind, &bench.account, bench.clock.now()),
        }
    }
}

/// Proposes and answers; says whether the operator, seeing how it ended, would propose again.
fn attempt(deed: Deed, bench: &Bench, session: &mut Session) -> bool {
    let Ok(question) = session.propose(deed.draft(bench)) else { return false };
    let events = session.answer(&question.plan, &question.phrase);
    matches!(ended(events), Some(Ended::Absent | Ended::Rejected))
}

fn world(deed: Deed, death: Death, first: Fault, second: Fault, other: Other) {
    let name = format!("{deed:?} {death:?} {first:?} {second:?} {other:?}");
    let bench = Bench::new();
    {
        let mut state = bench.account.state();
        state.faults = [first, second].into();
        state.other = other;
    }
    let mut again = true;
    if let Some(mut session) = bench.session_of::<Sim>(death) {
        again = attempt(deed, &bench, &mut session);
    }
    // Whatever became of the process: the next one finds what is open, sees it to its end, and may try once more.
    for _ in 0..6 {
        let mut session = bench.session();
        let open = session.unfinished();
        for run in &open {
            assert!(run.ours, "{name}");
            let events = session.resume(&run.run);
            again = matches!(ended(events), Some(Ended::Absent | Ended::Rejected));
            assert!(ended(events).is_some(), "{name}: {events:#?}");
        }
        if open.is_empty() && again {
            again = attempt(deed, &bench, &mut session);
        }
        if session.lives() && !again {
            break;
        }
    }
    let mut session = bench.session();
    // Whatever is still on its way arrives, and is looked for.
    session.go(std::time::Duration::from_mins(30), |_| false);
    assert!(session.unfinished().is_empty(), "{name}: something is still open");
    let state = bench.account.state();
    assert!(state.effects.len() <= 1, "{name}: done twice: {:?}", state.effects);
    let landed = bench.landed();
    assert!(landed.iter().all(|run| state.effects.contains(run)), "{name}: claimed and not done");
    let served = usize::try_from(state.served).unwrap();
    let intents = bench.intents();
    assert!(served <= intents, "{name}: {served} sent, {intents} recorded");
    // An effect that the journal does not own up to may only be one that somebody else has covered.
    for run in &state.effects {
        assert!(landed.contains(run) || other != Other::Nobody, "{name}: done and not told");
    }
    if matches!(death, Death::Never) {
        assert_eq!(served, intents, "{name}: every recorded intent was sent once");
    }
}

/// Every crash point, fault and other actor there is.
fn worlds(deed: Deed) {
    let deaths = (1..=8).flat_map(|n| [Death::Before(n), Death::After(n)]).chain([Death::Never]);
    for death in deaths {
        for first in FAULTS {
            for other in [Other::Nobody, Other::BeforeCall, Other::AfterCall] {
                // The second attempt is another process: how the first one died and how it fails are tried apart.
                let seconds = if death == Death::Never { &FAULTS[..] } else { &FAULTS[..3] };
                for &second in seconds {
                    world(deed, death, first, second, other);
                }
            }
        }
    }
}

#[test]
fn jr01_no_world_does_it_twice_or_claims_what_is_not_so() {
    worlds(Deed::Rollback);
}

#[test]
fn jr01_nor_does_any_world_of_a_switch_that_aws_does_not_compare() {
    worlds(Deed::Setting(Absolute::Source));
}

#[test]
fn jr01_nor_does_any_world_of_an_amount_that_aws_does_not_compare() {
    worlds(Deed::Setting(Absolute::Reserved));
}

#[test]
fn jr01_nor_does_any_world_of_dead_letters_that_are_moved_back() {
    worlds(Deed::Trigger(Trigger::Redrive));
}

#[test]
fn jr01_nor_does_any_world_of_a_queue_that_is_purged() {
    worlds(Deed::Trigger(Trigger::Purge));
}

#[test]
fn jr01_nor_does_any_world_of_a_secret_that_is_rotated_under_its_token() {
    worlds(Deed::Rotation);
}

#[test]
fn jr01_nor_does_any_world_of_a_bucket_that_the_public_is_kept_out_of() {
    worlds(Deed::Setting(Absolute::Bucket));
}

#[test]
fn jr01_nor_does_any_world_of_an_address_that_is_listed_beside_those_of_others() {
    worlds(Deed::Listing);
}

/// JR01: each of the six points, of each step. The points in between are the row numbers of the worlds above.
#[test]
fn jr01_a_death_at_each_of_the_six_points_of_each_step_loses_and_repeats_nothing() {
    use Point::{AfterIntent, AfterOutcome, AfterReply, BeforeIntent};
    for step in [1, 2] {
        for point in
            [None, Some(BeforeIntent), Some(AfterIntent), Some(AfterReply), Some(AfterOutcome)]
        {
            for sent in [false, true] {
                if point.is_some() && sent {
                    continue;
                }
                let name = format!("step {step} {point:?} {sent}");
                let bench = Bench::new();
                {
                    let mut state = bench.account.state();
                    state.spared = step - 1;
                    state.dies_when_sent = sent;
                }
                let mut draft = bench.rollback();
                let mut second =
                    setting(Absolute::Reserved, &bench.account, bench.clock.now()).first;
                second.id = "reserve".into();
                draft.rest.push(second);
                let death = point.map_or(Death::Never, |point| Death::Around(point, step));
                let mut session = bench.session_of::<Sim>(death).unwrap();
                let question = session.propose(draft).unwrap();
                session.answer(&question.plan, &question.phrase);
                assert_eq!(session.lives(), point.is_none() && !sent, "{name}");
                let before = bench.rows();
                let mut session = bench.session();
                for run in session.unfinished() {
                    session.see_through(&run.run);
                }
                session.go(std::time::Duration::from_mins(30), |_| false);
                assert!(session.unfinished().is_empty(), "{name}");
                assert_eq!(bench.rows()[..before.len()], before, "{name}: rows are lost");
                let seqs = bench.rows().iter().map(|row| row.seq).collect::<Vec<_>>();
                assert!(seqs.iter().copied().eq(0..seqs.len() as u64), "{name}: {seqs:?}");
                let state = bench.account.state();
                assert!(state.effects.len() <= 2, "{name}: done twice");
                assert_eq!(bench.landed().len(), state.effects.len(), "{name}: told otherwise");
            }
        }
    }
}

#[test]
fn nor_does_any_world_of_a_key_or_a_denial_that_aws_does_not_compare() {
    worlds(Deed::Setting(Absolute::Key));
    worlds(Deed::Setting(Absolute::DenyAll));
    worlds(Deed::Setting(Absolute::Sessions));
    worlds(Deed::Setting(Absolute::Trail));
}

#[test]
fn nor_does_any_world_of_findings_that_are_set_or_archived() {
    worlds(Deed::Setting(Absolute::Findings));
    worlds(Deed::Setting(Absolute::Threats));
}

#[test]
fn jr01_nor_does_any_world_of_a_limit_among_the_rules_of_others() {
    worlds(Deed::Limiting);
}

#[test]
fn nor_does_any_world_of_a_stage_that_is_closed_tried_again_or_rolled_back() {
    worlds(Deed::Setting(Absolute::Stage));
    worlds(Deed::Trigger(Trigger::Retry));
    worlds(Deed::Trigger(Trigger::RollBack));
}

#[test]
fn nor_does_any_world_of_a_deployment_that_is_stopped() {
    worlds(Deed::Trigger(Trigger::Stop));
}

#[test]
fn jr01_nor_does_any_world_of_a_failover_of_a_cluster() {
    worlds(Deed::Trigger(Trigger::FailOver));
}

#[test]
fn jr01_nor_does_any_world_of_a_primary_that_moves_to_another_region() {
    worlds(Deed::Trigger(Trigger::Switch));
    worlds(Deed::Trigger(Trigger::Lose));
}

#[test]
fn jr01_nor_does_any_world_of_a_standby_that_takes_over_or_a_replica_that_is_promoted() {
    worlds(Deed::Trigger(Trigger::Standby));
    worlds(Deed::Trigger(Trigger::Promote));
}

#[test]
fn jr01_nor_does_any_world_of_a_snapshot_that_is_taken_or_shared_with_nobody() {
    worlds(Deed::Snapshot);
    worlds(Deed::Setting(Absolute::Shared));
}

#[test]
fn jr01_nor_does_any_world_of_a_master_password_that_is_made_anew() {
    worlds(Deed::Trigger(Trigger::Master));
}

#[test]
fn nor_does_any_world_of_paths_that_are_taken_out_of_caches() {
    worlds(Deed::Invalidation);
}

#[test]
fn nor_does_any_world_of_alarms_that_are_muted() {
    worlds(Deed::Setting(Absolute::Mute));
}

#[test]
fn nor_does_any_world_of_a_stage_or_a_rule_that_aws_does_not_compare() {
    worlds(Deed::Setting(Absolute::Throttle));
    worlds(Deed::Setting(Absolute::Deployment));
    worlds(Deed::Setting(Absolute::Rule));
}

#[test]
fn nor_does_any_world_of_a_service_that_is_rolled() {
    worlds(Deed::Setting(Absolute::Roll));
}

#[test]
fn nor_does_any_world_of_weights_a_health_check_or_a_zone() {
    worlds(Deed::Setting(Absolute::Weights));
    worlds(Deed::Setting(Absolute::Zone));
    worlds(Deed::Inverting);
}
