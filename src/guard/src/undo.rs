//! Taking a run back: a new draft out of what landed. It walks the whole road, with a question of its own.

use watchdeck_domain::change::PointAlias;
use watchdeck_domain::{Change, Reversal, RevisionId, RunId, Timestamp};

use crate::draft::{Draft, Note, PlanId, Step};
use crate::evidence::{Refusal, Why};
use crate::journal::Past;
use crate::plan;
use crate::ports::Reader;
use crate::preview;
use crate::realm::Realm;

/// Drafts the way back of a run: its landed steps reversed, the last first, each with the lock that it left.
///
/// # Errors
/// When nothing landed, or a step cannot be taken back, or what is there cannot be read.
pub(crate) async fn undo<R: Realm>(
    run: &RunId,
    past: &Past,
    reader: &dyn Reader<R>,
    now: Timestamp,
) -> Result<Draft, Box<Refusal>> {
    let done = &past.begun.draft;
    let id = PlanId::draw(now);
    let mut steps = Vec::new();
    for (name, lock) in past.landed.iter().rev() {
        let Some(step) = done.steps().find(|step| step.id == *name) else { continue };
        let there = plan::look(done, reader, &step.change).await?;
        let back = match (&step.change, &step.reversal) {
            (Change::PointAlias(made), Reversal::By(back)) => {
                let Change::PointAlias(back) = back.as_ref();
                let alias = preview::alias(&there);
                // AWS renews the revision while it moves provisioned concurrency. As long as our mark is on what we
                // made, the newest lock is ours; otherwise the old one stands, and the check refuses with the reason.
                let ours = alias.filter(|alias| {
                    alias.description == made.description && alias.version == made.version
                });
                let lock: RevisionId = ours
                    .map(|alias| alias.revision.clone())
                    .or_else(|| lock.clone())
                    .unwrap_or_else(|| made.revision.clone());
                reverse(made, back, lock, &id)
            }
            (Change::PointAlias(_), Reversal::Never(why)) => {
                return Err(Box::new(Refusal::new(
                    Why::Draft,
                    format!("step `{name}` of run {run} cannot be taken back: {why}"),
                    "do by hand what must be done",
                )));
            }
        };
        steps.push(Step {
            id: format!("undo-{name}"),
            title: format!("take back: {}", step.title),
            change: Change::PointAlias(back.0),
            reversal: Reversal::By(Box::new(Change::PointAlias(back.1))),
            settle_ms: step.settle_ms,
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
        risk: done.risk,
        ttl_s: done.ttl_s,
        phrase: "undo {target} to {to} in ..{account}".into(),
        notes: vec![Note {
            title: "This takes a run back".into(),
            lines: vec![
                format!("{run} ({})", done.title),
                "Whatever it was run against may come back with it.".into(),
            ],
        }],
        undoes: Some(run.clone()),
    })
}

/// The change that leads back, and the one that would lead here again.
fn reverse(
    made: &PointAlias,
    back: &PointAlias,
    lock: RevisionId,
    id: &PlanId,
) -> (PointAlias, PointAlias) {
    let there = PointAlias {
        description: preview::mark("undone", id.run(), &made.description),
        revision: lock.clone(),
        ..back.clone()
    };
    (there, PointAlias { revision: lock, ..made.clone() })
}
