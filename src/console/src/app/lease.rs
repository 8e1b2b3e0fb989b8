//! Credentials that end: reads rest until there are new ones, and a code is asked for where they want one.

use watchdeck_domain::Printable;

use super::command::Command;
use super::line::Line;
use super::place::{Lease, Link};
use super::shell::{Purpose, Screen, Tone};
use super::ticket::Ticket;
use super::{Effect, Model, Problem, files, inquiring, perform, refresh, switching};

/// Whether reads rest: every one of them would be refused.
pub fn rests(model: &Model) -> bool {
    let refused = matches!(
        &model.place.link,
        Link::Troubled(_, problem) if problem.code == "read.credentials-expired"
    );
    refused
        || model.place.lease == Lease::Expired
        || matches!(model.place.link, Link::Absent | Link::Offline)
}

/// Takes in how long they are good for.
pub(super) fn take(model: &mut Model, lease: Lease) {
    let rested = rests(model);
    model.place.lease = lease;
    if !rested {
        tell(model);
    }
}

/// Says that reads rest, if they do.
pub(super) fn tell(model: &mut Model) {
    if rests(model) {
        let key = perform::first_key(model, Command::Refresh);
        model.shell.say(
            Tone::Bad,
            format!("the credentials have expired: nothing is read until {key} renews them"),
        );
    }
}

/// Takes in what became of a renewal. What is in front is asked for again.
pub(super) fn renewed(model: &mut Model, problem: Option<Problem>) -> Vec<Effect> {
    model.signing.take_if(|signing| signing.ticket.is_none());
    if let Some(problem) = problem {
        model.shell.say(Tone::Bad, format!("not renewed: {}", problem.what));
        model.problems.meet(problem, model.now);
        return Vec::new();
    }
    model.place.lease = Lease::Lasting;
    model.place.link = match model.place.link.identity().cloned() {
        Some(identity) => Link::Connected(identity),
        None if files::open(model) => Link::Offline,
        None => Link::Connecting,
    };
    if model.shell.screen == Screen::Query && model.history.inquiry.is_some() {
        // What the account bills is not asked again unasked; one that runs is heard of as before.
        return inquiring::tick(model);
    }
    refresh::all(model)
}

/// Asks for a code. That of a switch that was given up is not asked for.
pub(super) fn ask(
    model: &mut Model,
    ticket: Option<Ticket>,
    device: Printable,
    refused: Option<Printable>,
) {
    let switching = model.switching.as_ref().map(|switching| switching.ticket);
    if ticket.is_some() && ticket != switching {
        return;
    }
    if let Some(why) = refused {
        model.shell.say(Tone::Bad, why);
    }
    model.shell.type_in(Purpose::Code { ticket, device }, "");
}

/// Takes in how much of the code is typed.
pub(super) fn hid(model: &mut Model, count: usize) {
    if let Some(typing) = model.shell.typing.as_mut().filter(|typing| typing.purpose.is_secret()) {
        typing.line = Line::new("•".repeat(count));
    }
}

/// Gives the code away, if one was typed.
pub(super) fn give(
    model: &mut Model,
    ticket: Option<Ticket>,
    device: Printable,
    typed: &str,
) -> Vec<Effect> {
    if typed.is_empty() {
        model.shell.type_in(Purpose::Code { ticket, device }, "");
        return Vec::new();
    }
    vec![Effect::GiveCode { ticket }]
}

/// The code is not given: what waited for it is given up.
pub(super) fn withhold(model: &mut Model, ticket: Option<Ticket>) -> Vec<Effect> {
    match ticket {
        Some(_) => switching::give_up(model),
        None => Vec::new(),
    }
}
