//! Rules of EventBridge: they fire no more.

use serde::Deserialize;
use watchdeck_domain::change::SwitchRule;
use watchdeck_domain::reading::RuleOf;
use watchdeck_domain::{BusName, RuleName};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `DisableRule`; undone, `EnableRule`.
pub(super) static DISABLE_RULE: Action = Action {
    name: "disable-rule",
    operation: "events:DisableRule",
    members: &[must("bus", "EventBusName"), must("rule", "Name")],
    lock: None,
    compile: |members, ground| Box::pin(disable_rule(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DisableRuleWith {
    bus: BusName,
    rule: RuleName,
}

async fn disable_rule(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let DisableRuleWith { bus, rule } = members.read()?;
    let there = ground.look(RuleOf { bus: bus.clone(), rule: rule.clone() }).await?.rule;
    if ![SwitchRule::state(true), SwitchRule::state(false)].contains(&there.state.as_str()) {
        // `EnableRule` knows one state only: what was there could not be put back.
        let what =
            format!("rule {rule} is {}, and no call of this program puts that back", there.state);
        return Err(CompileError::new(what, "disable it where it was made"));
    }
    let change = SwitchRule { rule, bus, enabled: false, before: there.state };
    let back = SwitchRule {
        enabled: change.before == SwitchRule::state(true),
        before: SwitchRule::state(false).into(),
        ..change.clone()
    };
    Ok((change.into(), Some(back.into())))
}
