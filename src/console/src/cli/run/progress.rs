//! What is told on the way of a run, a line each on stderr, and what is kept of it for the end.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::{RunId, Timestamp};
use watchdeck_guard::desk::{ProgressEvent, StepEvent, StepState};
use watchdeck_guard::run::Pause;
use watchdeck_guard::{Event, Outcome, PlanId, Refusal, Sighting, Verdict};

use crate::app::screens::run::verdict_word;
use crate::cli::output;

/// A look that says what the last one said is told again after so long.
const AGAIN: Duration = Duration::from_mins(1);

/// How a run has come along.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    /// The run that is attended to.
    pub(super) run: Option<RunId>,
    /// What became of its steps, in order.
    pub(super) steps: Vec<StepTold>,
    /// How it ended.
    pub(super) outcome: Option<Outcome>,
    /// The last no of the guard.
    pub(super) refusal: Option<Box<Refusal>>,
    /// Whether anything of it is on disk: it began.
    pub(super) begun: bool,
    /// Whether the account ends with the process: then nothing can be gone on with or taken back.
    pub(super) is_fleeting: bool,
    /// What it waits for, where that came before anybody asked.
    pub(super) waits: Option<Box<Pause>>,
    /// Whether a question about it is open.
    asked: bool,
    looks: BTreeMap<String, (Verdict, Timestamp)>,
}

/// How far a step came.
#[derive(Clone, Debug, Serialize)]
pub(super) struct StepTold {
    step: String,
    title: String,
    #[serde(flatten)]
    state: StepState,
    at: Timestamp,
}

impl Progress {
    /// It came to no question.
    pub(super) fn refused(refusal: Box<Refusal>) -> Self {
        Self { refusal: Some(refusal), ..Self::default() }
    }

    /// Attends to this run from now on.
    pub(super) fn attend(&mut self, run: &RunId, begun: bool) {
        self.run = Some(run.clone());
        self.begun = begun;
    }

    /// Whether a call was sent and its answer is not there.
    pub(super) fn is_sending(&self) -> bool {
        self.steps.last().is_some_and(|step| step.state == StepState::Recorded)
    }

    /// The plan whose question is open.
    pub(super) fn open_question(&self) -> Option<PlanId> {
        self.run.as_ref().filter(|_| self.asked).map(PlanId::of)
    }

    fn is_ours(&self, run: &RunId) -> bool {
        self.run.as_ref() == Some(run)
    }

    /// Takes in what the desk says, and tells what a person wants to know of it.
    pub(super) fn hear(&mut self, event: &Event) {
        match event {
            Event::Asked { plan, .. } => {
                // What is left of a run that paused: it has begun.
                let begun = self.begun && self.is_ours(plan.run());
                self.attend(plan.run(), begun);
                self.asked = true;
            }
            Event::Withdrawn { .. } => self.asked = false,
            Event::Refused { refusal, .. } => {
                self.asked = false;
                self.refusal = Some(refusal.clone());
            }
            Event::Step(step) if self.is_ours(&step.run) => self.step(step),
            Event::Waits { pause } if self.is_ours(&pause.run) => {
                (self.asked, self.begun) = (false, true);
                self.waits = Some(pause.clone());
            }
            Event::Progress(look) if self.is_ours(&look.run) => self.look(look),
            Event::Adrift { run, step, doubt, probe_at } if self.is_ours(run) => {
                self.begun = true;
                say(&format!(
                    "{step}: nobody knows whether it was done ({doubt}); it is looked for at {probe_at}, and not sent again"
                ));
            }
            Event::Late { run, step, at, .. } if self.is_ours(run) => {
                told(*at, &format!("{step}: its effect came late"));
            }
            Event::Done(outcome) if self.is_ours(&outcome.run) => {
                self.outcome = Some(outcome.clone());
            }
            Event::Stopped { by } => say(&format!("all changes were stopped by {by}")),
            Event::Released {} => say("changes can be made again"),
            Event::Unshipped(unshipped) => say(&unshipped.told()),
            Event::Shipped { store, size } => {
                say(&format!(
                    "checkpoints are shipped to {store} again: {size} rows are witnessed"
                ));
            }
            Event::Unfinished { runs } => {
                let others = runs.iter().filter(|run| run.ours && !self.is_ours(&run.run)).count();
                if others > 0 && self.run.is_none() {
                    say(&format!("{others} of the runs here have not ended: watchdeck run --list"));
                }
            }
            Event::Armed { .. }
            | Event::Proposed { .. }
            | Event::Mistyped { .. }
            | Event::Held { .. }
            | Event::Gated { .. }
            | Event::Reviews { .. }
            | Event::Incident { .. }
            | Event::Step(_)
            | Event::Progress(_)
            | Event::Adrift { .. }
            | Event::Late { .. }
            | Event::Waits { .. }
            | Event::Paused { .. }
            | Event::Done(_)
            | Event::Journal { .. } => {}
        }
    }

    fn step(&mut self, event: &StepEvent) {
        (self.asked, self.waits) = (false, None);
        let state = match &event.state {
            StepState::Verified => "the account is still as it was".to_owned(),
            StepState::Recorded => "the intent is on disk; sending".to_owned(),
            StepState::Landed { left, .. } if !left.is_empty() => {
                format!("done, but for {}: {}", left.len(), left.join("; "))
            }
            StepState::Landed { request_id, .. } => match request_id {
                Some(id) => format!("done, request {id}"),
                None => "done".to_owned(),
            },
            StepState::Rejected { code, message } => format!("refused by AWS: {code}: {message}"),
            StepState::Probed { sighting } => match sighting {
                Sighting::Landed { .. } => "it was looked for, and is done".to_owned(),
                Sighting::Absent => "it was looked for, and is not done".to_owned(),
                Sighting::Conflict { seen } => format!("somebody else has been there: {seen}"),
            },
        };
        self.begun |= event.state != StepState::Verified;
        told(event.at, &format!("{}: {state}", event.title));
        let step = StepTold {
            step: event.step.clone(),
            title: event.title.clone(),
            state: event.state.clone(),
            at: event.at,
        };
        match self.steps.iter_mut().find(|known| known.step == step.step) {
            Some(known) => *known = step,
            None => self.steps.push(step),
        }
    }

    fn look(&mut self, look: &ProgressEvent) {
        self.begun = true;
        let known = self.looks.get(&look.id);
        if known.is_some_and(|(verdict, at)| *verdict == look.verdict && look.at.since(*at) < AGAIN)
        {
            return;
        }
        self.looks.insert(look.id.clone(), (look.verdict.clone(), look.at));
        let why = match &look.verdict {
            Verdict::Unknown(why) => format!(" ({why})"),
            Verdict::True | Verdict::False => String::new(),
        };
        let (word, until) = (verdict_word(&look.verdict), look.until);
        told(look.at, &format!("{}: {word}{why}; looked at until {until}", look.title));
    }
}

fn told(at: Timestamp, what: &str) {
    say(&format!("{at} {what}"));
}

/// Says a line on stderr. It may quote the account.
pub(super) fn say(what: &str) {
    output::complain(&output::printable(&format!("watchdeck: {what}")));
}
