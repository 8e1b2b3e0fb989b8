//! Runs: their steps, what is watched afterwards, and how they ended. Live from the desk, or read from the journal.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use watchdeck_domain::function::CallCount;
use watchdeck_domain::{Printable, RunId, Timestamp};
use watchdeck_guard::desk::{Ended, Outcome, Paused, ProgressEvent, StepState, Unfinished};
use watchdeck_guard::journal::{Fate, Record, Row};
use watchdeck_guard::run::Pause;
use watchdeck_guard::{Doubt, Event, Question, Sighting, Verdict};

/// All runs that were heard of.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Runs {
    /// The runs.
    pub all: BTreeMap<RunId, Run>,
    /// The one on the screen.
    pub shown: Option<RunId>,
    /// The first line shown.
    pub top: usize,
}

/// One run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Run {
    /// One line for people.
    pub title: Printable,
    /// The question that was answered, if it was answered here.
    pub question: Option<Box<Question>>,
    /// When it began.
    pub began: Timestamp,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// What is waited for and verified, in order.
    pub watches: Vec<Watch>,
    /// The step whose outcome nobody knows.
    pub adrift: Option<Adrift>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What the desk says of it while it has not ended.
    pub unfinished: Option<Unfinished>,
    /// Whether the desk is at work on it in this session.
    pub live: bool,
    /// Whether the operator has asked for it to be taken up again, and the desk has said nothing of it since.
    pub asked_to_go_on: bool,
    /// What it waits for before its next step, where it waits for somebody.
    pub pause: Option<Box<Pause>>,
    /// Why nobody is at work on it any more, though it has not ended.
    pub stopped: Option<Stopped>,
}

/// Why a run does not go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// Whether anything of it was sent. What was not never began, and is proposed again.
    pub sent: bool,
    /// Why.
    pub why: Printable,
    /// What to do.
    pub hint: Printable,
}

/// One step of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Its name.
    pub id: String,
    /// One line for people.
    pub title: Printable,
    /// How far it came, and when.
    pub states: Vec<(Timestamp, StepState)>,
}

/// Something looked at again and again.
#[derive(Clone, Debug, Serialize)]
pub struct Watch {
    /// Its name.
    pub id: String,
    /// One line for people.
    pub title: Printable,
    /// The newest look.
    pub newest: ProgressEvent,
    /// When it was first looked at.
    pub since: Timestamp,
    /// How often it was looked at.
    pub looks: u64,
    /// The error rate of each look, oldest first, where the facts tell one.
    pub numbers: Vec<f64>,
}

/// A call that nobody knows the outcome of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Adrift {
    /// The step.
    pub step: String,
    /// Why nobody knows.
    pub doubt: Doubt,
    /// When it will be looked for.
    pub probe_at: Timestamp,
}

/// The most numbers kept of a watch.
const NUMBERS: usize = 120;

impl Run {
    /// Whether the run began and has not ended.
    pub fn under_way(&self) -> bool {
        self.outcome.is_none() && self.stopped.as_ref().is_none_or(|stopped| stopped.sent)
    }

    /// The desk is at work on it, again or still.
    pub fn goes_on(&mut self) {
        self.live = true;
        self.asked_to_go_on = false;
        self.stopped = None;
        self.pause = None;
    }

    /// How it paused, while nobody is at work on it.
    pub fn paused(&self) -> Option<&Paused> {
        let unfinished = self.unfinished.as_ref().filter(|_| !self.live && self.outcome.is_none());
        unfinished.and_then(|unfinished| unfinished.paused.as_ref())
    }

    fn stop(&mut self, sent: bool, why: &str, hint: &str) {
        self.live = false;
        self.asked_to_go_on = false;
        self.pause = None;
        self.stopped = Some(Stopped { sent, why: Printable::new(why), hint: Printable::new(hint) });
    }

