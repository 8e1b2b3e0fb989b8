//! Steps: what they say of class, lock, undo and order, held against the action and the contract.

use serde_json::{Map, Value};
use watchdeck_domain::MutationClass;
use watchdeck_guard::Risk;

use super::Lint;
use super::place::At;
use super::reading::LONGEST_WAIT_S;
use crate::action::Action;
use crate::behaviour::{Then, Undo, UndoCall};
use crate::contract::{self, Operation};
use crate::format::StepText;
use crate::reversal::without_before;
use crate::template;

/// Steps that could be undone and are never reached on the way back, since one before them cannot: that one first.
pub(crate) fn stranded(steps: &[StepText]) -> Vec<(&StepText, &StepText)> {
    let mut no_return: Option<&StepText> = None;
    let mut found = Vec::new();
    for step in steps {
        match (no_return, &step.undo) {
            (Some(before), Some(_)) => found.push((before, step)),
            (_, None) if !step.point_of_no_return => no_return = Some(step),
            (_, None) | (None, Some(_)) => {}
        }
    }
    found
}

/// What a step, or the call that undoes one, says of what it does.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) action: &'a str,
    pub(super) class: MutationClass,
    pub(super) with: &'a Map<String, Value>,
    /// Whether it says how its effect is told.
    is_probed: bool,
}

impl<'a> Said<'a> {
    fn of(step: &'a StepText) -> Self {
        let StepText { action, class, with, probe, .. } = step;
        Self { action, class: *class, with, is_probed: probe.is_some() }
    }
}

/// Whether a secret may stand in this member: AWS never shows it again, or the file says that it may be shown there.
fn is_sensitive(step: &StepText, member: &str) -> bool {
    let theirs = Action::named(&step.action).map_or(Some(member), |it| it.sent_as(member));
    let of = Action::operation_of(&step.action);
    let operation = of.as_deref().and_then(contract::operation);
    let known = theirs.and_then(|theirs| operation?.members.get(theirs));
    known.is_some_and(|known| known.sensitive) || step.sensitive.iter().any(|it| it == member)
}

