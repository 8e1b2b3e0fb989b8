//! SQS: the orders' queue and its dead letters.

use super::Table;
use super::pages::Paging;
use super::standing::{asked, input, listing, one, one_mut, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::set;
use crate::world::names::{DEAD_LETTERS, QUEUE, arn};
use crate::world::traffic::queue::{Move, RUNNING};

pub(super) const OPERATIONS: Table = &[
    ("CancelMessageMoveTask", cancel_move),
    ("GetQueueAttributes", attributes),
    ("GetQueueUrl", url),
    ("ListQueues", list),
    ("ListMessageMoveTasks", moves),
    ("PurgeQueue", purge),
    ("StartMessageMoveTask", begin_move),
];

const PAGING: Paging =
    Paging { size: "MaxResults", token: "NextToken", usual: 1000, refusal: "InvalidAddress" };

/// What the traffic counts.
const COUNTS: [&str; 2] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

/// A queue may be purged once a minute.
const PURGE_MS: i64 = 60_000;

fn url_of(call: &Call, name: &str) -> String {
    format!("https://sqs.{}.amazonaws.com/{}/{name}", call.region, call.caller.account)
}

fn missing() -> ApiError {
    ApiError::new("QueueDoesNotExist", "The specified queue does not exist.")
}

/// The name at the end of a queue's URL.
fn name(call: &Call) -> &str {
    let url = input(call, "QueueUrl");
    url.rsplit('/').next().unwrap_or(url)
}

fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let prefix = call.input.text("QueueNamePrefix").unwrap_or_default();
    let mut names: Vec<_> = shelf(world, call, "queues")
        .iter()
        .filter_map(|queue| queue.text("_name"))
        .filter(|name| name.starts_with(prefix))
        .collect();
    names.sort_unstable();
    let urls = names.into_iter().map(|name| url_of(call, name).into()).collect();
    listing(call, urls, "QueueUrls", "NextToken", &PAGING)
}

fn url(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "QueueName");
    let other = call.input.text("QueueOwnerAWSAccountId").is_some_and(|o| o != call.caller.account);
    match one(world, call, "queues", "_name", name) {
        Some(_) if !other => Ok(Value::empty().with("QueueUrl", url_of(call, name)).into()),
        Some(_) | None => Err(missing()),
    }
}

fn attributes(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (visible, hidden, dead) = world.queue().depths(now);
    let Some(queue) = one(world, call, "queues", "_name", name(call)) else {
        return Err(missing());
    };
    let counts = if name(call) == QUEUE {
        [visible.to_string(), hidden.to_string()]
    } else {
        [dead.to_string(), "0".to_owned()]
    };
    let wanted = asked(call, "AttributeNames");
    let mut held = queue.get("_attributes").and_then(Value::as_map).cloned().unwrap_or_default();
    for (attribute, count) in COUNTS.into_iter().zip(counts) {
        held.insert(attribute.to_owned(), count.into());
    }
    let found: std::collections::BTreeMap<_, _> = held
        .into_iter()
        .filter(|(name, _)| wanted.contains(&"All") || wanted.contains(&name.as_str()))
        .collect();
    let output = if found.is_empty() {
        Value::empty()
    } else {
        Value::empty().with("Attributes", Value::Map(found))
    };
    Ok(output.into())
}

fn purge(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let Some(queue) = one_mut(world, call, "queues", "_name", name(call)) else {
        return Err(missing());
    };
    if queue.time("_purged").is_some_and(|at| at + PURGE_MS > now) {
        return Err(ApiError::new(
            "PurgeQueueInProgress",
            format!("Only one PurgeQueue operation on {} is allowed every 60 seconds.", name(call)),
        ));
    }
    set(queue, "_purged", Value::Time(now));
    if name(call) == QUEUE {
        world.queue().purge(now);
    } else {
        world.queue().bury(now);
    }
    Ok(Value::empty().into())
}

/// Whether the source of a move is a queue of dead letters.
fn dead_letters(world: &World, call: &Call) -> Result<(), ApiError> {
    let source = input(call, "SourceArn");
    let name = source.rsplit(':').next().unwrap_or_default();
    let known = one(world, call, "queues", "_name", name).is_some();
    if !known || source != arn("sqs", &call.region, name) {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            "The resource that you specified for the SourceArn parameter doesn't exist.",
        ));
    }
    if name != DEAD_LETTERS {
        return Err(ApiError::new(
            "InvalidParameterValue",
            "Source queue must be configured as a Dead Letter Queue.",
        ));
    }
    Ok(())
}

/// What SQS moves in a second at most.
const MOST_A_SECOND: i64 = 500;

fn begin_move(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    dead_letters(world, call)?;
    let rate = call.input.int("MaxNumberOfMessagesPerSecond");
    if rate.is_some_and(|rate| !(1..=MOST_A_SECOND).contains(&rate)) {
        return Err(ApiError::new(
            "InvalidParameterValue",
            format!(
                "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and {MOST_A_SECOND}, if provided."
            ),
        ));
    }
    let destination = call.input.text("DestinationArn").map(str::to_owned);
    let home = arn("sqs", &call.region, QUEUE);
    if destination.as_ref().is_some_and(|destination| *destination != home) {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            "The resource that you specified for the DestinationArn parameter doesn't exist.",
        ));
    }
    let (handle, started) = (world.fixture.next_id(), world.now());
    let begun = Move { handle, started, status: RUNNING, rate, destination, moved: 0, whole: 0 };
    let Some(task) = world.queue().begin_move(begun) else {
        return Err(ApiError::new(
            "UnsupportedOperation",
            "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
        ));
    };
    Ok(Value::empty().with("TaskHandle", &task.handle).into())
}

