//! Asking two regions at once: what stands side by side, kept as new as what one looks at should be.

use std::collections::BTreeMap;
use std::time::Duration;

use watchdeck_domain::Region;

use super::screens::recovery::{Side, Topic};
use super::shell::{Screen, Tone};
use super::ticket::Pane;
use super::{Effect, Model, perform, proposing};

/// How old what moves in a failover may become: databases, and how far they are behind.
const MOVING: Duration = Duration::from_secs(15);
/// How old what is only listed may become.
const LISTED: Duration = Duration::from_mins(1);

/// Goes to the two regions; with a name, to that region beside the one in front.
pub(super) fn show(model: &mut Model, argument: &str) -> Vec<Effect> {
    let argument = argument.trim();
    if !argument.is_empty() {
        match Region::parse(argument) {
            Ok(region) if region == model.place.region => {
                let said = format!("{region} is the region that you are in: name the other one");
                model.shell.say(Tone::Bad, said);
                return Vec::new();
            }
            Ok(region) => model.recovery.turn_to(region),
            Err(error) => {
                model.shell.say(Tone::Bad, format!("{error}; name one such as eu-west-1"));
                return Vec::new();
            }
        }
    }
    perform::show(model, Screen::Recovery)
}

/// Opens the runbook that moves everything: the failover to this region where the other one works, else the planned move.
pub(super) fn propose(model: &mut Model) -> Vec<Effect> {
    let Some((global, copy)) = model.recovery.move_of() else { return Vec::new() };
    let cluster = copy.cluster_arn.rsplit(':').next().unwrap_or_default().to_owned();
    let mut given: BTreeMap<String, String> =
        [("global".to_owned(), global.id.clone()), ("cluster".to_owned(), cluster)].into();
    let id = match (model.recovery.working(), &model.recovery.other) {
        (Side::There, Some(other)) => {
            given.insert("left".to_owned(), other.to_string());
            "dr.full-failover"
        }
        (Side::There | Side::Here, _) => "dr.drill",
    };
    let Some(runbook) = model.runbooks.sound().find(|runbook| runbook.id == id).cloned() else {
        model.shell.say(Tone::Bad, format!("there is no runbook `{id}`"));
        return Vec::new();
    };
    proposing::begin(model, &runbook, given)
}

/// Asks for what is due.
pub(super) fn due(model: &mut Model, forced: bool) -> Vec<Effect> {
    if model.recovery.other.is_none()
        && let Some(region) = model.recovery.named(&model.place.region)
    {
        model.recovery.turn_to(region);
    }
    let mut effects = Vec::new();
    for side in Side::BOTH {
        for topic in Topic::ALL {
            let pane = Pane::Recovery(side, topic);
            let limit = match topic {
                Topic::Globals | Topic::Clusters | Topic::Instances | Topic::Lag => MOVING,
                Topic::Functions | Topic::Queues | Topic::Secrets | Topic::Alarms => LISTED,
            };
            let due = forced || model.recovery.is_due(side, topic, limit, model.now);
            if !due || model.questions.of(&pane).is_some() {
                continue;
            }
            if let Some(query) = model.recovery.question(side, topic, model.now) {
                effects.push(model.put(pane, query));
            }
        }
    }
    effects
}
