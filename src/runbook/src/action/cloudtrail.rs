//! Trails: that they write again.

use serde::Deserialize;
use watchdeck_domain::TrailName;
use watchdeck_domain::change::StartTrail;
use watchdeck_domain::reading::TrailOf;

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `StartLogging`. Nothing leads back: a trail is not stopped here.
pub(super) static START_TRAIL: Action = Action {
    name: "start-trail",
    operation: "cloudtrail:StartLogging",
    members: &[must("trail", "Name")],
    lock: None,
    compile: |members, ground| Box::pin(start_trail(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StartTrailWith {
    trail: TrailName,
}

async fn start_trail(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let StartTrailWith { trail } = members.read()?;
    let there = ground.look(TrailOf { trail: trail.clone() }).await?;
    let before = there.still_since();
    Ok((StartTrail { trail, arn: there.arn, before }.into(), None))
}
