//! From one account to another: where one can go, the way there, and the model that begins anew.
//!
//! The old place stays in front and works until the new one has answered. Then everything of the old one goes: no value
//! of it may be taken for one of the new.

use std::fmt;

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Printable, Region, Timestamp};

use super::command::nearest;
use super::cursor::{Cursor, Motion};
use super::message::Switched;
use super::place::{Arms, RealmName};
use super::shell::{Purpose, Tone};
use super::ticket::Ticket;
use super::{Effect, Model, Problem, input, update};
use crate::contexts::regions::REGIONS;

/// What is chosen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// The operator's contexts.
    Context,
    /// The profiles of the AWS files.
    Profile,
    /// The regions of AWS.
    Region,
}

impl Wanted {
    /// Its word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Profile => "profile",
            Self::Region => "region",
        }
    }
}

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// To the context of this name.
    Context(String),
    /// To the account of this profile.
    Profile(String),
    /// To another region, by the way that led here.
    Region(Region),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Context(name) => write!(f, "context {name}"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::Region(region) => write!(f, "region {region}"),
        }
    }
}

/// Where one can go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destinations {
    /// The contexts, each with what it leads to.
    pub contexts: Vec<(String, Printable)>,
    /// The profiles of the AWS files.
    pub profiles: Vec<String>,
}

impl Destinations {
    /// The names to choose from.
    pub fn names(&self, wanted: Wanted) -> Vec<String> {
        self.all(wanted).into_iter().map(|(name, _)| name).collect()
    }

    fn all(&self, wanted: Wanted) -> Vec<(String, Printable)> {
        match wanted {
            Wanted::Context => self.contexts.clone(),
            Wanted::Profile => {
                let plain = |name: &String| (name.clone(), Printable::default());
                self.profiles.iter().map(plain).collect()
            }
            Wanted::Region => {
                let region = |(name, at): &(&str, &str)| ((*name).to_owned(), Printable::new(*at));
                REGIONS.iter().map(region).collect()
            }
        }
    }

    /// Those that match what was typed, the likeliest first; all of them while nothing is.
    pub fn matching(&self, wanted: Wanted, typed: &str) -> Vec<(String, Printable)> {
        let all = self.all(wanted);
        if typed.trim().is_empty() {
            return all;
        }
        let texts: Vec<String> = all.iter().map(|(name, more)| format!("{name} {more}")).collect();
        let found = input::fuzzy(typed.trim(), texts.iter().map(String::as_str));
        let at = |text: &str| texts.iter().position(|known| known == text);
        found.into_iter().filter_map(|text| all.get(at(text)?).cloned()).collect()
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

/// Goes to what is named, or lets the operator choose.
pub(super) fn go(model: &mut Model, wanted: Wanted, name: &str) -> Vec<Effect> {
    if !name.is_empty() {
        return named(model, wanted, name);
    }
    if let Err(why) = possible(model, wanted) {
        model.shell.say(Tone::Bad, why);
        return Vec::new();
    }
    let choosing = Choosing { wanted, cursor: Cursor::default() };
    model.shell.type_in(Purpose::Destination(choosing), "");
    Vec::new()
}

/// Whether there is anything to choose from, else why not.
fn possible(model: &Model, wanted: Wanted) -> Result<(), String> {
    undisturbed(model).map_err(str::to_owned)?;
    match wanted {
        Wanted::Context if model.destinations.contexts.is_empty() => {
            Err("there are no contexts: write them in contexts.toml, as docs/contexts.md shows"
                .to_owned())
        }
        Wanted::Profile if model.destinations.profiles.is_empty() => {
            Err("there are no profiles: ~/.aws/config holds none".to_owned())
        }
        Wanted::Region if model.place.realm == RealmName::Simulated => {
            Err("the simulated account in this process has this one region".to_owned())
        }
        Wanted::Context | Wanted::Profile | Wanted::Region => Ok(()),
    }
}

/// A run that is under way is seen to its end first.
fn undisturbed(model: &Model) -> Result<(), &'static str> {
    if model.runs.any_live() {
        return Err("a run is under way here: see it to its end, or give it up, before you switch");
    }
    Ok(())
}

/// Goes to what has this name.
fn named(model: &mut Model, wanted: Wanted, name: &str) -> Vec<Effect> {
    if let Err(why) = possible(model, wanted) {
        model.shell.say(Tone::Bad, why);
        return Vec::new();
    }
    let names = model.destinations.names(wanted);
    let known = names.iter().any(|known| known == name);
    let target = match wanted {
        Wanted::Context if known => Some(Target::Context(name.to_owned())),
        Wanted::Profile if known => Some(Target::Profile(name.to_owned())),
        // A region may be younger than our list.
        Wanted::Region => Region::parse(name).ok().map(Target::Region),
        Wanted::Context | Wanted::Profile => None,
    };
    let Some(target) = target else {
        let near = nearest(name, names.iter().map(String::as_str));
        let hint = near.map_or_else(
            || format!(":{} without a name shows them", wanted.name()),
            |near| format!("did you mean `{near}`?"),
        );
        model.shell.say(Tone::Bad, format!("there is no {} `{name}`: {hint}", wanted.name()));
        return Vec::new();
    };
    begin(model, target)
}

fn begin(model: &mut Model, target: Target) -> Vec<Effect> {
    let ticket = model.questions.draw();
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
    if name.is_empty() { Vec::new() } else { named(model, choosing.wanted, &name) }
}

/// Gives the switch up: the old place was never left.
pub(super) fn give_up(model: &mut Model) -> Vec<Effect> {
    let Some(switching) = model.switching.take() else { return Vec::new() };
    model
        .shell
        .say(Tone::Plain, format!("given up: {}; this is still the old place", switching.target));
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
    model.shell.say(Tone::Bad, format!("not switched: {}", problem.what));
    model.problems.meet(problem, model.now);
}
