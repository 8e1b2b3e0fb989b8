//! Changes to the firewall: addresses are listed and taken off the list, and held to a limit.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Mutation, MutationClass, Permission};
use crate::firewall::{AclRule, IpSet, Rate, WebAcl};
use crate::{Arn, IpSetName, RevisionId, Scope};

/// Puts a range of addresses into a set, or takes it out. AWS replaces the whole set: what others have put there is sent along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListAddress {
    /// The set.
    pub set: IpSetName,
    /// Its id.
    pub id: String,
    /// What people wrote of it, which is sent along; empty for nothing.
    pub description: String,
    /// The range.
    pub range: String,
    /// Whether the set holds it from then on.
    pub listed: bool,
    /// All that the set is to hold: what was read, with the range or without it.
    pub addresses: Vec<String>,
    /// The lock that must still be in place.
    pub lock: RevisionId,
}

impl ListAddress {
    /// The change on what is there: whatever else the set holds, it keeps.
    pub fn on(there: &IpSet, range: &str, listed: bool) -> Self {
        let mut addresses: Vec<_> =
            there.addresses.iter().filter(|held| *held != range).cloned().collect();
        if listed {
            addresses.push(range.to_owned());
        }
        Self {
            set: there.name.clone(),
            id: there.id.clone(),
            description: there.description.clone(),
            range: range.to_owned(),
            listed,
            addresses,
            lock: there.lock.clone(),
        }
    }

    /// The set by its ARN.
    pub fn set_arn(&self, scope: &Scope) -> String {
        let Scope { account, region } = scope;
        let partition = region.partition();
        format!("arn:{partition}:wafv2:{region}:{account}:regional/ipset/{}/{}", self.set, self.id)
    }
}

impl Mutation for ListAddress {
    fn call(&self) -> (&'static str, &'static str) {
        ("WAFV2", "UpdateIPSet")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Cas
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("wafv2:UpdateIPSet", self.set_arn(scope))
    }
}

impl fmt::Display for ListAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { set, range, listed, .. } = self;
        if *listed {
            write!(f, "put {range} into the IP set {set}")
        } else {
            write!(f, "take {range} out of the IP set {set}")
        }
    }
}

/// Puts a rule into a web ACL that holds each address to a limit, or takes it out. AWS replaces the whole web ACL: all that it
/// told of it is sent back as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitRate {
    /// The web ACL's name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: Arn,
    /// The rule.
    pub rule: RateRule,
    /// Whether it is there from then on.
    pub limited: bool,
    /// What the rules there take of the units that there are.
    pub capacity: u32,
    /// All that is sent of the web ACL: what was read, with the rule or without it.
    pub acl: Map<String, Value>,
    /// The lock that must still be in place.
    pub lock: RevisionId,
}

/// A rule that holds each address to a limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateRule {
    /// Its name, which is its name in metrics too. It bears the run.
    pub name: String,
    /// The limit.
    pub rate: Rate,
    /// Whether who goes over it is blocked, or only counted.
    pub blocks: bool,
}

impl LimitRate {
    /// The parts of a web ACL that `UpdateWebACL` takes.
    const SENT: [&'static str; 12] = [
        "ApplicationConfig",
        "AssociationConfig",
        "CaptchaConfig",
        "ChallengeConfig",
        "CustomResponseBodies",
        "DataProtectionConfig",
        "DefaultAction",
        "Description",
        "OnSourceDDoSProtectionConfig",
        "Rules",
        "TokenDomains",
        "VisibilityConfig",
    ];

    /// The parts that AWS tells and sets by itself; some servers tell the lock among them.
    const TOLD: [&'static str; 10] = [
        "ARN",
        "Capacity",
        "Id",
        "LabelNamespace",
        "LockToken",
        "ManagedByFirewallManager",
        "Name",
        "PostProcessFirewallManagerRuleGroups",
        "PreProcessFirewallManagerRuleGroups",
        "RetrofittedByFirewallManager",
    ];

