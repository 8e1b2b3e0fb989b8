//! Rules that mute alarms, once.

use super::invalid;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::alarm::Mute;
use crate::world::measure::parse_minute;
use crate::world::names::arn;

/// The longest that AWS mutes, in minutes.
const LONGEST: i64 = 15 * 24 * 60;

pub(super) fn put(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let name = call.input.text("Name").unwrap_or_default().to_owned();
    let rule = call.input.get("Rule").cloned().unwrap_or_else(Value::empty);
    let schedule = rule.get("Schedule").cloned().unwrap_or_else(Value::empty);
    let expression = schedule.text("Expression").unwrap_or_default();
    let at = expression.strip_prefix("at(").and_then(|rest| rest.strip_suffix(')'));
    let from = at.and_then(parse_minute).ok_or_else(|| {
        invalid(format!("The simulated account serves `at(yyyy-MM-ddThh:mm)` only: {expression}"))
    })?;
    let lasts = schedule.text("Duration").and_then(minutes);
    let lasts = lasts
        .filter(|lasts| (1..=LONGEST).contains(lasts))
        .ok_or_else(|| invalid("Duration must be an ISO 8601 duration from PT1M to P15D."))?;
    let until = from + lasts * 60_000;
    let expires = call.input.time("ExpireDate").unwrap_or(i64::MAX);
    if expires <= now {
        return Err(invalid("ExpireDate must be in the future."));
    }
    let targets = call.input.get("MuteTargets").cloned().unwrap_or_else(Value::empty);
    let alarms = targets.items("AlarmNames").iter().filter_map(Value::as_text);
    let mute = Mute {
        alarms: alarms.map(str::to_owned).collect(),
        description: call.input.text("Description").map(str::to_owned),
        rule,
        span: (from, until),
        expires,
        put_ms: now,
    };
    world.region(&call.region).alarms.mutes.insert(name, mute);
    Ok(Value::empty().into())
}

/// A duration of hours and minutes: `PT90M`, `PT1H30M`.
fn minutes(text: &str) -> Option<i64> {
    let mut rest = text.strip_prefix("PT")?;
    let mut total = 0;
    for (unit, of) in [('H', 60), ('M', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            total += number.parse::<i64>().ok()? * of;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let name = call.input.text("AlarmMuteRuleName").unwrap_or_default();
    let Some(mute) = world.region(&call.region).alarms.mutes.get(name) else {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            format!("The alarm mute rule {name} does not exist."),
        ));
    };
    let expires = (mute.expires < i64::MAX).then_some(Value::Time(mute.expires));
    Ok(Value::empty()
        .with("Name", name)
        .with(
            "AlarmMuteRuleArn",
            arn("cloudwatch", &call.region, &format!("alarm-mute-rule:{name}")),
        )
        .with_some("Description", mute.description.as_deref())
        .with("Rule", mute.rule.clone())
        .with("MuteTargets", Value::empty().with("AlarmNames", Value::list(&mute.alarms)))
        .with_some("ExpireDate", expires)
        .with("Status", mute.status(now))
        .with("LastUpdatedTimestamp", Value::Time(mute.put_ms))
        .with("MuteType", "ONE_TIME")
        .into())
}

/// What is not there is not missed: AWS answers the same.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every behaviour")]
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = call.input.text("AlarmMuteRuleName").unwrap_or_default();
    world.region(&call.region).alarms.mutes.remove(name);
    Ok(Value::empty().into())
}
