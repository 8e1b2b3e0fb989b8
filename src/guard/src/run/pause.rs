//! Pause: before a step that asks for it a run waits for a person, and nothing but their word lets it go on.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Reversal, RunId, Timestamp};

use super::{Ready, Run};
use crate::evidence::{Refusal, Why};
use crate::journal::{Journal, Record};
use crate::preview;
use crate::question::{Call, Operator};
use crate::realm::Realm;

/// What a run waits for: everything that somebody must know to let it go on. One may also take it back from here, or end it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    /// The run.
    pub run: RunId,
    /// The run in one line.
    pub title: String,
    /// The step that comes next.
    pub step: String,
    /// That step in one line.
    pub next: String,
    /// Which step it is, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// What a person is asked.
    pub question: String,
    /// The call that would be made.
    pub call: Call,
    /// Exactly this lets it go on.
    pub phrase: String,
    /// Whether nothing before it is taken back any more once it is done.
    pub no_return: bool,
    /// Whether all that was done so far can be taken back.
    pub undoable: bool,
    /// The steps that landed.
    pub landed: Vec<String>,
    /// Until when it waits.
    pub until: Timestamp,
}

impl<R: Realm> Run<Ready, R> {
    /// What it waits for before its next step, if it waits. Counts from the first time that it is asked.
    pub fn pause(&mut self, now: Timestamp) -> Option<Pause> {
        let core = &mut self.core;
        let next = core.landed.len();
        let step = core.draft.steps().nth(next)?;
        let question = step.pause.clone().filter(|_| core.cleared.as_ref() != Some(&step.id))?;
        let stands = core.pass.as_ref().map(|pass| pass.ceremony.approval_stands)?;
        let since = *core.waits_since.get_or_insert(now);
        let returns = |id: &str| {
            let landed = core.draft.steps().find(|step| step.id == id);
            landed.is_some_and(|step| !matches!(step.reversal, Reversal::Never(_)))
        };
        Some(Pause {
            run: core.run().clone(),
            title: core.draft.title.clone(),
            step: step.id.clone(),
            next: step.title.clone(),
            number: next + 1,
            of: core.draft.steps().count(),
            question,
            call: preview::call(&step.id, &step.change, &core.draft.scope),
            phrase: step.word(),
            no_return: step.no_return,
            undoable: core.landed.iter().all(|landing| returns(&landing.step)),
            landed: core.landed.iter().map(|landing| landing.step.clone()).collect(),
            until: since + stands,
        })
    }

    /// Takes somebody's word that it goes on, and writes it down.
    ///
    /// # Errors
    /// Hands the run back, waiting still, where it is not the word, too late, or cannot be written down.
    pub fn go_on(
        mut self,
        typed: &str,
        by: &Operator,
        journal: &mut Journal,
        now: Timestamp,
    ) -> Result<Self, (Self, Box<Refusal>)> {
        let Some(pause) = self.pause(now) else { return Ok(self) };
        let refuse = |run, why, what: String, hint: &str| {
            Err((run, Box::new(Refusal::new(why, what, hint))))
        };
        if now > pause.until {
            let what = format!("the run waited for somebody until {}", pause.until);
            return refuse(
                self,
                Why::Expired,
                what,
                "go on with what is left of it, take it back, or end it",
            );
        }
        if typed != pause.phrase {
            let what = "what was typed is not the word that lets it go on".to_owned();
            return refuse(self, Why::Phrase, what, "type it exactly as it is shown");
        }
        let record = Record::WentOn {
            step: pause.step.clone(),
            by: by.name.clone(),
            typed: typed.to_owned(),
        };
        if let Err(error) = journal.append(now, Some(self.id()), vec![record]) {
            let what = format!("it could not be written down that it goes on: {error}");
            return refuse(self, Why::Journal, what, error.hint());
        }
        let core = &mut self.core;
        core.waited += core.waits_since.take().map_or_else(Default::default, |it| now.since(it));
        core.cleared = Some(pause.step);
        Ok(self)
    }
}
