//! The firewall: addresses are listed, and held to a limit.

use serde::Deserialize;
use watchdeck_domain::change::{LimitRate, ListAddress, RateRule};
use watchdeck_domain::firewall::Rate;
use watchdeck_domain::reading::{IpSetOf, WebAclOf};
use watchdeck_domain::{Arn, IpSetName};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `UpdateIPSet`, with all that the set holds already.
pub(super) static LIST_ADDRESS: Action = Action {
    name: "list-address",
    operation: "wafv2:UpdateIPSet",
    members: &[must("set", "Name"), must("range", "Addresses"), must("lock", "LockToken")],
    lock: Some("lock"),
    compile: |members, ground| Box::pin(list_address(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListAddressWith {
    set: IpSetName,
    range: String,
    lock: Lock,
}

/// How the lock is named: it is always the one that was read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Lock {
    AsRead,
}

async fn list_address(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ListAddressWith { set, range, lock: Lock::AsRead } = members.read()?;
    let there = ground.look(IpSetOf { set }).await?;
    let change = ListAddress::on(&there, &range, true);
    let back = ListAddress::on(&there, &range, false);
    Ok((change.into(), Some(back.into())))
}

/// `UpdateWebACL`, with all that the web ACL has already.
pub(super) static LIMIT_RATE: Action = Action {
    name: "limit-rate",
    operation: "wafv2:UpdateWebACL",
    members: &[must("acl", "Id"), must("rules", "Rules"), must("lock", "LockToken")],
    lock: Some("lock"),
    compile: |members, ground| Box::pin(limit_rate(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitRateWith {
    acl: Arn,
    rules: [RuleWith; 1],
    lock: Lock,
}

/// The rule. It has the run for a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleWith {
    limit: u32,
    window_s: u32,
    action: RuleAction,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RuleAction {
    Count,
    Block,
}

async fn limit_rate(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let LimitRateWith { acl, rules: [rule], lock: Lock::AsRead } = members.read()?;
    let there = ground.look(WebAclOf { acl }).await?;
    let rule = RateRule {
        name: format!("ops-rate-{}", ground.run),
        rate: Rate { limit: rule.limit, window_s: rule.window_s },
        blocks: rule.action == RuleAction::Block,
    };
    let change = LimitRate::on(&there, &rule, true);
    let back = LimitRate::on(&there, &rule, false);
    Ok((change.into(), Some(back.into())))
}
