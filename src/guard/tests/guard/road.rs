//! The road, walked through the desk: what a screen would say, and what it would be told.

use std::time::Duration;

use watchdeck_domain::{Clock as _, RunId};
use watchdeck_guard::journal::Record;
use watchdeck_guard::{Ended, Event, Request, Risk, Why};

use crate::support::PHRASE;
use crate::support::account::{Fault, Other};
use crate::support::bench::{Bench, Session, ended, outcome, paused, refusal};

#[test]
fn lr01_a_rollback_is_asked_about_done_and_seen() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    assert_eq!(question.phrase, PHRASE);
    assert_eq!((question.realm.as_str(), question.risk), ("sim", Risk::R2));
    assert_eq!(question.calls[0].operation, "UpdateAlias");
    let params = serde_json::to_string(&question.calls[0].params).unwrap();
    assert!(params.contains(r#""RoutingConfig":{"AdditionalVersionWeights":{}}"#), "{params}");
    assert!(params.contains(r#""RevisionId":"rev-1""#), "{params}");
    assert_eq!(question.differences[0].field, "live@orders-writer version");
    assert_eq!(
        (question.differences[0].before.as_str(), question.differences[0].after.as_str()),
        ("42", "41")
    );
    assert_eq!(question.permissions[0].actions, ["lambda:UpdateAlias"]);
    assert_eq!(question.hash.len(), 64);
    assert!(bench.account.state().effects.is_empty(), "a plan changes nothing");

    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    let alias = bench.account.alias();
    assert_eq!(alias.version.as_str(), "41");
    assert_eq!(
        alias.description,
        format!("rolled back by {}; was: production", question.plan.run())
    );
    assert_eq!((bench.intents(), bench.landed().len()), (1, 1));
}

#[test]
fn the_undo_is_a_plan_of_its_own_and_leads_back() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let run = question.plan.run().clone();
    session.answer(&question.plan, PHRASE);
    let events = session.ask_until(Request::Undo { run: run.clone() }, |events| {
        events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
    });
    let undo = events
        .iter()
        .find_map(|e| match e {
            Event::Asked { question, .. } => Some((**question).clone()),
            _ => None,
        })
        .unwrap();
    assert_eq!(undo.phrase, "undo live@orders-writer to 42 in ..4021");
    assert_eq!(undo.undoes, Some(run.clone()));
    assert_eq!(bench.account.alias().version.as_str(), "41", "an undo asks first");
    let events = session.answer(&undo.plan, &undo.phrase).to_vec();
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
    assert_eq!(outcome(&events).unwrap().undoes, Some(run));
    let alias = bench.account.alias();
    assert_eq!((alias.version.as_str(), alias.weights.len()), ("42", 0));
    assert!(alias.description.ends_with("; was: production"), "{}", alias.description);
}

#[test]
fn an_undo_after_somebody_else_is_refused() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    session.answer(&question.plan, PHRASE);
    bench.account.interfere();
    let run = question.plan.run().clone();
    let events = session.ask_until(Request::Undo { run }, |events| {
        events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
    });
    assert_eq!(refusal(events).unwrap().why, Why::Moved);
}

#[test]
fn a_plan_that_fails_a_check_is_refused_with_its_evidence() {
    let bench = Bench::new();
    bench.account.state().versions.remove("41");
    let mut session = bench.session();
    let refusal = session.propose(bench.rollback()).unwrap_err().unwrap();
    assert_eq!(refusal.why, Why::Check);
    assert_eq!(refusal.evidence.len(), 1);
    assert!(refusal.what.contains("could not be read"), "{}", refusal.what);
}

#[test]
fn a_world_that_moved_after_the_check_is_seen_before_anything_is_sent() {
    type Move = fn(&Bench);
    let moves: [(&str, Move); 5] = [
        ("the alias", |bench| bench.account.interfere()),
        ("the code of the target", |bench| {
            bench.account.state().versions.get_mut("41").unwrap().code_sha256 = "other".into();
        }),
        ("the target is gone", |bench| {
            bench.account.state().versions.remove("41");
        }),
        ("the principal", |bench| bench.account.state().identity.user_id = "AROB:other".into()),
        ("the region", |bench| {
            bench.account.state().scope.region =
                watchdeck_domain::Region::parse("eu-west-1").unwrap();
        }),
    ];
    for (name, shift) in moves {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = session.propose(bench.rollback()).unwrap();
        shift(&bench);
        let events = session.answer(&question.plan, PHRASE);
        let refusal = refusal(events).unwrap_or_else(|| panic!("{name}: not refused"));
        assert!(matches!(refusal.why, Why::Moved | Why::Identity), "{name}: {refusal:?}");
        assert_eq!((bench.account.state().served, bench.intents()), (0, 0), "{name}");
    }
}

#[test]
fn a_plan_stands_for_ten_minutes_and_no_longer() {
    for (seconds, good) in [(600, true), (601, false)] {
        let bench = Bench::new();
        let mut session = bench.session();
        let question = session.propose(bench.rollback()).unwrap();
        bench.clock.set(question.checked + Duration::from_secs(seconds));
        let events = session.answer(&question.plan, PHRASE);
        assert_eq!(ended(events).is_some(), good, "{seconds}");
        if !good {
            assert_eq!(refusal(events).unwrap().why, Why::Expired);
        }
    }
}

#[test]
fn a_clock_that_goes_back_does_not_lengthen_a_plan() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    bench.clock.set(question.checked - Duration::from_hours(1));
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Expired);
}