impl Lint<'_> {
    pub(super) fn steps(&mut self) {
        let runbook = self.runbook;
        for (index, step) in runbook.steps.iter().enumerate() {
            let at = At::element("step", index, &step.id);
            self.text(&at.name("title"), &step.title);
            for (name, value) in &step.with {
                self.takes_secret = is_sensitive(step, name);
                self.places_of(&at.name("with").name(name), value);
                self.takes_secret = false;
            }
            for (index, name) in step.sensitive.iter().enumerate() {
                if !step.with.contains_key(name) {
                    self.complain(
                        &at.name("sensitive").index(index),
                        format!("it has no member `{name}`"),
                        "name one of those under `with`, or take it out",
                    );
                }
            }
            if let Some(region) = &step.region {
                self.text(&at.name("region"), region);
            }
            if let Some(when) = &step.when {
                self.expression(&at.name("when"), when, &[]);
            }
            self.probe(&at, step);
            self.step(&at, step);
            self.left_lock(index, &at, step);
            if step.point_of_no_return && step.undo.is_some() {
                self.complain(
                    &at.name("point_of_no_return"),
                    "it can be undone, so one can return",
                    "take it out",
                );
            }
        }
        for (before, after) in stranded(&runbook.steps) {
            let index = runbook.steps.iter().position(|step| step.id == after.id);
            self.complain(
                &At::element("step", index.unwrap_or_default(), &after.id),
                format!(
                    "it could be undone, but `{}` before it could not: put that last",
                    before.id
                ),
                format!("or say `point_of_no_return = true` at `{}`", before.id),
            );
        }
        self.unique("step", runbook.steps.iter().map(|step| step.id.as_str()));
    }

    fn step(&mut self, at: &At, step: &StepText) {
        self.reversal(at, step);
        if step.settle_s == Some(0) {
            self.complain(
                &at.name("settle_s"),
                "a call can take effect after its answer was lost: `settle_s` is at least 1",
                "take it out, and it goes by its class",
            );
        }
        let at_action = at.name("action");
        let Some(called) = Action::operation_of(&step.action) else {
            return self.complain(
                &at_action,
                format!("there is no action `{}`", step.action),
                format!("there is {}", Action::names()),
            );
        };
        let Some(operation) = contract::operation(&called) else {
            let service = called.split(':').next().unwrap_or_default();
            let known = contract::operations_of(service).join(", ");
            return self.complain(
                &at_action,
                format!("nothing is known of the operation `{called}`"),
                if known.is_empty() {
                    "write it as `service:Operation`".to_owned()
                } else {
                    format!("of this service there is {known}")
                },
            );
        };
        if self.runbook.risk < operation.floor {
            self.complain(
                &At::of("risk").name("risk"),
                format!("`{}` is at least {}", step.action, operation.floor),
                format!("write `risk = \"{}\"`", operation.floor),
            );
        }
        let said = Said::of(step);
        self.class(at, said, operation);
        self.members(at, said, &called, operation);
    }

    /// A lock that the step before leaves needs a step before; a time to come to rest needs to be one.
    fn left_lock(&mut self, index: usize, at: &At, step: &StepText) {
        let before = self.runbook.steps.iter().take(index).any(|it| it.action == step.action);
        let left = step.with.iter().find(|(_, value)| **value == "as-left");
        if let Some((name, _)) = left.filter(|_| !before) {
            self.complain(
                &at.name("with").name(name),
                "no step before leaves a lock",
                format!("write `{name} = \"as-read\"`"),
            );
        }
        let waits =
            |it: &StepText| it.action == step.action && it.with.values().any(|v| v == "as-left");
        let is_own = matches!(step.undo, Some(Undo::Call(_)));
        if is_own && self.runbook.steps.iter().skip(index + 1).any(waits) {
            self.complain(
                &at.name("undo"),
                "a step after it waits for the lock that it leaves: all of them are taken back as one",
                "write `undo = \"restore\"`",
            );
        }
        let on_error = step.on_error.as_ref().map(|on_error| on_error.then);
        if on_error == Some(Then::Continue) && self.runbook.steps.iter().skip(index + 1).any(waits)
        {
            self.complain(
                &at.name("on_error"),
                "a step after it waits for the lock that it leaves",
                "nothing can go on without it: write `stop` or `undo`",
            );
        }
        if step.timeout_s.is_some_and(|time| !(1..=LONGEST_WAIT_S).contains(&time)) {
            self.complain(
                &at.name("timeout_s"),
                format!("a step comes to rest within 1 to {LONGEST_WAIT_S} s"),
                "take it out, and it has a quarter of an hour",
            );
        }
    }

    fn class(&mut self, at: &At, step: Said<'_>, operation: &Operation) {
        let action = Action::named(step.action);
        let called =
            |theirs: &str| action.map_or_else(|| theirs.into(), |it| it.called(theirs).to_owned());
        let class = operation.class_with(|theirs| step.with.contains_key(&called(theirs)));
        if step.class != class {
            self.complain(
                &at.name("class"),
                format!("`{}` is not of class {:?} but {class:?}", step.action, step.class),
                "what makes a repeat safe is a matter of the API, not of taste",
            );
        }
        let by = operation.by.as_deref();
        let ours = by.map(|by| action.map_or(by, |it| it.called(by)));
        let there = ours.is_some_and(|ours| step.with.contains_key(ours));
        let ours = ours.unwrap_or_default();
        let with = at.name("with");
        match class {
            MutationClass::Cas if !there => self.complain(
                &with,
                format!("class Cas needs its lock `{ours}`"),
                format!("write `{ours} = \"as-read\"`"),
            ),
            MutationClass::Token if !there => self.complain(
                &with,
                format!("class Token needs its token `{ours}`"),
                format!("write `{ours} = \"of-the-run\"`: it is drawn and written down first"),
            ),
            MutationClass::Named => {
                let name = step.with.get(ours).and_then(Value::as_str);
                if !name.is_some_and(|name| self.is_of_the_run(name)) {
                    self.complain(
                        &with.name(ours),
                        format!("the name `{ours}` must hold {{run}}"),
                        "then what this run made can be told from what was there",
                    );
                }
            }
            MutationClass::Trigger if !there && !step.is_probed => self.complain(
                &with,
                "a trigger without a target or a probe may fire twice",
                if ours.is_empty() {
                    "say by `probe` how its effect is told".to_owned()
                } else {
                    format!("name its `{ours}`, or say by `probe` how its effect is told")
                },
            ),
            MutationClass::Cas
            | MutationClass::Token
            | MutationClass::Absolute
            | MutationClass::Trigger => {}
        }
    }

    /// Whether a name tells what this run made from what was there: it holds the run, or is derived from it.
    fn is_of_the_run(&self, name: &str) -> bool {
        let derived = |place: &&str| *place == "run" || self.runbook.names.contains_key(*place);
        template::places(name).iter().any(derived)
    }

    fn reversal(&mut self, at: &At, step: &StepText) {
        match (&step.undo, &step.irreversible) {
            (None, None) => self.complain(
                at,
                "say how it is undone (`undo`), or why it is not (`irreversible`)",
                "`undo = \"restore\"` puts back what was there",
            ),
            (Some(_), Some(_)) => {
                self.complain(&at.name("undo"), "either `undo` or `irreversible`", "keep one");
            }
            (None, Some(why)) if why.trim().is_empty() => self.complain(
                &at.name("irreversible"),
                "`irreversible` says why",
                "write why it cannot be taken back",
            ),
            (Some(_), None) | (None, Some(_)) => {}
        }
        if let Some(Undo::Call(undo)) = &step.undo {
            self.own_undo(&at.name("undo"), undo);
        }
    }

    /// A call that undoes: held against the contract like a step, and one that can be taken back in turn.
    fn own_undo(&mut self, at: &At, undo: &UndoCall) {
        for (name, value) in &undo.with {
            self.places_of(&at.name("with").name(name), &without_before(value));
            if value == "as-left" {
                self.complain(
                    &at.name("with").name(name),
                    "an undo is a run of its own, and no step of it is before this one",
                    format!("write `{name} = \"as-read\"`"),
                );
            }
        }
        let called = Action::operation_of(&undo.action);
        let operation = called.as_deref().and_then(|it| Some((it, contract::operation(it)?)));
        // What is of the highest risk is what nothing brings back.
        let last = operation.is_some_and(|(_, it)| it.floor == Risk::R4);
        if undo.irreversible.is_some() || last {
            self.complain(
                at,
                "the undo cannot itself be taken back",
                "say `irreversible` of the step, and leave the rest to a runbook of its own",
            );
        }
        let Some((called, operation)) = operation else {
            return self.complain(
                &at.name("action"),
                format!("nothing is known of `{}`", undo.action),
                format!("there is {}", Action::names()),
            );
        };
        if self.runbook.risk < operation.floor {
            self.complain(
                &at.name("action"),
                format!(
                    "`{}` is at least {}, and the undo is of the risk of the runbook",
                    undo.action, operation.floor
                ),
                format!("write `risk = \"{}\"`", operation.floor),
            );
        }
        let said =
            Said { action: &undo.action, class: undo.class, with: &undo.with, is_probed: false };
        self.class(at, said, operation);
        self.members(at, said, called, operation);
    }

    /// A probe reads something, tells yes from no, and stands where the class leaves something to be told.
    fn probe(&mut self, at: &At, step: &StepText) {
        let Some(probe) = &step.probe else { return };
        let at = at.name("probe");
        self.read_by(&at, &probe.facts);
        self.expression(&at.name("made"), &probe.made, &probe.facts);
        self.expression(&at.name("absent"), &probe.absent, &probe.facts);
        if probe.made == probe.absent {
            self.complain(
                &at.name("absent"),
                "what tells that it was made cannot tell that it was not",
                "say what holds where it was not made; where neither holds, it cannot be told",
            );
        }
        let by = match step.class {
            MutationClass::Token => "its token tells whether it was made",
            MutationClass::Named => "its name tells whether it was made",
            MutationClass::Cas => "its lock tells whether it was made",
            MutationClass::Absolute | MutationClass::Trigger => return,
        };
        self.complain(&at, format!("{by}: a probe would only guess"), "take it out");
    }
}
