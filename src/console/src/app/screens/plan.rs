//! The plan in front of the operator: from a wish to a question, and how its answer stands.

use serde::Serialize;
use watchdeck_domain::{Printable, RunId, Timestamp};
use watchdeck_guard::{Event, PlanId, Question, Refusal, Why};

use crate::app::problem::Problem;

/// The plan screen.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Plan {
    /// How far the plan is.
    pub stage: Stage,
    /// The first line shown.
    pub top: usize,
}

/// How far a plan is.
#[derive(Clone, Debug, Default, Serialize)]
pub enum Stage {
    /// There is none.
    #[default]
    Empty,
    /// A runbook is being compiled.
    Compiling {
        /// What was wished for.
        wish: Printable,
        /// Since when.
        since: Timestamp,
        /// The run that is to be taken back, if that is the wish.
        undoes: Option<RunId>,
    },
    /// The desk checks it.
    Checking {
        /// The plan.
        plan: PlanId,
        /// One line for people.
        title: Printable,
        /// Since when.
        since: Timestamp,
    },
    /// The question waits for its phrase.
    Asking {
        /// The question.
        question: Box<Question>,
        /// Why the last answer was none.
        mistyped: Option<Printable>,
        /// Whether an answer is with the desk.
        answered: bool,
        /// Whether it has stood in a frame, and every key from before that has been taken in: those answer nothing.
        seen: bool,
    },
    /// The guard said no. Nothing was sent.
    Refused {
        /// What was wished for.
        title: Printable,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The runbook could not be compiled. Nothing was sent.
    Unproposed {
        /// What was wished for.
        title: Printable,
        /// Why.
        problem: Problem,
    },
    /// The operator let it go. Nothing was sent.
    Withdrawn {
        /// What was wished for.
        title: Printable,
    },
}

impl Plan {
    /// A new wish: what stood here before is gone from the screen.
    pub fn wish(&mut self, wish: impl Into<String>, now: Timestamp) {
        let wish = Printable::new(wish);
        *self = Self { stage: Stage::Compiling { wish, since: now, undoes: None }, top: 0 };
    }

    /// Whether nothing was ever proposed, or all of it became a run.
    pub fn is_empty(&self) -> bool {
        matches!(self.stage, Stage::Empty)
    }

    /// The wish to take a run back.
    pub fn wish_back(&mut self, run: RunId, title: &str, now: Timestamp) {
        let wish = Printable::new(format!("take back: {title}"));
        *self = Self { stage: Stage::Compiling { wish, since: now, undoes: Some(run) }, top: 0 };
    }

    /// Whether what the desk says of `plan` is about what stands here: the plan itself, or the run to be taken back.
    fn is_about(&self, plan: &PlanId) -> bool {
        if let Stage::Compiling { undoes, .. } = &self.stage {
            return undoes.as_ref() == Some(plan.run());
        }
        self.standing() == Some(plan)
    }

    /// The runbook could not be compiled.
    pub fn unproposed(&mut self, problem: Problem) {
        self.stage = Stage::Unproposed { title: self.title(), problem };
        self.top = 0;
    }

    /// The question that waits.
    pub fn question(&self) -> Option<&Question> {
        match &self.stage {
            Stage::Asking { question, .. } => Some(question),
            Stage::Empty
            | Stage::Compiling { .. }
            | Stage::Checking { .. }
            | Stage::Refused { .. }
            | Stage::Unproposed { .. }
            | Stage::Withdrawn { .. } => None,
        }
    }

    /// Whether a question waits that is not too old.
    pub fn waits(&self, now: Timestamp) -> bool {
        self.question().is_some_and(|question| question.expires > now)
    }

    /// Whether a question waits, and no answer to it is with the desk.
    pub fn asks(&self, now: Timestamp) -> bool {
        self.waits(now) && matches!(self.stage, Stage::Asking { answered: false, .. })
    }

    /// What was pressed before the question stood here is taken in: from now on keys may answer it.
    pub fn see(&mut self) {
        if let Stage::Asking { seen, .. } = &mut self.stage {
            *seen = true;
        }
    }

