//! What the format has and this build cannot carry out: an error each, never passed over in silence.

use super::Lint;
use super::place::At;
use crate::action::Action;
use crate::behaviour::Undo;

/// What to do about it.
const HINT: &str = "take it out: a runbook that says more than is done misleads";

impl Lint<'_> {
    pub(super) fn unperformed(&mut self) {
        let runbook = self.runbook;
        for (index, step) in runbook.steps.iter().enumerate() {
            let at = At::element("step", index, &step.id);
            let called = Action::operation_of(&step.action);
            if called.is_some() && Action::named(&step.action).is_none() {
                self.not_yet(&at.name("action"), &format!("make the call `{}`", step.action));
            }
            let Some(Undo::Call(undo)) = &step.undo else { continue };
            let called = Action::operation_of(&undo.action);
            if called.is_some() && Action::named(&undo.action).is_none() {
                let at = at.name("undo").name("action");
                self.not_yet(&at, &format!("make the call `{}`", undo.action));
            }
        }
    }

    fn not_yet(&mut self, at: &At, what: &str) {
        self.complain(at, format!("this build cannot {what}"), HINT);
    }
}
