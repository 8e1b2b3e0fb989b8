//! Runbook and parameters to draft: places filled, names resolved to questions and changes, locks read.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use watchdeck_domain::reading::Afar;
use watchdeck_domain::{OwnCall, Query, ReadError, Region, Reversal, Scope, Source, Timestamp};
use watchdeck_guard::{
    Check, Draft, Fact, Judge as _, Note, OnError, OnFail, Origin, Others, Pin, PlanId, Probe,
    Step, Verdict, Verification, Wait, Window,
};

use crate::action::{Action, Ground};
use crate::behaviour::{Failing, Then, WaitStatus};
use crate::expression::Cel;
use crate::format::{Reading, Runbook, StepText};
use crate::param::Params;
use crate::reversal::reversal;
use crate::template;
use crate::values::{Values, region_of};

/// Where a draft is made for, and when.
#[derive(Clone, Debug)]
pub struct Place {
    /// The account and region.
    pub scope: Scope,
    /// The time.
    pub now: Timestamp,
}

/// Why a runbook does not become a draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct CompileError {
    /// What happened, and why.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl CompileError {
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into() }
    }

    pub(crate) fn read(error: &ReadError) -> Self {
        Self::new(error.to_string(), error.hint())
    }

    pub(crate) fn place(what: String) -> Self {
        Self::new(
            what,
            "correct the runbook: `{name}` names a parameter or one of run, account, region, home",
        )
    }
}

/// The places that every runbook has besides its parameters.
pub(crate) const OWN_PLACES: [&str; 4] = ["run", "account", "region", "home"];

