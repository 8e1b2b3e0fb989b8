//! Alarms: describing them, their history, making them, silencing their actions.

use super::{dimensions, invalid, key, page};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::alarm::{Alarm, Happening};
use crate::world::composite::Composite;
use crate::world::metrics::Stat;
use crate::world::names::arn;

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let names: Vec<&str> = input.items("AlarmNames").iter().filter_map(Value::as_text).collect();
    let prefix = input.text("AlarmNamePrefix");
    if prefix.is_some() && !names.is_empty() {
        return Err(invalid("You can specify either AlarmNames or AlarmNamePrefix, but not both."));
    }
    let state = input.text("StateValue");
    let action = input.text("ActionPrefix");
    let wanted = |name: &str, stands: &str, mut actions: Chain<'_>| {
        (names.is_empty() || names.contains(&name))
            && prefix.is_none_or(|prefix| name.starts_with(prefix))
            && state.is_none_or(|state| state == stands)
            && action.is_none_or(|action| actions.any(|of| of.starts_with(action)))
    };
    let children = input.text("ChildrenOfAlarmName");
    let parents = input.text("ParentsOfAlarmName");
    let alarms = &world.region(&call.region).alarms;
    let is_child = |alarm: &Alarm| {
        children.is_none_or(|name| {
            let parent = alarms.composites.get(name);
            parent.is_some_and(|parent| parent.of.contains(&alarm.name))
        })
    };
    // None of the composite alarms is made of composite ones.
    let composites = alarms.composites.values().filter(|alarm| {
        asks_for(call, "CompositeAlarm")
            && children.is_none()
            && parents.is_none_or(|name| alarm.of.iter().any(|of| of == name))
            && wanted(&alarm.name, alarm.state, alarm.when_raised.iter().chain(&alarm.when_over))
    });
    let metric = alarms.map.values().filter(|alarm| {
        asks_for(call, "MetricAlarm")
            && parents.is_none()
            && is_child(alarm)
            && wanted(&alarm.name, alarm.state, alarm.when_raised.iter().chain(&alarm.when_over))
    });
    let found = composites
        .map(|alarm| (true, show_composite(alarm, &call.region)))
        .chain(metric.map(|alarm| (false, show(alarm, &call.region))))
        .collect();
    let (found, next) = page(found, call, input.int("MaxRecords").unwrap_or(50))?;
    let (composites, metric): (Vec<_>, Vec<_>) = found.into_iter().partition(|(is, _)| *is);
    let shown = |alarms: Vec<(bool, Value)>| -> Vec<Value> {
        alarms.into_iter().map(|(_, alarm)| alarm).collect()
    };
    Ok(Value::empty()
        .with("MetricAlarms", shown(metric))
        .with("CompositeAlarms", shown(composites))
        .with_some("NextToken", next)
        .into())
}

/// The actions of an alarm, raised and over.
type Chain<'a> = std::iter::Chain<std::slice::Iter<'a, String>, std::slice::Iter<'a, String>>;

/// Whether a call asks for alarms of a type. Who names no type, and no relative, asks for metric alarms.
fn asks_for(call: &Call, kind: &str) -> bool {
    let types = call.input.items("AlarmTypes");
    let relative = ["ChildrenOfAlarmName", "ParentsOfAlarmName"];
    if types.is_empty() {
        return kind == "MetricAlarm" || relative.iter().any(|of| call.input.text(of).is_some());
    }
    types.iter().filter_map(Value::as_text).any(|wanted| wanted == kind)
}

