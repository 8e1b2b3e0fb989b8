//! What is done about a run that is in the journal already: it is gone on with, given up, or taken back.

use watchdeck_domain::RunId;

use super::serve::{absent, unwritten};
use super::{Desk, Ended, Event};
use crate::draft::PlanId;
use crate::evidence::{Refusal, Why};
use crate::journal::{Fate, Past, Record};
use crate::realm::Realm;
use crate::run::Adrift;

impl<R: Realm> Desk<R> {
    pub(super) fn resume(&mut self, run: &RunId) {
        let plan = Some(PlanId::of(run));
        let now = self.clock.now();
        let Some(past) = self.journal.ledger().run(run).cloned() else {
            return self.refuse(
                plan,
                absent(&format!("the journal knows no run {run}"), "list the unfinished runs"),
            );
        };
        let is_asked = self.asking.contains_key(&PlanId::of(run));
        if past.ended.is_some() || is_asked || self.is_here(run) {
            let state = if past.ended.is_some() { "has ended" } else { "is being seen to" };
            return self.refuse(
                plan,
                absent(&format!("run {run} {state}"), "see the journal for how it stands"),
            );
        }
        let (begun, here) = (&past.begun, self.reader.scope());
        if begun.realm != R::NAME || begun.draft.scope != here {
            let what = format!(
                "run {run} belongs to {} ({}), this desk to {here} ({})",
                begun.draft.scope,
                begun.realm,
                R::NAME
            );
            return self.refuse(
                plan,
                Box::new(Refusal::new(
                    Why::Identity,
                    what,
                    "start watchdeck with the profile and region of the run",
                )),
            );
        }
        if let Some(refusal) = self.lacks_secret(&past) {
            return self.tell_paused(run, refusal);
        }
        if let Err(error) = self.journal.append(now, Some(run), vec![Record::Resume {}]) {
            return self.tell_paused(run, unwritten(&error));
        }
        if let Some(adrift) = Adrift::resume(&past, now) {
            return self.begin_reconcile(adrift);
        }
        if past.pause().is_some() {
            return self.begin_take_up(run);
        }
        match past.fate {
            Some(Fate::Rejected { code, message }) => {
                self.end(run, Ended::Rejected, format!("{code}: {message}"));
            }
            Some(Fate::Halted) => {
                self.end(run, Ended::Halted, "the kill switch was pulled: nothing was sent".into());
            }
            Some(Fate::Absent) => self.end(run, Ended::Absent, "the call had no effect".into()),
            Some(Fate::Conflict { seen }) => self.end(run, Ended::Conflict, seen),
            Some(Fate::Landed { .. }) | None => {
                let since = past.landed_at.unwrap_or(now).min(now);
                self.begin_watch(past.draft_as_left(), since);
            }
        }
    }

    pub(super) fn abort(&mut self, run: &RunId) {
        let plan = Some(PlanId::of(run));
        let Some(past) = self.journal.ledger().run(run).filter(|past| past.ended.is_none()) else {
            return self.refuse(
                plan,
                absent(&format!("no run {run} is going on"), "list the unfinished runs"),
            );
        };
        let adrift = past.pending.is_some();
        self.waiting.remove(run);
        // A question about what is left of it is void with that.
        if self.asking.remove(&PlanId::of(run)).is_some() {
            self.tell(Event::Withdrawn { plan: PlanId::of(run) });
        }
        match self.busy.remove(run) {
            Some(handle) => {
                handle.abort();
                if adrift {
                    let what = format!(
                        "run {run} is no longer looked for; nobody knows yet what came of it"
                    );
                    return self.pause(
                        run,
                        Refusal::new(
                            Why::Absent,
                            what,
                            "resume it to find out, or abort it again to give it up",
                        ),
                    );
                }
                self.end(
                    run,
                    Ended::Abandoned,
                    "the operator stopped watching: what was changed stays".into(),
                );
            }
            None if adrift => {
                self.end(run, Ended::Abandoned, "given up with its outcome unknown: look at the target before changing it again".into());
            }
            None => self.end(
                run,
                Ended::Abandoned,
                "given up by the operator: what was changed stays".into(),
            ),
        }
    }

    pub(super) fn undo(&mut self, run: &RunId) {
        let plan = Some(PlanId::of(run));
        match self.journal.ledger().run(run) {
            None => self.refuse(
                plan,
                absent(
                    &format!("the journal knows no run {run}"),
                    "see the journal for the runs there are",
                ),
            ),
            Some(past) if past.pending.is_some() => {
                let what = format!("run {run} cannot be taken back: its outcome is unknown");
                let hint = if past.ended.is_none() {
                    "resume it first"
                } else {
                    "it was given up: look at the target, and propose what is right from there"
                };
                self.refuse(plan, Box::new(Refusal::new(Why::Busy, what, hint)));
            }
            Some(past)
                if past.begun.realm != R::NAME || past.begun.draft.scope != self.reader.scope() =>
            {
                let what = format!(
                    "run {run} belongs to {} ({})",
                    past.begun.draft.scope, past.begun.realm
                );
                self.refuse(
                    plan,
                    Box::new(Refusal::new(
                        Why::Identity,
                        what,
                        "start watchdeck with the profile and region of the run",
                    )),
                );
            }
            Some(past) => {
                if let Some(refusal) = self.lacks_secret(past) {
                    return self.refuse(plan, refusal);
                }
                // What waits is over with that: nobody goes on with what is being taken back.
                if self.waiting.remove(run).is_some() {
                    let why = "taken back from where it waited".into();
                    self.end(run, Ended::Abandoned, why);
                }
                self.begin_undo(run);
            }
        }
    }

    /// Why a run cannot be looked after: what it was carried out with is not known to this process.
    fn lacks_secret(&self, past: &Past) -> Option<Refusal> {
        let params = &past.begun.draft.params;
        let word = self.ceremony.veil.unknown(params.values())?;
        let holds = |value: &&serde_json::Value| value.as_str() == Some(word.as_str());
        let name = params.iter().find(|(_, value)| holds(value)).map_or(&word, |(name, _)| name);
        Some(Refusal::new(
            Why::Absent,
            format!("the secret `{name}` of this run is not known here any more"),
            format!("give it again in the console, by `:give-secret {name}`, then ask again"),
        ))
    }
}
