//! Several steps of R4: up to a point that is drawn everything can be taken back, and a person is asked before what cannot.

use watchdeck_guard::{MOST_STAGED, Risk};

use super::Lint;
use super::place::At;
use crate::format::StepText;

/// The most steps that a runbook of this risk may have.
pub(crate) fn most_steps(risk: Risk, steps: &[StepText]) -> usize {
    let is_drawn = risk == Risk::R4 && steps.iter().any(|step| step.point_of_no_return);
    if is_drawn { MOST_STAGED } else { risk.most_steps() }
}

/// What several steps of R4 lack: the step, what, and what to do.
pub(crate) fn unstaged(risk: Risk, steps: &[StepText]) -> Vec<(String, String, String)> {
    let mut wrong = Vec::new();
    let mut say = |step: &StepText, what: &str, hint: &str| {
        wrong.push((step.id.clone(), what.to_owned(), hint.to_owned()));
    };
    if let Some(first) = steps.first().filter(|step| step.pause.is_some()) {
        say(
            first,
            "nothing comes before it to pause after",
            "the answer to the plan is asked for before it",
        );
    }
    let points = steps.iter().filter(|step| step.point_of_no_return).count();
    if risk != Risk::R4 || steps.len() < 2 || points == 0 {
        return wrong;
    }
    let mut is_past = false;
    for (index, step) in steps.iter().enumerate() {
        if step.point_of_no_return && is_past {
            say(
                step,
                "there is one point of no return, and it stands before this",
                "take it out here",
            );
        }
        is_past |= step.point_of_no_return;
        if step.undo.is_some() {
            continue;
        }
        if !is_past {
            say(
                step,
                "it cannot be taken back, and stands before the point of no return",
                "say `point_of_no_return = true` here, or how it is undone",
            );
        }
        if step.pause.is_none() && index > 0 {
            say(
                step,
                "it cannot be taken back, and nobody is asked before it",
                "say by `pause` what a person must know before it is sent",
            );
        }
    }
    wrong
}

impl Lint<'_> {
    /// Pauses, and what several steps of R4 lack.
    pub(super) fn staged(&mut self) {
        let runbook = self.runbook;
        for (index, step) in runbook.steps.iter().enumerate() {
            let at = At::element("step", index, &step.id).name("pause");
            let Some(asked) = &step.pause else { continue };
            self.text(&at, asked);
            if asked.trim().is_empty() {
                self.complain(&at, "it asks nothing", "write what a person must know or look at");
            }
        }
        for (index, call) in runbook.calls.iter().enumerate() {
            let at = At::element("call", index, &call.id).name("pause");
            if call.pause.as_ref().is_some_and(|it| it.trim().is_empty() || it.contains('{')) {
                self.complain(
                    &at,
                    "what is asked before a call is a text without places",
                    "write what a person must know or look at",
                );
            }
        }
        // Of what it calls only the whole can be told.
        if !runbook.calls.is_empty() {
            return;
        }
        for (id, what, hint) in unstaged(runbook.risk, &runbook.steps) {
            let index = runbook.steps.iter().position(|step| step.id == id).unwrap_or_default();
            self.complain(&At::element("step", index, &id), what, hint);
        }
    }
}
