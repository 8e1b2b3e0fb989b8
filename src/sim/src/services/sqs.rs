//! SQS: the orders' queue and its dead letters.

use super::Table;
use super::pages::Paging;
use super::standing::{asked, input, listing, one, one_mut, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::set;
use crate::world::names::QUEUE;

pub(super) const OPERATIONS: Table = &[
    ("GetQueueAttributes", attributes),
    ("GetQueueUrl", url),
    ("ListQueues", list),
    ("PurgeQueue", purge),
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
        world.queue().purge();
    } else {
        world.queue().bury();
    }
    Ok(Value::empty().into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn a_purge_empties_the_queue_and_may_not_be_repeated_at_once() {
        let mut world = world();
        let named = Value::empty().with("QueueName", "orders-dlq");
        let url = ask(&mut world, "sqs", "GetQueueUrl", named).unwrap();
        let queue = Value::empty().with("QueueUrl", url.text("QueueUrl").unwrap());
        ask(&mut world, "sqs", "PurgeQueue", queue.clone()).unwrap();
        let again = ask(&mut world, "sqs", "PurgeQueue", queue.clone()).unwrap_err();
        assert_eq!(again.code, "PurgeQueueInProgress");
        let input = queue.with("AttributeNames", Value::list(["ApproximateNumberOfMessages"]));
        let output = ask(&mut world, "sqs", "GetQueueAttributes", input).unwrap();
        let depth = output.get("Attributes").unwrap().text("ApproximateNumberOfMessages");
        assert_eq!(depth, Some("0"));
    }
}