    /// The change on what is there: all else that the web ACL has, it keeps.
    pub fn on(there: &WebAcl, rule: &RateRule, limited: bool) -> Self {
        let mut acl = there.whole.clone();
        acl.retain(|member, value| !Self::TOLD.contains(&member.as_str()) && !value.is_null());
        // No description is told as an empty one, which AWS does not take.
        if acl.get("Description").and_then(Value::as_str) == Some("") {
            acl.remove("Description");
        }
        let mut rules = match acl.remove("Rules") {
            Some(Value::Array(rules)) => rules,
            Some(_) | None => Vec::new(),
        };
        rules.retain(|held| held.get("Name").and_then(Value::as_str) != Some(&rule.name));
        if limited {
            let taken: Vec<_> =
                rules.iter().filter_map(|held| held.get("Priority")?.as_u64()).collect();
            // The first place that is free: no rule of another is moved.
            let last = u64::try_from(taken.len()).unwrap_or(u64::MAX);
            let free = (0..=last).find(|place| !taken.contains(place)).unwrap_or(last);
            rules.push(rule.record(free));
        }
        acl.insert("Rules".into(), Value::Array(rules));
        Self {
            name: there.name.clone(),
            id: there.id.clone(),
            arn: there.arn.clone(),
            rule: rule.clone(),
            limited,
            capacity: there.capacity,
            acl,
            lock: there.lock.clone(),
        }
    }

    /// A part of the web ACL that cannot be sent back, if there is one: it would be lost.
    pub fn unsendable(&self) -> Option<&str> {
        let mut members = self.acl.keys().map(String::as_str);
        members.find(|member| !Self::SENT.contains(member))
    }

    /// The call's members.
    pub fn body(&self) -> Value {
        let mut body = self.acl.clone();
        body.insert("Name".into(), json!(self.name));
        body.insert("Scope".into(), json!("REGIONAL"));
        body.insert("Id".into(), json!(self.id));
        body.insert("LockToken".into(), json!(self.lock));
        Value::Object(body)
    }

    /// The rules that are sent.
    pub fn rules(&self) -> &[Value] {
        self.acl.get("Rules").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Whether a web ACL has a rule of that name.
    pub fn is_in(&self, acl: &WebAcl) -> bool {
        acl.rules.iter().any(|held| held.name == self.rule.name)
    }

    /// Whether a web ACL has this very rule.
    pub fn is_whole_in(&self, acl: &WebAcl) -> bool {
        acl.rules.iter().any(|held| held.name == self.rule.name && self.rule.is_like(held))
    }
}

impl RateRule {
    /// Whether a rule does the same to the same addresses.
    pub fn is_like(&self, held: &AclRule) -> bool {
        let action = if self.blocks { "block" } else { "count" };
        held.rate == Some(self.rate) && held.action == action
    }

    fn record(&self, priority: u64) -> Value {
        json!({
            "Name": self.name,
            "Priority": priority,
            "Action": if self.blocks { json!({ "Block": {} }) } else { json!({ "Count": {} }) },
            "Statement": { "RateBasedStatement": {
                "Limit": self.rate.limit,
                "EvaluationWindowSec": self.rate.window_s,
                "AggregateKeyType": "IP",
            } },
            "VisibilityConfig": {
                "SampledRequestsEnabled": true,
                "CloudWatchMetricsEnabled": true,
                "MetricName": self.name,
            },
        })
    }
}

impl fmt::Display for RateRule {
    /// `count-above-100-in-60s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rate { limit, window_s } = self.rate;
        let verb = if self.blocks { "block" } else { "count" };
        write!(f, "{verb}-above-{limit}-in-{window_s}s")
    }
}

impl Mutation for LimitRate {
    fn call(&self) -> (&'static str, &'static str) {
        ("WAFV2", "UpdateWebACL")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Cas
    }

    /// IAM asks for whatever the rules refer to as well.
    fn permission(&self, scope: &Scope) -> Permission {
        let Scope { account, region } = scope;
        let partition = region.partition();
        let mut resources = vec![self.arn.to_string()];
        self.rules().iter().for_each(|rule| arns(rule, &mut resources));
        if self.rules().iter().any(|rule| rule.to_string().contains("ManagedRuleGroupStatement")) {
            resources.push(format!(
                "arn:{partition}:wafv2:{region}:{account}:regional/managedruleset/*/*"
            ));
        }
        resources.dedup();
        Permission { actions: vec!["wafv2:UpdateWebACL".into()], resources }
    }
}

