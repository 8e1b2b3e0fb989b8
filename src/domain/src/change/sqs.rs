//! Changes to queues: dead letters go back, and what waits is thrown away.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Mutation, MutationClass, Permission};
use crate::{QueueName, Scope, Timestamp};

/// Moves all dead letters of a queue back to the queues that they came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedriveMessages {
    /// The queue of dead letters.
    pub queue: QueueName,
    /// The most messages a second, 1 to 500.
    pub rate: u32,
    /// When the newest task was begun that there was, as it was read: what is newer has come since.
    pub seen: Option<Timestamp>,
}

impl RedriveMessages {
    /// The queue by its ARN, as it is sent.
    pub fn queue_arn(&self, scope: &Scope) -> String {
        queue_arn(&self.queue, scope)
    }
}

impl Mutation for RedriveMessages {
    fn call(&self) -> (&'static str, &'static str) {
        ("SQS", "StartMessageMoveTask")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        // SQS moves them in the name of who began it, and sends each to the queue that it came from, whichever that is.
        let actions = [
            "StartMessageMoveTask",
            "ReceiveMessage",
            "DeleteMessage",
            "GetQueueAttributes",
            "SendMessage",
        ];
        let Scope { account, region } = scope;
        Permission {
            actions: actions.map(|action| format!("sqs:{action}")).into(),
            resources: vec![format!("arn:{}:sqs:{region}:{account}:*", region.partition())],
        }
    }
}

impl fmt::Display for RedriveMessages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queue, rate, .. } = self;
        write!(
            f,
            "move all messages of {queue} back to where they came from, {rate} a second at most"
        )
    }
}

/// Throws away all that a queue holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeQueue {
    /// The queue.
    pub queue: QueueName,
    /// Its URL, as it was read and is sent.
    pub url: String,
    /// How many messages it held, about: what one agrees to lose.
    pub holds: u64,
}

impl Mutation for PurgeQueue {
    fn call(&self) -> (&'static str, &'static str) {
        ("SQS", "PurgeQueue")
    }

    fn class(&self) -> MutationClass {
        MutationClass::Trigger
    }

    fn permission(&self, scope: &Scope) -> Permission {
        Permission::one("sqs:PurgeQueue", queue_arn(&self.queue, scope))
    }
}

impl PurgeQueue {
    /// The queue by its ARN.
    pub fn queue_arn(&self, scope: &Scope) -> String {
        queue_arn(&self.queue, scope)
    }
}

impl fmt::Display for PurgeQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "throw away all of {}, {} messages about", self.queue, self.holds)
    }
}

fn queue_arn(queue: &QueueName, scope: &Scope) -> String {
    let Scope { account, region } = scope;
    format!("arn:{}:sqs:{region}:{account}:{queue}", region.partition())
}
