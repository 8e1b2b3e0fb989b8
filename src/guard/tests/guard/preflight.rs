//! Whether IAM would allow it: tried when the plan is checked, and again just before the first change.

use watchdeck_domain::{Arn, Environment};
use watchdeck_guard::{Ceremony, Ended, Event, Gate, Passage, Question, Request, Risk, Way};

use crate::support::PHRASE;
use crate::support::bench::{Bench, Session, ended, refusal};

fn asked(bench: &Bench, session: &mut Session, risk: Risk) -> Question {
    let mut draft = bench.rollback();
    draft.risk = risk;
    session.propose(draft).unwrap()
}

fn passage(question: &Question) -> &Passage {
    question.passages.iter().find(|one| one.gate == Gate::Preflight).unwrap()
}

fn production(allowed: Option<&[&str]>) -> Bench {
    let bench = Bench::with(Ceremony::bare(Environment::Production));
    let allowed = allowed.map(|actions| actions.iter().map(|&a| a.to_owned()).collect());
    bench.account.state().allowed = allowed;
    bench
}

fn ready(session: &mut Session, question: &Question) {
    let plan = question.plan.clone();
    session.ask(Request::GiveReason { plan: plan.clone(), reason: "INC-7".into() });
    session.ask(Request::BreakGlass { plan, reason: "INC-7".into() });
}

#[test]
fn what_iam_allows_opens_the_gate_without_broken_glass() {
    let bench = production(Some(&["lambda:UpdateAlias"]));
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R3);
    assert_eq!(passage(&question).way, Way::Passed, "{:?}", passage(&question));
    assert!(passage(&question).why.contains("may still refuse"));
    let plan = question.plan.clone();
    let events = session.ask(Request::BreakGlass { plan, reason: "INC-7".into() });
    let gated = events.iter().find_map(|event| match event {
        Event::Gated { passages, .. } => Some(passages.clone()),
        _ => None,
    });
    let broken: Vec<_> = gated
        .unwrap()
        .into_iter()
        .filter(|one| one.way == Way::Broken)
        .map(|one| one.gate)
        .collect();
    assert_eq!(broken, [Gate::SecondPerson, Gate::Lease]);
}

#[test]
fn what_iam_would_not_allow_closes_the_gate_and_is_named() {
    let bench = production(Some(&["lambda:GetAlias"]));
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R3);
    let found = passage(&question);
    assert!(found.way == Way::Closed && found.bars(), "{found:?}");
    assert!(found.why.contains("lambda:UpdateAlias on arn:aws:lambda:"), "{found:?}");
    assert_eq!(passage(&asked(&bench, &mut session, Risk::R2)).state(), "closed, as advice");
    assert_eq!(bench.account.state().served, 0);
}

#[test]
fn what_cannot_be_told_is_closed_from_r3_on_and_advice_below() {
    let bench = production(None);
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R3);
    let found = passage(&question);
    assert_eq!((found.way, found.state()), (Way::Unable, "closed"));
    assert!(found.why.contains("iam:SimulatePrincipalPolicy: access denied"), "{found:?}");
    let question = asked(&bench, &mut session, Risk::R2);
    assert_eq!(passage(&question).state(), "cannot be told");
    session.ask(Request::GiveReason { plan: question.plan.clone(), reason: "INC-7".into() });
    assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(Ended::Succeeded));
}

#[test]
fn a_permission_that_is_gone_by_the_time_of_the_change_stops_it() {
    let bench = production(Some(&["lambda:UpdateAlias"]));
    let mut session = bench.session();
    let question = asked(&bench, &mut session, Risk::R3);
    ready(&mut session, &question);
    bench.account.state().allowed = Some(vec![]);
    let events = session.answer(&question.plan, PHRASE);
    assert!(refusal(events).unwrap().what.contains("IAM would not allow"), "{events:?}");
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

#[test]
fn the_role_to_change_with_is_the_one_that_is_asked_about() {
    let bench = production(Some(&["lambda:UpdateAlias"]));
    let role = "arn:aws:iam::123456784021:role/break-glass";
    let mut session = bench.session();
    asked(&bench, &mut session, Risk::R2);
    bench.account.state().acts_as = Some(Arn::parse(role).unwrap());
    asked(&bench, &mut session, Risk::R2);
    asked(&bench, &mut session, Risk::R1);
    let session = "arn:aws:sts::123456784021:assumed-role/oncall-write/operator";
    assert_eq!(bench.account.state().asked_about, [session, role], "at R1 nobody is asked");
}
