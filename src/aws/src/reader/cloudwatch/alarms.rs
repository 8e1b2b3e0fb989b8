//! CloudWatch alarms: how they stand, and how they stood.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    AlarmHistoryItem, AlarmType, CompositeAlarm, HistoryItemType, MetricAlarm, ScanBy, StateValue,
};
use watchdeck_domain::ReadError;
use watchdeck_domain::alarm::{Alarm, AlarmChange, AlarmState};
use watchdeck_domain::reading::{AlarmHistory, AlarmOf, ReadFailure};

use super::super::{Pages, instant, plain};
use super::condition;
use crate::rejection::{malformed, read_error};

const CALL: &str = "cloudwatch:DescribeAlarms";
const HISTORY: &str = "cloudwatch:DescribeAlarmHistory";

/// Both have to be named: without a word on types, CloudWatch leaves composite alarms out.
const KINDS: [AlarmType; 2] = [AlarmType::CompositeAlarm, AlarmType::MetricAlarm];

/// A question is answered with so many entries at most, and so many come in a page.
const MOST: usize = 100;

pub(in super::super) async fn alarms(client: &Client) -> Result<Vec<Alarm>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_alarms()
            .set_alarm_types(Some(KINDS.to_vec()))
            .max_records(100)
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        found.extend(page.composite_alarms().iter().map(composite));
        found.extend(page.metric_alarms().iter().map(alarm));
        if !pages.turn(CALL, page.next_token())? {
            break;
        }
    }
    Ok(found)
}

pub(in super::super) async fn alarm_of(client: &Client, ask: AlarmOf) -> Result<Alarm, ReadError> {
    let page = client
        .describe_alarms()
        .alarm_names(&ask.alarm)
        .set_alarm_types(Some(KINDS.to_vec()))
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let composites = page.composite_alarms().iter().map(composite);
    let found = composites.chain(page.metric_alarms().iter().map(alarm));
    found.into_iter().find(|found| found.name == ask.alarm).ok_or_else(|| {
        ReadError::new(ReadFailure::Missing, CALL, format!("there is no alarm {}", ask.alarm))
    })
}

/// What metric alarms and composite ones tell alike, each in a type of its own; with what only one of them has.
macro_rules! told {
    ($alarm:expr, $composite:literal, $metric:expr, $condition:expr) => {{
        let alarm = $alarm;
        let since = alarm
            .state_transitioned_timestamp()
            .or_else(|| alarm.state_updated_timestamp())
            .or_else(|| alarm.alarm_configuration_updated_timestamp());
        Alarm {
            name: plain(alarm.alarm_name()),
            arn: plain(alarm.alarm_arn()),
            description: plain(alarm.alarm_description()),
            state: state(alarm.state_value()),
            reason: plain(alarm.state_reason()),
            since: instant(since).unwrap_or_default(),
            metric: $metric,
            condition: $condition,
            actions_enabled: alarm.actions_enabled().unwrap_or_default(),
            composite: $composite,
        }
    }};
}

fn alarm(alarm: &MetricAlarm) -> Alarm {
    told!(alarm, false, condition::metric(alarm), condition::words(alarm))
}

fn composite(alarm: &CompositeAlarm) -> Alarm {
    told!(alarm, true, None, plain(alarm.alarm_rule()))
}

fn state(state: Option<&StateValue>) -> AlarmState {
    AlarmState::parse(state.map(StateValue::as_str).unwrap_or_default())
}

pub(in super::super) async fn history(
    client: &Client,
    ask: AlarmHistory,
) -> Result<Vec<AlarmChange>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .describe_alarm_history()
            .alarm_name(&ask.alarm)
            .set_alarm_types(Some(KINDS.to_vec()))
            .start_date(DateTime::from_millis(ask.start.as_millis()))
            .end_date(DateTime::from_millis(ask.end.as_millis()))
            .scan_by(ScanBy::TimestampDescending)
            .max_records(100)
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(HISTORY, &e))?;
        for item in page.alarm_history_items() {
            found.push(change(&ask.alarm, item)?);
        }
        if found.len() >= MOST || !pages.turn(HISTORY, page.next_token())? {
            break;
        }
    }
    // Not every server heeds the order.
    found.sort_by_key(|change| std::cmp::Reverse(change.at));
    found.truncate(MOST);
    Ok(found)
}

fn change(alarm: &str, item: &AlarmHistoryItem) -> Result<AlarmChange, ReadError> {
    let at = instant(item.timestamp())
        .ok_or_else(|| malformed(HISTORY, format!("an entry of alarm {alarm} has no time")))?;
    let kind = plain(item.history_item_type().map(HistoryItemType::as_str));
    let states = if kind == "StateUpdate" { states(item.history_data()) } else { None };
    Ok(AlarmChange { at, kind, summary: plain(item.history_summary()), states })
}

/// The states that a change of state went from and to, out of its data: JSON in a string.
fn states(data: Option<&str>) -> Option<(AlarmState, AlarmState)> {
    let data: serde_json::Value = serde_json::from_str(data?).ok()?;
    let state = |which: &str| {
        let value = data.get(which)?.get("stateValue")?.as_str()?;
        Some(AlarmState::parse(value))
    };
    Some((state("oldState")?, state("newState")?))
}
