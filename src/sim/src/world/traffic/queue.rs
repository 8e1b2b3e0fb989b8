//! The queue between `orders-async` and `orders-worker`, with its dead letters.

use std::collections::VecDeque;

use crate::world::Region;
use crate::world::measure::{count, float};

/// Messages the worker takes in a second.
const BATCH: usize = 10;
/// How often a message is tried.
const RECEIVES: u32 = 3;
/// How long a message that failed stays hidden.
const HIDDEN_MS: i64 = 30_000;

/// The queue.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: VecDeque<Message>,
    dead: i64,
}

/// A message, with the trace of the request that sent it.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    sent: i64,
    visible: i64,
    receives: u32,
    pub(crate) trace: u64,
    pub(crate) trace_at: i64,
}

impl Message {
    pub(crate) fn new(sent: i64, (trace, trace_at): (u64, i64)) -> Self {
        Self { sent, visible: sent + 50, receives: 0, trace, trace_at }
    }
}

impl Queue {
    /// Accepts a message.
    pub(crate) fn send(&mut self, message: Message) {
        self.waiting.push_back(message);
    }

    /// What the worker takes in the second that ends now, if its event source mapping is enabled.
    pub(crate) fn take(&mut self, home: &Region, end: i64) -> Vec<Message> {
        if !home.lambda.mappings.iter().any(|mapping| mapping.is_polling(end)) {
            return Vec::new();
        }
        let mut taken = Vec::new();
        self.waiting.retain(|message| {
            let take = taken.len() < BATCH && message.visible <= end;
            if take {
                taken.push(message.clone());
            }
            !take
        });
        taken
    }

    /// Takes back a message that failed; after three tries it is dead.
    pub(crate) fn hand_back(&mut self, mut message: Message, now: i64) {
        message.receives += 1;
        if message.receives >= RECEIVES {
            self.dead += 1;
            return;
        }
        message.visible = now + HIDDEN_MS;
        self.waiting.push_back(message);
    }

    /// How many can be received, how many are hidden, and how many are dead.
    pub(crate) fn depths(&self, now: i64) -> (usize, usize, i64) {
        let visible = self.waiting.iter().filter(|message| message.visible <= now).count();
        (visible, self.waiting.len() - visible, self.dead)
    }

    /// Forgets what waits.
    pub(crate) fn purge(&mut self) {
        self.waiting.clear();
    }

    /// Forgets the dead letters.
    pub(crate) fn bury(&mut self) {
        self.dead = 0;
    }

    /// How many wait, the age of the oldest in seconds, and how many are dead.
    pub(crate) fn state(&self, now: i64) -> (f64, f64, f64) {
        let oldest = self.waiting.iter().map(|message| message.sent).min().unwrap_or(now);
        (float(count(self.waiting.len())), float((now - oldest).max(0)) / 1000.0, float(self.dead))
    }
}