    /// Hears a no about it. Only one that was verified and not recorded, or that is asked to go on, is meant by it.
    fn refused(&mut self, why: &str, hint: &str) {
        let is_past = |state: &StepState| !matches!(state, StepState::Verified);
        let mut states = self.steps.iter().flat_map(|step| &step.states);
        let sent = self.unfinished.is_some() || states.any(|(_, state)| is_past(state));
        if self.outcome.is_none() && self.live && (!sent || self.asked_to_go_on) {
            self.stop(sent, why, hint);
        }
    }

    /// Adds a step, or a further state of it.
    fn step(&mut self, id: &str, title: &str, state: Option<(Timestamp, StepState)>) {
        if let Some(step) = self.steps.iter_mut().find(|step| step.id == id) {
            // The journal tells again what was told before. Only a look can be had again at another time.
            let again = |state: &(Timestamp, StepState)| match &state.1 {
                StepState::Verified | StepState::Probed { .. } => step.states.contains(state),
                StepState::Recorded | StepState::Landed { .. } | StepState::Rejected { .. } => {
                    step.states.iter().any(|(_, known)| *known == state.1)
                }
            };
            let state = state.filter(|state| !again(state));
            step.states.extend(state);
            return;
        }
        self.steps.push(Step {
            id: id.to_owned(),
            title: Printable::new(title),
            states: state.into_iter().collect(),
        });
    }

    fn look(&mut self, event: &ProgressEvent) {
        let number = calls(&event.facts).and_then(CallCount::error_rate);
        if let Some(watch) = self.watches.iter_mut().find(|watch| watch.id == event.id) {
            let known = (event.at, &event.verdict, &event.facts);
            let newest = (watch.newest.at, &watch.newest.verdict, &watch.newest.facts);
            if event.at < watch.newest.at || known == newest {
                return;
            }
            watch.newest = event.clone();
            watch.looks = watch.looks.saturating_add(1);
            watch.numbers.extend(number);
            if watch.numbers.len() > NUMBERS {
                watch.numbers.remove(0);
            }
            return;
        }
        self.watches.push(Watch {
            id: event.id.clone(),
            title: Printable::new(event.title.clone()),
            newest: event.clone(),
            since: event.at,
            looks: 1,
            numbers: number.into_iter().collect(),
        });
    }
}

/// The calls that the facts of a verification speak of, if they speak of calls.
pub fn calls(facts: &Value) -> Option<CallCount> {
    let sum = |fact: &Value, name: &str| fact.get(name)?.get("sum")?.as_f64();
    facts.as_object()?.values().find_map(|fact| {
        Some(CallCount { invocations: sum(fact, "invocations")?, errors: sum(fact, "errors")? })
    })
}

impl Runs {
    /// The run on the screen.
    pub fn shown(&self) -> Option<(&RunId, &Run)> {
        self.all.get_key_value(self.shown.as_ref()?)
    }

    /// Brings a run to the screen.
    pub fn show(&mut self, id: RunId) {
        self.shown = Some(id);
        self.top = 0;
    }

    /// Brings the newest run to the screen, if none is there yet.
    pub fn show_newest(&mut self) {
        if self.shown.is_none() {
            let newest = self.all.iter().max_by_key(|(_, run)| run.began);
            self.shown = newest.map(|(id, _)| id.clone());
        }
    }

    /// Whether the desk is at work on any run.
    pub fn any_live(&self) -> bool {
        self.all.values().any(|run| run.live && run.under_way())
    }

    /// The run for `id`, fresh if it was not heard of before.
    pub fn of(&mut self, id: &RunId, now: Timestamp) -> &mut Run {
        self.all.entry(id.clone()).or_insert_with(|| Run { began: now, ..Run::default() })
    }

