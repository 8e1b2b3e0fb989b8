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
    dead: VecDeque<Message>,
    tasks: Vec<Move>,
    /// When what waits, and what is dead, is thrown away.
    purge_at: Option<i64>,
    bury_at: Option<i64>,
}

/// How long a purge takes; AWS says up to a minute.
const PURGE_TAKES_MS: i64 = 20_000;
/// The tasks that SQS tells of.
const MOVES_KEPT: usize = 10;
/// Messages that a task moves in a second, unless it is told.
const USUAL_RATE: i64 = 50;
/// What a task is called that goes on.
pub(crate) const RUNNING: &str = "RUNNING";

/// A task that moves dead letters back.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) handle: String,
    pub(crate) started: i64,
    pub(crate) status: &'static str,
    pub(crate) rate: Option<i64>,
    pub(crate) destination: Option<String>,
    pub(crate) moved: i64,
    pub(crate) whole: i64,
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
            return self.give_up(message);
        }
        message.visible = now + HIDDEN_MS;
        self.waiting.push_back(message);
    }

    /// A message that is tried no more becomes a dead letter.
    pub(crate) fn give_up(&mut self, message: Message) {
        self.dead.push_back(message);
    }

    /// How many can be received, how many are hidden, and how many are dead.
    pub(crate) fn depths(&self, now: i64) -> (usize, usize, i64) {
        let visible = self.waiting.iter().filter(|message| message.visible <= now).count();
        (visible, self.waiting.len() - visible, count(self.dead.len()))
    }

    /// Forgets what waits by then, in a while.
    pub(crate) fn purge(&mut self, now: i64) {
        self.purge_at = Some(now + PURGE_TAKES_MS);
    }

    /// Forgets the dead letters that there are by then, in a while.
    pub(crate) fn bury(&mut self, now: i64) {
        self.bury_at = Some(now + PURGE_TAKES_MS);
    }

    /// Throws away what is due: also what has come since it was asked for.
    pub(crate) fn throw_away(&mut self, now: i64) {
        if self.purge_at.take_if(|at| *at <= now).is_some() {
            self.waiting.clear();
        }
        if self.bury_at.take_if(|at| *at <= now).is_some() {
            self.dead.clear();
        }
    }

    /// Begins to move the dead letters back; nothing while a task does so already.
    pub(crate) fn begin_move(&mut self, begun: Move) -> Option<&Move> {
        if self.tasks.iter().any(|other| other.status == RUNNING) {
            return None;
        }
        let whole = count(self.dead.len());
        self.tasks.insert(0, Move { whole, ..begun });
        self.tasks.truncate(MOVES_KEPT);
        self.tasks.first()
    }

    /// The tasks that moved dead letters back, the newest first.
    pub(crate) fn tasks(&self) -> &[Move] {
        &self.tasks
    }

    /// Stops the task of this handle; how many messages it had moved. Those stay where they are.
    pub(crate) fn cancel_move(&mut self, handle: &str) -> Option<i64> {
        let mut running = self.tasks.iter_mut().filter(|task| task.status == RUNNING);
        let task = running.find(|task| task.handle == handle)?;
        task.status = "CANCELLED";
        Some(task.moved)
    }

    /// Moves what a task moves in the second that ends now: each becomes a new message.
    pub(crate) fn go_on_moving(&mut self, now: i64) {
        let Some(task) = self.tasks.iter_mut().find(|task| task.status == RUNNING) else { return };
        for _ in 0..task.rate.unwrap_or(USUAL_RATE) {
            if task.moved >= task.whole {
                break;
            }
            let Some(dead) = self.dead.pop_front() else { break };
            self.waiting.push_back(Message::new(now, (dead.trace, dead.trace_at)));
            task.moved += 1;
        }
        if task.moved >= task.whole || self.dead.is_empty() {
            task.status = "COMPLETED";
        }
    }

    /// How many wait, the age of the oldest in seconds, and how many are dead.
    pub(crate) fn state(&self, now: i64) -> (f64, f64, f64) {
        let oldest = self.waiting.iter().map(|message| message.sent).min().unwrap_or(now);
        (
            float(count(self.waiting.len())),
            float((now - oldest).max(0)) / 1000.0,
            float(count(self.dead.len())),
        )
    }
}
