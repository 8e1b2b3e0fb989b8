//! Alerts: a rule and who set it off, from the first record to the last; and the stories they make of one principal.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::Timestamp;
use watchdeck_domain::finding::Severity;

use crate::detector::Rules;
use crate::survey::Hit;
use crate::witness::Witness;

/// How long a rule may be quiet about somebody before it raises another alert.
const QUIET: Duration = Duration::from_hours(1);

/// A rule that fired, and about whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The place of the rule.
    pub rule: usize,
    /// Who made the calls, or what they share where several did.
    pub principal: Arc<str>,
    /// When the first was made.
    pub first: Timestamp,
    /// When the last was made.
    pub last: Timestamp,
    /// The records, the earliest first.
    pub records: Vec<Arc<Witness>>,
}

/// All alerts about one principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// About whom.
    pub principal: Arc<str>,
    /// The worst of its alerts.
    pub severity: Severity,
    /// When it begins.
    pub first: Timestamp,
    /// When it ends, so far.
    pub last: Timestamp,
    /// Its alerts, the worst first, then the earliest.
    pub alerts: Vec<Alert>,
}

/// What these hits amount to, whatever their order: the earliest first.
pub fn alerts(rules: &Rules, hits: &[Hit]) -> Vec<Alert> {
    let mut groups: BTreeMap<(usize, &str), Vec<&Arc<Witness>>> = BTreeMap::new();
    for hit in hits {
        groups.entry((hit.rule, &hit.group)).or_default().push(&hit.witness);
    }
    let mut found = Vec::new();
    for ((rule, group), mut records) in groups {
        records.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        let window = rules.get(rule).and_then(|rule| rule.window.as_ref());
        let quiet = window.map_or(QUIET, |window| window.within.max(QUIET));
        let counted = match window {
            Some(window) => dense(&records, window.count, window.within),
            None => records,
        };
        for run in runs(&counted, quiet) {
            found.extend(alert(rule, group, run));
        }
    }
    found.sort_by(|a, b| (a.first, a.rule, &a.principal).cmp(&(b.first, b.rule, &b.principal)));
    found
}

/// The alerts of each principal, the worst story first, then the newest.
pub fn stories(rules: &Rules, alerts: Vec<Alert>) -> Vec<Story> {
    let severity =
        |alert: &Alert| rules.get(alert.rule).map_or(Severity::Informational, |rule| rule.severity);
    let mut by: BTreeMap<Arc<str>, Vec<Alert>> = BTreeMap::new();
    for alert in alerts {
        by.entry(Arc::clone(&alert.principal)).or_default().push(alert);
    }
    let mut stories: Vec<Story> = by
        .into_iter()
        .map(|(principal, mut alerts)| {
            alerts.sort_by_key(|alert| (severity(alert), alert.first, alert.rule));
            Story {
                principal,
                severity: alerts.iter().map(severity).min().unwrap_or(Severity::Informational),
                first: alerts.iter().map(|alert| alert.first).min().unwrap_or_default(),
                last: alerts.iter().map(|alert| alert.last).max().unwrap_or_default(),
                alerts,
            }
        })
        .collect();
    stories.sort_by_key(|story| (story.severity, Reverse(story.last)));
    stories
}

/// Those of records in order that stand with so many others within a span.
fn dense<'w>(
    records: &[&'w Arc<Witness>],
    count: usize,
    within: Duration,
) -> Vec<&'w Arc<Witness>> {
    let mut kept = vec![false; records.len()];
    let mut from = 0;
    for (to, last) in records.iter().enumerate() {
        while records.get(from).is_some_and(|first| last.at.since(first.at) > within) {
            from += 1;
        }
        if to + 1 - from >= count {
            for kept in kept.iter_mut().take(to + 1).skip(from).rev().take_while(|kept| !**kept) {
                *kept = true;
            }
        }
    }
    records.iter().zip(kept).filter(|(_, kept)| *kept).map(|(record, _)| *record).collect()
}

/// Records in order, cut where it was quiet for longer.
fn runs<'a, 'w>(
    records: &'a [&'w Arc<Witness>],
    quiet: Duration,
) -> impl Iterator<Item = &'a [&'w Arc<Witness>]> {
    records.chunk_by(move |a, b| b.at.since(a.at) <= quiet)
}

fn alert(rule: usize, group: &str, run: &[&Arc<Witness>]) -> Option<Alert> {
    let (first, last) = (run.first()?, run.last()?);
    let one = run.iter().all(|record| record.principal == first.principal);
    let principal = if one { first.principal.as_str() } else { group };
    Some(Alert {
        rule,
        principal: principal.into(),
        first: first.at,
        last: last.at,
        records: run.iter().map(|record| Arc::clone(record)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OriginKind, Survey, load};

    /// What the alerts of one rule are, given calls by second and principal.
    fn check(count: &str, calls: &[(i64, &str)], wanted: &str) {
        let text = format!("[[rule]]\nid='r'\ntitle='t'\nseverity='low'\npattern='Get'\n{count}");
        let loaded = load("own.toml", &text, OriginKind::Own);
        assert_eq!(loaded.complaints, []);
        let mut survey = Survey::new(Arc::new(Rules::new(loaded.rules)));
        for (second, who) in calls {
            let at = Timestamp::from_millis(second * 1000);
            let record = format!(
                r#"{{"eventName":"Get","eventTime":"{at}","sourceIPAddress":"::1","userIdentity":{{"arn":"{who}"}}}}"#
            );
            survey.take(&record).unwrap();
        }
        let told = |alert: Alert| {
            let (first, last) = (alert.first.as_millis() / 1000, alert.last.as_millis() / 1000);
            format!("{} {first}..{last} {}", alert.principal, alert.records.len())
        };
        let told: Vec<_> = survey.alerts().into_iter().map(told).collect();
        assert_eq!(told.join(", "), wanted, "{count} {calls:?}");
    }

    #[test]
    fn a_rule_without_a_count_alerts_once_until_it_was_quiet_for_an_hour() {
        check("", &[], "");
        check("", &[(10, "a"), (0, "a"), (5, "b")], "a 0..10 2, b 5..5 1");
        check("", &[(0, "a"), (3_600, "a"), (7_201, "a")], "a 0..3600 2, a 7201..7201 1");
    }

    #[test]
    fn a_count_is_of_those_within_the_span_that_share_a_value() {
        let three = "count=3\nwithin='10s'\nby='userIdentity.arn'\n";
        check(three, &[(0, "a"), (5, "a")], "");
        check(three, &[(0, "a"), (5, "a"), (5, "b"), (11, "a")], "");
        check(three, &[(0, "a"), (10, "a"), (5, "a"), (30, "a")], "a 0..10 3");
        check(three, &[(0, "a"), (6, "a"), (9, "a"), (15, "a"), (16, "a")], "a 0..16 5");
        let by_address = "count=2\nwithin='10s'\nby='sourceIPAddress'\n";
        check(by_address, &[(0, "a"), (1, "b")], "::1 0..1 2");
        check(by_address, &[(0, "a"), (1, "a")], "a 0..1 2");
    }
}
