//! Taking a run back: a new draft out of what landed. It walks the whole road, with a question of its own.

use watchdeck_domain::reading::Afar;
use watchdeck_domain::{Answer, Change, OwnCall, Reversal, RunId, Timestamp};

use crate::changes::deed;
use crate::draft::{Draft, Note, OnError, PlanId, Risk, Step};
use crate::evidence::{Refusal, Why};
use crate::journal::Past;
use crate::plan;
use crate::ports::{Ground, Maker, Reader};
use crate::probe::Sighting;
use crate::realm::Realm;

/// Whether anything landed, and a way leads back from all of it.
pub(crate) fn is_possible(past: &Past) -> bool {
    let leads_back = |name: &str| {
        let step = past.begun.draft.steps().find(|step| step.id == name);
        step.is_some_and(|step| match step.reversal {
            Reversal::By(_) | Reversal::Call(_) => true,
            Reversal::Never(_) => false,
        })
    };
    !past.landed.is_empty() && past.landed.iter().all(|(name, _)| leads_back(name))
}

/// Drafts the way back of a run: its landed steps reversed, the last first, each with the lock that it left.
///
/// # Errors
/// When nothing landed, or a step cannot be taken back, or what is there cannot be read.
pub(crate) async fn undo<R: Realm>(
    run: &RunId,
    past: &Past,
    reader: &dyn Reader<R>,
    maker: &dyn Maker,
    now: Timestamp,
) -> Result<Draft, Box<Refusal>> {
    let done = &past.begun.draft;
    let id = PlanId::draw(now);
    let mut steps = Vec::new();
    for (name, lock) in past.landed.iter().rev() {
        let Some(step) = done.steps().find(|step| step.id == *name) else { continue };
        let first = first_landed(done, past, step);
        if steps.iter().any(|known: &Step| known.target() == step.target()) {
            continue;
        }
        let there = plan::look(done, reader, &step.change).await?;
        let never = |why: &str| {
            Box::new(Refusal::new(
                Why::Draft,
                format!("step `{name}` of run {run} cannot be taken back: {why}"),
                "do by hand what must be done",
            ))
        };
        // Several steps on one target are taken back as one: to what was there before the first.
        let (change, again, settle_ms) = match &first.reversal {
            Reversal::By(back) => {
                let undone = deed(&step.change).undo(back, lock.as_ref(), &there, id.run());
                let Some((change, again)) = undone else {
                    return Err(never("its reversal is a change of another kind"));
                };
                (change, again, step.settle_ms)
            }
            Reversal::Call(call) if first.id == step.id => {
                still_there(run, step, &there)?;
                let (change, again) = called(call, id.run(), done, reader, maker, now).await?;
                (change, again, call.settle_ms)
            }
            Reversal::Call(_) => return Err(never("a later step on the same target has landed")),
            Reversal::Never(why) => return Err(never(why)),
        };
        steps.push(Step {
            id: format!("undo-{name}"),
            title: format!("take back: {}", step.title),
            change,
            reversal: Reversal::By(Box::new(again)),
            settle_ms,
            rest_s: step.rest_s,
            on_error: OnError::Stop,
            probe: None,
            pause: None,
            no_return: false,
        });
    }
    let mut steps = steps.into_iter();
    let Some(first) = steps.next() else {
        return Err(Box::new(Refusal::new(
            Why::Absent,
            format!("run {run} has changed nothing that could be taken back"),
            "see the journal for what it did",
        )));
    };
    Ok(Draft {
        id,
        title: format!("undo: {}", done.title),
        runbook: done.runbook.clone(),
        params: done.params.clone(),
        scope: done.scope.clone(),
        first,
        rest: steps.collect(),
        facts: Vec::new(),
        pins: Vec::new(),
        checks: Vec::new(),
        waits: Vec::new(),
        verifications: Vec::new(),
        // Each step of it can be taken back in turn.
        risk: done.risk.min(Risk::R3),
        ttl_s: done.ttl_s,
        phrase: "undo {target} to {to} in ..{account}".into(),
        notes: vec![Note {
            title: "This takes a run back".into(),
            lines: vec![
                format!("{run} ({})", done.title),
                "Whatever it was run against may come back with it.".into(),
            ],
        }],
        others: None,
        undoes: Some(run.clone()),
    })
}

/// The change that a call of its own comes to now, and the one that leads back from it. It is made where the step was.
async fn called<R: Realm>(
    call: &OwnCall,
    run: &RunId,
    done: &Draft,
    reader: &dyn Reader<R>,
    maker: &dyn Maker,
    now: Timestamp,
) -> Result<(Change, Change), Box<Refusal>> {
    let home = &done.scope;
    let Some(region) = call.foreseen.elsewhere() else {
        return maker.make(call, Ground { run, scope: home, now, source: reader }).await;
    };
    let (scope, afar) = (home.in_region(region), Afar { source: reader, region });
    let (change, again) =
        maker.make(call, Ground { run, scope: &scope, now, source: &afar }).await?;
    Ok((change.made_in(region, &home.region), again.made_in(region, &home.region)))
}

/// Refuses where what a step has made is not there any more: a call of its own compares nothing with it, so this does.
fn still_there(run: &RunId, step: &Step, there: &Answer) -> Result<(), Box<Refusal>> {
    let seen = match deed(&step.change).sighting(run, there) {
        Sighting::Landed { .. } => return Ok(()),
        Sighting::Absent => "it is as before".to_owned(),
        Sighting::Conflict { seen } => seen,
    };
    let what =
        format!("what step `{}` of run {run} has made is not there any more: {seen}", step.id);
    Err(Box::new(Refusal::new(Why::Moved, what, "propose what is right from what is there now")))
}

/// The first step that landed on the target of `step`.
fn first_landed<'a>(done: &'a Draft, past: &Past, step: &'a Step) -> &'a Step {
    let landed = |known: &&Step| past.landed.iter().any(|(name, _)| *name == known.id);
    let target = step.target();
    done.steps().filter(landed).find(|known| known.target() == target).unwrap_or(step)
}
