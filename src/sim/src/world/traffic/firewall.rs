//! The firewall before the shop: whom it blocks for the address, and whom for coming too often.

use std::sync::Arc;

use super::journey::Outcome;
use super::limits::{Limits, RateRule};
use crate::world::story::Attack;

/// The rule that blocks what is in the IP set `blocked`, by its name in metrics.
const LISTED: &str = "block-listed-addresses";

/// How long a change takes to reach all of the firewall.
pub(super) const SPREADS_MS: i64 = 15_000;

/// What it blocks and counts besides attacks that it recognises.
#[derive(Debug, Default)]
pub(crate) struct Firewall {
    /// The ranges that it blocks by their addresses.
    listed: Vec<String>,
    /// What it is to block, and from when on.
    to_list: (i64, Vec<String>),
    /// The rate-based rules, and how often each address comes.
    limits: Limits,
}

/// What becomes of a request.
#[derive(Debug)]
pub(super) struct Verdict {
    /// The rules that count it.
    pub(super) counted: Vec<String>,
    /// How it is blocked, if it is.
    pub(super) blocked: Option<Outcome>,
}

impl Firewall {
    /// The ranges whose addresses are blocked: what is new among them reaches traffic after a while.
    pub(crate) fn list(&mut self, ranges: Vec<String>, now: i64) {
        if self.to_list.1 != ranges {
            self.to_list = (now + SPREADS_MS, ranges);
        }
        if self.to_list.0 <= now && self.listed != self.to_list.1 {
            self.listed.clone_from(&self.to_list.1);
        }
    }

    /// The rate-based rules that addresses are held to.
    pub(crate) fn hold(&mut self, rules: Vec<RateRule>, now: i64) {
        self.limits.follow(rules, now);
    }

    /// The addresses that a rate-based rule limits now.
    pub(crate) fn limited(&self, metric: &str, now: i64) -> Vec<String> {
        self.limits.limited(metric, now)
    }

    /// Judges a hostile request of an address. Without `missed`, the groups of AWS recognise it.
    pub(super) fn judge(
        &mut self,
        attack: &Attack,
        address: &str,
        at: i64,
        missed: bool,
        chosen: usize,
    ) -> Verdict {
        let met = self.limits.meet(address, at, missed);
        let listed = || self.listed.iter().any(|range| holds(range, address));
        let rule = met.blocked.or_else(|| listed().then(|| LISTED.to_owned()));
        Verdict { counted: met.counted, blocked: rule.map(|rule| by_rule(attack, rule, chosen)) }
    }
}

/// A request that a rule of the web ACL itself blocks, and no group.
fn by_rule(attack: &Attack, rule: String, chosen: usize) -> Outcome {
    let by_rule = Attack { rule_group: String::new(), rules: vec![rule], ..attack.clone() };
    Outcome::Blocked(Arc::new(by_rule), 0, chosen)
}

/// Whether a range of IPv4 addresses holds an address.
fn holds(range: &str, address: &str) -> bool {
    let number = |text: &str| text.parse::<std::net::Ipv4Addr>().ok().map(u32::from);
    let (first, bits) = range.split_once('/').unwrap_or((range, "32"));
    let (Some(first), Some(address)) = (number(first), number(address)) else { return false };
    let free = 32_u32.saturating_sub(bits.parse().unwrap_or(32));
    first.checked_shr(free).unwrap_or(0) == address.checked_shr(free).unwrap_or(0)
}