pub(super) fn describe_history(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let input = &call.input;
    let (from, to) =
        (input.time("StartDate").unwrap_or(0), input.time("EndDate").unwrap_or(i64::MAX));
    let alarms = &world.region(&call.region).alarms;
    let kind_of = |item: &Happening| {
        let is_composite = alarms.composites.contains_key(&item.of);
        if is_composite { "CompositeAlarm" } else { "MetricAlarm" }
    };
    let mut items: Vec<&Happening> = alarms
        .history
        .iter()
        .filter(|item| {
            asks_for(call, kind_of(item))
                && (from..=to).contains(&item.at)
                && input.text("AlarmName").is_none_or(|name| name == item.of)
                && input.text("HistoryItemType").is_none_or(|kind| kind == item.kind)
        })
        .collect();
    if input.text("ScanBy") != Some("TimestampAscending") {
        items.reverse();
    }
    let items = items
        .into_iter()
        .map(|item| {
            Value::empty()
                .with("AlarmName", &item.of)
                .with("AlarmType", kind_of(item))
                .with("Timestamp", Value::Time(item.at))
                .with("HistoryItemType", item.kind)
                .with("HistorySummary", &item.summary)
                .with("HistoryData", &item.data)
        })
        .collect();
    let (items, next) = page(items, call, input.int("MaxRecords").unwrap_or(50))?;
    Ok(Value::empty().with("AlarmHistoryItems", items).with_some("NextToken", next).into())
}

pub(super) fn put(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, input) = (world.now(), &call.input);
    let name = input.text("AlarmName").unwrap_or_default().to_owned();
    if !input.items("Metrics").is_empty() || input.get("EvaluationCriteria").is_some() {
        return Err(invalid(
            "The simulated account serves alarms on one metric only, not on metric math or PromQL.",
        ));
    }
    let required = |member: &str| {
        input.text(member).ok_or_else(|| invalid(format!("The parameter {member} is required.")))
    };
    required("MetricName")?;
    required("Namespace")?;
    let comparison = required("ComparisonOperator")?.to_owned();
    if comparison.contains("Upper") || comparison.contains("LowerThreshold") {
        return Err(invalid(
            "Comparisons with bands need an anomaly detection model; there is none.",
        ));
    }
    let stat = match (input.text("Statistic"), input.text("ExtendedStatistic")) {
        (Some(stat), None) | (None, Some(stat)) => stat.to_owned(),
        _ => {
            return Err(invalid(
                "Exactly one of Statistic and ExtendedStatistic must be specified.",
            ));
        }
    };
    if Stat::parse(&stat).is_none() {
        return Err(invalid(format!(
            "The value {stat} for parameter ExtendedStatistic is not supported."
        )));
    }
    let periods = input
        .int("EvaluationPeriods")
        .ok_or_else(|| invalid("The parameter EvaluationPeriods is required."))?;
    let needed = input.int("DatapointsToAlarm").unwrap_or(periods);
    if needed > periods {
        return Err(invalid("DatapointsToAlarm cannot be greater than EvaluationPeriods."));
    }
    let threshold =
        input.float("Threshold").ok_or_else(|| invalid("The parameter Threshold is required."))?;
    let texts = |member: &str| -> Vec<String> {
        input.items(member).iter().filter_map(Value::as_text).map(str::to_owned).collect()
    };
    let alarms = &mut world.region(&call.region).alarms;
    let before = alarms.map.get(&name);
    let alarm = Alarm {
        name: name.clone(),
        description: input.text("AlarmDescription").unwrap_or_default().to_owned(),
        key: key(input),
        stat,
        period_s: input.int("Period").unwrap_or(60),
        periods,
        needed,
        comparison,
        threshold,
        missing: input.text("TreatMissingData").unwrap_or("missing").to_owned(),
        actions_enabled: input.bool("ActionsEnabled").unwrap_or(true),
        when_raised: texts("AlarmActions"),
        when_over: texts("OKActions"),
        state: before.map_or("INSUFFICIENT_DATA", |alarm| alarm.state),
        reason: before.map_or_else(
            || "Unchecked: Initial alarm creation".to_owned(),
            |alarm| alarm.reason.clone(),
        ),
        reason_data: before.map_or_else(String::new, |alarm| alarm.reason_data.clone()),
        updated_ms: before.map_or(now, |alarm| alarm.updated_ms),
        transitioned_ms: before.map_or(now, |alarm| alarm.transitioned_ms),
        configured_ms: now,
    };
    let verb = if before.is_some() { "updated" } else { "created" };
    alarms.history.push(Happening {
        at: now,
        of: name.clone(),
        kind: "ConfigurationUpdate",
        summary: format!("Alarm \"{name}\" {verb}"),
        data: serde_json::json!({ "version": "1.0", "type": if verb == "created" { "Create" } else { "Update" } })
            .to_string(),
    });
    alarms.map.insert(name, alarm);
    Ok(Value::empty().into())
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every behaviour")]
pub(super) fn enable_actions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    Ok(set_actions(world, call, true))
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of every behaviour")]
pub(super) fn disable_actions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    Ok(set_actions(world, call, false))
}