/// Collects what a rule refers to.
fn arns(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| arns(item, found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            match value.as_str().filter(|_| name == "ARN") {
                Some(arn) => found.push(arn.to_owned()),
                None => arns(value, found),
            }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl fmt::Display for LimitRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, rule, limited, .. } = self;
        if *limited {
            write!(f, "put the rule {} into the web ACL {name}: {rule}", rule.name)
        } else {
            write!(f, "take the rule {} out of the web ACL {name}", rule.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acl(whole: Value) -> WebAcl {
        let Value::Object(whole) = whole else { panic!("no web ACL") };
        let rules = whole["Rules"].as_array().unwrap().iter().map(AclRule::read).collect();
        WebAcl {
            name: "shop-edge".into(),
            id: "5c1b7e02".into(),
            arn: Arn::parse("arn:aws:wafv2:eu-central-1:1:regional/webacl/shop-edge/5c1b7e02")
                .unwrap(),
            lock: RevisionId::parse("lock-1").unwrap(),
            capacity: 1132,
            managed: false,
            rules,
            whole,
        }
    }

    fn there() -> Value {
        json!({
            "ARN": "arn:acl", "Name": "shop-edge", "Id": "5c1b7e02", "Capacity": 1132,
            "LabelNamespace": "awswaf:1:", "ManagedByFirewallManager": false,
            "DefaultAction": { "Allow": { "CustomRequestHandling": { "InsertHeaders": [] } } },
            "Description": "before the shop", "TokenDomains": ["shop.example"],
            "CustomResponseBodies": { "slow": { "Content": "slow down" } },
            "VisibilityConfig": { "MetricName": "shop-edge" },
            "Rules": [
                { "Name": "a", "Priority": 1, "Statement": { "IPSetReferenceStatement": { "ARN": "arn:set" } } },
                { "Name": "b", "Priority": 0, "Statement": { "OfTomorrow": { "Depth": [1, { "x": null }] } } },
            ],
        })
    }

    fn rule() -> RateRule {
        let rate = Rate { limit: 100, window_s: 60 };
        RateRule { name: "ops-rate-r1".into(), rate, blocks: false }
    }

    #[test]
    fn nothing_of_a_web_acl_is_dropped_but_what_aws_sets_by_itself() {
        let body = LimitRate::on(&acl(there()), &rule(), true).body();
        for member in [
            "DefaultAction",
            "Description",
            "TokenDomains",
            "CustomResponseBodies",
            "VisibilityConfig",
        ] {
            assert_eq!(body[member], there()[member], "{member}");
        }
        for member in LimitRate::TOLD {
            let named = ["Id", "LockToken", "Name"].contains(&member);
            assert_eq!(body.get(member).is_some(), named, "{member}");
        }
        let rules = body["Rules"].as_array().unwrap();
        assert_eq!(rules[..2], there()["Rules"].as_array().unwrap()[..]);
        assert_eq!((rules.len(), &rules[2]["Priority"]), (3, &json!(2)));
        assert_eq!(rules[2]["Action"], json!({ "Count": {} }));
    }

    #[test]
    fn the_way_back_takes_out_our_rule_and_no_other() {
        let mut with = there();
        with["Rules"].as_array_mut().unwrap().push(rule().record(2));
        let back = LimitRate::on(&acl(with), &rule(), false);
        assert_eq!(back.rules(), there()["Rules"].as_array().unwrap());
    }

    #[test]
    fn a_description_that_is_none_is_not_sent() {
        let mut bare = there();
        (bare["Description"], bare["CaptchaConfig"]) = (json!(""), Value::Null);
        let body = LimitRate::on(&acl(bare), &rule(), true).body();
        assert_eq!((body.get("Description"), body.get("CaptchaConfig")), (None, None));
    }

    #[test]
    fn a_part_that_nobody_knows_is_named_rather_than_lost() {
        let mut more = there();
        assert_eq!(LimitRate::on(&acl(more.clone()), &rule(), true).unsendable(), None);
        more["OfTomorrow"] = json!({});
        assert_eq!(LimitRate::on(&acl(more), &rule(), true).unsendable(), Some("OfTomorrow"));
    }

    #[test]
    fn iam_is_asked_for_whatever_the_rules_refer_to() {
        let scope = Scope {
            account: "123456784021".parse().unwrap(),
            region: "eu-central-1".parse().unwrap(),
        };
        let needs = LimitRate::on(&acl(there()), &rule(), true).permission(&scope);
        assert!(needs.resources.contains(&"arn:set".to_owned()), "{needs:?}");
        assert_eq!(needs.actions, ["wafv2:UpdateWebACL"]);
    }
}