#[test]
fn a_plan_runs_once() {
    let bench = Bench::new();
    let mut session = bench.session();
    let draft = bench.rollback();
    let question = session.propose(draft.clone()).unwrap();
    session.answer(&question.plan, PHRASE);
    let again = session.propose(draft).unwrap_err().unwrap();
    assert_eq!(again.why, Why::Draft);
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Absent);
    assert_eq!(bench.account.state().served, 1);
}

#[test]
fn a_withdrawn_plan_cannot_be_answered() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    session.ask(Request::Withdraw { plan: question.plan.clone() });
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(refusal(events).unwrap().why, Why::Absent);
    assert_eq!(bench.account.state().served, 0);
}

#[test]
fn lr14_without_calls_nothing_is_verified() {
    let bench = Bench::new();
    bench.account.state().traffic.clear();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(ended(events), Some(Ended::Unverified));
}

#[test]
fn a_version_that_fails_as_well_does_not_pass() {
    let bench = Bench::new();
    bench.account.state().traffic.insert("41".into(), (30.0, 0.9));
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(ended(events), Some(Ended::Failed));
    assert!(outcome(events).unwrap().undoable);
}

#[test]
fn lr10_phantom_weights_are_waited_for_and_are_no_conflict() {
    let bench = Bench::new();
    bench.account.state().phantom = Some(Duration::from_secs(90));
    for fault in [Fault::Fine, Fault::ReplyLost] {
        let bench = bench.clone();
        bench.account.state().faults.push_back(fault);
        let mut session = bench.session();
        let began = bench.clock.now();
        let question = match session.propose(bench.rollback()) {
            Ok(question) => question,
            // The second time the alias is there already.
            Err(refusal) => {
                assert_eq!(refusal.unwrap().why, Why::Check);
                continue;
            }
        };
        let events = session.answer(&question.plan, PHRASE).to_vec();
        assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
        assert!(bench.clock.now().since(began) >= Duration::from_secs(90));
        // AWS has renewed the revision meanwhile; the undo goes by the mark.
        let run = question.plan.run().clone();
        let events = session.ask_until(Request::Undo { run }, |events| {
            events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
        });
        assert!(events.iter().any(|e| matches!(e, Event::Asked { .. })), "{events:#?}");
    }
}

#[test]
fn a_refusal_by_aws_is_an_end_and_not_a_doubt() {
    for fault in [Fault::Throttled, Fault::Expired] {
        let bench = Bench::new();
        bench.account.state().faults.push_back(fault);
        let mut session = bench.session();
        let question = session.propose(bench.rollback()).unwrap();
        let events = session.answer(&question.plan, PHRASE);
        assert_eq!(ended(events), Some(Ended::Rejected));
        assert!(!outcome(events).unwrap().undoable);
        assert!(bench.account.state().effects.is_empty());
    }
}

#[test]
fn lr02_somebody_else_at_the_last_moment_is_stopped_by_the_lock() {
    let bench = Bench::new();
    bench.account.state().other = Other::BeforeCall;
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let events = session.answer(&question.plan, PHRASE);
    assert_eq!(ended(events), Some(Ended::Rejected));
    assert_eq!(bench.account.alias().version.as_str(), "40", "the other's change stands");
}

#[test]
fn a_lost_reply_is_looked_for_and_found() {
    for (fault, wanted) in [
        (Fault::ReplyLost, Ended::Succeeded),
        (Fault::Late, Ended::Succeeded),
        (Fault::LostBefore, Ended::Absent),
    ] {
        let bench = Bench::new();
        bench.account.state().faults.push_back(fault);
        let mut session = bench.session();
        let question = session.propose(bench.rollback()).unwrap();
        let events = session.answer(&question.plan, PHRASE);
        assert!(events.iter().any(|e| matches!(e, Event::Adrift { .. })));
        assert_eq!(ended(events), Some(wanted), "{fault:?}");
        assert_eq!(bench.account.state().served, 1, "{fault:?}: sent once");
    }
}

