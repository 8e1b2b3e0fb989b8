//! What the format has and this build cannot carry out: an error each, never passed over in silence.

use super::Lint;
use super::place::At;
use crate::action::Action;
use crate::behaviour::Undo;
use crate::param::ParamType;

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
            if step.probe.is_some() {
                self.not_yet(&at.name("probe"), "tell an effect by a probe that a file brings");
            }
            if matches!(step.undo, Some(Undo::Call(_))) {
                self.not_yet(&at.name("undo"), "undo a step by another call than its own");
            }
        }
        for (name, param) in &runbook.params {
            if param.kind == ParamType::Secret {
                let at = At::of(format!("param {name}")).name("params").name(name).name("type");
                self.not_yet(&at, "keep a secret out of plan and journal");
            }
        }
    }

    fn not_yet(&mut self, at: &At, what: &str) {
        self.complain(at, format!("this build cannot {what}"), HINT);
    }
}
