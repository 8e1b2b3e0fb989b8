//! How long changes can still be proposed: the desk decides, this shows it.

use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::Timestamp;
use watchdeck_guard::{Event, Request};

use super::shell::Tone;
use super::{Effect, Model, perform};
use crate::app::command::Command;

/// What the desk said of its arms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Arming {
    /// Until when changes can be made, once it has said so.
    until: Option<Timestamp>,
    /// Whether the operator was told that this is over.
    told: bool,
}

impl Arming {
    /// How long changes can still be made; none where the desk has set no end.
    pub fn left(self, now: Timestamp) -> Option<Duration> {
        self.until.map(|until| until.since(now))
    }

    /// Whether it was armed and is no longer.
    pub fn is_over(self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// Takes in what the desk tells.
pub(super) fn hear(model: &mut Model, event: &Event) {
    let Event::Armed { until } = event else { return };
    if model.arming.until.is_some() {
        model.shell.say(Tone::Good, format!("armed until {}Z", until.clock()));
    }
    model.arming = Arming { until: Some(*until), told: false };
}

/// A second has passed: when it was the last one, the operator is told.
pub(super) fn tick(model: &mut Model) {
    if model.arming.is_over(model.now) && !model.arming.told {
        model.arming.told = true;
        let how = perform::first_key(model, Command::Arm);
        let how = if how.is_empty() { ":arm".to_owned() } else { how };
        model.shell.say(Tone::Plain, format!("armed no longer; {how} arms it again"));
    }
}

/// Arms for as long again.
pub(super) fn perform() -> Vec<Effect> {
    vec![Effect::Desk(Request::Arm)]
}
