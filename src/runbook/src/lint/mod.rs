//! The linter: what is wrong with a runbook, before anybody needs it.
//!
//! Suggested reading order:

mod place; // where in the text a thing stands

mod call; // other runbooks, called
mod expression; // expressions: what they speak of, and what may be undefined
mod member; // what a call is given, held against the operation contract
mod reading; // facts, checks, waits, verifications
mod staged; // several steps that lead to what cannot be taken back
mod step; // steps: class, lock, undo, order
mod unperformed; // what the format has and this build cannot carry out
mod whole; // the runbook as a whole: risk, gates, parameters, scope

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::compile::compile_reading;
use crate::composed::call_of;
use crate::format::Runbook;
use crate::param::{ParamType, Params};
use crate::parse::{ParseError, parse};
use crate::template;
use place::{At, Text};
pub(crate) use staged::{most_steps, unstaged};
pub(crate) use step::stranded;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// Where: `step point-alias`; empty for a text that is no runbook.
    pub at: String,
    /// What is wrong there.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.at.is_empty() {
            write!(f, "{}: ", self.at)?;
        }
        f.write_str(&self.what)
    }
}

impl From<ParseError> for Complaint {
    fn from(error: ParseError) -> Self {
        let ParseError { line, column, message, hint } = error;
        Self { line, column, at: String::new(), what: message, hint }
    }
}

/// Parses and lints a text.
///
/// # Errors
/// Everything that is wrong with it, at least one thing.
pub fn sound(text: &str) -> Result<Runbook, Vec<Complaint>> {
    let runbook = parse(text).map_err(|error| vec![error.into()])?;
    let complaints = runbook.lint();
    if complaints.is_empty() { Ok(runbook) } else { Err(complaints) }
}

impl Runbook {
    /// Everything that is wrong with the runbook, in the order of its text. Empty is good.
    pub fn lint(&self) -> Vec<Complaint> {
        let mut lint = Lint::new(self);
        lint.whole();
        lint.facts();
        lint.checks();
        lint.steps();
        lint.staged();
        lint.afterwards();
        lint.calls();
        lint.unperformed();
        lint.unused();
        lint.complaints.sort_by_key(|complaint| (complaint.line, complaint.column));
        lint.complaints
    }

    /// The reading calls that it makes, such as `lambda:GetAlias`, for the policy of who uses it.
    pub fn reads(&self) -> BTreeSet<&'static str> {
        let own = samples(self);
        let called: BTreeMap<_, _> =
            self.called.iter().map(|it| (it.name.as_str(), samples(&it.runbook))).collect();
        let samples = |id: &str| called.get(call_of(id)).unwrap_or(&own);
        let facts = self.facts.iter().map(|fact| (samples(&fact.name), fact));
        let waits = self.waits.iter().map(|it| (samples(&it.id), &it.facts));
        let verifications = self.verifications.iter().map(|it| (samples(&it.id), &it.facts));
        let probes = self.steps.iter().filter_map(|it| {
            let probe = it.probe.as_ref()?;
            Some((samples(&it.id), &probe.facts))
        });
        let watched = waits
            .chain(verifications)
            .chain(probes)
            .flat_map(|(samples, facts)| facts.iter().map(move |fact| (samples, fact)));
        facts
            .chain(watched)
            .filter_map(|(samples, reading)| compile_reading(reading, samples).ok())
            .map(|fact| fact.query.name())
            .chain(["sts:GetCallerIdentity"])
            .collect()
    }
}

/// One look over a runbook.
struct Lint<'a> {
    runbook: &'a Runbook,
    text: Text<'a>,
    samples: Params,
    used: BTreeSet<String>,
    /// Whether what is looked at may hold a secret.
    takes_secret: bool,
    complaints: Vec<Complaint>,
}

impl<'a> Lint<'a> {
    fn new(runbook: &'a Runbook) -> Self {
        Self {
            runbook,
            text: Text::new(&runbook.text),
            samples: samples(runbook),
            used: BTreeSet::new(),
            takes_secret: false,
            complaints: Vec::new(),
        }
    }

    fn complain(&mut self, at: &At, what: impl Into<String>, hint: impl Into<String>) {
        let (line, column) = self.text.find(at);
        let (what, hint) = (what.into(), hint.into());
        self.complaints.push(Complaint { line, column, at: at.label.clone(), what, hint });
    }

    /// Notes which parameters a text uses, and complains about places that nothing fills and secrets that would be shown.
    fn text(&mut self, at: &At, text: &str) {
        for place in template::places(text) {
            self.used.insert(place.to_owned());
            if self.is_secret(place) && !self.takes_secret {
                self.complain(
                    at,
                    format!("the secret `{place}` would be shown here"),
                    "leave it out; or, in a member of a step, say that it is `sensitive`",
                );
            }
        }
        self.looks_secret(at, text);
        if let Err(what) = template::fill(text, &self.samples) {
            self.complain(
                at,
                what,
                "`{name}` names a parameter or one of run, account, region, home",
            );
        }
    }

    /// Complains about what looks like a secret in the file itself.
    fn looks_secret(&mut self, at: &At, text: &str) {
        // Places are filled later, and an expression after a telling word is no value.
        if !text.contains('{') && watchdeck_domain::mask::mask(text) != text {
            self.complain(
                at,
                "this looks like a secret, and a runbook is read by many",
                "take it out, and make it void where it came from",
            );
        }
    }

    fn is_secret(&self, param: &str) -> bool {
        let kind = self.runbook.params.get(param).map(|param| param.kind);
        kind == Some(crate::param::ParamType::Secret)
    }

    fn places_of(&mut self, at: &At, value: &Value) {
        match value {
            Value::String(text) => self.text(at, text),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.places_of(&at.index(index), item);
                }
            }
            Value::Object(members) => {
                for (name, item) in members {
                    self.text(&at.name(name), name);
                    self.places_of(&at.name(name), item);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn unique<'b>(&mut self, table: &str, names: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeMap::new();
        for (index, name) in names.enumerate() {
            let at = At::of(format!("{table} {name}")).name(table).index(index);
            if name.contains('/') {
                let what = "a `/` stands between a call and what belongs to what is called";
                self.complain(&at, what, "write the name without one");
            }
            if seen.insert(name, index).is_some() {
                self.complain(&at, "it is there twice", "give one of them another name");
            }
        }
    }
}

/// A value of each parameter's type, to try the runbook with.
pub(crate) fn samples(runbook: &Runbook) -> Params {
    let params = runbook.all_params();
    let mut values: Params =
        params.into_iter().map(|(name, param)| (name, param.sample())).collect();
    for name in runbook.params.iter().filter(|(_, it)| it.kind == ParamType::Instant).map(|it| it.0)
    {
        values.insert(format!("{name}_ms"), json!(0));
        values.insert(format!("{name}_reads"), json!("2026-11-22T04:00:00+01:00[Europe/Berlin]"));
    }
    for name in runbook.names.keys() {
        values.insert(name.clone(), json!("sample-name"));
    }
    values.insert("run".into(), json!("r-00000000000000000000000000000000"));
    values.insert("account".into(), json!("123456789012"));
    values.insert("region".into(), json!("eu-central-1"));
    values.insert("home".into(), json!("eu-central-1"));
    values
}
