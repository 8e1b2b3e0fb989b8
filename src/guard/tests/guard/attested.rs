//! Approval through STS at the desk: a request is examined before it is sent, and who STS names stands in the journal.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use watchdeck_domain::{AccountId, Arn, Clock as _, Environment, Identity, Task, Timestamp};
use watchdeck_guard::journal::Record;
use watchdeck_guard::{
    Attester, Ceremony, Ended, Event, Gate, Handover, Inquiry, Question, Request, Risk, Roster, Way,
};

use crate::support::PHRASE;
use crate::support::bench::{Bench, Session, ended, refusal};
use crate::support::clock::Jumping;

const STS: &str = "https://sts.eu-central-1.amazonaws.com";

/// An STS that names this one, or nobody, and tells how often it was asked.
struct Sts {
    clock: Jumping,
    names: Mutex<Result<Identity, String>>,
    asked: Mutex<Vec<String>>,
}

impl Attester for Sts {
    fn endpoint(&self) -> &str {
        STS
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn ask<'a>(&'a self, inquiry: &'a Inquiry) -> Task<'a, Result<Identity, String>> {
        let headers: Vec<_> =
            inquiry.headers().iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.asked.lock().unwrap().push(headers.join(" "));
        let named = self.names.lock().unwrap().clone();
        Box::pin(async move {
            self.clock.sleep(Duration::from_millis(80)).await;
            named
        })
    }
}

fn who(role: &str, session: &str) -> Identity {
    Identity {
        account: AccountId::parse("123456784021").unwrap(),
        arn: Arn::parse(format!("arn:aws:sts::123456784021:assumed-role/{role}/{session}"))
            .unwrap(),
        user_id: format!("AROA{role}:{session}"),
    }
}

const ROSTER: &str = "[[approver]]\nname = \"leads\"\nteam = \"platform\"\n\
                      arns = [\"arn:aws:sts::*:assumed-role/lead/*\"]\n";

/// Production, where leads approve through STS.
fn bench(folder: &Path) -> (Bench, Arc<Sts>) {
    let path = folder.join("approvers.toml");
    std::fs::write(&path, ROSTER).unwrap();
    let one = Bench::new();
    let clock = one.clock.clone();
    let named = Mutex::new(Ok(who("lead", "carol")));
    let sts = Arc::new(Sts { clock, names: named, asked: Mutex::default() });
    let attester: Arc<dyn Attester> = sts.clone();
    let bare = Ceremony::bare(Environment::Production);
    let ceremony = Ceremony { roster: Roster::File(path), attester: Some(attester), ..bare };
    (one.beside(ceremony), sts)
}

fn asked(bench: &Bench, session: &mut Session) -> Question {
    let mut draft = bench.rollback();
    draft.risk = Risk::R3;
    session.propose(draft).unwrap()
}

/// What the approver's console hands back, dated at the desk's time.
fn signed(question: &Question, date: &str) -> Request {
    let asked = Handover::parse(question.handover.as_deref().unwrap()).unwrap();
    let day = date.get(..8).unwrap();
    let names: Vec<_> = asked.headers().iter().map(|(name, _)| *name).collect();
    let url = format!(
        "{STS}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIAEXAMPLE%2F{day}%2F{}%2Fsts%2Faws4_request&X-Amz-Date={date}\
         &X-Amz-Expires=900&X-Amz-SignedHeaders=host%3B{}&X-Amz-Signature={}",
        asked.scope.region,
        names.join("%3B"),
        "ab".repeat(32),
    );
    Request::Countersign { plan: question.plan.clone(), line: asked.presigned(url).line() }
}

const DATE: &str = "20261122T030000Z";

fn second_person(events: &[Event]) -> Option<(Way, String)> {
    let passages = events.iter().rev().find_map(|event| match event {
        Event::Gated { passages, .. } => Some(passages),
        _ => None,
    });
    let gate = passages?.iter().find(|one| one.gate == Gate::SecondPerson)?;
    Some((gate.way, gate.why.clone()))
}

fn held(events: &[Event]) -> &str {
    let why = events.iter().rev().find_map(|event| match event {
        Event::Held { why, .. } => Some(why.as_str()),
        _ => None,
    });
    why.unwrap_or_default()
}

#[test]
fn who_sts_names_opens_the_gate_and_stands_in_the_journal_without_their_signature() {
    let folder = tempfile::tempdir().unwrap();
    let (bench, sts) = bench(folder.path());
    let mut session = bench.session();
    let question = asked(&bench, &mut session);
    let (way, why) = second_person(session.ask(signed(&question, DATE))).unwrap();
    assert_eq!(way, Way::Passed, "{why}");
    assert!(why.contains("approved by leads: lead/carol (platform)"), "{why}");
    let headers = sts.asked.lock().unwrap().join("\n");
    assert!(headers.contains(&format!("x-watchdeck-hash={}", question.hash)), "{headers}");
    let by_carol = |record: &Record| match record {
        Record::Countersigned { approval, .. } => {
            approval.key.is_none() && approval.principal == Some(who("lead", "carol"))
        }
        _ => false,
    };
    assert_eq!(bench.count(by_carol), 1);
    let written = format!("{:?}", bench.disk.0.lock().unwrap().lines);
    assert!(!written.contains("X-Amz-") && !written.contains(&"ab".repeat(32)));
    // The rest of R3 is answered for alone.
    let plan = question.plan.clone();
    session.ask(Request::GiveReason { plan: plan.clone(), reason: "INC-7".into() });
    session.ask(Request::BreakGlass { plan: plan.clone(), reason: "INC-7".into() });
    assert_eq!(ended(session.answer(&plan, PHRASE)), Some(Ended::Succeeded));
}

#[test]
fn gd03_gd04_what_sts_does_not_confirm_leaves_the_gate_open() {
    let folder = tempfile::tempdir().unwrap();
    let (bench, sts) = bench(folder.path());
    let mut session = bench.session();
    let other = asked(&bench, &mut session);
    let question = asked(&bench, &mut session);
    let check = |session: &mut Session, line: Request, words: &str| {
        let events = session.ask(line);
        assert!(held(events).contains(words), "{words}: {events:?}");
        assert_eq!(second_person(events).unwrap().0, Way::Waits);
    };
    let of_other = |question: &Question| {
        let Request::Countersign { line, .. } = signed(&other, DATE) else { unreachable!() };
        Request::Countersign { plan: question.plan.clone(), line }
    };
    check(&mut session, of_other(&question), "not as it stands here");
    check(&mut session, signed(&question, "20261122T024000Z"), "counted for 900 s");
    assert!(sts.asked.lock().unwrap().is_empty(), "what is not in shape is not sent");
    *sts.names.lock().unwrap() = Err("STS does not say who signed it: no match".into());
    check(&mut session, signed(&question, DATE), "no match");
    *sts.names.lock().unwrap() = Ok(who("oncall", "mallory"));
    check(&mut session, signed(&question, DATE), "no longer, in the file");
    // The bench is the session `operator`, of whichever role.
    *sts.names.lock().unwrap() = Ok(who("lead", "operator"));
    check(&mut session, signed(&question, DATE), "cannot approve as well");
    let refused = |record: &Record| matches!(record, Record::Refused { what, .. } if what.contains("does not count"));
    assert_eq!(bench.count(refused), 5);
}

#[test]
fn gd04_who_is_taken_out_of_the_file_before_the_change_counts_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let (bench, _sts) = bench(folder.path());
    let mut session = bench.session();
    let question = asked(&bench, &mut session);
    session.ask(signed(&question, DATE));
    let plan = question.plan.clone();
    session.ask(Request::BreakGlass { plan: plan.clone(), reason: "INC-7".into() });
    session.ask(Request::GiveReason { plan: plan.clone(), reason: "INC-7".into() });
    std::fs::write(folder.path().join("approvers.toml"), ROSTER.replace("/lead/", "/boss/"))
        .unwrap();
    let events = session.answer(&plan, PHRASE);
    assert!(refusal(events).unwrap().what.contains("0 of 1 have approved"), "{events:?}");
    assert_eq!((bench.account.state().served, bench.intents()), (0, 0));
}

#[test]
fn a_plan_that_is_let_go_while_sts_is_asked_stays_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let (bench, _sts) = bench(folder.path());
    let mut session = bench.session();
    let question = asked(&bench, &mut session);
    session.post(signed(&question, DATE));
    let events = session.ask(Request::Withdraw { plan: question.plan.clone() });
    assert!(events.iter().any(|event| matches!(event, Event::Withdrawn { .. })));
    let countersigned = |record: &Record| matches!(record, Record::Countersigned { .. });
    assert_eq!(bench.count(countersigned), 0);
}
