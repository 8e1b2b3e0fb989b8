//! Alarms: M of N periods against a threshold, with state, reason and history.

use std::collections::BTreeMap;

use serde_json::json;

use crate::wire::value::Value;

use super::composite::Composite;
use super::measure::{count, timestamp};
use super::metrics::{Key, MINUTE, Metrics, Stat};
use super::names::{DEAD_LETTERS, HOME_REGION, WEB_ACL};

/// The alarms of a region, with their history, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Alarms {
    pub(crate) map: BTreeMap<String, Alarm>,
    pub(crate) composites: BTreeMap<String, Composite>,
    pub(crate) history: Vec<Happening>,
    pub(crate) mutes: BTreeMap<String, Mute>,
}

/// A rule that mutes alarms.
#[derive(Clone, Debug)]
pub(crate) struct Mute {
    pub(crate) rule: Value,
    pub(crate) description: Option<String>,
    pub(crate) alarms: Vec<String>,
    /// The one span in which it mutes.
    pub(crate) span: (i64, i64),
    /// After it, the rule is no longer looked at.
    pub(crate) expires: i64,
    pub(crate) put_ms: i64,
}

impl Mute {
    /// `SCHEDULED`, `ACTIVE` or `EXPIRED`.
    pub(crate) fn status(&self, now_ms: i64) -> &'static str {
        let (from, until) = self.span;
        if now_ms >= self.expires || now_ms >= until {
            "EXPIRED"
        } else if now_ms < from {
            "SCHEDULED"
        } else {
            "ACTIVE"
        }
    }
}

/// An alarm on one metric.
#[derive(Clone, Debug)]
pub(crate) struct Alarm {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) key: Key,
    /// The statistic, as it was written.
    pub(crate) stat: String,
    pub(crate) period_s: i64,
    pub(crate) periods: i64,
    pub(crate) needed: i64,
    pub(crate) comparison: String,
    pub(crate) threshold: f64,
    pub(crate) missing: String,
    pub(crate) actions_enabled: bool,
    pub(crate) when_raised: Vec<String>,
    pub(crate) when_over: Vec<String>,
    pub(crate) state: &'static str,
    pub(crate) reason: String,
    pub(crate) reason_data: String,
    pub(crate) updated_ms: i64,
    pub(crate) transitioned_ms: i64,
    pub(crate) configured_ms: i64,
}

/// An entry of the history.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    pub(crate) at: i64,
    pub(crate) of: String,
    pub(crate) kind: &'static str,
    pub(crate) summary: String,
    pub(crate) data: String,
}

impl Alarms {
    /// The alarms of the shop.
    pub(crate) fn shop(now_ms: i64) -> Self {
        let errors = |name: &str, function: &str, threshold: f64| {
            let key = Key::new("AWS/Lambda", "Errors", [("FunctionName", function)]);
            (format!("{name}-errors"), key, "Sum", (3, 2), threshold)
        };
        let acl = [("WebACL", WEB_ACL), ("Region", HOME_REGION), ("Rule", "ALL")];
        let db = [("DBInstanceIdentifier", "orders-db-1")];
        let rows = [
            errors("orders-reader", "orders-reader", 8.0),
            errors("orders-writer", "orders-writer", 5.0),
            errors("orders-worker", "orders-worker", 5.0),
            errors("checkout-notify", "checkout-notify", 5.0),
            (
                "orders-write-5xx".to_owned(),
                Key::new("AWS/ApiGateway", "5XXError", [("ApiName", "orders-write")]),
                "Average",
                (3, 2),
                0.05,
            ),
            (
                "shop-edge-blocked".to_owned(),
                Key::new("AWS/WAFV2", "BlockedRequests", acl),
                "Sum",
                (3, 2),
                120.0,
            ),
            (
                "orders-db-cpu".to_owned(),
                Key::new("AWS/RDS", "CPUUtilization", db),
                "Average",
                (5, 5),
                90.0,
            ),
            (
                "orders-dlq-not-empty".to_owned(),
                Key::new(
                    "AWS/SQS",
                    "ApproximateNumberOfMessagesVisible",
                    [("QueueName", DEAD_LETTERS)],
                ),
                "Maximum",
                (1, 1),
                0.0,
            ),
        ];
        let topic = super::names::arn("sns", HOME_REGION, "oncall");
        let map = rows
            .into_iter()
            .map(|(name, key, stat, (periods, needed), threshold)| {
                let alarm = Alarm {
                    name: name.clone(),
                    description: format!("{} of {}", key.name, key.namespace),
                    key,
                    stat: stat.to_owned(),
                    period_s: 60,
                    periods,
                    needed,
                    comparison: "GreaterThanThreshold".to_owned(),
                    threshold,
                    missing: "notBreaching".to_owned(),
                    actions_enabled: true,
                    when_raised: vec![topic.clone()],
                    when_over: vec![topic.clone()],
                    state: "OK",
                    reason: "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].".to_owned(),
                    reason_data: "{}".to_owned(),
                    updated_ms: now_ms - 2 * 86_400_000,
                    transitioned_ms: now_ms - 2 * 86_400_000,
                    configured_ms: now_ms - 60 * 86_400_000,
                };
                (name, alarm)
            })
            .collect();
        Self { map, composites: Composite::shop(now_ms, &topic), ..Self::default() }
    }