    /// Whether a question stands here that keys from before it could still answer.
    pub fn is_unseen(&self) -> bool {
        matches!(self.stage, Stage::Asking { seen: false, .. })
    }

    /// The plan, once it has an id and stands.
    pub fn standing(&self) -> Option<&PlanId> {
        match &self.stage {
            Stage::Asking { question, .. } => Some(&question.plan),
            Stage::Checking { plan, .. } => Some(plan),
            Stage::Empty
            | Stage::Compiling { .. }
            | Stage::Refused { .. }
            | Stage::Unproposed { .. }
            | Stage::Withdrawn { .. } => None,
        }
    }

    /// One line for people.
    pub fn title(&self) -> Printable {
        match &self.stage {
            Stage::Empty => Printable::default(),
            Stage::Compiling { wish, .. } => wish.clone(),
            Stage::Asking { question, .. } => Printable::new(question.title.clone()),
            Stage::Checking { title, .. }
            | Stage::Refused { title, .. }
            | Stage::Unproposed { title, .. }
            | Stage::Withdrawn { title } => title.clone(),
        }
    }

    /// Takes in what the desk says about plans. Says whether the operator should look.
    pub fn hear(&mut self, event: &Event, now: Timestamp) -> bool {
        match event {
            Event::Proposed { plan, title } => {
                let title = Printable::new(title.clone());
                self.stage = Stage::Checking { plan: plan.clone(), title, since: now };
                false
            }
            Event::Asked { question, .. } => {
                let question = question.clone();
                *self = Self {
                    stage: Stage::Asking { question, mistyped: None, answered: false, seen: false },
                    top: 0,
                };
                true
            }
            Event::Refused { plan, refusal } => {
                // A desk that is armed no longer takes no draft in, and so knows no plan.
                let untaken = plan.is_none()
                    && refusal.why == Why::Disarmed
                    && matches!(self.stage, Stage::Compiling { .. });
                let ours = untaken || plan.as_ref().is_some_and(|plan| self.is_about(plan));
                if ours {
                    let title = self.title();
                    self.stage = Stage::Refused { title, refusal: refusal.clone() };
                    self.top = 0;
                }
                ours
            }
            Event::Mistyped { plan, why } => {
                if let Stage::Asking { question, mistyped, answered, .. } = &mut self.stage
                    && question.plan == *plan
                {
                    *mistyped = Some(Printable::new(format!("not the phrase: {why}")));
                    *answered = false;
                }
                false
            }
            Event::Withdrawn { plan } => {
                if self.standing() == Some(plan) {
                    self.stage = Stage::Withdrawn { title: self.title() };
                }
                false
            }
            // What holds it stands among the gates, which are told anew.
            Event::Held { plan, .. } => {
                if let Stage::Asking { question, mistyped, answered, .. } = &mut self.stage
                    && question.plan == *plan
                {
                    (*mistyped, *answered) = (None, false);
                }
                false
            }
            Event::Gated { plan, passages } => {
                if let Stage::Asking { question, .. } = &mut self.stage
                    && question.plan == *plan
                {
                    question.passages.clone_from(passages);
                }
                false
            }
            Event::Armed { .. }
            | Event::Stopped { .. }
            | Event::Released { .. }
            | Event::Reviews { .. }
            | Event::Incident { .. }
            | Event::Step(_)
            | Event::Progress(_)
            | Event::Done(_)
            | Event::Adrift { .. }
            | Event::Late { .. }
            | Event::Unshipped(_)
            | Event::Shipped { .. }
            | Event::Waits { .. }
            | Event::Paused { .. }
            | Event::Unfinished { .. }
            | Event::Journal { .. } => false,
        }
    }

    /// Takes the question out when the run of its plan has begun.
    pub fn begin(&mut self, run: &RunId) -> Option<Box<Question>> {
        let begun = self.question().is_some_and(|question| question.plan.run() == run);
        if !begun {
            return None;
        }
        match std::mem::take(self).stage {
            Stage::Asking { question, .. } => Some(question),
            Stage::Empty
            | Stage::Compiling { .. }
            | Stage::Checking { .. }
            | Stage::Refused { .. }
            | Stage::Unproposed { .. }
            | Stage::Withdrawn { .. } => None,
        }
    }
}
