//! Reasons, second persons, broken glass and the kill switch: from a command to a request for the desk.

use watchdeck_domain::Printable;
use watchdeck_guard::{Event, PlanId, Request};

use super::screens::journal::Entry;
use super::screens::list::Rows as _;
use super::shell::{Purpose, Screen, Tone};
use super::{Effect, Model, copy, perform};
use crate::app::command::Command;

/// Takes in what the desk tells.
pub(super) fn hear(model: &mut Model, event: &Event) {
    if let Event::Stopped { by } = event {
        let by = Printable::new(by.clone());
        let how = perform::first_key(model, Command::ReleaseChanges);
        let said = format!("all changes are stopped, by {by}; {how} releases them");
        model.shell.say(Tone::Bad, said);
        model.stopped = Some(by);
    }
    if matches!(event, Event::Released {}) && model.stopped.take().is_some() {
        model.shell.say(Tone::Good, "changes can be made again");
    }
    if let Event::Incident { incident } = event {
        // Of a journal that is only read nobody ends it.
        let incident = incident.clone().filter(|incident| incident.until > model.now);
        let said = match (&model.incident, &incident) {
            (_, Some(new)) => {
                Some((Tone::Bad, format!("incident {} until {}", new.told(), new.until)))
            }
            (Some(old), None) => Some((Tone::Good, format!("the incident {} is over", old.id))),
            (None, None) => None,
        };
        if let Some((tone, said)) = said {
            model.shell.say(tone, Printable::new(said).as_str());
        }
        model.incident = incident;
    }
    if let Event::Held { why, .. } = event {
        let said = Printable::new(format!("not yet: {why}"));
        model.shell.say(Tone::Bad, said.as_str());
    }
    if let Event::Reviews { reviews } = event
        && !reviews.is_empty()
        && model.shell.screen != Screen::Journal
    {
        let key = perform::first_key(model, Command::ShowJournal);
        let said =
            format!("{} to be reviewed: {key} shows what was answered for alone", reviews.len());
        model.shell.say(Tone::Bad, said);
    }
}

/// Stops all changes. It waits for nothing: the switch is pulled before the desk is told.
pub(super) fn stop(model: &mut Model) -> Vec<Effect> {
    model.shell.say(Tone::Bad, "stopping all changes …");
    vec![Effect::Desk(Request::Stop)]
}

/// Says why the plan is to be carried out.
pub(super) fn give_reason(model: &mut Model, argument: &str) -> Vec<Effect> {
    said(model, argument, "give-reason", |plan, reason| Request::GiveReason { plan, reason })
}

/// Takes in what a second person handed back.
pub(super) fn countersign(model: &mut Model, argument: &str) -> Vec<Effect> {
    said(model, argument, "countersign", |plan, line| Request::Countersign { plan, line })
}

/// Answers alone for what depends on others.
pub(super) fn break_glass(model: &mut Model, argument: &str) -> Vec<Effect> {
    said(model, argument, "break-glass", |plan, reason| Request::BreakGlass { plan, reason })
}

/// Lets the run that waits go on, by exactly the word that it shows.
pub(super) fn go_on(model: &mut Model, argument: &str) -> Vec<Effect> {
    let waiting = model.runs.shown().and_then(|(_, run)| run.pause.as_ref());
    let Some(run) = waiting.map(|pause| pause.run.clone()) else { return Vec::new() };
    if argument.is_empty() {
        model.shell.type_in(Purpose::Command, "go-on ");
        return Vec::new();
    }
    vec![Effect::Desk(Request::GoOn { run, typed: argument.to_owned() })]
}

/// Copies the line to hand over.
pub(super) fn ask_approval(model: &mut Model) -> Vec<Effect> {
    let line = model.plan.question().and_then(|question| question.handover.clone());
    line.map_or_else(Vec::new, |line| copy::whole(model, vec![Printable::new(line)]))
}

/// Copies each call of the plan as a command of the AWS CLI.
pub(super) fn copy_calls(model: &mut Model) -> Vec<Effect> {
    let Some(question) = model.plan.question() else { return Vec::new() };
    let region = &question.scope.region;
    let commands = question.calls.iter().map(|call| Printable::new(call.command(region)));
    copy::whole(model, commands.collect())
}

/// Declares an incident by its id and title, or ends the one that is declared.
pub(super) fn incident(model: &mut Model, argument: &str) -> Vec<Effect> {
    let argument = argument.trim();
    if argument == "end" {
        return vec![Effect::Desk(Request::EndIncident)];
    }
    let Some((id, title)) = argument.split_once(' ') else {
        model.shell.type_in(Purpose::Command, "incident ");
        return Vec::new();
    };
    vec![Effect::Desk(Request::DeclareIncident { id: id.to_owned(), title: title.to_owned() })]
}

/// Closes the review under the cursor.
pub(super) fn close_review(model: &mut Model, argument: &str) -> Vec<Effect> {
    let Some(Entry::Review(review)) = model.journal.chosen() else { return Vec::new() };
    let plan = review.plan.clone();
    if argument.is_empty() {
        model.shell.type_in(Purpose::Command, "close-review ");
        return Vec::new();
    }
    vec![Effect::Desk(Request::CloseReview { plan, note: argument.to_owned() })]
}

/// Hands a text about the plan in; asks for it where there is none.
fn said(
    model: &mut Model,
    argument: &str,
    command: &str,
    request: impl FnOnce(PlanId, String) -> Request,
) -> Vec<Effect> {
    let Some(plan) = model.plan.question().map(|question| question.plan.clone()) else {
        return Vec::new();
    };
    if argument.is_empty() {
        model.shell.type_in(Purpose::Command, &format!("{command} "));
        return Vec::new();
    }
    vec![Effect::Desk(request(plan, argument.to_owned()))]
}