    /// Judges every alarm by the periods complete at a moment.
    pub(crate) fn evaluate(&mut self, metrics: &Metrics, now_ms: i64) {
        let begun = self.history.len();
        for alarm in self.map.values_mut() {
            self.history.extend(alarm.evaluate(metrics, now_ms));
        }
        for composite in self.composites.values_mut() {
            self.history.extend(composite.evaluate(&self.map, now_ms));
        }
        // A muted alarm goes on judging, and tells nobody.
        let muting = self.mutes.values().filter(|mute| mute.status(now_ms) == "ACTIVE");
        let muted: Vec<String> = muting.flat_map(|mute| mute.alarms.clone()).collect();
        let mut place = 0;
        self.history.retain(|item| {
            place += 1;
            place <= begun || item.kind != "Action" || !muted.contains(&item.of)
        });
    }
}

impl Alarm {
    fn evaluate(&mut self, metrics: &Metrics, now_ms: i64) -> Vec<Happening> {
        let period = (self.period_s * 1000).max(MINUTE);
        let end = now_ms.div_euclid(period) * period;
        let start = end - self.periods * period;
        let statistic = Stat::parse(&self.stat).unwrap_or(Stat::Sum);
        let points = metrics
            .find(&self.key)
            .map(|series| series.points(start, end, period, statistic))
            .unwrap_or_default();
        let breaching: Vec<_> = points.iter().filter(|(_, value)| self.breaches(*value)).collect();
        let missing = self.periods - count(points.len());
        let as_breaching = if self.missing == "breaching" { missing } else { 0 };
        let hits = count(breaching.len()) + as_breaching;
        let verdict = if points.is_empty() && self.missing == "missing" {
            "INSUFFICIENT_DATA"
        } else if points.is_empty() && self.missing == "ignore" {
            return Vec::new();
        } else if hits >= self.needed {
            "ALARM"
        } else {
            "OK"
        };
        if verdict == self.state {
            return Vec::new();
        }
        let shown: Vec<(i64, f64)> = if verdict == "ALARM" {
            breaching.into_iter().copied().collect()
        } else {
            points.clone()
        };
        let reason = self.explain(verdict, &shown, end);
        let recent: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
        let iso = |ms: i64| timestamp(ms, "%Y-%m-%dT%H:%M:%S.%3f+0000");
        let data = json!({
            "version": "1.0",
            "queryDate": iso(now_ms),
            "startDate": iso(start),
            "statistic": self.stat,
            "period": self.period_s,
            "recentDatapoints": recent,
            "threshold": self.threshold,
            "evaluatedDatapoints": points.iter().rev().map(|(at, value)| json!({
                "timestamp": iso(*at), "sampleCount": 1.0, "value": value,
            })).collect::<Vec<_>>(),
        })
        .to_string();
        let history = json!({
            "version": "1.0",
            "oldState": { "stateValue": self.state, "stateReason": self.reason },
            "newState": { "stateValue": verdict, "stateReason": reason,
                "stateReasonData": serde_json::from_str::<serde_json::Value>(&data).unwrap_or_default() },
        });
        let mut happenings = vec![Happening {
            at: now_ms,
            of: self.name.clone(),
            kind: "StateUpdate",
            summary: format!("Alarm updated from {} to {verdict}", self.state),
            data: history.to_string(),
        }];
        let actions = if verdict == "ALARM" { &self.when_raised } else { &self.when_over };
        if self.actions_enabled && verdict != "INSUFFICIENT_DATA" {
            happenings.extend(actions.iter().map(|action| {
                Happening {
                    at: now_ms,
                    of: self.name.clone(),
                    kind: "Action",
                    summary: format!("Successfully executed action {action}"),
                    data: json!({ "actionState": "Succeeded", "stateUpdateTimestamp": now_ms,
                    "notificationResource": action })
                    .to_string(),
                }
            }));
        }
        self.state = verdict;
        self.reason = reason;
        self.reason_data = data;
        self.updated_ms = now_ms;
        self.transitioned_ms = now_ms;
        happenings
    }