impl Runbook {
    /// Compiles the runbook for these parameters. Reads the locks of what its steps change, and nothing else.
    ///
    /// # Errors
    /// Names the parameter, place or step that cannot be, or what could not be read.
    pub async fn compile(
        &self,
        params: Params,
        place: &Place,
        source: &dyn Source,
    ) -> Result<Draft, CompileError> {
        if !self.is_whole() {
            return Err(CompileError::new(
                format!("runbook `{}` calls others, and nobody has put them in", self.id),
                "propose it from the catalogue",
            ));
        }
        // One that others were put into was sound before, and they were too.
        let complaint = self.called.is_empty().then(|| self.lint().into_iter().next()).flatten();
        if let Some(complaint) = complaint {
            return Err(CompileError::new(
                format!("runbook `{}` is not sound: {complaint}", self.id),
                "correct the runbook",
            ));
        }
        let id = PlanId::draw(place.now);
        let values = Values::of(self, params, id.run(), place)?;
        self.within_region(&place.scope.region)?;
        for called in &self.called {
            let part = values.at(&format!("{}/", called.name));
            if part.wanted {
                called.runbook.within_region(&part.region)?;
            }
        }
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let part = values.at(&step.id);
            let what = format!("whether step `{}` is wanted", step.id);
            if part.wanted && holds(&what, step.when.as_deref(), &part.params)? {
                let ground = Ground { run: id.run(), place, source, before: &steps };
                steps.push(compile_at(step, &part.places, ground).await?);
            }
        }
        self.within_bounds(&steps)?;
        let verifications = self.compile_verifications(&values, &steps)?;
        let mut steps = steps.into_iter();
        let first = steps.next().ok_or_else(|| {
            CompileError::new(
                format!("runbook `{}` leaves out every step for these parameters", self.id),
                "see what its `when` asks for",
            )
        })?;
        let wanted: Vec<_> =
            self.facts.iter().filter(|fact| values.at(&fact.name).wanted).collect();
        let facts = wanted.iter().map(|fact| compile_reading(fact, &values.at(&fact.name).places));
        let facts = facts.collect::<Result<_, _>>()?;
        let checks = self.compile_checks(&values)?;
        let waits = self.compile_waits(&values)?;
        let notes = self.compile_notes(&values)?;
        let title = filled(&self.title, &values.at("").places)?;
        let others = self.others(&values)?;
        let pins = wanted
            .iter()
            .flat_map(|fact| {
                fact.pin.iter().map(|field| Pin { fact: fact.name.clone(), field: field.clone() })
            })
            .collect();
        Ok(Draft {
            title,
            runbook: Origin {
                id: self.id.clone(),
                version: self.version,
                sha256: watchdeck_guard::sha256(self.text.as_bytes()),
                text: self.text.clone(),
            },
            params: values.params(),
            scope: place.scope.clone(),
            first,
            rest: steps.collect(),
            facts,
            pins,
            checks,
            waits,
            verifications,
            risk: self.risk,
            ttl_s: self.gates.plan_ttl_s,
            phrase: self.gates.phrase.clone(),
            notes,
            others,
            undoes: None,
            id,
        })
    }

    /// Who else must say yes: the most that this runbook, or one that it calls, asks for.
    fn others(&self, values: &Values) -> Result<Option<Others>, CompileError> {
        let own = self.gates.approvals.iter().map(|it| (it, &values.at("").params));
        let theirs = self.called.iter().filter_map(|called| {
            let part = values.at(&format!("{}/", called.name));
            let approvals = called.runbook.gates.approvals.as_ref().filter(|_| part.wanted)?;
            Some((approvals, &part.params))
        });
        let mut most: Option<Others> = None;
        for (approvals, params) in own.chain(theirs) {
            if !holds("whether others must approve", approvals.when.as_deref(), params)? {
                continue;
            }
            let before = most.unwrap_or(Others { count: 0, distinct_teams: false });
            let count = usize::try_from(approvals.count).unwrap_or(usize::MAX);
            most = Some(Others {
                count: count.max(before.count),
                distinct_teams: approvals.distinct_teams || before.distinct_teams,
            });
        }
        Ok(most)
    }

    fn compile_checks(&self, values: &Values) -> Result<Vec<Check>, CompileError> {
        let checks = self.checks.iter().filter(|it| values.at(&it.id).wanted).map(|check| {
            let values = &values.at(&check.id).places;
            Ok(Check {
                id: check.id.clone(),
                title: filled(&check.title, values)?,
                expression: check.holds.clone(),
                on_fail: check.on_fail.effect(),
                on_unknown: check.on_unknown.as_ref().unwrap_or(&check.on_fail).effect(),
                message: offering(filled(&check.message, values)?, &check.on_fail),
            })
        });
        let humans = self.humans.iter().map(|human| {
            let values = &values.at(&human.id).places;
            Ok(Check {
                id: human.id.clone(),
                title: filled(&human.question, values)?,
                expression: format!("params.{}", human.id),
                on_fail: OnFail::Stop,
                on_unknown: OnFail::Stop,
                message: filled(&human.message, values)?,
            })
        });
        checks.chain(humans).collect()
    }

    fn compile_waits(&self, values: &Values) -> Result<Vec<Wait>, CompileError> {
        let waits = self.waits.iter().map(|wait| {
            let values = &values.at(&wait.id).places;
            Ok(Wait {
                id: wait.id.clone(),
                title: filled(&wait.title, values)?,
                facts: readings(&wait.facts, values)?,
                until: wait.ends(),
                fail: wait.status.as_ref().and_then(WaitStatus::fail),
                every_s: wait.every_s,
                timeout_s: wait.timeout_s,
            })
        });
        waits.collect()
    }

    /// The verifications; one after a step that the plan leaves out is left out with it.
    fn compile_verifications(
        &self,
        values: &Values,
        steps: &[Step],
    ) -> Result<Vec<Verification>, CompileError> {
        let wanted = self.verifications.iter().filter(|it| values.at(&it.id).wanted);
        let made = wanted.filter_map(|verify| {
            let Some(after) = &verify.after else { return Some((verify, None)) };
            // After a called runbook is after the last of its steps; where nothing follows, it is the end.
            let is_call = after.ends_with('/');
            let last = steps.iter().rposition(|step| {
                step.id == *after || (is_call && step.id.starts_with(after.as_str()))
            })?;
            let is_end = is_call && last + 1 == steps.len();
            let step = steps.get(last).filter(|_| !is_end);
            Some((verify, step.map(|step| step.id.clone())))
        });
        let verifications = made.map(|(verify, after)| {
            let values = &values.at(&verify.id).places;
            Ok(Verification {
                after,
                id: verify.id.clone(),
                title: filled(&verify.title, values)?,
                facts: readings(&verify.facts, values)?,
                pass: verify.pass.clone(),
                fail: verify.fail.clone(),
                unknown: verify.unknown.clone(),
                every_s: verify.every_s,
                timeout_s: verify.timeout_s,
            })
        });
        verifications.collect()
    }

    /// The notes, those of what is called too, and a word on where nothing is taken back any more.
    fn compile_notes(&self, values: &Values) -> Result<Vec<Note>, CompileError> {
        let own = self.notes.iter().map(|note| (note, String::new(), &values.at("").places));
        let parts = self.called.iter().map(|it| (it, values.at(&format!("{}/", it.name))));
        let theirs = parts.filter(|(_, part)| part.wanted).flat_map(|(called, part)| {
            let of = move |note| (note, format!("{}: ", called.name), &part.places);
            called.runbook.notes.iter().map(of)
        });
        let notes = own.chain(theirs).map(|(note, of, places)| {
            let lines = note.lines.iter().map(|line| filled(line, places));
            Ok(Note {
                title: format!("{of}{}", filled(&note.title, places)?),
                lines: lines.collect::<Result<_, _>>()?,
            })
        });
        let mut wanted = self.steps.iter().filter(|step| values.at(&step.id).wanted);
        let no_return = wanted.find(|step| step.point_of_no_return);
        let last = no_return.map(|step| {
            let title = filled(&step.title, &values.at(&step.id).places)?;
            let line = format!("after `{title}` nothing before it is taken back");
            Ok(Note { title: "Point of no return".into(), lines: vec![line] })
        });
        notes.chain(last).collect()
    }

    /// Whether this is a region that the runbook is for.
    fn within_region(&self, region: &Region) -> Result<(), CompileError> {
        let Some(scope) = self.scope.as_ref().filter(|scope| !scope.regions.is_empty()) else {
            return Ok(());
        };
        let here = region.as_str();
        if scope.regions.iter().any(|region| region == here) {
            return Ok(());
        }
        Err(CompileError::new(
            format!("runbook `{}` is not for {here}", self.id),
            format!("it is for {}", scope.regions.join(", ")),
        ))
    }

    /// Whether the plan touches no more than the runbook may.
    fn within_bounds(&self, steps: &[Step]) -> Result<(), CompileError> {
        let Some(most) = self.scope.as_ref().and_then(|scope| scope.max_resources) else {
            return Ok(());
        };
        let count = steps.iter().map(Step::target).collect::<BTreeSet<_>>().len();
        if count <= most {
            return Ok(());
        }
        Err(CompileError::new(
            format!(
                "the plan would change {count} resources; runbook `{}` may change {most}",
                self.id
            ),
            "propose it for fewer at a time",
        ))
    }
}

