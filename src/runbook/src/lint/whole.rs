//! The runbook as a whole: risk, gates, parameters, scope.

use watchdeck_guard::Risk;

use super::Lint;
use super::place::At;
use super::staged::most_steps;
use crate::action::Action;
use crate::behaviour::Undo;
use crate::compile::OWN_PLACES;
use crate::contract;
use crate::param::ParamType;
use crate::template;

/// The places that the guard fills in a phrase.
const PHRASE_PLACES: [&str; 3] = ["target", "to", "account"];

impl Lint<'_> {
    pub(super) fn whole(&mut self) {
        let runbook = self.runbook;
        let top = |name: &str| At::of(name).name(name);
        self.text(&top("title"), &runbook.title);
        self.looks_secret(&top("summary"), &runbook.summary);
        for (index, note) in runbook.notes.iter().enumerate() {
            let at = At::of("note").name("note").index(index);
            self.text(&at.name("title"), &note.title);
            for (index, line) in note.lines.iter().enumerate() {
                self.text(&at.name("lines").index(index), line);
            }
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
        if runbook.id.is_empty() || runbook.id.len() > 64 || !runbook.id.chars().all(plain) {
            self.complain(
                &top("id"),
                "an id is made of small letters, digits, `.` and `-`, 64 at most",
                "write it such as `lambda.rollback`",
            );
        }
        if runbook.version == 0 {
            self.complain(&top("version"), "count from 1", "write 1");
        }
        if runbook.steps.is_empty() && runbook.calls.is_empty() {
            let at = At::of("steps").name("step");
            self.complain(
                &at,
                "a runbook changes something",
                "give it a `[[step]]` or a `[[call]]`",
            );
        }
        // What is called is seen by its own verifications.
        let unseen = runbook.verifications.iter().all(|it| it.after.is_some());
        if runbook.risk >= Risk::R2 && unseen && runbook.calls.is_empty() {
            self.complain(
                &At::of("verify").name("risk"),
                format!("risk {} needs a verification: done is what was seen", runbook.risk),
                "say under `[[verify]]` what must be seen afterwards",
            );
        }
        if runbook.risk == Risk::R4 && runbook.gates.approvals.as_ref().is_none_or(|a| a.count == 0)
        {
            self.complain(
                &top("risk"),
                "R4 needs a second person",
                "say `approvals = { count = 1 }` under `[gates]`",
            );
        }
        let most = most_steps(runbook.risk, &runbook.steps);
        if runbook.steps.len() > most {
            let hint = if runbook.risk == Risk::R4 {
                "make two runbooks of it; or draw the point of no return, and it may have more"
            } else {
                "make two runbooks of it"
            };
            self.complain(
                &At::of("steps").name("risk"),
                format!(
                    "{} steps are more than risk {} may have ({most})",
                    runbook.steps.len(),
                    runbook.risk,
                ),
                hint,
            );
        }
        self.gates();
        self.params();
        self.names();
        self.scope();
    }

    fn gates(&mut self) {
        let gates = &self.runbook.gates;
        let at = At::of("gates").name("gates");
        if !(1..=600).contains(&gates.plan_ttl_s) {
            self.complain(
                &at.name("plan_ttl_s"),
                "`plan_ttl_s` must be 1 to 600",
                "600 is ten minutes: what was seen before that is old",
            );
        }
        let phrase = at.name("phrase");
        self.looks_secret(&phrase, &gates.phrase);
        let places = template::places(&gates.phrase);
        for wanted in PHRASE_PLACES.iter().filter(|wanted| !places.contains(wanted)) {
            self.complain(
                &phrase,
                format!("the phrase lacks {{{wanted}}}: it must name what is changed, to what, and where"),
                "such as `rollback {target} to {to} in ..{account}`",
            );
        }
        if let Some(odd) = places.iter().find(|place| !PHRASE_PLACES.contains(place)) {
            let secret = if self.is_secret(odd) { "the secret" } else { "a place" };
            self.complain(
                &phrase,
                format!("the phrase has {secret} {{{odd}}} that the guard does not fill"),
                "the guard fills {target}, {to} and {account} from the change itself",
            );
        }
        if gates.approvals.as_ref().is_some_and(|approvals| !(1..=9).contains(&approvals.count)) {
            self.complain(
                &at.name("approvals").name("count"),
                "one to nine others may be asked to approve",
                "take `approvals` out where nobody is",
            );
        }
        if let Some(when) = gates.approvals.as_ref().and_then(|approvals| approvals.when.as_ref()) {
            self.expression(&at.name("approvals").name("when"), when, &[]);
        }
    }

    fn params(&mut self) {
        let runbook = self.runbook;
        for (name, param) in &runbook.params {
            let at = At::of(format!("param {name}")).name("params").name(name);
            if OWN_PLACES.contains(&name.as_str()) {
                self.complain(
                    &at,
                    "every runbook has a place of this name already",
                    "give it another name",
                );
            }
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if !name.chars().all(plain) {
                self.complain(
                    &at,
                    "no expression could speak of it",
                    "letters, digits and `_` make a name",
                );
            }
            let default = param.default.as_ref().filter(|_| param.kind != ParamType::Secret);
            if let Some(fault) = default.and_then(|value| param.fault(value)) {
                self.complain(
                    &at.name("default"),
                    format!("its default is not of its type: {fault}"),
                    "give a value that it takes, or none",
                );
            }
            let text = param.kind == ParamType::Text;
            let number = matches!(param.kind, ParamType::Number | ParamType::Duration);
            let odd = [
                ("values", !param.values.is_empty() && param.kind != ParamType::Choice),
                ("pattern", param.pattern.is_some() && !text),
                ("max_length", param.max_length.is_some() && !text),
                ("min", param.min.is_some() && !number),
                ("max", param.max.is_some() && !number),
            ];
            for (field, _) in odd.into_iter().filter(|(_, odd)| *odd) {
                self.complain(
                    &at.name(field),
                    format!("a parameter of this type has no `{field}`"),
                    "take it out: it would hold nothing",
                );
            }
            if param.kind == ParamType::Secret && param.default.is_some() {
                self.complain(
                    &at.name("default"),
                    "a secret in a file is none",
                    "take it out: it is asked for each time, and kept in memory",
                );
            }
            if param.kind == ParamType::Choice && param.values.is_empty() {
                self.complain(&at, "there is nothing to choose", "name its `values`");
            }
            let pattern = param.pattern.as_deref();
            if pattern.is_some_and(|pattern| contract::whole(pattern).is_none()) {
                self.complain(
                    &at.name("pattern"),
                    "this is no regular expression",
                    "write it as Rust's `regex` has it: no look-around",
                );
            }
        }
    }

    fn names(&mut self) {
        let runbook = self.runbook;
        for (name, named) in &runbook.names {
            let at = At::of(format!("name {name}")).name("names").name(name);
            let taken = OWN_PLACES.contains(&name.as_str()) || runbook.params.contains_key(name);
            if taken {
                self.complain(&at, "there is a place of this name already", "give it another name");
            }
            self.used.insert(named.of.clone());
            let is_there = |of: &str| {
                let kind = runbook.params.get(of).map(|param| param.kind);
                kind == Some(ParamType::Database)
            };
            if !is_there(&named.of) {
                self.complain(
                    &at.name("of"),
                    "it is a name for a parameter that names a database",
                    "name a parameter of type `rds.identifier`",
                );
            }
            let Some(day) = &named.day else { continue };
            if runbook.params.get(day).map(|param| param.kind) != Some(ParamType::Instant) {
                self.complain(
                    &at.name("day"),
                    "its day is that of an instant",
                    "name a parameter of type `time.instant`, or take it out",
                );
            }
        }
    }

    fn scope(&mut self) {
        let runbook = self.runbook;
        let Some(scope) = &runbook.scope else { return };
        let at = At::of("scope").name("scope");
        if scope.max_resources.is_some_and(|most| most < 1) {
            self.complain(&at.name("max_resources"), "it may touch nothing", "write 1 or more");
        }
        let called = runbook.steps.iter().enumerate().flat_map(|(index, step)| {
            let at = At::element("step", index, &step.id);
            let undo = match &step.undo {
                Some(Undo::Call(undo)) => Some((at.name("undo").name("action"), &undo.action)),
                Some(Undo::Restore(_)) | None => None,
            };
            std::iter::once((at.name("action"), &step.action)).chain(undo)
        });
        for (step, action) in called {
            let Some(called) = Action::operation_of(action) else { continue };
            let service = called.split(':').next().unwrap_or_default();
            if !scope.services.is_empty() && !scope.services.iter().any(|known| known == service) {
                self.complain(
                    &step,
                    format!("`{service}` is not among the services of `[scope]`"),
                    "name it there, or take the step out",
                );
            }
            let needed = contract::operation(&called).and_then(|it| it.allow.first());
            let Some(needed) = needed.filter(|_| !scope.iam.is_empty()) else { continue };
            if !scope.iam.contains(needed) {
                self.complain(
                    &step,
                    format!("it needs `{needed}`, which is not among the `iam` of `[scope]`"),
                    "name it there: the role of who uses this would lack it",
                );
            }
        }
    }

    pub(super) fn unused(&mut self) {
        let runbook = self.runbook;
        for name in runbook
            .params
            .keys()
            .filter(|name| !self.used.contains(*name))
            .cloned()
            .collect::<Vec<_>>()
        {
            let at = At::of(format!("param {name}")).name("params").name(&name);
            self.complain(&at, "nothing uses it", "take it out");
        }
    }
}
