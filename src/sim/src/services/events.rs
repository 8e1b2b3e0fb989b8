//! EventBridge: rules, whom they call, and switching them on and off.

use super::Table;
use super::pages::Paging;
use super::standing::{input, listing, seen, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown};

pub(super) const OPERATIONS: Table = &[
    ("DescribeRule", describe),
    ("DisableRule", disable),
    ("EnableRule", enable),
    ("ListRules", list),
    ("ListTargetsByRule", targets),
];

const PAGING: Paging =
    Paging { size: "Limit", token: "NextToken", usual: 100, refusal: "ValidationException" };

/// The name of the bus; without one, EventBridge means `default`.
fn bus(call: &Call) -> &str {
    let bus = call.input.text("EventBusName").unwrap_or("default");
    bus.rsplit('/').next().unwrap_or(bus)
}

fn is(rule: &Value, name: &str, bus: &str) -> bool {
    rule.text("Name") == Some(name) && rule.text("EventBusName") == Some(bus)
}

fn missing(name: &str, bus: &str) -> ApiError {
    ApiError::new(
        "ResourceNotFoundException",
        format!("Rule {name} does not exist on EventBus {bus}."),
    )
}

fn rule<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a Value, ApiError> {
    let bus = bus(call);
    let mut rules = shelf(world, call, "rules").iter();
    rules.find(|rule| is(rule, name, bus)).ok_or_else(|| missing(name, bus))
}

fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    rule(world, call, input(call, "Name")).map(|rule| shown(rule).into())
}

fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (bus, prefix) = (bus(call), input(call, "NamePrefix"));
    let rules = shelf(world, call, "rules").iter();
    let found = rules.filter(|rule| {
        rule.text("EventBusName") == Some(bus)
            && rule.text("Name").is_some_and(|name| name.starts_with(prefix))
    });
    listing(call, seen(found), "Rules", "NextToken", &PAGING)
}

fn targets(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let rule = rule(world, call, input(call, "Rule"))?;
    listing(call, rule.items("_targets").to_vec(), "Targets", "NextToken", &PAGING)
}

fn disable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    switch(world, call, "DISABLED")
}

fn enable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    switch(world, call, "ENABLED")
}

fn switch(world: &mut World, call: &Call, state: &str) -> Result<Reply, ApiError> {
    let (bus, name) = (bus(call), input(call, "Name"));
    let mut rules = shelf_mut(world, call, "rules").iter_mut();
    let rule = rules.find(|rule| is(rule, name, bus)).ok_or_else(|| missing(name, bus))?;
    if let Some(owner) = rule.text("ManagedBy") {
        return Err(ApiError::new(
            "ManagedRuleException",
            format!("Rule {name} is managed by the AWS service {owner} and can not be modified."),
        ));
    }
    set(rule, "State", state);
    Ok(Value::empty().into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, sum_from_now, world};
    use super::*;

    #[test]
    fn a_rule_of_a_service_is_not_switched() {
        let mut world = world();
        let input = Value::empty().with("Name", "AutoScalingManagedRule");
        let error = ask(&mut world, "events", "DisableRule", input).unwrap_err();
        assert_eq!(error.code, "ManagedRuleException");
    }

    #[test]
    fn a_rule_that_is_disabled_calls_nobody_and_calls_again_when_it_is_enabled() {
        let mut world = world();
        let name = || Value::empty().with("Name", "order-stored");
        let sent = |world: &mut World| {
            let of = [("RuleName", "order-stored")];
            sum_from_now(world, ("AWS/Events", "TriggeredRules"), &of)
        };
        assert!(sent(&mut world) > 20.0);
        ask(&mut world, "events", "DisableRule", name()).unwrap();
        assert!(sent(&mut world) < 1.0);
        ask(&mut world, "events", "EnableRule", name()).unwrap();
        assert!(sent(&mut world) > 20.0);
    }
}
