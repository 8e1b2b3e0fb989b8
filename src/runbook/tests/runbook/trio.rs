//! Every built-in runbook three ways: each step repeated, each step failing, each undo repeated. What is taken back is as
//! before, but for the marks that an alias keeps in its description.

use std::time::Duration;

use watchdeck_guard::{Ended, Question};

use crate::catalogue::{Case, answer, bench, cases};
use crate::support::account::Fault;
use crate::support::bench::{Bench, Session, ended, outcome};

/// What the account is set to.
fn stands(bench: &Bench) -> String {
    let state = bench.account.state();
    let (alias, second) = (&state.alias, &state.second);
    let aliases = [alias, second].map(|alias| (alias.version.clone(), alias.weights.clone()));
    let settings = (&state.source.state, state.reserved, state.provisioned);
    let stores = &state.stores;
    let kept = (&stores.current, stores.holds, &stores.block, &stores.ip_set.addresses);
    let words: Vec<_> = stores.workflows.iter().map(|(_, word, _)| word).collect();
    let kept = (kept, words, &stores.archived, &stores.acl.rules);
    let rights = (state.key, &state.policies, state.still);
    let of = &state.deliveries;
    let taken_out = of.invalidations.len();
    let brought = (&of.closed, of.inside.1, of.holds(), of.deployment, taken_out, &of.mutes);
    let edge = &state.edge;
    let before = (edge.throttle, &edge.deployment, &edge.rule, &edge.service.definition);
    let before = (before, state.leading.stands());
    let reports: Vec<_> = state
        .reports
        .copies
        .values()
        .map(|copy| (&copy.id, copy.expires, copy.protected, &copy.secret))
        .collect();
    let of = &state.databases;
    let writers = (&of.cluster.writer, &of.global.primary, &of.away.primary);
    let snapshots = (state.snapshots.taken.len(), state.snapshots.stands());
    let reports = (reports, writers, &of.node.zone, &of.replica.replicates, snapshots);
    format!("{aliases:?} {settings:?} {kept:?} {rights:?} {brought:?} {before:?} {reports:?}")
}

fn carry_out(case: &Case, bench: &Bench, session: &mut Session) -> Question {
    let question = session.propose(case.draft(bench).unwrap()).unwrap();
    answer(session, &question);
    question
}

#[test]
fn t3_a_step_that_is_repeated_does_nothing() {
    for case in cases() {
        let bench = bench();
        let mut session = bench.session();
        let draft = case.draft(&bench).unwrap();
        let question = session.propose(draft.clone()).unwrap();
        answer(&mut session, &question);
        assert_eq!(ended(&session.events), Some(Ended::Succeeded), "{}", case.id);
        let (after, served) = (stands(&bench), bench.account.state().served);
        assert_eq!(served, case.steps, "{}", case.id);
        // What is new with each run may be done again; its plan may not. Everything else is done already.
        assert!(session.propose(draft).is_err(), "{}: a plan runs once", case.id);
        let again = case.draft(&bench).map(|draft| session.propose(draft).is_ok());
        let twice = [
            "secrets.rotate",
            "cf.invalidate",
            "cw.mute-alarms",
            "rds.pitr-report",
            "rds.failover-az",
            "rds.snapshot-before",
            "rds.rotate-master",
        ]
        .contains(&case.id);
        assert_eq!(matches!(again, Ok(true)), twice, "{}: asked to do what is done", case.id);
        assert_eq!((stands(&bench), bench.account.state().served), (after, served), "{}", case.id);
    }
}

#[test]
fn t3_a_step_that_fails_leaves_what_landed_to_be_taken_back() {
    for case in cases() {
        for step in 0..case.steps {
            for fault in [Fault::Throttled, Fault::LostBefore, Fault::FailsBefore] {
                let name = format!("{} step {step} {fault:?}", case.id);
                let bench = bench();
                let before = stands(&bench);
                {
                    let mut state = bench.account.state();
                    state.spared = step;
                    state.faults.push_back(fault);
                }
                let mut session = bench.session();
                let question = carry_out(&case, &bench, &mut session);
                let done = outcome(&session.events).unwrap();
                assert!(matches!(done.ended, Ended::Rejected | Ended::Absent), "{name}: {done:?}");
                // What nothing takes back stays, and so does what lies behind the point of no return.
                let returns = match case.point {
                    Some(point) => step > 0 && step <= point,
                    None => step > 0 && case.back > 0,
                };
                assert_eq!(done.undoable, returns, "{name}");
                let back = session.take_back(question.plan.run()).ok();
                assert_eq!(back.is_some(), returns, "{name}");
                if step > 0 && !returns {
                    continue;
                }
                if let Some(back) = back {
                    answer(&mut session, &back);
                }
                session.go(Duration::from_mins(30), |_| false);
                assert_eq!(stands(&bench), before, "{name}");
            }
        }
    }
}

#[test]
fn t3_what_is_taken_back_is_as_before_and_an_undo_that_is_repeated_does_nothing() {
    for case in cases() {
        for fault in [Fault::Fine, Fault::ReplyLost, Fault::Late] {
            let name = format!("{} {fault:?}", case.id);
            let bench = bench();
            let before = stands(&bench);
            let mut session = bench.session();
            let question = carry_out(&case, &bench, &mut session);
            assert_ne!(stands(&bench), before, "{name}");
            let back = session.take_back(question.plan.run()).ok();
            assert_eq!(back.as_ref().map_or(0, |back| back.calls.len()), case.back, "{name}");
            let Some(back) = back else { continue };
            bench.account.state().faults.push_back(fault);
            answer(&mut session, &back);
            assert_eq!(ended(&session.events), Some(Ended::Succeeded), "{name}");
            assert_eq!(stands(&bench), before, "{name}");
            let served = bench.account.state().served;
            assert!(session.take_back(question.plan.run()).is_err(), "{name}: taken back twice");
            answer(&mut session, &back);
            assert_eq!((stands(&bench), bench.account.state().served), (before, served), "{name}");
        }
    }
}