    fn breaches(&self, value: f64) -> bool {
        match self.comparison.as_str() {
            "GreaterThanOrEqualToThreshold" => value >= self.threshold,
            "LessThanThreshold" => value < self.threshold,
            "LessThanOrEqualToThreshold" => value <= self.threshold,
            _ => value > self.threshold,
        }
    }

    fn explain(&self, state: &str, points: &[(i64, f64)], end: i64) -> String {
        if points.is_empty() {
            let treated = match self.missing.as_str() {
                "breaching" => "Breaching",
                "notBreaching" => "NonBreaching",
                _ => {
                    return format!("Insufficient Data: {} datapoints were unknown.", self.periods);
                }
            };
            return format!(
                "Threshold Crossed: no datapoints were received for {n} periods and {n} missing datapoints were treated as [{treated}].",
                n = self.periods
            );
        }
        let shown: Vec<String> = points
            .iter()
            .rev()
            .map(|(at, value)| format!("{value:?} ({})", timestamp(*at, "%d/%m/%y %H:%M:%S")))
            .collect();
        let relation = match self.comparison.as_str() {
            "GreaterThanOrEqualToThreshold" => "greater than or equal to",
            "LessThanThreshold" => "less than",
            "LessThanOrEqualToThreshold" => "less than or equal to",
            _ => "greater than",
        };
        let (not, from, to) =
            if state == "ALARM" { ("", "OK", "ALARM") } else { ("not ", "ALARM", "OK") };
        debug_assert!(points.iter().all(|(at, _)| *at < end));
        format!(
            "Threshold Crossed: {} out of the last {} datapoints [{}] {} {not}{relation} the threshold ({:?}) (minimum {} datapoint{} for {from} -> {to} transition).",
            points.len(),
            self.periods,
            shown.join(", "),
            if points.len() == 1 { "was" } else { "were" },
            self.threshold,
            self.needed,
            if self.needed == 1 { "" } else { "s" },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_bad_minutes_of_three_raise_the_alarm_and_two_good_ones_end_it() {
        let mut metrics = Metrics::default();
        let meter =
            metrics.meter("AWS/Lambda", "Errors", "Count", &[("FunctionName", "orders-writer")]);
        let mut alarms = Alarms::shop(0);
        let mut states = Vec::new();
        for (minute, errors) in (0i64..).zip([0.0, 9.0, 9.0, 9.0, 0.0, 0.0, 0.0]) {
            metrics.record(meter, minute * MINUTE, errors);
            alarms.evaluate(&metrics, (minute + 1) * MINUTE);
            states.push(alarms.map["orders-writer-errors"].state);
        }
        assert_eq!(states, ["OK", "OK", "ALARM", "ALARM", "ALARM", "OK", "OK"]);
        let alarm = &alarms.map["orders-writer-errors"];
        assert!(alarm.reason.contains("not greater than the threshold (5.0)"), "{}", alarm.reason);
        let changes = |of: &str| {
            let changes = alarms.history.iter().filter(|item| item.kind == "StateUpdate");
            changes.filter(|item| item.of == of).map(|item| item.at).collect::<Vec<_>>()
        };
        let moved = changes("orders-writer-errors");
        assert_eq!(moved.len(), 2);
        assert_eq!(changes("orders-unwell"), moved, "the composite alarm follows");
    }
}
