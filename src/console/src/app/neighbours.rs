//! Places beside the one in front: other regions and accounts, whose log groups are tailed together with those here. They
//! are looked at and nothing else, and only their logs.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::{LogGroupName, Region, Scope, Timestamp};

use super::cursor::Cursor;
use super::destinations::Wanted;
use super::problem::Problem;
use super::screens::groups::{MOST, Picker};
use super::shell::{Overlay, Purpose, Screen, Tone};
use super::switching::Choosing;
use super::ticket::Ticket;
use super::{Effect, Model, perform};

/// The most places beside the one in front: each has a live tail of its own.
const MOST_PLACES: usize = 5;

/// Which place: a region, a context, or a region of a context's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The context; none is the account in front.
    pub context: Option<String>,
    /// The region; none is the context's own.
    pub region: Option<Region>,
}

impl Whereabouts {
    /// Reads `us-east-1`, `shop-staging` or `shop-staging/us-east-1`. A context may be called like a region.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str, is_context: impl Fn(&str) -> bool) -> Result<Self, String> {
        let context = |name: &str| Some(name.to_owned());
        if is_context(text) {
            return Ok(Self { context: context(text), region: None });
        }
        if let Some((name, region)) = text.split_once('/') {
            let region = Region::parse(region).map_err(|error| error.to_string())?;
            if !is_context(name) {
                return Err(format!("there is no context `{name}`"));
            }
            return Ok(Self { context: context(name), region: Some(region) });
        }
        match Region::parse(text) {
            Ok(region) => Ok(Self { context: None, region: Some(region) }),
            Err(_) => Err(format!("`{text}` is neither a region nor a context")),
        }
    }
}

impl fmt::Display for Whereabouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let region = self.region.as_ref().map_or("", Region::as_str);
        match &self.context {
            Some(context) if self.region.is_some() => write!(f, "{context}/{region}"),
            Some(context) => f.write_str(context),
            None => f.write_str(region),
        }
    }
}

/// A place that has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answering {
    /// Its account, as its STS says, and its region.
    pub scope: Scope,
    /// Its log groups.
    pub groups: Vec<LogGroup>,
}

/// A place beside the one in front.
#[derive(Clone, Debug, Serialize)]
pub struct Neighbour {
    /// How it was asked for.
    pub asked: Whereabouts,
    /// Its account and region.
    pub scope: Scope,
    /// Its log groups; their names know their place.
    pub groups: Vec<LogGroup>,
}

/// A place that was asked for and has not answered yet.
#[derive(Clone, Debug, Serialize)]
pub struct Opening {
    /// Its ticket: what an earlier one brings is not taken.
    pub ticket: Ticket,
    /// Which.
    pub asked: Whereabouts,
    /// Since when.
    pub since: Timestamp,
    /// The groups to be tailed there, by name; none: they are shown to choose from.
    groups: Vec<String>,
}

/// The places beside the one in front.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Neighbours {
    /// Those that have answered.
    pub open: Vec<Neighbour>,
    /// The one that is asked.
    pub opening: Option<Opening>,
}

impl Neighbours {
    /// The one with that account and region.
    fn at(&self, scope: &Scope) -> Option<&Neighbour> {
        self.open.iter().find(|neighbour| neighbour.scope == *scope)
    }
}

/// Tails groups of another place: `WHERE GROUP…`. Without groups they are shown to choose from, without a place those.
pub(super) fn tail(model: &mut Model, argument: &str) -> Vec<Effect> {
    let mut words = argument.split_whitespace();
    let Some(first) = words.next() else {
        let choosing = Choosing { wanted: Wanted::Place, cursor: Cursor::default() };
        model.shell.type_in(Purpose::Destination(choosing), "");
        return Vec::new();
    };
    let groups = words.map(str::to_owned).collect();
    let contexts = &model.destinations.contexts;
    let asked = Whereabouts::parse(first, |name| contexts.iter().any(|(known, _)| known == name));
    match asked {
        Ok(asked) => open(model, asked, groups),
        Err(why) => {
            model.shell.say(Tone::Bad, format!("{why}; :tail alone shows all places"));
            Vec::new()
        }
    }
}

