//! A rule as a metric filter of CloudWatch Logs: the commands that put it where CloudTrail delivers to a log group.

use std::fmt::Write as _;

use crate::rule::{LooksFor, Rule};

/// The namespace of the metrics.
const NAMESPACE: &str = "Watchdeck/Detections";

/// The commands of the AWS CLI; nothing where the rule is no filter pattern. An alarm needs a topic and is left to the reader
/// but for its numbers.
pub fn metric_filter(rule: &Rule) -> Option<String> {
    let LooksFor::Pattern(pattern) = &rule.looks_for else { return None };
    let name = quoted(&rule.id);
    let (count, seconds, left_out) = match &rule.window {
        None => (1, 300, None),
        Some(window) => {
            // an alarm counts in whole minutes
            let seconds = window.within.as_secs().div_ceil(60).max(1) * 60;
            (window.count, seconds, Some(&window.by))
        }
    };
    let mut text = String::new();
    if let Some(by) = left_out {
        let _ = writeln!(text, "# a metric filter counts all records together, not by {by}");
    }
    let _ = write!(
        text,
        "aws logs put-metric-filter \\\n  --log-group-name \"$LOG_GROUP\" \\\n  --filter-name {name} \\\n  \
         --filter-pattern {} \\\n  --metric-transformations \
         metricName={name},metricNamespace={NAMESPACE},metricValue=1,defaultValue=0\n\
         aws cloudwatch put-metric-alarm \\\n  --alarm-name {name} \\\n  --namespace {NAMESPACE} \\\n  \
         --metric-name {name} \\\n  --statistic Sum \\\n  --period {seconds} \\\n  --evaluation-periods 1 \\\n  \
         --threshold {count} \\\n  --comparison-operator GreaterThanOrEqualToThreshold \\\n  \
         --treat-missing-data notBreaching \\\n  --alarm-actions \"$TOPIC_ARN\"\n",
        quoted(pattern.source()),
    );
    Some(text)
}

/// A word of a shell.
fn quoted(word: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./:".contains(sign);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
