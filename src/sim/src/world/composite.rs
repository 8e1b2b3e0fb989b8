//! Composite alarms: raised while any of their alarms is.

use std::collections::BTreeMap;

use serde_json::json;

use super::alarm::{Alarm, Happening};
use super::measure::timestamp;
use super::names::{HOME_REGION, arn};

/// An alarm over other alarms.
#[derive(Clone, Debug)]
pub(crate) struct Composite {
    pub(crate) name: String,
    pub(crate) description: String,
    /// The metric alarms any of which raises it.
    pub(crate) of: Vec<String>,
    pub(crate) actions_enabled: bool,
    pub(crate) when_raised: Vec<String>,
    pub(crate) when_over: Vec<String>,
    pub(crate) state: &'static str,
    pub(crate) reason: String,
    pub(crate) updated_ms: i64,
    pub(crate) configured_ms: i64,
}

impl Composite {
    /// The composite alarms of the shop.
    pub(super) fn shop(now_ms: i64, topic: &str) -> BTreeMap<String, Self> {
        let name = "orders-unwell".to_owned();
        let alarm = Self {
            name: name.clone(),
            description: "Orders cannot be placed: the writer fails, or its API answers 5xx."
                .into(),
            of: vec!["orders-writer-errors".into(), "orders-write-5xx".into()],
            actions_enabled: true,
            when_raised: vec![topic.to_owned()],
            when_over: vec![topic.to_owned()],
            state: "OK",
            reason: moved("orders-writer-errors", "OK", now_ms - 2 * 86_400_000),
            updated_ms: now_ms - 2 * 86_400_000,
            configured_ms: now_ms - 60 * 86_400_000,
        };
        BTreeMap::from([(name, alarm)])
    }

    /// The rule as it was written.
    pub(crate) fn rule(&self) -> String {
        let parts: Vec<_> = self.of.iter().map(|name| format!("ALARM(\"{name}\")")).collect();
        parts.join(" OR ")
    }

    /// Judges it by the alarms as they stand.
    pub(super) fn evaluate(
        &mut self,
        alarms: &BTreeMap<String, Alarm>,
        now_ms: i64,
    ) -> Vec<Happening> {
        let children: Vec<_> = self.of.iter().filter_map(|name| alarms.get(name)).collect();
        let raised = children.iter().any(|alarm| alarm.state == "ALARM");
        let verdict = if raised { "ALARM" } else { "OK" };
        if verdict == self.state {
            return Vec::new();
        }
        let cause = children.iter().max_by_key(|alarm| alarm.transitioned_ms);
        let reason = cause.map_or_else(String::new, |alarm| {
            moved(&alarm.name, alarm.state, alarm.transitioned_ms)
        });
        let data = json!({
            "version": "1.0",
            "oldState": { "stateValue": self.state, "stateReason": self.reason },
            "newState": { "stateValue": verdict, "stateReason": reason },
        });
        let happening = |kind, summary, data| Happening {
            at: now_ms,
            of: self.name.clone(),
            kind,
            summary,
            data,
        };
        let summary = format!("Alarm updated from {} to {verdict}", self.state);
        let mut happenings = vec![happening("StateUpdate", summary, data.to_string())];
        let actions = if raised { &self.when_raised } else { &self.when_over };
        happenings.extend(actions.iter().filter(|_| self.actions_enabled).map(|action| {
            let data = json!({ "actionState": "Succeeded", "stateUpdateTimestamp": now_ms,
                "notificationResource": action });
            let summary = format!("Successfully executed action {action}");
            happening("Action", summary, data.to_string())
        }));
        self.state = verdict;
        self.reason = reason;
        self.updated_ms = now_ms;
        happenings
    }
}

/// Which alarm moved it, in the words of CloudWatch.
fn moved(alarm: &str, state: &str, at_ms: i64) -> String {
    let arn = arn("cloudwatch", HOME_REGION, &format!("alarm:{alarm}"));
    let at = timestamp(at_ms, "%A %d %B, %Y %H:%M:%S UTC");
    format!("{arn} transitioned to {state} at {at}")
}
