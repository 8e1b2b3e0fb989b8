//! What the journal's rows amount to: the runs, and what is open about them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use watchdeck_domain::{MutationClass, RevisionId, RunId, Timestamp};

use super::record::{Begun, Fate, Record, Row};
use crate::desk::{Ended, Paused, Review, Unfinished};
use crate::draft::{Draft, OnError, PlanId, Step};
use crate::gate::Gate;
use crate::incident::Incident;
use crate::lease::{Lease, Tenure};
use crate::run::{VIGIL, is_expiry};
use crate::undo;

/// All runs of a journal, by replaying its rows.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    runs: BTreeMap<RunId, Past>,
    /// Glass that was broken and not reviewed since.
    reviews: BTreeMap<PlanId, Review>,
    /// The incident that was declared and not ended since.
    incident: Option<Incident>,
}

/// What is known of one run.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) begun: Begun,
    pub(crate) at: Timestamp,
    /// The intent that has no outcome yet.
    pub(crate) pending: Option<Pending>,
    /// The steps that landed, in order, and their locks.
    pub(crate) landed: Vec<(String, Option<RevisionId>)>,
    /// The steps that were refused and that the rest could do without, and why.
    pub(crate) passed: Vec<String>,
    /// When the last one landed.
    pub(crate) landed_at: Option<Timestamp>,
    /// What came of the last intent.
    pub(crate) fate: Option<Fate>,
    pub(crate) ended: Option<Ended>,
    /// The step that was told to have had no effect, and when: seen absent, or overtaken by somebody else where AWS would
    /// not refuse the late call for it.
    pub(crate) absent: Option<(String, Timestamp)>,
    /// The leases that it has taken and neither lost nor given back.
    pub(crate) leases: Vec<Lease>,
    /// The waits and verifications that were seen to hold.
    pub(crate) seen: BTreeSet<String>,
    /// Why it does not go on, where that was written down.
    why: Option<String>,
    /// How often each step was about to be sent.
    attempts: BTreeMap<String, u32>,
}

/// An intent without an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) step: String,
    /// Before this nothing can be said about it.
    pub(crate) settles: Timestamp,
    pub(crate) settle: Duration,
}

impl Ledger {
    pub(crate) fn apply(&mut self, row: &Row) {
        let Some(run) = &row.run else { return self.review(row) };
        if let Record::RunBegin(begun) = &row.record {
            let past = Past {
                begun: (**begun).clone(),
                at: row.at,
                pending: None,
                landed: Vec::new(),
                passed: Vec::new(),
                landed_at: None,
                fate: None,
                ended: None,
                absent: None,
                leases: Vec::new(),
                seen: BTreeSet::new(),
                why: None,
                attempts: BTreeMap::new(),
            };
            self.runs.insert(run.clone(), past);
            return;
        }
        let Some(past) = self.runs.get_mut(run) else { return };
        match &row.record {
            Record::Intent { step, settle_ms, .. } => {
                let settle = Duration::from_millis(*settle_ms);
                past.pending =
                    Some(Pending { step: step.clone(), settles: row.at + settle, settle });
                past.why = None;
                *past.attempts.entry(step.clone()).or_default() += 1;
            }
            Record::Unanswered { step, .. } => {
                if let Some(pending) = past.pending.as_mut().filter(|p| p.step == *step) {
                    pending.settles = row.at + pending.settle;
                }
            }
            Record::Outcome { step, fate } => {
                past.pending = None;
                past.fate = Some(fate.clone());
                match fate {
                    Fate::Landed { revision, .. } => {
                        past.landed.push((step.clone(), revision.clone()));
                        past.landed_at = Some(row.at);
                    }
                    Fate::Absent => past.absent = Some((step.clone(), row.at)),
                    Fate::Conflict { .. } if past.has_no_lock(step) => {
                        past.absent = Some((step.clone(), row.at));
                    }
                    Fate::Rejected { code, .. } if past.goes_on_without(step) => {
                        past.passed.push(format!("{step} ({code})"));
                        past.fate = None;
                    }
                    Fate::Rejected { .. } | Fate::Halted | Fate::Conflict { .. } => {}
                }
            }
            Record::Late { step, revision } => {
                past.absent = None;
                past.ended = None;
                past.landed.push((step.clone(), revision.clone()));
                past.landed_at = Some(row.at);
                let revision = revision.clone();
                past.fate = Some(Fate::Landed { request_id: None, revision, left: Vec::new() });
            }
            Record::RunEnd { ended, .. } => past.ended = Some(*ended),
            Record::Pause { why } => past.why = Some(why.clone()),
            Record::Waits { question, .. } => {
                past.why = Some(format!("it waited for a person: {question}"));
            }
            Record::WentOn { .. } | Record::TakenUp(_) => past.why = None,
            Record::Verify { id, verdict, .. } => {
                if verdict.holds() {
                    past.seen.insert(id.clone());
                }
            }
            Record::Lease { tenure: Tenure::Taken, lease } => past.leases.push(lease.clone()),
            Record::Lease { tenure: Tenure::Lost | Tenure::Returned, lease } => {
                past.leases.retain(|held| held.nonce != lease.nonce);
            }
            Record::Genesis { .. }
            | Record::Opened { .. }
            | Record::Gate { .. }
            | Record::Refused { .. }
            | Record::Mistyped { .. }
            | Record::Withdrawn { .. }
            | Record::Countersigned { .. }
            | Record::BrokeGlass { .. }
            | Record::Declared { .. }
            | Record::Over { .. }
            | Record::ByIncident { .. }
            | Record::Reviewed { .. }
            | Record::Stopped { .. }
            | Record::Released { .. }
            | Record::RunBegin(_)
            | Record::Approval { .. }
            | Record::Probe { .. }
            | Record::Resume {}
            | Record::Heartbeat {} => {}
        }
    }

