//! Zonal shifts: traffic is led away from a zone for a while.

use serde::Deserialize;
use watchdeck_domain::change::{Shift, ShiftZone};
use watchdeck_domain::reading::ZonalStandingOf;
use watchdeck_domain::{Arn, AvailabilityZoneId};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `StartZonalShift`; undone, `CancelZonalShift`.
pub(super) static SHIFT_ZONE: Action = Action {
    name: "shift-zone",
    operation: "arc-zonal-shift:StartZonalShift",
    members: &[
        must("resource", "resourceIdentifier"),
        must("away", "awayFrom"),
        must("lasts_s", "expiresIn"),
        must("reason", "comment"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(shift_zone(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftZoneWith {
    resource: Arn,
    away: AvailabilityZoneId,
    lasts_s: u32,
    reason: String,
}

async fn shift_zone(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ShiftZoneWith { resource, away, lasts_s, reason } = members.read()?;
    let there = ground.look(ZonalStandingOf { resource }).await?;
    if let Some(other) = &there.shift {
        let (name, away) = (&there.name, &other.away);
        return Err(CompileError::new(
            format!("traffic of {name} is led away from {away} already: AWS takes no second shift"),
            "end that one first, or wait for its end",
        ));
    }
    if !there.weights.contains_key(&away) {
        let zones: Vec<_> = there.weights.keys().map(AvailabilityZoneId::as_str).collect();
        let what = format!("{} does not stand in {away}", there.name);
        return Err(CompileError::new(what, format!("it stands in {}", zones.join(", "))));
    }
    let change = ShiftZone {
        resource: there.arn,
        name: there.name,
        shift: Some(Shift { away, comment: Shift::comment_of(ground.run, &reason) }),
        before: None,
        id: String::new(),
        minutes: lasts_s.div_ceil(60),
    };
    let back = ShiftZone { shift: None, before: change.shift.clone(), ..change.clone() };
    Ok((change.into(), Some(back.into())))
}
