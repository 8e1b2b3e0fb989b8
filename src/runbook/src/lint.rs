//! The linter: what is wrong with a runbook, before anybody needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};
use watchdeck_guard::Risk;

use crate::action::Action;
use crate::compile::{OWN_PLACES, compile_reading};
use crate::expression;
use crate::format::{Reading, Runbook, StepText};
use crate::param::{ParamType, Params};
use crate::template;

/// One thing that is wrong with a runbook. All of them are errors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Where: `step point-alias`.
    pub at: String,
    /// What.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

impl Runbook {
    /// Everything that is wrong with the runbook. Empty is good.
    pub fn lint(&self) -> Vec<Complaint> {
        let mut lint = Lint::new(self);
        lint.whole();
        lint.params();
        lint.facts();
        lint.checks();
        lint.steps();
        lint.afterwards();
        lint.complaints
    }

    /// The reading calls that it makes, such as `lambda:GetAlias`, for the policy of who uses it.
    pub fn reads(&self) -> BTreeSet<&'static str> {
        let samples = samples(self);
        let waits = self.waits.iter().flat_map(|wait| &wait.facts);
        let verifications = self.verifications.iter().flat_map(|verify| &verify.facts);
        self.facts
            .iter()
            .chain(waits)
            .chain(verifications)
            .filter_map(|reading| compile_reading(reading, &samples).ok())
            .map(|fact| fact.query.name())
            .chain(["sts:GetCallerIdentity"])
            .collect()
    }
}

struct Lint<'a> {
    runbook: &'a Runbook,
    samples: Params,
    used: BTreeSet<String>,
    complaints: Vec<Complaint>,
}

impl<'a> Lint<'a> {
    fn new(runbook: &'a Runbook) -> Self {
        Self { runbook, samples: samples(runbook), used: BTreeSet::new(), complaints: Vec::new() }
    }

    fn complain(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.complaints.push(Complaint { at: at.into(), what: what.into() });
    }

    fn whole(&mut self) {
        let runbook = self.runbook;
        self.text("title", &runbook.title);
        for note in &runbook.notes {
            self.text("note", &note.title);
            for line in &note.lines {
                self.text("note", line);
            }
        }
        if runbook.version == 0 {
            self.complain("version", "count from 1");
        }
        if runbook.steps.is_empty() {
            self.complain("steps", "a runbook changes something");
        }
        if runbook.risk >= Risk::R2 && runbook.verifications.is_empty() {
            self.complain(
                "verify",
                format!("risk {} needs a verification: done is what was seen", runbook.risk),
            );
        }
        if runbook.risk == Risk::R4 {
            self.complain("risk", "R4 needs a second person, which this build cannot ask");
        }
        if runbook.steps.len() > runbook.risk.most_steps() {
            self.complain(
                "steps",
                format!(
                    "{} steps are more than risk {} may have ({})",
                    runbook.steps.len(),
                    runbook.risk,
                    runbook.risk.most_steps()
                ),
            );
        }
        if !(1..=600).contains(&runbook.gates.plan_ttl_s) {
            self.complain("gates", "`plan_ttl_s` must be 1 to 600");
        }
        let places = template::places(&runbook.gates.phrase);
        for wanted in ["target", "to", "account"] {
            if !places.contains(&wanted) {
                self.complain("gates", format!("the phrase lacks {{{wanted}}}: it must name what is changed, to what, and where"));
            }
        }
        if let Some(odd) = places.iter().find(|place| !["target", "to", "account"].contains(*place))
        {
            self.complain(
                "gates",
                format!("the phrase has a place {{{odd}}} that the guard does not fill"),
            );
        }
    }

    fn params(&mut self) {
        let runbook = self.runbook;
        for (name, param) in &runbook.params {
            let at = format!("param {name}");
            if OWN_PLACES.contains(&name.as_str()) {
                self.complain(&at, "every runbook has a place of this name already");
            }
            if let Some(fault) = param.default.as_ref().and_then(|value| param.kind.fault(value)) {
                self.complain(&at, format!("its default is not of its type: {fault}"));
            }
        }
    }

    fn facts(&mut self) {
        let runbook = self.runbook;
        for fact in &runbook.facts {
            let at = format!("fact {}", fact.name);
            if fact.since_change {
                self.complain(&at, "nothing has changed yet when checks are made");
            }
            if fact.pin.iter().any(|pin| !(pin.is_empty() || pin.starts_with('/'))) {
                self.complain(&at, "a pin is a JSON pointer: `/revision`, or empty for all");
            }
            self.reading(&at, fact);
        }
        self.unique("fact", runbook.facts.iter().map(|fact| fact.name.as_str()));
    }

