//! EventBridge: rules, switched on and off.

use super::Table;
use super::standing::{input, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::set;

pub(super) const OPERATIONS: Table = &[("DisableRule", disable), ("EnableRule", enable)];

fn disable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    switch(world, call, "DISABLED")
}

fn enable(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    switch(world, call, "ENABLED")
}

fn switch(world: &mut World, call: &Call, state: &str) -> Result<Reply, ApiError> {
    let bus = call.input.text("EventBusName").unwrap_or("default");
    let bus = bus.rsplit('/').next().unwrap_or(bus);
    let name = input(call, "Name");
    let found = shelf_mut(world, call, "rules")
        .iter_mut()
        .find(|rule| rule.text("Name") == Some(name) && rule.text("EventBusName") == Some(bus));
    let Some(rule) = found else {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            format!("Rule {name} does not exist on EventBus {bus}."),
        ));
    };
    set(rule, "State", state);
    Ok(Value::empty().into())
}
