//! Alarms: they tell nobody for a while.

use std::time::Duration;

use serde::Deserialize;
use watchdeck_domain::alarm::Mute;
use watchdeck_domain::change::MuteAlarms;
use watchdeck_domain::reading::{Alarms, MuteOf};

use super::{Action, Ground, Made, Members, may, must};
use crate::compile::CompileError;

const MINUTE: Duration = Duration::from_mins(1);

/// `PutAlarmMuteRule` under a name of the run, always with an end; undone, `DeleteAlarmMuteRule`.
pub(super) static MUTE_ALARMS: Action = Action {
    name: "mute-alarms",
    operation: "cloudwatch:PutAlarmMuteRule",
    members: &[
        must("alarm", "MuteTargets"),
        may("more", "MuteTargets"),
        must("lasts_s", "ExpireDate"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(mute_alarms(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MuteAlarmsWith {
    alarm: String,
    /// Further alarms, with commas between them.
    #[serde(default)]
    more: String,
    /// For how long, in seconds: rounded up to whole minutes, as AWS counts.
    lasts_s: u64,
}

async fn mute_alarms(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let MuteAlarmsWith { alarm, more, lasts_s } = members.read()?;
    let named = std::iter::once(alarm.as_str()).chain(more.split(',')).map(str::trim);
    let mut alarms: Vec<String> =
        named.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    alarms.sort();
    alarms.dedup();
    // AWS takes names that are no alarms, and mutes nothing by them.
    let known = ground.look(Alarms {}).await?;
    if let Some(odd) = alarms.iter().find(|name| !known.iter().any(|alarm| alarm.name == **name)) {
        return Err(CompileError::new(
            format!("there is no alarm `{}`", odd.escape_debug()),
            "take its name from the list of alarms; several stand with commas between them",
        ));
    }
    let from = ground.place.now.floor(MINUTE);
    let until = from + MINUTE * u32::try_from(lasts_s.div_ceil(60)).unwrap_or(u32::MAX);
    let rule = MuteAlarms::rule_of(ground.run);
    let before = ground.look(MuteOf { rule: rule.clone() }).await?.map(|there| there.mute);
    let mute = Some(Mute { alarms, from, until });
    let back = MuteAlarms { rule: rule.clone(), mute: before.clone(), before: mute.clone() };
    Ok((MuteAlarms { rule, mute, before }.into(), Some(back.into())))
}
