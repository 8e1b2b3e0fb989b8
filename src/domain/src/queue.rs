//! SQS queues, and the tasks that move messages out of dead letters.

use serde::{Deserialize, Serialize};

use crate::{QueueName, Timestamp};

/// A queue, as far as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its name.
    pub name: QueueName,
    /// Its URL, by which SQS takes it.
    pub url: String,
    /// Its ARN.
    pub arn: String,
    /// Messages that can be received, about.
    pub visible: u64,
    /// Messages that somebody has received and not yet deleted, about.
    pub hidden: u64,
    /// Messages that are delayed, about.
    pub delayed: u64,
    /// For how long it keeps a message, in seconds.
    pub keeps_s: u64,
    /// The ARN of the queue that takes its dead letters; empty where none does.
    pub dead_letters: String,
}

impl Queue {
    /// All that it holds, about.
    pub fn holds(&self) -> u64 {
        self.visible.saturating_add(self.hidden).saturating_add(self.delayed)
    }
}

/// A task that moves messages from dead letters to where they came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveTask {
    /// `RUNNING`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`.
    pub status: String,
    /// When it was begun.
    pub started: Timestamp,
    /// The most messages a second; nothing where SQS decides.
    pub rate: Option<u32>,
    /// The ARN of the one queue that takes them; empty where each goes back to its own.
    pub destination: String,
    /// How many were moved, about.
    pub moved: u64,
    /// How many there were to move, about; nothing where SQS does not say.
    pub to_move: Option<u64>,
    /// Why it failed; empty unless it did.
    pub failure: String,
}

impl MoveTask {
    /// Whether it goes on: as long as one does, SQS takes no other for the same queue.
    pub fn goes_on(&self) -> bool {
        matches!(self.status.as_str(), "RUNNING" | "CANCELLING")
    }
}