    fn reading(&mut self, at: &str, reading: &Reading) {
        for value in reading.with.values() {
            self.places_of(at, value);
        }
        if ["params", "now_ms"].contains(&reading.name.as_str()) {
            self.complain(at, "this name is taken by the guard");
        }
        let windowed = reading.last_s.is_some() || reading.since_change;
        let spans = ["metrics", "trail", "log-page", "alarm-history"];
        if windowed && !spans.contains(&reading.read.as_str()) {
            self.complain(at, format!("`{}` has no time span", reading.read));
        }
        if reading.last_s.is_some() && reading.since_change {
            self.complain(at, "either `last_s` or `since_change`");
        }
        let fact = match compile_reading(reading, &self.samples) {
            Ok(fact) => fact,
            Err(error) => return self.complain(at, error.what),
        };
        // Members that the question does not have would be dropped in silence.
        let known = serde_json::to_value(&fact.query).unwrap_or(Value::Null);
        if let Some(odd) = reading.with.keys().find(|name| known.get(name.as_str()).is_none()) {
            self.complain(at, format!("`{}` has no member `{odd}`", reading.read));
        }
    }

    fn checks(&mut self) {
        let runbook = self.runbook;
        let names: Vec<_> = runbook.facts.iter().map(|fact| fact.name.as_str()).collect();
        for check in &runbook.checks {
            let at = format!("check {}", check.id);
            self.text(&at, &check.title);
            self.text(&at, &check.message);
            self.expression(&at, &check.holds, &names);
        }
        self.unique("check", runbook.checks.iter().map(|check| check.id.as_str()));
    }

    fn steps(&mut self) {
        let runbook = self.runbook;
        let mut no_return = None;
        for step in &runbook.steps {
            let at = format!("step {}", step.id);
            self.text(&at, &step.title);
            for value in step.with.values() {
                self.places_of(&at, value);
            }
            self.step(&at, step);
            match (&no_return, &step.undo) {
                (Some(before), Some(_)) => self.complain(
                    &at,
                    format!(
                        "it could be undone, but `{before}` before it could not: put that last"
                    ),
                ),
                (_, None) => no_return = Some(step.id.clone()),
                (None, Some(_)) => {}
            }
        }
        self.unique("step", runbook.steps.iter().map(|step| step.id.as_str()));
    }

    fn step(&mut self, at: &str, step: &StepText) {
        match (&step.undo, &step.irreversible) {
            (None, None) => self
                .complain(at, "say how it is undone (`undo`), or why it is not (`irreversible`)"),
            (Some(_), Some(_)) => self.complain(at, "either `undo` or `irreversible`"),
            (None, Some(why)) if why.trim().is_empty() => {
                self.complain(at, "`irreversible` says why");
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
        if step.settle_s == 0 {
            self.complain(
                at,
                "a call can take effect after its answer was lost: `settle_s` is at least 1",
            );
        }
        let Some(action) = Action::named(&step.action) else {
            return self.complain(
                at,
                format!("there is no action `{}`; there is {}", step.action, Action::names()),
            );
        };
        if step.class != action.class() {
            self.complain(
                at,
                format!(
                    "`{}` is not of class {:?} but {:?}",
                    step.action,
                    step.class,
                    action.class()
                ),
            );
        }
        let lock = action.lock();
        if let Some(lock) = lock
            && !step.with.contains_key(lock)
        {
            self.complain(
                at,
                format!("class {:?} needs its lock: `{lock} = \"as-read\"`", action.class()),
            );
        }
        for member in action.required().iter().filter(|member| Some(**member) != lock) {
            if !step.with.contains_key(*member) {
                self.complain(at, format!("`{}` needs the member `{member}`", step.action));
            }
        }
        for member in step.with.keys() {
            let known = action.required().contains(&member.as_str())
                || action.optional().contains(&member.as_str());
            if !known {
                self.complain(at, format!("`{}` has no member `{member}`", step.action));
            }
        }
        if self.runbook.risk < Risk::R2 {
            self.complain("risk", format!("`{}` changes production: at least R2", step.action));
        }
    }

    fn afterwards(&mut self) {
        let runbook = self.runbook;
        for wait in &runbook.waits {
            let at = format!("wait {}", wait.id);
            self.text(&at, &wait.title);
            let names = self.aim(&at, &wait.facts, wait.every_s, wait.timeout_s);
            self.expression(&at, &wait.until, &names);
        }
        for verify in &runbook.verifications {
            let at = format!("verify {}", verify.id);
            self.text(&at, &verify.title);
            let names = self.aim(&at, &verify.facts, verify.every_s, verify.timeout_s);
            self.expression(&at, &verify.pass, &names);
            self.expression(&at, &verify.unknown, &names);
            if let Some(fail) = &verify.fail {
                self.expression(&at, fail, &names);
            }
        }
        let ids = runbook.waits.iter().map(|wait| wait.id.as_str());
        self.unique(
            "wait or verify",
            ids.chain(runbook.verifications.iter().map(|v| v.id.as_str())),
        );
        let unused: Vec<_> =
            runbook.params.keys().filter(|name| !self.used.contains(*name)).cloned().collect();
        for name in unused {
            self.complain(format!("param {name}"), "nothing uses it");
        }
    }

    fn aim<'b>(
        &mut self,
        at: &str,
        facts: &'b [Reading],
        every: u32,
        timeout: u32,
    ) -> Vec<&'b str> {
        if every == 0 || timeout == 0 || every > timeout {
            self.complain(
                at,
                "`every_s` and `timeout_s` are at least 1, and it is looked at before it is over",
            );
        }
        if facts.is_empty() {
            self.complain(at, "it reads nothing");
        }
        for fact in facts {
            self.reading(&format!("{at}, fact {}", fact.name), fact);
        }
        facts.iter().map(|fact| fact.name.as_str()).collect()
    }

