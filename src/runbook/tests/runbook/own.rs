//! Runbooks of a user's own: ways back that the file names, and probes that tell what the target does not.

use serde_json::json;
use watchdeck_domain::Reversal;
use watchdeck_guard::journal::Record;
use watchdeck_guard::run::Pause;
use watchdeck_guard::{Ended, Event, Question, Request, Sim};

use crate::catalogue::{answer, bench, cases};
use crate::support::account::Fault;
use crate::support::bench::{Bench, Session, ended, outcome, paused, waits};
use crate::support::memory::{Death, Point};

fn case(id: &str) -> crate::catalogue::Case {
    cases().into_iter().find(|case| case.id == id).unwrap()
}

#[test]
fn a_way_back_of_ones_own_takes_what_was_there_before_into_the_plan() {
    let bench = bench();
    let mut session = bench.session();
    let draft = case("own.quiet").draft(&bench).unwrap();
    let backs: Vec<_> = draft.steps().map(|step| step.reversal.clone()).collect();
    let [Reversal::Call(cap), Reversal::Call(point)] = &backs[..] else { panic!("{backs:?}") };
    assert_eq!(cap.with["reserved"], json!(null), "nothing was reserved");
    assert_eq!(point.with["version"], json!("42"));
    let question = session.propose(draft).unwrap();
    assert!(question.reversals[1].contains("on what is there by then"), "{:?}", question.reversals);
    answer(&mut session, &question);
    let back = session.take_back(question.plan.run()).unwrap();
    assert_eq!(back.calls[0].params["FunctionVersion"], "42");
    assert_eq!(back.calls[1].operation, "DeleteFunctionConcurrency");
    assert_eq!(back.undoes.as_ref(), Some(question.plan.run()));
    assert!(!back.passages.is_empty() && back.phrase.starts_with("undo "), "it passes the gates");
    let deed = bench.account.alias().description;
    answer(&mut session, &back);
    assert_ne!(bench.account.alias().description, deed, "it bears the mark of the second run");
    assert!(bench.account.alias().description.starts_with("led back by a call of its own by r-"));
    let undone =
        |record: &Record| matches!(record, Record::RunBegin(begun) if begun.draft.undoes.is_some());
    assert_eq!(bench.count(undone), 1, "the journal has it");
}

#[test]
fn a_way_back_of_ones_own_is_not_gone_where_somebody_else_has_been() {
    let bench = bench();
    let mut session = bench.session();
    let question = session.propose(case("own.quiet").draft(&bench).unwrap()).unwrap();
    answer(&mut session, &question);
    bench.account.state().reserved = Some(7);
    let why = session.take_back(question.plan.run()).unwrap_err();
    assert!(why.contains("is not there any more"), "{why}");
}

#[test]
fn what_the_probe_of_a_file_tells_decides_after_a_lost_reply() {
    for (fault, wanted) in [
        (Fault::ReplyLost, Ended::Succeeded),
        (Fault::Late, Ended::Succeeded),
        (Fault::LostBefore, Ended::Absent),
    ] {
        let bench = bench();
        bench.account.state().faults.push_back(fault);
        let mut session = bench.session();
        let question = session.propose(case("own.redrive").draft(&bench).unwrap()).unwrap();
        let events = answer(&mut session, &question).to_vec();
        assert_eq!(ended(&events), Some(wanted), "{fault:?} {:?}", outcome(&events));
    }
}

#[test]
fn a_probe_that_contradicts_the_target_leaves_it_to_a_person() {
    let bench = bench();
    bench.account.state().faults.push_back(Fault::LostBefore);
    let mut session = bench.session();
    let mut draft = case("own.redrive").draft(&bench).unwrap();
    let probe = draft.first.probe.as_mut().unwrap();
    probe.made = "tasks.size() == 0".into();
    probe.absent = "false".into();
    let question = session.propose(draft).unwrap();
    let events = answer(&mut session, &question).to_vec();
    assert_eq!(ended(&events), Some(Ended::Conflict));
    assert!(outcome(&events).unwrap().why.contains("probe tells that the call was made"));
}

/// A failover, answered: it has fenced, and waits before its point of no return.
fn waiting(bench: &Bench, session: &mut Session) -> (Question, Pause) {
    let question = session.propose(case("own.failover").draft(bench).unwrap()).unwrap();
    let (plan, reason) = (question.plan.clone(), "INC-7".to_owned());
    session.ask_until(Request::GiveReason { plan: plan.clone(), reason: reason.clone() }, |_| true);
    session.ask_until(Request::BreakGlass { plan: plan.clone(), reason }, |_| true);
    let pause = waits(session.answer(&plan, &question.phrase)).expect("it waits").clone();
    (question, pause)
}

fn purged(bench: &Bench) -> bool {
    bench.account.state().stores.holds == 0
}

#[test]
fn a_plan_of_several_steps_names_what_is_lost_and_draws_the_point_of_no_return() {
    let bench = bench();
    let mut session = bench.session();
    let (question, pause) = waiting(&bench, &mut session);
    assert_eq!(question.calls.len(), 3);
    assert!(question.phrase.starts_with("lose orders-dlq to "), "{}", question.phrase);
    assert!(question.phrase.ends_with(" in 3 steps irreversibly"), "{}", question.phrase);
    let drawn = "point of no return: step 2 of 3, throw away what orders-dlq holds; the step before it can be taken back until then, and not after";
    assert!(question.blast_radius.iter().any(|it| it == drawn), "{:?}", question.blast_radius);
    assert!(question.afterwards.iter().any(|it| it.contains("it waits for you: does orders-dlq")));
    assert!(pause.no_return && pause.undoable && pause.phrase.ends_with(" irreversibly"));
    assert_eq!((pause.number, pause.of, &pause.landed[..]), (2, 3, &["fence".to_owned()][..]));
    assert_eq!(bench.account.state().reserved, Some(0));
    assert!(!purged(&bench));
    let shift = waits(session.go_on(&pause.run, &pause.phrase)).unwrap().clone();
    assert!(purged(&bench) && !shift.undoable && !shift.no_return, "past it");
    assert!(!shift.phrase.contains("irreversibly"), "{}", shift.phrase);
    let events = session.go_on(&shift.run, &shift.phrase).to_vec();
    assert_eq!(ended(&events), Some(Ended::Succeeded));
    assert!(!outcome(&events).unwrap().undoable, "nothing is taken back past the point");
    let went_on = |record: &Record| matches!(record, Record::WentOn { .. });
    assert_eq!(bench.count(went_on), 2);
}