    fn review(&mut self, row: &Row) {
        if let Record::BrokeGlass { plan, title, gates, reason, by } = &row.record {
            let review = Review {
                plan: plan.clone(),
                title: title.clone(),
                gates: gates.clone(),
                reason: reason.clone(),
                by: by.clone(),
                at: row.at,
            };
            self.reviews.insert(plan.clone(), review);
        }
        if let Record::ByIncident { plan, title, incident, by } = &row.record {
            let review = Review {
                plan: plan.clone(),
                title: title.clone(),
                gates: vec![Gate::SecondPerson],
                reason: format!("during the incident {incident}"),
                by: by.clone(),
                at: row.at,
            };
            self.reviews.insert(plan.clone(), review);
        }
        if let Record::Declared { incident } = &row.record {
            self.incident = Some(incident.clone());
        }
        if matches!(row.record, Record::Over { .. }) {
            self.incident = None;
        }
        if let Record::Reviewed { plan, .. } = &row.record {
            self.reviews.remove(plan);
        }
    }

    /// The glass that was broken and not reviewed since, oldest first.
    pub(crate) fn reviews(&self) -> impl Iterator<Item = &Review> {
        self.reviews.values()
    }

    /// The incident that was declared and not ended since. Its time may be over.
    pub(crate) fn incident(&self) -> Option<&Incident> {
        self.incident.as_ref()
    }

    pub(crate) fn run(&self, run: &RunId) -> Option<&Past> {
        self.runs.get(run)
    }

    /// A run whose call may still take effect on one of the targets that `begun` changes. One that was given up with
    /// its outcome unknown is in the way until its call has settled; one that was told absent, as long as it is looked for
    /// and what comes late would be done twice.
    pub(crate) fn rival(&self, begun: &Begun, now: Timestamp) -> Option<(&RunId, String)> {
        self.runs.iter().find_map(|(run, past)| {
            let other = &past.begun;
            let open = past
                .pending
                .as_ref()
                .is_some_and(|pending| past.ended.is_none() || now < pending.settles);
            let same = (open || past.may_come_late(now))
                && other.plan != begun.plan
                && other.realm == begun.realm;
            // What may come late comes where that one step acts, and nowhere else.
            let late = past.absent.as_ref().filter(|_| !open).map(|(step, _)| step);
            let theirs = other.draft.steps().filter(|step| late.is_none_or(|id| step.id == *id));
            let theirs: Vec<_> = theirs.map(|step| step.spot(&other.draft.scope)).collect();
            let mut ours = begun.draft.steps();
            let step = ours.find(|step| theirs.contains(&step.spot(&begun.draft.scope)));
            step.filter(|_| same).map(|step| (run, step.target()))
        })
    }

    /// The runs whose call was told to have had no effect, oldest first.
    pub(crate) fn absent(&self) -> impl Iterator<Item = &Past> {
        self.runs.values().filter(|past| past.absent.is_some())
    }

