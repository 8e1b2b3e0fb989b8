//! Alerts by whom they are about, and rules, printed for people or as JSON.

use std::fmt::Write as _;

use serde_json::json;
use watchdeck_detect::{Alert, LooksFor, Rule, Rules, Story, Survey, Witness, stories};
use watchdeck_domain::Timestamp;

use super::super::arguments::DetectArguments;
use super::super::failure::Failure;
use super::super::output;
use super::complain;

/// Records of an alert that are told, at most, where people read.
const MOST: usize = 3;

/// Prints alerts, and says on stderr what they are of.
pub(super) fn alerts(
    survey: &Survey,
    told: Vec<Alert>,
    hushed: usize,
    asked: &DetectArguments,
) -> Result<(), Failure> {
    let rules = survey.rules();
    let count = told.len();
    let stories = stories(rules, told);
    let mut text = String::new();
    for story in &stories {
        for alert in &story.alerts {
            let Some(rule) = rules.get(alert.rule) else { continue };
            if asked.json {
                let _ = writeln!(text, "{}", output::json(&object(rule, alert)));
            }
        }
        if !asked.json {
            tell(rules, story, &mut text);
        }
    }
    output::pour(if asked.json { text } else { output::printable(&text) }.as_bytes())?;
    for warning in survey.warnings() {
        let id = rules.get(warning.rule).map_or("", |rule| rule.id.as_str());
        complain(&format!("rule `{id}`: {}", warning.what));
    }
    complain(&summary(survey, count, stories.len(), hushed));
    Ok(())
}

fn summary(survey: &Survey, alerts: usize, stories: usize, hushed: usize) -> String {
    let things =
        |count: u64, thing: &str| format!("{count} {thing}{}", if count == 1 { "" } else { "s" });
    let (alerts, stories) = (alerts as u64, stories as u64);
    let mut text = format!(
        "{} about {}; {} asked by {}",
        things(alerts, "alert"),
        things(stories, "principal"),
        things(survey.records(), "record"),
        things(survey.rules().all().len() as u64, "rule"),
    );
    if hushed > 0 {
        let _ = write!(text, ", {} kept quiet", things(hushed as u64, "alert"));
    }
    if survey.unkept() > 0 {
        let _ = write!(text, ", {} counted and not kept", things(survey.unkept(), "hit"));
    }
    for (why, count) in survey.malformed() {
        let _ = write!(text, ", {} no record: {why}", things(*count, "text"));
    }
    text
}

fn tell(rules: &Rules, story: &Story, text: &mut String) {
    let Story { principal, severity, first, last, alerts } = story;
    let _ = writeln!(text, "{severity:<8}  {principal}  {}", span(*first, *last));
    for alert in alerts {
        let Some(rule) = rules.get(alert.rule) else { continue };
        let Rule { id, title, severity, technique, .. } = rule;
        let count = alert.records.len();
        let _ = writeln!(text, "  {severity:<8}  {id:<18}  {title}  {technique}  {count}x");
        for record in alert.records.iter().take(MOST) {
            let Witness { at, name, source, region, address, error, id, .. } = &**record;
            let _ = write!(text, "    {at}  {name}  {source}  {region}  from {address}  {id}");
            let _ = writeln!(text, "{}{error}", if error.is_empty() { "" } else { "  " });
        }
        if count > MOST {
            let _ = writeln!(text, "    and {} more until {}", count - MOST, alert.last);
        }
    }
}

fn span(first: Timestamp, last: Timestamp) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

fn object(rule: &Rule, alert: &Alert) -> serde_json::Value {
    json!({
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "technique": rule.technique,
        "principal": &*alert.principal,
        "first": alert.first.to_string(),
        "last": alert.last.to_string(),
        "count": alert.records.len(),
        "records": alert.records.iter().map(|it| record(it)).collect::<Vec<_>>(),
    })
}

fn record(witness: &Witness) -> serde_json::Value {
    let Witness { id, at, name, source, region, account, principal, address, error } = witness;
    json!({
        "eventID": id,
        "eventTime": at.to_string(),
        "eventName": name,
        "eventSource": source,
        "awsRegion": region,
        "recipientAccountId": account,
        "principal": principal,
        "sourceIPAddress": address,
        "errorCode": error,
    })
}

/// Prints the rules.
pub(super) fn rules(rules: &Rules, asked: &DetectArguments) -> Result<(), Failure> {
    let mut text = String::new();
    for rule in rules.all().iter().filter(|rule| rule.severity <= asked.severity) {
        if asked.json {
            let _ = writeln!(text, "{}", output::json(&listed(rule)));
            continue;
        }
        let Rule { id, title, severity, technique, window, origin, .. } = rule;
        let _ = write!(text, "{severity:<13}  {id:<20}  {technique:<9}  {title}");
        if let Some(window) = window {
            let _ = write!(text, ", {window}");
        }
        if origin.follows.is_empty() {
            let _ = writeln!(text, "  ({})", origin.kind);
        } else {
            let _ = writeln!(text, "  ({})", origin.follows);
        }
    }
    output::pour(if asked.json { text } else { output::printable(&text) }.as_bytes())
}

fn listed(rule: &Rule) -> serde_json::Value {
    let pattern = match &rule.looks_for {
        LooksFor::Pattern(pattern) => Some(pattern.source()),
        LooksFor::Sigma(_) => None,
    };
    json!({
        "rule": rule.id,
        "title": rule.title,
        "about": rule.about,
        "severity": rule.severity,
        "technique": rule.technique,
        "pattern": pattern,
        "counts": rule.window.as_ref().map(ToString::to_string),
        "origin": rule.origin,
    })
}
