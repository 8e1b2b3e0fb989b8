//! Findings: what is not taken of many is told, what was taken leads back, and no call is larger than AWS takes.

use watchdeck_domain::change::{FindingName, SetWorkflow};
use watchdeck_domain::finding::Workflow;
use watchdeck_domain::{Change, Clock as _, FindingId};
use watchdeck_guard::desk::StepState;
use watchdeck_guard::journal::{Fate, Record};
use watchdeck_guard::{Ended, Event, Why};

use crate::support::account::Fault;
use crate::support::bench::{Bench, ended};
use crate::support::{Absolute, absolute, setting};

fn words(bench: &Bench) -> Vec<String> {
    bench.account.state().stores.workflows.iter().map(|(_, word, _)| word.clone()).collect()
}

#[test]
fn cf26_what_was_not_taken_is_told_and_only_what_was_taken_is_taken_back() {
    let bench = Bench::new();
    bench.account.state().faults.push_back(Fault::Partly);
    let mut session = bench.session();
    let draft = setting(Absolute::Findings, &bench.account, bench.clock.now());
    let question = session.propose(draft).unwrap();
    let events = session.answer(&question.plan, &question.phrase);
    // A yes that is not one of all: the run goes on until all of them would be seen, and they are not.
    assert_eq!(ended(events), Some(Ended::Failed), "{events:#?}");
    let told = events.iter().find_map(|event| match event {
        Event::Step(step) => match &step.state {
            StepState::Landed { left, .. } => Some(left.clone()),
            _ => None,
        },
        _ => None,
    });
    let [left] = &told.unwrap()[..] else { panic!("it is not told") };
    assert!(left.contains("arn:finding/3: FindingNotFound"), "{left}");
    let kept = |r: &Record| matches!(r, Record::Outcome { fate: Fate::Landed { left, .. }, .. } if left.len() == 1);
    assert_eq!(bench.count(kept), 1);
    assert_eq!(words(&bench), ["RESOLVED", "RESOLVED", "NEW"]);
    let back = session.take_back(question.plan.run()).unwrap();
    assert_eq!(back.calls[0].params["FindingIdentifiers"].as_array().unwrap().len(), 2);
    let events = session.answer(&back.plan, &back.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    assert_eq!(words(&bench), ["NEW", "NEW", "NEW"]);
}

#[test]
fn gd10_a_call_of_more_than_a_hundred_findings_or_without_a_reason_is_refused() {
    let check = |spoil: fn(&mut SetWorkflow), wanted: &str| {
        let bench = Bench::new();
        let mut draft = setting(Absolute::Findings, &bench.account, bench.clock.now());
        let (change, _) = absolute(Absolute::Findings, &bench.account);
        let Change::SetWorkflow(mut set) = change else { panic!("another change") };
        spoil(&mut set);
        draft.first.change = set.into();
        let no = bench.session().propose(draft).unwrap_err().unwrap();
        assert_eq!(no.why, Why::Draft, "{no:?}");
        assert!(no.what.contains(wanted), "{no:?}");
    };
    let many = |set: &mut SetWorkflow| {
        let name = |n: usize| FindingName {
            id: FindingId::parse(format!("f/{n}")).unwrap(),
            product_arn: "arn:product".into(),
        };
        set.findings = (0..101).map(name).collect();
    };
    check(many, "1 to 100 findings, not 101");
    check(|set| set.findings.clear(), "not 0");
    check(|set| set.findings.push(set.findings[0].clone()), "named twice");
    check(|set| set.note = " ".into(), "must say why");
    check(|set| set.workflow = Workflow::Other("DONE".into()), "no workflow `DONE`");
}