    /// Whether another run has changed the target of `step` since `run` began, or may have: what is there may be its doing.
    pub(crate) fn is_followed(&self, run: &RunId, step: &Step) -> bool {
        let Some(this) = self.runs.get(run) else { return false };
        let spot = step.spot(&this.begun.draft.scope);
        self.runs.iter().any(|(other, past)| {
            other != run
                && past.at >= this.at
                && (!past.landed.is_empty() || past.absent.is_some() || past.pending.is_some())
                && past.begun.realm == this.begun.realm
                && past.begun.draft.steps().any(|step| step.spot(&past.begun.draft.scope) == spot)
        })
    }

    /// The runs that have not ended, oldest first.
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = (&RunId, &Past)> {
        self.runs.iter().filter(|(_, past)| past.ended.is_none())
    }
}

impl Past {
    /// Its draft, with the locks that its landed steps have left where something waits for them.
    pub(crate) fn draft_as_left(&self) -> Draft {
        let mut draft = self.begun.draft.clone();
        draft.take_locks(self.landed.iter().map(|(step, lock)| (step.as_str(), lock.as_ref())));
        draft
    }

    /// Why it does not go on, where it has not ended, nothing of it is open, and there is a step left that could be sent.
    pub(crate) fn pause(&self) -> Option<String> {
        let goes_on = match &self.fate {
            Some(Fate::Landed { .. }) | None => true,
            Some(Fate::Rejected { code, .. }) => is_expiry(code) && !self.landed.is_empty(),
            Some(Fate::Halted | Fate::Absent | Fate::Conflict { .. }) => false,
        };
        let left = self.landed.len() < self.begun.draft.steps().count();
        let paused = left && goes_on && self.pending.is_none() && self.ended.is_none();
        let orphaned = || "the process that carried it out has ended".to_owned();
        paused.then(|| self.why.clone().unwrap_or_else(orphaned))
    }

    /// Which attempt the next one at this step is.
    pub(crate) fn attempt(&self, step: &str) -> u32 {
        self.attempts.get(step).map_or(1, |before| before.saturating_add(1))
    }

    /// Leaves a refused step out of what is still to be done, where the rest can do without it.
    fn goes_on_without(&mut self, step: &str) -> bool {
        let draft = &mut self.begun.draft;
        let of = draft.steps().find(|known| known.id == step);
        of.is_some_and(|step| step.on_error == OnError::Continue) && draft.leave_out(step)
    }

    /// Whether AWS compares nothing when it carries this step out: then a lost call takes effect whatever has been done
    /// since.
    fn has_no_lock(&self, step: &str) -> bool {
        let class = self.class_of(step);
        class.is_some_and(|it| matches!(it, MutationClass::Absolute | MutationClass::Trigger))
    }

    /// Whether what was told absent could still come, and would be done beside what another run does: the same value again
    /// is harmless, and a lock keeps the later of two from being carried out. A second task, name or token is a second effect.
    fn may_come_late(&self, now: Timestamp) -> bool {
        let Some((step, since)) = &self.absent else { return false };
        let adds_up = self.class_of(step).is_some_and(|class| match class {
            MutationClass::Token | MutationClass::Named | MutationClass::Trigger => true,
            MutationClass::Cas | MutationClass::Absolute => false,
        });
        adds_up && now < *since + VIGIL
    }

    fn class_of(&self, step: &str) -> Option<MutationClass> {
        let step = self.begun.draft.steps().find(|known| known.id == *step)?;
        Some(step.change.class())
    }

    fn told_pause(&self) -> Option<Paused> {
        let why = self.pause()?;
        let (done, of) = (self.landed.len(), self.begun.draft.steps().count());
        let next = self.begun.draft.steps().nth(done)?.title.clone();
        Some(Paused { why, next, number: done + 1, of, undoable: undo::is_possible(self) })
    }

    pub(crate) fn tell(&self, run: &RunId, ours: bool) -> Unfinished {
        Unfinished {
            run: run.clone(),
            title: self.begun.draft.title.clone(),
            realm: self.begun.realm.clone(),
            scope: self.begun.draft.scope.clone(),
            began: self.at,
            adrift: self.pending.as_ref().map(|pending| pending.step.clone()),
            paused: self.told_pause(),
            runbook: self.begun.draft.runbook.id.clone(),
            sha256: self.begun.draft.runbook.sha256.clone(),
            ours,
        }
    }
}
