//! Rate-based rules of the firewall: which addresses are over their limit.

use std::collections::{BTreeMap, VecDeque};

use super::firewall::SPREADS_MS;
use crate::wire::value::Value;

/// WAF looks so often who is over a limit.
const LOOKS_MS: i64 = 10_000;

/// No rule looks further back.
const LONGEST_MS: i64 = 600_000;

/// A rule, as far as traffic meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RateRule {
    /// What it is called in metrics.
    pub(crate) metric: String,
    /// Requests of one address in the window that are still let through.
    pub(crate) limit: usize,
    /// The window.
    pub(crate) window_ms: i64,
    /// Whether it blocks, or counts.
    pub(crate) blocks: bool,
    /// Whether it stands before the rules that recognise attacks: else it sees only what those let through.
    pub(crate) first: bool,
}

impl RateRule {
    /// The rate-based rules among those of a web ACL, in the order in which requests meet them. The groups of AWS recognise
    /// attacks.
    pub(crate) fn among(rules: &[Value]) -> Vec<Self> {
        let of =
            |rule: &Value, kind: &str| rule.get("Statement").and_then(|it| it.get(kind).cloned());
        let mut rules: Vec<_> = rules.iter().collect();
        rules.sort_by_key(|rule| rule.int("Priority"));
        let groups = rules.iter().position(|rule| of(rule, "ManagedRuleGroupStatement").is_some());
        let rated = rules.iter().enumerate().filter_map(|(at, rule)| {
            let statement = of(rule, "RateBasedStatement")?;
            Some(Self {
                metric: rule.get("VisibilityConfig")?.text("MetricName")?.to_owned(),
                limit: usize::try_from(statement.int("Limit")?).ok()?,
                window_ms: statement.int("EvaluationWindowSec").unwrap_or(300) * 1_000,
                blocks: rule.get("Action").is_some_and(|action| action.get("Block").is_some()),
                first: groups.is_none_or(|group| at < group),
            })
        });
        rated.collect()
    }
}

/// What becomes of a request at the rate-based rules.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// The rules that count it.
    pub(crate) counted: Vec<String>,
    /// The rule that blocks it.
    pub(crate) blocked: Option<String>,
}

/// The rules in force, and how often each address has come.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    rules: Vec<RateRule>,
    coming: (i64, Vec<RateRule>),
    visits: BTreeMap<String, VecDeque<i64>>,
}

impl Limits {
    /// The rules as they are configured: what is new among them reaches traffic after a while.
    pub(crate) fn follow(&mut self, rules: Vec<RateRule>, now: i64) {
        if self.coming.1 != rules {
            self.coming = (now + SPREADS_MS, rules);
        }
        if self.coming.0 <= now && self.rules != self.coming.1 {
            self.rules.clone_from(&self.coming.1);
        }
    }

    /// A request of an address meets the rules. Without `passed`, another rule recognises it as an attack.
    pub(crate) fn meet(&mut self, address: &str, at: i64, passed: bool) -> Met {
        let visits = self.visits.entry(address.to_owned()).or_default();
        visits.push_back(at);
        while visits.front().is_some_and(|first| *first < at - LONGEST_MS) {
            visits.pop_front();
        }
        let mut met = Met::default();
        for rule in self.rules.iter().filter(|rule| rule.first || passed) {
            if !is_over(rule, visits, at) {
                continue;
            }
            if rule.blocks {
                met.blocked = Some(rule.metric.clone());
                break;
            }
            met.counted.push(rule.metric.clone());
        }
        met
    }

    /// The addresses that a rule limits now.
    pub(crate) fn limited(&self, metric: &str, now: i64) -> Vec<String> {
        let Some(rule) = self.rules.iter().find(|rule| rule.metric == metric) else {
            return Vec::new();
        };
        let over = self.visits.iter().filter(|(_, visits)| is_over(rule, visits, now));
        over.map(|(address, _)| address.clone()).collect()
    }
}

/// Whether an address was over a limit when it was looked last.
fn is_over(rule: &RateRule, visits: &VecDeque<i64>, now: i64) -> bool {
    let looked = now - now.rem_euclid(LOOKS_MS);
    let within = visits.iter().rev().skip_while(|at| **at > looked);
    within.take_while(|at| **at > looked - rule.window_ms).take(rule.limit + 1).count() > rule.limit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(blocks: bool, first: bool) -> RateRule {
        RateRule { metric: "rate".into(), limit: 10, window_ms: 60_000, blocks, first }
    }

    fn limits(rule: RateRule) -> Limits {
        let mut limits = Limits::default();
        limits.follow(vec![rule.clone()], 0);
        limits.follow(vec![rule], SPREADS_MS);
        limits
    }

    #[test]
    fn an_address_is_over_its_limit_at_the_next_look_and_below_it_once_it_slows_down() {
        let mut limits = limits(rule(true, true));
        for n in 0..11 {
            assert!(limits.meet("192.0.2.33", 20_000 + n * 100, false).blocked.is_none());
        }
        assert_eq!(limits.limited("rate", 29_000), Vec::<String>::new());
        assert_eq!(limits.meet("192.0.2.33", 30_500, false).blocked.as_deref(), Some("rate"));
        assert_eq!(limits.limited("rate", 31_000), ["192.0.2.33"]);
        assert!(limits.meet("192.0.2.34", 31_000, false).blocked.is_none());
        assert!(limits.meet("192.0.2.33", 95_000, false).blocked.is_none());
    }

    #[test]
    fn a_rule_that_counts_blocks_nobody_and_one_behind_the_others_sees_what_they_let_through() {
        let mut counting = limits(rule(false, true));
        let mut behind = limits(rule(true, false));
        for n in 0..11 {
            counting.meet("a", 20_000 + n, false);
            behind.meet("a", 20_000 + n, false);
        }
        let met = counting.meet("a", 30_500, false);
        assert_eq!((met.counted.len(), met.blocked), (1, None));
        assert!(behind.meet("a", 30_500, false).blocked.is_none());
        assert!(behind.meet("a", 30_600, true).blocked.is_some());
    }
}