fn open(model: &mut Model, asked: Whereabouts, groups: Vec<String>) -> Vec<Effect> {
    if is_front(model, &asked) {
        return offer(model, None, &groups);
    }
    if let Some(known) = model.neighbours.open.iter().find(|known| known.asked == asked) {
        // Asked for by name it is open already; to choose anew, what is there now is asked for.
        let scope = known.scope.clone();
        if !groups.is_empty() {
            return offer(model, Some(&scope), &groups);
        }
    } else if model.neighbours.open.len() >= MOST_PLACES {
        let said = format!("{MOST_PLACES} other places are open: :untail lets one go");
        model.shell.say(Tone::Bad, said);
        return Vec::new();
    }
    let ticket = model.questions.draw();
    let since = model.now;
    model.neighbours.opening = Some(Opening { ticket, asked: asked.clone(), since, groups });
    vec![Effect::OpenPlace { ticket, asked }]
}

/// Whether it is the place in front that is meant.
fn is_front(model: &Model, asked: &Whereabouts) -> bool {
    let place = &model.place;
    let here = asked.region.as_ref().is_none_or(|region| *region == place.region);
    here && asked.context.as_deref().is_none_or(|context| context == place.mark.name.as_str())
}

/// Takes in what came of a place that was asked for.
pub(super) fn opened(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<Answering, Problem>,
) -> Vec<Effect> {
    let Some(opening) = model.neighbours.opening.take_if(|opening| opening.ticket == ticket) else {
        return Vec::new();
    };
    let Answering { scope, groups } = match answer {
        Ok(answering) => answering,
        Err(problem) => {
            let said = format!("{} is not tailed: {}", opening.asked, problem.what);
            model.shell.say(Tone::Bad, said);
            model.problems.meet(problem, model.now);
            return Vec::new();
        }
    };
    let place = Arc::new(scope.clone());
    let of_place = |group: LogGroup| LogGroup { name: group.name.at(Some(&place)), ..group };
    let groups = groups.into_iter().map(of_place).collect();
    model.neighbours.open.retain(|known| known.scope != scope);
    model.neighbours.open.push(Neighbour { asked: opening.asked, scope: scope.clone(), groups });
    offer(model, Some(&scope), &opening.groups)
}

/// Tails these groups of a place beside what is watched, or lets the operator choose some.
fn offer(model: &mut Model, place: Option<&Scope>, names: &[String]) -> Vec<Effect> {
    let of_place = |group: &&LogGroup| group.name.place().map(Arc::as_ref) == place;
    if names.is_empty() {
        let effects = perform::show(model, Screen::Logs);
        let marked = model.logs.watched.iter().map(|group| group.name.clone()).collect();
        let mut picker = Picker { marked, ..Picker::default() };
        let all = model.log_groups();
        let at = all.iter().position(of_place).unwrap_or(0);
        picker.cursor.put(at, all.len(), model.body_rows().saturating_sub(6));
        model.shell.overlay = Some(Overlay::Groups(picker));
        return effects;
    }
    let mut groups = model.logs.watched.clone();
    for name in names {
        let found: Vec<LogGroup> = model
            .log_groups()
            .into_iter()
            .filter(of_place)
            .filter(|group| match name.strip_suffix('*') {
                Some(prefix) => group.name.as_str().starts_with(prefix),
                None => group.name.as_str() == name,
            })
            .cloned()
            .collect();
        if found.is_empty() {
            model.shell.say(Tone::Bad, format!("no log group `{name}` is there"));
            return Vec::new();
        }
        groups.extend(found);
    }
    groups.sort_by(|left, right| left.name.cmp(&right.name));
    groups.dedup_by(|left, right| left.name == right.name);
    if groups.iter().filter(of_place).count() > MOST {
        model.shell.say(Tone::Bad, format!("a live tail watches at most {MOST} groups of a place"));
        return Vec::new();
    }
    let mut effects = perform::show(model, Screen::Logs);
    effects.extend(model.watch(groups));
    effects
}