/// The events of a run that is told to be absent, and whose call takes effect minutes later.
fn absent_at_first(session: &mut Session, bench: &Bench) -> RunId {
    bench.account.state().faults.push_back(Fault::VeryLate);
    let question = session.propose(bench.rollback()).unwrap();
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Absent));
    question.plan.run().clone()
}

#[test]
fn cf08_an_effect_that_comes_after_it_was_told_absent_corrects_the_run() {
    let bench = Bench::new();
    let mut session = bench.session();
    let run = absent_at_first(&mut session, &bench);
    let from = session.events.len();
    session.go(Duration::from_mins(30), |events| {
        events.iter().skip(from).any(|event| matches!(event, Event::Done(_)))
    });
    let events = &session.events[from..];
    assert!(events.iter().any(|e| matches!(e, Event::Late { run: late, .. } if *late == run)));
    assert_eq!(ended(events), Some(Ended::Succeeded), "it is verified as any that landed");
    assert!(outcome(events).unwrap().undoable);
    assert_eq!(bench.account.state().served, 1, "sent once");
    assert!(session.unfinished().is_empty());
}

#[test]
fn the_next_process_keeps_looking_for_what_was_told_absent() {
    let bench = Bench::new();
    let run = absent_at_first(&mut bench.session(), &bench);
    let mut session = bench.session();
    session.go(Duration::from_mins(30), |events| {
        events.iter().any(|event| matches!(event, Event::Done(_)))
    });
    assert_eq!(ended(&session.events), Some(Ended::Succeeded));
    assert_eq!(bench.count(|r| matches!(r, Record::Late { .. })), 1);
    // Once corrected it is an ordinary run: it can be taken back.
    session.ask_until(Request::Undo { run }, |events| {
        events.iter().any(|e| matches!(e, Event::Asked { .. } | Event::Refused { .. }))
    });
    assert!(session.events.iter().any(|e| matches!(e, Event::Asked { .. })));
}

#[test]
fn what_somebody_else_has_overtaken_is_not_looked_for() {
    let bench = Bench::new();
    let mut session = bench.session();
    absent_at_first(&mut session, &bench);
    bench.account.interfere();
    let from = session.events.len();
    session.go(Duration::from_mins(30), |_| false);
    assert!(!session.events[from..].iter().any(|e| matches!(e, Event::Late { .. })));
    assert_eq!(bench.account.alias().version.as_str(), "40", "the lock kept the late call out");
}

#[test]
fn while_one_change_is_adrift_no_other_is_sent_to_the_same_target() {
    let bench = Bench::new();
    let mut session = bench.session();
    let first = session.propose(bench.rollback()).unwrap();
    let second = session.propose(bench.rollback()).unwrap();
    bench.account.state().faults.push_back(Fault::LostBefore);
    let plan = first.plan.clone();
    session.ask_until(Request::Answer { plan, typed: PHRASE.into() }, |events| {
        events.iter().any(|e| matches!(e, Event::Adrift { .. }))
    });
    let events = session
        .ask_until(Request::Answer { plan: second.plan, typed: PHRASE.into() }, |events| {
            events.iter().any(|e| matches!(e, Event::Refused { .. }))
        });
    assert_eq!(refusal(events).unwrap().why, Why::Busy);
    assert_eq!(bench.account.state().served, 1);
}

#[test]
fn a_full_disk_stops_the_call_before_it_is_sent() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    bench.disk.0.lock().unwrap().full = true;
    let events = session.answer(&question.plan, PHRASE);
    let refusal = refusal(events).unwrap();
    assert_eq!(refusal.why, Why::Journal);
    assert!(refusal.hint.contains("make room"), "{}", refusal.hint);
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

#[test]
fn a_full_disk_stops_a_proposal_too() {
    let bench = Bench::new();
    let mut session = bench.session();
    bench.disk.0.lock().unwrap().full = true;
    assert_eq!(session.propose(bench.rollback()).unwrap_err().unwrap().why, Why::Journal);
}

#[test]
fn stopping_to_watch_takes_nothing_back() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let run = question.plan.run().clone();
    session.ask_until(Request::Answer { plan: question.plan, typed: PHRASE.into() }, |events| {
        events.iter().any(|e| matches!(e, Event::Progress(_)))
    });
    let events = session.ask_until(Request::Abort { run }, |events| ended(events).is_some());
    assert_eq!(ended(events), Some(Ended::Abandoned));
    assert_eq!(bench.account.alias().version.as_str(), "41");
    assert!(session.unfinished().is_empty());
}

