//! From one account to another: where one can go, the way there, and the model that begins anew.
//!
//! The old place stays in front and works until the new one has answered. Then everything of the old one goes: no value
//! of it may be taken for one of the new.

use std::fmt;

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Arn, Region, Timestamp};

use super::command::nearest;
use super::cursor::{Cursor, Motion};
use super::destinations::{Destinations, Wanted};
use super::message::Switched;
use super::place::{Arms, Link, RealmName};
use super::shell::{Purpose, Tone};
use super::ticket::Ticket;
use super::{Effect, Model, Problem, neighbours, update};

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// To the account that the program was started for, which people call so: nobody could enter it yet.
    Start(String),
    /// To the context of this name.
    Context(String),
    /// To the account of this profile.
    Profile(String),
    /// To another role, assumed by the way that led here.
    Role(Arn),
    /// To the simulated account in this process.
    Simulated,
    /// To another region, by the way that led here.
    Region(Region),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(name) => f.write_str(name),
            Self::Simulated => f.write_str("the simulated account"),
            Self::Role(arn) => write!(f, "role {arn}"),
            Self::Context(name) => write!(f, "context {name}"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::Region(region) => write!(f, "region {region}"),
        }
    }
}

/// A choice being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choosing {
    /// What is chosen from.
    pub wanted: Wanted,
    /// The chosen row among those that match.
    pub cursor: Cursor,
}

/// What waits for the files to be read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looking {
    /// What is chosen from.
    pub wanted: Wanted,
    /// What was named; nothing: one chooses.
    pub name: String,
}

/// A switch that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switching {
    /// Its ticket: what another switch brings is not taken.
    pub ticket: Ticket,
    /// Where to.
    pub target: Target,
    /// Since when.
    pub since: Timestamp,
}

/// Sets out for the account that the program was started for: a person has to sign in there first.
pub(super) fn set_out(model: &mut Model) -> Vec<Effect> {
    let name = match model.place.context.as_str() {
        "" => "the account".to_owned(),
        name => name.to_owned(),
    };
    begin(model, Target::Start(name))
}

/// Goes to what is named, or lets the operator choose. What the files say now is asked for.
pub(super) fn go(model: &mut Model, wanted: Wanted, name: &str) -> Vec<Effect> {
    if !name.is_empty() {
        return named(model, wanted, name);
    }
    if let Err(why) = possible(model, wanted) {
        model.shell.say(Tone::Bad, why);
        return Vec::new();
    }
    if wanted == Wanted::Region {
        choose(model, wanted);
        return Vec::new();
    }
    if model.destinations.names(wanted).is_empty() {
        model.looking = Some(Looking { wanted, name: String::new() });
    } else {
        choose(model, wanted);
    }
    vec![Effect::FindDestinations]
}

fn choose(model: &mut Model, wanted: Wanted) {
    let choosing = Choosing { wanted, cursor: Cursor::default() };
    model.shell.type_in(Purpose::Destination(choosing), "");
}

/// Whether one can go there now at all, else why not.
fn possible(model: &Model, wanted: Wanted) -> Result<(), &'static str> {
    undisturbed(model)?;
    match (wanted, model.place.realm) {
        (Wanted::Role, _) if model.place.link == Link::Absent => {
            Err("there is no account here to assume a role from")
        }
        (Wanted::Role, RealmName::Simulated) => {
            Err("the simulated account in this process has this one role")
        }
        (Wanted::Region, RealmName::Simulated) => {
            Err("the simulated account in this process has this one region")
        }
        (
            Wanted::Context | Wanted::Profile | Wanted::Role | Wanted::Region | Wanted::Place,
            RealmName::Simulated | RealmName::Served | RealmName::Live | RealmName::Files,
        ) => Ok(()),
    }
}

/// A run that is under way is seen to its end first.
fn undisturbed(model: &Model) -> Result<(), &'static str> {
    if model.runs.any_live() {
        return Err("a run is under way here: see it to its end, or give it up, before you switch");
    }
    Ok(())
}

/// Goes to what has this name. One that is not known may have been written since: the files are asked first.
fn named(model: &mut Model, wanted: Wanted, name: &str) -> Vec<Effect> {
    if let Err(why) = possible(model, wanted) {
        model.shell.say(Tone::Bad, why);
        return Vec::new();
    }
    if let Some(target) = model.destinations.target(wanted, name) {
        return begin(model, target);
    }
    if wanted == Wanted::Region {
        unknown(model, wanted, name);
        return Vec::new();
    }
    model.looking = Some(Looking { wanted, name: name.to_owned() });
    vec![Effect::FindDestinations]
}

/// Says that nothing has this name, and what was probably meant.
fn unknown(model: &mut Model, wanted: Wanted, name: &str) {
    let names = model.destinations.names(wanted);
    let near = nearest(name, names.iter().map(String::as_str));
    let hint = near.map_or_else(
        || format!(":{} without a name shows them", wanted.name()),
        |near| format!("did you mean `{near}`?"),
    );
    model.shell.say(Tone::Bad, format!("there is no {} `{name}`: {hint}", wanted.name()));
}

