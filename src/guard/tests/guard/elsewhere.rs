//! Steps made in another region than the run works in: asked, called, held and taken back there.

use watchdeck_domain::{Change, Environment, Region, Reversal};
use watchdeck_guard::{Ceremony, Draft, Ended, Request, Risk};

use crate::steps;
use crate::support::account::Fault;
use crate::support::bench::{Bench, ended, outcome};
use crate::support::lender::Table;
use crate::support::{PHRASE, scope};

fn west() -> Region {
    Region::parse("eu-west-1").unwrap()
}

/// A rollback of the writer's alias here, and of the reader's in the second region.
fn apart(bench: &Bench) -> Draft {
    let mut draft = steps::both(bench);
    let afar = |change: Change| change.made_in(&west(), &scope().region);
    for step in &mut draft.rest {
        step.change = afar(step.change.clone());
        let Reversal::By(back) = &step.reversal else { unreachable!() };
        step.reversal = Reversal::By(Box::new(afar(Change::clone(back))));
    }
    draft
}

#[test]
fn a_step_elsewhere_is_asked_about_called_and_taken_back_there() {
    let bench = Bench::new();
    let mut session = bench.session();
    let question = session.propose(apart(&bench)).unwrap();
    let [here, there] = question.calls.as_slice() else { panic!("{:?}", question.calls) };
    assert_eq!((here.region.clone(), there.region.clone()), (None, Some(west())));
    assert!(there.command(&scope().region).ends_with("--region eu-west-1"));
    let arn = "arn:aws:lambda:eu-west-1:123456784021:function:orders-reader";
    assert!(question.blast_radius.iter().any(|line| line.contains(arn)), "{question:#?}");
    assert!(
        question.permissions.iter().any(|one| one.resources.iter().any(|it| it.starts_with(arn)))
    );
    assert!(question.differences.iter().any(|it| it.field.ends_with(" in eu-west-1")));

    let events = session.answer(&question.plan, PHRASE).to_vec();
    assert_eq!(ended(&events), Some(Ended::Succeeded), "{events:#?}");
    let undo = session.take_back(&outcome(&events).unwrap().run).unwrap();
    assert_eq!(undo.calls[0].region, Some(west()), "the last step first, where it was made");
    assert_eq!(ended(session.answer(&undo.plan, &undo.phrase)), Some(Ended::Succeeded));
    let state = bench.account.state();
    assert_eq!((state.alias.version.as_str(), state.second.version.as_str()), ("42", "8"));
}

#[test]
fn a_lost_answer_from_elsewhere_is_looked_for_there() {
    for (fault, wanted) in
        [(Fault::ReplyLost, Ended::Succeeded), (Fault::LostBefore, Ended::Absent)]
    {
        let bench = Bench::new();
        bench.account.state().faults = [Fault::Fine, fault].into();
        let mut session = bench.session();
        let question = session.propose(apart(&bench)).unwrap();
        assert_eq!(ended(session.answer(&question.plan, PHRASE)), Some(wanted), "{fault:?}");
    }
}

#[test]
fn the_lease_on_a_target_elsewhere_is_that_of_the_runs_at_home_there() {
    let alone = Bench::new();
    let table = Table::new(&alone.clock);
    let bench = alone.beside(table.with(Ceremony::bare(Environment::Production)));
    let mut session = bench.session();
    let question = session.propose(Draft { risk: Risk::R3, ..apart(&bench) }).unwrap();
    let (plan, reason) = (question.plan.clone(), || "INC-7".to_owned());
    session.ask(Request::GiveReason { plan: plan.clone(), reason: reason() });
    session.ask(Request::BreakGlass { plan: plan.clone(), reason: reason() });
    let events = session.answer(&plan, &question.phrase);
    assert_eq!(ended(events), Some(Ended::Succeeded), "{events:#?}");
    let held: Vec<_> = bench
        .rows()
        .into_iter()
        .filter_map(|row| match row.record {
            watchdeck_guard::journal::Record::Lease { lease, .. } => Some(lease.target),
            _ => None,
        })
        .collect();
    let wanted = "123456784021/eu-west-1/live@orders-reader";
    assert!(held.iter().any(|target| target == wanted), "{held:?}");
}
