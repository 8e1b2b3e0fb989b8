//! Calls of other runbooks, as far as the file itself can tell: names, order, and what is handed on.

use super::Lint;
use super::place::At;

impl Lint<'_> {
    pub(super) fn calls(&mut self) {
        let runbook = self.runbook;
        for (index, call) in runbook.calls.iter().enumerate() {
            let at = At::element("call", index, &call.id);
            for (name, value) in &call.with {
                self.places_of(&at.name("with").name(name), value);
            }
            if let Some(region) = &call.region {
                self.text(&at.name("region"), region);
            }
            if let Some(when) = &call.when {
                self.expression(&at.name("when"), when, &[]);
            }
            let steps = runbook.steps.iter().map(|step| &step.id);
            let before = runbook.calls.iter().take(index).map(|call| &call.id);
            let known: Vec<_> = steps.chain(before).collect();
            if let Some(after) = call.after.as_ref().filter(|after| !known.contains(after)) {
                self.complain(
                    &at.name("after"),
                    format!("there is no step `{after}`, nor a call of that name before this one"),
                    "name one, or take it out: then it is called after everything before it",
                );
            }
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if call.id.is_empty() || !call.id.chars().all(plain) {
                self.complain(
                    &at.name("id"),
                    "the name of a call is made of letters, digits, `-` and `_`",
                    "write it such as `key`",
                );
            }
            let taken = runbook.steps.iter().any(|step| step.id == call.id)
                || runbook.all_params().contains_key(&call.id);
            if taken {
                self.complain(
                    &at.name("id"),
                    "a step or a parameter has this name already",
                    "give the call another one",
                );
            }
        }
        self.unique("call", runbook.calls.iter().map(|call| call.id.as_str()));
    }
}