/// Tails a place no longer: the one that is named, else the one of the group or line under the cursor.
pub(super) fn leave(model: &mut Model, name: &str) -> Vec<Effect> {
    let named =
        |known: &&Neighbour| known.asked.to_string() == name || known.scope.region.as_str() == name;
    let scope = if name.is_empty() {
        under_cursor(model).and_then(|group| group.place().map(|place| Scope::clone(place)))
    } else {
        model.neighbours.open.iter().find(named).map(|known| known.scope.clone())
    };
    let Some(scope) = scope.filter(|scope| model.neighbours.at(scope).is_some()) else {
        let open = names(model).join(", ");
        model.shell.say(Tone::Bad, format!("name the place to let go: {open}"));
        return Vec::new();
    };
    model.neighbours.open.retain(|known| known.scope != scope);
    let stays = |group: &LogGroupName| group.place().is_none_or(|place| **place != scope);
    let rows = model.body_rows().saturating_sub(6);
    model.shell.overlay = match model.shell.overlay.take() {
        Some(Overlay::Groups(mut picker)) => {
            picker.marked.retain(stays);
            let len = picker.shown(&model.log_groups()).len();
            picker.cursor.put(picker.cursor.at(len), len, rows);
            Some(Overlay::Groups(picker))
        }
        other => other,
    };
    let mut effects = Vec::new();
    if !model.logs.watched.iter().all(|group| stays(&group.name)) {
        let rest = model.logs.watched.iter().filter(|group| stays(&group.name)).cloned();
        let rest = rest.collect();
        effects.extend(model.watch(rest));
    }
    effects.push(Effect::ClosePlace { scope });
    effects
}

/// The group under the cursor, or that of the line under it.
fn under_cursor(model: &Model) -> Option<LogGroupName> {
    match &model.shell.overlay {
        Some(Overlay::Groups(picker)) => {
            picker.chosen(&model.log_groups()).map(|group| group.name.clone())
        }
        Some(_) | None => model.logs.chosen_line().map(|line| line.group().clone()),
    }
}

/// What the open places are called.
pub(super) fn names(model: &Model) -> Vec<String> {
    model.neighbours.open.iter().map(|known| known.asked.to_string()).collect()
}

/// The names of the groups of a place, if it is open.
pub(super) fn group_names(model: &Model, place: &str) -> Vec<String> {
    let known = model.neighbours.open.iter().find(|known| known.asked.to_string() == place);
    let groups = known.map(|known| known.groups.as_slice()).unwrap_or_default();
    groups.iter().map(|group| group.name.as_str().to_owned()).collect()
}

/// Gives up the place that is asked for.
pub(super) fn give_up(model: &mut Model) -> Vec<Effect> {
    if let Some(opening) = model.neighbours.opening.take() {
        model.shell.say(Tone::Plain, format!("given up: {} is not tailed", opening.asked));
    }
    vec![Effect::StopOpening]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_region_a_context_or_both() {
        let check = |text: &str, wanted: Result<(&str, &str), &str>| {
            let parsed = Whereabouts::parse(text, |name| ["staging", "eu-prod-1"].contains(&name));
            match wanted {
                Ok((context, region)) => {
                    let parsed = parsed.unwrap();
                    assert_eq!(parsed.to_string(), text);
                    assert_eq!(parsed.context.unwrap_or_default(), context);
                    let region_told = parsed.region.map(String::from).unwrap_or_default();
                    assert_eq!(region_told, region);
                }
                Err(why) => assert!(parsed.unwrap_err().contains(why), "{text}"),
            }
        };
        check("us-east-1", Ok(("", "us-east-1")));
        check("staging", Ok(("staging", "")));
        check("staging/us-east-1", Ok(("staging", "us-east-1")));
        check("eu-prod-1", Ok(("eu-prod-1", "")));
        check("other/us-east-1", Err("no context `other`"));
        check("staging/east", Err("`east` is not an AWS region"));
        check("/aws/lambda/orders", Err("is not an AWS region"));
        check("nowhere", Err("neither a region nor a context"));
    }
}