/// Names that are no alarms are passed over, as AWS does.
fn set_actions(world: &mut World, call: &Call, enabled: bool) -> Reply {
    let alarms = &mut world.region(&call.region).alarms;
    for name in call.input.items("AlarmNames").iter().filter_map(Value::as_text) {
        if let Some(alarm) = alarms.map.get_mut(name) {
            alarm.actions_enabled = enabled;
        } else if let Some(alarm) = alarms.composites.get_mut(name) {
            alarm.actions_enabled = enabled;
        }
    }
    Value::empty().into()
}

fn show_composite(alarm: &Composite, region: &str) -> Value {
    Value::empty()
        .with("AlarmName", &alarm.name)
        .with("AlarmArn", arn("cloudwatch", region, &format!("alarm:{}", alarm.name)))
        .with("AlarmDescription", &alarm.description)
        .with("AlarmConfigurationUpdatedTimestamp", Value::Time(alarm.configured_ms))
        .with("AlarmRule", alarm.rule())
        .with("ActionsEnabled", alarm.actions_enabled)
        .with("OKActions", Value::list(&alarm.when_over))
        .with("AlarmActions", Value::list(&alarm.when_raised))
        .with("InsufficientDataActions", Vec::new())
        .with("StateValue", alarm.state)
        .with("StateReason", &alarm.reason)
        .with("StateUpdatedTimestamp", Value::Time(alarm.updated_ms))
        .with("StateTransitionedTimestamp", Value::Time(alarm.updated_ms))
}

fn show(alarm: &Alarm, region: &str) -> Value {
    let extended = alarm.stat.starts_with('p');
    let shown = Value::empty()
        .with("AlarmName", &alarm.name)
        .with("AlarmArn", arn("cloudwatch", region, &format!("alarm:{}", alarm.name)))
        .with("AlarmDescription", &alarm.description)
        .with("AlarmConfigurationUpdatedTimestamp", Value::Time(alarm.configured_ms))
        .with("ActionsEnabled", alarm.actions_enabled)
        .with("OKActions", Value::list(&alarm.when_over))
        .with("AlarmActions", Value::list(&alarm.when_raised))
        .with("InsufficientDataActions", Vec::new())
        .with("StateValue", alarm.state)
        .with("StateReason", &alarm.reason)
        .with_some("StateReasonData", Some(&alarm.reason_data).filter(|data| !data.is_empty()))
        .with("StateUpdatedTimestamp", Value::Time(alarm.updated_ms))
        .with("StateTransitionedTimestamp", Value::Time(alarm.transitioned_ms))
        .with("MetricName", &alarm.key.name)
        .with("Namespace", &alarm.key.namespace)
        .with("Dimensions", dimensions(&alarm.key))
        .with("Period", alarm.period_s)
        .with("EvaluationPeriods", alarm.periods)
        .with("DatapointsToAlarm", alarm.needed)
        .with("Threshold", alarm.threshold)
        .with("ComparisonOperator", &alarm.comparison)
        .with("TreatMissingData", &alarm.missing);
    shown.with(if extended { "ExtendedStatistic" } else { "Statistic" }, &alarm.stat)
}