    /// Takes in what the desk says about runs.
    pub fn hear(&mut self, event: &Event, now: Timestamp) {
        match event {
            Event::Step(step) => {
                let run = self.of(&step.run, now);
                run.goes_on();
                run.step(&step.step, &step.title, Some((step.at, step.state.clone())));
                match step.state {
                    StepState::Landed { .. }
                    | StepState::Rejected { .. }
                    | StepState::Probed { .. } => {
                        run.adrift = None;
                    }
                    StepState::Verified | StepState::Recorded => {}
                }
            }
            Event::Progress(look) => {
                let run = self.of(&look.run, now);
                run.goes_on();
                run.look(look);
            }
            Event::Done(outcome) => {
                let run = self.of(&outcome.run, now);
                run.title = Printable::new(outcome.title.clone());
                run.outcome = Some(outcome.clone());
                run.unfinished = None;
                run.adrift = None;
                run.live = false;
                run.stopped = None;
                run.pause = None;
            }
            Event::Paused { run, why, hint } => self.of(run, now).stop(true, why, hint),
            Event::Waits { pause } => {
                let run = self.of(&pause.run, now);
                run.goes_on();
                run.pause = Some(pause.clone());
            }
            // What is left of a run that paused is with the operator, or they have let that go.
            Event::Asked { plan, .. } | Event::Withdrawn { plan } => {
                if let Some(run) = self.all.get_mut(plan.run()) {
                    (run.live, run.asked_to_go_on) = (false, false);
                }
            }
            Event::Refused { plan: Some(plan), refusal } => {
                if let Some(run) = self.all.get_mut(plan.run()) {
                    run.refused(&refusal.what, &refusal.hint);
                }
            }
            Event::Adrift { run, step, doubt, probe_at } => {
                let run = self.of(run, now);
                run.goes_on();
                run.adrift =
                    Some(Adrift { step: step.clone(), doubt: doubt.clone(), probe_at: *probe_at });
            }
            Event::Late { run, step, title, at } => {
                let run = self.of(run, now);
                run.goes_on();
                run.outcome = None;
                let state = StepState::Probed { sighting: Sighting::Landed { revision: None } };
                run.step(step, title, Some((*at, state)));
            }
            Event::Unfinished { runs } => {
                for unfinished in runs {
                    let run = self.of(&unfinished.run, unfinished.began);
                    run.title = Printable::new(unfinished.title.clone());
                    run.unfinished = Some(unfinished.clone());
                }
            }
            Event::Journal { rows } => rows.iter().for_each(|row| self.learn(row)),
            Event::Armed { .. }
            | Event::Proposed { .. }
            | Event::Refused { plan: None, .. }
            | Event::Held { .. }
            | Event::Gated { .. }
            | Event::Stopped { .. }
            | Event::Released { .. }
            | Event::Reviews { .. }
            | Event::Incident { .. }
            | Event::Mistyped { .. }
            | Event::Unshipped(_)
            | Event::Shipped { .. } => {}
        }
    }