/// Whether a condition over the parameters holds; one that is not said does. What cannot be told is refused, not guessed.
pub(crate) fn holds(what: &str, when: Option<&str>, params: &Params) -> Result<bool, CompileError> {
    let Some(when) = when else { return Ok(true) };
    let refuse = |why: String| {
        CompileError::new(
            format!("{what} cannot be told: {why}"),
            "correct its `when`: it may speak of parameters only",
        )
    };
    match Cel
        .judge(when, &json!({ "params": params }))
        .map_err(|error| refuse(error.to_string()))?
    {
        Verdict::True => Ok(true),
        Verdict::False => Ok(false),
        Verdict::Unknown(why) => Err(refuse(why)),
    }
}

/// The message of a check, with the runbook that may help.
fn offering(message: String, failing: &Failing) -> String {
    match failing {
        Failing::Offer(runbook) => format!("{message}; the runbook `{runbook}` may help"),
        Failing::Stop | Failing::Warn => message,
    }
}

fn filled(text: &str, values: &Params) -> Result<String, CompileError> {
    template::fill(text, values).map_err(CompileError::place)
}

/// A step on the ground of the region where it is done.
async fn compile_at(
    step: &StepText,
    values: &Params,
    ground: Ground<'_>,
) -> Result<Step, CompileError> {
    let (region, home) = (region_of(step.region.as_deref(), values)?, &ground.place.scope.region);
    if region == *home {
        return Box::pin(compile_step(step, values, ground)).await;
    }
    let place = Place { scope: ground.place.scope.in_region(&region), now: ground.place.now };
    let afar = Afar { source: ground.source, region: &region };
    let there = Ground { place: &place, source: &afar, ..ground };
    let made = Box::pin(compile_step(step, values, there)).await?;
    let reversal = match made.reversal {
        Reversal::By(back) => Reversal::By(Box::new(back.made_in(&region, home))),
        Reversal::Call(call) => {
            let foreseen = call.foreseen.made_in(&region, home);
            Reversal::Call(Box::new(OwnCall { foreseen, ..*call }))
        }
        Reversal::Never(why) => Reversal::Never(why),
    };
    Ok(Step { change: made.change.made_in(&region, home), reversal, ..made })
}

