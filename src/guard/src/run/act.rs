//! Act: the one place where a warrant is made, and where it goes.

use std::marker::PhantomData;
use std::sync::Arc;

use watchdeck_domain::Clock;

use super::{
    Adrift, Core, Doubt, Landing, Next, Recorded, Rest, Run, Settled, Stop, Unserved, Warrant,
};
use crate::draft::OnError;
use crate::journal::{Fate, Journal, Record};
use crate::ports::Writer;
use crate::realm::Realm;

impl<R: Realm> Run<Recorded, R> {
    /// Sends the recorded change, once, and writes down what came of it.
    ///
    /// The future must be driven to its end: dropped half-way, the outcome is lost, and only the journal's unanswered
    /// intent tells of it. The desk never selects over it.
    ///
    /// # Errors
    /// [`Adrift`] when nobody knows what came of it. That has no `act`: it can be looked for, and not retried.
    pub async fn act(
        self,
        writer: &dyn Writer<R>,
        journal: &mut Journal,
        clock: &dyn Clock,
    ) -> Result<Next<R>, Adrift<R>> {
        let core = self.core;
        let step = core.step();
        let Some(switch) = core.pass.as_ref().map(|pass| pass.ceremony.switch.clone()) else {
            let why = "the run was read back from the journal: its approval is void".to_owned();
            return Ok(Next::Stopped(settled(core), Stop::Moved(why)));
        };
        // The last look before anything leaves; the intent is on disk, and so is that it came to nothing.
        if switch.is_pulled() {
            let (at, record) =
                (clock.now(), Record::Outcome { step: step.id.clone(), fate: Fate::Halted });
            return match journal.append(at, Some(core.run()), vec![record]) {
                Ok(_) => Ok(Next::Stopped(settled(core), Stop::Halted)),
                Err(error) => Err(Adrift::new(core, Doubt::Unrecorded(error.to_string()), at)),
            };
        }
        let veil = core.pass.as_ref().map(|pass| Arc::clone(&pass.ceremony.veil));
        let covered = |text: String| veil.as_ref().map_or(text.clone(), |it| it.cover_text(&text));
        let warrant = Warrant::new(
            core.draft.scope.clone(),
            step.change.clone(),
            core.run().clone(),
            step.id.clone(),
            switch,
        );
        let served = writer.serve(warrant).await;
        let now = clock.now();
        let ours = |run, id: &str| run == core.run() && id == step.id;
        match served {
            Ok(receipt) if ours(&receipt.run, &receipt.step) && receipt.change == step.change => {
                let landing = Landing {
                    step: receipt.step,
                    revision: receipt.revision,
                    request_id: receipt.request_id,
                    left: receipt.left,
                    at: now,
                };
                land(core, landing, journal)
            }
            Err(Unserved::Refused(no)) if ours(&no.run, &no.step) => {
                // What AWS will not have, it often repeats.
                let message = covered(no.message);
                let ending = Stop::Refused { code: no.code.clone(), message: message.clone() };
                let fate = Fate::Rejected { code: no.code, message };
                let record = Record::Outcome { step: no.step, fate };
                match journal.append(now, Some(core.run()), vec![record]) {
                    Ok(_) => Ok(refused(core, ending)),
                    Err(error) => Err(Adrift::new(core, Doubt::Unrecorded(error.to_string()), now)),
                }
            }
            Err(Unserved::Unsettled(open)) if ours(&open.run, &open.step) => {
                let doubt = open.why.said_by(covered);
                let record = Record::Unanswered { step: open.step, doubt: doubt.clone() };
                // Were this row lost, the intent would still stand without an outcome: the same thing.
                let _unneeded = journal.append(now, Some(core.run()), vec![record]);
                Err(Adrift::new(core, doubt, now))
            }
            Ok(_) | Err(Unserved::Refused(_) | Unserved::Unsettled(_)) => {
                let doubt =
                    Doubt::Garbled("the writer answered with another warrant's reply".into());
                Err(Adrift::new(core, doubt, now))
            }
        }
    }
}

/// Writes a landing down and goes on to the next step, if there is one.
pub(super) fn land<R: Realm>(
    mut core: Box<Core>,
    landing: Landing,
    journal: &mut Journal,
) -> Result<Next<R>, Adrift<R>> {
    let fate = Fate::Landed {
        request_id: landing.request_id.clone(),
        revision: landing.revision.clone(),
        left: landing.left.clone(),
    };
    let record = Record::Outcome { step: landing.step.clone(), fate };
    let at = landing.at;
    if let Err(error) = journal.append(at, Some(core.run()), vec![record]) {
        return Err(Adrift::new(core, Doubt::Unrecorded(error.to_string()), at));
    }
    core.landed.push(landing);
    core.take_locks();
    Ok(if core.is_through() {
        Next::Settled(settled(core))
    } else {
        Next::More(Run { core, road: PhantomData })
    })
}

/// What follows a definite no: the end, or the next step where this one is not needed.
fn refused<R: Realm>(mut core: Box<Core>, ending: Stop) -> Next<R> {
    let step = core.step();
    let goes_on = step.on_error == OnError::Continue;
    let id = step.id.clone();
    if !goes_on || !core.draft.leave_out(&id) {
        return Next::Stopped(settled(core), ending);
    }
    let rest = if core.is_through() {
        Rest::Nothing(settled(core))
    } else {
        Rest::Step(Run { core, road: PhantomData })
    };
    Next::Passed(rest, ending)
}

pub(super) fn settled<R: Realm>(core: Box<Core>) -> Settled<R> {
    Settled { core, realm: PhantomData }
}