#[test]
fn from_where_it_waits_a_run_goes_on_by_its_word_is_taken_back_or_is_ended() {
    let bench = bench();
    let mut session = bench.session();
    let (_, pause) = waiting(&bench, &mut session);
    for typed in ["", "yes", &pause.phrase.to_uppercase(), pause.phrase.trim_end_matches('y')] {
        let events = session.go_on(&pause.run, typed).to_vec();
        let mistyped = |event: &Event| matches!(event, Event::Mistyped { .. });
        assert!(events.iter().any(mistyped), "{typed}: {events:?}");
    }
    let back = session.take_back(&pause.run).unwrap();
    assert_eq!(back.calls.len(), 1);
    assert!(!back.phrase.contains("irreversibly"), "{}", back.phrase);
    session.go_on(&pause.run, &pause.phrase);
    assert!(!purged(&bench), "what is taken back does not go on");
    answer(&mut session, &back);
    assert_eq!(bench.account.state().reserved, None);

    let mut session = bench.session();
    let (_, pause) = waiting(&bench, &mut session);
    let events = session.ask_until(Request::Abort { run: pause.run.clone() }, |_| false).to_vec();
    assert_eq!(ended(&events), Some(Ended::Abandoned));
    assert!(outcome(&events).unwrap().undoable);
    session.go_on(&pause.run, &pause.phrase);
    assert!(!purged(&bench) && session.unfinished().is_empty());
}

#[test]
fn a_word_that_comes_too_late_is_none() {
    let bench = bench();
    let mut session = bench.session();
    let (_, pause) = waiting(&bench, &mut session);
    bench.clock.set(pause.until + std::time::Duration::from_secs(1));
    let events = session.go_on(&pause.run, &pause.phrase).to_vec();
    assert!(paused(&events).unwrap().contains("waited for somebody until"), "{events:?}");
    assert!(!purged(&bench));
    // What is left is approved anew, and the point of no return has its word all the same.
    let rest = session.take_up(&pause.run).unwrap();
    assert_eq!(rest.calls.len(), 2);
    assert!(rest.phrase.ends_with(" in 2 steps irreversibly"), "{}", rest.phrase);
    let pause = waits(session.approve(&rest)).unwrap().clone();
    assert!(pause.no_return && !purged(&bench));
    let shift = waits(session.go_on(&pause.run, &pause.phrase)).unwrap().clone();
    assert!(purged(&bench));
    // Also from past the point: the one step that is left.
    drop(session);
    let mut session = bench.session();
    let rest = session.take_up(&shift.run).unwrap();
    assert_eq!(rest.calls.len(), 1);
    let shift = waits(session.approve(&rest)).unwrap().clone();
    let events = session.go_on(&shift.run, &shift.phrase).to_vec();
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:?}");
    assert_eq!(bench.account.state().served, 3);
}

#[test]
fn no_path_leads_past_the_point_of_no_return_but_the_word() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..60 {
        let bench = bench();
        let deaths =
            [Point::BeforeIntent, Point::AfterIntent, Point::AfterReply, Point::AfterOutcome];
        let death = match random.usize(..8) {
            at @ 0..4 => Death::Around(deaths[at], 1),
            _ => Death::Never,
        };
        if random.bool() {
            let faults = [Fault::ReplyLost, Fault::Late, Fault::LostBefore, Fault::Throttled];
            bench.account.state().faults.push_back(faults[random.usize(..4)]);
        }
        let mut session = bench.session_of::<Sim>(death).unwrap();
        let Ok(question) = session.propose(case("own.failover").draft(&bench).unwrap()) else {
            continue;
        };
        let (plan, run) = (question.plan.clone(), question.plan.run().clone());
        let reason = || "INC-7".to_owned();
        session.ask_until(Request::GiveReason { plan: plan.clone(), reason: reason() }, |_| true);
        session.ask_until(Request::BreakGlass { plan: plan.clone(), reason: reason() }, |_| true);
        session.answer(&plan, &question.phrase);
        for _ in 0..random.usize(1..6) {
            if !session.lives() {
                session = bench.session();
            }
            let request = match random.usize(..7) {
                0 => Request::Resume { run: run.clone() },
                1 => Request::Answer { plan: plan.clone(), typed: question.phrase.clone() },
                2 => Request::GoOn { run: run.clone(), typed: question.phrase.clone() },
                3 => Request::GoOn { run: run.clone(), typed: String::new() },
                4 => Request::Undo { run: run.clone() },
                5 => Request::Abort { run: run.clone() },
                _ => Request::Arm,
            };
            session.ask_until(request, |_| false);
        }
        drop(session);
        let mut session = bench.session();
        session.resume(&run);
        let word = |record: &Record| matches!(record, Record::WentOn { .. });
        assert_eq!(bench.count(word), 0, "seed {seed}");
        assert!(!purged(&bench), "seed {seed}: past the point without the word");
    }
}
