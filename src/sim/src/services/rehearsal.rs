//! Calls made in tests, straight at the behaviours.

use crate::wire::call::{ApiError, Call, Caller, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::metrics::{Key, MINUTE, Stat};
use crate::world::story::Story;

/// When the worlds of these tests open.
pub(super) const START: i64 = 1_780_000_000_000;

/// A world in which nothing happens by itself.
pub(super) fn world() -> World {
    world_of("quiet-day")
}

/// A world with a story.
pub(super) fn world_of(story: &str) -> World {
    let mut opening = crate::world::Opening::new(Story::named(story).unwrap(), 1, START);
    opening.history_minutes = 1;
    World::open_with(&opening)
}

/// A call by the operator in the home region.
pub(super) fn call(service: &str, operation: &str, input: Value) -> Call {
    Call {
        service: service.to_owned(),
        operation: operation.to_owned(),
        input,
        caller: Caller {
            access_key: "ASIASIMOPERATOR00001".to_owned(),
            arn: "arn:aws:sts::123456784021:assumed-role/oncall-write/operator".to_owned(),
            user_id: "AROASIM:operator".to_owned(),
            account: "123456784021".to_owned(),
        },
        region: "eu-central-1".to_owned(),
        request_id: "00000000-0000-4000-8000-000000000001".to_owned(),
        user_agent: "rehearsal".to_owned(),
    }
}

/// Performs a call and gives its output.
pub(super) fn ask(
    world: &mut World,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Value, ApiError> {
    let behaviour = super::behaviour(service, operation).unwrap();
    match behaviour(world, &call(service, operation, input))? {
        Reply::Output(output) => Ok(output),
        Reply::Stream(_) => panic!("{service} {operation} answered a stream"),
    }
}

/// What a metric comes to in the four minutes after the one that begins now.
pub(super) fn sum_from_now(world: &mut World, metric: (&str, &str), of: &[(&str, &str)]) -> f64 {
    let from = world.now();
    world.advance_to(from + 5 * MINUTE);
    let key = Key::new(metric.0, metric.1, of.iter().copied());
    let series = world.home.metrics.find(&key);
    let points = series.map(|it| it.points(from + MINUTE, from + 5 * MINUTE, MINUTE, Stat::Sum));
    points.into_iter().flatten().map(|(_, value)| value).sum()
}
