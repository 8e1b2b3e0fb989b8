//! Queues: dead letters go back, what waits is thrown away.

use serde::Deserialize;
use watchdeck_domain::QueueName;
use watchdeck_domain::change::{PurgeQueue, RedriveMessages};
use watchdeck_domain::reading::{MoveTasks, QueueOf};

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `StartMessageMoveTask`.
pub(super) static REDRIVE_MESSAGES: Action = Action {
    name: "redrive-messages",
    operation: "sqs:StartMessageMoveTask",
    members: &[must("queue", "SourceArn"), must("rate", "MaxNumberOfMessagesPerSecond")],
    lock: None,
    compile: |members, ground| Box::pin(redrive_messages(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RedriveMessagesWith {
    /// The queue of dead letters.
    queue: QueueName,
    rate: u32,
}

async fn redrive_messages(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let RedriveMessagesWith { queue, rate } = members.read()?;
    let tasks = ground.look(MoveTasks { queue: queue.clone() }).await?;
    let seen = tasks.iter().map(|task| task.started).max();
    Ok((RedriveMessages { queue, rate, seen }.into(), None))
}

/// `PurgeQueue`.
pub(super) static PURGE_QUEUE: Action = Action {
    name: "purge-queue",
    operation: "sqs:PurgeQueue",
    members: &[must("queue", "QueueUrl")],
    lock: None,
    compile: |members, ground| Box::pin(purge_queue(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PurgeQueueWith {
    queue: QueueName,
}

async fn purge_queue(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let PurgeQueueWith { queue } = members.read()?;
    let there = ground.look(QueueOf { queue: queue.clone() }).await?;
    let holds = there.holds();
    Ok((PurgeQueue { queue, url: there.url, holds }.into(), None))
}