fn moves(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    dead_letters(world, call)?;
    let most = usize::try_from(call.input.int("MaxResults").unwrap_or(1)).unwrap_or(1);
    let source = input(call, "SourceArn").to_owned();
    let shown = world.queue().tasks().iter().take(most.clamp(1, 10)).map(|task| {
        // SQS tells the handle of a task only while it runs: it serves to cancel it.
        let handle = (task.status == RUNNING).then_some(&task.handle);
        Value::empty()
            .with_some("TaskHandle", handle)
            .with("Status", task.status)
            .with("SourceArn", source.as_str())
            .with_some("DestinationArn", task.destination.as_ref())
            .with_some("MaxNumberOfMessagesPerSecond", task.rate)
            .with("ApproximateNumberOfMessagesMoved", task.moved)
            .with("ApproximateNumberOfMessagesToMove", task.whole)
            .with("StartedTimestamp", task.started)
    });
    Ok(Value::empty().with("Results", Value::List(shown.collect())).into())
}

fn cancel_move(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let handle = input(call, "TaskHandle");
    match world.queue().cancel_move(handle) {
        Some(moved) => Ok(Value::empty().with("ApproximateNumberOfMessagesMoved", moved).into()),
        None => Err(ApiError::new(
            "ResourceNotFoundException",
            "The resource that you specified for the TaskHandle parameter doesn't exist.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;
    use crate::world::names::HOME_REGION;
    use crate::world::traffic::queue::Message;

    #[test]
    fn a_purge_empties_the_queue_and_may_not_be_repeated_at_once() {
        let mut world = world();
        let named = Value::empty().with("QueueName", "orders-dlq");
        let url = ask(&mut world, "sqs", "GetQueueUrl", named).unwrap();
        let queue = Value::empty().with("QueueUrl", url.text("QueueUrl").unwrap());
        ask(&mut world, "sqs", "PurgeQueue", queue.clone()).unwrap();
        let again = ask(&mut world, "sqs", "PurgeQueue", queue.clone()).unwrap_err();
        assert_eq!(again.code, "PurgeQueueInProgress");
        world.advance_to(world.now() + 60_000);
        let input = queue.with("AttributeNames", Value::list(["ApproximateNumberOfMessages"]));
        let output = ask(&mut world, "sqs", "GetQueueAttributes", input).unwrap();
        let depth = output.get("Attributes").unwrap().text("ApproximateNumberOfMessages");
        assert_eq!(depth, Some("0"));
    }

    #[test]
    fn dead_letters_are_moved_by_one_task_at_a_time_and_a_stopped_one_brings_nothing_back() {
        let mut world = world();
        for at in 0..30 {
            world.queue().give_up(Message::new(at, (1, at)));
        }
        let dead = |world: &mut World| world.queue().depths(0).2;
        assert_eq!(dead(&mut world), 30);
        let source = Value::empty().with("SourceArn", arn("sqs", HOME_REGION, DEAD_LETTERS));
        let slow = source.clone().with("MaxNumberOfMessagesPerSecond", 5);
        let begun = ask(&mut world, "sqs", "StartMessageMoveTask", slow.clone()).unwrap();
        let error = ask(&mut world, "sqs", "StartMessageMoveTask", slow).unwrap_err();
        assert_eq!(error.code, "UnsupportedOperation");
        world.advance_to(world.now() + 2_000);
        let handle = Value::empty().with("TaskHandle", begun.text("TaskHandle").unwrap());
        let stopped = ask(&mut world, "sqs", "CancelMessageMoveTask", handle.clone()).unwrap();
        assert_eq!(stopped.int("ApproximateNumberOfMessagesMoved"), Some(10));
        assert!(ask(&mut world, "sqs", "CancelMessageMoveTask", handle).is_err());
        assert_eq!(dead(&mut world), 20);
        ask(&mut world, "sqs", "StartMessageMoveTask", source.clone()).unwrap();
        world.advance_to(world.now() + 2_000);
        let all = source.with("MaxResults", 10);
        let told = ask(&mut world, "sqs", "ListMessageMoveTasks", all).unwrap();
        let states: Vec<_> =
            told.items("Results").iter().filter_map(|task| task.text("Status")).collect();
        assert_eq!(states, ["COMPLETED", "CANCELLED"]);
        assert_eq!(dead(&mut world), 0);
    }

    #[test]
    fn only_dead_letters_are_moved() {
        let mut world = world();
        let source = Value::empty().with("SourceArn", arn("sqs", HOME_REGION, QUEUE));
        let error = ask(&mut world, "sqs", "StartMessageMoveTask", source).unwrap_err();
        assert_eq!(error.code, "InvalidParameterValue");
        let source = Value::empty().with("SourceArn", arn("sqs", HOME_REGION, "nothing"));
        let error = ask(&mut world, "sqs", "StartMessageMoveTask", source).unwrap_err();
        assert_eq!(error.code, "ResourceNotFoundException");
    }
}
