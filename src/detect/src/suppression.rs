//! Alerts that somebody does not want to see for a while, why, and until when.

use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use watchdeck_domain::Timestamp;

/// A rule that is kept quiet about somebody. There is none without a reason and a last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    /// The id of the rule; `*` is every rule.
    pub rule: String,
    /// About whom, with `*` as a wildcard; `*` is anybody.
    pub principal: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, in UTC.
    pub until: Day,
}

/// A day, such as `2026-12-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(Date);

impl Day {
    /// The day of an instant, in UTC.
    pub fn of(at: Timestamp) -> Self {
        let instant = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
        Self(instant.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// The day so many days later.
    #[must_use]
    pub fn later(self, days: u16) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(i64::from(days))))
    }
}

impl FromStr for Day {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse().map(Self)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Suppression {
    /// Whether it keeps a rule quiet about somebody on this day.
    pub fn covers(&self, rule: &str, principal: &str, today: Day) -> bool {
        !self.is_due(today)
            && (self.rule == "*" || self.rule == rule)
            && like(&self.principal, principal)
    }

    /// Whether its last day is over: it holds no longer, and somebody has to decide anew.
    pub fn is_due(&self, today: Day) -> bool {
        self.until < today
    }
}

/// Whether a text is like another in which `*` stands for any run of signs.
fn like(wanted: &str, text: &str) -> bool {
    let mut runs = wanted.split('*');
    let first = runs.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut runs: Vec<&str> = runs.collect();
    let Some(last) = runs.pop() else { return rest.is_empty() };
    for run in runs {
        let Some((_, after)) = rest.split_once(run) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_through_its_last_day_for_its_rule_and_whom_it_names() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let mut quiet = Suppression {
            rule: "user-created".into(),
            principal: "arn:aws:sts::*:assumed-role/deploy/*".into(),
            reason: "the pipeline makes them".into(),
            until: day("2026-12-31"),
        };
        let who = "arn:aws:sts::111122223333:assumed-role/deploy/ci";
        assert!(quiet.covers("user-created", who, day("2026-12-31")));
        assert!(!quiet.covers("user-created", who, day("2027-01-01")));
        assert!(quiet.is_due(day("2027-01-01")));
        assert!(!quiet.covers("root-login", who, day("2026-12-31")));
        assert!(!quiet.covers("user-created", "root of 1", day("2026-12-31")));
        quiet.rule = "*".into();
        assert!(quiet.covers("root-login", who, day("2026-12-31")));
        assert_eq!(Day::of(Timestamp::parse("2026-12-31T23:59:59Z").unwrap()), quiet.until);
        assert_eq!(day("2026-12-31").later(1).to_string(), "2027-01-01");
    }

    #[test]
    fn a_star_stands_for_any_run() {
        for (wanted, text, is) in [
            ("*", "", true),
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c", false),
        ] {
            assert_eq!(like(wanted, text), is, "{wanted} {text}");
        }
    }
}