/// Takes in what the files say now, and goes on with what waited for it.
pub(super) fn found(model: &mut Model, found: Destinations, problems: Vec<Problem>) -> Vec<Effect> {
    model.destinations = found;
    model.problems.are_now("contexts.", problems, model.now);
    let Some(Looking { wanted, name }) = model.looking.take() else { return Vec::new() };
    if let Err(why) = possible(model, wanted) {
        model.shell.say(Tone::Bad, why);
        return Vec::new();
    }
    if !name.is_empty() {
        if let Some(target) = model.destinations.target(wanted, &name) {
            return begin(model, target);
        }
        unknown(model, wanted, &name);
    } else if model.destinations.names(wanted).is_empty() {
        model.shell.say(Tone::Bad, wanted.none());
    } else if model.shell.typing.is_none() {
        choose(model, wanted);
    }
    Vec::new()
}

fn begin(model: &mut Model, target: Target) -> Vec<Effect> {
    let ticket = model.questions.draw();
    model.signing.take_if(|signing| signing.ticket.is_some());
    model.switching = Some(Switching { ticket, target: target.clone(), since: model.now });
    vec![Effect::Switch { ticket, target }]
}

/// Moves the choice.
pub(super) fn move_choice(model: &mut Model, mut choosing: Choosing, way: Motion) {
    let page = model.body_rows();
    let Some(typing) = &mut model.shell.typing else { return };
    let len = model.destinations.matching(choosing.wanted, typing.line.text()).len();
    choosing.cursor.go(way, len, page);
    typing.purpose = Purpose::Destination(choosing);
}

/// Takes the chosen one; where nothing matches, what was typed.
pub(super) fn accept(model: &mut Model, choosing: &Choosing, typed: &str) -> Vec<Effect> {
    let found = model.destinations.matching(choosing.wanted, typed);
    let chosen = found.get(choosing.cursor.at(found.len())).map(|(name, _)| name.clone());
    let name = chosen.unwrap_or_else(|| typed.trim().to_owned());
    match choosing.wanted {
        _ if name.is_empty() => Vec::new(),
        Wanted::Place => neighbours::tail(model, &name),
        Wanted::Context | Wanted::Profile | Wanted::Role | Wanted::Region => {
            named(model, choosing.wanted, &name)
        }
    }
}

/// Gives the switch up: the old place was never left.
pub(super) fn give_up(model: &mut Model) -> Vec<Effect> {
    let Some(switching) = model.switching.take() else { return Vec::new() };
    model.signing.take_if(|signing| signing.ticket.is_some());
    let here = match model.place.link {
        Link::Absent | Link::Offline => "no account is open",
        Link::Connecting | Link::Connected(_) | Link::Troubled(..) => "this is still the old place",
    };
    model.shell.say(Tone::Plain, format!("given up: {}; {here}", switching.target));
    vec![Effect::StopSwitch]
}

/// Whether the place that this ticket brings may be entered now.
///
/// # Errors
/// It was given up meanwhile, or a run has begun here.
pub fn may_arrive(model: &Model, ticket: Ticket) -> Result<(), Problem> {
    let waited_for = model.switching.as_ref().is_some_and(|switching| switching.ticket == ticket);
    if !waited_for {
        return Err(Problem::new("switch.stale", "the switch was given up", "", ""));
    }
    undisturbed(model).map_err(|why| {
        Problem::new("switch.refused", "this account was not left", why, "then switch again")
    })
}

/// Enters the new place: everything of the old one goes.
pub(super) fn arrive(model: &mut Model, switched: Switched) -> Vec<Effect> {
    let waits = !model.plan.is_empty() && model.plan.standing().is_some();
    let Switched { ticket: _, place, notice } = switched;
    let arms = match place.arms {
        Arms::ReadOnly => "read-only",
        Arms::Armed | Arms::Unconfined => "armed",
    };
    model.renew(place);
    let name = match model.place.mark.name.as_str() {
        "" => model.place.region.to_string(),
        name => name.to_owned(),
    };
    let plan = if waits { "; the plan there was given up, nothing of it was sent" } else { "" };
    model.shell.say(Tone::Good, format!("this is {name}, {arms}{plan}"));
    if let Some(problem) = notice {
        model.shell.say(Tone::Bad, problem.what.as_str());
        model.problems.meet(problem, model.now);
    }
    update::start(model)
}

/// Stays: the new place did not answer.
pub(super) fn fail(model: &mut Model, ticket: Ticket, problem: Problem) {
    if model.switching.as_ref().is_none_or(|switching| switching.ticket != ticket) {
        return;
    }
    model.switching = None;
    model.signing.take_if(|signing| signing.ticket == Some(ticket));
    model.shell.say(Tone::Bad, format!("not switched: {}", problem.what));
    model.problems.meet(problem, model.now);
}
