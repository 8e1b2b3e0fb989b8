//! Calls built by hand, for tests of behaviours.

use crate::wire::call::{ApiError, Call, Caller, Reply};
use crate::wire::value::Value;
use crate::world::principal::OPERATOR_KEY;
use crate::world::story::Story;
use crate::world::{Opening, World};

pub(crate) const START: i64 = 1_763_800_000_000;

pub(crate) fn world(story: &str) -> World {
    let mut opening = Opening::new(Story::named(story).unwrap(), 42, START);
    opening.history_minutes = 3;
    World::open_with(&opening)
}

pub(crate) fn caller(world: &World, key: &str) -> Caller {
    world.secret_of(key).unwrap().caller
}

pub(crate) fn call(
    world: &mut World,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Reply, ApiError> {
    call_as(world, OPERATOR_KEY, service, operation, input)
}

pub(crate) fn call_as(
    world: &mut World,
    key: &str,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Reply, ApiError> {
    let call = Call {
        service: service.to_owned(),
        operation: operation.to_owned(),
        input,
        caller: caller(world, key),
        region: "eu-central-1".to_owned(),
        request_id: "7b1e6c1e-0000-4000-8000-000000000001".to_owned(),
        user_agent: "watchdeck-test".to_owned(),
    };
    world.perform(&call).expect("the operation is served")
}

pub(crate) fn ask(world: &mut World, service: &str, operation: &str, input: Value) -> Value {
    match call(world, service, operation, input) {
        Ok(Reply::Output(output)) => output,
        Ok(Reply::Stream(_)) => panic!("{operation} answered with a stream"),
        Err(error) => panic!("{operation} was refused: {} {}", error.code, error.message),
    }
}

pub(crate) fn refused(world: &mut World, service: &str, operation: &str, input: Value) -> ApiError {
    call(world, service, operation, input).expect_err("the call is refused")
}