    /// Learns about a run of an earlier session from a row of the journal. Live runs know better.
    fn learn(&mut self, row: &Row) {
        let Some(id) = &row.run else { return };
        let run = self.of(id, row.at);
        if let Record::RunBegin(begun) = &row.record {
            run.title = Printable::new(begun.draft.title.clone());
            run.began = row.at;
        }
        if matches!(row.record, Record::Late { .. }) && !run.live {
            run.outcome = None;
        }
        if run.live || run.outcome.is_some() || run.stopped.is_some() {
            return;
        }
        match &row.record {
            Record::RunBegin(begun) => {
                for step in begun.draft.steps() {
                    run.step(&step.id, &step.title, None);
                }
            }
            Record::Intent { step, .. } => {
                run.step(step, step, Some((row.at, StepState::Recorded)));
            }
            Record::Outcome { step, fate } => {
                let state = match fate {
                    Fate::Landed { request_id, left, .. } => StepState::Landed {
                        request_id: request_id.as_ref().map(ToString::to_string),
                        left: left.clone(),
                    },
                    Fate::Rejected { code, message } => {
                        StepState::Rejected { code: code.clone(), message: message.clone() }
                    }
                    Fate::Halted => StepState::Rejected {
                        code: "not sent".into(),
                        message: "the kill switch was pulled".into(),
                    },
                    Fate::Absent => StepState::Probed { sighting: Sighting::Absent },
                    Fate::Conflict { seen } => {
                        StepState::Probed { sighting: Sighting::Conflict { seen: seen.clone() } }
                    }
                };
                run.step(step, step, Some((row.at, state)));
            }
            Record::Probe { step, sighting } => {
                let state = StepState::Probed { sighting: sighting.clone() };
                run.step(step, step, Some((row.at, state)));
            }
            Record::Late { step, revision } => {
                let sighting = Sighting::Landed { revision: revision.clone() };
                run.step(step, step, Some((row.at, StepState::Probed { sighting })));
            }
            Record::Verify { id: name, verdict, facts } => run.look(&ProgressEvent {
                run: id.clone(),
                id: name.clone(),
                title: name.clone(),
                verdict: verdict.clone(),
                facts: facts.clone(),
                at: row.at,
                until: row.at,
            }),
            Record::RunEnd { ended, why } => {
                let landed = run
                    .steps
                    .iter()
                    .flat_map(|step| &step.states)
                    .any(|(_, state)| has_landed(state));
                run.unfinished = None;
                run.outcome = Some(Outcome {
                    run: id.clone(),
                    title: run.title.as_str().to_owned(),
                    ended: *ended,
                    why: why.clone(),
                    undoable: landed,
                    undoes: None,
                    at: row.at,
                });
            }
            Record::Genesis { .. }
            | Record::Opened { .. }
            | Record::Gate { .. }
            | Record::Refused { .. }
            | Record::Mistyped { .. }
            | Record::Withdrawn { .. }
            | Record::Countersigned { .. }
            | Record::BrokeGlass { .. }
            | Record::Declared { .. }
            | Record::Over { .. }
            | Record::ByIncident { .. }
            | Record::Reviewed { .. }
            | Record::Stopped { .. }
            | Record::Released { .. }
            | Record::Lease { .. }
            | Record::Approval { .. }
            | Record::Unanswered { .. }
            | Record::Pause { .. }
            | Record::Waits { .. }
            | Record::WentOn { .. }
            | Record::Resume { .. }
            | Record::TakenUp(_)
            | Record::Heartbeat { .. } => {}
        }
    }
}

/// Whether a step that came so far has changed something.
fn has_landed(state: &StepState) -> bool {
    matches!(
        state,
        StepState::Landed { .. } | StepState::Probed { sighting: Sighting::Landed { .. } }
    )
}

/// Whether an ending is a good one, a bad one, or neither.
pub fn is_good(ended: Ended) -> Option<bool> {
    match ended {
        Ended::Succeeded => Some(true),
        Ended::Unverified | Ended::Abandoned | Ended::Absent => None,
        Ended::Failed | Ended::Rejected | Ended::Conflict | Ended::Moved | Ended::Halted => {
            Some(false)
        }
    }
}

/// An ending in words.
pub fn ending(ended: Ended) -> &'static str {
    match ended {
        Ended::Succeeded => "done and verified",
        Ended::Unverified => "done, effect unknown",
        Ended::Failed => "done, and it did not help",
        Ended::Rejected => "refused by AWS, nothing happened in that step",
        Ended::Absent => "no effect seen in the time it had",
        Ended::Conflict => "somebody else changed the same thing",
        Ended::Moved => "not sent, the account had moved",
        Ended::Halted => "not sent, all changes were stopped",
        Ended::Abandoned => "given up by the operator",
    }
}

/// A verdict in one word.
pub fn verdict_word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::True => "holds",
        Verdict::False => "does not hold",
        Verdict::Unknown(_) => "unknown",
    }
}