async fn compile_step(
    step: &StepText,
    values: &Params,
    ground: Ground<'_>,
) -> Result<Step, CompileError> {
    let action = Action::named(&step.action).ok_or_else(|| {
        CompileError::new(
            format!("step `{}` names an action that there is not", step.id),
            format!("use one of {}", Action::names()),
        )
    })?;
    let with = template::fill_members(&step.with, values).map_err(CompileError::place)?;
    let is_first = ground.before.is_empty();
    let (change, back) = action.make(with, ground).await?;
    let reversal = reversal(step, &change, back, values, ground).await?;
    let probe = step.probe.as_ref().map(|probe| {
        let facts = readings(&probe.facts, values)?;
        Ok(Probe { facts, made: probe.made.clone(), absent: probe.absent.clone() })
    });
    Ok(Step {
        id: step.id.clone(),
        title: filled(&step.title, values)?,
        change,
        reversal,
        settle_ms: u64::from(step.settle_s()) * 1_000,
        rest_s: step.timeout_s,
        on_error: match step.on_error.as_ref().map(|on_error| on_error.then) {
            Some(Then::Undo) => OnError::Undo,
            Some(Then::Continue) => OnError::Continue,
            Some(Then::Stop) | None => OnError::Stop,
        },
        probe: probe.transpose()?,
        // Where the plan leaves out all that comes before, the answer to the plan is the word.
        pause: match &step.pause {
            Some(asked) if !is_first => Some(filled(asked, values)?),
            Some(_) | None => None,
        },
        no_return: step.point_of_no_return,
    })
}

fn readings(readings: &[Reading], values: &Params) -> Result<Vec<Fact>, CompileError> {
    readings.iter().map(|reading| compile_reading(reading, values)).collect()
}

/// A reading as the domain's question: its name and members, by the question's own serde form.
pub(crate) fn compile_reading(reading: &Reading, values: &Params) -> Result<Fact, CompileError> {
    let members = template::fill_members(&reading.with, values).map_err(CompileError::place)?;
    let window = match (reading.last_s, reading.since_change) {
        (Some(seconds), _) => Some(Window::LastSeconds(seconds)),
        (None, true) => Some(Window::SinceChange),
        (None, false) => None,
    };
    let mut whole = Map::from_iter([("query".to_owned(), Value::String(reading.read.clone()))]);
    if window.is_some() {
        // The guard puts the span in when it reads.
        whole.insert("start".into(), json!(0));
        whole.insert("end".into(), json!(0));
    }
    whole.extend(members);
    let query: Query = serde_json::from_value(Value::Object(whole)).map_err(|error| {
        CompileError::new(
            format!("fact `{}` cannot be read by `{}`: {error}", reading.name, reading.read),
            "correct the fact's members",
        )
    })?;
    let region = region_of(reading.region.as_deref(), values)?;
    let at_home = values.get("home").and_then(Value::as_str) == Some(region.as_str());
    let query = if at_home { query } else { query.put_to(&region) };
    Ok(Fact { name: reading.name.clone(), query, window })
}