    /// Notes which parameters a text uses, and complains about places that nothing fills.
    fn text(&mut self, at: &str, text: &str) {
        for place in template::places(text) {
            self.used.insert(place.to_owned());
        }
        if let Err(what) = template::fill(text, &self.samples) {
            self.complain(at, what);
        }
    }

    fn places_of(&mut self, at: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(at, text),
            Value::Array(items) => items.iter().for_each(|item| self.places_of(at, item)),
            Value::Object(members) => members.values().for_each(|item| self.places_of(at, item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn expression(&mut self, at: &str, text: &str, facts: &[&str]) {
        let program = match expression::compile(text) {
            Ok(program) => program,
            Err(error) => return self.complain(at, error.to_string()),
        };
        for name in self.runbook.params.keys() {
            if text.contains(&format!("params.{name}")) {
                self.used.insert(name.clone());
            }
        }
        let mut odd: Vec<_> = program
            .references()
            .variables()
            .into_iter()
            .filter(|name| !facts.contains(name) && !["params", "now_ms"].contains(name))
            // What a macro binds is a variable too: `list.all(item, ..)`.
            .filter(|name| !name.starts_with(['@', '_']) && !text.contains(&format!("({name},")))
            .map(str::to_owned)
            .collect();
        odd.sort();
        for name in odd {
            self.complain(at, format!("the expression speaks of `{name}`, which nothing reads"));
        }
        let unknown = text.match_indices("params.").filter_map(|(start, _)| {
            let name = text.get(start + "params.".len()..)?;
            let end =
                name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
            name.get(..end)
                .filter(|name| !self.runbook.params.contains_key(*name))
                .map(str::to_owned)
        });
        for name in unknown.collect::<BTreeSet<_>>() {
            self.complain(at, format!("there is no parameter `{name}`"));
        }
    }

    fn unique<'b>(&mut self, what: &str, names: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeMap::new();
        for name in names {
            *seen.entry(name).or_insert(0_u32) += 1;
        }
        for (name, _) in seen.into_iter().filter(|(_, count)| *count > 1) {
            self.complain(format!("{what} {name}"), "it is there twice");
        }
    }
}

/// A value of each parameter's type, to try the runbook with.
fn samples(runbook: &Runbook) -> Params {
    let mut values: Params = runbook
        .params
        .iter()
        .map(|(name, param)| {
            let value = param.default.clone().unwrap_or_else(|| match param.kind {
                ParamType::Function => json!("sample-function"),
                ParamType::Version | ParamType::Qualifier => json!("1"),
                ParamType::Number => json!(1),
                ParamType::Flag => json!(false),
                ParamType::EventSource => json!("00000000-0000-0000-0000-000000000000"),
                ParamType::Alias | ParamType::SourceName | ParamType::Text => json!("sample"),
            });
            (name.clone(), value)
        })
        .collect();
    values.insert("run".into(), json!("r-00000000000000000000000000000000"));
    values.insert("account".into(), json!("123456789012"));
    values.insert("region".into(), json!("eu-central-1"));
    values
}