#[test]
fn what_cannot_be_read_stays_unfinished_and_is_resumed() {
    let bench = Bench::new();
    bench.account.state().faults.push_back(Fault::ReplyLost);
    let mut session = bench.session();
    let question = session.propose(bench.rollback()).unwrap();
    let run = question.plan.run().clone();
    session.ask_until(Request::Answer { plan: question.plan, typed: PHRASE.into() }, |events| {
        events.iter().any(|e| matches!(e, Event::Adrift { .. }))
    });
    bench.account.state().dark = Some(watchdeck_domain::reading::ReadFailure::Unreachable);
    session.go(Duration::from_mins(1), |_| false);
    assert!(paused(&session.events).unwrap().contains("could not be read"));
    assert!(refusal(&session.events).is_none(), "a call was sent: it is no refusal");
    let open = session.unfinished();
    assert_eq!(open.len(), 1);
    assert_eq!(
        (&open[0].run, open[0].ours, open[0].adrift.as_deref()),
        (&run, true, Some("point-alias"))
    );
    bench.account.state().dark = None;
    let events = session.resume(&run);
    assert_eq!(ended(events), Some(Ended::Succeeded));
    assert_eq!(bench.account.state().served, 1);
}

#[test]
fn au05_an_idle_desk_beats_three_times_in_three_hours_and_signs_it() {
    let bench = Bench::new();
    let mut session = bench.session();
    session.go(Duration::from_hours(3), |_| false);
    assert_eq!(bench.count(|record| matches!(record, Record::Heartbeat {})), 3);
    let disk = bench.disk.0.lock().unwrap();
    let beats = disk.checkpoints.iter().rev().take(3);
    let signed: Vec<u64> = beats.map(|checkpoint| checkpoint.size).collect();
    let rows = disk.lines.len() as u64;
    assert_eq!(signed, [rows, rows - 1, rows - 2], "each beat is signed");
}

#[test]
fn what_was_given_up_with_its_outcome_unknown_is_not_taken_back_and_is_in_the_way_until_it_settles()
{
    let bench = Bench::new();
    let mut session = bench.session();
    let first = session.propose(bench.rollback()).unwrap();
    let second = session.propose(bench.rollback()).unwrap();
    let third = session.propose(bench.rollback()).unwrap();
    let run = first.plan.run().clone();
    bench.account.state().faults.push_back(Fault::LostBefore);
    session.ask_until(Request::Answer { plan: first.plan, typed: PHRASE.into() }, |events| {
        events.iter().any(|e| matches!(e, Event::Adrift { .. }))
    });
    let pause = |events: &[Event]| paused(events).is_some();
    session.ask_until(Request::Abort { run: run.clone() }, pause);
    let events = session.ask_until(Request::Abort { run: run.clone() }, |e| ended(e).is_some());
    assert_eq!(ended(events), Some(Ended::Abandoned));
    assert!(!outcome(events).unwrap().undoable);

    let no = |events: &[Event]| refusal(events).is_some();
    let refused = refusal(session.ask_until(Request::Undo { run }, no)).unwrap().clone();
    assert!(refused.what.contains("its outcome is unknown"), "{refused:?}");

    let refused = refusal(session.answer(&second.plan, PHRASE)).unwrap().clone();
    assert_eq!(refused.why, Why::Busy, "its call may still take effect");
    bench.clock.set(bench.clock.now() + Duration::from_secs(6));
    assert_eq!(ended(session.answer(&third.plan, PHRASE)), Some(Ended::Succeeded));
    assert_eq!(bench.account.state().served, 2);
}

#[test]
fn a_pinned_fact_that_cannot_be_read_stops_the_plan_and_the_step() {
    let bench = Bench::new();
    bench.account.state().hidden = true;
    let mut session = bench.session();
    let mut draft = bench.rollback();
    draft.checks.clear();
    let refused = session.propose(draft).unwrap_err().unwrap();
    assert_eq!(refused.why, Why::Read);
    assert!(refused.what.contains("`target`"), "{}", refused.what);

    // Not there is something that was seen; denied is not the same.
    bench.account.state().hidden = false;
    bench.account.state().versions.remove("41");
    let mut draft = bench.rollback();
    draft.checks.clear();
    let question = session.propose(draft).unwrap();
    bench.account.state().hidden = true;
    let refused = refusal(session.answer(&question.plan, PHRASE)).unwrap().clone();
    assert_eq!(refused.why, Why::Read, "{refused:?}");
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}
