//! Remainder: what is left of a run that paused. It is planned, asked about and approved anew, and what landed is not in it.

use watchdeck_domain::{Identity, RunId, Timestamp};

use super::Landing;
use crate::changes::deed;
use crate::content::principal;
use crate::draft::{Draft, Note, Step};
use crate::evidence::{Fingerprint, Moved, Refusal, Why};
use crate::journal::Past;

/// A run as the journal knows it, with steps that landed and steps that are left.
#[derive(Debug)]
pub(crate) struct Remainder {
    /// All of it, with the locks that the landed steps have left.
    pub(super) draft: Box<Draft>,
    pub(super) landed: Vec<Landing>,
    /// What was pinned when the run began.
    fingerprints: Vec<Fingerprint>,
    /// Who began it.
    identity: Identity,
    why: String,
    /// What was seen of the last step that landed stands in the journal already.
    seen: bool,
}

impl Remainder {
    /// What is left of a run; nothing of one that has ended, whose call is open, or that has no step left.
    pub(crate) fn of(past: &Past, now: Timestamp) -> Option<Self> {
        let why = past.pause()?;
        let landed = landings(past);
        let draft = Box::new(past.draft_as_left());
        let seen = landed
            .last()
            .is_none_or(|last| draft.stage(&last.step).all(|stage| past.seen.contains(&stage.id)));
        // A clock that has gone back since says nothing about how long ago it was.
        let landed = landed.into_iter().map(|it| Landing { at: it.at.min(now), ..it }).collect();
        let begun = &past.begun;
        let (fingerprints, identity) = (begun.fingerprints.clone(), begun.identity.clone());
        Some(Self { draft, landed, fingerprints, identity, why, seen })
    }

    pub(crate) fn run(&self) -> &RunId {
        self.draft.id.run()
    }

    /// All of the run's draft.
    pub(crate) fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The last step that landed.
    pub(crate) fn last(&self) -> Option<&Landing> {
        self.landed.last()
    }

    /// Whether what must be seen of the last step that landed was seen already.
    pub(crate) fn is_seen(&self) -> bool {
        self.seen
    }

    /// The landed steps whose changes stand, but for the last of them, which is looked at for itself.
    pub(crate) fn standing(&self) -> impl Iterator<Item = &Step> {
        let landed = |step: &&Step| self.landed.iter().any(|it| it.step == step.id);
        let last = self.last().map(|last| last.step.clone());
        let followed = move |step: &Step| {
            let target = step.target();
            let later = self.draft.steps().filter(landed).skip_while(|it| it.id != step.id);
            later.skip(1).any(|it| it.target() == target)
        };
        let steps = self.draft.steps().filter(landed);
        steps.filter(move |step| last.as_ref() != Some(&step.id) && !followed(step))
    }

    /// The draft of what is left, with what somebody who answers should know.
    pub(crate) fn left(&self) -> Draft {
        let mut left = without(&self.draft, &self.landed);
        let done = |it: &Landing| {
            let step = self.draft.steps().find(|step| step.id == it.step);
            format!("done {}: {}", it.at, step.map_or(it.step.as_str(), |step| step.title.as_str()))
        };
        let first = format!("It paused: {}.", self.why);
        let last = "What it depends on was compared with how it was when the run began, but for what its own steps have changed.";
        let lines = std::iter::once(first).chain(self.landed.iter().map(done));
        let lines = lines.chain(std::iter::once(last.to_owned())).collect();
        left.notes.insert(0, Note { title: format!("This goes on with {}", self.run()), lines });
        left
    }

    /// Refuses somebody else than who began the run, whichever session of a role they have now.
    pub(crate) fn same_principal(&self, now: &Identity) -> Result<(), Box<Refusal>> {
        if principal(&self.identity) == principal(now) {
            return Ok(());
        }
        let what =
            format!("{} began the run, but {} would go on with it", self.identity.arn, now.arn);
        let hint = "go back to the credentials of the run, take it back, or end it";
        Err(Box::new(Refusal::new(Why::Identity, what, hint)))
    }

    /// Refuses where something that the run depends on is not as it was when it began. What its own steps have moved says
    /// nothing.
    pub(crate) fn same_pins(&self, now: &[Fingerprint]) -> Result<(), Box<Refusal>> {
        let moved: Vec<_> = now.iter().filter_map(|now| self.moved(now)).collect();
        if moved.is_empty() {
            return Ok(());
        }
        let told = moved.iter().map(|it| format!("{} was {}, is {}", it.what, it.was, it.is));
        let told = told.collect::<Vec<_>>().join("; ");
        let what = format!("the account has moved since the run began: {told}");
        let hint = "take it back, or end it; what is left of it needs a plan of its own";
        Err(Box::new(Refusal { moved, ..Refusal::new(Why::Moved, what, hint) }))
    }

    fn moved(&self, now: &Fingerprint) -> Option<Moved> {
        let was =
            self.fingerprints.iter().find(|it| it.fact == now.fact && it.field == now.field)?;
        if was.value == now.value || self.touched(&now.fact) {
            return None;
        }
        let what = format!("{}{}", now.fact, now.field);
        Some(Moved { what, was: was.value.clone(), is: now.value.clone() })
    }

    /// Whether a landed step has changed what this fact tells of.
    pub(crate) fn touched(&self, fact: &str) -> bool {
        let landed = |step: &&Step| self.landed.iter().any(|it| it.step == step.id);
        let of_step = |step: &Step| fact == format!("step {}", step.id);
        let about = |query| self.draft.facts.iter().any(|it| it.name == fact && it.query == query);
        let follows = self.draft.steps().find(|step| of_step(step)).map(Step::target);
        self.draft.steps().filter(landed).any(|step| {
            about(deed(&step.change).query()) || follows.as_ref() == Some(&step.target())
        })
    }
}

/// A draft without the steps that landed.
pub(super) fn without(draft: &Draft, landed: &[Landing]) -> Draft {
    let mut left = draft.clone();
    for landing in landed {
        left.leave_out(&landing.step);
    }
    left
}

/// The steps that the journal says have landed.
pub(super) fn landings(past: &Past) -> Vec<Landing> {
    let landed = past.landed.iter().map(|(step, revision)| Landing {
        step: step.clone(),
        revision: revision.clone(),
        request_id: None,
        left: Vec::new(),
        at: past.landed_at.unwrap_or(past.at),
    });
    landed.collect()
}
