//! Late: what was told to have had no effect is looked for a while longer, since AWS gives no bound for a lost call.

use std::time::Duration;

use watchdeck_domain::{Clock, MutationClass, RevisionId, RunId, Timestamp};

use crate::draft::{Draft, Step};
use crate::journal::Past;
use crate::judge::Judge;
use crate::plan;
use crate::ports::Reader;
use crate::probe::{self, Sighting};
use crate::realm::Realm;

/// For how long after "no effect was seen" an effect is still looked for.
pub(crate) const VIGIL: Duration = Duration::from_mins(15);

/// How often.
const EVERY: Duration = Duration::from_secs(15);

/// A run that ended without an effect, and whose call could still take effect. It only looks.
#[derive(Clone, Debug)]
pub(crate) struct Vigil {
    draft: Draft,
    step: Step,
    /// When it was told to be absent. The call was sent before.
    since: Timestamp,
    until: Timestamp,
}

impl Vigil {
    /// Over a run that ended without an effect; nothing for any other run, or once nobody need look any more.
    pub(crate) fn over(past: &Past, now: Timestamp) -> Option<Self> {
        let (step, since) = past.absent.as_ref()?;
        // A clock that has gone back since says nothing about how long ago it was.
        let until = (*since + VIGIL).min(now + VIGIL);
        let draft = past.draft_as_left();
        let step = draft.steps().find(|known| known.id == *step)?.clone();
        let since = *since - Duration::from_millis(step.settle_ms);
        (now < until).then_some(Self { draft, step, since, until })
    }

    /// The run.
    pub(crate) fn run(&self) -> &RunId {
        self.draft.id.run()
    }

    /// The step whose effect may come late.
    pub(crate) fn step(&self) -> &Step {
        &self.step
    }

    /// Looks until the effect is there, cannot come any more, or the time is over. Gives its lock if it came.
    pub(crate) async fn keep<R: Realm>(
        &self,
        reader: &dyn Reader<R>,
        judge: &dyn Judge,
        clock: &dyn Clock,
    ) -> Option<Option<RevisionId>> {
        while clock.now() < self.until {
            clock.sleep(EVERY).await;
            match self.look(reader, judge, clock.now()).await {
                Some(Sighting::Landed { revision }) => return Some(revision),
                // Somebody else has moved the lock: the lost call is refused whenever it arrives. Without a lock it is
                // not, and would overwrite what they did.
                Some(Sighting::Conflict { .. })
                    if self.step.change.class() == MutationClass::Cas =>
                {
                    return None;
                }
                Some(Sighting::Conflict { .. } | Sighting::Absent) | None => {}
            }
        }
        None
    }

    /// What is there now; nothing when it cannot be read, or by somebody else's eyes only.
    async fn look<R: Realm>(
        &self,
        reader: &dyn Reader<R>,
        judge: &dyn Judge,
        now: Timestamp,
    ) -> Option<Sighting> {
        plan::identify(&self.draft, reader).await.ok()?;
        probe::sight(&self.draft, &self.step, (self.since, now), reader, judge).await.ok()
    }
}
