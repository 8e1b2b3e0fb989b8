//! A runbook with those that it calls put in their places: one list of steps, each part under the name of its call.
//!
//! What belongs to a called runbook has an id of the form `CALL/ID`, at any depth. It speaks of that runbook's own facts and
//! parameters, by the names that it gave them; the guard sees to that by the id. `CALL/` itself is the last of its steps.

use serde_json::{Map, Value};

use crate::behaviour::{Call, Failing, WaitStatus};
use crate::format::{CheckText, Reading, Runbook, StepText, VerifyText};
use crate::lint::{Complaint, most_steps, stranded, unstaged};
use crate::parse::place;

/// A runbook that was put into another one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Called {
    /// The name of the call; `OUTER/INNER` where the call is one of a called runbook.
    pub(crate) name: String,
    /// Its parameters, with the places of whoever calls it.
    pub(crate) with: Map<String, Value>,
    /// The region where it works, with the places of whoever calls it.
    pub(crate) region: Option<String>,
    /// Whether it is wanted, over the parameters of whoever calls it.
    pub(crate) when: Option<String>,
    /// The runbook, whole.
    pub(crate) runbook: Runbook,
}

/// The name of the call that an id belongs to; empty for the runbook's own.
pub(crate) fn call_of(id: &str) -> &str {
    id.rsplit_once('/').map_or("", |(call, _)| call)
}

/// Finds a runbook by its id.
pub(crate) type Find<'a> = &'a dyn Fn(&str) -> Option<&'a Runbook>;

impl Runbook {
    /// Whether everything that it calls was put in.
    pub(crate) fn is_whole(&self) -> bool {
        self.calls.iter().all(|call| self.called.iter().any(|called| called.name == call.id))
    }

    /// The runbook with all that it calls.
    ///
    /// # Errors
    /// What is wrong with its calls: at least one thing.
    pub(crate) fn composed(&self, find: Find<'_>) -> Result<Self, Vec<Complaint>> {
        self.composed_below(find, &mut vec![self.id.clone()])
    }

    fn composed_below(
        &self,
        find: Find<'_>,
        above: &mut Vec<String>,
    ) -> Result<Self, Vec<Complaint>> {
        let mut whole = self.clone();
        if !self.called.is_empty() {
            return Ok(whole);
        }
        let mut complaints = Vec::new();
        for call in &self.calls {
            let mut wrong = |what: String, hint: &str| {
                complaints.push(self.complaint(call, what, hint));
            };
            let Some(callee) = find(&call.runbook) else {
                wrong(
                    format!("there is no runbook `{}`", call.runbook),
                    "see `watchdeck runbook list`",
                );
                continue;
            };
            if above.contains(&callee.id) {
                let way = above.join("`, which calls `");
                wrong(format!("`{way}` would call itself"), "take the call out");
                continue;
            }
            for (what, hint) in misgiven(call, callee) {
                wrong(what, &hint);
            }
            if callee.risk > self.risk {
                let what = format!("`{}` is {}, and this is {}", callee.id, callee.risk, self.risk);
                wrong(what, &format!("write `risk = \"{}\"`", callee.risk));
            }
            above.push(callee.id.clone());
            let part = callee.composed_below(find, above);
            above.pop();
            match part {
                Ok(part) => whole.put_in(call, part),
                Err(theirs) => {
                    let first = theirs.first().map(ToString::to_string).unwrap_or_default();
                    wrong(
                        format!("`{}` is not sound: {first}", callee.id),
                        "correct that one first",
                    );
                }
            }
        }
        if complaints.is_empty() && !self.calls.is_empty() {
            complaints.extend(self.wrong_as_a_whole(&whole));
        }
        if complaints.is_empty() { Ok(whole) } else { Err(complaints) }
    }

    /// What can only be told once everything is in its place.
    fn wrong_as_a_whole(&self, whole: &Self) -> Vec<Complaint> {
        let (steps, most) = (whole.steps.len(), most_steps(self.risk, &whole.steps));
        let mut wrong = Vec::new();
        let last = self.calls.last();
        let of_whole = unstaged(self.risk, &whole.steps).into_iter();
        wrong.extend(of_whole.map(|(step, what, hint)| (format!("`{step}`: {what}"), hint)));
        if steps > most {
            wrong.push((
                format!(
                    "{steps} steps with those of its calls are more than risk {} may have ({most})",
                    self.risk
                ),
                "make two runbooks of it".to_owned(),
            ));
        }
        for (before, after) in stranded(&whole.steps) {
            wrong.push((
                format!("`{}` could be undone, but `{}` before it could not", after.id, before.id),
                format!("or say `point_of_no_return = true` at `{}`", before.id),
            ));
        }
        let told = wrong.into_iter();
        told.filter_map(|(what, hint)| Some(self.complaint(last?, what, &hint))).collect()
    }

    fn complaint(&self, call: &Call, what: String, hint: &str) -> Complaint {
        let offset = self.text.find("[[call]]").unwrap_or(0);
        let offset = self.text.get(offset..).and_then(|rest| {
            let named = rest.find(&format!("\"{}\"", call.id))?;
            Some(offset + named)
        });
        let (line, column) = place(&self.text, offset.unwrap_or(0));
        Complaint { line, column, at: format!("call {}", call.id), what, hint: hint.to_owned() }
    }

