//! What the desk tells: taken in by every part that it concerns, and said in the line at the foot.

use watchdeck_domain::{Printable, RunId};
use watchdeck_guard::Event;

use super::command::Command;
use super::problem::Problem;
use super::screens::run::{ending, is_good};
use super::shell::{Screen, Tone};
use super::{Model, arming, ceremony, perform};

/// Takes in what the desk tells.
pub(super) fn hear(model: &mut Model, event: &Event) {
    let now = model.now;
    if let Some(id) = run_of(event)
        && let Some(question) = model.plan.begin(id)
    {
        let run = model.runs.of(id, now);
        run.title = Printable::new(question.title.clone());
        run.question = Some(question);
        model.runs.show(id.clone());
        if model.shell.screen == Screen::Plan {
            model.shell.show(Screen::Run);
        }
    }
    // What is left of a run that paused: it was asked for, so it comes to the screen.
    if let Event::Asked { plan, .. } = event
        && model.shell.screen == Screen::Run
        && model.runs.all.get(plan.run()).is_some_and(|run| run.unfinished.is_some())
    {
        model.shell.show(Screen::Plan);
    }
    if model.plan.hear(event, now) && model.shell.screen != Screen::Plan {
        let key = perform::first_key(model, Command::ShowPlan);
        model.shell.say(Tone::Plain, format!("the plan has an answer for you: {key} shows it"));
    }
    model.runs.hear(event, now);
    model.journal.hear(event, now);
    arming::hear(model, event);
    ceremony::hear(model, event);
    if let Event::Done(outcome) = event {
        let tone = match is_good(outcome.ended) {
            Some(true) => Tone::Good,
            Some(false) => Tone::Bad,
            None => Tone::Plain,
        };
        model.shell.say(tone, format!("{}: {}", outcome.title, ending(outcome.ended)));
    }
    say(model, event);
}

/// Says it, where somebody who looks at something else should know.
fn say(model: &mut Model, event: &Event) {
    let now = model.now;
    match event {
        Event::Refused { plan: None, refusal } => {
            let (what, hint) = (refusal.what.clone(), refusal.hint.clone());
            model.shell.say(Tone::Bad, Printable::new(what.clone()).as_str());
            model.problems.meet(Problem::new("desk.refused", what, "", hint), now);
        }
        Event::Late { run, .. } => {
            let key = perform::first_key(model, Command::ShowRun);
            model.runs.show(run.clone());
            let said = format!("{run} took effect after all, late: {key} shows it");
            model.shell.say(Tone::Bad, said);
        }
        Event::Waits { pause } => {
            let asked = Printable::new(pause.question.clone());
            model.shell.say(Tone::Bad, format!("a run waits for your word: {asked}"));
        }
        Event::Mistyped { plan, why }
            if model.runs.all.get(plan.run()).is_some_and(|run| run.pause.is_some()) =>
        {
            model.shell.say(Tone::Bad, Printable::new(why.clone()).as_str());
        }
        Event::Mistyped { why, .. } => {
            let said = format!("not the phrase: {why}; nothing was sent, the question stands");
            model.shell.say(Tone::Bad, said);
        }
        Event::Paused { why, .. } => {
            let said = Printable::new(why.clone());
            model.shell.say(Tone::Bad, format!("a run waits for you: {said}"));
        }
        Event::Refused { plan: Some(plan), refusal }
            if model.runs.all.get(plan.run()).is_some_and(|run| run.stopped.is_some()) =>
        {
            let said = Printable::new(refusal.what.clone());
            model.shell.say(Tone::Bad, said.as_str());
        }
        Event::Unfinished { runs } if !runs.is_empty() && model.shell.screen != Screen::Journal => {
            let key = perform::first_key(model, Command::ShowJournal);
            let count = runs.len();
            model.shell.say(Tone::Bad, format!("{count} unfinished: {key} shows what can be done"));
        }
        Event::Unshipped(unshipped) => {
            model.shell.say(Tone::Bad, Printable::new(unshipped.told()).as_str());
            let what = format!("checkpoints of the journal are not shipped to {}", unshipped.store);
            let hint = "changes go on; it is tried again by itself, and `watchdeck audit verify` tells what waits";
            model
                .problems
                .meet(Problem::new("journal.unshipped", what, unshipped.why.clone(), hint), now);
        }
        Event::Shipped { store, size } => {
            let said =
                format!("checkpoints are shipped to {store} again: {size} rows are witnessed");
            model.shell.say(Tone::Good, Printable::new(said).as_str());
        }
        Event::Armed { .. }
        | Event::Proposed { .. }
        | Event::Asked { .. }
        | Event::Refused { plan: Some(_), .. }
        | Event::Held { .. }
        | Event::Gated { .. }
        | Event::Stopped { .. }
        | Event::Released { .. }
        | Event::Reviews { .. }
        | Event::Incident { .. }
        | Event::Withdrawn { .. }
        | Event::Step(_)
        | Event::Progress(_)
        | Event::Done(_)
        | Event::Adrift { .. }
        | Event::Unfinished { .. }
        | Event::Journal { .. } => {}
    }
}

/// The run that goes on.
fn run_of(event: &Event) -> Option<&RunId> {
    match event {
        Event::Step(step) => Some(&step.run),
        Event::Progress(look) => Some(&look.run),
        Event::Done(outcome) => Some(&outcome.run),
        Event::Adrift { run, .. } | Event::Late { run, .. } => Some(run),
        Event::Waits { pause } => Some(&pause.run),
        Event::Armed { .. }
        | Event::Proposed { .. }
        | Event::Asked { .. }
        | Event::Refused { .. }
        | Event::Paused { .. }
        | Event::Held { .. }
        | Event::Gated { .. }
        | Event::Stopped { .. }
        | Event::Released { .. }
        | Event::Reviews { .. }
        | Event::Incident { .. }
        | Event::Mistyped { .. }
        | Event::Withdrawn { .. }
        | Event::Unshipped(_)
        | Event::Shipped { .. }
        | Event::Unfinished { .. }
        | Event::Journal { .. } => None,
    }
}
