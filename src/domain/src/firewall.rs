//! The web application firewall: sets of addresses, and the rules that use them.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Arn, IpSetName, RevisionId};

/// A set of addresses of a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IpSet {
    /// Its name.
    pub name: IpSetName,
    /// Its id.
    pub id: String,
    /// Its ARN, by which rules refer to it.
    pub arn: String,
    /// What people wrote of it; empty for nothing.
    pub description: String,
    /// `IPV4` or `IPV6`: a set holds one kind only.
    pub version: String,
    /// The ranges that it holds.
    pub addresses: Vec<String>,
    /// The lock, which AWS renews with every change.
    pub lock: RevisionId,
}

impl IpSet {
    /// Whether it holds this very range.
    pub fn holds(&self, range: &str) -> bool {
        self.addresses.iter().any(|held| held == range)
    }
}

/// The rules before an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebAcl {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: Arn,
    /// The lock, which AWS renews with every change.
    pub lock: RevisionId,
    /// What its rules take of the units that there are.
    pub capacity: u32,
    /// Whether Firewall Manager puts rules of its own into it.
    pub managed: bool,
    /// Its rules, as AWS lists them.
    pub rules: Vec<AclRule>,
    /// All of it as AWS told it. A change sends all of it back.
    pub whole: Map<String, Value>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AclRule {
    /// Its name.
    pub name: String,
    /// What it is called in metrics.
    pub metric: String,
    /// `block`, `allow`, `count`, or another word; empty where a rule group decides.
    pub action: String,
    /// The ARN of the set whose addresses it is about; empty where it is about something else as well.
    pub set: String,
    /// Where it stands: the lowest is looked at first.
    pub priority: i64,
    /// The limit that it holds each address to; nothing where it is about something else.
    pub rate: Option<Rate>,
}

/// How many requests of one address are let through in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// So many.
    pub limit: u32,
    /// In so many seconds.
    pub window_s: u32,
}

impl AclRule {
    /// A rule, out of its record.
    pub fn read(record: &Value) -> Self {
        let text = |pointer: &str| {
            record.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let taken = record.get("Action").and_then(Value::as_object);
        let action =
            taken.and_then(|action| action.keys().next()).map_or("", |key| match key.as_str() {
                "Block" => "block",
                "Allow" => "allow",
                "Count" => "count",
                _ => "another",
            });
        Self {
            name: text("/Name"),
            metric: text("/VisibilityConfig/MetricName"),
            action: action.to_owned(),
            set: text("/Statement/IPSetReferenceStatement/ARN"),
            priority: record.get("Priority").and_then(Value::as_i64).unwrap_or_default(),
            rate: record.pointer("/Statement/RateBasedStatement").and_then(Rate::read),
        }
    }
}

impl Rate {
    /// A limit by the address alone, out of its statement.
    fn read(statement: &Value) -> Option<Self> {
        let number = |name: &str| u32::try_from(statement.get(name).and_then(Value::as_u64)?).ok();
        let plain = statement.get("ScopeDownStatement").is_none()
            && statement.get("AggregateKeyType").and_then(Value::as_str) == Some("IP");
        let window_s = number("EvaluationWindowSec").unwrap_or(300);
        Some(Self { limit: number("Limit")?, window_s }).filter(|_| plain)
    }
}

/// A range of addresses: the first of them, and how many bits all have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    address: IpAddr,
    bits: u8,
}

impl Range {
    /// Parses `203.0.113.7/32`. Nothing where it is no range, or where bits are set beyond those in common.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let bits: u8 = bits.parse().ok()?;
        let (number, most) = number(address);
        let range = Self { address, bits };
        (bits <= most && number & !range.mask() == 0).then_some(range)
    }

    /// How many bits its addresses have in common.
    pub fn bits(self) -> u8 {
        self.bits
    }

    /// Whether its addresses are of IPv4.
    pub fn is_v4(self) -> bool {
        self.address.is_ipv4()
    }

    /// Whether an address is both in this and in the other.
    pub fn overlaps(self, other: Self) -> bool {
        let wider = if self.bits <= other.bits { self } else { other };
        self.is_v4() == other.is_v4()
            && number(self.address).0 & wider.mask() == number(other.address).0 & wider.mask()
    }

    /// Why nobody who comes from outside has such an address; nothing where somebody may.
    pub fn oddity(self) -> Option<&'static str> {
        const ODD: [(&str, &str); 9] = [
            ("10.0.0.0/8", "these are private addresses"),
            ("172.16.0.0/12", "these are private addresses"),
            ("192.168.0.0/16", "these are private addresses"),
            ("100.64.0.0/10", "these are addresses of carriers"),
            ("127.0.0.0/8", "these are addresses of one machine"),
            ("169.254.0.0/16", "these are addresses of one link"),
            ("::1/128", "this is the address of one machine"),
            ("fc00::/7", "these are private addresses"),
            ("fe80::/10", "these are addresses of one link"),
        ];
        let odd =
            ODD.iter().find(|(range, _)| Self::parse(range).is_some_and(|it| it.overlaps(self)));
        odd.map(|(_, why)| *why)
    }

    /// The bits in common, counted from the left of 32 or of 128.
    fn mask(self) -> u128 {
        let (_, most) = number(self.address);
        let all = if most == 32 { u128::from(u32::MAX) } else { u128::MAX };
        let free = u32::from(most - self.bits.min(most));
        all & !(1_u128.checked_shl(free).map_or(u128::MAX, |over| over - 1))
    }
}

/// An address as a number, and how many bits it has.
fn number(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_parsed_whole_or_not_at_all() {
        for good in ["203.0.113.7/32", "203.0.113.0/24", "0.0.0.0/0", "2001:db8::/32", "::/0"] {
            assert!(Range::parse(good).is_some(), "{good}");
        }
        for bad in ["203.0.113.7", "203.0.113.7/24", "203.0.113.7/33", "2001:db8::1/64", "x/8"] {
            assert!(Range::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn ranges_overlap_where_one_holds_the_other() {
        let check = |a: &str, b: &str, wanted: bool| {
            let (a, b) = (Range::parse(a).unwrap(), Range::parse(b).unwrap());
            assert_eq!((a.overlaps(b), b.overlaps(a)), (wanted, wanted), "{a:?} {b:?}");
        };
        check("203.0.113.0/28", "203.0.113.7/32", true);
        check("203.0.113.0/28", "203.0.113.16/32", false);
        check("0.0.0.0/0", "198.51.100.1/32", true);
        check("0.0.0.0/0", "2001:db8::/32", false);
        check("2001:db8::/32", "2001:db8:1::/48", true);
        assert!(Range::parse("10.1.2.3/32").unwrap().oddity().is_some());
        assert!(Range::parse("198.51.100.1/32").unwrap().oddity().is_none());
    }
}