    /// Puts a runbook in where it is called.
    fn put_in(&mut self, call: &Call, part: Self) {
        let name = |id: &str| format!("{}/{id}", call.id);
        let end = self.place_of(call);
        // What must be seen in the end of that runbook must be seen before anything follows it.
        let seen_after = |after: Option<&String>| Some(name(after.map_or("", String::as_str)));
        let verifications = part.verifications.iter().map(|it| VerifyText {
            id: name(&it.id),
            after: seen_after(it.after.as_ref()),
            facts: it.facts.iter().map(|fact| renamed(fact, &call.id)).collect(),
            ..it.clone()
        });
        let waits = part.waits.iter().map(|it| VerifyText {
            id: name(&it.id),
            title: it.title.clone(),
            after: seen_after(None),
            facts: it.facts.clone(),
            pass: it.ends(),
            fail: it.status.as_ref().and_then(WaitStatus::fail),
            // What has not come to rest in its time has failed.
            unknown: "false".into(),
            every_s: it.every_s,
            timeout_s: it.timeout_s,
        });
        self.verifications.extend(waits.chain(verifications));
        let humans = part.humans.iter().map(|it| CheckText {
            id: name(&it.id),
            title: it.question.clone(),
            holds: format!("params.{}", it.id),
            on_fail: Failing::Stop,
            on_unknown: None,
            message: it.message.clone(),
        });
        let checks = part.checks.iter().map(|it| CheckText { id: name(&it.id), ..it.clone() });
        self.checks.extend(checks.chain(humans));
        let facts = part.facts.iter().map(|it| Reading { name: name(&it.name), ..it.clone() });
        self.facts.extend(facts);
        let asked = |at: usize| call.pause.clone().filter(|_| at == 0);
        let last = part.steps.len().saturating_sub(1);
        let steps = part.steps.iter().enumerate().map(|(at, it)| StepText {
            id: name(&it.id),
            point_of_no_return: it.point_of_no_return || (call.point_of_no_return && at == last),
            pause: asked(at).or_else(|| it.pause.clone()),
            on_error: call.on_error.clone().or_else(|| it.on_error.clone()),
            ..it.clone()
        });
        self.steps.splice(end..end, steps.collect::<Vec<_>>());
        // The journal keeps all that was carried out.
        let theirs = format!("\n# {} calls {} v{}:\n\n", call.id, part.id, part.version);
        self.text.extend([theirs.as_str(), part.text.as_str()]);
        let inner = part.called.iter().map(|it| Called { name: name(&it.name), ..it.clone() });
        let inner: Vec<_> = inner.collect();
        self.called.push(Called {
            name: call.id.clone(),
            with: call.with.clone(),
            region: call.region.clone(),
            when: call.when.clone(),
            runbook: part,
        });
        self.called.extend(inner);
    }

    /// Before which step a called runbook begins: after the step or call that it names, and whatever was put there already;
    /// else after everything.
    fn place_of(&self, call: &Call) -> usize {
        let Some(after) = &call.after else { return self.steps.len() };
        let beside: Vec<_> = self
            .calls
            .iter()
            .filter(|other| other.after.as_ref() == Some(after))
            .map(|other| format!("{}/", other.id))
            .chain([format!("{after}/")])
            .collect();
        let is_before = |id: &str| id == after || beside.iter().any(|part| id.starts_with(part));
        let last = self.steps.iter().rposition(|step| is_before(&step.id));
        last.map_or(self.steps.len(), |last| last + 1)
    }
}

/// A reading that names what a step has left, by the name that the step has now.
fn renamed(fact: &Reading, call: &str) -> Reading {
    let with = fact.with.iter().map(|(name, value)| {
        let step = value.as_str().and_then(|text| text.strip_prefix(LEFT_BY));
        let value = step.map_or_else(|| value.clone(), |it| format!("{LEFT_BY}{call}/{it}").into());
        (name.clone(), value)
    });
    Reading { with: with.collect(), ..fact.clone() }
}

/// What stands for the lock that a step leaves, before the name of the step.
const LEFT_BY: &str = "as-left-by-";

/// What is wrong with the parameters of a call, and what to do.
fn misgiven(call: &Call, callee: &Runbook) -> Vec<(String, String)> {
    let params = callee.all_params();
    let lacking = params
        .iter()
        .filter(|(name, param)| param.default.is_none() && !call.with.contains_key(*name));
    let lacking = lacking.map(|(name, param)| {
        (
            format!("`{}` needs the parameter `{name}`", callee.id),
            format!("give it under `with`: {}", param.help),
        )
    });
    let odd = call.with.keys().filter(|name| !params.contains_key(*name)).map(|name| {
        let known: Vec<_> = params.keys().cloned().collect();
        (
            format!("`{}` has no parameter `{name}`", callee.id),
            format!("it has: {}", known.join(", ")),
        )
    });
    let faults = call.with.iter().filter_map(|(name, value)| {
        // What the caller's own parameters come to is held against the type when there is a plan.
        let literal = value.as_str().is_none_or(|text| !text.contains('{'));
        let fault = params.get(name).filter(|_| literal)?.fault(value)?;
        Some((format!("parameter `{name}`: {fault}"), "correct it under `with`".to_owned()))
    });
    lacking.chain(odd).chain(faults).collect()
}
